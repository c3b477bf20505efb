import { type InventoryRow, isUnlisted, progressTexts } from '../../hooks/inventory-list.ts';
import type { InventoryDialog } from '../../hooks/inventory-screen.ts';
import { inventoryState } from '../../hooks/inventory-screen.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { Inventory, InventoryItem, InventoryPart } from '../../src/inventory/inventory.ts';
import { shortKind, tellingName } from '../../src/model/resource.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { shortAccount } from '../components/source-state.ts';
import { cell, cellRight, count, plural, safe, wrap } from '../components/text.ts';
import { clock, instant, span } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, headingAbove, type Sheet } from '../dialogs/sheet.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

/** Cells a column; 0 leaves it out. */
interface Columns {
  readonly state: number;
  readonly kind: number;
  readonly name: number;
  readonly age: number;
  readonly compute: number;
  readonly internet: number;
  readonly role: number;
  readonly creator: number;
  readonly region: number;
  readonly account: number;
}

function columnsFor(width: number, { items }: Inventory): Columns {
  const several = (of: (item: InventoryItem) => string) => {
    const first = items[0] && of(items[0]);
    return items.some((item) => of(item) !== first);
  };
  const fixed = {
    state: width >= 120 ? 14 : 10,
    kind: width >= 120 ? 16 : 11,
    age: 6,
    compute: width >= 120 ? 20 : 14,
    internet: width >= 100 ? 8 : 0,
    role: width >= 120 ? Math.min(26, Math.floor(width * 0.12)) : 0,
    creator: width >= 150 ? Math.min(28, Math.floor(width * 0.12)) : 0,
    region: several(({ region }) => region) || width >= 150 ? 14 : 0,
    account: several(({ account }) => account) ? (width >= 100 ? 12 : 4) : 0,
  };
  const used = Object.values(fixed).reduce((sum, cells) => sum + (cells > 0 ? cells + 1 : 0), 5);
  const columns = { ...fixed, name: Math.max(8, Math.min(48, width - used)) };
  // What is left over goes to what is cut; no column is narrower for it, so that none moves back as the list fills in.
  let left = width - used - columns.name - 1;
  const longest = left > 0 ? longestOf(items) : [];
  for (const [place, cells] of longest.entries()) {
    const [column] = wanted[place]!;
    const more = columns[column] > 0 ? Math.max(0, Math.min(left, cells - columns[column])) : 0;
    columns[column] += more;
    left -= more;
  }
  return columns;
}

/** Columns that may get more room, who needs it most first. */
const wanted: readonly (readonly ['compute' | 'name' | 'role' | 'creator', (item: InventoryItem) => string])[] = [
  ['name', ({ ref }) => tellingName(ref)],
  ['compute', ({ compute = '' }) => compute],
  ['role', ({ role }) => role?.name ?? ''],
  ['creator', ({ creator = '' }) => creator],
];

/** Cells of what stands in those columns, kept with the item: a list of thousands is another one with each page that comes in. */
const measured = new WeakMap<InventoryItem, readonly number[]>();

function longestOf(items: readonly InventoryItem[]): readonly number[] {
  const longest = wanted.map(() => 0);
  for (const item of items) {
    let cells = measured.get(item);
    if (!cells) {
      cells = wanted.map(([, of]) => cellWidth(safe(of(item), 200)));
      measured.set(item, cells);
    }
    for (let place = 0; place < longest.length; place += 1)
      if (cells[place]! > longest[place]!) longest[place] = cells[place]!;
  }
  return longest;
}

const kept = new WeakMap<Inventory, { readonly width: number; readonly columns: Columns }>();

/** The columns of a list, measured once for each width. */
function columnsOf(width: number, inventory: Inventory): Columns {
  const known = kept.get(inventory);
  if (known?.width === width) return known.columns;
  const columns = columnsFor(width, inventory);
  kept.set(inventory, { width, columns });
  return columns;
}

/** What stands in each column, in order: the same for the heading and the rows. */
const order = ['state', 'kind', 'name', 'age', 'compute', 'internet', 'role', 'creator', 'region', 'account'] as const;
type Column = (typeof order)[number];

const headings: { readonly [Name in Column]: string } = {
  state: 'state',
  kind: 'kind',
  name: 'name',
  age: 'age',
  compute: 'compute',
  internet: 'internet',
  role: 'role',
  creator: 'by',
  region: 'Region',
  account: 'account',
};

const line = (columns: Columns, of: (column: Column, cells: number) => string): string =>
  order.flatMap((column) => (columns[column] > 0 ? [of(column, columns[column])] : [])).join(' ');

function looks(item: InventoryItem): Meaning {
  if (item.activity === 'idle') return 'dim';
  if (/fail/i.test(item.state)) return 'failed';
  if (item.accelerated) return 'finding';
  return item.activity === 'changing' ? 'write' : 'plain';
}

/** Not known and not there look different: `…` is on its way, `?` nobody says. */
function detail(item: InventoryItem, known: string | undefined, theme: Theme): string {
  if (known !== undefined && known !== '') return known;
  return item.details === 'waiting' ? '…' : item.details === 'missing' ? '?' : theme.glyphs.read;
}

function itemLine(
  item: InventoryItem,
  selected: boolean,
  marked: boolean,
  columns: Columns,
  { now, snapshot, theme, width }: DialogContext,
): string {
  const { glyphs } = theme;
  const values: { readonly [Name in Column]: string } = {
    state: item.state || glyphs.read,
    kind: shortKind(item.ref.kind),
    name: tellingName(item.ref),
    age: item.createdAt === undefined ? '?' : span(now - item.createdAt).replace(/(?<=[a-z]).*/, ''),
    compute: detail(item, item.compute, theme),
    internet: item.internet === undefined ? detail(item, undefined, theme) : item.internet ? 'internet' : 'no',
    role: detail(item, item.role?.name, theme),
    creator: item.creator ?? '?',
    region: item.region,
    account: columns.account > 4 ? shortAccount(item.account, snapshot.accounts) : item.account.slice(-4),
  };
  const head = `${selected ? glyphs.pointer : ' '}${marked ? glyphs.mark : ' '}${item.accelerated ? glyphs.accelerated : ' '}${item.notInEvents ? glyphs.unrecorded : ' '} `;
  const text = fit(
    head +
      line(columns, (column, cells) =>
        column === 'age'
          ? cellRight(values.age, cells)
          : (values[column] === glyphs.read ? fit : cell)(values[column], cells),
      ),
    width,
  );
  const painted = theme.paint(marked ? 'mark' : looks(item), text);
  return selected ? theme.paint('selected', painted) : painted;
}

function rowLine(
  row: InventoryRow | undefined,
  selected: boolean,
  dialog: Pick<InventoryDialog, 'marked'>,
  columns: Columns,
  context: DialogContext,
): string {
  const { theme, width } = context;
  if (row?.type === 'item') return itemLine(row.item, selected, dialog.marked.has(row.key), columns, context);
  if (row?.type === 'heading')
    return theme.paint(
      'dim',
      fit(
        ` ${theme.glyphs.rule.repeat(2)} ${row.title} ${theme.glyphs.dot} ${count(row.count)} ${theme.glyphs.rule.repeat(2)}`,
        width,
      ),
    );
  if (row?.type === 'more') return moreLine(row.part, context);
  return row?.type === 'unlisted' ? unlistedLine(row.parts, context) : fit('', width);
}

function placeText({ account, region }: InventoryPart, { snapshot: { accounts } }: DialogContext): string {
  const where = safe(region, 40);
  return accounts.length > 1 ? `${shortAccount(account, accounts)} ${where}` : where;
}

const kindText = ({ title, kind }: InventoryPart): string => safe(title || shortKind(kind), 80);

const moreLine = (part: InventoryPart, context: DialogContext): string =>
  context.theme.paint(
    'finding',
    fit(
      `  … ${placeText(part, context)}: AWS has more ${kindText(part)} than the ${count(part.items)} listed here`,
      context.width,
    ),
  );

/** Of so many kinds one still reads why behind their names. */
const mostBefore = 3;

/** Kinds that one reason keeps from being listed; what stands above of them was listed before. */
function unlistedLine(parts: readonly InventoryPart[], context: DialogContext): string {
  const { theme, width, utc } = context;
  const [first] = parts;
  if (!first) return fit('', width);
  const names = parts.map(kindText).join(', ');
  const last = Math.max(...parts.map(({ at = 0 }) => at));
  const since = last > 0 ? ` since ${clock(last, utc)}` : '';
  const reason = first.state === 'denied' ? `this identity needs ${safe(first.why, 200)}` : safe(first.why, 400);
  const text =
    parts.length > mostBefore
      ? `${parts.length} kinds not listed${since}: ${reason} (${names})`
      : `${names} not listed${since}: ${reason}`;
  return theme.paint('problem', fit(`  ${theme.glyphs.failed} ${placeText(first, context)}: ${text}`, width));
}

/** Why there is nothing in the list: not asked yet, not there, not allowed, or nothing that matches look different. */
function emptyLines(inventory: Inventory, filter: string, mode: string): readonly string[] {
  const { items, parts, loading } = inventory;
  if (items.length > 0 && filter !== '')
    return [
      `none of ${plural(items.length, 'resource')} matches ${JSON.stringify(filter)}`,
      'Esc takes the filter away',
    ];
  if (mode === 'saved') return ['these are saved logs: there is no account to ask what runs now'];
  if (parts.length === 0) return ['asking AWS what there is…'];
  if (loading || parts.some(({ state }) => state === 'waiting' || state === 'loading'))
    return ['asking AWS what there is… nothing found so far'];
  const wrong = parts.filter(({ state }) => state === 'denied' || state === 'failed');
  if (wrong.length === parts.length)
    return ['nothing could be listed: this identity may read nothing here, or AWS cannot be reached'];
  return [
    `nothing runs and nothing waits in ${[...new Set(parts.map(({ region }) => region))].join(', ')}`,
    ...(wrong.length > 0 ? [`as far as could be looked: ${plural(wrong.length, 'kind')} could not be listed`] : []),
  ];
}

const internetWords = (item: InventoryItem) =>
  item.internet === undefined
    ? 'internet: not known'
    : item.internet
      ? 'reaches the internet by itself'
      : 'no internet of its own';

/** The selected item in full, on as many lines whatever is selected. */
function footer(
  item: InventoryItem | undefined,
  { parts }: Inventory,
  { theme, width, utc }: DialogContext,
): readonly string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const row = (text: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${text}`, width));
  if (!item) return [rule, row(''), row(''), row('')];
  const { ref, role, creator, createdAt, activity, state, notInEvents, details, detailsWhy, region, account } = item;
  const dot = ` ${theme.glyphs.dot} `;
  const isOld = parts.some((part) => part.kind === ref.kind && part.region === region && isUnlisted(part));
  return [
    rule,
    row(
      `${safe(ref.name, 300)}  ${safe(ref.arn, 400) || `${safe(ref.kind, 80)} in ${safe(account, 20)} ${safe(region, 40)}`}`,
      'title',
    ),
    row(
      [
        `${activity}${state ? ` (${safe(state, 60)})` : ''}${isOld ? ` at ${clock(item.listedAt, utc)}, not listed since` : ''}`,
        createdAt === undefined
          ? 'creation time not known'
          : `made ${instant(createdAt, utc)}${creator ? ` by ${safe(creator, 200)}` : ''}`,
        ...(role ? [`runs as ${safe(role.name || role.arn, 200)}`] : []),
        internetWords(item),
      ].join(dot),
    ),
    details === 'missing'
      ? row(`no details: ${safe(detailsWhy, 300)}`, 'problem')
      : notInEvents
        ? row('? its making is in no loaded event: older than the window, or never recorded', 'finding')
        : row(notInEvents === undefined ? 'whether its making was recorded is being looked up' : '', 'dim'),
  ];
}

/** As of when the list is, epoch ms: a round in which AWS answered nothing makes it no newer. */
function listedAt({ parts, completeAt }: Inventory): number | undefined {
  if (completeAt === undefined || !parts.every(isUnlisted)) return completeAt;
  const last = Math.max(0, ...parts.map(({ at = 0 }) => at));
  return last > 0 ? last : undefined;
}

/** What runs now. */
export function inventoryView(dialog: InventoryDialog, inventory: Inventory, context: DialogContext): Sheet {
  const { theme, width, snapshot, utc } = context;
  const { list, index } = inventoryState(inventory, dialog);
  const filter = textOf(dialog.field);
  const columns = columnsOf(width, inventory);
  const selectedLine = list.items[index] ?? 0;
  const selected = list.rows[selectedLine];
  const { items, loading } = inventory;
  const asOf = listedAt(inventory);
  const empty =
    list.items.length === 0
      ? emptyLines(inventory, filter, snapshot.mode).flatMap((text) => wrap(safe(text), width - 4))
      : [];
  const blank = empty.length > 0 ? empty.length + 2 : 0;
  const dim = (text: string) => theme.paint('dim', fit(text, width));
  const progress = progressTexts(inventory.parts);
  return {
    title: 'Inventory',
    more: [
      filter === ''
        ? plural(items.length, 'resource')
        : `${count(list.items.length)} of ${plural(items.length, 'resource')}`,
      ...(dialog.marked.size > 0 ? [`${count(dialog.marked.size)} marked`] : []),
    ],
    right: loading ? 'asking AWS…' : asOf === undefined ? '' : `as of ${clock(asOf, utc)}`,
    whole: true,
    head: [
      dim(` ${progress.map((text) => safe(text, 500)).join(` ${theme.glyphs.dot} `)}`),
      dialog.typing || filter !== ''
        ? fieldLine('/', dialog.field, width, theme)
        : theme.paint(
            'dim',
            fit(
              `     ${line(columns, (column, cells) => (column === 'age' ? cellRight(headings.age, cells) : fit(headings[column], cells)))}`,
              width,
            ),
          ),
    ],
    lines: drawnRows(list.rows.length + blank, (at) =>
      at < blank
        ? dim(at === 0 || at > empty.length ? '' : `   ${empty[at - 1] ?? ''}`)
        : rowLine(list.rows[at - blank], list.items.length > 0 && at === selectedLine, dialog, columns, context),
    ),
    footer: footer(selected?.type === 'item' ? selected.item : undefined, inventory, context),
    selectedLine,
    under: headingAbove(list.rows, selectedLine, (row) => (row.type === 'heading' ? row.title : undefined)),
    beside: list.rows.slice((list.items.at(-1) ?? -1) + 1).map((row) => rowLine(row, false, dialog, columns, context)),
  };
}
