import { copiedDoors } from '../inventory/doors/copied.ts';
import { behind, isPublicAddress, sameResource } from '../inventory/doors/facts.ts';
import { emptyInventory } from '../inventory/inventory.ts';
import type { Callers } from '../model/caller.ts';
import type { NormalisedEvent } from '../model/event.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Params } from './action.ts';
import type { Containment } from './containment.ts';

/** An event as far as playbooks read it. */
export type SeenEvent = Pick<
  NormalisedEvent,
  'id' | 'at' | 'action' | 'readOnly' | 'account' | 'region' | 'principal' | 'sourceIp' | 'errorCode' | 'resources'
>;

/** What AWS says of a resource now. */
export interface KnownResource {
  readonly ref: ResourceRef;
  readonly state: string;
  readonly activity: 'running' | 'changing' | 'idle';
  readonly role: ResourceRef | undefined;
  readonly relations: readonly {
    readonly role: string;
    readonly to: ResourceRef;
    readonly proof: string;
    readonly outside?: boolean;
    readonly note?: string;
  }[];
}

/** Everything that the targets and the order of a playbook are found from. */
export interface PlaybookFacts {
  /** The account that is acted in. */
  readonly account: string;
  readonly partition: string;
  /** The event it is started on; `undefined` for a resource or a principal. */
  readonly event: SeenEvent | undefined;
  /** Events about the subject and of those who are suspect, oldest first, each once. */
  readonly events: readonly SeenEvent[];
  readonly resources: readonly KnownResource[];
  readonly callers: Callers;
  /** What this incident did and has not undone: the trail lags, and is silent about it for minutes. */
  readonly standing: readonly StandingContainment[];
  /** ARNs of the identities that this incident is worked on with. */
  readonly own: ReadonlySet<string>;
  /** AWS time, epoch ms. */
  readonly now: number;
  /** What could not be looked at, a sentence each. */
  readonly unseen: readonly string[];
}

/** A containment whose calls arrived. */
export interface StandingContainment {
  readonly id: string;
  readonly action: string;
  readonly target: ResourceRef;
  readonly params: Params;
}

/** Those of the containments that stand: written, not undone, and not found absent since. */
export const standing = (containments: readonly Containment[]): readonly StandingContainment[] =>
  containments
    .filter(({ state, verdict }) => (state === 'written' || state === 'confirmed') && verdict.effect !== 'absent')
    .map(({ id, plan }) => ({ id, action: plan.action, target: plan.target, params: plan.params }));

/** Use of a role's credentials from where none of its compute is. */
export interface OutsideUse {
  readonly role: ResourceRef;
  readonly address: string;
  readonly eventId: string;
  /** One sentence. */
  readonly why: string;
}

/** Accepted, and neither ours nor a service's own. */
const counts = ({ errorCode, principal }: SeenEvent, own: ReadonlySet<string>): boolean =>
  errorCode === '' && principal !== undefined && !own.has(principal.arn) && principal.type !== 'AWSService';

/** Accepted events of people and code, ours left out. */
export const accepted = ({ events, own }: Pick<PlaybookFacts, 'events' | 'own'>): readonly SeenEvent[] =>
  events.filter((event) => counts(event, own));

/** Use of credentials that were made for compute and are used elsewhere, by the list of open doors' own rule. */
export const copiedUses = ({
  callers,
  account,
  own,
  now,
}: Pick<PlaybookFacts, 'callers' | 'account' | 'own' | 'now'>): readonly OutsideUse[] =>
  copiedDoors({
    callers,
    records: [],
    inventory: emptyInventory,
    closings: [],
    offers: () => [],
    ours: new Set([account]),
    own,
    now,
    since: 0,
    unseen: [],
  }).flatMap(({ resource, what, why, proof }) =>
    resource
      ? [
          {
            role: resource,
            address: /used from (\S+)$/.exec(what)?.[1] ?? '',
            eventId: proof.type === 'event' ? proof.eventId : '',
            why: `${what} (${why.split('. ')[0]})`,
          },
        ]
      : [],
  );

/** One key of the role that was used from two public addresses. */
function twoAddresses(role: ResourceRef, facts: PlaybookFacts): OutsideUse | undefined {
  const uses = new Map<string, { readonly addresses: Set<string>; last: SeenEvent }>();
  for (const event of facts.events) {
    const { principal, sourceIp } = event;
    const who = principal && behind(principal);
    if (!principal?.accessKeyId || !who || !sameResource(who, role)) continue;
    if (!isPublicAddress(sourceIp) || facts.own.has(principal.arn)) continue;
    const use = uses.get(principal.accessKeyId) ?? { addresses: new Set<string>(), last: event };
    use.addresses.add(sourceIp);
    use.last = event;
    uses.set(principal.accessKeyId, use);
  }
  for (const [key, { addresses, last }] of uses)
    if (addresses.size > 1)
      return {
        role,
        address: last.sourceIp,
        eventId: last.id,
        why: `session key ${key} of ${role.name} was used from ${[...addresses].slice(0, 3).join(' and ')}`,
      };
  return undefined;
}

/**
 * Where credentials of a role were used that is not AWS compute, by the list of open doors' own rule (one set of credentials from two places,
 * or from where people call), else by one session's key from two addresses. `undefined`: not seen, which proves nothing.
 */
export function outsideUse(role: ResourceRef, facts: PlaybookFacts): OutsideUse | undefined {
  return copiedUses(facts).find((use) => sameResource(use.role, role)) ?? twoAddresses(role, facts);
}

/** Names compare as SageMaker and IAM compare them. */
export const isAbout = (event: Pick<SeenEvent, 'resources'>, ref: ResourceRef): boolean =>
  event.resources.some((one) => sameResource(one, ref));

/** What AWS said of a resource; `undefined`: it was not asked, or did not say. */
export const known = ({ resources }: Pick<PlaybookFacts, 'resources'>, ref: ResourceRef): KnownResource | undefined =>
  resources.find((one) => sameResource(one.ref, ref));

/** Each resource once, the first of them. */
export function once<Item extends { readonly ref: ResourceRef }>(items: readonly Item[]): readonly Item[] {
  const seen: Item[] = [];
  for (const item of items) if (!seen.some(({ ref }) => sameResource(ref, item.ref))) seen.push(item);
  return seen;
}
