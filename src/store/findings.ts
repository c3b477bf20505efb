import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type FindingGroup, findingKey, mostFindingEvents } from '../model/finding.ts';
import type { ResourceRef } from '../model/resource.ts';
import { severities } from './dimension.ts';
import { dashed } from './event-key.ts';

/** As many groups as anybody reads; the gravest and newest. */
const mostGroups = 1_000;

/** Findings of one group so far. */
interface Tally {
  readonly key: string;
  readonly rule: string;
  readonly actor: string;
  readonly actorArn: string;
  readonly resource: ResourceRef | undefined;
  severity: number;
  events: number;
  firstAt: number;
  lastAt: number;
  lastRow: number;
  /** The newest events, and somewhat more than are told, in no order. */
  newest: { readonly at: number; readonly row: number; readonly id: string }[];
  /** As last told; `undefined` when it has changed since. */
  told: FindingGroup | undefined;
}

const sinceStatement = `select meta.number as version, finding.id as id, finding.rule as rule, finding.severity as severity, event.id as row,
    event.at as at, event.principal as principal, event.resource as resource, coalesce(event.name, lower(hex(event.key))) as id_text,
    event.name is not null as is_named
  from meta left join finding on finding.id > ? left join event on event.id = finding.event where meta.name = 'findings'`;

/**
 * The findings of a file in groups, kept from one look to the next: while logs are loaded all of them are asked for every second, and what came
 * since is little.
 */
class FindingFold {
  readonly #since: StatementSync;
  readonly #principal: StatementSync;
  readonly #resource: StatementSync;
  #groups = new Map<string, Tally>();
  /** Which group findings of a rule, principal and resource belong to. */
  #byNumbers = new Map<string, Tally>();
  #last = 0;
  /** The store's number of findings as of the last look; `NaN` while they are counted from the beginning. */
  #version = 0;

  constructor(database: DatabaseSync) {
    this.#since = database.prepare(sinceStatement);
    this.#principal = database.prepare('select name, arn from principal where id = ?');
    this.#resource = database.prepare('select kind, arn, name from resource where id = ?');
  }

  groups(): readonly FindingGroup[] {
    if (!this.#takeNews()) {
      // Some went, or came twice: counted from the beginning.
      this.#groups = new Map();
      this.#byNumbers = new Map();
      this.#last = 0;
      this.#version = Number.NaN;
      this.#takeNews();
    }
    return [...this.#groups.values()]
      .sort((a, b) => b.severity - a.severity || b.lastAt - a.lastAt)
      .slice(0, mostGroups)
      .map((group) => {
        group.told ??= this.#told(group);
        return group.told;
      });
  }

  /** @returns Whether what came explains how the store's number has changed. */
  #takeNews(): boolean {
    let version = this.#version;
    let came = 0;
    for (const row of this.#since.iterate(this.#last) as Iterable<{
      readonly [column: string]: number | string | null;
    }>) {
      version = row.version as number;
      if (row.id === null) break;
      came += 1;
      this.#last = Math.max(this.#last, row.id as number);
      this.#add(row);
    }
    const isWhole = version - this.#version === came;
    // Not before its end: a look that failed halfway is made anew.
    this.#version = version;
    return isWhole;
  }

  #add(row: { readonly [column: string]: number | string | null }): void {
    // Written with its event: a file without it was changed by others.
    if (row.row === null) return;
    const numbers = `${row.rule}\0${row.principal}\0${row.resource}`;
    let group = this.#byNumbers.get(numbers);
    if (!group) {
      group = this.#groupOf(String(row.rule), row.principal as number, row.resource as number);
      this.#byNumbers.set(numbers, group);
    }
    const at = row.at as number;
    group.told = undefined;
    group.events += 1;
    group.severity = Math.max(group.severity, row.severity as number);
    group.firstAt = Math.min(group.firstAt, at);
    group.lastAt = Math.max(group.lastAt, at);
    group.lastRow = Math.max(group.lastRow, row.row as number);
    const text = String(row.id_text);
    group.newest.push({ at, row: row.row as number, id: row.is_named === 1 ? text : dashed(text) });
    if (group.newest.length >= 4 * mostFindingEvents) group.newest = newestOf(group.newest);
  }

  #groupOf(rule: string, principal: number, resource: number): Tally {
    const who = this.#principal.get(principal);
    const actor = String(who?.name ?? '');
    const about = shownAs(this.#resource.get(resource));
    const key = findingKey(rule, actor, about);
    const known = this.#groups.get(key);
    if (known) return known;
    const group: Tally = {
      key,
      rule,
      actor,
      actorArn: String(who?.arn ?? ''),
      resource: about,
      severity: 0,
      events: 0,
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
      lastRow: 0,
      newest: [],
      told: undefined,
    };
    this.#groups.set(key, group);
    return group;
  }

  #told({ severity, newest, told: _, ...group }: Tally): FindingGroup {
    return {
      ...group,
      severity: severities[severity] ?? 'informational',
      eventIds: newestOf(newest).map(({ id }) => id),
    };
  }
}

const newestOf = (events: Tally['newest']): Tally['newest'] =>
  [...events].sort((a, b) => a.at - b.at || a.row - b.row).slice(-mostFindingEvents);

const folds = new WeakMap<DatabaseSync, FindingFold>();

/** Every finding, by rule, actor and resource; the gravest first, then the newest. The first look reads all findings: for the query worker. */
export function findingGroups(database: DatabaseSync): readonly FindingGroup[] {
  let fold = folds.get(database);
  if (!fold) {
    fold = new FindingFold(database);
    folds.set(database, fold);
  }
  return fold.groups();
}

/** Objects count for their bucket: a thief takes thousands. */
function shownAs(row: { readonly [column: string]: unknown } | undefined): ResourceRef | undefined {
  if (!row) return undefined;
  const ref = { kind: String(row.kind), arn: String(row.arn), name: String(row.name) };
  if (ref.kind !== 's3.object') return ref;
  const bucket = ref.name.slice(0, ref.name.includes('/') ? ref.name.indexOf('/') : undefined);
  return { kind: 's3.bucket', arn: `arn:aws:s3:::${bucket}`, name: bucket };
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
