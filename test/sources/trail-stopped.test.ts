import { expect, test } from 'vitest';
import { observable } from '../../src/shared/observable.ts';
import type { SourceItem, Wanted } from '../../src/sources/source.ts';
import { createTailHub, type LogLine } from '../../src/sources/tail-hub.ts';
import { createTrailLogGroup } from '../../src/sources/trail-log-group.ts';
import { createManualClock } from '../aws/manual-clock.ts';
import { groupArn, simulateLogs } from './simulated-logs.ts';

const second = 1_000;
const minute = 60 * second;

test('a trail that is stopped while it is tailed is told within a minute, claims nothing, and leaves a gap when it runs again', async () => {
  const clock = createManualClock();
  const start = clock.now();
  const arn = groupArn('trail');
  const lines: LogLine[] = [];
  const status: { IsLogging: boolean; StartLoggingTime: Date; StopLoggingTime?: Date } = {
    IsLogging: true,
    StartLoggingTime: new Date(start - 30 * 24 * 60 * minute),
  };
  const { aws } = simulateLogs({
    clock,
    groups: [{ arn, name: 'trail', createdAt: start - 60 * minute }],
    lines,
    answer: (name) => {
      if (name === 'cloudtrail:DescribeTrails')
        return {
          trailList: [
            { Name: 'main', TrailARN: 'main', HomeRegion: 'eu-west-1', CloudWatchLogsLogGroupArn: `${arn}:*` },
          ],
        };
      if (name === 'cloudtrail:GetTrailStatus') return status;
      return name === 'cloudtrail:GetEventSelectors' ? { EventSelectors: [{ ReadWriteType: 'All' }] } : undefined;
    },
  });
  const stop = new AbortController();
  const items: { readonly item: SourceItem; readonly at: number }[] = [];
  const done = (async () => {
    const context = {
      aws,
      clock,
      region: 'eu-west-1',
      part: 'working' as const,
      since: start - 10 * minute,
      wanted: observable<Wanted>({ resources: [], lookups: [] }),
      tails: createTailHub({ aws, clock, region: 'eu-west-1', random: () => 0.5 }),
      signal: stop.signal,
    };
    for await (const item of createTrailLogGroup({ random: () => 0.5 }).read(context))
      items.push({ item, at: clock.now() });
  })();
  const last = <Type extends SourceItem['type']>(type: Type) =>
    items.findLast(({ item }) => item.type === type)?.item as (SourceItem & { readonly type: Type }) | undefined;

  await clock.advance(5 * minute);
  expect(last('state')).toEqual({ type: 'state', state: 'live', why: '' });
  expect(last('covered')?.to).toBeGreaterThan(clock.now() - 30 * second);
  expect(last('gap')).toBeUndefined();

  const stoppedAt = clock.now();
  status.IsLogging = false;
  status.StopLoggingTime = new Date(stoppedAt);
  await clock.advance(minute);
  const sentence = `trail main is stopped since ${new Date(stoppedAt).toISOString()}: it records nothing`;
  expect(last('state')).toEqual({ type: 'state', state: 'live', why: sentence });
  expect(last('blind-spots')).toMatchObject({ alarm: sentence });
  expect(last('gap')).toMatchObject({ from: stoppedAt, why: 'trail main is stopped' });
  await clock.advance(10 * minute);
  // It may have gone on for as long as nobody knew.
  expect(last('covered')?.to).toBeLessThan(stoppedAt + minute);

  const startedAt = clock.now();
  status.IsLogging = true;
  status.StartLoggingTime = new Date(startedAt);
  await clock.advance(minute);
  expect(last('state')).toEqual({ type: 'state', state: 'live', why: '' });
  expect(last('blind-spots')).toMatchObject({ alarm: '' });
  await clock.advance(5 * minute);
  expect(last('covered')?.to).toBeGreaterThan(startedAt);
  // What was not recorded is never there.
  expect(last('gap')).toMatchObject({ from: stoppedAt, to: startedAt, why: 'trail main was stopped' });
  const { id } = last('gap')!;
  expect(items.some(({ item }) => item.type === 'gap-filled' && item.id === id)).toBe(false);
  stop.abort();
  await done;
});
