import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createChannel } from '../../src/sources/channel.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

it('gives what was pushed, once and in order, however pushing and taking alternate', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 30 }), async (bursts) => {
      const channel = createChannel<number>(10);
      const taker = channel[Symbol.asyncIterator]();
      const taken: number[] = [];
      let pushed = 0;
      for (const burst of bursts) {
        for (let at = 0; at < burst; at += 1) channel.push(pushed++, 2);
        for (let at = 0; at < burst / 2; at += 1) taken.push((await taker.next()).value as number);
        expect(channel.waiting()).toBe(2 * (pushed - taken.length));
      }
      channel.end();
      for (let next = await taker.next(); !next.done; next = await taker.next()) taken.push(next.value);
      expect(taken).toEqual(Array.from({ length: pushed }, (_, at) => at));
    }),
    { numRuns: 50 },
  );
});

it('lets go of what was taken although it is never empty', async () => {
  const channel = createChannel<object>(10);
  const taker = channel[Symbol.asyncIterator]();
  channel.push({});
  const taken: WeakRef<object>[] = [];
  for (let at = 0; at < 5_000; at += 1) {
    channel.push({ at });
    taken.push(new WeakRef((await taker.next()).value as object));
  }
  // Weak references hold until the turn ends.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(taken.filter((one) => one.deref() !== undefined).length).toBeLessThan(200);
  expect(channel.waiting()).toBe(1);
});

it('tells when the last was taken, and lets in who waits for room', async () => {
  let emptied = 0;
  const channel = createChannel<string>(2, () => {
    emptied += 1;
  });
  channel.push('a');
  channel.push('b');
  let isIn = false;
  const room = channel.room().then(() => {
    isIn = true;
  });
  await Promise.resolve();
  expect(isIn).toBe(false);
  const taker = channel[Symbol.asyncIterator]();
  expect(await taker.next()).toEqual({ done: false, value: 'a' });
  await room;
  expect(emptied).toBe(0);
  expect(await taker.next()).toEqual({ done: false, value: 'b' });
  expect(emptied).toBe(1);
  channel.end(new Error('lost'));
  await expect(taker.next()).rejects.toThrow('lost');
});
