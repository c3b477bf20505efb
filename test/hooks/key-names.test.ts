import { expect, it } from 'vitest';
import { keyNames } from '../../hooks/key-names.ts';
import { keymap } from '../../hooks/keymap.ts';
import { rebind } from '../../hooks/rebind.ts';
import { emptyEvents } from '../../views/events/empty-events.ts';
import { headerView } from '../../views/header/header-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { snapshots } from '../views/catalogue.ts';
import { NOW, snapshot } from '../views/fixtures.ts';

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

it('so do the lines of an empty list', () => {
  expect(emptyEvents(snapshot({ events: 4 }), true, { key: keyNames(own) })[1]).toContain('7 changes it');
  expect(emptyEvents(snapshot({ events: 4 }), true, { searching: true })[0]).toContain('still searched');
});
