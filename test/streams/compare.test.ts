import { expect, it } from 'vitest';
import { compareStreams, openGaps } from './compare.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 20, 0, second)).toISOString();
const line = (id: string, second: number, kind = 'cloudwatch-logs') => ({
  kind,
  id,
  time: at(second),
  publishedAt: at(second + 1),
});
const seen = (id: string, second: number) => ({ id, time: at(second), source: 'cloudwatch-logs', routes: [] });

it('counts what is lost, doubled, and missing outside of every shown gap', () => {
  const truth = [line('a', 0), line('b', 1), line('c', 10), line('d', 30), line('e', 10, 'eventbridge')];
  const gaps = [{ source: 'cloudwatch-logs', from: Date.parse(at(9)), to: Date.parse(at(11)) }];
  const result = compareStreams(truth, [seen('a', 0), seen('a', 0)], gaps, Date.parse(at(20)));
  expect(result.published).toBe(4);
  expect(result.lost.map(({ id }) => id)).toEqual(['b', 'c', 'e']);
  expect(result.unexplained.map(({ id }) => id)).toEqual(['b', 'e']);
  expect(result.duplicated).toEqual(['a']);
  expect(compareStreams(truth, [], [], Date.parse(at(2)), new Set(['b'])).lost.map(({ id }) => id)).toEqual(['a']);
});

it('reads which gaps were open at the end', () => {
  const gap = (filled: string, from: number) =>
    `firebreak: gap ${filled}cloudwatch-logs us-east-1 ${at(from)} to ${at(from + 2)}${filled ? '' : ': sampled'}\n`;
  expect(openGaps(`${gap('', 1)}noise\n${gap('', 5)}${gap('filled ', 1)}`)).toEqual([
    { source: 'cloudwatch-logs', from: Date.parse(at(5)), to: Date.parse(at(7)) },
  ]);
});
