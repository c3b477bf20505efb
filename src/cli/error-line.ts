import type { ExpectedError } from '../model/errors.ts';
import { display } from '../shared/display.ts';

/** One line: the problem and the next step. */
export function errorLine(error: ExpectedError): string {
  const next = error.nextSteps.length > 0 ? ` Next: ${error.nextSteps.join('; ').replaceAll('?; ', '? ')}` : '';
  const message = error.message.trim().replace(/[.:]?$/, '.');
  return display(`firebreak: ${error.exitCode === 4 ? `${error.code}: ` : ''}${message}${next}`);
}
