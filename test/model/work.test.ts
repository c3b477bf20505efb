import { expect, it } from 'vitest';
import { bytesRateText, bytesText, countText, leftOf, rateOf, roughly, shareText } from '../../src/model/work.ts';

it('says what is done, how fast, and how long it will take, as far as that is known', () => {
  expect(bytesText({ done: 41e6, total: 333e6, sinceMs: 2_000 })).toBe('41 of 333 MB, 21 MB/s, 15s left');
  expect(bytesText({ done: 1.25e6, total: 0, sinceMs: 2_500 })).toBe('1.3 MB, 0.5 MB/s');
  expect(bytesText({ done: 0, total: 333e6, sinceMs: 500 })).toBe('0.0 of 333 MB');
  expect(shareText(0.619, 62_000)).toBe('61 %, 39s left');
  expect(shareText(1, 62_000)).toBe('99 %');
  expect(shareText(0.01, 62_000)).toBe('1 %');
});

it('says how much of what is counted is done', () => {
  expect(countText({ done: 124_000, total: 1_000_000, sinceMs: 2_000 }, 'events')).toBe(
    '124,000 of 1,000,000 events, 62,000/s, 15s left',
  );
  expect(countText({ done: 5, total: 0, sinceMs: 10 }, 'events')).toBe('5 events');
  expect(bytesRateText({ done: 5e6, total: 9e6, sinceMs: 10 })).toBeUndefined();
});

it('guesses nothing before there is something to guess from, and never a time that has run out', () => {
  expect(leftOf({ done: 5, total: 0, sinceMs: 9_000 })).toBeUndefined();
  expect(leftOf({ done: 5, total: 5, sinceMs: 9_000 })).toBeUndefined();
  expect(leftOf({ done: 5, total: 10, sinceMs: -3_600_000 })).toBeUndefined();
  expect(rateOf({ done: 5, total: 10, sinceMs: -3_600_000 })).toBeUndefined();
  expect([roughly(-5), roughly(89_001), roughly(91_000), roughly(5_400_000)]).toEqual(['0s', '2m', '2m', '2h']);
});
