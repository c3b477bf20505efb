import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { withRowsRemembered } from '../../src/dev/ink-rows.ts';
import { oneCell } from '../../src/shared/cells.ts';

const isOneCellEach = new RegExp(`^[${oneCell}]*$`);
const styles = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');
const modules = new URL('../../node_modules/', import.meta.url).pathname;
const known = join(modules, 'ink/build');
const folder = mkdtempSync(join(tmpdir(), 'firebreak-ink-'));
const changed = join(folder, 'ink/build');
afterAll(() => rmSync(folder, { recursive: true }));

/** Ink as it is bundled, beside Ink as it comes. */
beforeAll(() => {
  mkdirSync(join(folder, 'ink'));
  cpSync(known, changed, { recursive: true });
  cpSync(join(modules, 'ink/package.json'), join(folder, 'ink/package.json'));
  cpSync(join(modules, 'string-width'), join(folder, 'string-width'), { recursive: true });
  symlinkSync(modules, join(folder, 'node_modules'));
  const files = [...readdirSync(changed).map((name) => join(changed, name)), join(folder, 'string-width/index.js')];
  for (const path of files) {
    if (!path.endsWith('.js')) continue;
    const text = withRowsRemembered(path, readFileSync(path, 'utf8'));
    if (text !== undefined) writeFileSync(path, text);
  }
});
const load = async <Module>(file: string): Promise<Module> =>
  (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Module;
const both = async <Module>(name: string): Promise<readonly [Module, Module]> => [
  await load<Module>(join(known, name)),
  await load<Module>(join(changed, name)),
];

interface Write {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly changes: boolean;
}
interface Output {
  write(x: number, y: number, text: string, options: { transformers: readonly ((text: string) => string)[] }): void;
  clip(clip: object): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}
interface Make {
  new (size: { width: number; height: number }): Output;
  readonly prototype: Output & { getAnew(): void };
}
interface Tokens {
  tokenize(text: string): unknown;
  styledCharsFromTokens(tokens: unknown): unknown;
  styledCharsToString(characters: unknown): string;
}

const piece = fc.constantFrom(
  'a',
  'word ',
  '─◆ ▁█',
  'ÄÖ→',
  '数据库',
  'é',
  '👩‍👧',
  '⚙️',
  '\u001b[31m',
  '\u001b[91m',
  '\u001b[38;5;208m',
  '\u001b[48;2;1;2;3m',
  '\u001b[49m',
  '\u001b[39m',
  '\u001b[1m',
  '\u001b[2m',
  '\u001b[22m',
  '\u001b[7m',
  '\u001b[27m',
  '\u001b[0m',
  '\u001b[m',
  '\u001b[1;31m',
  ' ',
  '',
  '\n',
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
/** As our screens are: whole rows, each once. */
const rows = fc.uniqueArray(
  fc.record({
    x: fc.constant(0),
    y: fc.integer({ min: 0, max: 5 }),
    text: text.map((some) => some.replaceAll('\n', '')),
    changes: fc.constant(false),
  }),
  { selector: ({ y }) => y },
);
const write = fc.record({
  x: fc.constantFrom(0, 0, 0, 0, 3, -1),
  y: fc.integer({ min: -1, max: 6 }),
  text,
  changes: fc.constantFrom(false, false, false, true),
});
const width = fc.constantFrom(8, 20);
const screen = fc.oneof(
  fc.record({ writes: rows, width, clips: fc.constant(false), whole: fc.constant(true) }),
  fc.record({
    writes: fc.array(write, { maxLength: 8 }),
    width,
    clips: fc.constantFrom(false, false, true),
    whole: fc.constant(false),
  }),
);

it('Ink with rows remembered draws what Ink draws, and whole rows only once', async () => {
  const [{ default: Known }, { default: Remembering }] = await both<{ default: Make }>('output.js');
  const { tokenize, styledCharsFromTokens, styledCharsToString } = await load<Tokens>(
    join(modules, '@alcalzone/ansi-tokenize/build/index.js'),
  );
  const drawn = (Made: Make, { writes, width, clips }: { writes: readonly Write[]; width: number; clips: boolean }) => {
    const output = new Made({ width, height: 6 });
    if (clips) output.clip({ x1: 1, x2: width - 1, y1: 0, y2: 5 });
    for (const { x, y, text: written, changes } of writes)
      output.write(x, y, written, {
        transformers: [changes ? (line) => `\u001b[32m${line}\u001b[39m` : (line) => line],
      });
    if (clips) output.unclip();
    const { output: all, height } = output.get();
    // Cells with their styles: a row that is written as it is may say a style twice.
    const cells = all.split('\n').map((line) => styledCharsToString(styledCharsFromTokens(tokenize(line))).trimEnd());
    return { cells, height };
  };
  const anew = vi.spyOn(Remembering.prototype, 'getAnew');
  fc.assert(
    fc.property(fc.array(screen, { maxLength: 5 }), (screens) => {
      for (const { whole, ...one } of screens) {
        expect(drawn(Remembering, one)).toEqual(drawn(Known, one));
        anew.mockClear();
        expect(drawn(Remembering, one)).toEqual(drawn(Known, one));
        if (whole) expect(anew).not.toHaveBeenCalled();
      }
    }),
    { numRuns: 300 },
  );
  anew.mockClear();
  const row = { x: 0, y: 0, text: '\u001b[2m── a ÄÖ ──\u001b[22m', changes: false };
  drawn(Remembering, { writes: [row], width: 21, clips: false });
  // The five empty rows are one.
  expect(anew).not.toHaveBeenCalled();
});

interface Dom {
  createNode(name: string): Node;
  createTextNode(text: string): Node;
  appendChildNode(node: Node, child: Node): void;
  setStyle(node: Node, style: object): void;
  setTextNodeValue(node: Node, text: string): void;
}
interface Node {
  readonly yogaNode: {
    calculateLayout(width: number, height: undefined, direction: number): void;
    getComputedWidth(): number;
    getComputedHeight(): number;
  };
}

it('texts are as large as Ink lays them out, and hold what it leaves of them', async () => {
  const doms = await both<Dom>('dom.js');
  const squashes = await both<{ default: (node: Node) => string }>('squash-text-nodes.js');
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('wrap', 'truncate'),
      (texts, textWrap) => {
        const made = doms.map((dom) => {
          const [box, node, child] = [dom.createNode('ink-box'), dom.createNode('ink-text'), dom.createTextNode('')];
          dom.setStyle(node, { textWrap });
          dom.appendChildNode(box, node);
          dom.appendChildNode(node, child);
          return { dom, box, node, child };
        });
        for (const next of texts) {
          const [one, other] = made.map(({ dom, box, node, child }, at) => {
            dom.setTextNodeValue(child, next);
            box.yogaNode.calculateLayout(16, undefined, 1);
            const { yogaNode } = node;
            return [yogaNode.getComputedWidth(), yogaNode.getComputedHeight(), squashes[at as 0 | 1].default(node)];
          });
          expect(other).toEqual(one);
        }
      },
    ),
    // As many cells, wrapped otherwise.
    { numRuns: 300, examples: [[['aaaaaaaaaaaaaa bbbbbbbbbbbbbb', 'aaaaaaaaa bbbbbbbbb ccccccccc'], 'wrap']] },
  );
});

it('lines are updated as Ink updates them, whole where their width is doubtful, and measured as it measures', async () => {
  const [one, other] = await both<{ default: (from: string, to: string, columns: number) => string }>('line-update.js');
  const measured = await load<{ default: (text: string) => number }>(join(folder, 'string-width/index.js'));
  const asKnown = await load<{ default: (text: string) => number }>(join(modules, 'string-width/index.js'));
  const line = text.map((some) => some.replaceAll('\n', ''));
  fc.assert(
    fc.property(line, line, line, (start, from, to) => {
      const [before, after] = [start + from, start + to];
      const isPlain = [before, after].every((row) => isOneCellEach.test(row.replaceAll(styles, '')));
      // Of no width that it is told Ink knows where the change begins: then it paints the whole line, too.
      expect(other.default(before, after, 20)).toBe(one.default(before, after, isPlain ? 20 : Number.NaN));
      expect(measured.default(start)).toBe(asKnown.default(start));
    }),
    { numRuns: 500 },
  );
});

it('the parts that are replaced are there, each once, and nothing else is touched', () => {
  const other = join(known, 'render-node-to-output.js');
  expect(withRowsRemembered(other, readFileSync(other, 'utf8'))).toContain('measureText(text).width');
  expect(withRowsRemembered('/x/ink/build/ink.js', 'text')).toBeUndefined();
  expect(() => withRowsRemembered(join(known, 'output.js'), 'another Ink')).toThrow('output.js has changed');
});
