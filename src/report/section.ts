import type { Facts } from './facts.ts';

/** One part of the report. One file in `sections/` each. */
export interface ReportSection {
  readonly id: string;
  /** Its heading; the first section has none, it writes the report's own. */
  readonly title: string;
  /** Place in the report, ascending; steps of ten leave room. */
  readonly order: number;
  /** Lines of Markdown. Nothing when there is nothing to say; then the heading is left out too. */
  render(facts: Facts): Iterable<string>;
}
