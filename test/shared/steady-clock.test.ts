import { expect, it } from 'vitest';
import { createRateLimiter } from '../../src/aws/rate-limit.ts';
import { type Clock, steadyClock, systemClock, ticksOf } from '../../src/shared/clock.ts';

/** A machine whose time of day is set by hand, while time goes on. */
function machine() {
  const at = { day: 1_700_000_000_000, ticks: 5_000 };
  const waits: number[] = [];
  const clock: Clock = {
    now: () => at.day,
    ticks: () => at.ticks,
    sleep: async (ms) => {
      waits.push(ms);
      at.ticks += ms;
      at.day += ms;
    },
  };
  return { at, waits, clock };
}

it('goes on by what has passed, whatever is done to the time of day', () => {
  const { at, clock } = machine();
  const steady = steadyClock(clock);
  expect(steady.now()).toBe(at.day);
  at.day -= 3_600_000;
  at.ticks += 1_000;
  expect(steady.now()).toBe(1_700_000_001_000);
  at.day += 7_200_000;
  expect(steady.now()).toBe(1_700_000_001_000);
  expect(ticksOf(steady)).toBe(at.ticks);
});

it('of a clock that is turned by hand it is that clock, and the system’s passes', () => {
  let now = 7;
  const byHand: Clock = { now: () => now, sleep: async () => undefined };
  const steady = steadyClock(byHand);
  now += 5;
  expect(steady.now()).toBe(12);
  expect(Math.abs(steadyClock(systemClock).now() - Date.now())).toBeLessThan(1_000);
});

it('a call waits for its turn, and not for the hour by which the time of day was set back', async () => {
  const { at, waits, clock } = machine();
  const limiter = createRateLimiter(steadyClock(clock), { 'cloudtrail:LookupEvents': 1 });
  const ask = () => limiter.acquire('cloudtrail:LookupEvents', 'us-east-1', 'operator', new AbortController().signal);
  await ask();
  at.day -= 3_600_000;
  await ask();
  expect(Math.max(0, ...waits)).toBeLessThanOrEqual(1_000);
});
