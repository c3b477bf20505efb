import { expect, test } from 'vitest';
import type { Score } from '../../src/model/drill.ts';
import { duration, scoreSections } from '../../src/model/score-text.ts';
import { renderScorecard } from '../../src/report/scorecard.ts';
import { responderFacts } from '../../src/session/drill.ts';
import type { JournalEntry, JournalLine } from '../../src/store/journal.ts';

const line = (second: number, entry: JournalEntry): JournalLine => ({
  format: 1,
  seq: second,
  at: new Date(second * 1000).toISOString(),
  prev: '',
  entry,
  hash: '',
});

const score: Score = {
  scenario: 'endpoint-siphon',
  title: 'Endpoint siphon',
  seed: 3,
  speed: 5,
  startedAt: '2026-11-23T20:00:00.000Z',
  outcome: 'contained',
  ending: 'He is out.',
  lastedMs: 432_000,
  firstMarkMs: 40_000,
  firstRightMarkMs: null,
  firstActionMs: 60_000,
  containedMs: 61_000,
  achieved: [
    { afterMs: 20_000, lastMs: 20_000, phase: 'entry', what: 'AssumeRole x', times: 1, afterFirstAction: false },
    { afterMs: 61_000, lastMs: 90_000, phase: 'hold', what: 'UpdateEndpoint a|b', times: 3, afterFirstAction: true },
  ],
  refused: 4,
  collateral: [{ who: 'ci', what: 'DescribeEndpoint refused', times: 2 }],
  evidence: [{ what: 'main-trail logs', kept: true }],
  mistakes: [
    {
      afterMs: 60_000,
      what: 'rolled back [x](y)',
      consequence: '9 s later: he called UpdateEndpoint',
      why: 'Entry first.',
    },
  ],
  hints: 1,
};

test('what of the journal counts: marks that stand, notes, containments with their snapshots', () => {
  expect(
    responderFacts([
      line(1, { type: 'event-marked', eventId: 'a', marked: true, by: 'x' }),
      line(2, { type: 'event-marked', eventId: 'a', marked: false, by: 'x' }),
      line(3, { type: 'note', text: 'n', by: 'x' }),
      line(4, { type: 'containment-approved', id: 'c1', snapshot: { file: 'f', sha256: 's' } }),
      line(5, { type: 'containment-approved', id: 'c2' }),
      line(6, { type: 'report-saved', path: 'p', sha256: 's' }),
    ]),
  ).toEqual({ marks: [{ eventId: 'a', at: 1000 }], notes: 1, snapshots: 1, containments: 2, reports: 1 });
});

test('a scorecard in words', () => {
  expect(duration(59_400)).toBe('59s');
  expect(duration(432_000)).toBe('7m 12s');
  expect(duration(3_720_000)).toBe('1h 2m');
  const text = scoreSections(score).flatMap(({ lines, title }) => [title, ...lines.map((one) => one.text)]);
  expect(text).toEqual(
    expect.arrayContaining([
      'Contained',
      "It lasted 7m 12s; at speed 5 that is 36m 00s of the account's time.",
      'first mark on something that he did: never',
      'his last call that worked: 1m 01s',
      '1m 01s to 1m 30s, 3 times  UpdateEndpoint a|b (hold)',
      'ci: DescribeEndpoint refused, 2 times',
      '1m 00s  rolled back [x](y); 9 s later: he called UpdateEndpoint',
    ]),
  );
});

test('as markdown, names from the account are no markdown', () => {
  const markdown = renderScorecard(score);
  expect(markdown).toContain('# Drill: Endpoint siphon');
  expect(markdown).toContain('`firebreak drill endpoint-siphon --seed 3 --speed 5`');
  expect(markdown).not.toContain('[x](y)');
  expect(markdown).toContain('  Entry first.');
});
