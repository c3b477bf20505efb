import type { DatabaseSync } from 'node:sqlite';
import { isMachineSession, sessionName } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { severities } from './dimension.ts';
import type { OwnCalls } from './event-reader.ts';
import { metaOf } from './meta.ts';
import type { ResourceHeat } from './queries.ts';

/** A row of `resource`, or several that are one. */
interface Counted extends ResourceRef {
  readonly ids: readonly number[];
  readonly events: number;
  readonly writes: number;
  readonly errors: number;
  readonly refused: number;
  readonly mints: number;
  readonly iamWrites: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly changedAt: number;
  readonly worst: number;
}

/** Changes younger than this, counted back from the newest event, are told one by one. */
const recentMs = 10 * 60_000;
/** Who changed it is looked up for as many as a screen shows; below, the counts speak. */
const mostExplained = 100;
/** Objects of one bucket in the list. */
const mostObjects = 3;
/** Events that are looked at for objects which are marked, or which one other account called for; and other accounts. */
const mostLooked = 200;
const mostOutsiders = 20;

/** Doubling an amount adds one step: what goes on all day neither climbs for ever nor jumps about. */
const steps = (count: number): number => (count === 0 ? 0 : Math.floor(Math.log2(count)) + 1);

/** A whole day of reads weighs less than one change; a finding more than all the rest of its kind. */
const weights = {
  severity: 60,
  refused: 14,
  failed: 6,
  write: 16,
  iamWrite: 20,
  mint: 16,
  isNew: 24,
  recent: 12,
  read: 1,
};

function scoreOf(one: Counted, isNew: boolean, recent: number): number {
  const { worst, refused, errors, writes, iamWrites, mints, events } = one;
  return (
    weights.severity * worst +
    weights.refused * steps(refused) +
    weights.failed * steps(errors - refused) +
    weights.write * steps(writes) +
    weights.iamWrite * steps(iamWrites) +
    weights.mint * steps(mints) +
    weights.recent * steps(recent) +
    (isNew ? weights.isNew : 0) +
    weights.read * steps(events)
  );
}

/**
 * The resources that deserve attention first, and why. Counts are kept by the writer, so this reads resources and the changes of the last
 * minutes, not all events. Equal heat keeps its order, by kind and name, whatever arrives.
 */
export function resources(database: DatabaseSync, limit: number, own: OwnCalls | undefined): readonly ResourceHeat[] {
  const newestAt = metaOf(database, 'newest_at');
  const oldestAt = Number(database.prepare('select at from event order by at limit 1').get()?.at ?? 0);
  const newFrom = oldestAt + (newestAt - oldestAt) / 10;
  const recents = recentChanges(database, newestAt - recentMs, own);
  const ranked = counted(database).map((one) => {
    const isNew = one.firstAt > newFrom;
    const recent = one.ids.flatMap((id) => recents.get(id) ?? []);
    const events = new Set(recent.map(({ event }) => event)).size;
    return { one, isNew, recent, changes: events, score: scoreOf(one, isNew, events) };
  });
  ranked.sort((a, b) => b.score - a.score || compare(a.one, b.one));
  const stands = withoutCrowds();
  const whoChanged = changerOf(database);
  const list = ranked.filter(({ one }) => stands(one)).slice(0, limit);
  return list.map(({ one, isNew, recent, changes }, place) => {
    const by = place < mostExplained ? (recent.length > 0 ? namesOf(recent.map(({ by }) => by)) : whoChanged(one)) : '';
    const { kind, arn, name, events, writes, errors, lastAt } = one;
    return { kind, arn, name, events, writes, errors, lastAt, isNew, why: reasons(one, isNew, changes, by) };
  });
}

const compare = (a: ResourceRef, b: ResourceRef): number =>
  order(a.kind, b.kind) || order(a.name.toLowerCase(), b.name.toLowerCase()) || order(a.arn, b.arn);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** In the order of their weight. */
function reasons(one: Counted, isNew: boolean, recent: number, by: string): readonly string[] {
  const { worst, refused, errors, writes, iamWrites, mints, firstAt, changedAt } = one;
  const older = writes - recent;
  const who = by === '' ? '' : ` by ${by}`;
  const said: (string | false)[] = [
    worst > 0 && `a finding of severity ${severities[worst - 1]}`,
    recent > 0 && `${many(recent, 'change')} in the last 10 min${who}`,
    older > 0 &&
      (recent > 0 ? `${many(older, 'change')} before` : `${many(older, 'change')}, last ${clock(changedAt)}${who}`),
    iamWrites > 0 && `${many(iamWrites, 'write')} of IAM`,
    mints > 0 && `${many(mints, 'way in', 'ways in')} handed out`,
    refused > 0 && `${many(refused, 'refused call')}`,
    errors > refused && `${many(errors - refused, 'failed call')}`,
    isNew && `first seen ${clock(firstAt)}`,
  ];
  return said.filter((text): text is string => text !== false);
}

const many = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
/** UTC, and says so: beside it stand times of the operator's zone. */
const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 16)}Z`;

/** At most two names, then how many more. */
function namesOf(names: readonly string[]): string {
  const all = [...new Set(names)].filter((name) => name !== '').sort();
  const shown = all.slice(0, 2).join(' and ');
  return all.length > 2 ? `${shown} and ${all.length - 2} more` : shown;
}

/** Names of principals as a sentence has them: a person's session by its own name, a machine's with its role. */
const nameIn = (cells: { readonly type?: unknown; readonly name?: unknown }): string => {
  const principal = { type: String(cells.type ?? ''), name: String(cells.name ?? '') };
  const session = sessionName(principal);
  return session === undefined || isMachineSession(session) ? principal.name : session;
};

interface ChangeCells {
  readonly event: number;
  readonly resource: number;
  readonly type: unknown;
  readonly name: unknown;
  readonly arn: unknown;
  readonly agent: unknown;
}

interface Change {
  readonly event: number;
  readonly by: string;
}

/** What changed since, by the resource's row; the role or user that acted is among the resources that the change counts for. */
function recentChanges(
  database: DatabaseSync,
  since: number,
  own: OwnCalls | undefined,
): ReadonlyMap<number, readonly Change[]> {
  const rows = database
    .prepare(
      // Invocations are no reads for CloudTrail, and are made all day.
      `select event.id as event, principal.type as type, principal.name as name, principal.arn as arn,
      event_resource.resource as resource, (select text from value where value.id = event.agent) as agent
      from event join event_resource on event_resource.event = event.id left join principal on principal.id = event.principal
      where event.at >= ? and event.read_only is 0 and event.origin in (0, 3)
      and event.action not in (select id from value where dimension = 1 and text like 'sagemaker:Invoke%')`,
    )
    .all(since) as unknown as readonly ChangeCells[];
  const changes = new Map<number, Change[]>();
  for (const { event, resource, arn, agent, ...who } of rows) {
    if (own && String(agent ?? '').includes(own.mark) && own.arns.has(String(arn))) continue;
    const change = { event, by: nameIn(who) };
    const before = changes.get(resource);
    if (before) before.push(change);
    else changes.set(resource, [change]);
  }
  return changes;
}

/** Who made the last change of a resource, where a record says. */
function changerOf(database: DatabaseSync): (one: Counted) => string {
  const names = database.prepare(
    `select distinct principal.type as type, principal.name as name from event join principal on principal.id = event.principal
    where event.at = ? and event.read_only is 0 and exists (select 1 from event_resource
      where event_resource.event = event.id and event_resource.resource = ?) limit 3`,
  );
  return ({ ids, changedAt }) =>
    changedAt === 0 ? '' : namesOf(ids.flatMap((id) => names.all(changedAt, id).map(nameIn)));
}

/**
 * Resources that stand in the list. A session stands for its role, which its calls count for. An object counts for its bucket, which every
 * record of it names; by itself it stands where a call failed, a finding or a mark names it, or another account called, and of each bucket
 * the hottest `mostObjects`: services write one object after the other, and whoever copies a bucket reads thousands.
 */
function counted(database: DatabaseSync): readonly Counted[] {
  const telling = JSON.stringify(tellingObjects(database));
  const rows = database
    .prepare(
      `select id, kind, arn, name, events, writes, errors, refused, mints, iam_writes as iamWrites, first_at as firstAt,
      last_at as lastAt, changed_at as changedAt, worst from resource where events > 0 and kind <> 'sts.assumed-role'
      and (kind <> 's3.object' or errors > 0 or worst > 0 or id in (select value from json_each(?)))`,
    )
    .all(telling) as unknown as (Counted & { readonly id: number })[];
  const groups = new Map<string, Counted[]>();
  for (const { id, ...row } of rows) {
    const one = { ...row, ids: [id] };
    const name = `${row.kind}\0${row.name.toLowerCase()}`;
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return [...groups.values()].flatMap((group) => {
    if (group.length === 1) return group;
    const arns = new Set(group.flatMap(({ arn }) => (arn === '' ? [] : [arn.toLowerCase()])));
    // Two roles of one name in two accounts stay two, and what only names them a third.
    return arns.size <= 1
      ? [merge(group)]
      : [...arns, ''].flatMap((arn) => {
          const same = group.filter((row) => row.arn.toLowerCase() === arn);
          return same.length === 0 ? [] : [merge(same)];
        });
  });
}

/** Rows of objects that marked events name, or that other accounts called for lately. */
function tellingObjects(database: DatabaseSync): readonly number[] {
  const objects = `join event_resource on event_resource.event = event.id
    join resource on resource.id = event_resource.resource and resource.kind = 's3.object'`;
  const marked = database.prepare(
    `select distinct event_resource.resource as id from (select id from event where marked = 1 order by at desc limit ${mostLooked}) as event ${objects}`,
  );
  const outsiders = database.prepare(
    `select id from principal where type = 'AWSAccount' order by id desc limit ${mostOutsiders}`,
  );
  const ofOutsider = database.prepare(
    `select distinct event_resource.resource as id from
    (select id from event where principal = ? order by at desc limit ${mostLooked}) as event ${objects}`,
  );
  return [...marked.all(), ...outsiders.all().flatMap(({ id }) => ofOutsider.all(Number(id)))].map(({ id }) =>
    Number(id),
  );
}

/** Objects that would crowd the list are left out; expects the hottest first. */
function withoutCrowds(): (one: ResourceRef) => boolean {
  const shown = new Map<string, number>();
  return ({ kind, name }) => {
    if (kind !== 's3.object') return true;
    const slash = name.indexOf('/');
    const bucket = slash < 0 ? name : name.slice(0, slash);
    const objects = (shown.get(bucket) ?? 0) + 1;
    shown.set(bucket, objects);
    return objects <= mostObjects;
  };
}

function merge(group: readonly Counted[]): Counted {
  // ARNs of SageMaker are in lower case; a name that is not is how people wrote it.
  const written = group.find(({ name }) => name !== name.toLowerCase()) ?? group[0]!;
  const sum = (member: 'events' | 'writes' | 'errors' | 'refused' | 'mints' | 'iamWrites') =>
    group.reduce((total, row) => total + row[member], 0);
  const most = (member: 'lastAt' | 'changedAt' | 'worst') => Math.max(...group.map((row) => row[member]));
  return {
    ids: group.flatMap(({ ids }) => ids),
    kind: written.kind,
    arn: group.find(({ arn }) => arn !== '')?.arn ?? '',
    name: written.name,
    events: sum('events'),
    writes: sum('writes'),
    errors: sum('errors'),
    refused: sum('refused'),
    mints: sum('mints'),
    iamWrites: sum('iamWrites'),
    firstAt: Math.min(...group.flatMap(({ firstAt }) => (firstAt === 0 ? [] : [firstAt]))),
    lastAt: most('lastAt'),
    changedAt: most('changedAt'),
    worst: most('worst'),
  };
}
