import type { ContainmentAction } from '../action.ts';
import { describeNotebook, type NotebookChange, planNotebookChange } from '../notebook.ts';

const change: NotebookChange = {
  done: ({ RootAccess }) => RootAccess === 'Disabled',
  input: { RootAccess: 'Disabled' },
  back: ({ RootAccess }) => ({ RootAccess }),
  member: 'RootAccess',
  words: () => 'take root away from its users',
  alreadySo: 'its users have no root already',
  comesBack: ({ NotebookInstanceName }) => `root for the users of ${NotebookInstanceName}`,
};

/** Users of the notebook lose root. Lifecycle scripts still run as root: detaching them is another action. Facts N3. */
const action: ContainmentAction = {
  id: 'sagemaker.notebook-instance.disable-root-access',
  title: 'Disable root access: stop the notebook, take root away from its users',
  class: 'interrupts',
  appliesTo: ['sagemaker.notebook-instance'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html',
  ],
  reversible: true,
  async plan(target, context) {
    const plan = await planNotebookChange(target, context, change);
    return plan.steps.length === 0
      ? plan
      : {
          ...plan,
          stillOpen: [
            ...(plan.stillOpen ?? []),
            {
              what: 'lifecycle scripts, which run as root whatever this setting says',
              until: null,
              closeWith: `sagemaker.notebook-instance.detach-lifecycle-config ${target.name}`,
            },
          ],
        };
  },
  async verify(target, context) {
    const now = await describeNotebook(target.name, context);
    return [
      {
        what: `users of notebook ${target.name} have no root`,
        holds: !now || now.RootAccess === 'Disabled',
        why: now ? `RootAccess = ${now.RootAccess}` : 'sagemaker:DescribeNotebookInstance finds nothing',
      },
    ];
  },
};
export default action;
