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

/** Makes a report on a thread of its own, which ends with it; `progress` hears how many events have been read. @throws FailedError; the signal's reason. */
export async function reportOnThread(
  job: ReportJob,
  signal: AbortSignal,
  progress: (events: number) => void = () => undefined,
): Promise<ReportResult> {
  signal.throwIfAborted();
  const worker = new Worker(workerUrl(import.meta.url, './report-worker.ts', 'report-worker'), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
  const ended = new Promise<EndOfReport>((resolve) => {
    worker.on('message', (message: FromReportWorker) => {
      if ('read' in message) progress(message.read);
      else resolve(message);
    });
  });
  try {
    const message = await Promise.race([
      ended,
      // It rejects with what the thread fails by, too.
      once(worker, 'exit', { signal }).then(() => {
        throw new FailedError('ReportFailed', 'the thread that makes reports ended without one', [
          'Report less with a filter: firebreak export --filter EXPR',
        ]);
      }),
    ]);
    if (message.ok) return message.result;
    throw fromErrorData(message.error);
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
    await worker.terminate();
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
