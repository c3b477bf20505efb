import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportFormats } from '../../src/report/exports/catalogue.ts';
import { type ReportOptions, wholeReport } from '../../src/report/options.ts';
import { renderReport } from '../../src/report/report.ts';
import { checkSeal } from '../../src/report/seal.ts';
import { outline } from './gfm.ts';
import { drawn } from './html.ts';
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

/** Reads CSV as RFC 4180 has it, written from its grammar. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',' || character === '\r') {
      row.push(cell);
      cell = '';
      if (character === '\r') {
        rows.push(row);
        row = [];
        at += 1;
      }
    } else cell += character;
  }
  return rows;
}

const evil = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', '|', ' ', '＝', "'", 'cmd', '\u202e', 'x'),
    )
    .map((all) => all.join('')),
);

it.each(['csv', 'timesketch-csv'])(
  '%s stays a table whatever stands in it, and nothing in it is calculated',
  (format) => {
    fc.assert(
      fc.property(evil, evil, (a, b) => {
        const rows = readCsv(
          written(
            format,
            view({ containments: [] }, [
              event({
                summary: a,
                userAgent: b,
                action: a,
                principal: { type: b, arn: a, name: b },
                errorCode: b,
                sourceIp: a,
                resources: [{ kind: a, arn: '', name: b, relation: 'target' }],
              }),
              event({ id: 'calm' }),
            ]),
          ),
        );
        expect(rows).toHaveLength(3);
        for (const row of rows) {
          expect(row).toHaveLength(rows[0]?.length ?? 0);
          for (const cell of row) expect(cell).not.toMatch(/^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\r\n\t]/);
        }
      }),
      { numRuns: 200 },
    );
  },
);

it('timesketch has what its documentation asks for, in lines and in columns, and what we did', () => {
  const of = view();
  const lines = written('timesketch', of)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [head = [], ...rows] = readCsv(written('timesketch-csv', of));
  expect(head.slice(0, 3)).toEqual(['message', 'datetime', 'timestamp_desc']);
  expect(rows).toHaveLength(lines.length);
  expect(lines).toHaveLength(6);
  for (const [at, line] of lines.entries()) {
    for (const member of ['message', 'datetime', 'timestamp_desc']) expect(line[member]).toMatch(/./);
    expect(line.datetime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    expect(line.timestamp).toBe(Date.parse(line.datetime) * 1_000);
    expect(rows[at]?.[head.indexOf('datetime')]).toBe(line.datetime);
  }
  expect(lines.filter(({ tag }) => tag.includes('responder'))).toHaveLength(3);
  expect(lines[0].tag).toEqual(['marked']);
});

describe('brief', () => {
  it('is ten lines that answer who comes in now', () => {
    const lines = written('brief', view({ con: { who: 'carol', since: 0 } }))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'INC-fraud-lab, account 111122223333 ml-prod, as of 2026-11-23T20',
      'What',
      'Since',
      'Who',
      'Done',
      'Proof',
      'Still open',
      'Next',
      'Settled to',
      'Con',
    ]);
    const text = lines.join('\n');
    for (const part of [
      '20:31:02Z, alice opened notebook',
      'ds-exec/alice; keys ASIAEXAMPLE000000001; from 198.51.100.7',
      'c1 iam.role.deny-all on ds-exec: written',
      '3 doors',
      'close "session ds-exec/alice keeps its notebook kernel" with sagemaker.notebook-instance.stop',
      '2026-11-23T20:26:00Z',
      'carol since',
    ])
      expect(text).toContain(part);
  });

  it('stays ten lines, calls nobody and links nowhere', () => {
    fc.assert(
      fc.property(
        fc.oneof(evil, fc.constantFrom('@here https://evil.example www.evil.example', 'x'.repeat(10_000))),
        (text) => {
          const brief = written(
            'brief',
            view({ name: text, alias: text, con: { who: text, since: 0 } }, [
              event({ summary: text, principal: { type: 'x', arn: '', name: text } }),
            ]),
          );
          expect(brief.split('\n')).toHaveLength(11);
          expect(brief).not.toMatch(/@|https?:\/\/|www\.e|[^\P{C}\n]/u);
          for (const line of brief.split('\n')) expect(line.length).toBeLessThanOrEqual(400);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('says what is not known instead of nothing', () => {
    const text = written('brief', view({ mode: 'saved', containments: [], account: '', settledTo: undefined }, []));
    expect(text).toContain('nothing contained yet');
    expect(text).toContain('nobody said');
    expect(text.trimEnd().split('\n')).toHaveLength(10);
  });
});

describe('changes', () => {
  it('tells what is new since a time, and nothing of before', () => {
    const text = (since: string) => written('changes', view(), { since: Date.parse(since) });
    const late = text('2026-11-23T20:40:02.500Z');
    expect(late).toContain('# INC-fraud-lab: what changed since 2026-11-23T20:40:02.500Z');
    expect(late).toContain('## Containments: 1 new or moved');
    expect(late).toContain('called &#124; the data team');
    expect(late).toContain('## Events: 0 new, 1 of weight');
    const early = text('2026-11-23T20:34:00Z');
    expect(early).toContain('## Events: 1 new, 2 of weight');
    expect(early).toContain('marked by oncall 2026-11-23T20:40:30Z');
    expect(text('2026-11-23T20:42:00Z')).toContain('## Notes and attachments: 0');
  });

  it('without a time: since the session before was closed', () => {
    expect(written('changes', view({ handedOverAt: Date.parse('2026-11-23T20:40:00Z') }))).toContain(
      'when the session before the last one was closed',
    );
    expect(written('changes', view())).toContain('it is everything');
  });
});

describe('a limit of bytes', () => {
  const many = Array.from({ length: 400 }, (_, index) =>
    event({ id: `e1c5d1f0-0000-4000-8000-${String(index).padStart(12, '0')}`, at: event().at + index * 1_000 }),
  );
  const of = view({}, many);

  it.each([65_536, 20_000, 12_000])('of %i is kept, and what was cut is said', (maxBytes) => {
    const whole = written('md', of);
    expect(Buffer.byteLength(whole)).toBeGreaterThan(maxBytes);
    const cut = written('md', of, { maxBytes });
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
    expect(cut).toContain('Cut to fit');
    expect(cut).toMatch(/Evidence register \([\d,]+ lines fewer\)/);
    expect(outline(cut).broken).toEqual([]);
    expect(checkSeal(cut)).toMatchObject({ ok: true });
    expect(cut).toContain('## Still open');
  });

  it('is kept when many findings are told, and posture goes before the timeline does', () => {
    const long = 'x'.repeat(200);
    const found = many.map((one, index) => ({
      ...one,
      principal: { type: 'AssumedRole', arn: `arn:${index}`, name: `actor-${index}` },
      findings: [{ rule: 'endpoint-siphon', severity: 'high' as const }],
    }));
    const resource = { kind: 'sagemaker.notebook-instance', arn: '', name: 'fraud-lab' };
    const weak = Array.from({ length: 200 }, (_, index) => ({
      check: `check-${index}`,
      topic: 'data protection' as const,
      title: `weakness ${index}`,
      resource,
      account: '',
      region: '',
      verdict: 'weak' as const,
      evidence: [],
      missing: [],
      note: '',
      why: long,
      here: [],
      remedy: undefined,
      references: [],
    }));
    const posture = { at: 0, state: 'done' as const, results: weak, resources: 1, counts: [], leftOut: [] };
    expect(Buffer.byteLength(written('md', view({ posture }, found), { maxBytes: 12_000 }))).toBeLessThanOrEqual(
      12_000,
    );
    // Hundreds of findings leave room for the timeline, and nothing is said to be cut that stands there whole.
    const shared = written('md', view({}, found), { maxBytes: 65_536 });
    expect(shared).toMatch(/Findings \([\d,]+ lines? fewer\)/);
    expect(drawn(shared).rows('Timeline').length).toBeGreaterThan(40);
    expect(shared).not.toContain('(0 lines fewer)');
    const cut = written('md', view({ posture }, many.slice(0, 20)), { maxBytes: 32_767 });
    expect(cut).toMatch(/Posture \([\d,]+ lines fewer\)/);
    expect(cut).not.toMatch(/Timeline \([\d,]+ lines fewer\)/);
  });

  it('that the header alone passes is refused', () => {
    expect(() => written('md', of, { maxBytes: 1_500 })).toThrow(/cannot be cut to 1500 bytes/);
  });

  it('that is not reached changes nothing', () => {
    expect(written('md', of, { maxBytes: 10_000_000 })).toBe(written('md', of));
  });
});

describe('the codes of a report', () => {
  const report = written('md', view());
  const lines = report.split('\n');
  const told = lines.slice(0, lines.indexOf('## Verification'));

  it('hold, whatever a viewer made of the line ends', () => {
    expect(checkSeal(report)).toMatchObject({ ok: true });
    expect(checkSeal(`${report.replaceAll('\n', '\r\n')}\r\n\r\n`)).toMatchObject({ ok: true });
  });

  it('name whichever line was changed, removed or added', () => {
    for (const [at, line] of told.entries()) {
      const changed = checkSeal(lines.with(at, `${line}x`).join('\n'));
      expect(changed).toMatchObject({ ok: false });
      if (line !== '') expect(changed).toMatchObject({ line: at + 1, problem: expect.stringContaining('was changed') });
      const removed = checkSeal(lines.toSpliced(at, 1).join('\n'));
      expect(removed.ok).toBe(false);
      const added = checkSeal(lines.toSpliced(at, 0, '| 2026-11-23T20:31:03Z | nothing | nobody | – | – |').join('\n'));
      expect(added).toMatchObject({ ok: false, line: at + 1, problem: expect.stringContaining('was added') });
    }
    const timeline = told.findIndex((line) => line.startsWith('| 2026-11-23T20:33:40Z'));
    expect(checkSeal(lines.toSpliced(timeline, 1).join('\n'))).toMatchObject({
      line: timeline + 1,
      problem: expect.stringContaining('a line was removed before'),
    });
  });

  it('name an edit of the codes themselves, and their loss', () => {
    for (let at = told.length; at < lines.length - 1; at += 1) {
      const line = lines[at] ?? '';
      if (line !== '')
        expect(checkSeal(lines.with(at, `${line.slice(0, -1)}${line.endsWith('0') ? '1' : '0'}`).join('\n')).ok).toBe(
          false,
        );
    }
    expect(checkSeal(told.join('\n'))).toMatchObject({ ok: false, problem: expect.stringContaining('missing') });
  });
});
