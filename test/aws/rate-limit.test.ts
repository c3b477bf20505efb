import { expect, test } from 'vitest';
import { createRateLimiter, type Priority } from '../../src/aws/rate-limit.ts';
import { createManualClock } from './manual-clock.ts';

const lookup = 'cloudtrail:LookupEvents';

function setUp(perSecond = 1) {
  const clock = createManualClock();
  const limiter = createRateLimiter(clock, { [lookup]: perSecond });
  const start = clock.now();
  const log: string[] = [];
  const ask = (name: string, priority: Priority = 'background', region = 'us-east-1', signal?: AbortSignal) =>
    limiter.acquire(lookup, region, priority, signal).then(
      () => log.push(`${name}@${clock.now() - start}`),
      () => log.push(`${name} gave up@${clock.now() - start}`),
    );
  return { clock, limiter, log, ask };
}

test('paces one operation in one Region, without bursts', async () => {
  const { clock, log, ask } = setUp();
  for (const name of ['a', 'b', 'c']) void ask(name);
  await clock.advance(5_000);
  expect(log).toEqual(['a@0', 'b@1000', 'c@2000']);
  void ask('d');
  void ask('e');
  await clock.advance(2_000);
  expect(log.slice(3)).toEqual(['d@5000', 'e@6000']);
});

test('the operator overtakes what runs by itself, also when it came first', async () => {
  const { clock, log, ask } = setUp();
  for (const name of ['sweep 1', 'sweep 2', 'sweep 3']) void ask(name);
  await clock.advance(500);
  void ask('pivot', 'operator');
  await clock.advance(5_000);
  expect(log).toEqual(['sweep 1@0', 'pivot@1000', 'sweep 2@2000', 'sweep 3@3000']);
});

test('Regions have buckets of their own; other operations have none', async () => {
  const { clock, limiter, log, ask } = setUp();
  void ask('here');
  void ask('there', 'background', 'eu-west-1');
  await clock.advance(0);
  expect(log).toEqual(['here@0', 'there@0']);
  await Promise.all(Array.from({ length: 100 }, () => limiter.acquire('iam:GetRole', 'us-east-1', 'background')));
});

test('who gives up leaves its place to the next, and no timer behind', async () => {
  const { clock, log, ask } = setUp(0.1);
  const leave = new AbortController();
  void ask('first');
  void ask('second', 'background', 'us-east-1', leave.signal);
  void ask('third');
  await clock.advance(1_000);
  leave.abort();
  await clock.advance(9_000);
  expect(log).toEqual(['first@0', 'second gave up@1000', 'third@10000']);
  const last = new AbortController();
  void ask('fourth', 'operator', 'us-east-1', last.signal);
  await clock.advance(0);
  expect(clock.sleepers()).toBe(1);
  last.abort();
  await clock.advance(0);
  expect(clock.sleepers()).toBe(0);
  void ask('fifth');
  await clock.advance(10_000);
  expect(log.at(-1)).toBe('fifth@20000');
});

test('an aborted signal is refused at once', async () => {
  const { limiter } = setUp();
  await expect(limiter.acquire(lookup, 'us-east-1', 'operator', AbortSignal.abort('why'))).rejects.toBe('why');
});
