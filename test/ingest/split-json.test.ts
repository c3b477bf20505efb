import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonSplitter } from '../../src/ingest/split-json.ts';

/** Cuts the text in chunks of the given sizes (repeated); pieces as `list@line text`, broken places as `!line problem`. */
function split(text: string, sizes: readonly number[] = [1_000_000]): string[] {
  const found: string[] = [];
  const splitter = new JsonSplitter(
    ({ list, line, byte, bytes: piece }) => {
      expect(
        Buffer.from(text)
          .subarray(byte, byte + piece.length)
          .equals(piece),
      ).toBe(true);
      found.push(`${list}@${line} ${piece}`);
    },
    ({ line, problem }) => found.push(`!${line} ${problem}`),
  );
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  splitter.end();
  return found;
}

it.each([
  [
    'the list of an S3 delivery',
    '{"Records":[{"a":"}{\\"["},{"b":[1,{"c":2}]}]}',
    ['Records@1 {"a":"}{\\"["}', 'Records@1 {"b":[1,{"c":2}]}'],
  ],
  ['what stands beside a list', '{"Events":[{"a":1}],"NextToken":"x"}', ['Events@1 {"a":1}']],
  ['NDJSON', '{"a":1}\n{"b":2}\r\n\n', ['@1 {"a":1}', '@2 {"b":2}']],
  ['an array', ' [ {"a":1} ,\n{"b":2} ] ', ['@1 {"a":1}', '@2 {"b":2}']],
  [
    'pretty-printed values in a row',
    '{\n "a": {\n "b": 1 }\n}\n{"c":3}',
    ['@1 {\n "a": {\n "b": 1 }\n}', '@5 {"c":3}'],
  ],
  ['files pasted together', '{"Records":[]}\n{"Records":[{"z":1}]}', ['Records@2 {"z":1}']],
  ['a list that is not at the top', '{"x":{"Records":[{"y":1}]}}', ['@1 {"x":{"Records":[{"y":1}]}}']],
  ['a byte order mark', '\ufeff{"a":1}', ['@1 {"a":1}']],
  ['a torn line', '{"a":1\n{"b":2}\n{"c":3}', ['!1 is cut off in the middle', '@2 {"b":2}', '@3 {"c":3}']],
  ['a torn text', '{"a":"x\n{"b":2}', ['!1 a text does not end on its line', '@2 {"b":2}']],
  ['prose between records', '{"a":1}\nhello {\n{"b":2}', ['@1 {"a":1}', '!2 is not JSON', '@3 {"b":2}']],
  ['one brace too many', '{"a":1}}\n{"b":2}', ['@1 {"a":1}', '!1 is not JSON', '@2 {"b":2}']],
  [
    'an end in the middle of a list',
    '{"Records":[{"a":1},{"b":"tor',
    ['Records@1 {"a":1}', '!1 is cut off in the middle'],
  ],
  ['bare values', '"text"\n12', ['!1 is not a JSON object', '!2 is not JSON']],
  ['nothing', '', []],
])('cuts %s', (_what, text, pieces) => {
  expect(split(text)).toEqual(pieces);
  expect(split(text, [1])).toEqual(pieces);
});

it('gives the same pieces wherever the chunks end', () => {
  const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      records,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      fc.nat(3),
      (values, sizes, form) => {
        const texts = values.map((value) => JSON.stringify(value));
        const text = [
          () => `{"Records":[${texts.join(',')}]}`,
          () => texts.join('\n'),
          () => `[${texts.join(',\n')}]`,
          () => `{"events": [ ${texts.join(' , ')} ], "x": {}}`,
        ][form]!();
        const list = ['Records', '', '', 'events'][form]!;
        // A record whose first member is a known list is a wrapping by itself; dictionaries of random keys hardly ever are.
        fc.pre(!texts.some((one) => /"(Records|Events|events)"/.test(one)));
        const found = split(text, sizes);
        expect(found.map((one) => one.slice(one.indexOf(' ') + 1))).toEqual(texts);
        expect(found.every((one) => one.startsWith(`${list}@`))).toBe(true);
      },
    ),
  );
});

it('survives any bytes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'a', ' ', 'é') }),
      fc.integer({ min: 1, max: 5 }),
      (text, size) => {
        expect(split(text, [size])).toEqual(split(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

it('holds 200,000 levels of nesting', () => {
  const deep = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`;
  expect(split(deep)).toEqual([`@1 ${deep}`]);
});
