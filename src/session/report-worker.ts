import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../store/error-data.ts';
import type { ErrorData } from '../store/query-messages.ts';
import { type ReportJob, type ReportResult, runReportJob } from './report-job.ts';

/** How it ended. */
export type EndOfReport =
  | { readonly ok: true; readonly result: ReportResult }
  | { readonly ok: false; readonly error: ErrorData };

/** What the thread answers: how many events it has read, now and then, and once how it ended. */
export type FromReportWorker = { readonly read: number } | EndOfReport;

const answer = (message: FromReportWorker): void => parentPort?.postMessage(message);

const progress = (read: number): void => answer({ read });

runReportJob(workerData as ReportJob, new AbortController().signal, undefined, progress).then(
  (result) => answer({ ok: true, result }),
  (error: unknown) => answer({ ok: false, error: toErrorData(error) }),
);
