import { afterEach, expect, it } from 'vitest';
import type { FindingGroup } from '../../src/model/finding.ts';
import { noFindings } from '../../src/session/findings.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { event, NOW, snapshot } from './fixtures.ts';
import { type Screen, startScreen } from './screen.tsx';

let screen: Screen | undefined;
afterEach(async () => {
  await screen?.press('Ctrl-C', 'Ctrl-C');
  await screen?.ended.catch(() => undefined);
  screen = undefined;
});
const start = (...parameters: Parameters<typeof startScreen>) => {
  screen = startScreen(...parameters);
  return screen;
};

const found = (key: string, severity: FindingGroup['severity'], actor = 'alice'): FindingGroup => ({
  key,
  rule: 'stolen-url',
  severity,
  actor,
  actorArn: '',
  resource: undefined,
  events: 1,
  firstAt: 0,
  lastAt: 0,
  lastRow: 1,
  eventIds: [],
});
const titles = (on: Screen) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that are looked for
  [...on.output().matchAll(/\u001b\]2;([^\u0007]*)\u0007/g)].map(([, text]) => text);

it('names the window by incident and gravest finding, and gives it its old name back', async () => {
  const session = fakeSession();
  const on = start(session);
  await on.see('CreateTrainingJob');
  await until(() => titles(on).length > 0);
  expect(titles(on).at(-1)).toContain('no open findings');
  session.findings.set({ ...noFindings, at: 1, groups: [found('a', 'medium'), found('b', 'critical')] });
  await until(
    () => titles(on).at(-1)?.includes('CRITICAL, 2 open') === true,
    () => titles(on).join('\n'),
  );
  expect(titles(on).at(-1)).toContain(session.snapshot.get().incident.name);
  await on.press(':', ...'title off', 'Enter');
  await until(() => on.output().includes('\u001b[23;2t'));
  await on.press('Ctrl-C', 'Ctrl-C');
  await on.ended;
  const [kept, restored] = ['\u001b[22;2t', '\u001b[23;2t'].map((one) => on.output().split(one).length - 1);
  expect(kept).toBe(restored);
});

it('tells of a new grave finding once, and of nothing that was there before or is too light', async () => {
  const session = fakeSession();
  const on = start(session, { columns: 120, rows: 40 }, { notify: 'osc9', title: false });
  await on.see('CreateTrainingJob');
  const told = () => on.output().split('\u001b]9;').length - 1;
  session.findings.set({ ...noFindings, at: 1, groups: [found('a', 'critical')] });
  session.findings.set({ ...noFindings, at: 2, groups: [found('a', 'critical'), found('b', 'low')] });
  expect(told()).toBe(0);
  const hostile = 'eve\u001b]52;c;eA==\u0007';
  const groups = [found('c', 'high', hostile), found('d', 'high'), found('a', 'critical'), found('b', 'low')];
  session.findings.set({ ...noFindings, at: 3, groups });
  await until(() => told() === 1);
  expect(on.output()).not.toContain('\u001b]52;c;eA==');
  expect(on.output()).toContain('high finding: stolen-url, by eve');
  expect(on.output()).toContain('and 1 more');
  await on.see('new high finding: stolen-url');
  session.findings.set({ ...noFindings, at: 4, groups: [...groups, found('e', 'critical')] });
  await on.see('new critical finding');
  // Within seconds of the last one it is said, but not rung again.
  expect(told()).toBe(1);
});

it('leaves the mouse to the terminal until it is asked for, selects by a click, scrolls by the wheel, and gives it back', async () => {
  const session = fakeSession();
  const on = start(session);
  await on.see('CreateTrainingJob');
  expect(on.output()).not.toContain('\u001b[?1000h');
  await on.press('M');
  await until(() => on.output().includes('\u001b[?1000h\u001b[?1006h'));
  const selected = () => on.rows().findIndex((row) => /^>.{2} \d\d:\d\d:\d\d/.test(row));
  await until(() => selected() > 0);
  const row = selected() - 4;
  on.write(`\u001b[<0;30;${row + 1}M\u001b[<0;30;${row + 1}m`);
  await until(
    () => selected() === row,
    () => on.text(),
  );
  const before = on.rows()[selected()];
  on.write(`\u001b[<64;30;${row + 1}M`);
  await until(
    () => on.rows()[selected()] !== before,
    () => on.text(),
  );
  // A click on the resources takes the keys there; one in a dialog does nothing.
  on.write('\u001b[<0;5;5M');
  await on.see(/^>Resources/m);
  await on.press('c');
  await on.see('>Contain');
  const dialog = on.text();
  for (const [column, line] of [
    [5, 38],
    [5, 30],
    [60, 20],
  ])
    on.write(`\u001b[<0;${column};${line}M`);
  await on.press('j', 'k');
  expect(on.text()).toBe(dialog);
  await on.press('Esc', 'M');
  await until(() => on.output().includes('\u001b[?1006l\u001b[?1000l'));
  expect(session.asked.filter((asked) => /^(?:approve|undo)/.test(asked))).toEqual([]);
  session.add(event(70));
});

it('a click selects the row it is on, where a day begins above it and what is loaded stands below too', async () => {
  const [source] = snapshot().sources;
  const session = fakeSession({
    events: Array.from({ length: 60 }, (_, index) => event(index, { at: NOW - (60 - index) * 7_200_000 })),
    snapshot: { sources: [{ ...source!, progress: 'all management events loaded' }] },
  });
  const on = start(session, { columns: 120, rows: 40 }, { mouse: true });
  const selected = () => on.rows().findIndex((row) => /^>.{2} \d\d:\d\d:\d\d/.test(row));
  await until(() => selected() > 0);
  await on.see(/^ {3}── \d{4}-\d\d-\d\d ──/m);
  const days = on.rows().findIndex((row) => /^ {3}── \d{4}-/.test(row));
  // A line of a day is no row.
  const before = on.text();
  on.write(`\u001b[<0;30;${days + 1}M`);
  await on.press('j');
  for (const line of [days + 1, days - 1]) {
    const wanted = on.rows()[line]?.slice(2, 12);
    on.write(`\u001b[<0;30;${line + 1}M`);
    await until(
      () => on.rows()[selected()]?.slice(2, 12) === wanted,
      () => `${wanted} on\n${on.text()}\n${before}`,
    );
  }
});
