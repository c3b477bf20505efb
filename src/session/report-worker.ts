/** The thread that makes reports: one at a time, as often as it is asked. */
import { parentPort } from 'node:worker_threads';
import { standBehind } from '../shared/stand-behind.ts';
import { toErrorData } from '../store/error-data.ts';
import type { ErrorData } from '../store/query-messages.ts';
import { type ReportJob, type ReportResult, runReportJob } from './report-job.ts';
import { StopFlag } from './stop-flag.ts';

/** A report to be made, and a `StopFlag`'s memory that says when nobody waits for it any more. */
export interface ToReportWorker {
  readonly job: ReportJob;
  readonly stop: SharedArrayBuffer;
}

/** How it ended. `heapMb`: what the thread holds of memory. */
export type EndOfReport = { readonly heapMb: number } & (
  | { readonly ok: true; readonly result: ReportResult }
  | { readonly ok: false; readonly error: ErrorData }
);

/** What the thread answers: how many events it has read, now and then, and once how it ended. */
export type FromReportWorker = { readonly read: number } | EndOfReport;

const answer = (message: FromReportWorker): void => parentPort?.postMessage(message);

function heapMb(): number {
  const { heapTotal, external } = process.memoryUsage();
  return (heapTotal + external) / 1024 / 1024;
}

standBehind();

parentPort?.on('message', ({ job, stop }: ToReportWorker) => {
  const flag = new StopFlag(stop);
  const watch = { read: (events: number) => answer({ read: events }), check: () => flag.throwIfStopped() };
  runReportJob({ ...job, answersHere: true }, new AbortController().signal, undefined, watch).then(
    (result) => answer({ ok: true, result, heapMb: heapMb() }),
    (error: unknown) => answer({ ok: false, error: toErrorData(error), heapMb: heapMb() }),
  );
});
