import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, ActionPlan, Check, ContainmentAction, StillOpen } from './action.ts';
import { attempt } from './attempt.ts';
import { deniedBy, denyRoute, type InlineDeny, readDenies, simulatedDeny } from './inline-deny.ts';
import { denyAllDocument, quarantineDocument } from './policy-document.ts';
import { listAttached, type PolicyHolder, readHolder, readPolicies } from './policy-holder.ts';
import { policyNameOf } from './policy-name.ts';
import { nothingToSend } from './step.ts';
import { lines } from './words.ts';

/** Calls that an attacker would make; the simulator is asked about these. */
export const probes: readonly string[] = [
  'sagemaker:InvokeEndpoint',
  'sagemaker:CreatePresignedNotebookInstanceUrl',
  's3:GetObject',
  'iam:PassRole',
];

/** How a kind of full deny differs from the other. */
export interface FullDeny {
  readonly purpose: 'DenyAll' | 'Quarantine';
  /** `denied everything`, `quarantined`. */
  readonly done: string;
  /** `Deny ds-exec everything`, before the way it is done. */
  verb(name: string): string;
  readonly impact: (name: string) => readonly string[];
}

const deny = (purpose: FullDeny['purpose'], incident: string): InlineDeny => ({
  policy: policyNameOf(incident, purpose),
  document: purpose === 'DenyAll' ? denyAllDocument : quarantineDocument,
});

/** The documents that fulfil a kind of deny: a deny-all is more than a quarantine. */
const fulfilling = (purpose: FullDeny['purpose'], incident: string): readonly InlineDeny[] => [
  deny('DenyAll', incident),
  ...(purpose === 'Quarantine' ? [deny('Quarantine', incident)] : []),
];

const logsStop = 'container and notebook logs stop: their delivery to CloudWatch Logs uses the role';

/** What is open after a full deny. */
export const openAfterDeny = ({ kind, name }: Pick<PolicyHolder, 'kind' | 'name'>): readonly StillOpen[] => [
  kind === 'iam.role'
    ? {
        what: `sessions of other roles that ${name} had assumed before`,
        until: null,
        closeWith: 'iam.role.deny-all on each of those roles',
      }
    : {
        what: `sessions of roles that ${name} had assumed before: they live on until they expire`,
        until: null,
        closeWith: 'iam.role.revoke-sessions on each of those roles',
      },
  {
    what: 'a session that can change IAM and is not denied can delete the policy; IAM enforces a change seconds to minutes after it reads back',
    until: null,
    closeWith: null,
  },
];

/** Plans a deny of everything, or of nearly everything, on a role or a user. */
export async function planFullDeny(
  target: ResourceRef,
  context: ActionContext,
  kind: FullDeny,
): Promise<ActionPlan & { readonly holder: PolicyHolder }> {
  const holder = await readHolder(target, context);
  const wanted = deny(kind.purpose, context.incident);
  const found = await readDenies(holder, fulfilling(kind.purpose, context.incident), context);
  const held = await readPolicies(holder, context);
  const stillOpen = openAfterDeny(holder);
  const already = deniedBy(holder, found, held, context);
  if (already) return { ...nothingToSend(`${holder.name} is ${kind.done} already, by ${already}`), stillOpen, holder };
  const before = found.find(({ policy }) => policy === wanted.policy)?.found;
  const route = denyRoute(holder, wanted, before, held, context);
  const role = holder.kind === 'iam.role';
  return {
    holder,
    summary: `${kind.verb(holder.name)} ${route.words}`,
    impact: lines(...kind.impact(holder.name), ...route.warnings),
    evidenceLost: role && route.everything ? [logsStop] : [],
    notRestored: [`calls${role ? ' and jobs' : ''} that failed while ${holder.name} was denied`],
    steps: route.steps,
    preconditions: [],
    stillOpen,
    comesBack: [`everything that the policies of ${holder.name} allow, for every session of it that is still valid`],
  };
}

/** What the actions of one kind of full deny have in common. */
export const fullDeny = (kind: FullDeny): Pick<ContainmentAction, 'class' | 'reversible' | 'plan' | 'verify'> => ({
  class: 'seconds',
  reversible: true,
  async plan(target, context) {
    const { holder: _, ...plan } = await planFullDeny(target, context, kind);
    return plan;
  },
  verify: (target, context) => verifyFullDeny(target, context, kind),
});

/** Reads back whether a role or user is denied, whichever way that was done. */
export async function verifyFullDeny(
  target: ResourceRef,
  context: ActionContext,
  kind: FullDeny,
): Promise<readonly Check[]> {
  const named = { kind: target.kind === 'iam.role' ? 'iam.role' : 'iam.user', name: target.name } as const;
  const found = await readDenies(named, fulfilling(kind.purpose, context.incident), context);
  const attached = (await attempt(listAttached(named, context))).value;
  const { aws, signal } = context;
  const boundary =
    named.kind === 'iam.role'
      ? (await aws.call('iam:GetRole', { RoleName: named.name }, { signal })).Role?.PermissionsBoundary
      : (await aws.call('iam:GetUser', { UserName: named.name }, { signal })).User?.PermissionsBoundary;
  const by = deniedBy({ boundary: boundary?.PermissionsBoundaryArn }, found, { attached }, context);
  const other = found.find(({ policy }) => policy === deny(kind.purpose, context.incident).policy)?.found;
  return [
    {
      what: `${target.name} is ${kind.done}`,
      holds: by !== undefined,
      why: by ? `by ${by}` : other === undefined ? 'the policy is not there' : `the policy says: ${other}`,
    },
    ...(await simulatedDeny(target, { actions: probes }, context)),
  ];
}
