/** One document of a file of rules, read from YAML. */
export interface RuleDocument {
  readonly file: string;
  readonly value: unknown;
  /** 1-based line of a member, or of what is nearest around it; `undefined` where lines are not known. */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** A document that is not YAML that we take. */
export interface UnreadableDocument {
  readonly file: string;
  readonly line: number | undefined;
  readonly problem: string;
}
