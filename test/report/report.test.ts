import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/filter/matches.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import type { IndicatorKind } from '../../src/model/indicator.ts';
import { renderReport, reportPieces } from '../../src/report/report.ts';
import { outline } from './gfm.ts';
import { drawn } from './html.ts';
import { containment, event, view, withPlaybook } from './views.ts';

const golden = new URL('./golden.md', import.meta.url);

describe('the report of a small incident', () => {
  it('is the golden file, byte for byte, twice', () => {
    const report = renderReport(view());
    // Delete the file to write it anew, and read the difference.
    if (!existsSync(golden)) writeFileSync(golden, report);
    expect(report).toBe(readFileSync(golden, 'utf8'));
    expect(renderReport(view())).toBe(report);
    expect([...reportPieces(view())].join('')).toBe(report);
  });

  it('is whole: every table is a table, nothing comes alive', () => {
    const { broken, alive, blocks } = outline(renderReport(view()));
    expect(broken).toEqual([]);
    expect(alive).toEqual([]);
    expect(blocks.filter((block) => block === '## ')).toHaveLength(18);
  });
});

it('is drawn by another renderer with a row for each event and each thing that we did, the ids in it', () => {
  const { rows, tags } = drawn(renderReport(view()));
  const timeline = rows('Timeline');
  expect(timeline.map(([, what]) => what?.split(' ')[0])).toEqual([
    'sagemaker:CreatePresignedNotebookInstanceUrl',
    'iam:AttachRolePolicy',
    'responder',
    'responder',
    'responder',
  ]);
  expect(timeline[1]?.[1]).toContain('alice attached AdministratorAccess to ds|exec');
  expect(timeline[0]?.[4]).toContain(event().id);
  expect(rows('The fifteen questions')).toHaveLength(15);
  // A link to its record for each event, and no other.
  expect(tags.a).toBe(2);
  expect(tags.script).toBeUndefined();
});

it('tells of playbooks step by step', () => {
  const report = renderReport(view(withPlaybook()));
  expect(outline(report).broken).toEqual([]);
  const section = report.slice(report.indexOf('## Playbooks'));
  expect(section).toContain('### p1 · Notebook hijack');
  expect(section).toContain('used from 198.51.100.7');
  expect(section).toMatch(/\| 2 \| .*skipped.*alice &#124; needs/);
  expect(renderReport(view())).not.toContain('## Playbooks');
});

describe('what was brought', () => {
  const bring = (kind: IndicatorKind, value: string) => ({
    kind,
    value,
    note: '',
    file: 'list.txt',
    by: 'oncall',
    at: 0,
  });
  const section = (report: string) => report.slice(report.indexOf('were brought to this incident'));

  it('says what is not listed', () => {
    const networks = Array.from({ length: 203 }, (_, bits) => bring('network', `198.51.100.${bits}/8`));
    const told = section(renderReport(view({ indicators: { judged: [], imported: networks } })));
    expect(told).toMatch(/^were brought to this incident; 203 of them stand in its events:/);
    expect(told).toContain('\n3 indicators more are not listed.');
    expect(told.match(/\| network \|/g)).toHaveLength(200);
    const few = view({ indicators: { judged: [], imported: networks.slice(3) } });
    expect(section(renderReport(few))).not.toMatch(/more are not listed|Only the first/);
  });

  it('says that not all records were read for what stands inside of them', () => {
    const bucket = (bucketName: string) => Buffer.from(JSON.stringify({ requestParameters: { bucketName } }));
    const fired = (count: number) =>
      Array.from({ length: count }, (_, at) =>
        event({ rowId: at + 1, id: `e${at}`, findings: [{ rule: 'brought-bucket', severity: 'high' }] }),
      );
    const of = (count: number) => {
      const events = fired(count);
      return section(
        renderReport({
          ...view({ indicators: { judged: [], imported: [bring('bucket', 'evil'), bring('bucket', 'late')] } }),
          events: (filter = { type: 'all' }) => events.filter(compile(filter)),
          raw: ({ rowId }) => bucket(rowId > 2_000 ? 'late' : 'evil'),
        }),
      );
    };
    expect(of(2_000)).not.toContain('Only the first');
    const cut = of(2_001);
    expect(cut).toContain('Only the first 2,000 events on which a rule for brought indicators fired were read');
    expect(cut).toMatch(/\| bucket \| `evil` \| 2,000 \|/);
  });
});

it('tells a second time where a zone is asked for, and everything where that is', () => {
  const { rows } = drawn(renderReport(view(), { zone: 'Asia/Tokyo', everything: true }));
  expect(
    rows('Timeline')
      .map(([at, local]) => [at, local])
      .slice(0, 3),
  ).toEqual([
    ['2026-11-23T20:31:02Z', '2026-11-24 05:31:02 +09:00'],
    ['2026-11-23T20:32:00Z', '2026-11-24 05:32:00 +09:00'],
    ['2026-11-23T20:33:40Z', '2026-11-24 05:33:40 +09:00'],
  ]);
});

describe('the timeline', () => {
  const timeline = (report: string) => report.slice(report.indexOf('## Timeline'), report.indexOf('## At a glance'));
  const ids = (report: string) =>
    [...timeline(report).matchAll(/`(e1c5d1f0[^`]*|c1)` ?/g)].map(([, id]) => id?.slice(-2));

  it('holds what was marked or found, and what we did, in time order', () => {
    expect(ids(renderReport(view()))).toEqual(['01', '03', 'c1', 'c1', 'c1']);
    expect(timeline(renderReport(view()))).toContain('1 other event left out');
  });

  it('puts our calls between theirs', () => {
    const later = event({ id: 'e1c5d1f0-0000-4000-8000-000000000009', at: Date.parse('2026-11-23T20:40:02Z') });
    expect(ids(renderReport(view({}, [event(), later])))).toEqual(['01', 'c1', 'c1', '09', 'c1']);
  });

  const unmarked = [
    event({ marked: false }),
    event({ id: 'e1c5d1f0-0000-4000-8000-000000000002', marked: false, readOnly: true }),
  ];
  it('of saved logs with nothing marked holds everything', () => {
    expect(ids(renderReport(view({ mode: 'saved', containments: [] }, unmarked)))).toEqual(['01', '02']);
  });

  it('of a live incident with nothing marked holds what changed something or failed, and says so', () => {
    const report = renderReport(view({ containments: [] }, unmarked));
    expect(ids(report)).toEqual(['01']);
    expect(timeline(report)).toContain('Nothing was marked. The 1 event that changed something');
  });

  it('holds what a filter lets pass, whatever is marked, and so does the rest of the report', () => {
    const report = renderReport(view({ containments: [], notes: [] }), { filter: { type: 'flag', flag: 'readonly' } });
    expect(ids(report)).toEqual(['02']);
    expect(report).toContain('| Filter | `readonly` |');
    expect(report).not.toContain('AttachRolePolicy');
  });
});

describe('a very long incident', () => {
  it('is cut at the end of the timeline, and says so', () => {
    const many = Array.from({ length: 20_005 }, (_, index) =>
      event({ id: `e${index}`, at: index * 1_000, marked: false }),
    );
    const report = renderReport(view({ mode: 'saved', containments: [] }, many));
    expect(report).toContain('The first 20,000 events of 20,005 that were loaded');
    expect(report).toContain('- 5 events of 20,005 not in the timeline.');
    expect(report).toContain('| `e19999` |');
    expect(report).not.toContain('e20000');
  });
});

describe('still open', () => {
  const open = (report: string) => report.slice(report.indexOf('## Still open'), report.indexOf('## Timeline'));

  it('lists what containments left open, and sessions that may still live', () => {
    const shown = open(renderReport(view()));
    expect(shown).toContain('keeps its notebook kernel');
    expect(shown).toContain('2026-11-24T08:36:02Z at the latest');
  });

  it('does not say that nothing is open', () => {
    const shown = open(renderReport(view({ containments: [], asOf: '2026-12-01T00:00:00.000Z' })));
    expect(shown).toContain('not proof that nothing is open');
  });

  it.each([
    ['unverified', 'may have happened'],
    ['partial', 'only partly sent'],
    ['undone', 'was undone'],
  ] as const)('a containment that is %s', (state, words) => {
    expect(open(renderReport(view({ containments: [containment({ state })] })))).toContain(words);
  });
});

describe('hostile text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '|',
          '\\',
          '`',
          '``',
          '```',
          '\n',
          '\r',
          '\u2028',
          '\u202e',
          '\u001b[31m',
          '<script>',
          '-->',
          '<!--',
          '&lt;',
          '[x](http://e.x)',
          'http://e.x',
          'www.e.x',
          '@team',
          '#123',
          '$x$',
          '# ',
          '- ',
          '1. ',
          '> ',
          '---',
          '===',
          '~~~',
          '\t',
          '    ',
          '%%{init}%%',
          ' : ',
          ';',
          ':smile:',
          '**',
          '__',
          '![',
          '~~',
          'a',
          ' ',
          '\ud800',
          'x'.repeat(600),
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join('')),
  );
  const calm = fc.constant('calm');
  const incident = (text: fc.Arbitrary<string>) =>
    fc.record({ a: text, b: text, c: text, d: text, e: text, f: text, g: text }).map(({ a, b, c, d, e, f, g }) => {
      const evil: Partial<TimelineEvent> = {
        id: `id${a}`,
        action: `x:${b}`,
        summary: c,
        principal: { type: d, arn: `arn${e}`, name: f, accessKeyId: `key${g}` },
        sourceIp: `ip${a}`,
        userAgent: `agent${b}`,
        errorCode: `error${c}`,
        errorMessage: d,
        routes: [e],
        rawSha256: f,
        resources: [{ kind: `kind${g}`, arn: `arn${a}`, name: b, relation: 'target' }],
        findings: [{ rule: c, severity: 'high' }],
      };
      const ours = containment();
      return view(
        {
          name: a,
          toolVersion: b,
          account: c,
          alias: d,
          regions: [e],
          identityArn: f,
          endpointNote: `note${g}`,
          inputs: [a],
          journalHead: b,
          leftOut: `left${c}`,
          sources: view().sources.map((source) => ({
            ...source,
            id: d,
            title: e,
            region: f,
            why: g,
            permission: a,
            gaps: [{ id: b, from: 0, to: 1, why: c }],
            blindSpots: [d],
          })),
          notes: [{ at: 0, by: e, text: f, eventId: g }],
          marks: [{ eventId: `id${a}`, at: 0, by: b }],
          tags: [{ eventId: `id${a}`, tag: c, at: 0, by: d }],
          attachments: [{ file: e, name: f, sizeBytes: 1, sha256: g, note: a, eventId: b, at: 0, by: c }],
          snapshots: [{ file: d, sha256: e, containment: f, at: 0 }],
          collections: [{ folder: g, manifestSha256: a, targets: [b], files: 1, missing: 0, at: 0, by: c }],
          con: { who: `who${d}`, since: 0 },
          doors: {
            doors: [
              {
                id: e,
                kind: 'session',
                what: f,
                resource: undefined,
                principal: g,
                account: a,
                region: b,
                proof: { type: 'event', eventId: c, at: 0, action: d },
                count: 2,
                until: 5,
                certainty: 'seen',
                suspect: true,
                closeWith: { actionId: `x${e}`, target: { kind: f, arn: g, name: a } },
                why: b,
              },
            ],
            unknown: [`not ${c}`],
            at: 0,
          },
          chains: [
            {
              eventId: d,
              chain: {
                links: [
                  {
                    handover: 'issued',
                    name: e,
                    accessKeyId: f,
                    keys: 1,
                    resource: undefined,
                    by: { rowId: 1, id: g, at: 0, action: a, region: b },
                    certainty: 'recorded',
                    why: c,
                    otherwise: [],
                    until: 1,
                    events: 1,
                    errors: 1,
                    first: undefined,
                    last: undefined,
                    actions: [],
                    parent: undefined,
                  },
                ],
                at: 0,
                searched: [{ what: `looked ${d}`, regions: [] }],
                sameSecond: [],
                more: [],
              },
            },
          ],
          digests: {
            digests: 1,
            signed: 0,
            unsigned: 1,
            logFiles: 1,
            missing: 0,
            unlisted: 0,
            proved: [{ account: e, region: f, from: 0, to: 1, signed: false }],
            problems: [{ file: `file${g}`, problem: a }],
            problemsTotal: 1,
          },
          containments: [
            containment({
              id: a,
              by: b,
              reason: c,
              plan: {
                ...ours.plan,
                action: `s:${d}`,
                summary: e,
                target: { kind: f, arn: g, name: a },
                account: b,
                region: c,
                digest: d,
                evidenceLost: [e],
                notRestored: [f],
                steps: [
                  { id: '1', kind: 'call', call: { name: `s:${g}`, input: { Script: a, More: [b] } } } as never,
                  { id: '2', kind: 'wait', why: c, atMostMs: 1, check: {} } as never,
                ],
              },
              steps: [{ id: '1', phase: 'do', state: 'failed', requestId: d, error: e, startedAt: 5 }],
              verdict: {
                effect: 'absent',
                checks: [{ what: f, holds: false, why: g, at: 6 }],
                provedBy: a,
                stillOpen: [{ what: b, until: c, closeWith: d }],
              },
              assessment: {
                affected: [{ kind: e, arn: f, why: g }],
                affectedComplete: true,
                permissions: { checked: 'tried', missing: [], notSeen: [] },
              },
            }),
          ],
        },
        [event(evil), event({ id: 'calm' })],
      );
    });

  it('changes no row, no cell and no block, and nothing of it comes alive', () => {
    const [calmView] = fc.sample(incident(calm), 1);
    if (!calmView) throw new Error('no sample');
    const structure = outline(renderReport(calmView));
    expect(structure.broken).toEqual([]);
    fc.assert(
      fc.property(incident(hostile), (evilView) => {
        const report = renderReport(evilView);
        const seen = outline(report);
        expect(seen.broken).toEqual([]);
        expect(seen.alive).toEqual([]);
        expect(seen.blocks).toEqual(structure.blocks);
        expect(report).not.toMatch(/[^\P{C}\n]/u);
      }),
      { numRuns: 150 },
    );
  });

  it('is drawn by another renderer with as many rows, cells, links and tags as calm text, and shows what stands there', () => {
    const [calmView] = fc.sample(incident(calm), 1);
    if (!calmView) throw new Error('no sample');
    const same = ({ code: _, strong: __, ...tags }: { readonly [tag: string]: number }) => tags;
    const expected = same(drawn(renderReport(calmView)).tags);
    expect(expected.a).toBeUndefined();
    fc.assert(
      fc.property(incident(hostile), (evilView) => {
        const { tags, rows } = drawn(renderReport(evilView));
        expect(same(tags)).toEqual(expected);
        expect(rows('Timeline')).toHaveLength(5);
      }),
      { numRuns: 40 },
    );
  });

  it('makes no link: only an id and a Region of the forms of AWS lead anywhere, and only of an account that is there', () => {
    const links = (given: Parameters<typeof view>[0], one: Parameters<typeof event>[0]) =>
      drawn(renderReport(view({ containments: [], ...given }, [event(one)]))).tags.a;
    expect(links({}, {})).toBe(1);
    fc.assert(
      fc.property(hostile, (text) => {
        expect(links({}, { id: text })).toBeUndefined();
        expect(links({}, { region: text })).toBeUndefined();
        expect(links({}, { region: `us-east-1${text || '.'}` })).toBeUndefined();
      }),
      { numRuns: 40 },
    );
    expect(links({ endpointNote: 'SIMULATED' }, {})).toBeUndefined();
    expect(links({ mode: 'drill' }, {})).toBeUndefined();
    expect(links({ redaction: 'public' }, {})).toBeUndefined();
    // Data events do not stand in the event history.
    expect(links({}, { action: 's3:GetObject' })).toBeUndefined();
    // A limit takes the links before anything else, and none where the report fits.
    const whole = renderReport(view());
    const size = Buffer.byteLength(whole);
    expect(renderReport(view(), { maxBytes: 2 * size })).toBe(whole);
    const cut = renderReport(view(), { maxBytes: size - 1 });
    expect(drawn(cut).tags.a).toBeUndefined();
    expect(drawn(cut).rows('Timeline')).toHaveLength(drawn(whole).rows('Timeline').length);
  });

  it('cannot leave its Mermaid line', () => {
    const lines = (text: string) => {
      const report = renderReport(
        view({ containments: [] }, [
          event({ action: `a:${text}`, errorCode: text, principal: { type: '', arn: '', name: text } }),
        ]),
      );
      return report.slice(report.indexOf('```mermaid'), report.indexOf('## Resources')).trim().split('\n');
    };
    fc.assert(
      fc.property(hostile, (text) => {
        const drawn = lines(text);
        expect(drawn).toHaveLength(5);
        expect(drawn[3]).toMatch(/^ {4}20\.31\.02 : [A-Za-z0-9 ./_-]{1,80}$/);
        expect(drawn[3]).not.toMatch(/--/);
      }),
    );
  });

  it('of 10,000 characters is cut and says how long it was', () => {
    const report = renderReport(view({}, [event({ userAgent: 'x'.repeat(10_000) })]));
    expect(report).toContain('… (cut; 10,000 characters)');
    expect(report).not.toContain('x'.repeat(501));
  });
});

it('secrets are masked wherever they stand', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const url = 'https://fraud-lab.notebook.us-east-1.sagemaker.aws?authToken=eyJhbGciOi.eyJzdWIiOiI.c2lnbmF0';
  const report = renderReport(
    view({ notes: [{ at: 0, by: 'x', text: `aws_secret_access_key = ${secret}`, eventId: undefined }] }, [
      event({
        summary: `opened ${url} with X-Amz-Signature=deadbeefdeadbeef&x=1`,
        userAgent: `AKIAIOSFODNN7EXAMPLE:${secret}`,
      }),
    ]),
  );
  expect(report).not.toContain(secret);
  expect(report).not.toContain('eyJhbGciOi');
  expect(report).not.toContain('deadbeef');
  expect(report).toContain('«masked»');
});

it('at a glance shows at most forty entries, ours among them', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    event({ id: `e${index}`, at: Date.parse('2026-11-23T10:00:00Z') + index * 1_000 }),
  );
  const report = renderReport(view({}, many));
  const drawn = report.slice(report.indexOf('```mermaid'), report.indexOf('## Resources'));
  expect(drawn.match(/ : /g)).toHaveLength(40);
  expect(drawn.match(/RESPONDER/g)).toHaveLength(3);
  expect(report).toContain('40 entries of the 503 above');
});
