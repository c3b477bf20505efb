import { expect, it } from 'vitest';
import type { RunningRules } from '../../src/ingest/ingest.ts';
import { noDecisions } from '../../src/model/finding.ts';
import { watchFindings } from '../../src/session/findings.ts';
import type { EventQueries } from '../../src/store/queries.ts';

it('rests in proportion to a look that took long, but not after the first, which waits for the rules to be read', async () => {
  let now = 0;
  const rests: number[] = [];
  const ending = new AbortController();
  const watched = watchFindings({
    events: { ask: async () => ({ groups: [] }) } as unknown as EventQueries,
    ingest: {
      async rules() {
        now += 3_000;
        return { rules: [], states: [], problems: [] } as unknown as RunningRules;
      },
      explain: async () => [],
    },
    clock: {
      now: () => now,
      async sleep(ms) {
        rests.push(ms);
        if (rests.length < 2) watched.changed(rests.length + 1);
        else ending.abort();
      },
    },
    ending: ending.signal,
    decisions: () => noDecisions,
    counted: () => {},
    failed: (error) => {
      throw error;
    },
  });
  watched.changed(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(rests).toEqual([1_000, 10_000]);
});
