import { patternTest, readPattern } from './pattern.ts';
import { RuleError } from './rule-error.ts';

/** What a condition says about the selections. */
export type Condition =
  | { readonly type: 'selection'; readonly name: string }
  | { readonly type: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly type: 'not'; readonly term: Condition };

/** Bounds what a text can cost. Ours; far beyond any rule that a person reads. */
const mostTokens = 5_000;
const deepest = 100;

/**
 * Reads a condition; from least to most binding: `or`, `and`, `not`, `x of pattern`, parentheses. `them` are all selections that do not begin
 * with an underscore.
 *
 * @throws RuleError
 */
export function readCondition(text: string, names: readonly string[], path: readonly (string | number)[]): Condition {
  const tokens = text.match(/[()|]|[^\s()|]+/g) ?? [];
  if (tokens.length === 0) throw new RuleError(path, 'the condition is empty');
  if (tokens.length > mostTokens) throw new RuleError(path, `the condition has more than ${mostTokens} words`);
  let at = 0;
  const word = () => tokens[at]?.toLowerCase();
  const fail = (problem: string): never => {
    throw new RuleError(path, problem);
  };

  const chain = (type: 'and' | 'or', inner: (depth: number) => Condition, depth: number): Condition => {
    const terms = [inner(depth)];
    while (word() === type) {
      at += 1;
      terms.push(inner(depth));
    }
    return terms.length === 1 ? terms[0]! : { type, terms };
  };
  const either = (depth: number): Condition => chain('or', both, depth);
  const both = (depth: number): Condition => chain('and', negation, depth);
  const negation = (depth: number): Condition => {
    if (depth > deepest) return fail(`the condition is nested deeper than ${deepest}`);
    if (word() !== 'not') return operand(depth);
    at += 1;
    return { type: 'not', term: negation(depth + 1) };
  };
  const operand = (depth: number): Condition => {
    const token = tokens[at] ?? fail(`the condition ends where a selection should stand: ${text}`);
    at += 1;
    if (token === '(') {
      const inside = either(depth + 1);
      if (tokens[at] !== ')') return fail('the condition has a ( without its )');
      at += 1;
      return inside;
    }
    if (word() === 'of') return several(token);
    if (token === '|')
      return fail('aggregations behind | are no longer part of Sigma: write a correlation (event_count, value_count)');
    if (['and', 'or', 'of', ')'].includes(token.toLowerCase()))
      return fail(`the condition has "${token}" where a selection should stand`);
    if (!names.includes(token))
      return fail(`the condition names ${token}, which is no selection; there are ${names.join(', ')}`);
    return { type: 'selection', name: token };
  };
  const several = (count: string): Condition => {
    at += 1;
    const pattern = tokens[at] ?? fail(`the condition ends after "of": ${text}`);
    at += 1;
    const found =
      pattern.toLowerCase() === 'them' && !names.includes(pattern)
        ? names.filter((name) => !name.startsWith('_'))
        : names.filter(patternTest(readPattern(pattern), true));
    if (found.length === 0) return fail(`no selection is meant by "${count} of ${pattern}"`);
    const terms = found.map((name): Condition => ({ type: 'selection', name }));
    const many = count.toLowerCase();
    if (many === 'all') return { type: 'and', terms };
    if (many === '1' || many === 'any') return { type: 'or', terms };
    return fail(`"${count} of" is not in the specification: it knows 1 of, any of and all of`);
  };

  const condition = either(0);
  if (tokens[at] === '|')
    return fail('aggregations behind | are no longer part of Sigma: write a correlation (event_count, value_count)');
  if (at < tokens.length) return fail(`the condition has "${tokens[at]}" where and, or or its end should stand`);
  return condition;
}
