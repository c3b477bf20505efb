import { expect, it } from 'vitest';
import { closeDialog, createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { dialogHints } from '../../hooks/dialog-hints.ts';
import { keyNames } from '../../hooks/key-names.ts';
import { keymap } from '../../hooks/keymap.ts';
import { pressKey } from '../../hooks/press.ts';
import { rebind } from '../../hooks/rebind.ts';
import { defaultSettings } from '../../src/model/console-settings.ts';
import { emptyEvents } from '../../views/events/empty-events.ts';
import { headerView } from '../../views/header/header-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { snapshots } from '../views/catalogue.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW, snapshot } from '../views/fixtures.ts';
import { inventory } from '../views/situation.ts';

const own = rebind(keymap, { findings: ['9'], errors: ['8'], journal: ['Ctrl-T'], arm: [], filter: ['7'] }).keymap!;
const theme = createTheme({ ascii: true, theme: 'none', keymap: own });

it('texts spell the keys as the operator has bound them', () => {
  const busy = { ...snapshots['armed, with everything going on']!, openFindings: 3 };
  const rows = headerView({ snapshot: busy, now: NOW, utc: true, openDoors: 2 }, 300, theme);
  expect(rows[1]).toContain('1 running (Ctrl-T)');
  expect(rows[1]).toContain('1 error (8)');
  expect(rows[1]).toContain('3 findings (9)');
  expect(rows[1]).toContain('2 still open (D)');
  const before = headerView(
    { snapshot: busy, now: NOW, utc: true, openDoors: 2 },
    300,
    createTheme({ ascii: true, theme: 'none' }),
  );
  expect(before[1]).toContain('1 running (x)');
  expect(before[1]).toContain('3 findings (F)');
});

it('a key that was taken away is not spelled at all: there its command stands, or nothing', () => {
  expect(keyNames(own)('arm')).toBe('');
  expect(keyNames(own)('no such id')).toBe('');
  const hidden = rebind(keymap, { findings: [] }).keymap!;
  const rows = headerView(
    { snapshot: { ...snapshot(), openFindings: 3 }, now: NOW, utc: true },
    200,
    createTheme({ ascii: true, theme: 'none', keymap: hidden }),
  );
  expect(rows[1]).toMatch(/3 findings(?! \()/);
});

it('hints of a screen name the operator’s keys for commands and help, those keys work there, and the built-in ones do not', () => {
  const { keymap: bound } = rebind(keymap, { palette: [';'], help: ['H'] });
  const desk = createDesk(
    fakeSession({ inventory }),
    { now: () => NOW, later: () => () => {}, copy: () => {}, exit: () => {}, repaint: () => {} },
    defaultSettings,
    bound,
  );
  const press = (name: string) => pressKey(desk, { name, text: name });
  press('I');
  dialogPainted(desk, topDialog(desk)!.id);
  const hints = dialogHints(desk, topDialog(desk)!);
  expect(hints).toContainEqual({ key: ';', text: 'command' });
  expect(hints).toContainEqual({ key: 'H', text: 'help' });
  press(':');
  press('?');
  expect(topDialog(desk)!.type).toBe('inventory');
  press('H');
  expect(topDialog(desk)!.type).toBe('help');
  closeDialog(desk, topDialog(desk)!.id);
  press(';');
  expect(topDialog(desk)!.type).toBe('palette');
});

it('a screen does not offer a key for help that is one of its own', () => {
  const { keymap: bound } = rebind(keymap, { help: ['r'] });
  const desk = createDesk(
    fakeSession({ inventory }),
    { now: () => NOW, later: () => () => {}, copy: () => {}, exit: () => {}, repaint: () => {} },
    defaultSettings,
    bound,
  );
  pressKey(desk, { name: 'I', text: 'I' });
  const keys = dialogHints(desk, topDialog(desk)!).map(({ key, text }) => `${key} ${text}`);
  expect(keys).toContain('r again');
  expect(keys.join()).not.toContain('help');
});

it('so do the lines of an empty list', () => {
  expect(emptyEvents(snapshot({ events: 4 }), true, { key: keyNames(own) })[1]).toContain('7 changes it');
  expect(emptyEvents(snapshot({ events: 4 }), true, { searching: true })[0]).toContain('still searched');
});
