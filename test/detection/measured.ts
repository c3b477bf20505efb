import { builtInRules } from '../../src/detection/built-in.ts';
import { DetectionEngine } from '../../src/detection/engine.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import { link } from '../../src/linking/link.ts';
import type { NormalisedEvent, Severity } from '../../src/model/event.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { type Declared, declared, type Telling } from './declared.ts';
import type { Arrival, Played } from './played.ts';

const set = ruleSet([builtInRules()]);
export const levelOf: ReadonlyMap<string, Severity> = new Map(
  [...set.events, ...set.correlations].map(({ info }) => [info.id, info.level]),
);

/** An event that was judged, and whose it was. */
interface Seen {
  readonly event: NormalisedEvent;
  readonly text: string;
  readonly stream: string;
  /** Epoch ms. */
  readonly arrivedAt: number;
  readonly isAttack: boolean;
}

/** What the rules said of a story. */
export interface Found {
  readonly seen: readonly Seen[];
  /** By rule: rows of `seen` with when it was said, epoch ms of the event that brought it. */
  readonly byRule: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

/** From where the attacker of a scenario calls: nobody else does. */
function attackOf(id: string): { readonly addresses: ReadonlySet<string>; readonly streams: RegExp | undefined } {
  const { sourceIp, disguises } = scenarios.find((one) => one.id === id)!.attack;
  const others = Object.values(disguises).flatMap((one) => one.sourceIp ?? []);
  return { addresses: new Set([sourceIp, ...others]), streams: declared[id]?.streams };
}

/** Runs the built-in rules over a story, in the order in which it could be read. @param benign Without the attack's own records. */
export function judge(id: string, { arrivals }: Played, options: { readonly benign?: boolean } = {}): Found {
  const engine = new DetectionEngine(set);
  const { addresses, streams } = attackOf(id);
  const seen: Seen[] = [];
  const ids = new Set<string>();
  const byRule = new Map<string, Map<number, number>>();
  const add = (rule: string, row: number, at: number) => {
    const rows = byRule.get(rule) ?? new Map<number, number>();
    byRule.set(rule, rows);
    if (!rows.has(row)) rows.set(row, at);
  };
  for (const { raw, at } of arrivals) {
    const normalised = normalise(raw);
    if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
    const { record } = normalised;
    const event = { ...normalised.event, resources: link(record, normalised.event) };
    if (ids.has(event.id)) continue;
    ids.add(event.id);
    const isAttack =
      event.origin === 'cloudtrail'
        ? addresses.has(event.sourceIp)
        : streams !== undefined && event.origin === 'cloudwatch-logs' && streams.test(raw.stream ?? '');
    if (isAttack && options.benign) continue;
    const row = seen.push({ event, text: raw.text, stream: raw.stream ?? '', arrivedAt: at, isAttack }) - 1;
    const { findings, hits } = engine.judge(event, record, raw.text);
    for (const { rule } of findings) add(rule, row, at);
    for (const later of [...(hits ? engine.stored(hits, row) : []), ...engine.settle()])
      if (later.isLost) byRule.get(later.rule)?.delete(later.row);
      else add(later.rule, later.row, at);
  }
  return { seen, byRule };
}

/** How one rule did in one story, or in several. */
export interface Score {
  /** Events it named, and how many of them the attack's. */
  named: number;
  right: number;
  /** What was declared, and how much of it was found. */
  declared: number;
  found: number;
  /** From the telling event's arrival to the finding, ms of the account's time; the longest. */
  slowestMs: number;
  /** In words: what was missed, who was blamed. */
  readonly misses: string[];
  readonly blames: string[];
}

export const emptyScore = (): Score => ({
  named: 0,
  right: 0,
  declared: 0,
  found: 0,
  slowestMs: 0,
  misses: [],
  blames: [],
});

const told = ({ event }: Seen) =>
  `${new Date(event.at).toISOString().slice(11, 19)} ${event.action} by ${event.principal?.name ?? '-'} from ${event.sourceIp || '-'}`;

/** Holds what the rules found against what is declared. @param startedAt Epoch ms of the story's start: what lies before is history. */
export function score(
  id: string,
  { startedAt }: Played,
  { seen, byRule }: Found,
  trail: boolean,
  into: Map<string, Score> = new Map(),
): ReadonlyMap<string, Score> {
  const of = (rule: string) => {
    const one = into.get(rule) ?? emptyScore();
    into.set(rule, one);
    return one;
  };
  for (const [rule, rows] of byRule) {
    const score = of(rule);
    for (const row of rows.keys()) {
      const event = seen[row]!;
      score.named += 1;
      if (event.isAttack) score.right += 1;
      else score.blames.push(`${id}: ${told(event)}`);
    }
  }
  const { tellings, needsTrail } = declared[id] as Declared;
  for (const telling of tellings) {
    if ((telling.isData || needsTrail) && !trail) continue;
    const score = of(telling.rule);
    const wanted = tellingRows(seen, telling, startedAt);
    if (telling.counted !== undefined && wanted.length > 0 && wanted.length < telling.counted) continue;
    if (wanted.length === 0) {
      score.declared += 1;
      score.misses.push(`${id}: no ${telling.call ?? 'line'} ${telling.of ?? ''} was received`);
    }
    const enoughAt = telling.counted === undefined ? 0 : (seen[wanted[telling.counted - 1] ?? 0]?.arrivedAt ?? 0);
    for (const row of wanted) {
      score.declared += 1;
      const at = byRule.get(telling.rule)?.get(row);
      if (at === undefined) score.misses.push(`${id}: ${told(seen[row]!)}`);
      else {
        score.found += 1;
        score.slowestMs = Math.max(score.slowestMs, at - Math.max(seen[row]!.arrivedAt, enoughAt));
      }
    }
  }
  return into;
}

function tellingRows(seen: readonly Seen[], { call, of, first }: Telling, startedAt: number): readonly number[] {
  const isCalled = new RegExp(`:(?:${call})$`);
  const rows = seen.flatMap(({ event, text, isAttack }, row) => {
    if (!isAttack || (event.origin === 'cloudtrail' && event.at < startedAt)) return [];
    // Lines of the attack: those that the first of its tellings would be known by.
    if (call === undefined && of === undefined) return /hashrate|stratum|MH\/s|pool/i.test(text) ? [row] : [];
    const isCall = call === undefined || isCalled.test(event.action);
    return isCall && (of === undefined || of.test(text)) ? [row] : [];
  });
  return rows.slice(0, first ?? rows.length);
}

/** What a calm day of a scenario's account gives above `low`, in words. */
export function tooLoud(id: string, { seen, byRule }: Found): readonly string[] {
  return [...byRule].flatMap(([rule, rows]) =>
    ['low', 'informational'].includes(levelOf.get(rule) ?? '')
      ? []
      : [...rows.keys()].map((row) => `${id}: ${levelOf.get(rule)} ${rule}: ${told(seen[row]!)}`),
  );
}

export type { Arrival };
