import type { IncidentView } from './incident-view.ts';
import type { ReportOptions } from './options.ts';

/** A form in which an incident leaves the program. One file in `exports/` each. */
export interface ExportFormat {
  /** What `--format` takes. */
  readonly id: string;
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  /** The text in pieces, each ending with a line feed. Secrets are masked. @throws FailedError when it cannot be what the options ask for. */
  write(view: IncidentView, options: ReportOptions): Iterable<string>;
}
