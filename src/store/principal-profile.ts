import type { DatabaseSync } from 'node:sqlite';
import { identityKey } from '../model/principal.ts';
import type {
  Amount,
  FirstTime,
  HandedOut,
  PrincipalProfile,
  ProfiledIdentity,
  ProfiledKey,
  ProfiledService,
} from '../model/principal-profile.ts';
import { grantKinds } from './dimension.ts';
import { principalOfCells } from './event-reader.ts';
import { GraphReader, type MadeEvent, type StoredPrincipal } from './graph-reader.ts';
import { principalColumns } from './schema.ts';

const mostRows = 5_000;
const mostShown = 100;
const mostAddresses = 50;
const mostServices = 40;
const mostActions = 8;
const mostHandedOut = 100;
const mostFirsts = 60;
/** Of more events than that Regions and user agents are not read: no index holds them. */
const mostRead = 50_000;

type Sum = { -readonly [Member in keyof Amount]: Amount[Member] };
/** What a principal did to an action from an address; numbers of rows. */
interface Tally extends Sum {
  readonly principal: number;
  readonly action: number;
  readonly address: number;
}
const nothing = (): Sum => ({ events: 0, changes: 0, errors: 0, firstAt: Number.MAX_SAFE_INTEGER, lastAt: 0 });

/**
 * Everything the events say of one principal. By the index of principals alone but for Regions and user agents, so its cost grows with the events
 * of that principal.
 *
 * @param who An ARN of a session, a user or a role (all its sessions), `type|name` for who has no ARN, or a name.
 */
export function profileOf(database: DatabaseSync, who: string): PrincipalProfile {
  const graph = new GraphReader(database);
  const principals = answering(database, who);
  const rows = principals.map(({ row }) => row);
  const byRow = new Map(principals.map((principal) => [principal.row, principal]));
  const total = nothing();
  const identities = new Map<string, Sum>();
  const keys = new Map<string, Sum & { readonly principal: StoredPrincipal }>();
  const addresses = new Map<number, Sum>();
  const actions = new Map<number, Sum & { principal: number; firstBy: number }>();
  for (const tally of talliesOf(database, rows)) {
    const principal = byRow.get(tally.principal);
    if (!principal) continue;
    add(total, tally);
    add(among(identities, identityKey(principal), nothing), tally);
    if (principal.accessKeyId)
      add(
        among(keys, principal.accessKeyId, () => ({ ...nothing(), principal })),
        tally,
      );
    if (tally.address !== 0) add(among(addresses, tally.address, nothing), tally);
    const action = among(actions, tally.action, () => ({ ...nothing(), principal: 0, firstBy: 0 }));
    if (tally.firstAt < action.firstAt) action.firstBy = tally.principal;
    add(action, tally);
  }
  const { from, to } = graph.loaded();
  const newFrom = from + (to - from) / 10;
  const isNew = total.events > 0 && total.firstAt > newFrom;
  const places = total.events > 0 && total.events <= mostRead ? placesOf(database, rows) : [];
  const leftOut = [
    ...(total.events > mostRead ? ['first-time Regions and user agents: it has too many events'] : []),
    ...(principals.length >= mostRows ? [`more than ${mostRows} sets of credentials`] : []),
  ];
  const busiest = identitiesOf(principals, identities);
  return {
    ...(total.events > 0 ? total : { ...nothing(), firstAt: 0 }),
    identities: busiest.slice(0, mostShown),
    keys: [...keys.values()]
      .sort((a, b) => b.lastAt - a.lastAt || byText(a.principal.accessKeyId ?? '', b.principal.accessKeyId ?? ''))
      .slice(0, mostShown)
      .map((key) => keyOf(graph, key)),
    addresses: [...addresses]
      .sort(([, a], [, b]) => b.lastAt - a.lastAt)
      .slice(0, mostAddresses)
      .map(([address, sum]) => ({ address: graph.text(address), ...sum })),
    services: servicesOf(graph, actions),
    handedOut: handedOutBy(graph, rows),
    firsts: isNew ? [] : firstsOf({ graph, addresses, actions, places, newFrom, startedAt: total.firstAt }),
    isNew,
    leftOut,
    last: lastOf(database, graph, rows),
  };
}

/** Whoever answers to it: one actor by all its keys, of a role every session. */
function answering(database: DatabaseSync, who: string): readonly StoredPrincipal[] {
  const cells = `id as row, ${principalColumns.join(', ')}`;
  const bar = who.indexOf('|');
  const found = who.startsWith('arn:')
    ? database
        .prepare(`select ${cells} from principal where arn = ?1 or issuer_arn = ?1 order by id desc limit ${mostRows}`)
        .all(who)
    : bar > 0
      ? database
          .prepare(
            `select ${cells} from principal where type = ? and name = ? and arn = '' order by id desc limit ${mostRows}`,
          )
          .all(who.slice(0, bar), who.slice(bar + 1))
      : [];
  const rows =
    found.length > 0
      ? found
      : database.prepare(`select ${cells} from principal where name = ? order by id desc limit ${mostRows}`).all(who);
  return rows.map((row) => ({ ...principalOfCells(row), row: Number(row.row) }));
}

/** Summed up here: SQLite would sort the events first, 0.5 s of processor time for 180,000 instead of 0.35. */
function talliesOf(database: DatabaseSync, rows: readonly number[]): readonly Tally[] {
  const invoked = database.prepare("select id from value where dimension = 1 and text like 'sagemaker:Invoke%'").all();
  const isChange = `read_only is 0 and action not in (${invoked.map(({ id }) => id).join(', ')})`;
  const each = database.prepare(
    `select principal, action, address, at, error <> 0, ${isChange} from event where principal in (select value from json_each(?))`,
  );
  each.setReturnArrays(true);
  const byPrincipal = new Map<number, Map<number, Map<number, Tally>>>();
  const tallies: Tally[] = [];
  for (const cells of each.iterate(JSON.stringify(rows)) as Iterable<unknown>) {
    const [principal, action, address, at, errors, changes] = cells as [number, number, number, number, number, number];
    const byAction = among(byPrincipal, principal, () => new Map<number, Map<number, Tally>>());
    const byAddress = among(byAction, action, () => new Map<number, Tally>());
    const tally = among(byAddress, address, () => {
      const first = { ...nothing(), principal, action, address };
      tallies.push(first);
      return first;
    });
    tally.events += 1;
    tally.errors += errors;
    tally.changes += changes;
    if (at < tally.firstAt) tally.firstAt = at;
    if (at > tally.lastAt) tally.lastAt = at;
  }
  return tallies;
}

interface PlaceUse {
  readonly region: number;
  readonly agent: number;
  readonly firstAt: number;
}

const placesOf = (database: DatabaseSync, rows: readonly number[]): readonly PlaceUse[] =>
  database
    .prepare(
      'select region, agent, min(at) as firstAt from event where principal in (select value from json_each(?)) group by region, agent limit 2000',
    )
    .all(JSON.stringify(rows)) as unknown as readonly PlaceUse[];

function add(sum: Sum, { events, changes, errors, firstAt, lastAt }: Amount): void {
  sum.events += events;
  sum.changes += changes;
  sum.errors += errors;
  sum.firstAt = Math.min(sum.firstAt, firstAt);
  sum.lastAt = Math.max(sum.lastAt, lastAt);
}

function among<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

const plain = ({ rowId, id, at, action, region }: MadeEvent) => ({ rowId, id, at, action, region });

function identitiesOf(
  principals: readonly StoredPrincipal[],
  sums: ReadonlyMap<string, Amount>,
): readonly ProfiledIdentity[] {
  const seen = new Map<string, ProfiledIdentity>();
  for (const principal of principals) {
    const key = identityKey(principal);
    const sum = sums.get(key);
    if (!sum || seen.has(key)) continue;
    const { type, name, arn, issuerArn = '', person = '', sourceIdentity = '' } = principal;
    seen.set(key, { key, type, name, arn, issuerArn, person, sourceIdentity, ...amountOf(sum) });
  }
  return [...seen.values()].sort((a, b) => b.changes - a.changes || b.events - a.events || byText(a.key, b.key));
}

const amountOf = ({ events, changes, errors, firstAt, lastAt }: Amount): Amount => ({
  events,
  changes,
  errors,
  firstAt,
  lastAt,
});

function keyOf(graph: GraphReader, key: Amount & { readonly principal: StoredPrincipal }): ProfiledKey {
  const { accessKeyId = '', name, issuedAt } = key.principal;
  const [handover] = graph.issuersOf(accessKeyId);
  const by = handover && graph.event(handover.event);
  return {
    accessKeyId,
    name,
    issuedAt: issuedAt ?? by?.at,
    until: handover?.until ?? undefined,
    by: by && plain(by),
    ...amountOf(key),
  };
}

function servicesOf(graph: GraphReader, actions: ReadonlyMap<number, Amount>): readonly ProfiledService[] {
  const services = new Map<string, { sum: Sum; actions: (Amount & { readonly action: string })[] }>();
  for (const [number, amount] of actions) {
    const action = graph.text(number);
    const service = among(services, action.slice(0, Math.max(0, action.indexOf(':'))), () => ({
      sum: nothing(),
      actions: [],
    }));
    add(service.sum, amount);
    service.actions.push({ action, ...amountOf(amount) });
  }
  return [...services]
    .map(
      ([service, { sum, actions: done }]): ProfiledService => ({
        service,
        ...sum,
        actions: done.sort((a, b) => byWeight(a, b) || byText(a.action, b.action)).slice(0, mostActions),
        more: Math.max(0, done.length - mostActions),
      }),
    )
    .sort((a, b) => byWeight(a, b) || byText(a.service, b.service))
    .slice(0, mostServices);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Changes, then failures, then how often. */
const byWeight = (a: Amount, b: Amount): number => b.changes - a.changes || b.errors - a.errors || b.events - a.events;

function handedOutBy(graph: GraphReader, rows: readonly number[]): readonly HandedOut[] {
  if (rows.length === 0) return [];
  return graph
    .handedOverBy(rows)
    .slice(-mostHandedOut)
    .toReversed()
    .flatMap(({ event, kind, key, session, resource, role, until }): readonly HandedOut[] => {
      const by = graph.event(event);
      const type = grantKinds[kind];
      if (!by || !type) return [];
      const to = graph.resource(resource || role);
      return [{ type, name: key ?? to?.name ?? session, by: plain(by), until: until ?? undefined }];
    });
}

/** What came first only after the first tenth of what is loaded, though the principal was there before. */
function firstsOf({
  graph,
  addresses,
  actions,
  places,
  newFrom,
  startedAt,
}: {
  readonly graph: GraphReader;
  readonly addresses: ReadonlyMap<number, Amount>;
  readonly actions: ReadonlyMap<number, Amount & { readonly firstBy: number }>;
  readonly places: readonly PlaceUse[];
  /** Epoch ms. */
  readonly newFrom: number;
  readonly startedAt: number;
}): readonly FirstTime[] {
  const since = Math.max(newFrom, startedAt + 1);
  const firsts: FirstTime[] = [];
  const isFirst = (at: number) => at > since;
  for (const [number, { firstAt }] of addresses)
    if (isFirst(firstAt)) firsts.push({ what: 'address', value: graph.text(number), at: firstAt, event: undefined });
  const services = new Map<string, number>();
  for (const [number, { firstAt, firstBy }] of actions) {
    const action = graph.text(number);
    const service = action.slice(0, Math.max(0, action.indexOf(':')));
    services.set(service, Math.min(services.get(service) ?? firstAt, firstAt));
    if (!isFirst(firstAt)) continue;
    const event = graph.eventAt(firstBy, firstAt, number);
    firsts.push({ what: 'action', value: action, at: firstAt, event: event && plain(event) });
  }
  for (const [service, at] of services)
    if (isFirst(at)) firsts.push({ what: 'service', value: service, at, event: undefined });
  for (const [what, member] of [
    ['Region', 'region'],
    ['user agent', 'agent'],
  ] as const) {
    const seen = new Map<number, number>();
    for (const use of places) seen.set(use[member], Math.min(seen.get(use[member]) ?? use.firstAt, use.firstAt));
    for (const [number, at] of seen)
      if (number !== 0 && isFirst(at)) firsts.push({ what, value: graph.text(number), at, event: undefined });
  }
  return firsts.sort((a, b) => b.at - a.at || byText(a.what + a.value, b.what + b.value)).slice(0, mostFirsts);
}

function lastOf(database: DatabaseSync, graph: GraphReader, rows: readonly number[]) {
  const last = database
    .prepare(
      `select (select id from event where event.principal = each.value order by at desc, id desc limit 1) as row,
        (select max(at) from event where event.principal = each.value) as at from json_each(?) as each order by 2 desc limit 1`,
    )
    .get(JSON.stringify(rows))?.row;
  const event = typeof last === 'number' ? graph.event(last) : undefined;
  return event && plain(event);
}
