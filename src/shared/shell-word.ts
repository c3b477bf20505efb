import { display } from './display.ts';

/** A word for a POSIX shell. Names come from records, that is from the attacker: what is not harmless is quoted, and what is invisible spelled out. */
export function shellWord(text: string): string {
  const shown = display(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}

/** A word as a POSIX shell takes it: pieces side by side, quoted or not. A quote that nothing closes stands for itself. */
const word = /(?:[^\s'"\\]|'[^']*'|"(?:\\.|[^"\\])*"|\\.|['"\\])+/gs;
const piece = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|(.)/gs;

/** The words of a command as the operator's shell would split it, without anything else that a shell does. */
export const shellWords = (text: string): readonly string[] =>
  [...text.matchAll(word)].map(([whole]) =>
    [...whole.matchAll(piece)]
      .map(
        ([, single, double, escaped, plain]) => single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? plain,
      )
      .join(''),
  );
