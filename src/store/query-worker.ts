/**
 * The thread for everything that may scan: filtered views and questions. It finds out by itself that the writer has committed something
 * (`data_version`); who knows it sooner says `look`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { standBehind } from '../shared/stand-behind.ts';
import { answer } from './answers.ts';
import { toErrorData } from './error-data.ts';
import type { OwnCalls } from './event-reader.ts';
import { LaneIndex } from './lane-index.ts';
import type { FromQueryWorker, ToQueryWorker } from './query-messages.ts';
import { openForReading } from './schema.ts';
import { storeError } from './store-error.ts';
import { nextSearched, ViewSearch } from './view-search.ts';

/** Half of what a view may lag behind; asking costs five microseconds. */
const lookEveryMs = 40;
/** Where nothing was committed for a while it is looked at less often: twenty-five times a second were half of what a console at rest cost here. */
const calmAfterMs = 1_000;
const calmLookEveryMs = 250;
/** A newer question or a cancelled one waits no longer than this for a search. */
const sliceMs = 15;
/** A screen is found in a few milliseconds unless matches are rare; then what there is by then is shown. Searched is from the newest on, so the first screen stays as it is. */
const screenRows = 200;
const firstLookMs = 60;

const port = parentPort!;
const { path, own: ownAtStart } = workerData as { readonly path: string; readonly own: OwnCalls | undefined };
let own = ownAtStart;
const database = openForReading(path);
const version = database.prepare('pragma data_version');
const lanes = new LaneIndex(database);
const views = new Map<number, { search: ViewSearch; shared: SharedArrayBuffer | undefined; startedAt: number }>();
const waiting = new Map<number, Extract<ToQueryWorker, { type: 'view' | 'ask' }>>();
let seen: unknown;
let isWorking = false;
let timer: NodeJS.Timeout | undefined;
let changedAt = performance.now();

standBehind();

const say = (message: FromQueryWorker) => port.postMessage(message);

port.on('message', (message: ToQueryWorker) => {
  switch (message.type) {
    case 'view':
      waiting.set(-message.view, message);
      break;
    case 'ask':
      waiting.set(message.id, message);
      break;
    case 'look':
      look();
      return;
    case 'own':
      own = message.own;
      return;
    case 'cancel':
      waiting.delete(message.id);
      break;
    case 'drop':
      waiting.delete(-message.view);
      views.get(message.view)?.search.close();
      views.delete(message.view);
      break;
  }
  work();
});

/** One piece of work at a time, newest words first: what was cancelled meanwhile is never begun. */
function work(): void {
  if (isWorking) return;
  isWorking = true;
  setImmediate(() => {
    isWorking = false;
    const [key, next] = waiting.entries().next().value ?? [];
    if (key !== undefined && next) {
      waiting.delete(key);
      if (next.type === 'view') begin(next);
      else reply(next);
    }
    const searching = searchOn();
    // Last: whoever searches waits for it, and not the other way round.
    const isReading = waiting.size === 0 && lanes.isReading && !lanes.readFor(sliceMs);
    if (waiting.size > 0 || searching || isReading) work();
    watch();
  });
}

function begin({ view, filter }: Extract<ToQueryWorker, { type: 'view' }>): void {
  try {
    views.set(view, { search: new ViewSearch(database, filter), shared: undefined, startedAt: performance.now() });
  } catch (error) {
    say({ type: 'failed', view, error: toErrorData(storeError(error, path)) });
  }
}

function reply({ id, question }: Extract<ToQueryWorker, { type: 'ask' }>): void {
  try {
    const told = question.type === 'lanes' ? lanes.answer(question, own) : answer(database, question, own);
    say({ type: 'answer', id, answer: told });
  } catch (error) {
    say({ type: 'failed', id, error: toErrorData(storeError(error, path)) });
  }
}

/** @returns Whether any first search is still going on. */
function searchOn(): boolean {
  let changed = false;
  for (const [view, entry] of nextSearched(views)) {
    const { search } = entry;
    const done = guarded(view, () => search.searchFor(sliceMs));
    if (entry.shared) {
      changed = true;
      show(view);
    } else if (done || search.length >= screenRows || performance.now() - entry.startedAt > firstLookMs) show(view);
  }
  if (changed) say({ type: 'changed' });
  return [...views.values()].some(({ search }) => !search.isComplete);
}

/** Tells where the list of a view is, when that is news. */
function show(view: number): boolean {
  const entry = views.get(view);
  if (!entry || entry.search.shared === entry.shared) return false;
  entry.shared = entry.search.shared;
  say({ type: 'rows', view, shared: entry.shared });
  return true;
}

/** Watches for commits as long as there is a view to keep current. */
function watch(): void {
  if (views.size === 0) {
    clearTimeout(timer);
    timer = undefined;
  } else if (!timer) {
    const isCalm = performance.now() - changedAt > calmAfterMs;
    timer = setTimeout(look, isCalm ? calmLookEveryMs : lookEveryMs);
  }
}

function look(): void {
  clearTimeout(timer);
  timer = undefined;
  lookNow();
  watch();
}

function lookNow(): void {
  const now = Object.values(version.get() ?? {})[0];
  if (now === seen) return;
  seen = now;
  changedAt = performance.now();
  let changed = false;
  for (const [view, { search }] of views) {
    if (!search.isComplete) {
      // Looked at again when its first search has ended.
      seen = undefined;
      continue;
    }
    if (guarded(view, () => search.refresh())) changed = true;
    show(view);
  }
  if (changed) say({ type: 'changed' });
}

/** A view that fails is given up with a reason; the others go on. */
function guarded(view: number, run: () => boolean): boolean {
  try {
    return run();
  } catch (error) {
    say({ type: 'failed', view, error: toErrorData(storeError(error, path)) });
    views.delete(view);
    return true;
  }
}

say({ type: 'ready' });
