import type { ContainmentAction } from '../action.ts';
import { describeNotebook, type NotebookChange, planNotebookChange } from '../notebook.ts';
import { usableRole, usableRoles } from '../usable-role.ts';

const changeTo = (role: string): NotebookChange => ({
  done: ({ RoleArn }) => RoleArn === role,
  input: { RoleArn: role },
  back: ({ RoleArn }) => ({ RoleArn }),
  member: 'RoleArn',
  words: ({ RoleArn }) => `let it act as ${role} instead of ${RoleArn}`,
  alreadySo: `it acts as ${role} already`,
  comesBack: ({ RoleArn }) => `role ${RoleArn} for whatever runs on it`,
  alsoNeeds: ['iam:PassRole'],
});

/** What runs on the notebook from its next start on may do what another role may. Sessions of the old role live on. Facts N7. */
const action: ContainmentAction = {
  id: 'sagemaker.notebook-instance.swap-role',
  title: 'Swap role: stop the notebook, let it act as another role',
  class: 'interrupts',
  appliesTo: ['sagemaker.notebook-instance'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'role',
      title: 'role to act as from the next start on',
      choices: async (target, context) => usableRoles((await describeNotebook(target.name, context))?.RoleArn, context),
    },
  ],
  plan: async (target, context) => planNotebookChange(target, context, changeTo(await usableRole(context))),
  async verify(target, context) {
    const now = await describeNotebook(target.name, context);
    return [
      {
        what: `notebook ${target.name} acts as ${context.params.role}`,
        holds: now?.RoleArn === context.params.role,
        why: now ? `RoleArn = ${now.RoleArn}` : 'sagemaker:DescribeNotebookInstance finds nothing',
      },
    ];
  },
  async *affected(target, context) {
    const now = await describeNotebook(target.name, context);
    if (now?.RoleArn)
      yield {
        kind: 'iam.role',
        arn: now.RoleArn,
        why: 'its sessions that were issued before live on until they expire; restrict the role itself to end them',
      };
  },
};
export default action;
