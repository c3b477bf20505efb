import { expect, it } from 'vitest';
import { exportFormats } from '../../src/report/exports/catalogue.ts';
import { type ReportOptions, wholeReport } from '../../src/report/options.ts';
import { renderReport } from '../../src/report/report.ts';
import { event, view } from './views.ts';

const written = (id: string, ...[of, filter]: [ReturnType<typeof view>, Partial<ReportOptions>?]) =>
  [...(exportFormats.find((format) => format.id === id)?.write(of, { ...wholeReport, ...filter }) ?? [])].join('');

it('every format has an id of its own, a title and an extension', () => {
  expect(new Set(exportFormats.map(({ id }) => id)).size).toBe(exportFormats.length);
  for (const { title, extension } of exportFormats) expect([title, extension].every(Boolean)).toBe(true);
});

it('md is the report', () => {
  expect(written('md', view()).trimEnd()).toBe(renderReport(view()).trimEnd());
});

it('jsonl is one line an event, masked, and only what matches', () => {
  const of = view({}, [event({ summary: 'a\nb X-Amz-Signature=deadbeef' }), event({ id: 'other', readOnly: true })]);
  const lines = written('jsonl', of).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe('');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    id: event().id,
    time: '2026-11-23T20:31:02.000Z',
    summary: 'a\nb X-Amz-Signature=«masked»',
  });
  expect(written('jsonl', of, { filter: { type: 'flag', flag: 'readonly' } }).split('\n')).toHaveLength(2);
});

it('jsonl moves nothing on the terminal that it is printed on, and says the same', () => {
  const summary = 'a\u009b2J\u202egnp\u2028\u{e0041}\u200bé「ü」';
  const line = written('jsonl', view({}, [event({ summary })])).trimEnd();
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(line)).toMatchObject({ summary });
});
