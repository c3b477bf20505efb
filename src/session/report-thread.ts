import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FailedError } from '../model/errors.ts';
import type { LongText } from '../model/long-text.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { fromErrorData } from '../store/error-data.ts';
import type { ReportJob, ReportResult } from './report-job.ts';
import type { FromReportWorker } from './report-worker.ts';

/** What the budget leaves for a report beside the console. */
const heapMb = 256;

/** Makes a report on a thread of its own, which ends with it. @throws FailedError; the signal's reason. */
export async function reportOnThread(job: ReportJob, signal: AbortSignal): Promise<ReportResult> {
  signal.throwIfAborted();
  const worker = new Worker(workerUrl(import.meta.url, './report-worker.ts', 'report-worker'), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  try {
    const [message] = (await Promise.race([
      once(worker, 'message', { signal }),
      once(worker, 'exit', { signal }).then(() => {
        throw new FailedError('ReportFailed', 'the thread that makes reports ended without one', [
          'Report less with a filter: firebreak export --filter EXPR',
        ]);
      }),
    ])) as [FromReportWorker];
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
export async function longOnThread(job: ReportJob, signal: AbortSignal): Promise<LongText> {
  const { long } = await reportOnThread({ ...job, long: true }, signal);
  if (!long) throw new Error('the thread that makes reports answered without the text');
  return long;
}
