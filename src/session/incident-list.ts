import { setImmediate as turn } from 'node:timers/promises';
import { foldContainments } from '../containment/fold.ts';
import type { Clock } from '../shared/clock.ts';
import { type Observable, observable } from '../shared/observable.ts';
import { type IncidentPlace, type IncidentSummary, incidentPlaces, summarise } from '../store/incident-list.ts';
import type { JournalLine } from '../store/journal.ts';
import type { SessionEntry } from './decision.ts';
import { foldEvidence } from './evidence.ts';
import { foldDecisions, liveIn } from './fold-decisions.ts';

/** An incident as the list at the start shows it. Text of AWS and of the disk in it: pass `display` before a screen. */
export interface IncidentEntry extends IncidentSummary {
  /** How it was opened last; `null` where its journal does not say. */
  readonly mode: 'live' | 'drill' | 'saved' | null;
  /** Account and alias of its own credentials; empty until AWS had said. */
  readonly account: string;
  readonly alias: string;
  /** ARN of whoever acted in it last. */
  readonly identityArn: string;
  readonly region: string;
  /** `SIMULATED`, `CUSTOM ENDPOINT host`, or empty: AWS itself. */
  readonly endpoint: string;
  /** Of a drill. */
  readonly scenario: string;
  /** What is not finished in it, a few words each, as its journal knows. */
  readonly open: readonly string[];
}

/** What a journal says about where an incident plays, and what is not finished in it. */
export function entryOf(summary: IncidentSummary, lines: readonly JournalLine[], now: number): IncidentEntry {
  const entries = lines.map(({ entry }) => entry as unknown as SessionEntry);
  const opening = entries.findLast((entry) => entry.type === 'incident-opened');
  const identity = entries.findLast((entry) => entry.type === 'identity' && !entry.profile);
  const { account, alias = '', arn, region, endpoint } = identity?.type === 'identity' ? identity : {};
  // What was contained from the command line is journalled without a session; its plans name the account.
  const last = foldContainments(lines).at(-1);
  const simulated = opening?.mode === 'drill' || endpoint?.kind === 'simulated';
  return {
    ...summary,
    mode: opening?.mode ?? null,
    account: account ?? last?.plan.account ?? '',
    alias,
    identityArn: arn ?? last?.by ?? '',
    region: region ?? last?.plan.region ?? '',
    endpoint: simulated ? 'SIMULATED' : endpoint?.kind === 'custom' ? `CUSTOM ENDPOINT ${endpoint.host}` : '',
    scenario: opening?.scenario ?? '',
    open: openIn(lines, { isHeld: summary.heldBy !== null, isDrill: opening?.mode === 'drill', now }),
  };
}

function openIn(
  lines: readonly JournalLine[],
  { isHeld, isDrill, now }: { readonly isHeld: boolean; readonly isDrill: boolean; readonly now: number },
): readonly string[] {
  const { containments, playbooks, handOffs } = foldDecisions(lines, isHeld ? liveIn(lines) : new Set());
  const inState = (...states: readonly string[]) =>
    containments.filter(({ state }) => states.includes(state)).map(({ id }) => id);
  // The account of a drill ended with it: its doors are nobody's.
  const doors = isDrill ? undefined : foldEvidence(lines).doors;
  const stillOpen =
    doors?.doors.filter(({ suspect, until }) => suspect && (until === undefined || until > now)).length ?? 0;
  const some = (ids: readonly string[], what: string) => (ids.length > 0 ? [`${ids.join(', ')} ${what}`] : []);
  return [
    ...some(inState('in-progress', 'undoing'), 'running'),
    ...some(inState('unverified'), 'may have happened'),
    ...some(inState('partial'), 'partly done'),
    ...(stillOpen > 0 ? [`${stillOpen} ${stillOpen === 1 ? 'door' : 'doors'} still open`] : []),
    ...playbooks.flatMap(({ id, next, ended, steps }) =>
      next === undefined || ended ? [] : [`${id} at step ${next} of ${steps.length}`],
    ),
    ...some(
      handOffs.filter(({ seen }) => seen === undefined).map(({ id }) => id),
      'asked of others, not seen yet',
    ),
  ];
}

/** Reads one. What its journal holds and this program cannot make sense of becomes its problem. */
async function read(place: IncidentPlace, now: number): Promise<IncidentEntry> {
  const { summary, lines } = await summarise(place);
  try {
    return entryOf(summary, lines, now);
  } catch (error) {
    // Its lines hold as a chain, and one of them lacks what it should have: it is shown with what is known.
    const problem = `its journal cannot be understood: ${(error as Error).message}`;
    return { ...entryOf(summary, [], now), problem: summary.problem ?? problem };
  }
}

/** Every incident of the state folder, the one that was worked on last first. @throws FailedError `NotReadable` */
export async function readIncidents(stateDir: string, now: number): Promise<readonly IncidentEntry[]> {
  const all: IncidentEntry[] = [];
  for (const place of await incidentPlaces(stateDir)) all.push(await read(place, now));
  return all;
}

/** An incident of a list that fills in. */
export interface ListedIncident {
  readonly name: string;
  readonly folder: string;
  /** When its journal was last written, epoch ms; 0 without one. */
  readonly changedAt: number;
  /** `undefined` until it was read. */
  readonly entry: IncidentEntry | undefined;
}

/** The incidents of a state folder, for a screen. */
export interface IncidentList {
  /** The one that was worked on last first. */
  readonly incidents: Observable<readonly ListedIncident[]>;
  /** Looks at the folder again; what was read before stays on the list until it was read anew. @throws FailedError `NotReadable` */
  refresh(): Promise<void>;
  close(): void;
}

/** How often a list that fills in is drawn anew at most, ms. */
const publishMs = 100;

/** Lists at once what is there, and reads one after the other behind it: keys are heard between two. @throws FailedError `NotReadable` */
export async function listIncidents(stateDir: string, clock: Clock): Promise<IncidentList> {
  const known = new Map<string, IncidentEntry>();
  const incidents = observable<readonly ListedIncident[]>([]);
  let reading = new AbortController();
  const publish = (places: readonly IncidentPlace[]) =>
    incidents.set(places.map((place) => ({ ...place, entry: known.get(place.name) })));

  async function fill(places: readonly IncidentPlace[], signal: AbortSignal): Promise<void> {
    let published = performance.now();
    for (const place of places) {
      await turn();
      if (signal.aborted) return;
      known.set(place.name, await read(place, clock.now()));
      if (signal.aborted || performance.now() - published < publishMs) continue;
      publish(places);
      published = performance.now();
    }
    if (!signal.aborted) publish(places);
  }

  async function refresh(): Promise<void> {
    const places = await incidentPlaces(stateDir);
    reading.abort();
    reading = new AbortController();
    publish(places);
    void fill(places, reading.signal);
  }

  await refresh();
  return { incidents, refresh, close: () => reading.abort() };
}
