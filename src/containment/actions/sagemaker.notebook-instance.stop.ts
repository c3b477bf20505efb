import type { ContainmentAction } from '../action.ts';
import {
  describeNotebook,
  notebookDoors,
  notebookRead,
  notebookStopped,
  refuseBusyNotebook,
  stopLoses,
  stopSteps,
} from '../notebook.ts';
import { nothingToSend, wait } from '../step.ts';
import { lines } from '../words.ts';

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
    const now = await describeNotebook(target.name, context);
    const name = now?.NotebookInstanceName ?? target.name;
    if (!now) return nothingToSend(`Notebook ${name} does not exist in ${context.region}: nothing runs`);
    const status = now.NotebookInstanceStatus;
    const script = now.NotebookInstanceLifecycleConfigName;
    const stillOpen = notebookDoors(name, now.RoleArn);
    if (status === 'Stopped') return { ...nothingToSend(`Notebook ${name} is Stopped already`), stillOpen };
    if (status === 'Deleting')
      return {
        ...nothingToSend(`Notebook ${name} is being deleted already: wait until it has gone`),
        notRestored: [`notebook ${name} and its volume: somebody else is deleting them`],
        steps: [
          wait(`${name} must be gone`, {
            read: notebookRead(name),
            member: 'NotebookInstanceStatus',
            until: 'gone',
            unless: ['Failed'],
          }),
        ],
      };
    if (status === 'Stopping')
      return {
        ...nothingToSend(`Notebook ${name} is Stopping already: wait until it is Stopped`),
        steps: [wait(`${name} must be Stopped`, notebookStopped(name))],
        stillOpen,
      };
    if (status !== 'InService') refuseBusyNotebook(name, status);
    return {
      summary: `Stop notebook ${name} and wait until it is Stopped`,
      impact: lines(
        `Every open Jupyter session and everything that runs on ${name} ends; the ML volume (/home/ec2-user/SageMaker) stays.`,
        script && `Its lifecycle script ${script} runs as root at the next start, undo included.`,
      ),
      evidenceLost: stopLoses.evidence,
      notRestored: stopLoses.notRestored,
      steps: stopSteps(name),
      preconditions: [{ read: notebookRead(name), member: 'NotebookInstanceStatus', equals: 'InService' }],
      stillOpen,
      comesBack: [`notebook ${name}, with its role ${now.RoleArn ?? '(not shown)'}`],
      ...(script ? { undoRisk: `starting ${name} runs lifecycle script ${script} as root` } : {}),
    };
  },

  async verify(target, context) {
    const now = await describeNotebook(target.name, context);
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
    const now = await describeNotebook(target.name, context);
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
