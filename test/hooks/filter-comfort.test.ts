import { expect, it } from 'vitest';
import { createDesk } from '../../hooks/desk.ts';
import { matchText, paletteMatches } from '../../hooks/palette.ts';
import { pasteText, pressKey } from '../../hooks/press.ts';
import { TEXT_LIMIT, textOf } from '../../hooks/text-field.ts';
import { defaultSettings } from '../../src/model/console-settings.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW } from '../views/fixtures.ts';

function made(filters: { readonly [name: string]: string } = {}, snapshot: Partial<Snapshot> = {}) {
  const session = fakeSession({ snapshot });
  const desk = createDesk(
    session,
    { now: () => NOW, later: () => () => {}, copy: () => {}, exit: () => {}, repaint: () => {} },
    { ...defaultSettings, filters },
  );
  return { desk, session };
}
type Desk = ReturnType<typeof made>['desk'];
function press(desk: Desk, ...names: readonly string[]): void {
  for (const name of names)
    pressKey(desk, { name: name === ' ' ? 'Space' : name, text: [...name].length === 1 ? name : '' });
}
const line = (desk: Desk) => desk.state.get().filterLine;
const typed = (desk: Desk) => textOf(line(desk)!.field);
const offered = (desk: Desk) => line(desk)?.completion?.suggestions.map(({ insert }) => insert) ?? [];
const inForce = (desk: Desk, text: string) =>
  until(
    () => desk.state.get().filter.text === text,
    () => desk.state.get().filter.text,
  );

it('completes fields at once and values by how often they were seen', async () => {
  const { desk } = made();
  press(desk, '/');
  expect(offered(desk)).toContain('principal=');
  press(desk, ...'acc');
  expect(offered(desk)).toEqual(['account=']);
  press(desk, 'Tab');
  expect(typed(desk)).toBe('account=');
  // The only one that fits: Tab goes on with its values.
  await until(() => offered(desk).includes('111122223333'));
  press(desk, 'Tab');
  expect(typed(desk)).toBe('account=111122223333');
  press(desk, 'Ctrl-U', ...'action=');
  await until(() => offered(desk).length > 1);
  // The most frequent call of the story is the one that is offered first.
  expect(offered(desk)[0]).toBe('sagemaker:DescribeEndpoint');
  expect(line(desk)?.completion?.events.get('sagemaker:DescribeEndpoint')).toBeGreaterThan(10);
  press(desk, 'Tab');
  expect(typed(desk)).toBe('action=sagemaker:DescribeEndpoint');
  press(desk, 'Tab');
  const second = typed(desk);
  expect(second).not.toBe('action=sagemaker:DescribeEndpoint');
  press(desk, 'Shift-Tab');
  expect(typed(desk)).toBe('action=sagemaker:DescribeEndpoint');
  // What follows the caret stays, and the preview runs on what Tab has put there.
  await inForce(desk, 'action=sagemaker:DescribeEndpoint');
  press(desk, ...' ip=198');
  await until(() => offered(desk).includes('198.51.100.7'));
});

it('points at what it cannot read and keeps the view that was there', () => {
  const { desk } = made();
  press(desk, '/', ...'ip=1.2.3.4 principle=alice');
  expect(line(desk)?.problem).toMatchObject({ at: 'ip=1.2.3.4 '.length });
  press(desk, 'Enter');
  expect(line(desk)).toBeDefined();
});

it('takes a paste of a megabyte within a key’s time, and says that it was cut', async () => {
  const { desk } = made();
  press(desk, '/');
  const page = 'principal=x '.repeat(90_000);
  const startedAt = performance.now();
  pasteText(desk, page);
  expect(desk.state.get().message?.text).toContain('was cut');
  press(desk, 'x', 'Backspace', 'Left');
  const took = performance.now() - startedAt;
  expect(textOf(line(desk)!.field).length).toBeLessThanOrEqual(TEXT_LIMIT);
  // It is not said of what is typed after that.
  expect(desk.state.get().message).toBeUndefined();
  // Four presses, each of which must leave the thread for the next frame; generous, since the machine may be busy.
  expect(took).toBeLessThan(1000);
  press(desk, 'Esc');
  expect(line(desk)).toBeUndefined();
});

it('takes and leaves out the selected value with one key, by the chosen column', async () => {
  const { desk } = made();
  press(desk, 'W');
  await inForce(desk, 'action=sagemaker:DescribeEndpoint');
  press(desk, 'Esc');
  await inForce(desk, '');
  press(desk, 'X');
  await inForce(desk, '!action=sagemaker:DescribeEndpoint');
  press(desk, 'Left', 'Left');
  expect(desk.state.get().column).toBe('principal');
  press(desk, 'Right', 'Right', 'Right', 'Right', 'Right', 'Right');
  expect(desk.state.get().column).toBe('error');
  press(desk, 'Left', 'W');
  await until(() => desk.state.get().filter.text.includes('ip='));
  press(desk, 'Right', 'W');
  expect(desk.state.get().message?.text).toContain('this event has no error');
});

it('keeps filters by name in the incident, before those of the file, and calls them up', async () => {
  const { desk, session } = made({ thief: 'ip=198.51.100.7', mine: 'error' });
  const names = () => paletteMatches(desk, 'use ').map((match) => matchText(match).name);
  expect(names()).toEqual([':use thief', ':use mine']);
  press(desk, '"', ...'thi', 'Enter');
  await inForce(desk, 'ip=198.51.100.7');
  press(desk, ':', ...'save mine', 'Enter');
  await until(() => session.snapshot.get().savedFilters.get('mine') === 'ip=198.51.100.7');
  press(desk, ':', ...'save two words', 'Enter');
  expect(desk.state.get().message?.text).toContain('one word');
  press(desk, ':', ...'timeline', 'Enter');
  await inForce(desk, '');
  press(desk, ':', ...'use mine', 'Enter');
  await inForce(desk, 'ip=198.51.100.7');
  press(desk, ':', ...'save -mine', 'Enter');
  await until(() => session.snapshot.get().savedFilters.size === 0);
  press(desk, ':', ...'use mine', 'Enter');
  await inForce(desk, 'error');
});

it('says what a name stood for, and takes none away that is not there', async () => {
  const { desk, session } = made({ thief: 'ip=198.51.100.7', constructor: 'error' });
  const said = () => desk.state.get().message?.text ?? '';
  press(desk, ':', ...'save -nobody', 'Enter');
  expect(said()).toBe('no filter is called nobody');
  press(desk, ':', ...'save -thief', 'Enter');
  expect(said()).toBe('only a filter of the configuration is called thief');
  press(desk, ':', ...'save -toString', 'Enter');
  expect(said()).toBe('no filter is called toString');
  press(desk, ':', ...'use constructor', 'Enter');
  await inForce(desk, 'error');
  press(desk, ':', ...'save thief', 'Enter');
  await until(() => said().startsWith('saved as thief'));
  expect(said()).toBe('saved as thief: " calls it up; it was ip=198.51.100.7');
  press(desk, ':', ...'save -thief', 'Enter');
  await until(() => session.snapshot.get().savedFilters.size === 0);
  await until(() => said() === 'filter thief is no longer saved, that of the configuration counts again', said);
});

it('keeps a filter as it was written down, and opens one that cannot be read where it can be corrected', async () => {
  const { desk, session } = made({ recent: 'since=2h error', broken: 'principle=alice' });
  press(desk, ':', ...'use recent', 'Enter');
  await inForce(desk, 'since=2h error');
  press(desk, ':', ...'save late', 'Enter');
  await until(() => session.snapshot.get().savedFilters.get('late') === 'since=2h error');
  press(desk, ':', ...'use broken', 'Enter');
  expect(typed(desk)).toBe('principle=alice');
  expect(line(desk)?.problem?.text).toContain('did you mean principal');
  press(desk, 'Esc');
  expect([line(desk), desk.state.get().filter.text]).toEqual([undefined, 'since=2h error']);
});

it('goes back through filters that were kept, each once, without the one that stands on the line', async () => {
  const { desk } = made();
  for (const text of ['error', 'kind=role', 'error']) {
    press(desk, ':', ...`filter ${text}`, 'Enter');
    await inForce(desk, text);
  }
  expect(desk.history).toEqual(['error', 'kind=role']);
  press(desk, '/', 'Up');
  expect(typed(desk)).toBe('kind=role');
  press(desk, 'Up');
  expect(typed(desk)).toBe('kind=role');
  press(desk, 'Down');
  expect(typed(desk)).toBe('error');
});

it('the filter in force chosen again is no step of the way back', async () => {
  const { desk } = made({ thief: 'ip=198.51.100.7' });
  press(desk, ':', ...'use thief', 'Enter');
  await inForce(desk, 'ip=198.51.100.7');
  press(desk, ':', ...'use thief', 'Enter');
  expect(desk.state.get().trail).toHaveLength(1);
  press(desk, 'Esc');
  await inForce(desk, '');
});

it('counts times from the newest event of saved logs, as :to does, and from now where events come', async () => {
  const since = async (desk: Desk, text: string) => {
    press(desk, '/', 'Ctrl-U', ...text, 'Enter');
    await inForce(desk, text);
    return desk.state.get().filter.predicate;
  };
  const saved = made({}, { mode: 'saved', receivedTo: Date.parse('2026-11-20T20:45:00Z') }).desk;
  expect(await since(saved, 'since=20:30')).toEqual({ type: 'time', from: Date.parse('2026-11-20T20:30:00Z') });
  expect(await since(saved, 'since=2h')).toEqual({ type: 'time', from: Date.parse('2026-11-20T18:45:00Z') });
  const live = made({}, { mode: 'live', clockSkewMs: 60_000 }).desk;
  expect(await since(live, 'since=1h')).toEqual({ type: 'time', from: NOW - 60_000 - 3_600_000 });
});
