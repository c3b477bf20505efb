import { expect, it } from 'vitest';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { dialogHints } from '../../hooks/dialog-hints.ts';
import { pressKey } from '../../hooks/press.ts';
import { crumbsOf } from '../../hooks/station.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { crumbText } from '../../views/components/crumbs.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW } from '../views/fixtures.ts';
import { chain, inventory, openDoors } from '../views/situation.ts';

function made(): Desk {
  const session = fakeSession({ inventory, openDoors: openDoors.some!, chain });
  return createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
}

function press(desk: Desk, ...names: readonly string[]) {
  for (const name of names) {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
    pressKey(desk, { name, text: [...name].length === 1 ? name : '' });
  }
}

const shown = (desk: Desk) => topDialog(desk)?.type;
const way = (desk: Desk) => crumbsOf(desk.state.get().trail);
const filterIs = (desk: Desk, text: string) =>
  until(
    () => desk.state.get().filter.text === text,
    () => desk.state.get().filter.text,
  );

it.each(['Esc', 'Backspace', 'q'])(
  'walks back through screens with %s, selections kept, at last to the panes',
  (key) => {
    const desk = made();
    press(desk, 'k', 'I', 'j', 'j');
    const { place } = desk.state.get();
    const inventory = topDialog(desk);
    const selected = inventory?.type === 'inventory' && inventory.selected;
    press(desk, 'D', 'j');
    const doors = topDialog(desk);
    const door = doors?.type === 'doors' && doors.selected;
    press(desk, 'V');
    expect([shown(desk), way(desk)]).toEqual(['coverage', ['inventory', 'still open']]);
    expect(dialogHints(desk, topDialog(desk)!).at(-1)?.text).toBe('back to still open');
    press(desk, key);
    expect(topDialog(desk)).toMatchObject({ type: 'doors', selected: door });
    press(desk, key);
    expect(topDialog(desk)).toMatchObject({ type: 'inventory', selected });
    expect(dialogHints(desk, topDialog(desk)!).at(-1)?.text).toBe('back');
    press(desk, key);
    expect([shown(desk), desk.state.get().trail, desk.state.get().place]).toEqual([undefined, [], place]);
  },
);

it('goes on from a screen to events and back into it, and past it to the filter before', async () => {
  const desk = made();
  press(desk, ':', ...'filter', ' ', ...'principal=alice', 'Enter');
  await filterIs(desk, 'principal=alice');
  press(desk, 'D', 'I', 'j', 't');
  await until(() => desk.state.get().filter.text.startsWith('resource='));
  expect(way(desk)).toEqual(['principal=alice', 'still open', 'inventory']);
  press(desk, 'Esc');
  await filterIs(desk, 'principal=alice');
  expect(shown(desk)).toBe('inventory');
  press(desk, 'Esc', 'Esc');
  expect([shown(desk), desk.state.get().filter.text]).toEqual([undefined, 'principal=alice']);
  press(desk, 'Esc');
  await filterIs(desk, '');
});

it('opens a place where one is already without a step between, and comes back from keys of the panes', () => {
  const desk = made();
  press(desk, 'I', 'I', 'I');
  expect(desk.state.get().trail).toHaveLength(1);
  press(desk, ':', ...'lanes', 'Enter');
  expect([shown(desk), desk.state.get().focus]).toEqual([undefined, 'lanes']);
  press(desk, 'Esc', 'Esc');
  expect(shown(desk)).toBe('inventory');
  press(desk, 'Esc');
  expect([shown(desk), desk.state.get().trail]).toEqual([undefined, []]);
});

it('keeps no more steps than anybody walks, and forgets none of the last', () => {
  const desk = made();
  press(desk, ...Array.from({ length: 60 }, () => ['I', 'D']).flat());
  expect(desk.state.get().trail.length).toBeLessThanOrEqual(50);
  press(desk, ...Array.from({ length: 50 }, () => 'Esc'), 'Esc', 'Esc');
  expect(shown(desk)).toBeUndefined();
});

it('tells the way in as many cells as there are, the nearest steps first, whatever they are called', () => {
  const theme = createTheme({ ascii: false, theme: 'none' });
  const names = ['principal=alice', 'inventory', 'evil\u001b[2J\u202e name'.repeat(20), '数据库数据库数据库数据库'];
  for (const width of [8, 26, 40, 66, 100]) {
    const text = crumbText(names, theme, width);
    expect(cellWidth(text), text).toBeLessThanOrEqual(Math.max(width, 4));
    expect(text).not.toMatch(/\p{Cc}|\u202e/u);
  }
  expect(crumbText(['inventory', 'still open'], theme, 40)).toBe('inventory › still open › ');
  expect(crumbText(['inventory', 'still open'], theme, 18)).toBe('… › still open › ');
});
