import { foreignUse } from '../inventory/doors/copied.ts';
import type { Callers } from '../model/caller.ts';
import { computeSession, type Principal } from '../model/principal.ts';
import { issuedLater } from '../policy/recorded.ts';
import { isOf, judgeAll, judgeFor, type Restriction } from '../policy/restriction.ts';
import type { Affected, Plan } from './action.ts';
import { some } from './words.ts';

/** What the order of steps is judged by. */
export interface OrderFacts {
  readonly plan: Pick<Plan, 'action' | 'target' | 'account' | 'steps'>;
  readonly restrictions: readonly Restriction[];
  readonly affected: readonly Affected[];
  /** `undefined` where no events are loaded. */
  readonly callers: Callers | undefined;
  /** Our own next calls that it would refuse. */
  readonly ownCalls: readonly string[];
}

/** Roles whose sessions lose everything, or nearly, by name. */
const restricted = (restrictions: readonly Restriction[]): readonly string[] => [
  ...new Set(
    restrictions.flatMap((one) =>
      (one.type === 'deny' || one.type === 'boundary' || one.type === 'detach') && one.holder.type === 'role'
        ? [one.holder.name]
        : one.type === 'trust'
          ? [one.role.name]
          : [],
    ),
  ),
];

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** `notebook instance fraud-lab`; of an app, whose names are alike, whose it is: `app carol/canvas/default`. */
function named({ arn, kind }: Affected): string {
  const noun = kind.slice(kind.indexOf('.') + 1).replaceAll('-', ' ');
  return `${noun} ${kind === 'sagemaker.app' ? arn.split('/').slice(-3).join('/') : lastPart(arn)}`;
}
/** A few names are enough in a warning: all of them stand among what is hit. */
const fewOf = (all: readonly Affected[]): string => some(all.map(named), 3);

/** Whether code that runs as the role is refused a call, by default whatever credentials it is given next. */
function refusesCode(
  restrictions: readonly Restriction[],
  account: string,
  role: string,
  action: string,
  issuedAt = issuedLater,
): boolean {
  const principal: Principal = {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${computeSession}`,
    name: `${role}/${computeSession}`,
    issuedAt,
  };
  return judgeAll(restrictions.map(judgeFor), { action, principal, resources: [] }).refused === true;
}

/** Keys that were made for compute and used elsewhere: suspect, whether or not anything is marked. */
export const carriedAway = (callers: Callers | undefined): readonly string[] =>
  (callers?.compute ?? []).flatMap((caller) =>
    caller.principal.accessKeyId && foreignUse(caller) ? [caller.principal.accessKeyId] : [],
  );

/** Where credentials of a role were used that were made for compute and did not stay there. */
function usedOutside(role: string, account: string, callers: Callers | undefined): string | undefined {
  for (const caller of callers?.compute ?? []) {
    if (!isOf({ type: 'role', account, name: role }, caller.principal)) continue;
    const foreign = foreignUse(caller);
    if (foreign) return `${foreign.use.address}, event ${foreign.use.eventId}: ${foreign.why}`;
  }
  return undefined;
}

/** Actions that end what runs; what they run as is among the affected. */
const stops =
  /^sagemaker\.(?:notebook-instance\.|app\.|user-profile\.close|presigned-entry|endpoint\.delete|[\w-]+\.stop$)/;

/**
 * In which order things should be done, where this plan is out of it (facts 5.0 laws 2 and 6, 5.10): copied credentials first the role, else
 * entry, compute, wait, role; endpoints always before their role; parents before children.
 */
export function orderWarnings({ plan, restrictions, affected, callers, ownCalls }: OrderFacts): readonly string[] {
  const warnings: string[] = [];
  if (ownCalls.length > 0)
    warnings.push(
      `it would refuse your own next calls (${some(ownCalls)}): you could not undo it. Act as somebody else`,
    );
  const roles = restricted(restrictions);
  for (const role of roles) {
    const outside = usedOutside(role, plan.account, callers);
    const cutsCode =
      refusesCode(restrictions, plan.account, role, 's3:GetObject') ||
      restrictions.some(({ type }) => type === 'trust' || type === 'detach');
    const cutsCleanUp = refusesCode(restrictions, plan.account, role, 'ec2:DeleteNetworkInterface');
    const deleting = affected.filter(({ doing }) => doing === 'being deleted');
    if (deleting.length > 0 && cutsCode)
      warnings.push(
        `${fewOf(deleting)} still being deleted: restrict ${role} after that has ended, else AWS cannot clean up`,
      );
    const running = affected.filter(({ doing }) => doing === 'running');
    if (outside) {
      const cutsCopies = refusesCode(restrictions, plan.account, role, 's3:GetObject', 0);
      const advice = cutsCode
        ? `this first, then stop what runs as it${running.length > 0 ? ` (${fewOf(running)})` : ''}`
        : cutsCopies
          ? 'this ends the copies that exist; whoever still is on the compute copies fresh ones: quarantine the role instead, or stop the compute too'
          : 'this does not end them; quarantine the role first (iam.role.quarantine)';
      warnings.push(`credentials of ${role} were used outside AWS (${outside}): ${advice}`);
    } else if (running.length > 0 && cutsCode)
      warnings.push(
        `compute of ${role} still runs (${fewOf(running)}): cut entry and stop it first, then restrict the role, unless its credentials were carried away`,
      );
    const endpoints = running.filter(({ kind }) => kind === 'sagemaker.endpoint');
    if (endpoints.length > 0 && cutsCleanUp)
      warnings.push(
        `if ${fewOf(endpoints)} should go: delete ${endpoints.length === 1 ? 'it' : 'them'} before the role is restricted, else AWS cannot clean up`,
      );
  }
  if (roles.length === 0 && stops.test(plan.action))
    for (const { arn } of affected.filter(({ kind }) => kind === 'iam.role')) {
      const outside = usedOutside(lastPart(arn), plan.account, callers);
      if (outside)
        warnings.push(
          `credentials of ${lastPart(arn)} were used outside AWS (${outside}): stopping compute does not end them; quarantine the role first (iam.role.quarantine)`,
        );
    }
  const parents = affected.filter(({ undoes }) => undoes);
  if (parents.length > 0) warnings.push(`${fewOf(parents)} would bring it back: stop that first`);
  return [...new Set(warnings)];
}
