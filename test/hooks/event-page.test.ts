import fc from 'fast-check';
import { expect, it } from 'vitest';
import { movedPlace, type Place, readPage } from '../../hooks/event-page.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event } from '../views/fixtures.ts';

it('never moves what is being read, whatever arrives', () => {
  const arrival = fc.record({ second: fc.integer({ min: 0, max: 200 }), late: fc.boolean() });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 2, max: 30 }),
      fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 6 }),
      fc.array(arrival, { maxLength: 40 }),
      (size, height, moves, arrivals) => {
        const session = fakeSession({ events: Array.from({ length: size }, (_, index) => event(index)) });
        let place: Place = { type: 'follow' };
        for (const by of moves)
          place = movedPlace(session.events, 'all', place, readPage(session.events, 'all', place, height), height, by);
        const before = readPage(session.events, 'all', place, height);
        expect(before.rows.length).toBe(Math.min(size, height));
        session.add(...arrivals.map(({ second, late }, index) => event(second, { rowId: 1000 + index, late })));
        const after = readPage(session.events, 'all', place, height);
        expect(after.rows.length).toBe(Math.min(size + arrivals.length, height));
        if (place.type === 'hold') expect(after.rows[after.selected]?.rowId).toBe(before.rows[before.selected]?.rowId);
        else expect(after.selected).toBe(after.rows.length - 1);
      },
    ),
    { numRuns: 200 },
  );
});

it('steps through every row once, down and up', () => {
  const session = fakeSession({ events: Array.from({ length: 50 }, (_, index) => event(index)) });
  let place: Place = { type: 'follow' };
  const seen: number[] = [];
  for (let step = 0; step < 50; step += 1) {
    const page = readPage(session.events, 'all', place, 10);
    seen.push(page.rows[page.selected]?.rowId ?? -1);
    place = movedPlace(session.events, 'all', place, page, 10, -1);
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => 50 - index));
  for (let step = 0; step < 49; step += 1)
    place = movedPlace(session.events, 'all', place, readPage(session.events, 'all', place, 10), 10, 1);
  const page = readPage(session.events, 'all', place, 10);
  expect(page.rows[page.selected]?.rowId).toBe(50);
  // On the newest row the list is still held; only another step down follows.
  expect(place.type).toBe('hold');
  expect(movedPlace(session.events, 'all', place, page, 10, 1)).toEqual({ type: 'follow' });
});

it('selects the nearest older row where a filter hides the one that was selected', async () => {
  const session = fakeSession();
  const view = await session.events.view('slot', { type: 'flag', flag: 'error' }, new AbortController().signal);
  const at = event(64);
  const page = readPage(session.events, view, { type: 'hold', cursor: { at: at.at, rowId: at.rowId }, line: 3 }, 10);
  expect(page.rows.map(({ rowId }) => rowId)).toEqual([event(62).rowId]);
  expect(page.selected).toBe(0);
});

it('is empty without events', () => {
  const session = fakeSession({ events: [] });
  for (const place of [{ type: 'follow' }, { type: 'hold', cursor: { at: 1, rowId: 1 }, line: 0 }] as const)
    expect(readPage(session.events, 'all', place, 10)).toMatchObject({ rows: [], selected: -1, newer: 0 });
});
