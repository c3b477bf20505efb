import { describe, expect, it } from 'vitest';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pressKey } from '../../hooks/press.ts';
import { comparePosture, noPosture, type Posture, type PostureResult } from '../../src/model/posture.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { sheetView } from '../../views/dialogs/sheet.ts';
import { postureResultView, postureView } from '../../views/posture/posture-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from '../views/fake-session.ts';
import { endpoint, NOW, notebook, snapshot } from '../views/fixtures.ts';

/** What the theme itself writes: bold, dim, reverse. */
const looks = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const bare = (row: string): string => row.replaceAll(looks, '');
const isPlain = (row: string): boolean => !['\u001b', '\u202e', '\n'].some((one) => row.includes(one));
const evil = 'evil\u001b[2J\u202e\nx';
const result = (over: Partial<PostureResult>): PostureResult => ({
  check: 'infrastructure.notebook-root-access',
  topic: 'infrastructure security',
  title: 'root access on the notebook',
  resource: notebook,
  account: '111122223333',
  region: 'us-east-1',
  verdict: 'weak',
  evidence: [{ operation: 'sagemaker:DescribeNotebookInstance', field: 'RootAccess', value: 'Enabled' }],
  missing: [],
  note: '',
  why: 'Whoever opens it is root.',
  here: ['high finding “Hijack” by alice is about it'],
  remedy: {
    kind: 'cli',
    text: '# stop it first\naws sagemaker update-notebook-instance --notebook-instance-name fraud-lab --root-access Disabled',
  },
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html'],
  ...over,
});
const results = [
  result({}),
  result({
    check: 'infrastructure.notebook-vpc',
    title: evil,
    evidence: [{ operation: 'x:Y', field: evil, value: evil }],
  }),
  result({
    check: 'logging.trail-on',
    topic: 'logging and monitoring',
    title: 'a trail that records',
    resource: { kind: 'account', arn: '', name: '111122223333' },
    verdict: 'unknown',
    evidence: [],
    missing: ['cloudtrail:DescribeTrails'],
    note: 'not readable: needs cloudtrail:DescribeTrails',
    remedy: undefined,
  }),
  result({
    check: 'resilience.autoscaling',
    topic: 'resilience',
    title: 'autoscaling of the endpoint',
    resource: endpoint,
    verdict: 'sound',
    here: [],
    remedy: undefined,
  }),
].sort(comparePosture);
const posture: Posture = {
  ...noPosture,
  state: 'done',
  results,
  resources: 3,
  read: 9,
  wanted: 9,
  at: NOW,
  leftOut: ['x'],
};

function openedDesk(now: Posture = posture) {
  const copied: string[] = [];
  const session = fakeSession({ posture: now });
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => undefined,
    copy: (text) => copied.push(text),
    exit: () => undefined,
    repaint: () => undefined,
  });
  return { desk, session, copied };
}
function key(desk: Desk, name: string) {
  const dialog = topDialog(desk);
  if (dialog) dialogPainted(desk, dialog.id);
  pressKey(desk, { name, text: [...name].length === 1 ? name : '' });
}
function openPosture(desk: Desk) {
  key(desk, ':');
  for (const letter of 'posture') key(desk, letter);
  key(desk, 'Enter');
}

describe('the posture screen', () => {
  it('opens from the palette on the first weakness, and has it judged when nobody did lately', () => {
    const { desk, session } = openedDesk(noPosture);
    openPosture(desk);
    expect(topDialog(desk)?.type).toBe('posture');
    expect(session.asked).toContain('judge posture');
    const fresh = openedDesk();
    openPosture(fresh.desk);
    expect(fresh.session.asked).not.toContain('judge posture');
  });

  it('moves over results only, shows one in full, and copies its remedy', () => {
    const { desk, copied } = openedDesk();
    openPosture(desk);
    key(desk, 'v');
    expect(topDialog(desk)).toMatchObject({ type: 'posture-result', result: { check: results[0]!.check } });
    key(desk, 'Esc');
    key(desk, 'y');
    expect(copied[0]).toContain('aws sagemaker update-notebook-instance');
    key(desk, 'G');
    key(desk, 'v');
    expect(topDialog(desk)).toMatchObject({ result: { verdict: 'weak' } });
    key(desk, 'Esc');
    key(desk, 'Tab');
    key(desk, 'g');
    key(desk, 'n');
    key(desk, 'v');
    expect(topDialog(desk)).toMatchObject({ result: { topic: 'resilience', verdict: 'sound' } });
  });

  it('goes to the resource with Enter; what is about the account has none', () => {
    const { desk } = openedDesk();
    openPosture(desk);
    // The account's own stands first, by its topic.
    key(desk, 'g');
    key(desk, 'Enter');
    expect(topDialog(desk)?.type).toBe('posture');
    expect(desk.state.get().message?.text).toMatch(/account as a whole/);
    key(desk, 'n');
    key(desk, 'Enter');
    expect(topDialog(desk)).toMatchObject({ type: 'resource', ref: { name: notebook.name } });
    desk.ending.abort();
  });

  it('reads again and stops', () => {
    const { desk, session } = openedDesk({ ...posture, state: 'reading' });
    openPosture(desk);
    key(desk, 's');
    key(desk, 'r');
    expect(session.asked).toEqual(expect.arrayContaining(['stop posture', 'judge posture']));
  });
});

describe.each([
  [80, 24],
  [120, 40],
  [200, 60],
] as const)('at %i×%i', (width, height) => {
  const context = {
    snapshot: snapshot(),
    now: NOW,
    utc: true,
    theme: createTheme({ ascii: false, theme: 'none' }),
    width,
  };
  const draw = (now: Posture, only: 'weak' | 'all' = 'weak') =>
    sheetView(postureView({ selected: undefined, only }, now, context), 0, width, height - 3, context.theme).map(bare);
  const states: { readonly [title: string]: Posture } = {
    idle: noPosture,
    reading: { ...noPosture, state: 'reading', read: 3, wanted: 40 },
    'reading on': { ...posture, state: 'reading', read: 3, wanted: 40 },
    unavailable: { ...noPosture, state: 'unavailable', why: evil },
    'nothing to judge': { ...noPosture, state: 'done', at: NOW },
    denied: { ...posture, results: results.filter(({ verdict }) => verdict === 'unknown') },
    cancelled: { ...noPosture, state: 'cancelled' },
    'ten thousand': {
      ...posture,
      results: Array.from({ length: 10_000 }, (_, index) => result({ region: `r${index}` })),
    },
    all: posture,
  };

  it.each(Object.entries(states))('%s fills its rows exactly, without what an attacker wrote', (_title, now) => {
    for (const only of ['weak', 'all'] as const) {
      const rows = draw(now, only);
      expect(rows).toHaveLength(height - 3);
      for (const row of rows.map(bare)) {
        expect(cellWidth(row)).toBe(width);
        expect(isPlain(row)).toBe(true);
      }
    }
    for (const one of now.results.slice(0, 5))
      for (const row of postureResultView(one, context).lines.slice(0, 100).map(bare)) {
        expect(cellWidth(row)).toBe(width);
        expect(isPlain(row)).toBe(true);
      }
  });

  it('says what it is about', () => {
    expect(draw(states.reading!).join('\n')).toMatch(/reading 3 of 40/);
    expect(draw(states.denied!).join('\n')).toMatch(/nothing here says that anything is sound/);
    expect(draw(states['nothing to judge']!).join('\n')).toMatch(
      /Nothing of this incident is of a kind that is judged/,
    );
    const text = draw(posture).join('\n');
    expect(text).toMatch(/2 weak ── 1 unknown ── 1 sound/);
    expect(text).toMatch(/logging and monitoring · 1 unknown/);
    expect(text).toMatch(/left out: x/);
    expect(text).not.toMatch(/autoscaling of the endpoint/);
    expect(draw(posture, 'all').join('\n')).toMatch(/✓ ep fraud-scorer\s+autoscaling of the endpoint/);
  });
});
