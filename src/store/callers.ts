import type { DatabaseSync } from 'node:sqlite';
import type { CallerAddress, Callers, ComputeCaller, Suspects } from '../model/caller.ts';
import type { Principal } from '../model/principal.ts';
import { severities } from './dimension.ts';
import { EventReader } from './event-reader.ts';

/** Notebooks and Studio apps call AWS under this session name. */
const computeName = '/SageMaker';
const mostCallers = 200;
const mostAddresses = 20;
const mostSuspects = 500;

interface Use {
  events: number;
  firstAt: number;
  lastAt: number;
  lastRow: number;
}

/** Counted so far: reading a million events again for each that arrives would keep the thread busy with nothing else. */
interface Counted {
  last: number;
  /** Use by principal's and address's numbers. */
  readonly uses: Map<number, Map<number, Use>>;
  readonly principals: Map<number, Principal>;
  lastPrincipal: number;
  readonly reader: EventReader;
}
const counted = new WeakMap<DatabaseSync, Counted>();

/** Who called from where and whom to suspect. The first time this scans the time index; afterwards it reads what is new. */
export function callersOf(database: DatabaseSync): Callers {
  const state = counted.get(database) ?? {
    last: 0,
    uses: new Map(),
    principals: new Map(),
    lastPrincipal: 0,
    reader: new EventReader(database),
  };
  counted.set(database, state);
  count(database, state);
  return { compute: computeOf(database, state), suspects: suspectsOf(database, state) };
}

function count(database: DatabaseSync, state: Counted): void {
  const last = Number(database.prepare('select max(id) as last from event').get()?.last ?? 0);
  for (const row of database.prepare('select * from principal where id > ?').all(state.lastPrincipal)) {
    const id = row.id as number;
    state.lastPrincipal = Math.max(state.lastPrincipal, id);
    state.principals.set(id, {
      type: String(row.type),
      arn: String(row.arn),
      name: String(row.name),
      ...(row.issuer_arn ? { issuerArn: String(row.issuer_arn) } : {}),
      ...(row.access_key_id ? { accessKeyId: String(row.access_key_id) } : {}),
    });
  }
  if (last <= state.last) return;
  const source = state.last === 0 ? 'event indexed by event_at' : 'event';
  const rows = database
    .prepare(
      `select principal, address, count(*) as events, min(at) as firstAt, max(at) as lastAt, max(id) as lastRow from ${source}
       where id > ? and id <= ? and principal <> 0 and address <> 0 group by principal, address`,
    )
    .all(state.last, last) as unknown as ({ principal: number; address: number } & Use)[];
  for (const { principal, address, ...use } of rows) {
    const addresses = state.uses.get(principal) ?? new Map<number, Use>();
    state.uses.set(principal, addresses);
    const before = addresses.get(address);
    addresses.set(
      address,
      before
        ? {
            events: before.events + use.events,
            firstAt: Math.min(before.firstAt, use.firstAt),
            lastAt: Math.max(before.lastAt, use.lastAt),
            lastRow: Math.max(before.lastRow, use.lastRow),
          }
        : use,
    );
  }
  state.last = last;
}

const isCompute = ({ type, name }: Principal): boolean => type === 'AssumedRole' && name.endsWith(computeName);
/** Instances and functions assume roles too; whoever they are, they are no person at a keyboard. */
const isPerson = ({ type, name }: Principal): boolean =>
  type !== 'AWSService' && type !== 'AWSAccount' && type !== 'Unknown' && !/\/i-[0-9a-f]{8,}$/.test(name);

function computeOf(database: DatabaseSync, state: Counted): readonly ComputeCaller[] {
  const people = new Map<number, Set<string>>();
  const compute: number[] = [];
  for (const [id, addresses] of state.uses) {
    const principal = state.principals.get(id);
    if (!principal) continue;
    if (isCompute(principal)) compute.push(id);
    else if (isPerson(principal))
      for (const address of addresses.keys()) {
        const names = people.get(address) ?? new Set<string>();
        if (names.size < 3) names.add(principal.name);
        people.set(address, names);
      }
  }
  const text = database.prepare('select text from value where id = ?');
  return compute.slice(-mostCallers).map(
    (id): ComputeCaller => ({
      principal: state.principals.get(id)!,
      addresses: [...(state.uses.get(id) ?? [])]
        .sort(([, a], [, b]) => b.lastAt - a.lastAt)
        .slice(0, mostAddresses)
        .map(([address, { events, firstAt, lastAt, lastRow }]): CallerAddress => {
          const event = state.reader.event(lastRow);
          return {
            address: String(text.get(address)?.text ?? ''),
            events,
            firstAt,
            lastAt,
            eventId: event?.id ?? '',
            action: event?.action ?? '',
            account: event?.account ?? '',
            region: event?.region ?? '',
            people: [...(people.get(address) ?? [])],
          };
        }),
    }),
  );
}

/** From high on: what a rule calls low is often a colleague. */
const worth = severities.indexOf('high');

function suspectsOf(database: DatabaseSync, state: Counted): Suspects {
  const rows = database
    .prepare(
      `select id, principal, address from event where marked = 1
       union select event.id, principal, address from finding join event on event.id = finding.event where finding.severity >= ?
       limit ?`,
    )
    .all(worth, mostSuspects);
  const resources = database.prepare(
    'select distinct resource.kind, resource.arn, resource.name from event_resource join resource on resource.id = event_resource.resource where event = ?',
  );
  const text = database.prepare('select text from value where id = ?');
  const last = new Map(rows.map(({ id, principal }) => [principal as number, id as number]));
  const addresses = new Set(rows.map(({ address }) => address as number));
  const touched = new Map<string, Suspects['resources'][number]>();
  for (const { id } of rows)
    for (const row of resources.all(id as number))
      touched.set(`${row.kind} ${row.arn} ${row.name}`, {
        kind: String(row.kind),
        arn: String(row.arn),
        name: String(row.name),
      });
  return {
    principals: [...last].flatMap(([id, row]) => {
      const principal = state.principals.get(id);
      const event = state.reader.event(row);
      if (!principal || !event) return [];
      const { id: eventId, at, action, account, region } = event;
      return [{ ...principal, eventId, at, action, account, region }];
    }),
    addresses: [...addresses].flatMap((id) => (id === 0 ? [] : String(text.get(id)?.text ?? ''))),
    resources: [...touched.values()],
  };
}
