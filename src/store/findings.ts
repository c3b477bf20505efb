import type { DatabaseSync } from 'node:sqlite';
import { type FindingGroup, findingKey, mostFindingEvents } from '../model/finding.ts';
import type { ResourceRef } from '../model/resource.ts';
import { severities } from './dimension.ts';
import { EventReader } from './event-reader.ts';

/** As many groups as anybody reads; the gravest and newest. */
const mostGroups = 1_000;

interface Tally {
  severity: number;
  events: number;
  firstAt: number;
  lastAt: number;
  lastRow: number;
  readonly rule: string;
  readonly actor: string;
  readonly actorArn: string;
  readonly resource: ResourceRef | undefined;
  readonly tuples: { readonly rule: string; readonly principal: number; readonly resource: number }[];
}

/** Every finding, by rule, actor and resource; the gravest first, then the newest. Scans the findings: for the query worker. */
export function findingGroups(database: DatabaseSync): readonly FindingGroup[] {
  const tuples = database
    .prepare(
      `select finding.rule as rule, event.principal as principal, event.resource as resource, max(finding.severity) as severity,
         count(*) as events, min(event.at) as first_at, max(event.at) as last_at, max(event.id) as last_row
       from finding cross join event on event.id = finding.event group by finding.rule, event.principal, event.resource`,
    )
    .all();
  const principal = database.prepare('select name, arn from principal where id = ?');
  const resource = database.prepare('select kind, arn, name from resource where id = ?');
  const groups = new Map<string, Tally>();
  for (const row of tuples) {
    const who = principal.get(row.principal as number);
    const rule = String(row.rule);
    const actor = String(who?.name ?? '');
    const about = shownAs(resource.get(row.resource as number));
    const key = findingKey(rule, actor, about);
    const tuple = { rule, principal: row.principal as number, resource: row.resource as number };
    const before = groups.get(key);
    if (before) {
      before.severity = Math.max(before.severity, row.severity as number);
      before.events += row.events as number;
      before.firstAt = Math.min(before.firstAt, row.first_at as number);
      before.lastAt = Math.max(before.lastAt, row.last_at as number);
      before.lastRow = Math.max(before.lastRow, row.last_row as number);
      before.tuples.push(tuple);
    } else
      groups.set(key, {
        severity: row.severity as number,
        events: row.events as number,
        firstAt: row.first_at as number,
        lastAt: row.last_at as number,
        lastRow: row.last_row as number,
        rule,
        actor,
        actorArn: String(who?.arn ?? ''),
        resource: about,
        tuples: [tuple],
      });
  }
  const idsOf = idReader(database);
  return [...groups]
    .sort(([, a], [, b]) => b.severity - a.severity || b.lastAt - a.lastAt)
    .slice(0, mostGroups)
    .map(([key, { severity, tuples: of, ...group }]) => ({
      key,
      ...group,
      severity: severities[severity] ?? 'informational',
      eventIds: idsOf(of),
    }));
}

/** Objects count for their bucket: a thief takes thousands. */
function shownAs(row: { readonly [column: string]: unknown } | undefined): ResourceRef | undefined {
  if (!row) return undefined;
  const ref = { kind: String(row.kind), arn: String(row.arn), name: String(row.name) };
  if (ref.kind !== 's3.object') return ref;
  const bucket = ref.name.slice(0, ref.name.includes('/') ? ref.name.indexOf('/') : undefined);
  return { kind: 's3.bucket', arn: `arn:aws:s3:::${bucket}`, name: bucket };
}

function idReader(database: DatabaseSync): (tuples: Tally['tuples']) => readonly string[] {
  const newest = database.prepare(
    `select event.id as row from finding cross join event on event.id = finding.event
     where finding.rule = ? and event.principal = ? and event.resource = ? order by event.at desc limit ${mostFindingEvents}`,
  );
  const reader = new EventReader(database);
  return (tuples) => {
    // A bucket of a thousand objects: the first of them stand for all.
    const rows = tuples
      .slice(0, mostFindingEvents)
      .flatMap(({ rule, principal, resource }) =>
        newest.all(rule, principal, resource).map(({ row }) => row as number),
      );
    return rows
      .map((row) => reader.row(row))
      .filter((row) => row !== undefined)
      .sort((a, b) => a.at - b.at)
      .slice(-mostFindingEvents)
      .map(({ id }) => id);
  };
}

/** Rows of events that got a finding after the finding of that number, oldest finding first. */
export function foundSince(
  database: DatabaseSync,
  after: number,
  limit: number,
): readonly { readonly finding: number; readonly row: number }[] {
  return database
    .prepare('select id as finding, event as row from finding where id > ? order by id limit ?')
    .all(after, limit) as unknown as { finding: number; row: number }[];
}
