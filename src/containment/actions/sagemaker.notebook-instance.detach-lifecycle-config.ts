import type { ContainmentAction } from '../action.ts';
import { describeNotebook, type NotebookChange, planNotebookChange } from '../notebook.ts';

const change: NotebookChange = {
  done: ({ NotebookInstanceLifecycleConfigName }) => !NotebookInstanceLifecycleConfigName,
  input: { DisassociateLifecycleConfig: true },
  back: ({ NotebookInstanceLifecycleConfigName }) => ({ LifecycleConfigName: NotebookInstanceLifecycleConfigName }),
  member: 'NotebookInstanceLifecycleConfigName',
  words: ({ NotebookInstanceLifecycleConfigName }) =>
    `take lifecycle script ${NotebookInstanceLifecycleConfigName} away`,
  alreadySo: 'no lifecycle script is attached',
  comesBack: ({ NotebookInstanceLifecycleConfigName: script }) => `lifecycle script ${script}, attached again`,
  undoRisk: ({ NotebookInstanceLifecycleConfigName: script }) =>
    `${script} is attached again and runs as root at the next start`,
};

/** Takes away the script that runs as root at every start. Only from Stopped, so the notebook is stopped first. Facts N2. */
const action: ContainmentAction = {
  id: 'sagemaker.notebook-instance.detach-lifecycle-config',
  title: 'Detach lifecycle script: stop the notebook, take the script away',
  class: 'interrupts',
  appliesTo: ['sagemaker.notebook-instance'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-update.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-lifecycle-config-install.html',
  ],
  reversible: true,
  plan: (target, context) => planNotebookChange(target, context, change),
  async verify(target, context) {
    const now = await describeNotebook(target.name, context);
    const script = now?.NotebookInstanceLifecycleConfigName;
    return [
      {
        what: `notebook ${target.name} has no lifecycle script`,
        holds: !script,
        why: now
          ? `NotebookInstanceLifecycleConfigName = ${script ?? '(none)'}`
          : 'sagemaker:DescribeNotebookInstance finds nothing',
      },
    ];
  },
  async *affected(target, context) {
    const now = await describeNotebook(target.name, context);
    const script = now?.NotebookInstanceLifecycleConfigName;
    if (script)
      yield {
        kind: 'sagemaker.notebook-instance-lifecycle-config',
        arn: `arn:${context.partition}:sagemaker:${context.region}:${context.account}:notebook-instance-lifecycle-config/${script.toLowerCase()}`,
        why: 'kept as it is; other notebooks that use it still run it as root at their next start',
      };
    if (now?.RoleArn) yield { kind: 'iam.role', arn: now.RoleArn, why: 'the notebook acts as this role' };
  },
};
export default action;
