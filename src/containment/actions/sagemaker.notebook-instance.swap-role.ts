import { parseArn } from '../../model/arn.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { allPages } from '../attempt.ts';
import { describeNotebook, type NotebookChange, planNotebookChange } from '../notebook.ts';
import { decodeDocument } from '../policy-document.ts';

/** Whether SageMaker may assume a role, by its trust policy; what is no JSON trusts nobody. */
function trustsSageMaker(document: string | undefined): boolean {
  return /"(?:sagemaker|\*)(?:\.amazonaws\.com(?:\.cn)?)?"/.test(decodeDocument(document ?? ''));
}

/** @throws UsageError, RefusedError `RoleNotUsable` */
async function wantedRole({ aws, signal, account, params }: ActionContext): Promise<string> {
  const { role } = params;
  const arn = parseArn(role ?? '');
  if (!role || arn?.service !== 'iam' || !arn.resource.startsWith('role/'))
    throw new UsageError('the role to swap to is missing or no role ARN', {
      nextSteps: ['Give --set role=arn:aws:iam::ACCOUNT:role/NAME'],
    });
  if (arn.account !== account)
    throw new RefusedError(
      'RoleNotUsable',
      `${role} is in account ${arn.account}: SageMaker takes roles of ${account}`,
      ['Choose a role of this account'],
    );
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  const { Role } = await aws.call('iam:GetRole', { RoleName: name }, { signal, priority: 'operator' });
  if (Role?.Arn !== role)
    throw new RefusedError('RoleNotUsable', `the role ${name} is ${Role?.Arn}, not ${role}`, ['Give its whole ARN']);
  if (!trustsSageMaker(Role.AssumeRolePolicyDocument))
    throw new RefusedError('RoleNotUsable', `${role} does not trust sagemaker.amazonaws.com: AWS would refuse it`, [
      'Choose a role with that trust policy',
    ]);
  return role;
}

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
      async choices(target, { aws, signal, ...context }) {
        const now = await describeNotebook(target.name, { aws, signal, ...context });
        const roles = await allPages(async (Marker) => {
          const page = await aws.call('iam:ListRoles', Marker ? { Marker } : {}, { signal, priority: 'operator' });
          return { items: page.Roles, next: page.IsTruncated ? page.Marker : undefined };
        });
        return roles
          .filter(({ Arn, AssumeRolePolicyDocument, Path }) =>
            Boolean(
              Arn &&
                Arn !== now?.RoleArn &&
                !Path?.startsWith('/aws-service-role/') &&
                trustsSageMaker(AssumeRolePolicyDocument),
            ),
          )
          .map(({ Arn = '' }) => Arn)
          .sort();
      },
    },
  ],
  plan: async (target, context) => planNotebookChange(target, context, changeTo(await wantedRole(context))),
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
