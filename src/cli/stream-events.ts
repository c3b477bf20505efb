import { setImmediate } from 'node:timers/promises';
import { matches } from '../filter/matches.ts';
import type { Predicate } from '../filter/predicate.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { OpenSession } from '../session/session-options.ts';
import { eventJsonLine, eventLine } from './event-line.ts';
import { landed } from './landed.ts';
import { writeText } from './write-text.ts';

/** Lines that are written at a time. */
const printedTogether = 500;

/**
 * Prints every event as it arrives, each once, until the signal aborts; then what had arrived by then. The event that the incident begins
 * from comes first.
 */
export async function streamEvents(
  session: OpenSession,
  options: {
    readonly json: boolean;
    readonly filter: Predicate;
    readonly findingsOnly?: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  let rowId = 0;
  const line = (event: TimelineEvent) => `${options.json ? eventJsonLine(event) : eventLine(event)}\n`;
  const first = await landed(session, options.signal);
  session.events.refresh();
  const landing = first === undefined ? undefined : session.events.event(first);
  if (landing && matches(options.filter, landing)) await writeText([line(landing)]);
  let finding = 0;
  /** Events by their findings: a correlation may find earlier ones. Each is printed once a look. */
  const drainFindings = async () => {
    for (;;) {
      const found = session.events.found?.(finding, printedTogether) ?? [];
      if (found.length === 0) return;
      const printed = new Set<number>();
      const lines: string[] = [];
      for (const { finding: id, event } of found) {
        finding = id;
        if (printed.has(event.rowId) || event.rowId === landing?.rowId) continue;
        printed.add(event.rowId);
        if (matches(options.filter, event)) lines.push(line(event));
      }
      await writeText(lines);
    }
  };
  const drain = async () => {
    if (options.findingsOnly) return drainFindings();
    for (;;) {
      const events = session.events.arrived(rowId, printedTogether);
      if (events.length === 0) return;
      const lines: string[] = [];
      for (const event of events) {
        rowId = event.rowId;
        if (event.rowId === landing?.rowId) continue;
        if (matches(options.filter, event)) lines.push(line(event));
      }
      await writeText(lines);
    }
  };
  let version = -1;
  while (!options.signal.aborted) {
    const { eventsVersion } = session.snapshot.get();
    if (eventsVersion !== version) {
      version = eventsVersion;
      await drain();
      continue;
    }
    await new Promise<void>((resolve) => {
      const end = () => {
        unsubscribe();
        options.signal.removeEventListener('abort', end);
        resolve();
      };
      const unsubscribe = session.snapshot.subscribe(end);
      options.signal.addEventListener('abort', end, { once: true });
    });
  }
  session.events.refresh();
  await drain();
}

/**
 * Prints what a store of saved logs holds, in time order, until the signal aborts.
 * @returns How many lines were written, and whether these are all.
 */
export async function printTimeline(
  session: Pick<OpenSession, 'events'>,
  options: { readonly json: boolean; readonly filter: Predicate; readonly signal: AbortSignal },
): Promise<{ readonly printed: number; readonly whole: boolean }> {
  let lines: string[] = [];
  let printed = 0;
  for (const event of session.events.all(options.filter)) {
    lines.push(`${options.json ? eventJsonLine(event) : eventLine(event)}\n`);
    if (lines.length < printedTogether) continue;
    await writeText(lines);
    printed += lines.length;
    lines = [];
    // A signal is heard between two turns of the event loop only, and a file takes all lines in one.
    await setImmediate();
    if (options.signal.aborted) return { printed, whole: false };
  }
  await writeText(lines);
  return { printed: printed + lines.length, whole: true };
}
