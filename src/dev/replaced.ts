/** What is replaced in the files of a library, by how their paths end: what stands there, and what stands there instead. */
export type Replacements = { readonly [pathEnd: string]: readonly (readonly [from: string, to: string])[] };

/** A file of a library with what is replaced in it; `undefined` for every other. @throws Error when the library has become another. */
export function replaced(path: string, code: string, replacements: Replacements): string | undefined {
  const file = Object.keys(replacements).find((end) => path.endsWith(end));
  if (file === undefined) return undefined;
  let text = code;
  for (const [from, to] of replacements[file]!) {
    if (text.split(from).length !== 2) throw new Error(`${path} has changed: not once "${from}"`);
    text = text.replace(from, () => to);
  }
  return text;
}
