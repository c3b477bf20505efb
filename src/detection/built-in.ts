import data from './built-in.json' with { type: 'json' };
import type { RuleSource } from './rule-set.ts';

/** A document of `rules/*.yml`, as `npm run generate` wrote it: no thread parses YAML at start. */
interface BuiltIn {
  readonly file: string;
  /** 1-based line at which the document begins. */
  readonly line: number;
  readonly value: unknown;
}

/** The rules that come with the program. */
export const builtInRules = (): RuleSource => ({
  origin: 'built-in',
  documents: (data as readonly BuiltIn[]).map(({ file, line, value }) => ({ file, value, lineOf: () => line })),
});
