/**
 * What Ink does once more for every frame, though the row has not changed: a screen of 200×60 is 12,000 cells, each an object, made, compared and
 * thrown away for a clock that moves by a second. Our screens are whole rows (`views/components/rows.tsx`), each of which comes out the same
 * wherever it stands: the bundled Ink remembers how a row came out.
 *
 * And what it does for texts that need none of it: nearly all of our rows are colours and characters of one cell each (`oneCell`), which are as wide
 * as they are long, hold nothing to be taken out, and come out as they went in. Anything else on a screen is drawn by Ink as it was.
 *
 * Measured at 200×60 on live sources: two thirds of what a frame costs, and most of its garbage.
 */
import { oneCell } from '../shared/cells.ts';
import { type Replacements, replaced } from './replaced.ts';

/** How many rows are remembered: those of a screen or two, and what is scrolled through. */
const remembered = 512;

/** Colours and the like. */
const style = String.raw`\u001b\[[\d;]*m`;

/** Tells texts that are a row of one-cell characters and styles, and counts their cells; -1 for every other. */
const plainRows = `
const plainRow = /^(?:[${oneCell}]|${style})*$/;
const anyStyle = /${style}/g;
const cellsOf = text => plainRow.test(text) ? text.replace(anyStyle, '').length : -1;
`;

const rowsOnce = `${plainRows}
const rowsAsDrawn = new Map();
let widthAsDrawn = -1;
/** What ends a style, by what begins it; two and more numbers are a colour. */
const endOf = { 1: 22, 2: 22, 3: 23, 4: 24, 7: 27, 8: 28, 9: 29 };
/** Whether every style of a row ends in it: then it can be written as it is, wherever it stands. */
function endsItsStyles(text) {
    const open = new Set();
    for (const [code] of text.matchAll(anyStyle)) {
        const numbers = code.slice(2, -1);
        const number = Number.parseInt(numbers, 10);
        if (numbers === '0') open.clear();
        else if (numbers.includes(';')) {
            if (!/^[34]8;(?:5;\\d+|2;\\d+;\\d+;\\d+)$/.test(numbers)) return false;
            open.add(number + 1);
        } else if (endOf[number] !== undefined) open.add(endOf[number]);
        else if ((number >= 30 && number < 38) || (number >= 90 && number < 98)) open.add(39);
        else if ((number >= 40 && number < 48) || (number >= 100 && number < 108)) open.add(49);
        else if (!open.delete(number) && ![22, 23, 24, 27, 28, 29, 39, 49].includes(number)) return false;
    }
    return open.size === 0;
}
function drawnRow(text, width) {
    const cells = cellsOf(text);
    if (cells >= 0 && cells <= width && endsItsStyles(text)) return text.trimEnd();
    const one = new Output({ width, height: 1 });
    one.write(0, 0, text, { transformers: [] });
    return one.getAnew().output;
}
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
            row = drawnRow(text, width);
            if (rowsAsDrawn.size >= ${remembered}) rowsAsDrawn.delete(rowsAsDrawn.keys().next().value);
            rowsAsDrawn.set(text, row);
        }
        rows.push(row);
    }
    return { output: rows.join('\\n'), height: rows.length };
}
`;

/** What is replaced, by the end of the file's path. */
const changes: Replacements = {
  '/ink/build/output.js': [
    ['export default class Output {', `${rowsOnce}export default class Output {`],
    ['    get() {\n', '    get() {\n        return wholeRows(this) ?? this.getAnew();\n    }\n    getAnew() {\n'],
  ],
  '/ink/build/render-node-to-output.js': [
    ["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
    // It has been measured for the layout, which remembers it.
    ['widestLine(text)', 'measureText(text).width'],
  ],
  // There is nothing in it that would be taken out.
  '/ink/build/squash-text-nodes.js': [
    [
      'const squashTextNodes = (node) => {\n',
      `${plainRows}const squashTextNodes = (node) => {
    const only = node.childNodes.length === 1 ? node.childNodes[0] : undefined;
    if (only?.nodeName === '#text' && plainRow.test(only.nodeValue)) return only.nodeValue;
`,
    ],
  ],
  // A row that is as wide as it was needs no new layout; how many lines a text is wrapped into depends on its words.
  '/ink/build/dom.js': [
    [
      'export const setTextNodeValue = (node, text) => {\n',
      `${plainRows}export const setTextNodeValue = (node, text) => {\n`,
    ],
    [
      '    node.nodeValue = text;\n    markNodeAsDirty(node);\n',
      `    const before = node.nodeValue;
    node.nodeValue = text;
    const { nodeName, style, childNodes } = node.parentNode ?? {};
    if (nodeName === 'ink-text' && childNodes.length === 1 && style.textWrap?.startsWith('truncate')) {
        const cells = cellsOf(text);
        if (cells > 0 && cells === cellsOf(before)) return;
    }
    markNodeAsDirty(node);
`,
    ],
  ],
  '/ink/build/line-update.js': [
    ['/^[ -~]*$/u', `/^[${oneCell}]*$/u`],
    // Behind what terminals do not agree about the width of, nobody knows in which column the rest of a row begins: such a row is painted whole.
    ['/\\p{Control}/u', `/[^${oneCell}]/u`],
  ],
  '/string-width/index.js': [['/^[\\u0020-\\u007E]*$/', `/^[${oneCell}]*$/`]],
};

/** A file of Ink, or of what it measures with, with what is replaced in it; `undefined` for every other. @throws Error when it has become another. */
export const withRowsRemembered = (path: string, code: string): string | undefined => replaced(path, code, changes);
