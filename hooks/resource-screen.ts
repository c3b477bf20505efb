import type { Predicate } from '../src/filter/predicate.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { ticksOf } from '../src/shared/clock.ts';
import type { Observable } from '../src/shared/observable.ts';
import { containResource } from './chooser.ts';
import type { Dialog, TimedScan } from './console-state.ts';
import { background, changeDialog, type Desk, failureOf, openScreen, sayFailure, screenOf, topDialog } from './desk.ts';
import type { Queries } from './event-page.ts';
import { keepKnown } from './keep-known.ts';
import { type ResourceKnown, resourceRows } from './resource-rows.ts';
import { shownPredicate } from './shown.ts';
import { is, movedThing, selectedThingIndex, type ThingRow, type ThingRows, withOwnKeys } from './thing-rows.ts';

/** A resource on screen. */
export type ResourceDialog = Extract<Dialog, { readonly type: 'resource' }>;

/** Relations and events that are shown. */
const MOST_EDGES = 200;
const EVENTS = 20;

/** Opens one resource: what it is and its state now, who, relations, events, and what can be done. */
export function openResourceScreen(desk: Desk, ref: ResourceRef): void {
  const { kind, arn, name } = ref;
  const id = openScreen(desk, {
    type: 'resource',
    ref: { kind, arn, name },
    selected: undefined,
    known: undefined,
    enrichment: undefined,
    scan: undefined,
    failure: undefined,
  });
  keepResource(desk, id);
}

const dialogOf = (desk: Desk, id?: number): ResourceDialog | undefined => {
  const dialog = id === undefined ? topDialog(desk) : desk.state.get().dialogs.find((each) => each.id === id);
  return dialog?.type === 'resource' ? dialog : undefined;
};

/** Resolves when filtered views have changed. @throws The signal's reason when aborted. */
function changeOf(changes: Observable<number>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      end();
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const end = changes.subscribe(done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** The newest events of a filter, without lines of logs and our own reads. */
export async function newestEvents(
  desk: Desk,
  slot: string,
  predicate: Predicate,
  signal: AbortSignal,
): Promise<ResourceKnown['events']> {
  const { events, snapshot } = desk.session;
  const view = await events.view(slot, shownPredicate('actions', predicate, snapshot.get()), signal);
  // Of many events it is shown before all are looked at, and no event may come that has it asked for again.
  for (;;) {
    const newest = events.window({ view, from: 'newest', rows: EVENTS });
    if (newest.total >= 0 || !events.changes) return newest;
    await changeOf(events.changes, signal);
  }
}

/** Keeps an open resource current: what the store knows of it, and what AWS says. */
export function keepResource(desk: Desk, id: number): void {
  const ref = dialogOf(desk, id)?.ref;
  if (!ref) return;
  const { events } = desk.session;
  const isActor = ref.kind === 'iam.role' || ref.kind === 'iam.user';
  const signal = keepKnown(desk, id, async (signal) => {
    const ask: Queries['ask'] = events.ask.bind(events);
    const [neighbours, { makers }, newest, acting] = await Promise.all([
      ask<'neighbours'>(
        'resource-neighbours',
        { type: 'neighbours', node: { type: 'resource', ref }, limit: MOST_EDGES },
        signal,
      ),
      ask<'makers'>('resource-maker', { type: 'makers', resources: [ref] }, signal),
      newestEvents(desk, 'resource-events', is('resource', ref.name || ref.arn), signal),
      isActor && ref.arn !== ''
        ? ask<'profile'>('resource-acting', { type: 'profile', who: ref.arn }, signal)
        : Promise.resolve(undefined),
    ]);
    const known: ResourceKnown = { neighbours, maker: makers[0], acting, events: newest };
    changeDialog(desk, id, { known, failure: undefined });
    // What happened to it since is asked of AWS, too.
    desk.session.enrich(ref, newest.rows.at(-1)?.at);
  });
  const said = desk.session.enrich(ref);
  const tell = () => changeDialog(desk, id, { enrichment: said.get() });
  signal.addEventListener('abort', said.subscribe(tell));
  tell();
}

/** The rows of an open resource. */
export const rowsOfResource = (desk: Pick<Desk, 'session'>, dialog: ResourceDialog): ThingRows =>
  withOwnKeys(resourceRows(dialog, desk.session));

/** Moves the selection, or goes to the next part. */
export function moveInResource(desk: Desk, dialog: ResourceDialog, by: number | 'part'): void {
  const selected = movedThing(rowsOfResource(desk, dialog), dialog.selected, by);
  if (selected !== undefined) changeDialog(desk, dialog.id, { selected });
}

/** The selected row of the resource on screen. */
export function selectedResourceRow(desk: Desk): ThingRow | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const rows = rowsOfResource(desk, dialog);
  const row = rows[selectedThingIndex(rows, dialog.selected)];
  return row?.type === 'row' ? row : undefined;
}

/** What can be done about the resource on screen. */
export function containThisResource(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (dialog) containResource(desk, dialog.ref, { reason: 'resource screen' });
}

const scans = new WeakMap<Desk, AbortController>();

/** The resource of which AWS is being asked who uses it, on screen below a palette too. */
function askedAbout(desk: Desk): (ResourceDialog & { readonly scan: TimedScan }) | undefined {
  const screen = screenOf(desk);
  return screen?.type === 'resource' && screen.scan && !screen.scan.ended
    ? { ...screen, scan: screen.scan }
    : undefined;
}

/** Whether AWS is being asked who uses the resource on screen. */
export const isAskingUsers = (desk: Desk): boolean => askedAbout(desk) !== undefined;

/** Stops asking; what was found stays. */
export function stopAskingUsers(desk: Desk): void {
  const dialog = askedAbout(desk);
  if (!dialog) return;
  const { id, scan } = dialog;
  scans.get(desk)?.abort();
  changeDialog(desk, id, {
    scan: { ...scan, ended: true, problems: [...scan.problems, 'stopped: the rest was not looked at'] },
  });
}

/** Asks AWS who uses it, or stops asking. */
export function askUsers(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  if (isAskingUsers(desk)) {
    stopAskingUsers(desk);
    return;
  }
  scans.get(desk)?.abort(); // Of a resource that was left.
  const { id, ref } = dialog;
  const aborter = new AbortController();
  scans.set(desk, aborter);
  const waiting = desk.waiting.get(id)?.signal;
  const signal = AbortSignal.any([aborter.signal, desk.ending.signal, ...(waiting ? [waiting] : [])]);
  const begunAt = ticksOf(desk.surroundings);
  changeDialog(desk, id, { scan: { found: [], done: 0, total: 0, problems: [], ended: false, sinceMs: 0 } });
  const work = async () => {
    try {
      for await (const next of desk.session.usersOf(ref, signal)) {
        signal.throwIfAborted();
        changeDialog(desk, id, { scan: { ...next, sinceMs: ticksOf(desk.surroundings) - begunAt } });
      }
    } catch (error) {
      if (failureOf(desk, error)) sayFailure(desk, error);
      const open = dialogOf(desk, id);
      if (open?.scan && !open.scan.ended && !aborter.signal.aborted)
        changeDialog(desk, id, {
          scan: {
            ...open.scan,
            ended: true,
            problems: [...open.scan.problems, 'it failed: the rest was not looked at'],
          },
        });
    }
  };
  background(desk, work());
}
