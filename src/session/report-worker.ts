import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../store/error-data.ts';
import type { ErrorData } from '../store/query-messages.ts';
import { type ReportJob, type ReportResult, runReportJob } from './report-job.ts';

/** What the thread answers, once. */
export type FromReportWorker =
  | { readonly ok: true; readonly result: ReportResult }
  | { readonly ok: false; readonly error: ErrorData };

const answer = (message: FromReportWorker): void => parentPort?.postMessage(message);

runReportJob(workerData as ReportJob, new AbortController().signal).then(
  (result) => answer({ ok: true, result }),
  (error: unknown) => answer({ ok: false, error: toErrorData(error) }),
);
