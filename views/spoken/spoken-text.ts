import { keyNames } from '../../hooks/key-names.ts';
import { createTheme, type Glyphs, type Theme } from '../theme/theme.ts';

/** What is said where the screen shows a glyph, by its place in `Glyphs`; what stands in no row of it is silent. */
const words: { readonly [place: string]: string } = {
  failed: 'failed: ',
  finding: 'finding: ',
  write: 'change: ',
  mark: 'marked: ',
  pointer: 'selected: ',
  dot: ', ',
  down: 'more below',
  up: 'end',
  done: 'done: ',
  running: 'running: ',
  pending: 'not yet: ',
  arrow: ' to ',
  times: ' times ',
  machine: ' machine',
  fresh: 'new: ',
  crumb: ', then ',
  'leads.recorded': ' leads to ',
  'leads.inferred': ' probably leads to ',
};

/** The first of Unicode's private characters: `display` spells them out, so that no text from outside can pass for a glyph. */
const FIRST = 0xe000;
const places: string[] = [];

/** Glyphs as private characters, each as wide as the one it stands for. */
function privately(value: unknown, place: string): unknown {
  if (typeof value === 'string') {
    places.push(place);
    const mark = String.fromCharCode(FIRST + places.length - 1);
    return mark.repeat([...value].length);
  }
  if (Array.isArray(value)) return value.map((one, index) => privately(one, `${place}.${index}`));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, one]) => [
      name,
      privately(one, place === '' ? name : `${place}.${name}`),
    ]),
  );
}

/** Views drawn with it are plain text, in which glyphs can be told from everything else. */
export const spokenTheme: Theme = {
  glyphs: privately(createTheme({ ascii: false, theme: 'none' }).glyphs, '') as Glyphs,
  paint: (_meaning, text) => text,
  key: keyNames(),
  row: (text) => text,
};

/** A row of the screen as a sentence: words for glyphs, a comma for the space between columns. */
export function sentence(row: string): string {
  return row
    .replaceAll(/([\ue000-\uf8ff])\1*/g, (_run, mark: string) => words[places[mark.charCodeAt(0) - FIRST] ?? ''] ?? ' ')
    .replaceAll(/(?<=\S) {2,}(?=\S)| · /g, ', ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?:\s*,)+\s*(?=,|$)/g, '')
    .replaceAll(/^[\s,]+/g, '')
    .replaceAll(/ ,/g, ',')
    .replaceAll(/: ?, /g, ': ')
    .trim();
}

/** Rows as sentences; rows without words are left out. */
export const sentences = (rows: readonly string[]): readonly string[] =>
  rows.map(sentence).filter((text) => /[\p{L}\p{N}]/u.test(text));

/** Sentences that were not said before; digits do not count, or every countdown would be read aloud each second. */
export function news(before: readonly string[], now: readonly string[]): readonly string[] {
  const still = (text: string) => text.replaceAll(/\d+/g, '0');
  const said = new Set(before.map(still));
  return now.filter((text) => !said.has(still(text)));
}
