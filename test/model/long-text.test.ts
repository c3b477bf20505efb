import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLine, headingOf, type LongText, lineAt, lineCount, longText, placeIn } from '../../src/model/long-text.ts';

const textOf = (lines: readonly string[]) => longText(lines.map((line) => `${line}\n`));

describe('a long text', () => {
  it('gives back its lines, whatever stands in them and however it was cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ' '))),
        fc.nat(7),
        (lines, size) => {
          const characters = [...lines.map((line) => `${line}\n`).join('')];
          const pieces = [];
          for (let at = 0; at < characters.length; at += size + 1)
            pieces.push(characters.slice(at, at + size + 1).join(''));
          const text = longText(pieces);
          expect(Array.from({ length: lineCount(text) }, (_, line) => lineAt(text, line))).toEqual(lines);
        },
      ),
    );
  });

  it('of many lines stands in pages of its own, and is the same on another thread', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n}`);
    const text = textOf(lines);
    for (const { buffer } of [text.bytes, text.starts])
      expect(buffer).toMatchObject({ growable: true, maxByteLength: buffer.byteLength });
    const { port1, port2 } = new MessageChannel();
    const heard = new Promise<LongText>((resolve) => port2.once('message', resolve));
    port1.postMessage(text);
    const there = await heard;
    port1.close();
    expect(lineCount(there)).toBe(lines.length);
    expect(lineAt(there, 19_999)).toBe('line 19999');
    expect(findLine(there, 'LINE 12345', 0, 1, lines.length)).toBe(12_345);
    expect(placeIn(there, text, 15_000)).toBe(15_000);
  });

  it('knows its headings, and none that stands in a code block', () => {
    const text = textOf([
      '# one',
      'x',
      '```json',
      '## no heading',
      '```',
      '## two',
      '````text',
      '```',
      '# nor this',
      '````',
      '## three',
      '### of the third level',
    ]);
    expect(text.headings).toEqual([
      { line: 0, title: 'one' },
      { line: 5, title: 'two' },
      { line: 10, title: 'three' },
    ]);
    expect([0, 4, 5, 9, 11].map((line) => headingOf(text, line))).toEqual([0, 0, 1, 1, 2]);
    expect(headingOf(textOf(['x', '# y']), 0)).toBe(-1);
  });

  it('is searched downwards and upwards, in slices, whatever the case', () => {
    const text = textOf(['Alice', 'bob', 'ALICE', 'carol']);
    expect(findLine(text, 'alice', 0, 1, 10)).toBe(0);
    expect(findLine(text, 'alice', 1, 1, 10)).toBe(2);
    expect(findLine(text, 'alice', 1, 1, 1)).toBe(-1);
    expect(findLine(text, 'alice', 3, -1, 10)).toBe(2);
    expect(findLine(text, 'dave', 3, -1, 10)).toBe(-1);
  });
});

describe('the place of a reader in the text that takes the place of another', () => {
  const report = (rows: readonly string[], above: readonly string[] = []) =>
    textOf(['# Incident', ...above, '## Timeline', ...rows, '## Evidence', 'e']);
  const rows = Array.from({ length: 300 }, (_, n) => `| row ${n} |`);

  it('is the same line, wherever what came in has moved it', () => {
    const before = report(rows);
    const next = report(
      ['| a late one |', ...rows.slice(0, 100), '| another |', ...rows.slice(100), '| new |'],
      ['x', 'y', 'z'],
    );
    for (const line of [1, 2, 50, 101, 150, 301])
      expect(lineAt(next, placeIn(next, before, line))).toBe(lineAt(before, line));
    expect(placeIn(next, before, 0)).toBe(0);
  });

  it('is as far below its heading where the line itself has changed or gone', () => {
    const before = report(rows);
    expect(lineAt(before, 52)).toBe('| row 50 |');
    const next = report(rows.with(50, '| row 50, marked |'), ['x']);
    expect(lineAt(next, placeIn(next, before, 52))).toBe('| row 50, marked |');
    const short = report(rows.slice(0, 5));
    expect(lineAt(short, placeIn(short, before, 250))).toBe('| row 4 |');
  });

  it('is always a line of the next text', () => {
    const lines = fc.array(fc.constantFrom('# a', '## b', '## c', 'x', 'y', '', '```'), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(lines, lines, fc.nat(29), (one, other, line) => {
        const [before, next] = [textOf(one), textOf(other)];
        const place = placeIn(next, before, Math.min(line, lineCount(before) - 1));
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThan(lineCount(next));
      }),
    );
  });
});
