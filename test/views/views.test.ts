import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/shared/cells.ts';
import { principalCell } from '../../views/components/principal-cell.ts';
import { cutMiddle, wrap } from '../../views/components/text.ts';
import { countdown, elapsed, moment, momentWidth, span, stretch, withOwnTimes } from '../../views/components/time.ts';
import { eventLines } from '../../views/detail/event-lines.ts';
import { difference } from '../../views/dialogs/difference.ts';
import { eventsView } from '../../views/events/events-view.ts';
import { headerView } from '../../views/header/header-view.ts';
import { layout } from '../../views/layout.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { samples, snapshots } from './catalogue.ts';
import { NOW, rowOf, story } from './fixtures.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own SGR sequences
const plain = (line: string) => line.replaceAll(/\u001b\[[\d;]*m/g, '');
const colour = createTheme({ ascii: false, theme: 'default' });
const mono = createTheme({ ascii: true, theme: 'none' });
const sizes = [
  [80, 24],
  [99, 31],
  [100, 24],
  [120, 40],
  [200, 60],
  [40, 10],
  [9, 3],
] as const;

describe.each(sizes)('at %i×%i', (columns, rows) => {
  it.each([
    ['in colour', colour],
    ['in ASCII without colour', mono],
  ])('every view fills its rows exactly and lets no control character through, %s', (_how, theme) => {
    for (const { title, lines, width, height } of samples(columns, rows, theme)) {
      if (height !== undefined) expect(lines.length, title).toBe(height);
      else expect(lines.length, title).toBeLessThanOrEqual(rows - 3);
      for (const line of lines) {
        const text = plain(line);
        expect(cellWidth(text), `${title}: ${JSON.stringify(text)}`).toBe(width);
        expect(text, title).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }
    }
  });
});

describe.each(sizes)('in ASCII at %i×%i', (columns, rows) => {
  it('no sign of ours is beyond it, and every cell stays where it was', () => {
    for (const { title, lines } of samples(columns, rows, mono))
      for (const line of lines) {
        const shown = mono.row(line);
        // Signs: the hostile names hold letters and pictures of their own.
        expect(shown, title).not.toMatch(/[\u00a1-\u00bf\u00d7\u00f7\u2010-\u2bff]/);
        expect(cellWidth(shown), title).toBe(cellWidth(line));
      }
  });
});

it.each(sizes)('the layout of %i×%i uses every cell once', (columns, rows) => {
  const place = layout(columns, rows);
  if (place.type === 'too-small') return;
  if (place.type === 'single') {
    expect(place.main.height + place.detail.height).toBe(rows - 3);
    return;
  }
  expect(place.resources.width + 1 + place.lanes.width).toBe(columns);
  expect(place.lanes.height).toBe(place.resources.height);
  // Too low for three tiers, the detail stands where the lanes do.
  if (place.low) expect(place.detail).toEqual(place.lanes);
  else expect(place.detail.width).toBe(columns);
  expect(place.resources.height + place.events.height + (place.low ? 0 : place.detail.height)).toBe(rows - 3);
});

it('cuts names in the middle, account ids first, in as many cells at most', () => {
  const cut = (text: string, width: number) => {
    const out = cutMiddle(text, width);
    expect(cellWidth(out)).toBeLessThanOrEqual(width);
    return out;
  };
  expect(cut('ml-prod-data-111122223333', 25)).toBe('ml-prod-data-111122223333');
  expect(cut('ml-prod-data-111122223333', 14)).toBe('ml-prod-data-…');
  expect(cut('ml-prod-data-111122223333/fraud/train/2026-10.csv', 24)).toBe('ml-prod-dat…/2026-10.csv');
  expect(cut('dist-train-c-1', 6)).toBe('dist-…');
  expect(cut('数据库数据库数据库数据库', 11)).toBe('数据库…据库');
  expect(cut('x', 0)).toBe('');
});

it('calls whoever acts by what says most: people by their session, machines by their role', () => {
  const cell = (name: string, width: number, theme = colour) => {
    const out = principalCell(name, width, theme);
    expect(cellWidth(out)).toBe(width);
    return out.trimEnd();
  };
  expect(cell('ds-exec/SageMaker', 20)).toBe('ds-exec/SageMaker');
  expect(cell('ds-exec/SageMaker', 14)).toBe('ds-exec ⚙');
  expect(cell('ds-exec/SageMaker', 14, mono)).toBe('ds-exec @');
  expect(cell('ds-exec/i-0123456789abcdef0', 14)).toBe('ds-exec ⚙');
  expect(cell('ds-exec/botocore-session-1764131231', 14)).toBe('ds-exec ⚙');
  expect(cell('ds-exec/0a1b2c3d4e5f60718293', 14)).toBe('ds-exec ⚙');
  expect(cell('AmazonSageMaker-ExecutionRole-20240101/SageMaker', 14)).toBe('Amazo…240101 ⚙');
  expect(cell('app-runtime/checkout-7d4f9', 14)).toBe('checkout-7d4f9');
  expect(cell('ds-team/bob', 10)).toBe('bob');
  expect(cell('github-actions', 10)).toBe('github-ac…');
  expect(cell('ds-exec/', 7)).toBe('ds-exe…');
});

describe('the header', () => {
  const lines = (title: string, width: number) =>
    headerView({ snapshot: snapshots[title]!, now: NOW, utc: true }, width, mono).map((line) => plain(line).trimEnd());

  it('shows all of it where there is room', () => {
    expect(lines('live', 140)).toMatchInlineSnapshot(`
      [
        " firebreak - 111122223333 ml-prod - eu-west-1 +global - role/OnCall/carol                                 READ-ONLY   creds 52m   20:43:15Z",
        " INC-fraud-lab - 00:12:41 - 1,284 events - 3 late - received 20:41:02 - settled to 20:26 - > cloudtrail-lookup polling - lag ~15m (AWS)",
      ]
    `);
    expect(lines('armed, with everything going on', 200)).toMatchInlineSnapshot(`
      [
        " firebreak - 111122223333 ml-prod - eu-west-1 +global - role/OnCall/carol                                                                                          ARMED 14:32    creds 52m   20:43:15Z",
        " INC-fraud-lab - 1 running (x) - 1 may have happened (x) - 1 error (!) - loading 12 %, 21 MB/s, 15s left (:stop) - 1,284 events - 3 late - 12 rejected - received 20:41:02 - settled to 20:26 - 1 gap",
      ]
    `);
  });

  it('says of a production account that it is one, whatever else must go, and gives it its colour', () => {
    const production = { '111122223333': { name: 'ml-prod', production: true } } as const;
    for (const width of [80, 120]) {
      for (const title of Object.keys(snapshots)) {
        const snapshot = snapshots[title]!;
        if (snapshot.identity?.account !== '111122223333') continue;
        for (const theme of [colour, mono]) {
          const [line = ''] = headerView({ snapshot, now: NOW, utc: true, looks: production }, width, theme);
          expect(plain(line), `${title} at ${width}`).toContain(' PRODUCTION ');
          expect(plain(line)).toMatch(/READ-ONLY|ARMED/);
          expect(cellWidth(plain(line))).toBe(width);
        }
      }
    }
    const [line = ''] = headerView(
      {
        snapshot: snapshots.live!,
        now: NOW,
        utc: true,
        looks: { '111122223333': { name: 'sandbox', colour: 'green' } },
      },
      140,
      colour,
    );
    expect(line).toContain('\u001b[1;30;42m 111122223333 sandbox \u001b[22;39;49m');
  });

  it('drops what matters least at 80 columns', () => {
    expect(lines('live', 80)).toMatchInlineSnapshot(`
      [
        " 111122223333 ml-prod - eu-west-1 - OnCall    READ-ONLY   creds 52m   20:43:15Z",
        " INC-fraud-lab - 1,284 events - 3 late - received 20:41:02 - settled to 20:26",
      ]
    `);
    expect(lines('armed, with everything going on', 80)).toMatchInlineSnapshot(`
      [
        " 111122223333 ml-prod - eu-west-1 +global - OnCall     ARMED 14:32    20:43:15Z",
        " 1 running (x) - 1 may have happened (x) - 1 error (!) - loading 12 % - 1 gap",
      ]
    `);
    expect(lines('denied and about to expire', 80)).toMatchInlineSnapshot(`
      [
        " 111122223333 ml-prod - eu-west-1 - OnCall   READ-ONLY   creds 1m1s   20:43:15Z",
        " not live: denied: needs cloudtrail:LookupEvents - INC-fraud-lab - 0 events",
      ]
    `);
    expect(lines('drill', 80)).toMatchInlineSnapshot(`
      [
        "  SIMULATED  - 111122223333 ml-prod - eu-west-1 - OnCall  READ-ONLY   20:43:15Z",
        " 1,284 events - received 20:41:02 - drill: the attacker read the training data",
      ]
    `);
    expect(lines('custom endpoint', 80)).toMatchInlineSnapshot(`
      [
        "  CUSTOM ENDPOINT localstack.inte…  - 111122223333 - eu-west-1        READ-ONLY",
        " OnCall - INC-fraud-lab - 1,284 events - received 20:41:02 - settled to 20:26",
      ]
    `);
    expect(lines('saved logs', 80)).toMatchInlineSnapshot(`
      [
        " firebreak - saved logs                                   READ-ONLY   20:43:15Z",
        " INC-fraud-lab - 1,284 events - 3 late - received 20:41:02 - settled to 20:26",
      ]
    `);
  });

  it('always says whether it is armed, and on what', () => {
    for (const width of [80, 100, 120, 200]) {
      expect(lines('drill', width)[0]).toContain('SIMULATED');
      expect(lines('drill', width)[0]).toContain('READ-ONLY');
      expect(lines('custom endpoint', width)[0]).toContain('CUSTOM ENDPOINT');
      expect(lines('armed, with everything going on', width)[0]).toContain('ARMED 14:32');
      expect(lines('hostile', width)[0]).toMatch(/^ +CUSTOM ENDPOINT.*READ-ONLY/);
    }
    const begun = { ...snapshots.drill!, armedUntil: NOW + 15 * 60_000 + 700 };
    expect(headerView({ snapshot: begun, now: NOW, utc: true }, 80, mono)[0]).toContain('ARMED 15:00');
  });
});

const lastRows = story().slice(-6).map(rowOf);
const eventsModel = {
  rows: lastRows,
  selected: 2,
  total: 65,
  newer: 3,
  following: false,
  filter: 'principal=alice',
  crumbs: [],
  leftOut: '',
  marked: new Set([lastRows[1]!.id]),
  tags: new Map([[lastRows[1]!.id, ['exfil']]]),
  focused: true,
  utc: true,
  accounts: [],
  showAccounts: false,
  loaded: '',
  stopped: false,
  empty: [],
};

it('what is loaded stands once: in the last row, or among what an empty list says', () => {
  const loaded = 'all management events 10:49–11:49Z loaded';
  const saying = (more: Partial<Parameters<typeof eventsView>[0]>) =>
    eventsView({ ...eventsModel, loaded, ...more }, 80, 12, mono).filter((line) => line.includes('loaded'));
  expect(saying({})).toHaveLength(1);
  expect(saying({ rows: [], empty: ['no events match the filter', loaded] })).toHaveLength(1);
});

it('of a long filter both ends are seen: what was added last stands at its end', () => {
  const filter = `kind=role ${'!action=sagemaker:InvokeEndpoint '.repeat(30)}!ip=198.51.100.7`;
  const [title = ''] = eventsView({ ...eventsModel, filter }, 120, 8, mono);
  expect(plain(title)).toMatch(/filter: kind=role .*!ip=198\.51\.100\.7 /);
});

it('the events line up', () => {
  const model = eventsModel;
  expect(eventsView(model, 120, 8, mono).map((line) => plain(line).trimEnd())).toMatchInlineSnapshot(`
    [
      ">Events -- filter: principal=alice -- 2026-11-23 - 65 ---------------------------------------------- frozen - 3 newer v",
      "  . 20:04:14 ds-exec/bob    DescribeEndpoint                    ep fraud-scorer      10.0.4.17",
      " *+ 20:04:15 ds-exec/alice  CreatePresignedNotebookInstanceUrl  nb fraud-lab         198.51.100.7    #exfil",
      "> + 20:04:16 ds-exec/alice  UpdateNotebookInstance              nb fraud-lab         198.51.100.7",
      "  x 20:04:17 ds-exec/alice  AttachRolePolicy                    role ds-exec         198.51.100.7    AccessDenied +3m l…",
      "  + 20:04:18 ds-exec/alice  CreateTrainingJob                   tj miner-7           198.51.100.7",
      "  . 20:04:19 ds-exec/bob    DescribeEndpoint                    ep fraud-scorer      10.0.4.17",
      "",
    ]
  `);
  expect(eventsView(model, 80, 8, mono).map((line) => plain(line).trimEnd())).toMatchInlineSnapshot(`
    [
      ">Events -- filter: principal=alice -- 2026-11-23 - 65 ------ frozen - 3 newer v",
      "  . 20:04:14 bob        DescribeEndpoint          ep fraud-scorer",
      " *+ 20:04:15 alice      CreatePresignedNotebookI… nb fraud-lab     #exfil",
      "> + 20:04:16 alice      UpdateNotebookInstance    nb fraud-lab",
      "  x 20:04:17 alice      AttachRolePolicy          role ds-exec     AccessDenied…",
      "  + 20:04:18 alice      CreateTrainingJob         tj miner-7",
      "  . 20:04:19 bob        DescribeEndpoint          ep fraud-scorer",
      "",
    ]
  `);
});

it('the detail names each part of an event by what it is', () => {
  const shown = eventLines(story().at(-1)!, [], [], 100, mono, true).map((line) => plain(line).slice(1, 12).trim());
  expect(shown.slice(1).filter((label) => label !== '')).toEqual([
    'action',
    'who',
    'issuer',
    'key',
    'resource',
    'from',
    'where',
    'time',
    'routes',
    'id',
    'sha256',
  ]);
});

it('a line of a log stands in its own words', () => {
  const line = { ...rowOf(story().at(-1)!), rowId: 901, action: 'logs:/aws/sagemaker/TrainingJobs', principalName: '' };
  const rows = [rowOf(story().at(-2)!), line];
  const words = new Map([[901, '[miner] accepted (28/0)\u001b[2J diff 8G (105 ms) at pool.example']]);
  const shown = (width: number) =>
    eventsView({ ...eventsModel, rows, words, selected: 1 }, width, 3, mono).map((row) => plain(row).trimEnd());
  expect(shown(120).slice(1)).toMatchInlineSnapshot(`
    [
      "  + 20:04:18 ds-exec/alice  CreateTrainingJob                   tj miner-7           198.51.100.7",
      "> . 20:04:19 [miner] accepted (28/0)\\u{1b}[2J diff 8G (105 ms)… ep fraud-scorer      10.0.4.17",
    ]
  `);
  expect(shown(80).slice(1)).toMatchInlineSnapshot(`
    [
      "  + 20:04:18 alice      CreateTrainingJob         tj miner-7",
      "> . 20:04:19 [miner] accepted (28/0)\\u{1b}[2J di… ep fraud-scorer",
    ]
  `);
});

it('keeps the selected row on screen where lines for days are put in', () => {
  const rows = story()
    .slice(-8)
    .map((each, index) => ({ ...rowOf(each), at: NOW + index * 24 * 3600_000 }));
  for (const selected of rows.keys()) {
    const lines = eventsView(
      {
        ...eventsModel,
        rows,
        selected,
        total: 8,
        newer: 0,
        following: false,
        filter: '',
        crumbs: [],
        marked: new Set<string>(),
        tags: new Map<string, string[]>(),
      },
      120,
      9,
      mono,
    ).map(plain);
    expect(lines).toHaveLength(9);
    expect(lines.slice(1).some((line) => line.startsWith('>'))).toBe(true);
  }
});

it('wraps at blanks, and inside words that are too long', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghij', 4, '  ')).toEqual(['abcd', '  ef', '  gh', '  ij']);
  expect(wrap('数据库数据库', 5)).toEqual(['数据', '库数', '据库']);
  expect(wrap('', 5)).toEqual(['']);
});

it('tells a time within what AWS says as everywhere else', () => {
  expect(withOwnTimes('Active, created 2026-11-23T20:41:02.000Z', true)).toBe('Active, created 2026-11-23 20:41:02Z');
  expect(withOwnTimes('2026-13-41T20:41:02Z stays', true)).toBe('2026-13-41T20:41:02Z stays');
});

it('says spans and countdowns', () => {
  expect([0, 45_000, 133_000, 12_000_000, 187_200_000].map(span)).toEqual(['0s', '45s', '2m13s', '3h20m', '2d4h']);
  expect(countdown(872_000)).toBe('14:32');
  expect(elapsed(761_000)).toBe('00:12:41');
});

it('compares line by line', () => {
  expect(difference(['a', 'b', 'c'], ['a', 'x', 'c', 'd']).map(({ type, text }) => `${type[0]}${text}`)).toEqual([
    'sa',
    'rb',
    'ax',
    'sc',
    'ad',
  ]);
  expect(difference([], ['a'])).toEqual([{ type: 'added', text: 'a' }]);
  const long = Array.from({ length: 2000 }, (_, index) => `${index}`);
  expect(difference(long, [...long, 'new']).filter(({ type }) => type !== 'same')).toEqual([
    { type: 'added', text: 'new' },
  ]);
});

describe('rows of one second', () => {
  const at = Math.floor(NOW / 1000) * 1000;
  const model = {
    ...eventsModel,
    selected: 0,
    total: 9,
    newer: 0,
    following: true,
    filter: 'error',
    crumbs: ['', 'principal=alice', 'principal=alice', 'ip=198.51.100.7'],
    marked: new Set<string>(),
    tags: new Map<string, string[]>(),
  };
  const lines = (rows: readonly ReturnType<typeof rowOf>[], width = 120) =>
    eventsView({ ...model, rows }, width, rows.length + 1, colour).map(plain);
  const marks = (rows: readonly ReturnType<typeof rowOf>[]) =>
    lines(rows)
      .slice(1)
      .map((line) => line[12])
      .join('');
  const [read, write] = [story()[0]!, story()[61]!].map(rowOf) as [ReturnType<typeof rowOf>, ReturnType<typeof rowOf>];

  it('are bracketed where one of them changed something, and no arrow says which was first', () => {
    expect(
      marks([
        { ...read, at: at - 1000 },
        { ...write, at },
        { ...read, at: at + 10 },
        { ...read, at: at + 999 },
      ]),
    ).toBe(' ┐│┘');
    expect(
      lines([
        { ...write, at },
        { ...read, at },
      ]).join('\n'),
    ).not.toMatch(/→|->/);
  });

  it('are not where all only read, nor in a busy second', () => {
    expect(
      marks([
        { ...read, at },
        { ...read, at },
      ]),
    ).toBe('  ');
    expect(marks(Array.from({ length: 13 }, () => ({ ...write, at }))).trim()).toBe('');
  });

  it('stand under the way that led to the filter, its older steps cut first', () => {
    expect(lines([read], 160)[0]).toContain('all › principal=alice › ip=198.51.100.7 › filter: error');
    expect(lines([read], 80)[0]).toContain('… › ip=198.51.100.7 › filter: error');
  });
});

it('says the day of the first row that is drawn, also beside a long filter', () => {
  const rows = story()
    .slice(-8)
    .map((each, index) => ({ ...rowOf(each), at: NOW + index * 24 * 3600_000 }));
  const drawn = (selected: number, filter: string, width: number) =>
    eventsView(
      {
        ...eventsModel,
        rows,
        selected,
        total: 8,
        newer: 120,
        following: false,
        filter,
        crumbs: ['', 'inventory'],
        marked: new Set<string>(),
        tags: new Map<string, string[]>(),
      },
      width,
      9,
      mono,
    ).map(plain);
  // Rows and lines of days by turns, cut from above.
  const [title, first] = drawn(4, '', 80);
  expect([title, first]).toEqual([
    expect.stringContaining('-- 2026-11-27 - 8 --'),
    expect.stringContaining('-- 2026-11-27 --'),
  ]);
  for (const width of [80, 120])
    expect(drawn(0, `resource=ds-exec | principal=${'arn:aws:iam::111122223333:role/'.repeat(9)}`, width)[0]).toMatch(
      /filter: res.*….* -- 2026-11-23 - 8 .* frozen - 99\+ newer v $/,
    );
});

it('a time of another day says its day', () => {
  const at = (text: string) => Date.parse(text);
  expect(
    ['2026-11-23T01:02:03Z', '2026-11-22T23:59:59Z', '2013-02-03T04:05:06Z'].map((text) => moment(at(text), NOW, true)),
  ).toEqual(['01:02:03', '11-22 23:59', '2013-02-03 04:05']);
  expect(
    ['2026-11-23T01:02:03Z', '2026-11-22T23:59:59Z', '2013-02-03T04:05:06Z'].map((text) =>
      momentWidth(at(text), NOW, true),
    ),
  ).toEqual([8, 11, 16]);
  expect(stretch(NOW, NOW + 1000, true)).toBe('2026-11-23 20:43:15Z to 20:43:16');
  expect(stretch(NOW, NOW + 86_400_000, true)).toBe('2026-11-23 20:43:15Z to 2026-11-24 20:43:15Z');
});
