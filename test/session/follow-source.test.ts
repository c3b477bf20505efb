import { expect, test } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { followSource } from '../../src/session/follow-source.ts';
import type { SourceStatus } from '../../src/session/snapshot.ts';
import { observable } from '../../src/shared/observable.ts';
import type { EventSource, SourceItem, SourceState, Wanted } from '../../src/sources/source.ts';
import { createManualClock } from '../aws/manual-clock.ts';

const second = 1_000;

test('says when a source stopped being read, whatever state it falls into next and however far it had read', async () => {
  const clock = createManualClock();
  const stop = new AbortController();
  let published: SourceStatus | undefined;
  const states: readonly (readonly [number, SourceState])[] = [
    [0, 'connecting'],
    [1, 'expired'],
    [2, 'polling'],
    [10, 'throttled'],
    [20, 'expired'],
    [30, 'connecting'],
    [40, 'unreachable'],
    [50, 'polling'],
  ];
  const source: EventSource = {
    id: 'cloudtrail-lookup',
    title: '',
    lagMs: 0,
    blindSpots: [],
    references: [],
    settles: true,
    everywhere: true,
    async *read({ signal }): AsyncGenerator<SourceItem, void> {
      let at = 0;
      yield { type: 'covered', from: 0, to: clock.now() - 3_600_000, proof: 'pages-ended' };
      for (const [next, state] of states) {
        if (next > at) await clock.sleep((next - at) * second, signal);
        at = next;
        yield { type: 'state', state };
      }
      await clock.sleep(1_000 * second, signal);
    },
  };
  const start = clock.now();
  const done = followSource({
    source,
    aws: {} as Aws,
    clock,
    region: 'eu-west-1',
    part: 'working',
    profile: '',
    account: () => '',
    wanted: observable<Wanted>({ resources: [], lookups: [] }),
    since: start,
    signal: stop.signal,
    push: async () => {},
    publish: (status) => {
      published = status;
    },
    measured: () => {},
    failed: () => {},
  });
  const stoppedAt = () => published?.stoppedAt && (published.stoppedAt - start) / second;
  await clock.advance(1_500);
  // It never was read: there is nothing that could have stopped.
  expect([published?.state, stoppedAt()]).toEqual(['expired', undefined]);
  await clock.advance(15 * second);
  expect([published?.state, stoppedAt()]).toEqual(['throttled', undefined]);
  await clock.advance(5 * second);
  expect([published?.state, stoppedAt()]).toEqual(['expired', 20]);
  await clock.advance(25 * second);
  expect([published?.state, stoppedAt()]).toEqual(['unreachable', 20]);
  await clock.advance(5 * second);
  expect([published?.state, stoppedAt()]).toEqual(['polling', undefined]);
  stop.abort();
  await done;
});
