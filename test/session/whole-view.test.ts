import { expect, it } from 'vitest';
import { wholeView } from '../../src/session/whole-view.ts';

const { signal } = new AbortController();

/** A store whose search ends after so many looks. */
const searchedAfter = (looks: number) => {
  let seen = 0;
  return {
    looks: () => seen,
    view: async () => 3,
    window: () => {
      seen += 1;
      return { rows: [], total: seen > looks ? 700 : -1 };
    },
  };
};

it('waits until the search has ended: rows that are not found yet are not absent', async () => {
  const events = searchedAfter(2);
  expect(await wholeView(events, 'test', { type: 'all' }, signal)).toBe(3);
  expect(events.looks()).toBe(3);
});

it('ends with its signal, whatever the search does', async () => {
  const ending = new AbortController();
  const events = searchedAfter(Number.POSITIVE_INFINITY);
  const waiting = wholeView(events, 'test', { type: 'all' }, ending.signal);
  ending.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
});
