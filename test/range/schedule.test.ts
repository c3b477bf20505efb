import { expect, test } from 'vitest';
import { Schedule } from '../../src/range/schedule.ts';
import { ManualClock } from './manual-clock.ts';

test('items run by time, equal times in the order they came, each when the last has ended', async () => {
  const clock = new ManualClock(0);
  const schedule = new Schedule(clock, 1);
  const ran: string[] = [];
  const note = (name: string) => async () => {
    ran.push(`${name} at ${schedule.now}`);
    await new Promise(setImmediate);
    ran.push(`${name} ended`);
  };
  schedule.at(20, note('c'));
  schedule.at(10, note('a'));
  schedule.at(10, note('b'));
  const ended = schedule.run();
  await clock.advance(15);
  expect(ran).toEqual(['a at 10', 'a ended', 'b at 10', 'b ended']);
  // What is due already still carries its own time, and an earlier item interrupts the sleep.
  schedule.at(12, note('late'));
  await clock.advance(0);
  expect(ran.slice(4)).toEqual(['late at 12', 'late ended']);
  await clock.advance(5);
  expect(ran.slice(6)).toEqual(['c at 20', 'c ended']);
  schedule.stop();
  await ended;
});

test('speed divides durations', () => {
  expect(new Schedule(new ManualClock(), 20).scaled(60_000)).toBe(3000);
});
