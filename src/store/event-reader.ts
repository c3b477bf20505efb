import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventFinding, EventRow, Responder, Severity, TimelineEvent } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceLink, ResourceRef } from '../model/resource.ts';
import { unpackBlock } from './blocks.ts';
import { origins, relations, severities } from './dimension.ts';
import { dashed, keysOf, uuidOf } from './event-key.ts';
import { HashedRows } from './hashed-rows.ts';
import { principalColumns } from './schema.ts';

/** Interned values kept in memory; more only cost a look-up. */
const mostKept = 50_000;

type Cells = { readonly [column: string]: unknown };

/** Columns that `rowOf` needs, of a table or alias `event`. */
export const rowColumns =
  'id, key, name, at, seen_at, origin, action, read_only, principal, resource, address, agent, error, account, late, marked, severity, repeats';

/** By what our own calls are known: the mark in the user agent and who we are. The mark alone can be forged. */
export interface OwnCalls {
  /** `firebreak-<incident>`. */
  readonly mark: string;
  /** ARNs of the sessions that this incident was worked on with. */
  readonly arns: ReadonlySet<string>;
}

/** Turns rows of `events.db` back into events. Belongs to one connection. */
export class EventReader {
  readonly #values: (id: number) => string;
  readonly #principals: (id: number) => Principal | undefined;
  readonly #resources: (id: number) => ResourceRef | undefined;
  readonly #ats: (id: number) => number | undefined;
  readonly #statements: ReturnType<typeof prepareAll>;
  readonly #hashed: HashedRows;
  /** Set by the session as soon as AWS has said who we are. */
  own: OwnCalls | undefined;
  #lastBlock: { readonly id: number; readonly bytes: Uint8Array } | undefined;

  constructor(database: DatabaseSync) {
    const statements = prepareAll(database);
    this.#statements = statements;
    this.#hashed = new HashedRows(database);
    this.#values = kept((id) => String(statements.value.get(id)?.text ?? ''), '');
    this.#principals = kept((id) => {
      const cells = statements.principal.get(id) as Cells | undefined;
      return cells && principalOfCells(cells);
    }, undefined);
    this.#resources = kept((id) => {
      const cells = statements.resource.get(id) as Cells | undefined;
      return cells && { kind: String(cells.kind), arn: String(cells.arn), name: String(cells.name) };
    }, undefined);
    // A view is searched by time for each window of it, and begins the search at the same rows.
    this.#ats = kept((id) => statements.at.get(id)?.at as number | undefined, undefined);
  }

  /** @param cells A row with `rowColumns`. */
  rowOf(cells: Cells): EventRow {
    const resource = this.#resources(cells.resource as number);
    return {
      rowId: cells.id as number,
      at: cells.at as number,
      seenAt: cells.seen_at as number,
      id: idOf(cells),
      origin: origins[cells.origin as number] ?? 'cloudtrail',
      action: this.#values(cells.action as number),
      readOnly: cells.read_only === null ? undefined : cells.read_only === 1,
      principalName: this.#principals(cells.principal as number)?.name ?? '',
      resourceKind: resource?.kind ?? '',
      resourceName: resource?.name ?? '',
      sourceIp: this.#values(cells.address as number),
      errorCode: this.#values(cells.error as number),
      late: cells.late === 1,
      marked: cells.marked === 1,
      severity: severityOf(cells.severity),
      account: this.#values(cells.account as number),
      responder: this.#responder(cells.principal as number, cells.agent as number),
      repeats: cells.repeats as number,
    };
  }

  #responder(principalId: number, agentId: number): Responder | undefined {
    const principal = this.#principals(principalId);
    const agent = this.#values(agentId);
    const session = principal?.type === 'AssumedRole' ? (principal.arn.split('/').at(-1) ?? '') : '';
    if (!agent.includes('firebreak') && !session.startsWith('firebreak-')) return undefined;
    const { own } = this;
    return own && principal && own.arns.has(principal.arn) && agent.includes(own.mark) ? 'own' : 'claimed';
  }

  /** By its number in the file. */
  principalById(id: number): Principal | undefined {
    return this.#principals(id);
  }

  /** An interned text by its number. */
  valueById(id: number): string {
    return this.#values(id);
  }

  row(rowId: number): EventRow | undefined {
    const cells = this.#statements.row.get(rowId) as Cells | undefined;
    return cells && this.rowOf(cells);
  }

  /** Epoch ms of a row; 0 for an unknown one. */
  atOf(rowId: number): number {
    return this.#ats(rowId) ?? 0;
  }

  event(rowId: number): TimelineEvent | undefined {
    const { event, routes, links, findings } = this.#statements;
    const [cells] = allOf(event, rowId);
    if (!cells) return undefined;
    return this.#eventOf(
      cells,
      allOf(routes, rowId),
      allOf(links, rowId),
      cells[column.severity] === null ? [] : allOf(findings, rowId),
    );
  }

  /** Events of many rows, in their order; unknown ones are left out. A statement for all costs a third of one for each. */
  eventsOf(rowIds: readonly number[]): readonly TimelineEvent[] {
    const ids = JSON.stringify(rowIds);
    const { events, routesOfAll, linksOfAll, findingsOfAll } = this.#statements;
    const rows = new Map(allOf(events, ids).map((cells) => [cells[column.id], cells]));
    const routes = byEvent(allOf(routesOfAll, ids));
    const links = byEvent(allOf(linksOfAll, ids));
    const findings = byEvent(allOf(findingsOfAll, ids));
    return rowIds.flatMap((id) => {
      const cells = rows.get(id);
      return cells
        ? [this.#eventOf(cells, routes.get(id) ?? none, links.get(id) ?? none, findings.get(id) ?? none)]
        : [];
    });
  }

  #eventOf(cells: Row, routes: readonly Row[], links: readonly Row[], findings: readonly Row[]): TimelineEvent {
    const value = (at: number) => this.#values(cells[at] as number);
    const readOnly = cells[column.readOnly];
    const request = cells[column.request];
    return {
      rowId: cells[column.id] as number,
      id: cells[column.name] === null ? dashed(cells[column.key] as string) : String(cells[column.name]),
      at: cells[column.at] as number,
      seenAt: cells[column.seenAt] as number,
      origin: origins[cells[column.origin] as number] ?? 'cloudtrail',
      action: value(column.action),
      readOnly: readOnly === null ? undefined : readOnly === 1,
      account: value(column.account),
      region: value(column.region),
      summary: (cells[column.summary] as string | null) ?? '',
      principal: this.#principals(cells[column.principal] as number),
      sourceIp: value(column.address),
      userAgent: value(column.agent),
      errorCode: value(column.error),
      errorMessage: value(column.errorText),
      ...(request === null
        ? {}
        : { requestId: cells[column.isUuidRequest] === 1 ? dashed(request as string) : String(request) }),
      resources: links.flatMap(([, resource, relation]): ResourceLink[] => {
        const found = this.#resources(resource as number);
        return found ? [{ ...found, relation: relations[relation as number] ?? 'uses' }] : [];
      }),
      routes: [value(column.route), ...routes.map(([, route]) => this.#values(route as number))],
      findings: findings.map(
        ([, rule, severity]): EventFinding => ({
          rule: String(rule),
          severity: severityOf(severity) ?? 'informational',
        }),
      ),
      late: cells[column.late] === 1,
      marked: cells[column.marked] === 1,
      responder: this.#responder(cells[column.principal] as number, cells[column.agent] as number),
      repeats: cells[column.repeats] as number,
      rawSha256: cells[column.sha256] as string,
    };
  }

  /** The record's bytes; empty for an unknown row. */
  rawBytes(rowId: number): Uint8Array {
    const cells = this.#statements.place.get(rowId) as { block: number; start: number; length: number } | undefined;
    if (!cells) return new Uint8Array();
    if (this.#lastBlock?.id !== cells.block) {
      const bytes = this.#statements.block.get(cells.block)?.bytes as Uint8Array | undefined;
      if (!bytes) return new Uint8Array();
      // Who reads records one after the other finds the next in the same block.
      this.#lastBlock = { id: cells.block, bytes: unpackBlock(bytes) };
    }
    return this.#lastBlock.bytes.subarray(cells.start, cells.start + cells.length);
  }

  /** Row of an event id, of whichever origin. */
  find(eventId: string): number | undefined {
    for (const key of keysOf(eventId)) {
      const [id] = this.#hashed.rowsOf('key', key);
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

const none: readonly Row[] = [];

/** Rows that say first to which event they belong, in their order. */
function byEvent(rows: readonly Row[]): ReadonlyMap<unknown, readonly Row[]> {
  const found = new Map<unknown, Row[]>();
  for (const row of rows) {
    const before = found.get(row[0]);
    if (before) before.push(row);
    else found.set(row[0], [row]);
  }
  return found;
}

const given = <Name extends string>(name: Name, text: string): { readonly [Member in Name]?: string } =>
  text === '' ? {} : ({ [name]: text } as { readonly [Member in Name]: string });
const idOf = (cells: Cells): string => (cells.name === null ? uuidOf(cells.key as Uint8Array) : String(cells.name));
const severityOf = (number: unknown): Severity | undefined =>
  typeof number === 'number' ? severities[number] : undefined;

/** @param cells A row with `principalColumns`. */
export function principalOfCells(cells: Cells): Principal {
  const text = (column: string) => String(cells[column]);
  const issuedAt = Number(cells.issued_at);
  return {
    type: text('type'),
    arn: text('arn'),
    name: text('name'),
    ...given('issuerArn', text('issuer_arn')),
    ...given('accessKeyId', text('access_key_id')),
    ...given('person', text('person')),
    ...given('sourceIdentity', text('source_identity')),
    ...given('userId', text('user_id')),
    ...given('invokedBy', text('invoked_by')),
    ...(issuedAt === 0 ? {} : { issuedAt }),
  };
}

/** Remembers what an interned id stands for; it never changes. Nothing is remembered of an id that is not there (yet). */
function kept<Value>(read: (id: number) => Value, none: Value): (id: number) => Value {
  const known = new Map<number, Value>();
  return (id) => {
    if (id === 0) return none;
    const before = known.get(id);
    if (before !== undefined) return before;
    const value = read(id);
    if (known.size >= mostKept) known.clear();
    if (value !== undefined) known.set(id, value);
    return value;
  };
}

/** A row whose columns have places instead of names: an object for each costs more than reading it from the file. */
type Row = readonly unknown[];

/** For statements whose rows are arrays. */
const allOf = (statement: StatementSync, parameter: number | string): readonly Row[] =>
  statement.all(parameter) as unknown as readonly Row[];

function byPlace(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}

/** Columns of a whole event. Bytes as hexadecimal text: a typed array for each of them would be a piece of memory of its own. */
const eventColumns = {
  id: 'id',
  key: 'lower(hex(key))',
  name: 'name',
  at: 'at',
  seenAt: 'seen_at',
  origin: 'origin',
  action: 'action',
  readOnly: 'read_only',
  principal: 'principal',
  address: 'address',
  agent: 'agent',
  error: 'error',
  account: 'account',
  late: 'late',
  marked: 'marked',
  severity: 'severity',
  repeats: 'repeats',
  region: 'region',
  errorText: 'error_text',
  request: "case typeof(request) when 'blob' then lower(hex(request)) else request end",
  isUuidRequest: "typeof(request) = 'blob'",
  route: 'route',
  sha256: 'lower(hex(sha256))',
  summary: '(select text from summary where summary.id = event.summary)',
} as const;
/** Where each of them stands in a row. */
const column = Object.fromEntries(Object.keys(eventColumns).map((name, at) => [name, at])) as {
  readonly [Name in keyof typeof eventColumns]: number;
};
const wholeEvent = `select ${Object.values(eventColumns).join(', ')} from event`;
const links = 'select event, resource, relation from event_resource';
const routes = 'select event, route from route';
const findings = 'select event, rule, severity from finding';
/** Row ids as a JSON array: one parameter, however many there are. */
const those = '(select value from json_each(?))';

const prepareAll = (database: DatabaseSync) => ({
  value: database.prepare('select text from value where id = ?'),
  principal: database.prepare(`select ${principalColumns.join(', ')} from principal where id = ?`),
  resource: database.prepare('select kind, arn, name from resource where id = ?'),
  row: database.prepare(`select ${rowColumns} from event where id = ?`),
  at: database.prepare('select at from event where id = ?'),
  event: byPlace(database.prepare(`${wholeEvent} where id = ?`)),
  links: byPlace(database.prepare(`${links} where event = ? order by place`)),
  routes: byPlace(database.prepare(`${routes} where event = ? order by seen_at, route`)),
  findings: byPlace(database.prepare(`${findings} where event = ? order by severity desc, rule`)),
  events: byPlace(database.prepare(`${wholeEvent} where id in ${those}`)),
  linksOfAll: byPlace(database.prepare(`${links} where event in ${those} order by event, place`)),
  routesOfAll: byPlace(database.prepare(`${routes} where event in ${those} order by event, seen_at, route`)),
  findingsOfAll: byPlace(database.prepare(`${findings} where event in ${those} order by event, severity desc, rule`)),
  place: database.prepare('select block, start, length from event where id = ?'),
  block: database.prepare('select bytes from block where id = ?'),
});
