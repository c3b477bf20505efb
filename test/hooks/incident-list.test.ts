import { describe, expect, it } from 'vitest';
import { initialList, pasteInList, pressInList, shownIncidents } from '../../hooks/incident-list.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { IncidentEntry, ListedIncident } from '../../src/session/incident-list.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { type IncidentsModel, incidentsView } from '../../views/incidents/incidents-view.ts';
import { createTheme } from '../../views/theme/theme.ts';

const entryOf = (name: string, more: Partial<IncidentEntry> = {}): IncidentEntry => ({
  name,
  folder: `/state/incidents/${name}`,
  openedAt: '2026-11-23T20:31:02.000Z',
  lastEntryAt: '2026-11-23T21:00:00.000Z',
  events: 1284,
  heldBy: null,
  problem: null,
  mode: 'live',
  account: '111122223333',
  alias: 'ml-prod',
  identityArn: 'arn:aws:sts::111122223333:assumed-role/OnCall/carol',
  region: 'us-east-1',
  endpoint: '',
  scenario: '',
  open: [],
  ...more,
});
const listed = (name: string, more?: Partial<IncidentEntry>): ListedIncident => ({
  name,
  folder: `/state/incidents/${name}`,
  changedAt: Date.parse('2026-11-23T21:00:00Z'),
  entry: more && entryOf(name, more),
});
const all = [
  listed('INC-1', { open: ['c1 may have happened', '2 doors still open'] }),
  listed('INC-2', { heldBy: 'pid 7 on box, as OnCall/carol' }),
  listed('drill-1', { endpoint: 'SIMULATED', mode: 'drill', scenario: 'lifecycle-backdoor' }),
  listed('broken', { problem: '/state/incidents/broken/journal.jsonl:3: was changed' }),
  listed('unread'),
];
const key = (name: string) => ({ name, text: name.length === 1 ? name : '' });
function after(keys: readonly string[], from = initialList) {
  return keys.reduce((done, name) => pressInList(done.state, key(name), all, 10), { state: from } as ReturnType<
    typeof pressInList
  >);
}

it('Enter opens what is selected, says why it cannot, and opens what is not read yet', () => {
  expect(after(['Enter']).intent).toEqual({ type: 'open', name: 'INC-1' });
  expect(after(['j', 'j', 'k', 'Enter']).intent).toEqual({ type: 'open', name: 'INC-2' });
  expect(after(['G', 'Enter']).intent).toEqual({ type: 'open', name: 'unread' });
  const broken = after(['G', 'k', 'Enter']);
  expect(broken.intent).toBeUndefined();
  expect(broken.state.message).toMatch(/broken cannot be opened: .*was changed/);
  expect(after(['j'], broken.state).state.message).toBeUndefined();
  expect(pressInList(initialList, key('Enter'), [], 10).intent).toBeUndefined();
});

it('Esc never leaves and never opens; what is typed into the filter does neither', () => {
  expect(after(['Esc']).intent).toBeUndefined();
  const typing = after(['/', ...'drill q']);
  expect([textOf(typing.state.field), typing.intent]).toEqual(['drill q', undefined]);
  expect(after(['Esc'], typing.state).state).toMatchObject({ typing: false, field: { graphemes: [] } });
  expect(after(['/', ...'simul', 'Enter', 'Enter']).intent).toEqual({ type: 'open', name: 'drill-1' });
  expect(textOf(pasteInList(initialList, 'x').field)).toBe('');
  expect(textOf(pasteInList(after(['/']).state, 'a\nq\n').field)).toBe('a q ');
});

it('filters by name, account, what is open', () => {
  const names = (filter: string) => shownIncidents(all, filter).map(({ name }) => name);
  expect(names('')).toHaveLength(5);
  expect(names('ml-prod doors')).toEqual(['INC-1']);
  expect(names('BACKDOOR')).toEqual(['drill-1']);
  expect(names('nothing')).toEqual([]);
});

describe.each([
  [80, 24],
  [120, 40],
  [200, 60],
])('at %i×%i', (columns, rows) => {
  const hostile = '\u001b[2J\u202eevil\u0007\n';
  const lists: { readonly [name: string]: readonly ListedIncident[] } = {
    empty: [],
    one: all.slice(0, 1),
    thousands: Array.from({ length: 3000 }, (_, index) => listed(`i${index}`, index % 3 ? {} : undefined)),
    hostile: [
      listed('h', {
        alias: hostile,
        account: hostile,
        heldBy: hostile,
        problem: hostile,
        endpoint: hostile,
        open: [hostile],
      }),
      listed('j', { alias: hostile, scenario: hostile, identityArn: hostile, region: hostile, open: [hostile] }),
    ],
    cjk: [listed('事件', { alias: '機械学習'.repeat(20), open: ['未完了'.repeat(30)], heldBy: '端末'.repeat(40) })],
    several: all,
  };
  it.each(Object.keys(lists))('fills the screen exactly: %s', (name) => {
    for (const theme of [createTheme({ ascii: false, theme: 'default' }), createTheme({ ascii: true, theme: 'none' })])
      for (const state of [initialList, after(['/', ...'e']).state, after(['G', 'k', 'Enter']).state]) {
        const model: IncidentsModel = {
          incidents: lists[name]!,
          state,
          folder: hostile,
          now: 0,
          utc: true,
          looks: { 111122223333: { production: true } },
        };
        const lines = incidentsView(model, columns, rows, theme);
        expect(lines).toHaveLength(rows);
        for (const line of lines) {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: our own SGR sequences
          const text = line.replaceAll(/\u001b\[[\d;]*m/g, '');
          expect(cellWidth(text), text).toBe(columns);
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }
  });
});

it('a simulated account and production cannot be missed', () => {
  const model: IncidentsModel = {
    incidents: all,
    state: initialList,
    folder: '/state',
    now: 0,
    utc: true,
    looks: { 111122223333: { name: 'prod', production: true } },
  };
  const text = incidentsView(model, 120, 30, createTheme({ ascii: true, theme: 'none' }));
  expect(text.find((line) => line.includes('drill-1'))).toContain('SIMULATED');
  expect(text.find((line) => line.includes('INC-1'))).toMatch(/PRODUCTION 111122223333 prod.*may have happened/);
  expect(text.find((line) => line.includes('INC-2'))).toContain('open in pid 7');
});

it('tells incidents apart that differ at the ends of their names, also at 80 columns', () => {
  const names = ['215444Z', '225738Z'].map((end) => `drill-presigned-url-hijack-20261126T${end}`);
  const model: IncidentsModel = {
    incidents: names.map((name) => listed(name)),
    state: initialList,
    folder: '/state',
    now: 0,
    utc: true,
    looks: {},
  };
  const rows = incidentsView(model, 80, 24, createTheme({ ascii: true, theme: 'none' })).join('\n');
  expect([/drill\S*5444Z/.test(rows), /drill\S*5738Z/.test(rows)]).toEqual([true, true]);
});
