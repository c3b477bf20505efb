import { expect, test } from 'vitest';
import { createLag, windowsFor } from '../../src/sources/lag.ts';

const second = 1_000;
const minute = 60 * second;

test('nothing is said of fewer than five events; percentiles are delays that were measured', () => {
  const lag = createLag();
  for (const delay of [4, 1, 3, 2]) lag.add(delay * second);
  expect(lag.figures()).toBeUndefined();
  lag.add(5 * second);
  expect(lag.figures()).toEqual({ p50Ms: 3 * second, p95Ms: 5 * second, p99Ms: 5 * second, samples: 5 });
  for (let delay = 6; delay <= 100; delay += 1) lag.add(delay * second);
  expect(lag.figures()).toEqual({ p50Ms: 50 * second, p95Ms: 95 * second, p99Ms: 99 * second, samples: 100 });
});

test('only the last ones count, and an event never comes before it happened', () => {
  const lag = createLag(5);
  for (let count = 0; count < 5; count += 1) lag.add(10 * minute);
  for (let count = 0; count < 5; count += 1) lag.add(-second);
  expect(lag.figures()).toEqual({ p50Ms: 0, p95Ms: 0, p99Ms: 0, samples: 5 });
  // The same object while nothing came.
  expect(lag.figures()).toBe(lag.figures());
});

test('windows: twice the delay, within bounds', () => {
  const windows = (p95Ms: number, p99Ms: number) => {
    const { hotMs, warmMs, deepMs } = windowsFor({ p50Ms: 0, p95Ms, p99Ms, samples: 5 });
    return [hotMs / minute, warmMs / minute, deepMs / minute];
  };
  expect(windowsFor(undefined)).toEqual({ hotMs: 5 * minute, warmMs: 20 * minute, deepMs: 120 * minute });
  expect(windows(minute, 2 * minute)).toEqual([5, 20, 120]);
  expect(windows(4 * minute, 15 * minute)).toEqual([8, 30, 120]);
  expect(windows(30 * minute, 90 * minute)).toEqual([20, 60, 180]);
});
