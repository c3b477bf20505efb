import { createHash } from 'node:crypto';
import { FailedError } from '../model/errors.ts';
import { type LongText, longText } from '../model/long-text.ts';
import { exportFormats } from '../report/exports/catalogue.ts';
import { gather } from '../report/facts.ts';
import type { IncidentFacts, IncidentView, RedactionProfile } from '../report/incident-view.ts';
import { madeOf } from '../report/made.ts';
import type { ReportOptions } from '../report/options.ts';
import { pieces } from '../report/pieces.ts';
import { redactedView } from '../report/redaction/redacted-view.ts';
import { writeFileAtomically } from '../store/write-file.ts';
import { openReportView, type ReportEvents, type ReportWatch } from './report-view.ts';

/** A report or an export to be made; crosses threads. */
export interface ReportJob extends ReportEvents {
  readonly facts: IncidentFacts;
  /** Id of an export format. */
  readonly format: string;
  readonly options: ReportOptions;
  readonly redaction: RedactionProfile;
  /** The file to write; `undefined`: the text comes back. */
  readonly path: string | undefined;
  /** The text comes back by lines, for a screen. */
  readonly long?: boolean;
}

/** What became of it. */
export interface ReportResult {
  /** Empty when a file was written. */
  readonly text: string;
  readonly sha256: string;
  /** Where it was asked for. */
  readonly long?: LongText;
}

/** Gathers what a report says, and what only the records say where it is told. */
export function prepare(view: IncidentView, options: ReportOptions, format: string): void {
  const facts = gather(view, options);
  if (format === 'md' || format === 'bundle') madeOf(facts);
}

/**
 * Makes a report or an export; may take seconds, so not on the UI thread.
 *
 * @param out Takes the text piece by piece, where no file is written; without it the text comes back.
 * @throws FailedError; what `watch` throws.
 */
export async function runReportJob(
  job: ReportJob,
  signal: AbortSignal,
  out?: (piece: string) => Promise<void>,
  watch?: ReportWatch,
): Promise<ReportResult> {
  const format = exportFormats.find(({ id }) => id === job.format);
  if (!format) throw new FailedError('NoSuchFormat', `there is no format "${job.format}"`);
  // Lines of events need nothing gathered; what is redacted is gathered with its pseudonyms.
  const gathers = !/^(?:jsonl|csv|timesketch)/.test(job.format) && job.redaction === 'none';
  const { view, close } = await openReportView(
    job.facts,
    job,
    signal,
    gathers ? (opened) => prepare(opened, job.options, job.format) : undefined,
    watch,
  );
  try {
    const told = job.redaction === 'none' ? view : redactedView(view, job.redaction);
    const hash = createHash('sha256');
    const kept: string[] = [];
    const hashed = function* () {
      for (const piece of pieces(format.write(told, job.options))) {
        watch?.check();
        hash.update(piece);
        yield piece;
      }
    };
    if (job.long) return { text: '', long: longText(hashed()), sha256: '' };
    if (job.path !== undefined) await writeFileAtomically(job.path, hashed());
    else if (out) for (const piece of hashed()) await out(piece);
    else kept.push(...hashed());
    return { text: kept.join(''), sha256: hash.digest('hex') };
  } finally {
    await close();
  }
}
