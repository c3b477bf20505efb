import type { OpenDoor } from '../../model/open-door.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { DoorRecord } from './door-record.ts';
import {
  closing,
  type DoorFacts,
  isDenied,
  isKeyOff,
  isSuspect,
  noun,
  sameResource,
  sentences,
  type Way,
} from './facts.ts';

type Mint = Extract<DoorRecord, { type: 'mint' }>;
type Issued = Extract<DoorRecord, { type: 'issued' }>;

/** What stops the compute behind a URL, by its kind. */
const stops: { readonly [kind: string]: readonly string[] } = {
  'sagemaker.notebook-instance': ['sagemaker.presigned-entry.close', 'sagemaker.notebook-instance.stop'],
  'sagemaker.user-profile': ['sagemaker.presigned-entry.close', 'sagemaker.user-profile.close-apps'],
  'sagemaker.space': ['sagemaker.space.disable-remote-access'],
  'sagemaker.app': ['sagemaker.app.delete'],
  'sagemaker.mlflow-tracking-server': ['sagemaker.presigned-entry.close', 'sagemaker.mlflow-tracking-server.stop'],
};

/** Everything of one key together, in the order of its first. */
export function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [string, readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups];
}

/** The one with the latest time. */
export const latest = <Item extends { readonly at: number }>(items: readonly Item[]): Item =>
  items.reduce((best, one) => (one.at >= best.at ? one : best));

/** From where the calls came, the last one first, two at most. */
function places(records: readonly DoorRecord[]): string {
  const addresses = [
    ...new Set([...records].sort((a, b) => b.at - a.at).map(({ who }) => who.address || 'an unknown address')),
  ];
  return addresses.length > 2
    ? `${addresses.slice(0, 2).join(', ')} and ${addresses.length - 2} more`
    : addresses.join(' and ');
}

/** When the compute behind a URL was last stopped: by a containment of ours, by anybody's call, or as AWS shows it now. */
function stoppedAt(facts: DoorFacts, resource: ResourceRef): number | undefined {
  const times = [
    ...facts.closings.flatMap(({ actionId, target, at }) =>
      (stops[resource.kind] ?? []).includes(actionId) && sameResource(target, resource) ? [at] : [],
    ),
    ...facts.records.flatMap((record) =>
      record.type === 'stopped' && sameResource(record.resource, resource) ? [record.at] : [],
    ),
    ...facts.inventory.items.flatMap(({ ref, activity, state, modifiedAt }) =>
      sameResource(ref, resource) && activity === 'idle' && state !== 'Failed' && modifiedAt !== undefined
        ? [modifiedAt]
        : [],
    ),
  ];
  return times.length > 0 ? Math.max(...times) : undefined;
}

/**
 * Ways in by URL. AWS offers nothing that lists or revokes them, so each lives until its end, unless the compute behind it was stopped after
 * it was made *and* who made it can make no other.
 */
export function entryDoors(facts: DoorFacts): readonly OpenDoor[] {
  const { now } = facts;
  const mints = facts.records.filter(
    (record): record is Mint =>
      record.type === 'mint' && !facts.own.has(record.who.arn) && (record.until ?? Number.POSITIVE_INFINITY) > now,
  );
  return grouped(mints, ({ who, resource, account, region }) =>
    [who.arn || who.name, resource.kind, (resource.arn || `${account} ${region} ${resource.name}`).toLowerCase()].join(
      '|',
    ),
  ).flatMap(([key, group]): OpenDoor[] => {
    const last = latest(group);
    const { who, resource } = last;
    const denied = isDenied(facts, who.behind, 'entry', last.at) || isKeyOff(facts, who.accessKeyId);
    const stopped = stoppedAt(facts, resource);
    const open = group.filter(({ at }) => !(denied && stopped !== undefined && stopped >= at));
    if (open.length === 0) return [];
    const isStopped = stopped !== undefined && stopped >= last.at;
    const urlOpen = open.some(({ urlUntil }) => urlUntil !== undefined && urlUntil > now);
    const ends = open.flatMap(({ until }) => until ?? []);
    const stop: readonly Way[] = (stops[resource.kind] ?? []).map((id): Way => [id, resource]);
    const deny: readonly Way[] =
      who.behind?.kind === 'iam.user'
        ? [
            ['iam.user.deny-sagemaker-entry', who.behind],
            [
              'iam.access-key.deactivate',
              who.accessKeyId.startsWith('AKIA')
                ? { kind: 'iam.access-key', arn: '', name: who.accessKeyId }
                : undefined,
            ],
            ['iam.user.deny-all', who.behind],
          ]
        : [
            ['iam.role.deny-sagemaker-entry', who.behind],
            ['iam.role.quarantine', who.behind],
            ['iam.role.deny-all', who.behind],
          ];
    const close = closing(facts, isStopped ? deny : [...stop, ...(denied ? [] : deny)]);
    const what = noun(resource.kind);
    return [
      {
        id: `entry|${key}`,
        kind: urlOpen ? 'presigned-url' : 'session',
        what: `${who.name} ${last.action === 'sagemaker:StartSession' ? 'opened a remote session on' : 'may be on'} ${what} ${resource.name} from ${places(open)}${open.length > 1 ? `, by ${open.length} URLs` : last.action === 'sagemaker:StartSession' ? '' : ', by presigned URL'}`,
        resource,
        principal: who.name,
        account: last.account,
        region: last.region,
        proof: { type: 'event', eventId: last.eventId, at: last.at, action: last.action },
        count: open.length,
        until: ends.length === open.length ? Math.max(...ends) : undefined,
        certainty: 'possible',
        suspect: open.some((one) => isSuspect(facts, one.who)),
        closeWith: close.closeWith,
        why: sentences(
          'AWS can neither list nor revoke URLs',
          isStopped &&
            !denied &&
            `the ${what} was stopped, but ${who.name} can open it again: deny the one who makes URLs`,
          !isStopped &&
            denied &&
            `${who.name} is denied, which should break the session too; stopping the ${what} makes sure`,
          close.missing,
        ),
      },
    ];
  });
}

/** Credentials that were issued and have not ended: a deny of whoever took them does not end them. */
export function sessionDoors(facts: DoorFacts): readonly OpenDoor[] {
  const { now } = facts;
  const live = facts.records.filter(
    (record): record is Issued =>
      record.type === 'issued' &&
      !record.byService &&
      !facts.own.has(record.session) &&
      !facts.own.has(record.who.arn) &&
      (record.until ?? Number.POSITIVE_INFINITY) > now &&
      !isDenied(facts, record.as, 'session', record.at),
  );
  return grouped(live, ({ who, as, session }) => `${who.arn || who.name}|${as?.arn || as?.name || session}`).map(
    ([key, group]): OpenDoor => {
      const last = latest(group);
      const { as, who } = last;
      const ends = group.flatMap(({ until }) => until ?? []);
      const close = closing(
        facts,
        as?.kind === 'iam.user'
          ? [['iam.user.deny-all', as]]
          : [
              ['iam.role.quarantine', as],
              ['iam.role.revoke-sessions', as],
              ['iam.role.deny-all', as],
            ],
      );
      const suspect = group.some(
        (one) =>
          isSuspect(facts, one.who) ||
          isSuspect(facts, { arn: one.session, accessKeyId: one.accessKeyId, address: '' }),
      );
      return {
        id: `child|${key}`,
        kind: 'child-session',
        what: `${who.name} holds ${group.length > 1 ? `${group.length} sessions` : `a session (${last.accessKeyId})`} of ${as?.name ?? 'somebody'}, taken from ${places(group)}`,
        resource: as,
        principal: who.name,
        account: last.account,
        region: last.region,
        proof: { type: 'event', eventId: last.eventId, at: last.at, action: last.action },
        count: group.length,
        until: ends.length === group.length ? Math.max(...ends) : undefined,
        certainty: 'seen',
        suspect,
        closeWith: close.closeWith,
        why: sentences('denying whoever took it does not end it', close.missing),
      };
    },
  );
}
