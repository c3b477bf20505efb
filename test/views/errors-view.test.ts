import { expect, it } from 'vitest';
import { createDesk, openErrors, topDialog } from '../../hooks/desk.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { errorsView } from '../../views/dialogs/list-views.ts';
import { hintBarView } from '../../views/hint-bar-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from './fake-session.ts';
import { NOW, snapshot } from './fixtures.ts';

const theme = createTheme({ ascii: true, theme: 'none' });
const linesOf = (
  of: ReturnType<typeof snapshot>,
  said: Parameters<typeof errorsView>[0]['said'] = [],
  rejected: Parameters<typeof errorsView>[0]['rejected'] = [],
) =>
  errorsView({ said, rejected }, { snapshot: of, width: 120, theme, now: NOW, utc: true })
    .lines.slice(0, 20)
    .map((line) => line.trim());

it('names what goes wrong now, and what was said at the bottom and is gone from there, beside the errors', () => {
  const [source] = snapshot().sources;
  const down = { ...source!, title: 'Trail log group', state: 'unreachable' as const, why: 'cannot reach AWS' };
  const of = snapshot({ sources: [source!, down], errors: [{ at: NOW - 60_000, what: 'first', nextSteps: ['wait'] }] });
  const lines = linesOf(of, [{ at: NOW, text: 'evidence: cannot reach AWS' }]);
  expect(lines[0]).toMatch(/Trail log group \S+: unreachable: nothing new arrives.*: cannot reach AWS/);
  expect(lines[1]).toMatch(/Z {2}evidence: cannot reach AWS$/);
  expect(lines.slice(2)).toEqual([expect.stringMatching(/first$/), expect.stringMatching(/next .*wait$/)]);
  expect(linesOf(snapshot({ sources: [source!], errors: [] }))).toEqual([
    expect.stringContaining('no errors in this session'),
  ]);
});

it('names what of the logs could not be loaded: where, why, what to do, and how many more', () => {
  const [source] = snapshot().sources;
  const rejected = [
    { where: 'logs/a.json', line: 3, problem: 'is not JSON', nextStep: 'Check this record; the rest is loaded' },
    { where: 'logs/\u001b[2Jb.gz', byte: 77, problem: 'was not read to its end: loading was stopped', nextStep: '' },
  ];
  expect(linesOf(snapshot({ sources: [source!], errors: [], rejected: 1_002 }), [], rejected)).toEqual([
    'not loaded  logs/a.json:3: is not JSON',
    expect.stringMatching(/next .*Check this record; the rest is loaded$/),
    String.raw`not loaded  logs/\u{1b}[2Jb.gz byte 77: was not read to its end: loading was stopped`,
    expect.stringContaining('and 1,000 more'),
  ]);
  const session = fakeSession({ rejected });
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  openErrors(desk);
  expect(topDialog(desk)).toMatchObject({ type: 'errors', rejected });
});

it('a problem that has no room at the bottom names the key that shows it whole', () => {
  const text = 'a long problem '.repeat(10);
  const line = hintBarView([], { text, tone: 'problem' }, 80, theme, '!');
  expect([cellWidth(line), line.endsWith(' (!)')]).toEqual([80, true]);
  expect(hintBarView([], { text: 'short', tone: 'problem' }, 80, theme, '!')).not.toContain('(!)');
  expect(hintBarView([], { text, tone: 'plain' }, 80, theme, '!')).not.toContain('(!)');
});
