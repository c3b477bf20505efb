/** Who said a value. */
export type SaidBy = 'flag' | 'file' | 'environment' | 'aws-profile' | 'default';

/** A value and who said it. */
export interface Setting<Value> {
  readonly value: Value;
  readonly from: SaidBy;
  /** `--region`, `tail.maxSessions`, `AWS_PROFILE`; empty for a default. */
  readonly where: string;
}

/** The first that said something, else the default. */
export function setting<Value>(
  fallback: Value,
  ...said: readonly (readonly [value: Value | undefined, from: SaidBy, where: string])[]
): Setting<Value> {
  for (const [value, from, where] of said) if (value !== undefined) return { value, from, where };
  return { value: fallback, from: 'default', where: '' };
}
