import type { Predicate } from '../filter/predicate.ts';
import type { IncidentView } from './incident-view.ts';

/** A form in which an incident leaves the program. One file in `exports/` each. */
export interface ExportFormat {
  /** What `--format` takes. */
  readonly id: string;
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  /** The text in pieces, each ending with a line feed. Secrets are masked. */
  write(view: IncidentView, filter: Predicate): Iterable<string>;
}
