import type { Callers } from '../../model/caller.ts';
import type { OpenDoor } from '../../model/open-door.ts';
import type { Principal } from '../../model/principal.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { Inventory } from '../inventory.ts';
import type { DoorRecord, Who } from './door-record.ts';

/** A containment of ours that holds and was not undone. */
export interface Closing {
  readonly actionId: string;
  readonly target: ResourceRef;
  /** When it was approved, AWS time, epoch ms. */
  readonly at: number;
}

/** Everything that the list of doors is computed from. */
export interface DoorFacts {
  readonly records: readonly DoorRecord[];
  readonly callers: Callers;
  readonly inventory: Inventory;
  readonly closings: readonly Closing[];
  /** Actions of the catalogue that can be planned on a resource. */
  offers(target: ResourceRef): readonly string[];
  /** Accounts that are ours. */
  readonly ours: ReadonlySet<string>;
  /** ARNs of the sessions that this incident is worked on with: their own doors are not the attacker's. */
  readonly own: ReadonlySet<string>;
  /** AWS time, epoch ms. */
  readonly now: number;
  /** Epoch ms from which on events are loaded. */
  readonly since: number;
  /** What keeps the events themselves from being complete, a sentence each. */
  readonly unseen: readonly string[];
}

/** What a door says that one event opened, whoever it is for. */
export const byEvent = (last: DoorRecord) => ({
  principal: last.who.name,
  account: last.account,
  region: last.region,
  proof: { type: 'event', eventId: last.eventId, at: last.at, action: last.action } as const,
  count: 1,
  until: undefined,
});

/** Whether two references mean the same resource; names count where one has no ARN. */
export const sameResource = (one: ResourceRef, other: ResourceRef): boolean =>
  one.kind === other.kind &&
  (one.arn !== '' && other.arn !== ''
    ? one.arn.toLowerCase() === other.arn.toLowerCase()
    : one.name.toLowerCase() === other.name.toLowerCase());

/** The last part of a role's or user's ARN. */
const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** The role or user behind a principal, as actions are planned on it; `undefined` for services, root and accounts. */
export function behind(principal: Pick<Principal, 'type' | 'arn' | 'name' | 'issuerArn'>): ResourceRef | undefined {
  const { type, arn, issuerArn } = principal;
  if (issuerArn?.includes(':role/')) return { kind: 'iam.role', arn: issuerArn, name: lastPart(issuerArn) };
  if (type === 'IAMUser' && arn.includes(':user/')) return { kind: 'iam.user', arn, name: lastPart(arn) };
  return undefined;
}

/** Actions that refuse a role's or user's calls: all of them, only of sessions that existed by then, or only new ways into SageMaker. */
const denials: { readonly [actionId: string]: 'all' | 'older' | 'entry' } = {
  'iam.role.quarantine': 'all',
  'iam.role.deny-all': 'all',
  'iam.role.set-boundary': 'all',
  'iam.role.revoke-sessions': 'older',
  'iam.role.deny-sagemaker-entry': 'entry',
  'iam.user.deny-all': 'all',
  'iam.user.deny-sagemaker-entry': 'entry',
};

/** Whether a role or user is denied what a door needs. `since`: when the credentials were issued. */
export function isDenied(
  { closings }: Pick<DoorFacts, 'closings'>,
  who: ResourceRef | undefined,
  what: 'entry' | 'session',
  since: number,
): boolean {
  if (!who) return false;
  return closings.some(({ actionId, target, at }) => {
    const reach = denials[actionId];
    if (!reach || !sameResource(target, who)) return false;
    return reach === 'all' || (reach === 'entry' ? what === 'entry' : at >= since);
  });
}

/** Whether a key is off: by a containment, or as the records have it. */
export function isKeyOff({ closings, records }: Pick<DoorFacts, 'closings' | 'records'>, accessKeyId: string): boolean {
  if (accessKeyId === '') return false;
  if (closings.some(({ actionId, target }) => actionId === 'iam.access-key.deactivate' && target.name === accessKeyId))
    return true;
  const changes = records.filter(
    (record): record is Extract<DoorRecord, { type: 'key' }> =>
      record.type === 'key' && record.accessKeyId === accessKeyId,
  );
  const last = changes.reduce<(typeof changes)[number] | undefined>(
    (best, one) => (!best || one.at >= best.at ? one : best),
    undefined,
  );
  return last?.change === 'off';
}

/** Whether a caller is one of those who are suspect, by who it is, its key, or the address of marked events. */
export function isSuspect(
  { callers }: Pick<DoorFacts, 'callers'>,
  who: Pick<Who, 'arn' | 'accessKeyId' | 'address'>,
): boolean {
  const { principals, addresses } = callers.suspects;
  return (
    principals.some(
      ({ arn, accessKeyId }) =>
        (arn !== '' && arn === who.arn) || (accessKeyId !== undefined && accessKeyId === who.accessKeyId),
    ) ||
    (isPublicAddress(who.address) && addresses.includes(who.address))
  );
}

/** An address out there, no host name of a service and none of a private network. */
export const isPublicAddress = (address: string): boolean =>
  /^[0-9a-f.:]+$/i.test(address) &&
  /[.:]/.test(address) &&
  !/^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80)/i.test(
    address,
  );

/** One way to close a door. */
export type Way = readonly [actionId: string, target: ResourceRef | undefined];

/** The first of the ways that can be planned here; else a sentence that names the best one. */
export function closing(
  facts: Pick<DoorFacts, 'offers'>,
  ways: readonly Way[],
): Pick<OpenDoor, 'closeWith'> & { readonly missing: string } {
  for (const [actionId, target] of ways)
    if (target && facts.offers(target).includes(actionId)) return { closeWith: { actionId, target }, missing: '' };
  const best = ways.find(([, target]) => target);
  return {
    closeWith: undefined,
    missing: best
      ? `${best[0]} on ${best[1]?.name ?? ''} would close it, and is not offered here`
      : 'nothing here closes it',
  };
}

/** Sentences as one text. */
export const sentences = (...parts: readonly (string | false | undefined)[]): string =>
  parts.flatMap((part) => (part ? [part] : [])).join('. ');

/** What a kind of resource is called in a sentence. */
export const noun = (kind: string): string =>
  kind
    .slice(kind.indexOf('.') + 1)
    .replace(/^notebook-instance$/, 'notebook')
    .replaceAll('-', ' ');
