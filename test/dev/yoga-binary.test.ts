import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withBinaryDecoded } from '../../src/dev/yoga-binary.ts';

const known = new URL('../../node_modules/yoga-layout/dist/binaries/yoga-wasm-base64-esm.js', import.meta.url).pathname;

it('Yoga lays out as before, and loads no HTTP client', async () => {
  const text = withBinaryDecoded(known, readFileSync(known, 'utf8'))!;
  const { default: load } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const before = globalThis.fetch;
  let fetched = 0;
  globalThis.fetch = (...given) => {
    fetched += 1;
    return before(...given);
  };
  try {
    const { Node } = await load();
    const node = Node.createDefault();
    node.setWidth(42);
    node.calculateLayout(100, 100, 1);
    expect(node.getComputedWidth()).toBe(42);
  } finally {
    globalThis.fetch = before;
  }
  expect(fetched).toBe(0);
});

it('every other file stays as it is, and another Yoga is told', () => {
  expect(withBinaryDecoded('/x/yoga-layout/dist/src/index.js', 'text')).toBeUndefined();
  expect(() => withBinaryDecoded(known, 'another Yoga')).toThrow('has changed');
});
