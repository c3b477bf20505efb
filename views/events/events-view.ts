import { changesSomething, type EventRow } from '../../src/model/event.ts';
import { shortKind } from '../../src/model/resource.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { crumbText } from '../components/crumbs.ts';
import { fill, titleLine } from '../components/pane.ts';
import { principalCell } from '../components/principal-cell.ts';
import { shortAccount } from '../components/source-state.ts';
import { cell, count, cutMiddle, safe, wrap } from '../components/text.ts';
import { clock, day, span } from '../components/time.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

/** What the events pane is drawn from. */
export interface EventsModel {
  /** Oldest first. */
  readonly rows: readonly EventRow[];
  /** What the rows that are lines of logs say, by row id; untrusted. */
  readonly words?: ReadonlyMap<number, string>;
  readonly selected: number;
  /** Rows in the view; -1 when not counted. */
  readonly total: number;
  /** Rows below the screen; shown from `NEWER_LIMIT` on as "99+". */
  readonly newer: number;
  readonly following: boolean;
  readonly filter: string;
  /** Filters and screens that `Esc` walks back through, the oldest first; empty text is the timeline as a whole. */
  readonly crumbs: readonly string[];
  /** What the list leaves out behind the filter; empty for nothing. */
  readonly leftOut: string;
  readonly marked: ReadonlySet<string>;
  /** Words that responders hung on events, by event id. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Column whose value keys take or leave out, shown in the selected row; absent: none is shown. */
  readonly column?: string | undefined;
  readonly focused: boolean;
  readonly utc: boolean;
  /** Of the incident, for their aliases. */
  readonly accounts: Snapshot['accounts'];
  /** Whether each row says whose it is. */
  readonly showAccounts: boolean;
  /** Whether nothing new can arrive just now: then nothing is followed, whatever the list does. */
  readonly stopped: boolean;
  /** What is loaded and what is not, on the last row; untrusted, empty for no such row. */
  readonly loaded: string;
  /** What to say when there is nothing to show, a line each. */
  readonly empty: readonly string[];
}

/** Cells a column; 0 leaves it out. */
interface Columns {
  readonly time: number;
  readonly account: number;
  readonly actor: number;
  readonly action: number;
  readonly resource: number;
  readonly ip: number;
  readonly rest: number;
  /** Whether the service stands before the operation. */
  readonly service: boolean;
}

function columnsFor(width: number, showAccounts: boolean): Columns {
  // Marker, glyph and the blanks between the columns.
  const time = 8;
  const service = width >= 150;
  const ip = width >= 100 ? 15 : 0;
  // Four digits, or room for an alias.
  const account = !showAccounts ? 0 : width >= 100 ? 10 : 4;
  const fixed = 4 + time + 1 + (account ? account + 1 : 0) + (ip ? ip + 1 : 0) + 3;
  const free = width - fixed;
  const actor = Math.max(10, Math.min(28, Math.floor(free * 0.16)));
  const action = Math.max(18, Math.min(service ? 52 : 36, Math.floor(free * 0.4)));
  const resource = Math.max(16, Math.min(44, Math.floor(free * 0.235)));
  return { time, account, actor, action, resource, ip, rest: Math.max(0, free - actor - action - resource), service };
}

/** The colour and the glyph of a row: one each, the gravest thing first. */
function looks(row: EventRow, theme: Theme): { readonly meaning: Meaning; readonly glyph: string } {
  const { glyphs } = theme;
  if (row.responder === 'own') return { meaning: 'dim', glyph: glyphs.read };
  if (row.severity !== undefined && row.severity !== 'informational' && row.severity !== 'low')
    return { meaning: 'finding', glyph: glyphs.finding };
  if (row.errorCode !== '') return { meaning: 'failed', glyph: glyphs.failed };
  if (row.severity !== undefined) return { meaning: 'finding', glyph: glyphs.finding };
  if (changesSomething(row)) return { meaning: 'write', glyph: glyphs.write };
  return { meaning: 'plain', glyph: glyphs.read };
}

/** The alias where there is room for one, else the last digits. */
const accountOf = (account: string, accounts: Snapshot['accounts'], width: number) =>
  width > 4 ? shortAccount(account, accounts) : safe(account.slice(-4));

/** Kind and name, the name cut in its middle: what tells names of one team apart is mostly their end. */
const resourceText = (kind: string, name: string, width: number): string =>
  `${kind} ${cutMiddle(name, Math.max(1, width - cellWidth(kind) - 1))}`;

/** The count stands behind the action's name, and is not cut with it. */
const actionCell = (action: string, times: string, width: number) => {
  if (times === '') return cell(action, width);
  const name = safe(action, width * 4 + 64);
  const room = Math.max(1, width - cellWidth(times));
  return fit(`${cellWidth(name) > room ? fit(name, room) : name}${times}`, width);
};

function rowLine(
  row: EventRow,
  columns: Columns,
  selected: boolean,
  marked: boolean,
  bracket: string,
  model: EventsModel,
  width: number,
  theme: Theme,
): string {
  const { meaning, glyph } = looks(row, theme);
  const action =
    columns.service || !row.action.includes(':') ? row.action : row.action.slice(row.action.indexOf(':') + 1);
  const times = row.repeats > 0 ? ` ${theme.glyphs.times}${count(row.repeats + 1)}` : '';
  const resource =
    row.resourceName === '' && row.resourceKind === ''
      ? ''
      : resourceText(safe(shortKind(row.resourceKind), 60), safe(row.resourceName, 512), columns.resource);
  // First, so that they stand where long error codes are cut; a column of their own would stay empty for hours.
  const responder = row.responder ? { own: 'us', claimed: 'fb?' }[row.responder] : '';
  const tags = (model.tags.get(row.id) ?? []).map((tag) => `#${tag}`);
  const notes = [
    responder,
    ...tags,
    row.errorCode,
    row.late ? `+${span(row.seenAt - row.at).replace(/(?<=\D).*/, '')} late` : '',
  ]
    .filter((note) => note !== '')
    .join(' ');
  const words = model.words?.get(row.rowId) ?? '';
  const cells: readonly string[] = [
    ...(columns.account ? [cell(accountOf(row.account, model.accounts, columns.account), columns.account)] : []),
    // A line of a log says more than its group's name, and nobody did it.
    ...(words === ''
      ? [principalCell(row.principalName, columns.actor, theme), actionCell(action, times, columns.action)]
      : [actionCell(words, times, columns.actor + 1 + columns.action)]),
    fit(resource, columns.resource),
    ...(columns.ip ? [cell(row.sourceIp, columns.ip)] : []),
    safe(notes, 512),
  ];
  const head = `${selected ? theme.glyphs.pointer : ' '}${marked ? theme.glyphs.mark : ' '}${glyph} ${clock(row.at, model.utc)}${bracket}`;
  const line = fit(`${head}${cells.join(' ')}`, width);
  const shown = selected ? underlined(line, head, cells, columnsOf(columns, words !== ''), model.column, theme) : line;
  const painted = theme.paint(marked && meaning === 'plain' ? 'mark' : meaning, shown);
  return selected ? theme.paint('selected', painted) : painted;
}

/** What the cells of a row are, in order. */
const columnsOf = (columns: Columns, isLine: boolean): readonly string[] => [
  ...(columns.account ? ['account'] : []),
  ...(isLine ? [] : ['principal']),
  'action',
  'resource',
  ...(columns.ip ? ['ip'] : []),
  'error',
];

/** The line with the chosen column's cell marked; untouched where the column is off the screen. */
function underlined(
  line: string,
  head: string,
  cells: readonly string[],
  names: readonly string[],
  column: string | undefined,
  theme: Theme,
): string {
  const index = column === undefined ? -1 : names.indexOf(column);
  if (index < 0) return line;
  const from = head.length + cells.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
  const to = Math.min(line.length, from + (cells[index]?.length ?? 0));
  return to <= from ? line : `${line.slice(0, from)}${theme.paint('column', line.slice(from, to))}${line.slice(to)}`;
}

const sameSecond = (a: EventRow | undefined, b: EventRow | undefined): boolean =>
  a !== undefined && b !== undefined && Math.floor(a.at / 1000) === Math.floor(b.at / 1000);

/** More rows of one second are a busy second, not a moment that is read for its order. */
const MOST_OF_A_SECOND = 12;

/**
 * A bracket around rows of one second, in whose order CloudTrail says nothing; one mark a row. Only where something was changed, refused
 * or found among them: reads come by the dozen a second, and nobody asks which was first.
 */
function brackets(rows: readonly EventRow[], theme: Theme): readonly string[] {
  const marks = rows.map(() => ' ');
  const { first, middle, last } = theme.glyphs.bracket;
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (sameSecond(rows[from], rows[to])) to += 1;
    const group = rows.slice(from, to);
    const telling = group.some((row) => row.errorCode !== '' || row.severity !== undefined || changesSomething(row));
    if (group.length > 1 && group.length <= MOST_OF_A_SECOND && telling)
      for (let index = from; index < to; index += 1)
        marks[index] = index === from ? first : index === to - 1 ? last : middle;
    from = to;
  }
  return marks;
}

/** Whether rows belong to more than one account; records that do not say belong to none. */
export const severalAccounts = (rows: readonly Pick<EventRow, 'account'>[]): boolean =>
  new Set(rows.flatMap(({ account }) => (account === '' ? [] : [account]))).size > 1;

/** The list with a line wherever the day changes, cut where the selected row is not, and the day of its first line. */
function lines(
  model: EventsModel,
  width: number,
  height: number,
  theme: Theme,
): { readonly shown: readonly string[]; readonly firstDay: string } {
  const columns = columnsFor(width, model.showAccounts);
  const marks = brackets(model.rows, theme);
  const out: string[] = [];
  const days: string[] = [];
  let selectedLine = 0;
  let last: string | undefined;
  for (const [index, row] of model.rows.entries()) {
    const today = day(row.at, model.utc);
    if (last !== undefined && last !== today) {
      days.push(today);
      out.push(
        theme.paint('dim', fit(`   ${theme.glyphs.rule.repeat(2)} ${today} ${theme.glyphs.rule.repeat(2)}`, width)),
      );
    }
    last = today;
    days.push(today);
    if (index === model.selected) selectedLine = out.length;
    out.push(
      rowLine(
        row,
        columns,
        index === model.selected,
        model.marked.has(row.id),
        marks[index] ?? ' ',
        model,
        width,
        theme,
      ),
    );
  }
  const over = Math.max(0, out.length - height);
  const fromTop = Math.min(over, selectedLine);
  return { shown: out.slice(fromTop, fromTop + height), firstDay: days[fromTop] ?? '' };
}

/** Which row stands on each line below the title; `undefined` for the line of a new day. */
export function rowsOfLines(
  rows: readonly Pick<EventRow, 'at'>[],
  selected: number,
  height: number,
  utc: boolean,
): readonly (number | undefined)[] {
  const all = rows.flatMap((row, index): readonly (number | undefined)[] => {
    const before = rows[index - 1];
    return before && day(before.at, utc) !== day(row.at, utc) ? [undefined, index] : [index];
  });
  const over = Math.max(0, all.length - height);
  const from = Math.min(over, Math.max(0, all.indexOf(selected)));
  return all.slice(from, from + height);
}

/** The events pane, its title included. */
export function eventsView(model: EventsModel, width: number, height: number, theme: Theme): string[] {
  const newer = model.newer >= 100 ? '99+' : String(model.newer);
  const state = model.following
    ? model.stopped
      ? 'NOT LIVE'
      : 'following'
    : model.newer > 0
      ? `frozen ${theme.glyphs.dot} ${newer} newer ${theme.glyphs.down}`
      : 'frozen';
  const right = model.rows.length > 0 || !model.following ? state : '';
  // An empty list says it in its own lines.
  const footer =
    model.loaded === '' || model.rows.length === 0 ? [] : [theme.paint('dim', fit(`   ${safe(model.loaded)}`, width))];
  const room = height - 1 - footer.length;
  const { shown, firstDay } = lines(model, width, room, theme);
  const body =
    model.rows.length > 0
      ? shown
      : ['', ...model.empty]
          .flatMap((line) => wrap(safe(line), Math.max(1, width - 4)))
          .map((line) => theme.paint('dim', fit(`   ${line}`, width)));
  const counted = [...(firstDay ? [firstDay] : []), ...(model.total >= 0 ? [count(model.total)] : [])].join(
    ` ${theme.glyphs.dot} `,
  );
  // Rows say times alone: of a long filter is shown what the day and the count leave, and of the way to it what that leaves.
  const around = [counted, model.leftOut, right].filter((piece) => piece !== '');
  const filterRoom = Math.max(
    FILTER_AT_LEAST,
    width - cellWidth(' Events ') - around.reduce((sum, piece) => sum + cellWidth(piece) + 4, 6),
  );
  const named = model.filter ? 'filter: ' : '';
  const words = safe(model.filter);
  const wanted = cellWidth(named) + cellWidth(words);
  const crumbRoom = Math.min(width / 3, Math.max(filterRoom / 3, filterRoom - wanted));
  const crumbs = model.crumbs.map((text) => text || 'all');
  const lead = named === '' ? '' : `${crumbText(crumbs, theme, crumbRoom)}${named}`;
  const wordRoom = Math.max(0, filterRoom - cellWidth(lead));
  // What was added last stands at the end of a filter: that is seen too, where both ends have room to be read.
  const cutWords =
    wordRoom < BOTH_ENDS_FROM ? fit(words, Math.min(cellWidth(words), wordRoom)) : cutMiddle(words, wordRoom);
  const filter = `${lead}${cutWords}`;
  const title = titleLine('Events', width, theme, {
    focused: model.focused,
    more: [filter, counted, model.leftOut].filter((piece) => piece !== ''),
    right,
  });
  return [title, ...fill(body, width, room), ...footer];
}

/** Cells of the title that a filter has at least. */
const FILTER_AT_LEAST = 24;
const BOTH_ENDS_FROM = 30;
