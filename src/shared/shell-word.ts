import { display } from './display.ts';

/** A word for a POSIX shell. Names come from records, that is from the attacker: what is not harmless is quoted, and what is invisible spelled out. */
export function shellWord(text: string): string {
  const shown = display(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
