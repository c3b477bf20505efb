import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowList, RowListReader } from '../../src/store/row-list.ts';

const rowsOf = (list: RowList) => new RowListReader(list.shared).read((ids) => [...ids]);

it('holds what is found backwards and what comes, wherever it belongs, however much of it there is', () => {
  const some = fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }) }), { maxLength: 900 });
  fc.assert(
    fc.property(some, some, some, fc.integer({ min: 1, max: 400 }), (older, newer, later, piece) => {
      const list = new RowList();
      let id = 0;
      const made = [older, newer, later].map((rows) =>
        rows.map(({ at }) => {
          id += 1;
          return { id, at };
        }),
      );
      const inOrder = (rows: readonly { id: number; at: number }[]) =>
        rows.toSorted((a, b) => a.at - b.at || a.id - b.id);
      const found = inOrder(made[0]!).reverse();
      for (let from = 0; from < found.length; from += piece) list.addOlder(found.slice(from, from + piece));
      list.setSearched(0.5);
      list.setComplete();
      list.add(inOrder(made[1]!));
      list.add(inOrder(made[2]!));
      expect(rowsOf(list)).toEqual(inOrder(made.flat()).map((row) => row.id));
      const reader = new RowListReader(list.shared);
      expect([list.length, reader.isComplete, reader.searched]).toEqual([made.flat().length, true, 0.5]);
    }),
    { numRuns: 200 },
  );
});

it('takes a hundred thousand rows of a search, and a reader that has the list of before sees those of before', () => {
  const list = new RowList();
  list.addOlder([{ id: 100_001, at: 100_001 }]);
  const before = new RowListReader(list.shared);
  for (let at = 100_000; at > 0; at -= 250)
    list.addOlder(Array.from({ length: 250 }, (_, n) => ({ id: at - n, at: at - n })));
  expect(before.read((ids) => ids[ids.length - 1])).toBe(100_001);
  const ids = rowsOf(list);
  expect(ids).toHaveLength(100_001);
  expect(ids.every((id, place) => id === place + 1)).toBe(true);
});
