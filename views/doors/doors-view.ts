import type { DoorsDialog } from '../../hooks/doors-screen.ts';
import { selectedDoorIndex } from '../../hooks/doors-screen.ts';
import type { DoorKind, OpenDoor, OpenDoors } from '../../src/model/open-door.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { principalCell } from '../components/principal-cell.ts';
import { cell, cellRight, count, cutMiddle, plural, safe, wrap } from '../components/text.ts';
import { clock, countdown, instant, moment, span } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, type Sheet } from '../dialogs/sheet.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

const kindWords: { readonly [Kind in DoorKind]: string } = {
  'presigned-url': 'presigned URL',
  session: 'session',
  'child-session': 'child session',
  'access-key': 'access key',
  'lifecycle-script': 'script',
  schedule: 'schedule',
  'outside-share': 'outside share',
  'copied-role-credentials': 'copied creds',
  workload: 'workload',
};

const HOUR_MS = 3_600_000;

/** How long it stays open by itself: minutes and seconds in the last hour, which is when one watches. */
export function untilText(until: number | undefined, now: number): string {
  if (until === undefined) return 'until closed';
  const left = until - now;
  if (left <= 0) return 'ended';
  return left < HOUR_MS ? countdown(left) : span(Math.floor(left / 60_000) * 60_000);
}

const proofText = ({ proof }: OpenDoor, { now, utc }: Pick<DialogContext, 'now' | 'utc'>): string =>
  `${proof.type === 'event' ? proof.action : proof.operation} ${moment(proof.at, now, utc)}`;

/** How often it stands open. */
const timesText = ({ count: times }: OpenDoor, glyphs: Theme['glyphs']): string =>
  times > 1 ? ` ${glyphs.times}${count(times)}` : '';

/** What closes it: the service of an action's id goes first, since its kind and what is done to it tell it apart. */
function closeText({ closeWith }: OpenDoor, width: number): string {
  if (!closeWith) return 'not from here';
  const id = safe(closeWith.actionId, 200);
  return id.length <= width ? id : cutMiddle(id.slice(id.indexOf('.') + 1), width, 0.75);
}

interface Columns {
  readonly kind: number;
  readonly until: number;
  readonly what: number;
  readonly who: number;
  readonly proof: number;
  readonly close: number;
}

/** Doors that columns are measured by, those that matter most: of thousands it would take longer than a key may. */
const MEASURED = 200;

/** Whoever's names are short leaves what is open the room, and that what it does not need to the proof; no column is wider than what stands in it. */
function columnsFor({ doors }: OpenDoors, { width, now, utc, theme: { glyphs } }: DialogContext): Columns {
  const needed = (heading: string, most: number, of: (door: OpenDoor) => string): number => {
    const cells = doors.slice(0, MEASURED).map((door) => cellWidth(of(door)));
    return Math.min(Math.max(heading.length, ...cells), most);
  };
  const close = Math.min(40, Math.floor(width * 0.2));
  const proof = width >= 150 ? needed('proof', 60, (door) => safe(proofText(door, { now, utc }))) : 0;
  const fixed = {
    kind: 13,
    until: 12,
    who: width >= 120 ? needed('who', width >= 150 ? 24 : 16, ({ principal }) => safe(principal, 512)) : 0,
    proof: Math.min(44, proof),
    close: width >= 120 ? needed('closed by', close, (door) => closeText(door, close)) : 0,
  };
  const used = Object.values(fixed).reduce((sum, cells) => sum + (cells > 0 ? cells + 1 : 0), 4);
  const what = Math.max(10, width - used);
  const over =
    proof === fixed.proof
      ? 0
      : what - needed('what', what, (door) => `${safe(door.what, 512)}${timesText(door, glyphs)}`);
  const more = Math.min(over, proof - fixed.proof);
  return { ...fixed, proof: fixed.proof + more, what: what - more };
}

/** One colour and one glyph a door: whose it is first, then how sure it is. */
function looks(door: OpenDoor, now: number, { glyphs }: Theme): { readonly meaning: Meaning; readonly glyph: string } {
  if (door.until !== undefined && door.until <= now) return { meaning: 'dim', glyph: glyphs.done };
  if (!door.suspect) return { meaning: 'plain', glyph: door.certainty === 'seen' ? glyphs.read : glyphs.possible };
  return { meaning: 'finding', glyph: door.certainty === 'seen' ? glyphs.open : glyphs.possible };
}

function doorLine(
  door: OpenDoor,
  selected: boolean,
  columns: Columns,
  { theme, width, now, utc }: DialogContext,
): string {
  const { meaning, glyph } = looks(door, now, theme);
  const times = timesText(door, theme.glyphs);
  const parts = [
    cell(kindWords[door.kind] ?? door.kind, columns.kind),
    cellRight(untilText(door.until, now), columns.until),
    `${cell(door.what, Math.max(1, columns.what - times.length))}${times}`,
    ...(columns.who ? [principalCell(door.principal, columns.who, theme)] : []),
    ...(columns.close ? [fit(closeText(door, columns.close), columns.close)] : []),
    ...(columns.proof ? [cell(proofText(door, { now, utc }), columns.proof)] : []),
  ];
  const text = fit(`${selected ? theme.glyphs.pointer : ' '} ${glyph} ${parts.join(' ')}`, width);
  const painted = theme.paint(meaning, text);
  return selected ? theme.paint('selected', painted) : painted;
}

/** The selected door in full, on as many lines whatever is selected. */
function footer(door: OpenDoor | undefined, { theme, width, utc, now }: DialogContext): readonly string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const row = (text: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${text}`, width));
  // A narrow screen needs two rows for what a wide one says in one.
  const whatRows = width < 120 ? 2 : 1;
  if (!door) return [rule, ...Array.from({ length: whatRows + 3 }, () => row(''))];
  const what = wrap(safe(door.what, 600), width - 2);
  const dot = ` ${theme.glyphs.dot} `;
  const sure = door.certainty === 'seen' ? 'seen open' : 'possible: AWS offers no way to ask';
  const why = wrap(safe(door.why, 1000), width - 2);
  return [
    rule,
    ...Array.from({ length: whatRows }, (_, index) =>
      row(index === whatRows - 1 ? what.slice(index).join(' ') : (what[index] ?? ''), 'title'),
    ),
    row(
      [
        sure,
        door.until === undefined
          ? width < 120
            ? 'stays open'
            : 'stays open until somebody closes it'
          : door.until <= now
            ? `ended by itself ${instant(door.until, utc)}`
            : `ends by itself ${instant(door.until, utc)}`,
        `proof: ${safe(proofText(door, { now, utc }), 200)}`,
        `${safe(door.account, 20)} ${safe(door.region, 30)}`,
      ].join(dot),
    ),
    row(
      door.closeWith
        ? `c plans ${safe(door.closeWith.actionId, 100)} on ${safe(door.closeWith.target.name || door.closeWith.target.arn, 300)}`
        : 'nothing here closes it',
      door.closeWith ? 'good' : 'problem',
    ),
    row(why.length > 1 ? fit(`${why[0]} ${why[1]}`, width - 2) : (why[0] ?? ''), 'dim'),
  ];
}

/** What says how far "nothing" goes. */
function emptyText({ doors, at, unknown }: OpenDoors): string {
  if (at === undefined) return 'looking at the events and asking AWS…';
  const rest = unknown.length > 0 ? ', as far as could be looked' : '';
  if (doors.length > 0)
    return `nothing of a suspect is known to be open${rest}; a finding or a mark (m) says who is one`;
  return `nothing known to be open${rest}${rest ? '' : ': sessions, keys, URLs, scripts, schedules and shares were looked at'}`;
}

type DoorRow =
  | { readonly type: 'door'; readonly index: number }
  | { readonly type: 'text'; readonly text: string; readonly meaning: Meaning };

interface Laid {
  readonly width: number;
  readonly rule: string;
  readonly rows: readonly DoorRow[];
  readonly suspects: number;
  readonly columns: Columns;
}
const laid = new WeakMap<OpenDoors, Laid>();

/** The rows of a list, laid out once: thousands of doors tick every second. */
function layOut(list: OpenDoors, context: DialogContext): Laid {
  const { width } = context;
  const { glyphs } = context.theme;
  const kept = laid.get(list);
  if (kept?.width === width && kept.rule === glyphs.rule) return kept;
  const rows = doorRows(list, width, glyphs);
  const suspects = list.doors.filter(({ suspect }) => suspect).length;
  const made = { width, rule: glyphs.rule, rows, suspects, columns: columnsFor(list, context) };
  laid.set(list, made);
  return made;
}

/** Doors of suspects, then those of all others, then what was not looked at. */
function doorRows(list: OpenDoors, width: number, { rule, dot }: Theme['glyphs']): readonly DoorRow[] {
  const { doors, unknown } = list;
  const suspects = doors.flatMap(({ suspect }, index) => (suspect ? [index] : []));
  const others = doors.flatMap(({ suspect }, index) => (suspect ? [] : [index]));
  const text = (line: string, meaning: Meaning): DoorRow => ({ type: 'text', text: line, meaning });
  const door = (index: number): DoorRow => ({ type: 'door', index });
  return [
    ...(suspects.length > 0
      ? suspects.map(door)
      : ['', ...wrap(emptyText(list), width - 4)].map((line) => text(`   ${line}`, 'title'))),
    ...(others.length > 0
      ? [
          text('', 'plain'),
          text(` ${rule.repeat(2)} of nobody suspected ${dot} ${count(others.length)} ${rule.repeat(2)}`, 'dim'),
          ...others.map(door),
        ]
      : []),
    ...(unknown.length > 0 ? [text('', 'plain')] : []),
    ...unknown.flatMap((what) =>
      wrap(`not looked at: ${safe(what, 2_000)}`, width - 4, '  ').map((line) => text(`  ${line}`, 'finding')),
    ),
  ];
}

/** Every way the attacker still has. */
export function doorsView(dialog: Pick<DoorsDialog, 'selected'>, list: OpenDoors, context: DialogContext): Sheet {
  const { theme, width, utc } = context;
  const { doors, unknown, at } = list;
  const index = selectedDoorIndex(list, dialog.selected);
  const { rows, suspects, columns } = layOut(list, context);
  const headings = [
    fit('kind', columns.kind),
    cellRight('until', columns.until),
    fit('what', columns.what),
    ...(columns.who ? [fit('who', columns.who)] : []),
    ...(columns.close ? [fit('closed by', columns.close)] : []),
    ...(columns.proof ? [fit('proof', columns.proof)] : []),
  ];
  return {
    title: 'Still open',
    more: [
      plural(suspects, 'door'),
      ...(suspects < doors.length ? [`${count(doors.length - suspects)} of nobody suspected`] : []),
      ...(unknown.length > 0 ? ['not everything was looked at'] : []),
    ],
    right: at === undefined ? 'looking…' : `as of ${clock(at, utc)}`,
    whole: true,
    head: [theme.paint('dim', fit(`    ${headings.join(' ')}`, width))],
    lines: drawnRows(rows.length, (at) => {
      const row = rows[at];
      const door = row?.type === 'door' ? doors[row.index] : undefined;
      if (row?.type === 'door' && door) return doorLine(door, row.index === index, columns, context);
      return row?.type === 'text' ? theme.paint(row.meaning, fit(row.text, width)) : fit('', width);
    }),
    footer: footer(doors[index], context),
    under: doors[index] === undefined ? '' : doors[index].suspect ? 'of suspects' : 'of nobody suspected',
    beside: [
      ...(suspects === 0 ? [emptyText(list)] : []),
      ...unknown.map((what) => `not looked at: ${safe(what, 2_000)}`),
    ],
    selectedLine: Math.max(
      0,
      rows.findIndex((row) => row.type === 'door' && row.index === index),
    ),
  };
}
