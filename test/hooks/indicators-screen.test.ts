import { expect, it } from 'vitest';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { areLaid, indicatorRows, openIndicators } from '../../hooks/indicators-screen.ts';
import { pressKey } from '../../hooks/press.ts';
import type { SeenIndicator } from '../../src/model/indicator.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { indicatorsView } from '../../views/indicators/indicators-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW, snapshot } from '../views/fixtures.ts';

const evil = 'evil\u001b[2J\u202e';
const seen = (kind: SeenIndicator['kind'], value: string, more: Partial<SeenIndicator> = {}): SeenIndicator => ({
  kind,
  value,
  events: 3,
  firstAt: NOW - 60_000,
  lastAt: NOW,
  eventIds: ['e1', 'e2', 'e3'],
  rules: ['swap'],
  ...more,
});
const list = [seen('address', '198.51.100.7'), seen('user-agent', evil), seen('script', 'a'.repeat(64))];
const notes = {
  judged: [{ kind: 'user-agent', value: evil, verdict: 'own', reason: 'our scanner', by: 'carol', at: NOW }],
  imported: [
    { kind: 'address', value: '198.51.100.7', note: 'from the SOC', file: 'ioc.csv', by: 'carol', at: NOW },
    { kind: 'bucket', value: 'sink', note: '', file: 'ioc.csv', by: 'carol', at: NOW },
  ],
} as const;

function made() {
  const session = fakeSession({
    snapshot: { indicators: notes },
    indicators: { list, events: 9, isCut: false },
  });
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  return { session, desk };
}
function press(desk: Desk, ...names: readonly string[]): void {
  for (const name of names) {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
    pressKey(desk, { name, text: name.length === 1 ? name : '' });
  }
}
/** What the theme itself writes. */
const looks = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

function drawn(desk: Desk, width = 120): string {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'indicators') throw new Error('not on screen');
  const theme = createTheme({ ascii: true, theme: 'none' });
  const context = { snapshot: desk.session.snapshot.get(), now: NOW, utc: true, theme, width };
  const sheet = indicatorsView(dialog, context);
  const lines = [...(sheet.head ?? []), ...sheet.lines.slice(0, 20), ...sheet.footer].map((line) =>
    line.replaceAll(looks, ''),
  );
  for (const line of lines) expect(cellWidth(line)).toBe(width);
  return [sheet.title, ...(sheet.more ?? []), ...lines].join('\n');
}

async function opened() {
  const { session, desk } = made();
  openIndicators(desk);
  expect(drawn(desk)).toContain('collecting…');
  await until(() => {
    const dialog = topDialog(desk);
    return dialog?.type === 'indicators' && dialog.elsewhere !== undefined;
  });
  return { session, desk };
}

it('shows what was seen and what was brought, with whose it is; hostile values are harmless', async () => {
  const { desk } = await opened();
  const text = drawn(desk);
  expect(text).toMatch(/address +198\.51\.100\.7 .* 3 brought/);
  expect(text).toMatch(/bucket +sink +not in a finding/);
  expect(text).toMatch(/user-agent evil\\u\{1b\}.* our own/);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('brought in ioc.csv: from the SOC');
  expect(text).toContain('seen elsewhere in this incident');
  for (const width of [80, 200]) expect(drawn(desk, width)).toContain('198.51.100.7');
});

it('Tab: all, what nobody decided about, what was brought', async () => {
  const { desk } = await opened();
  const values = (only: 'all' | 'undecided' | 'brought') =>
    indicatorRows({ list, events: 9, isCut: false }, desk.session.snapshot.get(), { only }).map(({ ref }) => ref.kind);
  expect(values('all')).toEqual(['address', 'user-agent', 'bucket', 'script']);
  expect(values('undecided')).toEqual(['address', 'bucket', 'script']);
  expect(values('brought')).toEqual(['address', 'bucket']);
  press(desk, 'Tab', 'Tab');
  expect(drawn(desk)).toContain('Indicators: brought');
});

it('Enter filters the whole incident for it', async () => {
  const { desk } = await opened();
  press(desk, 'Enter');
  await until(() => desk.state.get().filter.text === 'ip=198.51.100.7');
});

it('ours or benign with a reason; what is so already is so no more; without a reason nothing is', async () => {
  const { desk, session } = await opened();
  press(desk, 'o', 'Enter');
  expect(topDialog(desk)?.type).toBe('indicator-reason');
  for (const letter of 'office') press(desk, letter);
  press(desk, 'Enter');
  await until(() => session.asked.length === 1);
  press(desk, 'j', 'o');
  await until(() => session.asked.length === 2);
  expect(session.asked).toEqual(['indicator address 198.51.100.7 own office', `indicator user-agent ${evil} open`]);
});

it('a script is known by its hash: Enter goes to the event of it', async () => {
  const { desk } = await opened();
  press(desk, 'j', 'j', 'j');
  expect(drawn(desk)).toContain('stands inside of records only');
  expect(snapshot().indicators).toEqual({ judged: [], imported: [] });
});

it('a hundred thousand that were brought are laid out in pieces: the screen says so, keys are heard, and then they stand there', async () => {
  const imported = Array.from({ length: 100_000 }, (_, at) => ({
    ...{
      kind: 'address' as const,
      value: `203.0.${at >> 8}.${at & 255}`,
      note: '',
      file: 'ioc.csv',
      by: 'carol',
      at: NOW,
    },
  }));
  const session = fakeSession({
    snapshot: { indicators: { judged: [], imported } },
    indicators: { list, events: 9, isCut: false },
  });
  const desk = createDesk(session, { ...made().desk.surroundings });
  openIndicators(desk);
  press(desk, 'j');
  // Those of before stand there meanwhile, or that they are being laid out.
  expect(areLaid()).toBe(false);
  await until(areLaid);
  const rows = () => {
    const dialog = topDialog(desk);
    return dialog?.type === 'indicators' ? indicatorRows(dialog.collected, session.snapshot.get(), dialog).length : 0;
  };
  await until(() => areLaid() && rows() === 100_003);
  press(desk, 'G');
  expect(drawn(desk)).toContain('a'.repeat(20));
});
