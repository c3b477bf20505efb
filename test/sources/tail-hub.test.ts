import { expect, test } from 'vitest';
import type { AwsCallError } from '../../src/model/errors.ts';
import { createTailHub, type LogLine, type TailHubOptions, type TailItem } from '../../src/sources/tail-hub.ts';
import { createManualClock } from '../aws/manual-clock.ts';
import { awsError, groupArn, simulateLogs, type UpdateFault } from './simulated-logs.ts';

const second = 1_000;
const minute = 60 * second;
const operation = 'logs:StartLiveTail';

function setUp(
  settings: Partial<TailHubOptions> & {
    readonly tailFault?: (index: number) => AwsCallError | undefined;
    readonly updateFault?: (at: number, index: number) => UpdateFault;
    readonly identifier?: (arn: string) => string;
  } = {},
) {
  const clock = createManualClock();
  const lines: LogLine[] = [];
  const { tailFault, updateFault, identifier, ...hubOptions } = settings;
  const logs = simulateLogs({
    clock,
    groups: [],
    lines,
    ...(tailFault ? { tailFault: (_, index) => tailFault(index) } : {}),
    ...(updateFault ? { updateFault } : {}),
    ...(identifier ? { identifier } : {}),
  });
  const hub = createTailHub({ aws: logs.aws, clock, region: 'eu-west-1', random: () => 0.5, ...hubOptions });
  const start = clock.now();
  return {
    clock,
    logs,
    hub,
    start,
    /** A line that is ingested now. */
    write(group: string, message: string) {
      lines.push({ group: groupArn(group), stream: 's', at: clock.now(), ingestedAt: clock.now(), message });
    },
    /** Follows groups and keeps what it hears. */
    follow(...names: readonly string[]) {
      const stop = new AbortController();
      const items: TailItem[] = [];
      const done = (async () => {
        for await (const item of hub.follow(
          names.map((name) => groupArn(name)),
          stop.signal,
        ))
          items.push(item);
      })();
      return {
        items,
        done,
        stop: () => stop.abort(),
        /** Everything but updates, in short. */
        story: () =>
          items.flatMap((item) =>
            item.type === 'lines' ? [] : item.type === 'unavailable' ? [item.reason as string] : [item.type as string],
          ),
        messages: () =>
          items.flatMap((item) => (item.type === 'lines' ? item.lines.map(({ message }) => message) : [])),
      };
    },
  };
}

test('requests that come together share one session, and each hears its own lines', async () => {
  const { clock, logs, hub, write, follow } = setUp();
  const first = follow('a', 'b');
  const second_ = follow('c');
  await clock.advance(second);
  expect(logs.tailCalls.map(({ groups }) => groups)).toEqual([[groupArn('a'), groupArn('b'), groupArn('c')]]);
  for (const group of ['a', 'b', 'c']) write(group, `of ${group}`);
  await clock.advance(2 * second);
  expect(first.messages()).toEqual(['of a', 'of b']);
  expect(second_.messages()).toEqual(['of c']);
  expect(hub.meter.get()).toEqual({ openSessions: 1, minutes: 1 });
  first.stop();
  second_.stop();
  await Promise.all([first.done, second_.done]);
  await clock.advance(second);
  expect(logs.openSessions()).toBe(0);
  expect(hub.meter.get()).toEqual({ openSessions: 0, minutes: 1 });
  expect(clock.sleepers()).toBe(0);
});

test('what does not fit into two sessions hears no-slot, and gets the place that becomes free', async () => {
  const { clock, logs, follow } = setUp();
  const many = (name: string) => Array.from({ length: 8 }, (_, index) => `${name}${index}`);
  const first = follow(...many('a'));
  const second_ = follow(...many('b'));
  const third = follow(...many('c'));
  await clock.advance(2 * second);
  expect([first.story(), second_.story(), third.story()]).toEqual([['open'], ['open'], ['no-slot']]);
  expect(logs.mostOpen()).toBe(2);
  first.stop();
  await clock.advance(10 * second);
  expect(third.story()).toEqual(['no-slot', 'open']);
  expect(logs.openSessions()).toBe(2);
  for (const one of [second_, third]) one.stop();
});

test('without sessions everybody is told at once', async () => {
  const { clock, logs, follow } = setUp({ maxSessions: 0 });
  const tail = follow('a');
  await clock.advance(second);
  expect(tail.story()).toEqual(['no-slot']);
  expect(logs.tailCalls).toEqual([]);
  tail.stop();
});

test('a group that is added opens the new session before the old one ends: nobody hears of it, no line is lost', async () => {
  const { clock, logs, hub, write, follow } = setUp();
  const first = follow('a');
  await clock.advance(10 * second);
  const second_ = follow('b');
  for (let index = 0; index < 40; index += 1) {
    write('a', `line ${index}`);
    await clock.advance(500);
  }
  expect(logs.tailCalls).toHaveLength(2);
  expect(logs.openSessions()).toBe(1);
  expect(first.story()).toEqual(['open']);
  expect(second_.story()).toEqual(['open']);
  await clock.advance(2 * second);
  expect(new Set(first.messages()).size).toBe(40);
  const sessions = new Set(first.items.flatMap((item) => (item.type === 'lines' ? [item.session] : [])));
  expect(sessions.size).toBe(2);
  expect(hub.meter.get().openSessions).toBe(1);
  first.stop();
  second_.stop();
});

test('a session is replaced before AWS ends it, with an overlap', async () => {
  const { clock, logs, write, follow, hub } = setUp({ sessionMs: 10 * minute });
  const tail = follow('a');
  await clock.advance(10 * minute + 5 * second);
  expect(logs.openSessions()).toBe(2);
  write('a', 'in the overlap');
  await clock.advance(20 * second);
  expect(logs.openSessions()).toBe(1);
  expect(tail.story()).toEqual(['open']);
  expect(tail.messages()).toEqual(['in the overlap', 'in the overlap']);
  expect(hub.meter.get().minutes).toBe(12);
  tail.stop();
});

test.each(['cut', 'end'] as const)('a session that is %s is broken and opened again after a second', async (fault) => {
  const { clock, logs, follow, start } = setUp({ updateFault: (_, index) => (index === 70 ? fault : undefined) });
  const tail = follow('a');
  await clock.advance(75 * second);
  expect(tail.story()).toEqual(['open', 'broken', 'open']);
  const broken = tail.items.find((item) => item.type === 'broken');
  expect(broken?.lastAt).toBe(start + 250 + 50 + 70 * second);
  expect((logs.tailCalls[1]?.at ?? 0) - (broken?.lastAt ?? 0)).toBe(2 * second);
  tail.stop();
});

test('without permission the action is named, and it is asked again after a minute', async () => {
  const { clock, logs, follow } = setUp({
    tailFault: (index) => (index < 2 ? awsError(operation, 'denied', 'AccessDeniedException') : undefined),
  });
  const tail = follow('a');
  await clock.advance(second);
  expect(tail.items).toEqual([
    {
      type: 'unavailable',
      reason: 'denied',
      why: 'Live Tail is not allowed: logs:StartLiveTail',
      permission: 'logs:StartLiveTail',
    },
  ]);
  await clock.advance(3 * minute);
  expect(logs.tailCalls.map(({ at }) => Math.round((at - (logs.tailCalls[0]?.at ?? 0)) / minute))).toEqual([0, 1, 2]);
  expect(tail.story()).toEqual(['denied', 'open']);
  tail.stop();
});

test.each([
  ['other', 'LimitExceededException', 'no-slot', 60],
  ['expired', 'ExpiredTokenException', 'expired', 10],
  ['network', 'ENOTFOUND', 'unreachable', 60],
  ['network', 'BrokenAnswer', 'refused', 60],
] as const)('%s %s means %s, tried again after %i s', async (reason, code, told, seconds) => {
  const { clock, logs, follow } = setUp({
    tailFault: (index) => (index === 0 ? awsError(operation, reason, code) : undefined),
  });
  const tail = follow('a');
  await clock.advance(2 * second);
  expect(tail.story()).toEqual([told]);
  await clock.advance((seconds + 2) * second);
  expect(tail.story()).toEqual([told, 'open']);
  expect(Math.round(((logs.tailCalls[1]?.at ?? 0) - (logs.tailCalls[0]?.at ?? 0)) / second)).toBe(seconds);
  tail.stop();
});

test('a server that ends each session at once is refused after three, and asked ever more seldom', async () => {
  const { clock, logs, follow } = setUp({ updateFault: () => 'end', idleMs: Number.POSITIVE_INFINITY });
  const tail = follow('a');
  await clock.advance(30 * second);
  expect(logs.tailCalls).toHaveLength(3);
  expect(tail.story()).toEqual(['open', 'broken', 'open', 'broken', 'open', 'broken', 'refused']);
  await clock.advance(60 * minute);
  const gaps = logs.tailCalls
    .slice(2)
    .map(({ at }, index, all) => Math.round((at - (all[index - 1]?.at ?? at)) / minute));
  expect(gaps).toEqual([0, 1, 2, 4, 8, 10, 10, 10, 10]);
  tail.stop();
});

test('nobody looks for half an hour: sessions end; a touch brings them back', async () => {
  const { clock, logs, hub, follow } = setUp({ idleMs: 30 * minute });
  const tail = follow('a');
  await clock.advance(20 * minute);
  hub.touch();
  await clock.advance(20 * minute);
  expect(tail.story()).toEqual(['open']);
  await clock.advance(11 * minute);
  expect(tail.story()).toEqual(['open', 'idle']);
  expect(logs.openSessions()).toBe(0);
  const { minutes } = hub.meter.get();
  expect(minutes).toBe(50);
  await clock.advance(60 * minute);
  expect(hub.meter.get()).toEqual({ openSessions: 0, minutes });
  hub.touch();
  await clock.advance(2 * second);
  expect(tail.story()).toEqual(['open', 'idle', 'open']);
  tail.stop();
});

test.each([
  ['its ARN', (arn: string) => arn],
  ['its ARN with :*', (arn: string) => `${arn}:*`],
  ['account and name', (arn: string) => `123456789012:${arn.split(':').at(-1)}`],
  ['its name', (arn: string) => arn.split(':').at(-1) ?? ''],
])('a group written as %s is the one that was asked for', async (_, identifier) => {
  const { clock, write, follow } = setUp({ identifier });
  const tail = follow('a', 'b');
  await clock.advance(second);
  write('b', 'a line');
  await clock.advance(2 * second);
  const lines = tail.items.flatMap((item) => (item.type === 'lines' ? item.lines : []));
  expect(lines.map(({ group }) => group)).toEqual([groupArn('b')]);
  tail.stop();
});

test('lines of a group that cannot be told make the update a sample', async () => {
  const { clock, write, follow } = setUp({ identifier: () => 'something' });
  const tail = follow('a', 'b');
  await clock.advance(second);
  write('b', 'a line');
  await clock.advance(2 * second);
  expect(tail.items.some((item) => item.type === 'lines' && item.sampled)).toBe(true);
  tail.stop();
});

test('who does not keep up hears broken, never a silent loss, and holds up nobody', async () => {
  const { clock, write, hub, follow } = setUp();
  const stop = new AbortController();
  const slow = hub.follow([groupArn('a')], stop.signal)[Symbol.asyncIterator]();
  const first = slow.next();
  const quick = follow('a');
  await clock.advance(second);
  expect((await first).value).toMatchObject({ type: 'open' });
  const big = 'x'.repeat(1024 * 1024);
  for (let index = 0; index < 50; index += 1) {
    write('a', big);
    await clock.advance(second);
  }
  expect(quick.messages().length).toBeGreaterThanOrEqual(49);
  const heard: TailItem[] = [];
  // What waits, then what comes after it.
  while (heard.at(-1)?.type !== 'open') heard.push((await slow.next()).value as TailItem);
  const updates = heard.filter((item) => item.type === 'lines' && item.lines.length > 0);
  expect(updates.length).toBeGreaterThan(12);
  expect(updates.length).toBeLessThan(17);
  expect(heard.slice(-2).map(({ type }) => type)).toEqual(['broken', 'open']);
  const broken = heard.at(-2);
  expect(broken?.type === 'broken' && broken.why).toBe('more lines than could be stored in time');
  stop.abort();
  quick.stop();
});
