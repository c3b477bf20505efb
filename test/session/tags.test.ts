import { expect, it } from 'vitest';
import { emptySnapshot } from '../../src/session/empty-snapshot.ts';
import { reduce } from '../../src/session/reduce.ts';
import type { JournalLine } from '../../src/store/journal.ts';

const tagged = (eventId: string, tag: string, on = true) =>
  ({
    seq: 2,
    at: '2026-11-23T20:41:00.000Z',
    entry: { type: 'event-tagged', eventId, tag, tagged: on, by: 'x' },
  }) as unknown as JournalLine;

it('the words on an event are those that were hung on it and not taken off, each once', () => {
  const start = emptySnapshot({ incident: { name: 'i', folder: '/i', openedAt: 0 }, mode: 'live' });
  const all = [
    tagged('a', 'exfil'),
    tagged('a', 'key'),
    tagged('a', 'exfil'),
    tagged('b', 'key'),
    tagged('b', 'key', false),
  ];
  const { tags } = all.reduce(reduce, start);
  expect([...tags]).toEqual([['a', ['key', 'exfil']]]);
});
