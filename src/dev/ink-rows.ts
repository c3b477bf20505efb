/**
 * What Ink does once more for every frame, though the row has not changed: a screen of 200×60 is 12,000 cells, each an object, made, compared and
 * thrown away for a clock that moves by a second. Our screens are whole rows (`views/components/rows.tsx`), each of which comes out the same
 * wherever it stands: the bundled Ink remembers how a row came out. Anything else on a screen is drawn by Ink as it was.
 *
 * Measured at 200×60 on live sources: two thirds of what a frame costs, and most of its garbage.
 */

/** How many rows are remembered: those of a screen or two, and what is scrolled through. */
const remembered = 512;

const rowsOnce = `
const rowsAsDrawn = new Map();
let widthAsDrawn = -1;
function wholeRows(output) {
    const { width, height, operations } = output;
    const texts = new Map();
    for (const operation of operations) {
        const { type, x, y, text, transformers } = operation;
        if (type !== 'write' || x !== 0 || !Number.isInteger(y) || y < 0 || y >= height || texts.has(y)) return undefined;
        // A text without a colour of its own has one, too, which gives back what it is given.
        if (text.includes('\\n') || transformers.some(transform => transform(text, 0) !== text)) return undefined;
        texts.set(y, text);
    }
    if (widthAsDrawn !== width) rowsAsDrawn.clear();
    widthAsDrawn = width;
    const rows = [];
    for (let y = 0; y < height; y++) {
        const text = texts.get(y) ?? '';
        let row = rowsAsDrawn.get(text);
        if (row === undefined) {
            const one = new Output({ width, height: 1 });
            one.write(0, 0, text, { transformers: [] });
            row = one.getAnew().output;
            if (rowsAsDrawn.size >= ${remembered}) rowsAsDrawn.delete(rowsAsDrawn.keys().next().value);
            rowsAsDrawn.set(text, row);
        }
        rows.push(row);
    }
    return { output: rows.join('\\n'), height: rows.length };
}
`;

/** What is replaced, by the end of the file's path. */
const changes: { readonly [file: string]: readonly (readonly [from: string, to: string])[] } = {
  '/ink/build/output.js': [
    ['export default class Output {', `${rowsOnce}export default class Output {`],
    ['    get() {\n', '    get() {\n        return wholeRows(this) ?? this.getAnew();\n    }\n    getAnew() {\n'],
  ],
  '/ink/build/render-node-to-output.js': [
    ["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
    // It has been measured for the layout, which remembers it.
    ['widestLine(text)', 'measureText(text).width'],
  ],
};

/** A file of Ink with what is replaced in it; `undefined` for every other. @throws Error when Ink has become another. */
export function withRowsRemembered(path: string, code: string): string | undefined {
  const file = Object.keys(changes).find((end) => path.endsWith(end));
  if (file === undefined) return undefined;
  let text = code;
  for (const [from, to] of changes[file]!) {
    if (text.split(from).length !== 2) throw new Error(`${path}: Ink has changed: not once "${from}"`);
    text = text.replace(from, () => to);
  }
  return text;
}
