import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, Check, ContainmentAction } from '../action.ts';
import { allPages, attempt } from '../attempt.ts';
import { decodeDocument, denyAllDocument, sameDocument } from '../policy-document.ts';
import { denyAllPolicyName } from '../policy-name.ts';
import { refuseProtectedRole } from '../protected-roles.ts';
import { roleUsers } from '../role-users.ts';
import { isGone } from '../state-check.ts';
import { call } from '../step.ts';
import { lines, some } from '../words.ts';

/** Characters of all inline policies of a role together, white space not counted. AWS's quota; the number is UNVERIFIED. */
const inlineQuota = 10_240;

/** Calls that an attacker would make; the simulator is asked about these. */
const probes = [
  'sagemaker:InvokeEndpoint',
  'sagemaker:CreatePresignedNotebookInstanceUrl',
  's3:GetObject',
  'iam:PassRole',
];

async function ourPolicy(role: string, policy: string, { aws, signal }: ActionContext): Promise<string | undefined> {
  try {
    const answer = await aws.call(
      'iam:GetRolePolicy',
      { RoleName: role, PolicyName: policy },
      { signal, priority: 'operator' },
    );
    return decodeDocument(answer.PolicyDocument ?? '');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The role's other policies: read for the snapshot and for the quota; a plan can do without. */
async function otherPolicies(role: string, policy: string, { aws, signal }: ActionContext) {
  const names = await attempt(
    allPages(async (Marker) => {
      const page = await aws.call(
        'iam:ListRolePolicies',
        { RoleName: role, ...(Marker ? { Marker } : {}) },
        { signal },
      );
      return { items: page.PolicyNames, next: page.IsTruncated ? page.Marker : undefined };
    }),
  );
  await attempt(aws.call('iam:ListAttachedRolePolicies', { RoleName: role }, { signal }));
  let characters = 0;
  for (const PolicyName of names.value ?? []) {
    if (PolicyName === policy) continue;
    const { value } = await attempt(aws.call('iam:GetRolePolicy', { RoleName: role, PolicyName }, { signal }));
    characters += decodeDocument(value?.PolicyDocument ?? '').replaceAll(/\s/g, '').length;
  }
  return { characters };
}

/** An inline policy that denies a role everything. Facts R2. */
const action: ContainmentAction = {
  id: 'iam.role.deny-all',
  title: 'Deny role everything: one inline policy, all others stay',
  class: 'seconds',
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html',
  ],
  reversible: true,

  async plan(target, context) {
    const { aws, signal } = context;
    const { Role } = await aws.call('iam:GetRole', { RoleName: target.name }, { signal, priority: 'operator' });
    const role = Role?.RoleName ?? target.name;
    refuseProtectedRole({ name: role, path: Role?.Path ?? '/' }, context.responderArn);
    if (Role?.Arn && target.arn && Role.Arn.toLowerCase() !== target.arn.toLowerCase())
      throw new RefusedError('OtherTarget', `the role ${role} of this account is ${Role.Arn}, not ${target.arn}`, [
        'Choose the role again',
      ]);
    const policy = denyAllPolicyName(context.incident);
    const before = await ourPolicy(role, policy, context);
    const stillOpen = [
      {
        what: `sessions of other roles that ${role} had assumed before`,
        until: null,
        closeWith: 'iam.role.deny-all on each of those roles',
      },
      {
        what: 'a session that can change IAM and is not denied can delete the policy',
        until: null,
        closeWith: null,
      },
    ];
    if (before !== undefined && sameDocument(before, denyAllDocument))
      return {
        summary: `${role} is denied everything already, by ${policy}`,
        impact: 'Nothing is sent.',
        evidenceLost: [],
        notRestored: [],
        steps: [],
        preconditions: [],
        stillOpen,
      };
    const { characters } = await otherPolicies(role, policy, context);
    const full = characters + denyAllDocument.length > inlineQuota;
    const address = { RoleName: role, PolicyName: policy };
    return {
      summary: `Deny ${role} everything with inline policy ${policy}`,
      impact: lines(
        `Every session of ${role}, old and new, is refused every call within seconds to minutes; whatever runs with it fails at its next call.`,
        'Endpoints that are still being deleted need the role to clean up: delete endpoints first, restrict the role afterwards.',
        before !== undefined && `A different policy named ${policy} is replaced; undo puts it back.`,
        full &&
          `Its inline policies hold ${characters} characters already: AWS will probably refuse this one (LimitExceeded); attach arn:${context.partition}:iam::aws:policy/AWSDenyAll instead.`,
      ),
      evidenceLost: ['container and notebook logs stop: their delivery to CloudWatch Logs uses the role'],
      notRestored: ['calls and jobs that failed while the role was denied'],
      steps: [
        call(
          { name: 'iam:PutRolePolicy', input: { ...address, PolicyDocument: denyAllDocument } },
          {
            undo: [
              before === undefined
                ? call({ name: 'iam:DeleteRolePolicy', input: address })
                : call({ name: 'iam:PutRolePolicy', input: { ...address, PolicyDocument: before } }),
            ],
          },
        ),
      ],
      preconditions: [],
      stillOpen,
      comesBack: [`everything that the policies of ${role} allow, for every session of it that is still valid`],
    };
  },

  async verify(target, context) {
    const policy = denyAllPolicyName(context.incident);
    const document = await ourPolicy(target.name, policy, context);
    const checks: Check[] = [
      {
        what: `inline policy ${policy} of ${target.name} denies everything`,
        holds: document !== undefined && sameDocument(document, denyAllDocument),
        why: document === undefined ? 'the policy is not there' : document,
      },
    ];
    const simulated = await attempt(
      context.aws.call(
        'iam:SimulatePrincipalPolicy',
        { PolicySourceArn: target.arn, ActionNames: [...probes] },
        { signal: context.signal, priority: 'operator' },
      ),
    );
    // Not allowed to ask the simulator: no statement, rather than a wrong one.
    if (simulated.value) {
      const allowed = (simulated.value.EvaluationResults ?? []).filter(
        ({ EvalDecision }) => EvalDecision !== 'explicitDeny',
      );
      checks.push({
        what: `the IAM simulator denies ${target.name} ${probes.length} calls explicitly`,
        holds: allowed.length === 0 && (simulated.value.EvaluationResults ?? []).length > 0,
        why:
          allowed.length === 0
            ? 'explicitDeny for all'
            : `not explicitly denied: ${some(allowed.map(({ EvalActionName }) => EvalActionName ?? '?'))}`,
        settles: true,
      });
    }
    return checks;
  },

  affected: roleUsers,
};
export default action;
