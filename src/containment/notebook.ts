import type { InputOf, OutputOf } from '../aws/operations.ts';
import { RefusedError } from '../model/errors.ts';
import type { ActionContext, ActionPlan, Precondition, StateCheck, Step, StillOpen } from './action.ts';
import { attempt } from './attempt.ts';
import { isGone } from './state-check.ts';
import { call, nothingToSend, wait } from './step.ts';
import { lines } from './words.ts';

export type Notebook = OutputOf<'sagemaker:DescribeNotebookInstance'>;

/** The read that tells a notebook's status. */
export const notebookRead = (name: string): StateCheck['read'] => ({
  name: 'sagemaker:DescribeNotebookInstance',
  input: { NotebookInstanceName: name },
});

/** Until it is `Stopped`, after a stop or after an update. */
export const notebookStopped = (name: string): StateCheck => ({
  read: notebookRead(name),
  member: 'NotebookInstanceStatus',
  until: ['Stopped'],
  unless: ['Failed', 'Deleting'],
  underWay: ['Stopping'],
});

const inService = (name: string): StateCheck => ({
  read: notebookRead(name),
  member: 'NotebookInstanceStatus',
  until: ['InService'],
  unless: ['Failed', 'Deleting'],
  underWay: ['Pending'],
});

/** `undefined` when there is no such notebook. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html */
export async function describeNotebook(name: string, { aws, signal }: ActionContext): Promise<Notebook | undefined> {
  try {
    return await aws.call(
      'sagemaker:DescribeNotebookInstance',
      { NotebookInstanceName: name },
      { signal, priority: 'operator' },
    );
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** AWS stops a notebook only while it is InService, and takes no change while it is on its way somewhere. @throws RefusedError */
export function refuseBusyNotebook(name: string, status: string | undefined): never {
  throw new RefusedError(
    'NotebookBusy',
    status === 'Failed'
      ? `notebook ${name} is Failed: AWS refuses to stop it`
      : `notebook ${name} is ${status}: AWS stops it only while it is InService`,
    status === 'Failed' ? ['Restrict its execution role'] : ['Plan again when it is InService, usually within minutes'],
  );
}

/** The stop, with the start that undoes it: that runs the lifecycle script again, as root. Facts N1. */
export const stopSteps = (name: string): readonly Step[] => [
  call(
    { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: name } },
    {
      undo: [
        // A containment that was cancelled while the notebook was Stopping can still be undone.
        wait(`${name} must be Stopped before it can start`, notebookStopped(name)),
        call({ name: 'sagemaker:StartNotebookInstance', input: { NotebookInstanceName: name } }),
        wait(`${name} must be InService`, inService(name)),
      ],
    },
  ),
  wait(`${name} must be Stopped`, notebookStopped(name)),
];

/** What a stop of the compute destroys. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopNotebookInstance.html */
export const stopLoses = {
  evidence: [
    'memory of the instance',
    'files outside the ML volume: /tmp, the root disk, software installed there',
    'running processes and network connections',
  ],
  notRestored: ['Jupyter sessions, kernels and running processes', 'memory, /tmp and the root disk'],
} as const;

/** What the attacker keeps when a notebook is stopped. */
export const notebookDoors = (name: string, role: string | undefined): readonly StillOpen[] => [
  ...(role
    ? [
        {
          what: `credentials of ${role} that were copied out of the notebook`,
          until: null,
          closeWith: `iam.role.quarantine ${role}`,
        },
      ]
    : []),
  {
    what: `whoever may call sagemaker:StartNotebookInstance can start ${name} again`,
    until: null,
    closeWith: null,
  },
];

type Settings = Omit<InputOf<'sagemaker:UpdateNotebookInstance'>, 'NotebookInstanceName'>;

/** A setting that AWS changes only on a notebook that is stopped. */
export interface NotebookChange {
  /** Whether it is so already. */
  readonly done: (notebook: Notebook) => boolean;
  readonly input: Settings;
  /** What puts the old value back. */
  readonly back: (notebook: Notebook) => Settings;
  /** The member of the answer that holds it, and its old value: what undo is held against. */
  readonly member: 'NotebookInstanceLifecycleConfigName' | 'RootAccess' | 'RoleArn';
  /** "take lifecycle script evil away": continues "Stop notebook fraud-lab and …". */
  readonly words: (notebook: Notebook) => string;
  readonly alreadySo: string;
  readonly comesBack: (notebook: Notebook) => string;
  /** IAM actions that the update needs besides its own. */
  readonly alsoNeeds?: readonly string[];
  /** Why giving the old value back may let the attack go on. */
  readonly undoRisk?: (notebook: Notebook) => string | undefined;
}

/**
 * Stops the notebook where it runs, changes one setting, and leaves it stopped: starting it is a decision of its own (undo, or whoever owns
 * it), because it runs the lifecycle script as root. Facts N2, N3, N7.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html
 */
export async function planNotebookChange(
  target: { readonly name: string },
  context: ActionContext,
  change: NotebookChange,
): Promise<ActionPlan> {
  const now = await describeNotebook(target.name, context);
  const name = now?.NotebookInstanceName ?? target.name;
  if (!now) return nothingToSend(`Notebook ${name} does not exist in ${context.region}`);
  const status = now.NotebookInstanceStatus;
  const script = now.NotebookInstanceLifecycleConfigName;
  if (change.done(now)) {
    const nothing = nothingToSend(`Notebook ${name}: ${change.alreadySo}`);
    return status === 'Updating'
      ? { ...nothing, steps: [wait(`${name} must be Stopped again after its update`, notebookStopped(name))] }
      : nothing;
  }
  if (status !== 'InService' && status !== 'Stopping' && status !== 'Stopped' && status !== 'Updating')
    refuseBusyNotebook(name, status);
  // The scripts themselves: kept in the snapshot, since whoever wrote them may delete them.
  const kept = script
    ? await attempt(
        context.aws.call(
          'sagemaker:DescribeNotebookInstanceLifecycleConfig',
          { NotebookInstanceLifecycleConfigName: script },
          { signal: context.signal, priority: 'operator' },
        ),
      )
    : undefined;
  const runs = status === 'InService';
  const stopsHere = runs || status === 'Stopping';
  const precondition = (member: string, equals: string | undefined): readonly Precondition[] =>
    equals === undefined ? [] : [{ read: notebookRead(name), member, equals }];
  return {
    summary: `${runs ? `Stop notebook ${name}` : `Wait until notebook ${name} is Stopped`} and ${change.words(now)}`,
    impact: lines(
      runs &&
        `Every open Jupyter session and everything that runs on ${name} ends; the ML volume (/home/ec2-user/SageMaker) stays.`,
      `${name} stays stopped afterwards.`,
      script && `Whoever starts it runs lifecycle script ${script} as root, if it is attached then.`,
    ),
    evidenceLost: runs ? stopLoses.evidence : [],
    notRestored: [
      ...(stopsHere ? stopLoses.notRestored : []),
      ...(kept?.missing === 'denied'
        ? [`the text of lifecycle script ${script}, should somebody delete it (reading it was denied)`]
        : []),
    ],
    steps: [
      ...(runs ? stopSteps(name) : []),
      ...(status === 'Stopping' || status === 'Updating'
        ? // It ends by itself: neither a confirmation nor the proof of an undo hangs on it.
          [wait(`${name} must be Stopped before AWS takes a change`, notebookStopped(name), { volatile: 'step' })]
        : []),
      call(
        { name: 'sagemaker:UpdateNotebookInstance', input: { NotebookInstanceName: name, ...change.input } },
        {
          undo: [
            wait(`${name} must be Stopped before AWS takes a change`, notebookStopped(name)),
            call({
              name: 'sagemaker:UpdateNotebookInstance',
              input: { NotebookInstanceName: name, ...change.back(now) },
            }),
            wait(`${name} must be Stopped again after its update`, notebookStopped(name)),
          ],
        },
      ),
      wait(`${name} must be Stopped again after its update`, notebookStopped(name)),
    ],
    preconditions: [
      ...(runs ? precondition('NotebookInstanceStatus', status) : []),
      ...precondition(change.member, now[change.member]),
    ],
    ...(change.alsoNeeds ? { alsoNeeds: change.alsoNeeds } : {}),
    stillOpen: notebookDoors(name, now.RoleArn),
    comesBack: [change.comesBack(now), ...(runs ? [`notebook ${name}, running, with its role ${now.RoleArn}`] : [])],
    ...risk(
      change.undoRisk?.(now) ?? (runs && script ? `starting ${name} runs lifecycle script ${script} as root` : ''),
    ),
  };
}

const risk = (text: string): { readonly undoRisk?: string } => (text === '' ? {} : { undoRisk: text });
