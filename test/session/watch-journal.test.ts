import { expect, it } from 'vitest';
import { emptySnapshot } from '../../src/session/empty-snapshot.ts';
import { watchJournal } from '../../src/session/watch-journal.ts';
import { observable } from '../../src/shared/observable.ts';
import type { EventQueries } from '../../src/store/queries.ts';
import { event, NOW, rowOf } from '../views/fixtures.ts';

it('finds what other responders did while somebody looks, a few events at a time', async () => {
  let now = NOW;
  const all = Array.from({ length: 40 }, (_, at) =>
    event(at + 1, {
      rowId: at + 1,
      readOnly: false,
      userAgent: at % 2 === 0 ? 'firebreak-other-inc' : 'firebreak-mine',
      responder: at % 2 === 0 ? 'claimed' : 'own',
    }),
  );
  let read = 0;
  const events = {
    view: async () => 7,
    window: () => ({ rows: all.map(rowOf), total: all.length }),
    event: (rowId: number) => {
      read += 1;
      return all[rowId - 1];
    },
  } as unknown as EventQueries;
  const snapshot = observable(emptySnapshot({ incident: { name: 'x', folder: '/x', openedAt: NOW }, mode: 'live' }));
  const journal = watchJournal({
    lines: () => [],
    snapshot,
    events,
    clock: { now: () => now, sleep: async () => undefined },
    ending: new AbortController().signal,
    failed: (error) => {
      throw error;
    },
  });
  expect(journal.get()).toEqual([]);
  expect(read).toBe(0);
  const end = journal.subscribe(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  const counts: number[] = [];
  for (let look = 0; look < 4; look += 1) {
    const before = read;
    journal.get();
    // Asked again within the same second, nothing is read.
    journal.get();
    counts.push(read - before);
    now += 1_000;
  }
  expect(counts).toEqual([15, 15, 10, 0]);
  expect(journal.get()).toHaveLength(20);
  expect(journal.get()).toBe(journal.get());
  expect(journal.get().every(({ type }) => type === 'other')).toBe(true);
  end();
});
