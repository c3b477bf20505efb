import { display } from '../shared/display.ts';
import { mask } from './mask.ts';

/** What spreadsheets take for a formula or a command, full-width forms and leading blanks included. */
const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/u;

/**
 * Cells as a line of CSV (RFC 4180) that ends with CRLF. Untrusted: secrets are masked, control characters spelled out, so that an event stays
 * a line, and what a spreadsheet would calculate gets a quotation mark before it.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(untrusted: string): string {
  const text = display(mask(untrusted));
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",;'\s]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
