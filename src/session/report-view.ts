import { actions } from '../containment/catalogue.ts';
import { type DoorRecord, doorGroups, doorRecordOf } from '../inventory/doors/door-record.ts';
import { behind } from '../inventory/doors/facts.ts';
import { openDoors } from '../inventory/doors/open-doors.ts';
import { emptyInventory } from '../inventory/inventory.ts';
import type { Callers } from '../model/caller.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { OpenDoors } from '../model/open-door.ts';
import type { IncidentFacts, IncidentView, ReportChain } from '../report/incident-view.ts';
import { openQueries } from '../store/event-queries.ts';
import type { OwnCalls } from '../store/event-reader.ts';
import type { EventQueries, Questions } from '../store/queries.ts';
import { openForReading } from '../store/schema.ts';
import { withStoreErrors } from '../store/store-error.ts';
import { closingsOf, unseenBy } from './open-doors.ts';

/** Chains that a report tells: one for each of the first suspects. */
const CHAINS = 3;
/** Events between two words of progress, and between two looks at whether anybody still waits. */
const progressEvery = 5_000;
const checkedEvery = 100;
const doorRecords = { type: 'records', groups: doorGroups, after: 0 } as const;

/** Where a report's events are. */
export interface ReportEvents {
  /** `events.db`; `undefined`: there are none. */
  readonly eventsPath: string | undefined;
  readonly own: OwnCalls | undefined;
  /** What follows from the events is worked out on this thread, not on another meanwhile: one that makes report after report starts none each time. */
  readonly answersHere?: boolean;
}

/** Whoever waits for a report. */
export interface ReportWatch {
  /** Hears now and then how many events have been read. */
  read(events: number): void;
  /** Asked again and again while the report is made; throws when nobody waits for it any more. */
  check(): void;
}

type Ask = EventQueries['ask'];

/** Answers on this thread, from a connection of its own. */
async function answering(
  path: string,
  own: OwnCalls | undefined,
  watch: ReportWatch | undefined,
): Promise<{ readonly ask: Ask; close(): void }> {
  const { answer } = await import('../store/answers.ts');
  const database = openForReading(path);
  return {
    ask: (async (_slot, question, signal) => {
      signal.throwIfAborted();
      watch?.check();
      return withStoreErrors(path, () => answer(database, question as Parameters<typeof answer>[1], own));
    }) as Ask,
    close: () => database.close(),
  };
}

/**
 * Opens the events of a report beside their writer and adds what follows from them: doors where nobody computed them, chains of credentials.
 * The caller closes it.
 *
 * @param meanwhile What can be done with the events alone: it is, while another thread answers what follows from them.
 * @throws FailedError when the store is damaged or of a newer version; what `watch` throws.
 */
export async function openReportView(
  facts: IncidentFacts,
  { eventsPath, own, answersHere = false }: ReportEvents,
  signal: AbortSignal,
  meanwhile?: (view: IncidentView) => void,
  watch?: ReportWatch,
): Promise<{ readonly view: IncidentView; close(): Promise<void> }> {
  if (eventsPath === undefined) return { view: { ...facts, events: () => [] }, close: async () => undefined };
  const events = openQueries(eventsPath);
  let here: { readonly ask: Ask; close(): void } | undefined;
  const close = async () => {
    here?.close();
    await events.close();
  };
  try {
    if (own) events.setOwn(own);
    here = answersHere ? await answering(eventsPath, own, watch) : undefined;
    const ask = here?.ask ?? events.ask;
    const asked = Promise.all([
      ask<'callers'>('report', { type: 'callers' }, signal),
      facts.doors ? undefined : ask<'records'>('report-records', doorRecords, signal),
    ]);
    const view: IncidentView = {
      ...facts,
      events: (filter = { type: 'all' }) => (watch ? watched(events.all(filter), watch) : events.all(filter)),
      raw: ({ rowId }) => events.rawBytes?.(rowId),
    };
    try {
      meanwhile?.(view);
    } catch (error) {
      asked.catch(() => undefined); // It ends with the thread; why nothing could be gathered is what there is to tell.
      throw error;
    }
    const [callers, records] = await asked;
    const chains = await chainsOf(events, ask, callers, signal);
    const doors = facts.doors ?? (records && doorsOf(facts, events, callers, records, own));
    // What was gathered speaks of this very view, which nobody else has seen yet.
    return { view: Object.assign(view, { chains, doors }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same events, under the eyes of whoever waits. */
function* watched(events: Iterable<TimelineEvent>, watch: ReportWatch): Iterable<TimelineEvent> {
  let read = 0;
  for (const event of events) {
    read += 1;
    if (read % checkedEvery === 0) watch.check();
    if (read % progressEvery === 0) watch.read(read);
    yield event;
  }
}

async function chainsOf(
  events: Pick<EventQueries, 'find'>,
  ask: Ask,
  { suspects }: Callers,
  signal: AbortSignal,
): Promise<readonly ReportChain[]> {
  const told: ReportChain[] = [];
  const known = new Set<string>();
  const inOrder = suspects.principals.toSorted((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1));
  for (const { eventId, accessKeyId } of inOrder) {
    if (told.length >= CHAINS) break;
    if (accessKeyId === undefined || known.has(accessKeyId)) continue;
    const rowId = events.find(eventId);
    if (rowId === undefined) continue;
    const chain = await ask<'chain'>('report', { type: 'chain', rowId }, signal);
    for (const link of chain.links) known.add(link.accessKeyId);
    known.add(accessKeyId);
    // One set of credentials by itself tells nothing that the indicators do not.
    if (chain.links.length > 1) told.push({ eventId, chain });
  }
  return told;
}

/** The doors as the events alone have them: what runs now was not asked. */
function doorsOf(
  { asOf, containments, sources, account }: IncidentFacts,
  events: EventQueries,
  callers: Callers,
  answer: Questions['records']['answer'],
  own: OwnCalls | undefined,
): OpenDoors {
  const ours = new Set(account === '' ? [] : [account]);
  const records = answer.records.flatMap((parts): DoorRecord[] => {
    const record = doorRecordOf(parts, ours, ({ principal }) => principal && behind(principal));
    return record ? [record] : [];
  });
  const first = events.window({ view: 'all', from: 'oldest', rows: 1 }).rows[0];
  return openDoors({
    records,
    callers,
    inventory: emptyInventory,
    // The journal does not keep how far apart the clocks were.
    closings: closingsOf(containments, 0),
    offers: ({ kind }) => actions.filter(({ appliesTo }) => appliesTo.includes(kind)).map(({ id }) => id),
    ours,
    own: own?.arns ?? new Set(),
    now: Date.parse(asOf),
    since: first?.at ?? Date.parse(asOf),
    unseen: [
      ...unseenBy(sources),
      ...(answer.cut ? ['of the calls that open ways in, only the newest were looked at'] : []),
    ],
  });
}
