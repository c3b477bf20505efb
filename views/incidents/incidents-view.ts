import { type IncidentListState, shownIncidents } from '../../hooks/incident-list.ts';
import { selectedIndex } from '../../hooks/list-window.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { ConsoleSettings } from '../../src/model/console-settings.ts';
import type { IncidentEntry, ListedIncident } from '../../src/session/incident-list.ts';
import { fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { fill } from '../components/pane.ts';
import { joinParts } from '../components/parts.ts';
import { cellRight, count, cutMiddle, plural, safe, wrap } from '../components/text.ts';
import { clock, instant } from '../components/time.ts';
import { drawnRows, type Sheet, sheetRoom, sheetView } from '../dialogs/sheet.ts';
import { hintBarView } from '../hint-bar-view.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

/** What the list of incidents is drawn from. */
export interface IncidentsModel {
  readonly incidents: readonly ListedIncident[];
  readonly state: IncidentListState;
  /** The state folder. */
  readonly folder: string;
  /** Epoch ms. */
  readonly now: number;
  readonly utc: boolean;
  readonly looks: ConsoleSettings['accounts'];
}

/** Rows below the list, for the selected one in full. */
const detailRows = 7;

/** Cells a column. */
function columnsFor(width: number) {
  const fixed = { at: 20, events: 11, where: width >= 120 ? 30 : 22 };
  const rest = width - 4 - fixed.at - fixed.events - fixed.where - 4;
  const name = Math.max(12, Math.min(44, Math.floor(rest * 0.55)));
  return { ...fixed, name, open: Math.max(0, rest - name) };
}

/** Where it plays: simulated, somebody's endpoint, a production account, saved logs. Safe text, and what it means. */
function whereOf(entry: IncidentEntry | undefined, looks: IncidentsModel['looks']): { text: string; meaning: Meaning } {
  if (!entry) return { text: '…', meaning: 'dim' };
  const { endpoint, account, alias, mode } = entry;
  const look = looks[account];
  const name = [account, safe(look?.name ?? alias, 60)].filter(Boolean).join(' ');
  if (endpoint === 'SIMULATED') return { text: ` SIMULATED ${safe(entry.scenario, 60)}`, meaning: 'simulated' };
  if (endpoint !== '') return { text: ` ${safe(endpoint, 60)} `, meaning: 'custom' };
  if (look?.production) return { text: ` PRODUCTION ${safe(name)} `, meaning: look.colour ?? 'production' };
  if (name !== '') return { text: safe(name), meaning: look?.colour ?? 'plain' };
  return { text: mode === 'saved' ? 'saved logs' : mode === null ? '?' : 'account not known', meaning: 'dim' };
}

/** What stands last in a row: that it cannot be opened, who has it, what is not finished. Safe text. */
function stateOf(entry: IncidentEntry | undefined): string {
  if (!entry) return 'reading…';
  if (entry.problem) return `cannot be opened: ${safe(entry.problem.split('/').at(-1) ?? '', 200)}`;
  const held = entry.heldBy ? [`open in ${safe(entry.heldBy, 120)}`] : [];
  return [...held, ...entry.open.map((what) => safe(what, 120))].join(' · ');
}

function rowLine(
  { name, changedAt, entry }: ListedIncident,
  selected: boolean,
  { utc, looks }: IncidentsModel,
  width: number,
  theme: Theme,
): string {
  const columns = columnsFor(width);
  const { glyphs } = theme;
  const [glyph, meaning]: [string, Meaning] = entry?.problem
    ? [glyphs.failed, 'failed']
    : entry?.heldBy
      ? [glyphs.running, 'write']
      : entry && entry.open.length > 0
        ? [glyphs.finding, 'finding']
        : [' ', 'plain'];
  const where = whereOf(entry, looks);
  const head = `${selected ? glyphs.pointer : ' '} ${glyph} `;
  const at = changedAt === 0 ? 'no journal' : instant(changedAt, utc);
  const events = entry ? cellRight(count(entry.events), columns.events) : cellRight('…', columns.events);
  const line = [
    // Those that were named by the clock differ at their ends.
    theme.paint(
      meaning,
      `${head}${fit(at, columns.at)} ${fit(cutMiddle(safe(name, 512), columns.name), columns.name)}`,
    ),
    theme.paint(where.meaning, fit(where.text, columns.where)),
    theme.paint(meaning, `${events} ${fit(stateOf(entry), columns.open)}`),
  ].join(' ');
  return selected ? theme.paint('selected', line) : line;
}

/** The selected one in full, on as many rows as there always are. */
function detailLines(
  listed: ListedIncident | undefined,
  { utc, looks }: IncidentsModel,
  width: number,
  theme: Theme,
): readonly string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const entry = listed?.entry;
  const at = (text: string | null | undefined) => (text ? instant(Date.parse(text), utc) : '?');
  const known = entry
    ? [
        `opened ${at(entry.openedAt)}, last entry ${at(entry.lastEntryAt)}, ${plural(entry.events, 'event')}`,
        [
          whereOf(entry, looks).text.trim(),
          safe(entry.region, 40),
          entry.identityArn ? `last acted as ${safe(entry.identityArn, 200)}` : '',
          entry.mode === 'drill' ? 'the account ended with the drill: it opens as finished' : '',
        ]
          .filter(Boolean)
          .join(` ${theme.glyphs.dot} `),
        entry.open.length > 0
          ? `not finished: ${entry.open.map((what) => safe(what, 200)).join(', ')}`
          : entry.problem
            ? ''
            : 'nothing is known to be unfinished',
        entry.heldBy ? `open in ${safe(entry.heldBy, 200)}: Enter follows it, read-only` : '',
        entry.problem ? `cannot be opened: ${safe(entry.problem, 600)}` : '',
      ]
    : listed
      ? ['reading…']
      : [];
  const title = listed ? [theme.paint('title', fit(` ${safe(listed.name, 200)}`, width))] : [];
  const text = known.filter(Boolean).flatMap((sentence) => wrap(sentence, width - 2));
  return [rule, ...fill([...title, ...text.map((line) => fit(` ${line}`, width))], width, detailRows - 1)];
}

function sheetOf(model: IncidentsModel, width: number, theme: Theme): Sheet {
  const { incidents, state } = model;
  const shown = shownIncidents(incidents, textOf(state.field));
  const index = selectedIndex(shown, state.selected, ({ name }) => name);
  const columns = columnsFor(width);
  const unread = incidents.filter(({ entry }) => entry === undefined).length;
  const filtered = textOf(state.field) !== '';
  const heading = `    ${fit('last', columns.at)} ${fit('incident', columns.name)} ${fit('where', columns.where)} ${cellRight('events', columns.events)} ${fit('not finished', columns.open)}`;
  return {
    title: 'Incidents',
    more: [filtered ? `${count(shown.length)} of ${count(incidents.length)}` : count(incidents.length)],
    ...(unread > 0 ? { right: `${count(unread)} still to be read` } : {}),
    head: [
      ...(state.typing || filtered
        ? [
            state.typing
              ? fieldLine('filter: ', state.field, width, theme)
              : theme.paint('title', fit(` filter: ${safe(textOf(state.field))}`, width)),
          ]
        : []),
      theme.paint('dim', fit(heading, width)),
    ],
    lines:
      shown.length > 0
        ? drawnRows(shown.length, (row) => rowLine(shown[row]!, row === index, model, width, theme))
        : [
            theme.paint(
              'dim',
              fit(
                filtered
                  ? ' nothing matches: Esc takes the filter away'
                  : ' no incidents here: q, then firebreak or firebreak drill begins one',
                width,
              ),
            ),
          ],
    footer: detailLines(shown[index], model, width, theme),
    selectedLine: Math.max(0, index),
    whole: true,
  };
}

/** Rows of the list that are on screen. */
export const incidentRows = (model: IncidentsModel, width: number, height: number, theme: Theme): number =>
  sheetRoom(sheetOf(model, width, theme), height - 2);

/** The whole screen: what it is, the incidents, the selected one in full, the keys. */
export function incidentsView(model: IncidentsModel, width: number, height: number, theme: Theme): string[] {
  const { state, now, utc, folder } = model;
  const header = joinParts(
    [
      { texts: ['firebreak'], keep: 90, meaning: 'title' },
      { texts: [safe(folder, 200)], keep: 20 },
      { texts: ['nothing is open'], keep: 30, side: 'right' },
      { texts: [`${clock(now, utc)}${utc ? 'Z' : ''}`], keep: 50, side: 'right' },
    ],
    width,
    theme,
  );
  const hints = state.typing
    ? [
        { key: 'Enter', text: 'keep' },
        { key: 'Esc', text: 'all' },
      ]
    : [
        { key: 'Enter', text: 'open' },
        { key: 'j k g G', text: 'choose' },
        { key: '/', text: 'filter' },
        { key: 'r', text: 'read again' },
        { key: 'q', text: 'leave' },
      ];
  const message = state.message === undefined ? undefined : ({ text: state.message, tone: 'problem' } as const);
  return [
    header,
    ...sheetView(sheetOf(model, width, theme), 0, width, height - 2, theme),
    hintBarView(hints, message, width, theme),
  ];
}
