import { parseArn } from '../../model/arn.ts';
import { RefusedError } from '../../model/errors.ts';
import { decodeDocument } from '../../shared/policy-document.ts';
import type { ActionContext, ContainmentAction, Precondition } from '../action.ts';
import { sameDocument, statementsOf } from '../policy-document.ts';
import { readHolder } from '../policy-holder.ts';
import { roleUsers } from '../role-users.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { lines, some } from '../words.ts';

/** Trusts nobody: it allows nothing, and says so for whoever reads it. */
export const frozenTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'FirebreakFrozen',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'],
    },
  ],
});

/** Who a trust policy speaks of. */
function principalsOf(document: string): readonly string[] {
  const found = (statementsOf(document) ?? []).flatMap(({ Principal }) =>
    typeof Principal === 'string'
      ? [Principal]
      : Object.values((Principal ?? {}) as Record<string, string | readonly string[]>).flat(),
  );
  return [...new Set(found.map(String))].sort();
}

/** What AWS makes of a principal in a policy when it is deleted: its unique id. Such a policy cannot be put again. */
const deletedId = /^(AIDA|AROA)[A-Z0-9]{12,}$/;

/**
 * What must still be so when the trust is put back: each user and role of this account that it names is the one that it was. IAM refuses a
 * policy whose principal is gone, and one that was made again under the name is somebody else.
 */
async function principalChecks(
  principals: readonly string[],
  { aws, account, signal }: ActionContext,
): Promise<readonly Precondition[]> {
  const checks: Precondition[] = [];
  for (const principal of principals) {
    const arn = parseArn(principal);
    if (arn?.account !== account) continue;
    const [type = '', ...rest] = arn.resource.split('/');
    const role = type === 'role' ? rest.at(-1) : type === 'assumed-role' ? rest[0] : undefined;
    const user = type === 'user' ? rest.at(-1) : undefined;
    const options = { signal, priority: 'operator' } as const;
    try {
      if (role) {
        const { Role } = await aws.call('iam:GetRole', { RoleName: role }, options);
        checks.push({
          read: { name: 'iam:GetRole', input: { RoleName: role } },
          member: 'Role.RoleId',
          equals: Role?.RoleId ?? null,
        });
      } else if (user) {
        const { User } = await aws.call('iam:GetUser', { UserName: user }, options);
        checks.push({
          read: { name: 'iam:GetUser', input: { UserName: user } },
          member: 'User.UserId',
          equals: User?.UserId ?? null,
        });
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return checks;
}

/**
 * Lets nobody assume a role any more; sessions that exist go on. Facts R4, 5.10. Assumed, not measured on AWS: that SageMaker can no longer refresh
 * credentials of running compute then, so that jobs fail when their token ends.
 */
const action: ContainmentAction = {
  id: 'iam.role.freeze-trust',
  title: 'Freeze role: nobody can assume it any more; existing sessions go on',
  class: 'interrupts',
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html',
  ],
  reversible: true,

  async plan(target, context) {
    const holder = await readHolder(target, context);
    const stillOpen = [
      {
        what: `sessions of ${holder.name} that exist, until they expire`,
        until: null,
        closeWith: `iam.role.revoke-sessions ${holder.arn}`,
      },
    ];
    if (sameDocument(holder.trust, frozenTrust))
      return { ...nothingToSend(`${holder.name} trusts nobody already`), stillOpen };
    if (statementsOf(holder.trust) === undefined)
      throw new RefusedError(
        'PolicyNotReadable',
        `the trust policy of ${holder.name} is no JSON: undo could not put it back`,
        [`Use iam.role.quarantine on ${holder.name}`],
      );
    const principals = principalsOf(holder.trust);
    const deleted = principals.filter((principal) => deletedId.test(principal));
    const elsewhere = principals.filter((principal) => {
      const account = parseArn(principal)?.account ?? (/^\d{12}$/.test(principal) ? principal : '');
      return account !== '' && account !== context.account;
    });
    const put = (PolicyDocument: string) =>
      call({ name: 'iam:UpdateAssumeRolePolicy', input: { RoleName: holder.name, PolicyDocument } });
    return {
      summary: `Let nobody assume ${holder.name}: its trust policy named ${some(principals)}`,
      impact: lines(
        `Nobody and no service gets a new session of ${holder.name}; sessions that exist go on.`,
        principals.some((principal) => principal.startsWith('sagemaker')) &&
          'SageMaker can no longer refresh the credentials of running notebooks, apps, jobs and endpoints, nor clean up with the role: they fail when their token ends (assumed, not measured on AWS).',
      ),
      evidenceLost: [],
      notRestored: [
        `calls and jobs that failed while nobody could assume ${holder.name}`,
        ...deleted.map(
          (id) => `the trust policy: it names ${id}, which was deleted, and AWS refuses to put such a policy back`,
        ),
        ...(elsewhere.length > 0
          ? [
              `the trust policy, if one of these was deleted in its account meanwhile: ${some(elsewhere)} (not seen from here)`,
            ]
          : []),
      ],
      steps: [{ ...put(frozenTrust), ...(deleted.length > 0 ? {} : { undo: [put(holder.trust)] }) }],
      preconditions: [],
      undoNeeds: await principalChecks(principals, context),
      stillOpen,
      comesBack: [`new sessions of ${holder.name} for ${some(principals)}`],
    };
  },

  async verify(target, { aws, signal }) {
    const { Role } = await aws.call('iam:GetRole', { RoleName: target.name }, { signal, priority: 'operator' });
    const trust = decodeDocument(Role?.AssumeRolePolicyDocument ?? '');
    return [{ what: `${target.name} trusts nobody`, holds: sameDocument(trust, frozenTrust), why: trust }];
  },

  affected: roleUsers,
};
export default action;
