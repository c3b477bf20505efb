/** A rule that cannot be used: what is wrong, and the way to it from the document's root. Told as a `RuleProblem`, never thrown further. */
export class RuleError extends Error {
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.name = 'RuleError';
    this.path = path;
  }
}

/** Why a rule was not loaded; the rest is. */
export interface RuleProblem {
  readonly file: string;
  /** 1-based, where it is known. */
  readonly line: number | undefined;
  /** The rule's id, where it was readable. */
  readonly id: string | undefined;
  /** `detection.selection.eventName|foo`; empty for the whole document. */
  readonly field: string;
  readonly problem: string;
}

/** `rules/a.yml:12: detection.selection: the selection is empty`. */
export const problemLine = ({ file, line, field, problem }: RuleProblem): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${field === '' ? '' : `${field}: `}${problem}`;
