import type { Containment } from '../containment/containment.ts';
import { type DoorRecord, doorGroups, doorRecordOf } from '../inventory/doors/door-record.ts';
import { behind, type Closing, type DoorFacts, sameResource } from '../inventory/doors/facts.ts';
import { openDoors } from '../inventory/doors/open-doors.ts';
import { unseenTexts } from '../inventory/doors/unseen.ts';
import type { Exposure } from '../inventory/enrichment.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Callers } from '../model/caller.ts';
import { noDoorsYet, type OpenDoor, type OpenDoors } from '../model/open-door.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import { watched } from '../shared/watched.ts';
import type { EventQueries } from '../store/queries.ts';
import { notSeenYet } from './hand-offs.ts';
import { paced } from './paced.ts';
import type { Snapshot, SourceStatus } from './snapshot.ts';

/** The list of doors, kept current once somebody has asked for it. */
export interface DoorWatch {
  readonly openDoors: Observable<OpenDoors>;
  /** URLs made for a resource, or by a role or user, that may be open now, the newest first. */
  exposuresOf(ref: ResourceRef): readonly Exposure[];
  /** How many listen. */
  watchers(): number;
  /** Doors of suspects that would be open again if a containment did not hold any more; empty before the first calculation. */
  behind(containmentId: string): readonly OpenDoor[];
  /** Begins, and is told when the inventory has changed. */
  look(): void;
}

const atMostEveryMs = 1_000;
/** Records kept: as many as the store gives in a first answer. */
const mostRecords = doorGroups.reduce((sum, { limit }) => sum + limit, 0);
const nobody: Callers = { compute: [], suspects: { principals: [], addresses: [], resources: [] } };

/**
 * Our containments that hold: AWS reads back what was sent, still so after 60 s, and nobody undid it.
 *
 * @param skewMs How far this machine's clock, by which the journal goes, is ahead of AWS's, by which doors were opened.
 */
export const closingsOf = (containments: readonly Containment[], skewMs: number): readonly Closing[] =>
  containments
    .filter(({ state }) => state === 'confirmed')
    .map(({ plan, approvedAt }) => ({ actionId: plan.action, target: plan.target, at: approvedAt - skewMs }));

/** URLs in these records that were made for a resource, or by a role or user, and may be open at `now`; the newest first, at most 50. */
const exposuresIn = (records: readonly DoorRecord[], ref: ResourceRef, now: number): readonly Exposure[] =>
  records
    .flatMap((record): Exposure[] => {
      if (record.type !== 'mint' || (record.until ?? Number.POSITIVE_INFINITY) <= now) return [];
      const { resource, who, at, urlUntil, until, eventId } = record;
      if (!sameResource(resource, ref) && !(who.behind && sameResource(who.behind, ref))) return [];
      return [{ who: who.address ? `${who.name}, from ${who.address}` : who.name, at, urlUntil, until, eventId }];
    })
    .sort((a, b) => b.at - a.at)
    .slice(0, 50);

/** What keeps the events from being complete, as the sources say. */
export const unseenBy = (sources: readonly SourceStatus[]): readonly string[] =>
  unseenTexts(
    sources
      .filter(({ state }) => state === 'denied' || state === 'expired' || state === 'unreachable')
      .map(({ title, region, state, permission }) => ({
        title,
        region,
        why: state,
        ...(permission ? { needs: permission } : {}),
      })),
  );

/** Saved logs end before now: nobody knows what was opened since. */
const notInTheLogs = ({ mode, receivedTo }: Pick<Snapshot, 'mode' | 'receivedTo'>): readonly string[] =>
  mode === 'saved' && receivedTo !== undefined
    ? [
        `ways in opened after ${new Date(receivedTo).toISOString().slice(0, 16)}Z: these are saved logs, which end there`,
      ]
    : [];

const sameTexts = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((text, index) => text === b[index]);

/**
 * Computes the doors again when events, marks, containments or the inventory have changed, once a second at most, and when the next one ends
 * by itself. The store is asked for what is new only.
 */
export function watchDoors(options: {
  readonly events: EventQueries;
  readonly snapshot: Observable<Snapshot>;
  inventory(): Inventory;
  /** Asks for another round of the inventory. */
  lookAgain(): void;
  readonly offers: DoorFacts['offers'];
  /** Accounts that are ours, as far as AWS has said. */
  ours(): ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
  /** AWS time, epoch ms. */
  now(): number;
  /** Epoch ms from which on events are loaded. */
  since(): number;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  failed(error: unknown): void;
}): DoorWatch {
  const { events, snapshot, clock, ending } = options;
  let records: readonly DoorRecord[] = [];
  let callers = nobody;
  let last = 0;
  let cut = false;
  let begun = false;
  let ends: NodeJS.Timeout | undefined;
  let seen: { readonly version: number; readonly marked: unknown } | undefined;

  const shown = watched<OpenDoors>(noDoorsYet, () => look());

  async function read(): Promise<void> {
    const { eventsVersion: version, marked } = snapshot.get();
    if (seen?.version === version && seen.marked === marked) return;
    const answer = await events.ask<'records'>('doors', { type: 'records', groups: doorGroups, after: last }, ending);
    callers = await events.ask<'callers'>('doors', { type: 'callers' }, ending);
    last = answer.last;
    cut ||= answer.cut;
    seen = { version, marked };
    const ours = options.ours();
    const more = answer.records.flatMap(
      (parts) => doorRecordOf(parts, ours, ({ principal }) => principal && behind(principal)) ?? [],
    );
    if (more.length === 0) return;
    // What AWS said is older than what just happened.
    const lookedAt = options.inventory().completeAt ?? Number.POSITIVE_INFINITY;
    if (more.some(({ at, type }) => at > lookedAt && type !== 'issued' && type !== 'mint')) options.lookAgain();
    records = [...records, ...more];
    if (records.length <= mostRecords) return;
    cut = true;
    records = [...records].sort((a, b) => b.at - a.at).slice(0, mostRecords);
  }

  const factsAt = (now: number, containments: readonly Containment[]): DoorFacts => ({
    records,
    callers,
    inventory: options.inventory(),
    closings: closingsOf(containments, snapshot.get().clockSkewMs),
    offers: options.offers,
    ours: options.ours(),
    own: options.own,
    now,
    since: options.since(),
    unseen: [
      ...unseenBy(snapshot.get().sources),
      ...notInTheLogs(snapshot.get()),
      ...notSeenYet(snapshot.get().handOffs),
      ...(cut ? ['of the calls that open ways in, only the newest were looked at'] : []),
    ],
  });

  async function compute(): Promise<void> {
    await read();
    const now = options.now();
    const doors = openDoors(factsAt(now, snapshot.get().containments));
    shown.set(doors);
    waitForEnd(doors, now);
  }
  const atPace = paced({ atMostEveryMs, restShare: 2, clock, ending, work: compute, failed: options.failed });

  function waitForEnd({ doors }: OpenDoors, now: number): void {
    clearTimeout(ends);
    const next = Math.min(
      ...doors.flatMap(({ until }) => (until !== undefined && until > now ? [until] : [])),
      now + 3_600_000,
    );
    ends = setTimeout(soon, next - now + 50).unref();
  }

  function soon(): void {
    if (begun) atPace();
  }

  function look(): void {
    if (begun) {
      soon();
      return;
    }
    begun = true;
    options.lookAgain();
    let before = snapshot.get();
    const end = snapshot.subscribe(() => {
      const now = snapshot.get();
      const same =
        now.eventsVersion === before.eventsVersion &&
        now.marked === before.marked &&
        now.containments === before.containments &&
        now.handOffs === before.handOffs &&
        (now.sources === before.sources || sameTexts(unseenBy(now.sources), unseenBy(before.sources))) &&
        now.accounts === before.accounts;
      before = now;
      if (!same) soon();
    });
    ending.addEventListener('abort', () => {
      end();
      clearTimeout(ends);
    });
    soon();
  }

  return {
    openDoors: shown,
    watchers: shown.watchers,
    look,
    behind(containmentId) {
      const { containments } = snapshot.get();
      if (!begun || !containments.some(({ id, state }) => id === containmentId && state === 'confirmed')) return [];
      const now = options.now();
      const open = new Set(openDoors(factsAt(now, containments)).doors.map(({ id }) => id));
      const without = containments.filter(({ id }) => id !== containmentId);
      return openDoors(factsAt(now, without)).doors.filter(({ id, suspect }) => suspect && !open.has(id));
    },
    exposuresOf: (ref) => exposuresIn(records, ref, options.now()),
  };
}
