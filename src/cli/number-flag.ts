import { UsageError } from '../model/errors.ts';
import { type Invocation, textFlag } from './command.ts';

/** A flag that takes a number within limits. @throws UsageError */
export function numberFlag(
  flags: Invocation['flags'],
  name: string,
  limits: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= limits.min && value <= limits.max) || (limits.whole && !Number.isInteger(value)))
    throw new UsageError(
      `--${name} ${text} is not a${limits.whole ? ' whole' : ''} number from ${limits.min} to ${limits.max}`,
    );
  return value;
}
