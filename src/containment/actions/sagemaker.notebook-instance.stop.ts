import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction, StateCheck } from '../action.ts';
import { isGone } from '../state-check.ts';
import { call, wait } from '../step.ts';
import { lines } from '../words.ts';

const read = (name: string): StateCheck['read'] => ({
  name: 'sagemaker:DescribeNotebookInstance',
  input: { NotebookInstanceName: name },
});
const stopped = (name: string): StateCheck => ({
  read: read(name),
  member: 'NotebookInstanceStatus',
  until: ['Stopped'],
  unless: ['Failed', 'Deleting'],
  underWay: ['Stopping'],
});
const inService = (name: string): StateCheck => ({
  read: read(name),
  member: 'NotebookInstanceStatus',
  until: ['InService'],
  unless: ['Failed', 'Deleting'],
  underWay: ['Pending'],
});

const describe = async (name: string, { aws, signal }: ActionContext) => {
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
};

/** Stops a notebook's compute; its ML volume stays. Facts N1. */
const action: ContainmentAction = {
  id: 'sagemaker.notebook-instance.stop',
  title: 'Stop notebook: ends its sessions and compute, keeps its volume',
  class: 'interrupts',
  appliesTo: ['sagemaker.notebook-instance'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopNotebookInstance.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartNotebookInstance.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-lifecycle-config-install.html',
  ],
  reversible: true,

  async plan(target, context) {
    const now = await describe(target.name, context);
    const name = now?.NotebookInstanceName ?? target.name;
    const nothing = { impact: 'Nothing is sent.', evidenceLost: [], notRestored: [], steps: [], preconditions: [] };
    if (!now) return { ...nothing, summary: `Notebook ${name} does not exist in ${context.region}: nothing runs` };
    const status = now.NotebookInstanceStatus;
    const script = now.NotebookInstanceLifecycleConfigName;
    const role = now.RoleArn ?? '';
    const stillOpen = [
      ...(role
        ? [
            {
              what: `credentials of ${role} that were copied out of the notebook`,
              until: null,
              closeWith: `iam.role.deny-all ${role}`,
            },
          ]
        : []),
      {
        what: `whoever may call sagemaker:StartNotebookInstance can start ${name} again`,
        until: null,
        closeWith: null,
      },
    ];
    if (status === 'Stopped') return { ...nothing, summary: `Notebook ${name} is Stopped already`, stillOpen };
    if (status === 'Deleting')
      return {
        ...nothing,
        summary: `Notebook ${name} is being deleted already: wait until it has gone`,
        notRestored: [`notebook ${name} and its volume: somebody else is deleting them`],
        steps: [
          wait(`${name} must be gone`, {
            read: read(name),
            member: 'NotebookInstanceStatus',
            until: 'gone',
            unless: ['Failed'],
          }),
        ],
      };
    if (status === 'Stopping')
      return {
        ...nothing,
        summary: `Notebook ${name} is Stopping already: wait until it is Stopped`,
        steps: [wait(`${name} must be Stopped`, stopped(name))],
        stillOpen,
      };
    if (status !== 'InService')
      throw new RefusedError(
        'NotebookBusy',
        status === 'Failed'
          ? `notebook ${name} is Failed: AWS refuses to stop it`
          : `notebook ${name} is ${status}: AWS stops it only while it is InService`,
        status === 'Failed'
          ? ['Restrict its execution role']
          : ['Plan again when it is InService, usually within minutes'],
      );
    return {
      summary: `Stop notebook ${name} and wait until it is Stopped`,
      impact: lines(
        `Every open Jupyter session and everything that runs on ${name} ends; the ML volume (/home/ec2-user/SageMaker) stays.`,
        script && `Its lifecycle script ${script} runs as root at the next start, undo included.`,
      ),
      evidenceLost: [
        'memory of the instance',
        'files outside the ML volume: /tmp, the root disk, software installed there',
        'running processes and network connections',
      ],
      notRestored: ['Jupyter sessions, kernels and running processes', 'memory, /tmp and the root disk'],
      steps: [
        call(
          { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: name } },
          {
            undo: [
              // A containment that was cancelled while the notebook was Stopping can still be undone.
              wait(`${name} must be Stopped before it can start`, stopped(name)),
              call({ name: 'sagemaker:StartNotebookInstance', input: { NotebookInstanceName: name } }),
              wait(`${name} must be InService`, inService(name)),
            ],
          },
        ),
        wait(`${name} must be Stopped`, stopped(name)),
      ],
      preconditions: [{ read: read(name), member: 'NotebookInstanceStatus', equals: 'InService' }],
      stillOpen,
      comesBack: [`notebook ${name}, with its role ${role || '(not shown)'}`],
      ...(script ? { undoRisk: `starting ${name} runs lifecycle script ${script} as root` } : {}),
    };
  },

  async verify(target, context) {
    const now = await describe(target.name, context);
    const status = now?.NotebookInstanceStatus;
    return [
      {
        what: `notebook ${target.name} does not run`,
        holds: !now || status === 'Stopped',
        why: now ? `NotebookInstanceStatus = ${status}` : 'sagemaker:DescribeNotebookInstance finds nothing',
      },
    ];
  },

  async *affected(target, context) {
    const now = await describe(target.name, context);
    if (!now) return;
    if (now.RoleArn) yield { kind: 'iam.role', arn: now.RoleArn, why: 'the notebook acts as this role' };
    const script = now.NotebookInstanceLifecycleConfigName;
    if (script)
      yield {
        kind: 'sagemaker.notebook-instance-lifecycle-config',
        arn: `arn:${context.partition}:sagemaker:${context.region}:${context.account}:notebook-instance-lifecycle-config/${script.toLowerCase()}`,
        why: 'runs as root at the next start, undo included',
      };
  },
};
export default action;
