import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { FailedError } from '../model/errors.ts';
import type { LongText } from '../model/long-text.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { fromErrorData } from '../store/error-data.ts';
import type { ReportJob, ReportResult } from './report-job.ts';
import type { EndOfReport, FromReportWorker } from './report-worker.ts';

/** What the budget leaves for a report beside the console. */
const heapMb = 256;
/** Of what it reads little lives long; a console has a report made every few seconds, and V8 keeps the memory of the last for the next. */
const youngGenerationMb = 16;
/** A preview is made again every few seconds: a thread for each cost more than the report, and what threads leave behind adds up. */
const keptMs = 30_000;
/** A thread that has grown beyond this is not kept, MB: V8 would keep its memory. */
const keptMb = 48;
/** A report waits so long for the one before it: a thread of its own would take as long to start. */
const patienceMs = 400;
/** A text that nobody waits for any more is made to its end if that is near; else its thread ends. */
const endsWithinMs = 2_000;

interface Spare {
  readonly worker: Worker;
  /** It is no longer a spare one. */
  leave(): void;
}
let spare: Spare | undefined;
/** Resolves when the thread that was begun last is kept, or has ended. */
let running: Promise<void> | undefined;

function take(): Worker {
  if (spare) {
    const { worker } = spare;
    spare.leave();
    worker.ref();
    return worker;
  }
  return new Worker(workerUrl(import.meta.url, './report-worker.ts', 'report-worker'), {
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
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

function run(worker: Worker, job: ReportJob, progress: (events: number) => void): Promise<End> {
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
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Keeps the thread when it has made its report, or ends it. */
async function free(worker: Worker, ended: Promise<End>, job: ReportJob, signal: AbortSignal): Promise<void> {
  const end = await unlessAborted(ended, signal).catch(() => {
    // Nobody waits for it any more. A file that is not wanted is not written.
    worker.unref();
    return job.path === undefined ? Promise.race([ended, pause(endsWithinMs, undefined, { ref: false })]) : undefined;
  });
  if (end && 'ok' in end && end.ok && end.heapMb <= keptMb && !spare) keep(worker);
  else await worker.terminate();
}

/** Makes a report on a thread of its own; `progress` hears how many events have been read. @throws FailedError; the signal's reason. */
export async function reportOnThread(
  job: ReportJob,
  signal: AbortSignal,
  progress: (events: number) => void = () => undefined,
): Promise<ReportResult> {
  signal.throwIfAborted();
  if (!spare && running) await unlessAborted(Promise.race([running, pause(patienceMs)]), signal);
  const worker = take();
  const ended = run(worker, job, (events) => {
    if (!signal.aborted) progress(events);
  });
  const freed = free(worker, ended, job, signal);
  running = freed;
  const end = await unlessAborted(ended, signal);
  // Whoever asks for the next one now finds the thread.
  await freed;
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
