import { refOfHeld } from '../indicators/brought.ts';
import { heldBy } from '../indicators/held.ts';
import { networksHolding } from '../indicators/networks.ts';
import { type IndicatorKind, indicatorKey } from '../model/indicator.ts';
import type { Facts } from './facts.ts';
import { code, escapeMarkdown, table } from './markdown.ts';
import { count, counted, utc } from './time.ts';

const LISTED = 200;
/** Records that are read for what they name. Ours. */
const mostRead = 2_000;

/** What responders brought, and where it was seen in the whole incident. */
export function* brought(facts: Facts): Iterable<string> {
  const { view, addresses, keys, agents, principals, resources } = facts;
  const { imported } = view.indicators;
  if (imported.length === 0) return;
  const seen = new Map<string, Sighting>();
  const note = (kind: IndicatorKind, value: string, one: Sighting) => {
    const key = indicatorKey({ kind, value });
    const before = seen.get(key);
    seen.set(
      key,
      before === undefined
        ? one
        : { ...(before.firstAt <= one.firstAt ? before : one), events: before.events + one.events },
    );
  };
  for (const one of addresses) note('address', one.thing, one);
  const networksOf = networksHolding(imported.filter(({ kind }) => kind === 'network').map(({ value }) => value));
  for (const one of addresses) for (const network of networksOf(one.thing)) note('network', network, one);
  for (const one of agents) note('user-agent', one.thing.replace(/^\[(.*)\]$/, '$1'), one);
  const { named, isCut } = namedIn(facts);
  // What stands only inside of records was found by rules that look for it; what an event says of itself is counted in all of them.
  for (const [key, sighting] of named) seen.set(key, sighting);
  const said = (kind: IndicatorKind, value: string, one: Sighting) => {
    if (!named.has(indicatorKey({ kind, value }))) note(kind, value, one);
  };
  for (const one of keys) said('access-key', one.thing, one);
  for (const one of principals) said('arn', one.thing.arn, one);
  for (const one of resources) {
    said('arn', one.thing.arn, one);
    if (one.thing.kind === 's3.bucket') said('bucket', one.thing.name, one);
  }
  const found = imported.filter((one) => seen.has(indicatorKey(one)));
  yield* [
    '',
    `${counted(imported.length, 'indicator')} were brought to this incident; ${count(found.length)} of them stand in its events${found.length > 0 ? ':' : '.'}`,
  ];
  if (isCut)
    yield* [
      '',
      `Only the first ${count(mostRead)} events on which a rule for brought indicators fired were read for what stands inside of their records: of such an indicator there may be more events than are counted here, and one may not be listed.`,
    ];
  if (found.length === 0) return;
  yield '';
  yield* table(
    ['Type', 'Value', 'Events', 'First (UTC)', 'First event', 'Note', 'From'],
    found.slice(0, LISTED).map((one) => {
      const { events, firstAt, firstId } = seen.get(indicatorKey(one))!;
      return [
        one.kind,
        code(one.value, 2_048),
        count(events),
        utc(firstAt),
        code(firstId),
        escapeMarkdown(one.note, 500),
        escapeMarkdown(one.file, 200),
      ];
    }),
  );
  if (found.length > LISTED) yield* ['', `${counted(found.length - LISTED, 'indicator')} more are not listed.`];
}

interface Sighting {
  readonly events: number;
  readonly firstAt: number;
  readonly firstId: string;
}

/** What the records name on which rules that look for brought indicators fired. */
function namedIn({ view }: Facts): { readonly named: ReadonlyMap<string, Sighting>; readonly isCut: boolean } {
  const seen = new Map<string, Sighting>();
  let read = 0;
  for (const event of view.events({ type: 'field', field: 'rule', op: 'like', value: 'brought-*' })) {
    if (read >= mostRead) return { named: seen, isCut: true };
    read += 1;
    const bytes = view.raw?.(event);
    const isLine = event.origin === 'cloudwatch-logs';
    const record = isLine ? {} : recordOf(bytes);
    if (typeof record !== 'object' || record === null || !bytes) continue;
    for (const text of heldBy(
      record as { readonly [member: string]: unknown },
      isLine ? Buffer.from(bytes).toString() : undefined,
    )) {
      const key = indicatorKey(refOfHeld(text));
      const before = seen.get(key);
      const isFirst = !before || event.at < before.firstAt;
      seen.set(key, {
        events: (before?.events ?? 0) + 1,
        firstAt: isFirst ? event.at : before.firstAt,
        firstId: isFirst ? event.id : before.firstId,
      });
    }
  }
  return { named: seen, isCut: false };
}

function recordOf(bytes: Uint8Array | undefined): unknown {
  if (!bytes) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as unknown;
  } catch {
    // A record that is no JSON holds nothing of this kind; the coverage counts it.
    return undefined;
  }
}
