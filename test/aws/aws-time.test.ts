import { expect, test } from 'vitest';
import { createAwsTime } from '../../src/aws/aws-time.ts';
import { createManualClock } from './manual-clock.ts';

const dateHeader = (at: number) => new Date(Math.floor(at / 1000) * 1000).toUTCString();

test('follows the Date of the answers when the clocks differ', () => {
  const clock = createManualClock();
  const time = createAwsTime(clock);
  time.learn(dateHeader(clock.now() - 3_600_000), clock.now() - 100, clock.now());
  expect(Math.abs(time.now() - (clock.now() - 3_600_000))).toBeLessThanOrEqual(1_100);
});

test('less than two seconds count as none', () => {
  const clock = createManualClock(Date.UTC(2026, 10, 23, 20, 0, 0, 400));
  const time = createAwsTime(clock);
  time.learn(dateHeader(clock.now() + 1_900), clock.now(), clock.now() + 50);
  expect(time.skewMs()).toBe(0);
});

test('does not tremble: answers that fit the estimate leave it alone', async () => {
  const clock = createManualClock();
  const time = createAwsTime(clock);
  const aheadMs = 90_250;
  time.learn(dateHeader(clock.now() + aheadMs), clock.now() - 40, clock.now());
  let last = time.now();
  const skews = new Set<number>();
  for (let index = 0; index < 50; index += 1) {
    await clock.advance(137);
    time.learn(dateHeader(clock.now() + aheadMs), clock.now() - 40, clock.now());
    expect(time.now()).toBeGreaterThanOrEqual(last - 1_000);
    last = time.now();
    skews.add(time.skewMs());
  }
  expect(Math.abs(time.skewMs() - aheadMs)).toBeLessThanOrEqual(500);
  expect(skews.size).toBeLessThanOrEqual(10);
  // Once the bounds are narrow, nothing moves any more.
  const settled = time.skewMs();
  for (let index = 0; index < 50; index += 1) {
    await clock.advance(137);
    time.learn(dateHeader(clock.now() + aheadMs), clock.now() - 40, clock.now());
  }
  expect(Math.abs(time.skewMs() - settled)).toBeLessThanOrEqual(50);
});

test('a slow answer teaches nothing false, a missing or odd header nothing at all', () => {
  const clock = createManualClock();
  const time = createAwsTime(clock);
  // Asked 35 s ago; AWS wrote the header right then.
  time.learn(dateHeader(clock.now() - 35_000), clock.now() - 35_000, clock.now());
  time.learn(undefined, clock.now(), clock.now());
  time.learn('yesterday', clock.now(), clock.now());
  expect(time.skewMs()).toBe(0);
});
