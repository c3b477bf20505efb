import { parseFilter } from '../filter/parse.ts';
import type { Predicate } from '../filter/predicate.ts';
import { UsageError } from '../model/errors.ts';
import { type Invocation, textFlag } from './command.ts';

/** `--filter EXPR`, or everything. @param now What `2h` and `20:30` count from, epoch ms. @throws UsageError that points at the place. */
export function filterFlag(flags: Invocation['flags'], now = Date.now()): Predicate {
  const text = textFlag(flags, 'filter');
  if (text === undefined) return { type: 'all' };
  const parsed = parseFilter(text, { now });
  if (!parsed.ok)
    throw new UsageError(
      `--filter: ${parsed.problem}, at character ${parsed.at + 1}: ${text.slice(parsed.at, parsed.at + 20)}`,
    );
  return parsed.predicate;
}
