import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mostFindingEvents } from '../../src/model/finding.ts';
import { findingGroups } from '../../src/store/findings.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const start = Date.parse('2026-11-23T20:00:00Z');
const rules = ['a', 'b'];
const bucketObject = (n: number) => ({
  kind: 's3.object' as const,
  arn: `arn:aws:s3:::loot/${n}`,
  name: `loot/${n}`,
  relation: 'target' as const,
});

type Step =
  | {
      readonly do: 'write';
      readonly events: readonly { readonly at: number; readonly rules: readonly string[]; readonly object: boolean }[];
    }
  | { readonly do: 'find' | 'lose'; readonly row: number; readonly rule: string }
  | { readonly do: 'forget' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      events: fc.array(fc.record({ at: fc.nat({ max: 500 }), rules: fc.subarray(rules), object: fc.boolean() }), {
        maxLength: 40,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('find' as const, 'lose' as const),
      row: fc.nat({ max: 30 }),
      rule: fc.constantFrom(...rules),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'forget' as const }) },
);

it('groups that were kept say the same as groups counted from the beginning, whatever came and went', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const path = newStorePath();
      const writer = openWriter(path);
      const kept = openForReading(path);
      let next = 1;
      for (const one of steps) {
        if (one.do === 'write') {
          await writer.write(
            one.events.map(({ at, rules: by, object }) => {
              const n = next++;
              return stored(
                event({ id: uuid(n), at: start + at * 1000, ...(object ? { resources: [bucketObject(n)] } : {}) }),
                { findings: by.map((rule) => ({ rule, severity: rule === 'a' ? 'high' : 'low' })) },
              );
            }),
          );
        } else if (one.do === 'forget') writer.forgetFindings();
        else if (one.row >= 1 && one.row < next)
          writer.changeFindings([{ row: one.row, rule: one.rule, severity: 'medium', isLost: one.do === 'lose' }]);
        const fresh = openForReading(path);
        expect(findingGroups(kept)).toEqual(findingGroups(fresh));
        fresh.close();
      }
      const rows = kept.prepare('select count(*) as n from finding').get()?.n;
      expect(findingGroups(kept).reduce((sum, { events }) => sum + events, 0)).toBe(rows);
      kept.close();
      writer.close();
    }),
    { numRuns: 25 },
  );
});

it('a bucket stands for its objects, with the newest events of all of them', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const findings = [{ rule: 'theft', severity: 'high' as const }];
  // The newest come first: the order of the file says nothing.
  await writer.write(
    Array.from({ length: 300 }, (_, n) =>
      stored(event({ id: uuid(n + 1), at: start - n * 1000, resources: [bucketObject(n)] }), { findings }),
    ),
  );
  const database = openForReading(path);
  const [group, ...others] = findingGroups(database);
  expect(others).toEqual([]);
  expect(group).toMatchObject({ events: 300, firstAt: start - 299_000, lastAt: start, resource: { name: 'loot' } });
  expect(group?.eventIds).toEqual(Array.from({ length: mostFindingEvents }, (_, n) => uuid(mostFindingEvents - n)));
  database.close();
  writer.close();
});
