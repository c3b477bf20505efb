import { isBrought } from '../indicators/brought.ts';
import { collectedFrom } from '../indicators/predicate.ts';
import { indicatorLines } from '../indicators/read-csv.ts';
import { IndicatorTally } from '../indicators/tally.ts';
import { FailedError } from '../model/errors.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { ImportedIndicator, IndicatorRef, SeenIndicator } from '../model/indicator.ts';
import type { Clock } from '../shared/clock.ts';
import { display } from '../shared/display.ts';
import { fileBeginning } from '../shared/file-beginning.ts';
import type { SessionEntry } from './decision.ts';

/** The indicators of an incident as its events have them now. */
export interface CollectedIndicators {
  readonly list: readonly SeenIndicator[];
  /** Events of findings and marks that were read for it. */
  readonly events: number;
  /** There are more than are kept. */
  readonly isCut: boolean;
}

export const noIndicators: CollectedIndicators = { list: [], events: 0, isCut: false };

/** Time for one piece of work: nothing else may wait longer. Ms. */
const pieceMs = 4;
/** Where more was found or marked the newest are not read: what is looked for stands in the first of them. Ours. */
const mostEvents = 20_000;
/** Some hundred thousand indicators. Ours. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Collects what the events of findings and marks hold, in pieces, so that keys are answered meanwhile.
 *
 * @param raw The record as it came. @param brought What somebody brought. @throws The signal's reason.
 */
export async function collectIndicators(
  events: Iterable<TimelineEvent>,
  raw: (event: TimelineEvent) => string | undefined,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
  brought: readonly IndicatorRef[] = [],
): Promise<CollectedIndicators> {
  const tally = new IndicatorTally(brought);
  let count = 0;
  let began = clock.now();
  for (const event of events) {
    if (count >= mostEvents) return { list: tally.list(), events: count, isCut: true };
    // What we did ourselves is no trace of anybody else.
    if (event.responder === 'own') continue;
    // What is only worth knowing happens all day, to everybody.
    if (!event.marked && event.findings.every(({ severity }) => severity === 'informational')) continue;
    count += 1;
    // Images, sinks and scripts stand in what changes something.
    tally.add(event, recordOf(event, raw));
    if (clock.now() - began < pieceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    began = clock.now();
  }
  return { list: tally.list(), events: count, isCut: tally.isFull };
}

function recordOf(event: TimelineEvent, raw: (event: TimelineEvent) => string | undefined): unknown {
  const isFound = isBrought(event);
  if (event.origin === 'cloudwatch-logs') return isFound ? raw(event) : undefined;
  return event.origin === 'cloudtrail' && (event.readOnly !== true || isFound) ? parsed(raw(event)) : undefined;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A record that is no JSON holds none of these; the coverage counts it.
    return undefined;
  }
}

export { collectedFrom };

/** Reads indicators from a file. @throws FailedError `NotReadable` */
export async function readIndicatorFile(path: string): Promise<{
  readonly indicators: readonly (IndicatorRef & Pick<ImportedIndicator, 'note'>)[];
  /** `file:line: problem` of each line that cannot be used. */
  readonly problems: readonly string[];
}> {
  const unreadable = (why: string, cause?: unknown) =>
    new FailedError(
      'NotReadable',
      `${display(path)} cannot be read: ${why}`,
      ['Name a CSV file with a column "value"'],
      cause,
    );
  const bytes = await fileBeginning(path, mostBytes + 1).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'no such file' : cause.code === 'EISDIR' ? 'it is a folder' : cause.message;
    throw unreadable(why, cause);
  });
  if (bytes.length > mostBytes) throw unreadable('it is larger than 64 MB');
  const text = bytes.toString('utf8');
  const indicators: (IndicatorRef & Pick<ImportedIndicator, 'note'>)[] = [];
  const problems: string[] = [];
  let began = performance.now();
  for (const one of indicatorLines(text)) {
    if ('indicator' in one) indicators.push({ ...one.indicator, note: one.note });
    else problems.push(display(`${path}:${one.line}: ${one.problem}`));
    if (performance.now() - began < pieceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
  return { indicators, problems };
}

/** A file of indicators that was read. */
export interface BroughtFile {
  /** Its name, without the way to it. */
  readonly file: string;
  readonly indicators: readonly (IndicatorRef & Pick<ImportedIndicator, 'note'>)[];
}

/** A journal line stays short: an import of thousands is several of them. Ours. */
const perEntry = 500;

/** What an import of indicators writes into the journal. */
export function* importEntries(
  file: string,
  indicators: readonly (IndicatorRef & Pick<ImportedIndicator, 'note'>)[],
  by: string,
): Iterable<Extract<SessionEntry, { type: 'indicators-imported' }>> {
  for (let at = 0; at < indicators.length; at += perEntry)
    yield { type: 'indicators-imported', file, indicators: indicators.slice(at, at + perEntry), by };
}
