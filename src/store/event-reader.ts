import type { DatabaseSync } from 'node:sqlite';
import type { EventFinding, EventRow, Responder, Severity, TimelineEvent } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceLink, ResourceRef } from '../model/resource.ts';
import { unpackBlock } from './blocks.ts';
import { origins, relations, severities } from './dimension.ts';
import { hashKey, requestOf, uuidKey, uuidOf } from './event-key.ts';
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
  readonly #statements: ReturnType<typeof prepareAll>;
  /** Set by the session as soon as AWS has said who we are. */
  own: OwnCalls | undefined;
  #lastBlock: { readonly id: number; readonly bytes: Uint8Array } | undefined;

  constructor(database: DatabaseSync) {
    const statements = prepareAll(database);
    this.#statements = statements;
    this.#values = kept((id) => String(statements.value.get(id)?.text ?? ''), '');
    this.#principals = kept((id) => {
      const cells = statements.principal.get(id) as Cells | undefined;
      return cells && principalOfCells(cells);
    }, undefined);
    this.#resources = kept((id) => {
      const cells = statements.resource.get(id) as Cells | undefined;
      return cells && { kind: String(cells.kind), arn: String(cells.arn), name: String(cells.name) };
    }, undefined);
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
      responder: this.#responder(cells),
      repeats: cells.repeats as number,
    };
  }

  #responder(cells: Cells): Responder | undefined {
    const principal = this.#principals(cells.principal as number);
    const agent = this.#values(cells.agent as number);
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
    return Number(this.#statements.at.get(rowId)?.at ?? 0);
  }

  event(rowId: number): TimelineEvent | undefined {
    const cells = this.#statements.event.get(rowId) as Cells | undefined;
    if (!cells) return undefined;
    return this.#eventOf(
      cells,
      this.#statements.routes.all(rowId),
      this.#statements.links.all(rowId),
      cells.severity === null ? [] : this.#statements.findings.all(rowId),
    );
  }

  /** Events of many rows, in their order; unknown ones are left out. A statement for all costs a third of one for each. */
  eventsOf(rowIds: readonly number[]): readonly TimelineEvent[] {
    const ids = JSON.stringify(rowIds);
    const { events, routesOfAll, linksOfAll, findingsOfAll } = this.#statements;
    const rows = new Map(events.all(ids).map((cells) => [cells.id as number, cells]));
    const routes = byEvent(routesOfAll.all(ids));
    const links = byEvent(linksOfAll.all(ids));
    const findings = byEvent(findingsOfAll.all(ids));
    return rowIds.flatMap((id) => {
      const cells = rows.get(id);
      return cells
        ? [this.#eventOf(cells, routes.get(id) ?? none, links.get(id) ?? none, findings.get(id) ?? none)]
        : [];
    });
  }

  #eventOf(cells: Cells, routes: readonly Cells[], links: readonly Cells[], findings: readonly Cells[]): TimelineEvent {
    const first = this.#values(cells.route as number);
    const others = routes.map(({ route }) => this.#values(route as number));
    return {
      rowId: cells.id as number,
      id: idOf(cells),
      at: cells.at as number,
      seenAt: cells.seen_at as number,
      origin: origins[cells.origin as number] ?? 'cloudtrail',
      action: this.#values(cells.action as number),
      readOnly: cells.read_only === null ? undefined : cells.read_only === 1,
      account: this.#values(cells.account as number),
      region: this.#values(cells.region as number),
      summary: String(cells.summary_text ?? ''),
      principal: this.#principals(cells.principal as number),
      sourceIp: this.#values(cells.address as number),
      userAgent: this.#values(cells.agent as number),
      errorCode: this.#values(cells.error as number),
      errorMessage: this.#values(cells.error_text as number),
      ...(cells.request === null ? {} : { requestId: requestOf(cells.request as Uint8Array | string) }),
      resources: links.flatMap(({ resource, relation }): ResourceLink[] => {
        const found = this.#resources(resource as number);
        return found ? [{ ...found, relation: relations[relation as number] ?? 'uses' }] : [];
      }),
      routes: [first, ...others],
      findings: findings.map(
        ({ rule, severity }): EventFinding => ({
          rule: String(rule),
          severity: severityOf(severity) ?? 'informational',
        }),
      ),
      late: cells.late === 1,
      marked: cells.marked === 1,
      responder: this.#responder(cells),
      repeats: cells.repeats as number,
      rawSha256: hex(cells.sha256 as Uint8Array),
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
    const keys = [uuidKey(eventId), ...origins.map((origin) => hashKey(origin, eventId))];
    for (const key of keys) {
      const id = key && this.#statements.find.get(key)?.id;
      if (id !== undefined) return id as number;
    }
    return undefined;
  }
}

const none: readonly Cells[] = [];

/** Rows that say in `event` to which they belong, in their order. */
function byEvent(rows: readonly Cells[]): ReadonlyMap<number, readonly Cells[]> {
  const found = new Map<number, Cells[]>();
  for (const row of rows) {
    const id = row.event as number;
    const before = found.get(id);
    if (before) before.push(row);
    else found.set(id, [row]);
  }
  return found;
}

const given = <Name extends string>(name: Name, text: string): { readonly [Member in Name]?: string } =>
  text === '' ? {} : ({ [name]: text } as { readonly [Member in Name]: string });
const idOf = (cells: Cells): string => (cells.name === null ? uuidOf(cells.key as Uint8Array) : String(cells.name));
const severityOf = (number: unknown): Severity | undefined =>
  typeof number === 'number' ? severities[number] : undefined;
const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

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

/** Columns of a whole event. */
const eventColumns = `${rowColumns}, region, error_text, request, route, sha256,
    (select text from summary where summary.id = event.summary) as summary_text`;
/** Row ids as a JSON array: one parameter, however many there are. */
const those = '(select value from json_each(?))';

const prepareAll = (database: DatabaseSync) => ({
  value: database.prepare('select text from value where id = ?'),
  principal: database.prepare(`select ${principalColumns.join(', ')} from principal where id = ?`),
  resource: database.prepare('select kind, arn, name from resource where id = ?'),
  row: database.prepare(`select ${rowColumns} from event where id = ?`),
  at: database.prepare('select at from event where id = ?'),
  event: database.prepare(`select ${eventColumns} from event where id = ?`),
  links: database.prepare('select resource, relation from event_resource where event = ? order by place'),
  routes: database.prepare('select route from route where event = ? order by seen_at, route'),
  findings: database.prepare('select rule, severity from finding where event = ? order by severity desc, rule'),
  events: database.prepare(`select ${eventColumns} from event where id in ${those}`),
  linksOfAll: database.prepare(
    `select event, resource, relation from event_resource where event in ${those} order by event, place`,
  ),
  routesOfAll: database.prepare(
    `select event, route from route where event in ${those} order by event, seen_at, route`,
  ),
  findingsOfAll: database.prepare(
    `select event, rule, severity from finding where event in ${those} order by event, severity desc, rule`,
  ),
  place: database.prepare('select block, start, length from event where id = ?'),
  block: database.prepare('select bytes from block where id = ?'),
  find: database.prepare('select id from event where key = ?'),
});
