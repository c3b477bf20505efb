import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { FailedError } from '../model/errors.ts';
import type { LongText } from '../model/long-text.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { fromErrorData } from '../store/error-data.ts';
import type { ReportJob, ReportResult } from './report-job.ts';
import type { EndOfReport, FromReportWorker, ToReportWorker } from './report-worker.ts';
import { StopFlag } from './stop-flag.ts';

/** What the budget leaves for a report beside the console. */
const heapMb = 256;
/** Of what it reads little lives long; a console has a report made every few seconds, and V8 keeps the memory of the last for the next. */
const youngGenerationMb = 16;
/**
 * Whoever reads a report comes back to it within minutes, and a preview is made again every few seconds: a thread for each cost more than the
 * report, and what threads leave behind adds up.
 */
const keptMs = 300_000;
/** A thread that has grown beyond this is not kept, MB: V8 would keep its memory. */
const keptMb = 48;
/**
 * A report waits so long for the one before it, then it has a thread of its own: beside one of a million events, say. No third is made meanwhile.
 * A thread is 30 MB, and on a busy machine two beside each other are done no sooner than one after the other.
 */
const patienceMs = 60_000;
const mostAtOnce = 2;
/** A report that nobody waits for any more is told so, and its thread kept for the next; one that has not heard it by then is ended. */
const heardWithinMs = 30_000;

interface Spare {
  readonly worker: Worker;
  /** It is no longer a spare one. */
  leave(): void;
}
let spare: Spare | undefined;
/** Reports that are being made. */
let busy = 0;
/** Resolves when one of them has ended; then another takes its place. */
let freed = Promise.withResolvers<void>();

function take(): Worker {
  if (spare) {
    const { worker } = spare;
    spare.leave();
    worker.ref();
    return worker;
  }
  const worker = new Worker(workerUrl(import.meta.url, './report-worker.ts', 'report-worker'), {
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
  // Should it die after its report while it is ended: an error that nobody hears ends the program.
  return worker.on('error', () => undefined);
}

/** Keeps a thread that has nothing to do for the next report; nobody is held by it. */
function keep(worker: Worker): void {
  const leave = () => {
    clearTimeout(timer);
    worker.off('error', leave).off('exit', leave);
    spare = undefined;
  };
  const timer = setTimeout(() => {
    leave();
    void worker.terminate();
  }, keptMs).unref();
  // Should it die of itself meanwhile, the next report has a new one.
  worker.on('error', leave).on('exit', leave).unref();
  spare = { worker, leave };
}

/** How a report ended, or by what the thread died before. */
type End = EndOfReport | { readonly died: unknown };

function run(worker: Worker, job: ToReportWorker, progress: (events: number) => void): Promise<End> {
  return new Promise((resolve) => {
    let cause: unknown;
    const settle = (end: End) => {
      worker.off('message', hear).off('error', fail).off('exit', exit);
      resolve(end);
    };
    const hear = (message: FromReportWorker) => {
      if ('read' in message) progress(message.read);
      else settle(message);
    };
    // 'exit' follows.
    const fail = (error: unknown) => {
      cause = error;
    };
    const exit = () => settle({ died: cause });
    worker.on('message', hear).on('error', fail).on('exit', exit);
    worker.postMessage(job);
  });
}

/** Rejects with the signal's reason when it aborts first. */
async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  // Who listens to one that has aborted hears nothing.
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Waits until a report may be made. */
async function turn(signal: AbortSignal): Promise<void> {
  const until = performance.now() + patienceMs;
  while (busy > 0) {
    const leftMs = until - performance.now();
    if (leftMs <= 0 && busy < mostAtOnce) break;
    const patience = new AbortController();
    const tired = pause(leftMs > 0 ? leftMs : patienceMs, undefined, { signal: patience.signal }).catch(
      () => undefined,
    );
    try {
      await unlessAborted(Promise.race([freed.promise, tired]), signal);
    } finally {
      patience.abort();
    }
  }
  busy += 1;
}

/** Keeps the thread when it has made its report or has given it up, or ends it. */
async function free(worker: Worker, ended: Promise<End>, stop: StopFlag, signal: AbortSignal): Promise<void> {
  const end = await unlessAborted(ended, signal).catch(() => {
    // Nobody waits for it any more.
    stop.stop();
    worker.unref();
    return Promise.race([ended, pause(heardWithinMs, undefined, { ref: false })]);
  });
  const isWhole = end !== undefined && 'ok' in end && (end.ok || stop.isStopped);
  if (isWhole && end.heapMb <= keptMb && !spare) keep(worker);
  else await worker.terminate();
  busy -= 1;
  freed.resolve();
  freed = Promise.withResolvers();
}

/** Makes a report on a thread of its own; `progress` hears how many events have been read. @throws FailedError; the signal's reason. */
export async function reportOnThread(
  job: ReportJob,
  signal: AbortSignal,
  progress: (events: number) => void = () => undefined,
): Promise<ReportResult> {
  signal.throwIfAborted();
  await turn(signal);
  const worker = take();
  const stop = new StopFlag();
  const ended = run(worker, { job, stop: stop.shared }, (events) => {
    if (!signal.aborted) progress(events);
  });
  const isFree = free(worker, ended, stop, signal);
  const end = await unlessAborted(ended, signal);
  // Whoever asks for the next one now finds the thread.
  await isFree;
  if ('died' in end) {
    const { died } = end;
    const code = (died as NodeJS.ErrnoException | undefined)?.code;
    if (code !== 'ERR_WORKER_OUT_OF_MEMORY' && died !== undefined) throw died;
    throw code === undefined
      ? new FailedError('ReportFailed', 'the thread that makes reports ended without one', [
          'Report less with a filter: firebreak export --filter EXPR',
        ])
      : new FailedError(
          'ReportTooLarge',
          'the report does not fit into memory',
          ['Report less with a filter: firebreak export --filter EXPR'],
          died,
        );
  }
  if (!end.ok) throw fromErrorData(end.error);
  return end.result;
}

/** The same by lines. @throws FailedError; the signal's reason. */
export async function longOnThread(
  job: ReportJob,
  signal: AbortSignal,
  progress?: (events: number) => void,
): Promise<LongText> {
  const { long } = await reportOnThread({ ...job, long: true }, signal, progress);
  if (!long) throw new Error('the thread that makes reports answered without the text');
  return long;
}
