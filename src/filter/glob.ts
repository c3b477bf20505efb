/**
 * A glob is text in which `*` stands for any characters, none included. `\*` is a star and `\\` a backslash; nothing else is special.
 * The pieces between the stars: `a*b` has two, `a` and `b`; a leading or trailing star gives an empty piece there.
 */
export function globPieces(glob: string): readonly string[] {
  const pieces = [''];
  for (let index = 0; index < glob.length; index++) {
    const character = glob[index] ?? '';
    if (character === '*') pieces.push('');
    else pieces[pieces.length - 1] += character === '\\' ? (glob[++index] ?? '\\') : character;
  }
  return pieces;
}

/** The glob that has these pieces between its stars. */
export const globOf = (pieces: readonly string[]): string =>
  pieces.map((piece) => piece.replaceAll(/[\\*]/g, '\\$&')).join('*');

/**
 * Compiles a glob. The first and last piece are anchored and each piece between is looked for once, left to right: without
 * backtracking, so no glob and no text can make it slow.
 */
export function globMatches(glob: string): (text: string) => boolean {
  const pieces = globPieces(glob);
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces.at(-1) ?? '';
  const between = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, from);
      if (found < 0 || found + piece.length > end) return false;
      from = found + piece.length;
    }
    return true;
  };
}
