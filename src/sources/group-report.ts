import type { Clock } from '../shared/clock.ts';
import type { Channel } from './channel.ts';
import type { Reading, ReadingPlan, Trouble } from './group-reading.ts';
import type { Lag } from './lag.ts';
import type { GroupsFound, UnrecordedTime } from './log-group.ts';
import type { LagFigures, SourceItem } from './source.ts';

const lagEveryMs = 10_000;
const pollLagMs = 60_000;
/** How often a gap that grows with the time is told anew. */
const gapEveryMs = 15_000;
/** One that nothing will fill goes on for days. */
const unrecordedEveryMs = 5 * 60_000;

/** What the readers of a source's log groups know, written by them as they go. Times are epoch ms. */
export interface GroupsKnown {
  /** By ARN, the most important first. */
  readonly readings: Map<string, Reading>;
  /** Gaps of groups that are not read any more, by ARN: they stay unread. */
  readonly shelved: Map<string, readonly string[]>;
  readonly lag: Lag;
  /** `undefined` before anything has been discovered. */
  found: GroupsFound | undefined;
  /** Why the groups cannot be looked for. */
  discoveryTrouble: Trouble | undefined;
  /** Why none of them can be read. */
  trouble: Trouble | undefined;
  /** Whether AWS has ever answered a read. */
  heard: boolean;
  coveredFrom: number;
  coveredTo: number;
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** How it stands with the source altogether, in a state and a sentence. */
function stateOf({ readings, found, discoveryTrouble, trouble, heard }: GroupsKnown): Trouble {
  if (discoveryTrouble && readings.size === 0) return discoveryTrouble;
  if (found === undefined) return { state: 'connecting', why: '' };
  const all = [...readings.values()];
  if (all.length === 0) return { state: 'idle', why: found.nothing };
  if (trouble && trouble.state !== 'throttled') return trouble;
  const tailed = all.filter(({ isTailed }) => isTailed);
  const troubled = all.find((reading) => reading.trouble);
  if (troubled?.trouble) {
    if (tailed.length === 0 && all.every((reading) => reading.trouble)) return troubled.trouble;
    const why = `${troubled.group.name} cannot be read back: ${troubled.trouble.why}`;
    return { ...troubled.trouble, state: tailed.length > 0 ? 'live' : 'polling', why };
  }
  if (trouble) return tailed.length === all.length ? { state: 'live', why: trouble.why } : trouble;
  const said = (why: string) => [found.alarm, why].filter(Boolean).join('; ');
  if (tailed.length === all.length) return { state: 'live', why: said('') };
  const why = all.find(({ isTailed, why: reason }) => !isTailed && reason !== '')?.why ?? '';
  if (tailed.length > 0)
    return { state: 'live', why: said(`${tailed.length} of ${all.length} groups${why ? `; ${why}` : ''}`) };
  return heard ? { state: 'polling', why: said(why) } : { state: 'connecting', why: '' };
}

function progressOf(all: readonly Reading[]): string {
  const live = all.filter(({ isTailed }) => isTailed).length;
  const back = all.filter(({ unread }) => unread.list().some(({ isHistory }) => isHistory));
  return [
    ...(live > 0 ? [`${live} tailed`] : []),
    ...(all.length > live ? [`${all.length - live} polled`] : []),
    ...(back.length > 0 ? [`${back.length} still being read back`] : []),
  ].join(', ');
}

/** @returns Says whatever has changed since it was called last. */
export function createGroupReport(parts: {
  readonly known: GroupsKnown;
  readonly plan: ReadingPlan;
  readonly clock: Pick<Clock, 'now'>;
  readonly out: Pick<Channel<SourceItem>, 'push'>;
  /** Epoch ms; what was not recorded before is no gap of this session. */
  readonly since: number;
  /** How much older, ms, than their ingestion lines are expected to be. */
  readonly overlapMs: number;
  /** How long, ms, FilterLogEvents may be behind the ingestion. */
  readonly settleMs: number;
}): () => void {
  const { known, plan, clock, out, since, overlapMs, settleMs } = parts;
  const gaps = new Map<string, Gap & { readonly at: number }>();
  const told = { state: '', watching: '', progress: '', blindSpots: '[]' };
  const toldLag: { figures: LagFigures | undefined; at: number } = { figures: undefined, at: Number.NEGATIVE_INFINITY };
  const isNews = (what: keyof typeof told, text: string): boolean => {
    if (told[what] === text) return false;
    told[what] = text;
    return true;
  };

  /** What may lack lines and would not be noticed otherwise. */
  function openGaps(all: readonly Reading[], unrecorded: readonly UnrecordedTime[], now: number): Map<string, Gap> {
    const open = new Map<string, Gap>();
    for (const reading of all) {
      for (const stretch of reading.unread.list()) {
        const from = stretch.from - overlapMs;
        const isStale = now - stretch.from > plan.staleMs(reading);
        const isShown = stretch.isHistory ? stretch.from < known.coveredTo : stretch.tornAt !== undefined || isStale;
        if (isShown)
          open.set(stretch.id, { from, to: stretch.to ?? now, why: `${reading.group.name}: ${stretch.why}` });
      }
    }
    for (const { id, from, to = now, why } of unrecorded)
      if (to > since) open.set(id, { from: Math.max(from, since), to, why });
    return open;
  }

  function tellGaps(all: readonly Reading[], unrecorded: readonly UnrecordedTime[], now: number): void {
    const open = openGaps(all, unrecorded, now);
    for (const [id, gap] of open) {
      const shown = gaps.get(id);
      // A gap that grows with the time is not told anew each second.
      const everyMs = unrecorded.some((time) => time.id === id) ? unrecordedEveryMs : gapEveryMs;
      const isKnown =
        shown && shown.why === gap.why && shown.from <= gap.from && (shown.to >= gap.to || now - shown.at < everyMs);
      if (isKnown) continue;
      gaps.set(id, { ...gap, at: now });
      out.push({ type: 'gap', id, ...gap });
    }
    const shelved = new Set([...known.shelved.values()].flat());
    for (const id of [...gaps.keys()]) {
      if (open.has(id) || shelved.has(id)) continue;
      gaps.delete(id);
      out.push({ type: 'gap-filled', id });
    }
  }

  function tellCovered(all: readonly Reading[], unrecorded: readonly UnrecordedTime[]): void {
    const to = Math.min(
      ...all.map((reading) => plan.readTo(reading) - (reading.isTailed ? 0 : pollLagMs - settleMs)),
      // That nothing comes from a trail that is stopped does not mean that nothing happened.
      ...unrecorded.map((time) => (time.to === undefined ? time.from : Number.POSITIVE_INFINITY)),
    );
    if (all.length === 0 || to < Math.max(known.coveredFrom, known.coveredTo + 1_000)) return;
    known.coveredTo = to;
    out.push({ type: 'covered', from: known.coveredFrom, to, proof: 'lag-only' });
  }

  function tellLag(now: number): void {
    const figures = known.lag.figures();
    if (!figures || figures === toldLag.figures || now - toldLag.at < lagEveryMs) return;
    toldLag.figures = figures;
    toldLag.at = now;
    out.push({ type: 'lag', lag: figures });
  }

  return () => {
    const now = clock.now();
    const all = [...known.readings.values()];
    const { blindSpots = [], alarm = '', unrecorded = [] } = known.found ?? {};
    const state = stateOf(known);
    if (isNews('state', JSON.stringify(state))) out.push({ type: 'state', ...state });
    const watching = all.map(({ group }) => group.name);
    if (known.found && isNews('watching', watching.join('\0'))) out.push({ type: 'watching', what: watching });
    const progress = progressOf(all);
    if (isNews('progress', progress)) out.push({ type: 'progress', text: progress });
    const { discoveryTrouble } = known;
    const sentences = [
      ...blindSpots,
      ...(discoveryTrouble && all.length > 0 ? [`New log groups are not noticed: ${discoveryTrouble.why}`] : []),
    ];
    if (isNews('blindSpots', JSON.stringify(alarm ? [sentences, alarm] : sentences)))
      out.push({ type: 'blind-spots', sentences, alarm });
    tellGaps(all, unrecorded, now);
    tellCovered(all, unrecorded);
    tellLag(now);
  };
}
