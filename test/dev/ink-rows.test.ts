import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, it, vi } from 'vitest';
import { withRowsRemembered } from '../../src/dev/ink-rows.ts';

const modules = new URL('../../node_modules/', import.meta.url).pathname;
const path = join(modules, 'ink/build/output.js');
const folder = mkdtempSync(join(tmpdir(), 'firebreak-ink-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

const piece = fc.constantFrom(
  'a',
  'word ',
  '数据库',
  'é',
  '👩‍👧',
  '\u001b[31m',
  '\u001b[39m',
  '\u001b[1m',
  '\u001b[0m',
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
  const changed = withRowsRemembered(path, readFileSync(path, 'utf8'));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'output.mjs'), changed!.replace(/^\/\/# sourceMappingURL.*$/m, ''));
  const load = async (file: string) =>
    ((await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default: Make }).default;
  const [Known, Remembering] = [await load(path), await load(join(folder, 'output.mjs'))];
  const drawn = (Made: Make, { writes, width, clips }: { writes: readonly Write[]; width: number; clips: boolean }) => {
    const output = new Made({ width, height: 6 });
    if (clips) output.clip({ x1: 1, x2: width - 1, y1: 0, y2: 5 });
    for (const { x, y, text: written, changes } of writes)
      output.write(x, y, written, {
        transformers: [changes ? (line) => `\u001b[32m${line}\u001b[39m` : (line) => line],
      });
    if (clips) output.unclip();
    return output.get();
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
});

it('the parts of Ink that are replaced are there, each once, and nothing else is touched', () => {
  const other = join(modules, 'ink/build/render-node-to-output.js');
  expect(withRowsRemembered(other, readFileSync(other, 'utf8'))).toContain('measureText(text).width');
  expect(withRowsRemembered('/x/ink/build/ink.js', 'text')).toBeUndefined();
  expect(() => withRowsRemembered(path, 'another Ink')).toThrow('Ink has changed');
});
