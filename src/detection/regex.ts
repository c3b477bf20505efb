import { RE2JS } from 're2js';

/** The sub-modifiers of `re`: case does not matter; `^` and `$` are ends of lines; `.` is a line end too. */
export type RegexFlag = 'i' | 'm' | 's';

/** Longer texts are not rules but attacks on the program. Ours. */
const longestPattern = 10_000;

/**
 * Compiles a user's regular expression into a test that takes time linear in the value, whatever the expression (RE2's automata, which
 * know no backtracking). What needs backtracking (look-around, back-references, possessive quantifiers) is not in Sigma's flavour either.
 *
 * @throws Error with what is wrong with the expression.
 */
export function regexTest(expression: string, flags: readonly RegexFlag[]): (value: string) => boolean {
  if (expression.length > longestPattern)
    throw new Error(`a regular expression has at most ${longestPattern.toLocaleString('en')} characters`);
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  try {
    const compiled = RE2JS.compile(expression, bits);
    return (value) => compiled.test(value);
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    throw new Error(`is not a regular expression of Sigma’s flavour: ${said}`);
  }
}
