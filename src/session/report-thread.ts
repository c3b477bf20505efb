import { once } from 'node:events';
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

interface Spare {
  readonly worker: Worker;
  /** It is no longer a spare one. */
  leave(): void;
}
let spare: Spare | undefined;

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

/** Makes a report on a thread of its own; `progress` hears how many events have been read. @throws FailedError; the signal's reason. */
export async function reportOnThread(
  job: ReportJob,
  signal: AbortSignal,
  progress: (events: number) => void = () => undefined,
): Promise<ReportResult> {
  signal.throwIfAborted();
  const worker = take();
  const { promise: ended, resolve } = Promise.withResolvers<EndOfReport>();
  const hear = (message: FromReportWorker) => {
    if ('read' in message) progress(message.read);
    else resolve(message);
  };
  worker.on('message', hear);
  worker.postMessage(job);
  const listening = new AbortController();
  let isKept = false;
  try {
    const message = await Promise.race([
      ended,
      // It rejects with what the thread fails by, too.
      once(worker, 'exit', { signal: AbortSignal.any([signal, listening.signal]) }).then(() => {
        throw new FailedError('ReportFailed', 'the thread that makes reports ended without one', [
          'Report less with a filter: firebreak export --filter EXPR',
        ]);
      }),
    ]);
    if (!message.ok) throw fromErrorData(message.error);
    isKept = message.heapMb <= keptMb && !spare;
    return message.result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new FailedError(
        'ReportTooLarge',
        'the report does not fit into memory',
        ['Report less with a filter: firebreak export --filter EXPR'],
        error,
      );
    throw error;
  } finally {
    worker.off('message', hear);
    // What waited for its end waits no more.
    listening.abort();
    if (isKept) keep(worker);
    else await worker.terminate();
  }
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
