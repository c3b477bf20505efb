import type { OpenDoor } from '../../model/open-door.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { DoorRecord } from './door-record.ts';
import { grouped, latest } from './entries.ts';
import { behind, byEvent, closing, type DoorFacts, isDenied, isKeyOff, isSuspect, sentences } from './facts.ts';

type Key = Extract<DoorRecord, { type: 'key' }>;
type Password = Extract<DoorRecord, { type: 'password' }>;

/** The path of a user is in no record of its keys, so its ARN is not known. */
const userRef = (name: string): ResourceRef => ({ kind: 'iam.user', arn: '', name });

/** Keys and passwords that were made in the window and are not off, and the long-term keys that suspects called with. */
export function keyDoors(facts: DoorFacts): readonly OpenDoor[] {
  const doors: OpenDoor[] = [];
  const changes = facts.records.filter((record): record is Key => record.type === 'key');
  for (const [accessKeyId, group] of grouped(changes, (one) => one.accessKeyId)) {
    const made = group.filter(({ change }) => change !== 'off');
    if (made.length === 0 || isKeyOff(facts, accessKeyId)) continue;
    const last = latest(made);
    const user = userRef(last.user);
    if (isDenied(facts, user, 'session', last.at)) continue;
    doors.push(
      keyDoor(facts, accessKeyId, user, {
        what: `${last.who.name} made access key ${accessKeyId} for user ${last.user}`,
        last,
        certainty: 'seen',
        suspect: isSuspect(facts, last.who) || isSuspect(facts, { arn: '', accessKeyId, address: '' }),
        why: 'it works until somebody deactivates it',
      }),
    );
  }
  const passwords = facts.records.filter((record): record is Password => record.type === 'password');
  for (const [user, group] of grouped(passwords, (one) => one.user)) {
    const last = latest(group);
    const ref = userRef(user);
    if (last.change === 'removed' || isDenied(facts, ref, 'session', last.at)) continue;
    const close = closing(facts, [
      ['iam.user.disable-console-login', ref],
      ['iam.user.deny-all', ref],
    ]);
    doors.push({
      ...byEvent(last),
      id: `password|${last.account}|${user}`,
      kind: 'access-key',
      what: `${last.who.name} set a console password for user ${user}`,
      resource: ref,
      certainty: 'seen',
      suspect: isSuspect(facts, last.who),
      closeWith: close.closeWith,
      why: sentences('taking the password away ends no session that is open', close.missing),
    });
  }
  const known = new Set(changes.map(({ accessKeyId }) => accessKeyId));
  for (const suspect of facts.callers.suspects.principals) {
    const { accessKeyId = '', eventId, at, action, ...principal } = suspect;
    // A key that is older than the window, used by whoever is suspect: whether it still is on, only AWS can say.
    if (!accessKeyId.startsWith('AKIA') || known.has(accessKeyId) || isKeyOff(facts, accessKeyId)) continue;
    known.add(accessKeyId);
    const user = behind(principal);
    if (!user || facts.own.has(principal.arn) || isDenied(facts, user, 'session', 0)) continue;
    const close = closing(facts, keyWays(accessKeyId, user));
    doors.push({
      id: `key|${accessKeyId}`,
      kind: 'access-key',
      what: `access key ${accessKeyId} of ${principal.name}, which events that are marked or found were made with`,
      resource: { kind: 'iam.access-key', arn: '', name: accessKeyId },
      principal: principal.name,
      account: user.arn.split(':')[4] ?? '',
      region: suspect.region,
      proof: { type: 'event', eventId, at, action },
      count: 1,
      until: undefined,
      certainty: 'possible',
      suspect: true,
      closeWith: close.closeWith,
      why: sentences('it works until somebody deactivates it', close.missing),
    });
  }
  return doors;
}

const keyWays = (accessKeyId: string, user: ResourceRef) =>
  [
    ['iam.access-key.deactivate', { kind: 'iam.access-key', arn: '', name: accessKeyId }],
    ['iam.user.deny-all', user],
  ] as const;

function keyDoor(
  facts: DoorFacts,
  accessKeyId: string,
  user: ResourceRef,
  given: Pick<OpenDoor, 'what' | 'certainty' | 'suspect' | 'why'> & { readonly last: Key },
): OpenDoor {
  const { last, why, ...rest } = given;
  const close = closing(facts, keyWays(accessKeyId, user));
  return {
    ...byEvent(last),
    ...rest,
    id: `key|${accessKeyId}`,
    kind: 'access-key',
    resource: { kind: 'iam.access-key', arn: '', name: accessKeyId },
    closeWith: close.closeWith,
    why: sentences(why, close.missing),
  };
}
