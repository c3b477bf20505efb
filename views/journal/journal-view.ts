import { type JournalDialog, selectedJournalIndex, shownJournal } from '../../hooks/journal-screen.ts';
import { shortName } from '../../src/model/principal.ts';
import type { JournalRow, JournalRowType } from '../../src/session/journal-rows.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { stateWords } from '../components/containment-state.ts';
import { cell, count, plural, safe, wrap } from '../components/text.ts';
import { clock, day, instant } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, type Sheet } from '../dialogs/sheet.ts';
import type { Glyph, Meaning } from '../theme/theme.ts';

const typeWords: { readonly [Type in JournalRowType]: string } = {
  containment: 'contain',
  undo: 'undo',
  evidence: 'evidence',
  mark: 'mark',
  note: 'note',
  armed: 'armed',
  disarmed: 'disarmed',
  opened: 'opened',
  focus: 'start',
  report: 'report',
  playbook: 'playbook',
  request: 'hand-off',
  attached: 'attached',
  entry: 'entry',
  other: 'others',
};

const typeLooks: { readonly [Type in JournalRowType]: readonly [glyph: Glyph, meaning: Meaning] } = {
  containment: ['write', 'write'],
  undo: ['write', 'write'],
  evidence: ['read', 'plain'],
  mark: ['mark', 'plain'],
  note: ['read', 'plain'],
  armed: ['read', 'dim'],
  disarmed: ['read', 'dim'],
  opened: ['read', 'dim'],
  focus: ['read', 'dim'],
  report: ['read', 'plain'],
  playbook: ['write', 'plain'],
  request: ['running', 'write'],
  attached: ['read', 'plain'],
  entry: ['read', 'plain'],
  other: ['finding', 'finding'],
};

/** One word for how far a containment is. */
const shortStates: { readonly [state: string]: string } = {
  'in-progress': 'in progress',
  unverified: 'unverified',
  confirmed: 'holding',
  undoing: 'being undone',
};

function stateOf(row: JournalRow): { readonly text: string; readonly meaning: Meaning; readonly glyph: Glyph } {
  const { containment } = row;
  const [glyph, meaning] = typeLooks[row.type];
  if (!containment) return { text: row.state ?? '', meaning, glyph };
  const { state, verdict, accepted } = containment;
  const words = stateWords(containment);
  if (accepted && state === 'failed') return { text: 'lost, left so', meaning: words.meaning, glyph: 'read' };
  const text = verdict.contradictedBy
    ? 'NOT EFFECTIVE'
    : typeof verdict.stoodUntil === 'number'
      ? 'NOT IN FORCE'
      : verdict.effect === 'proved' && state === 'confirmed'
        ? 'proved'
        : (shortStates[state] ?? state);
  const sign: Glyph =
    words.meaning === 'good'
      ? 'done'
      : words.meaning === 'problem'
        ? 'failed'
        : words.meaning === 'finding'
          ? 'finding'
          : 'running';
  return { text, meaning: words.meaning, glyph: sign };
}

/** `OnCall/alice` of a session's ARN: who it was, without where. */
function whoOf(by: string): string {
  const resource = by.startsWith('arn:') ? by.split(':').slice(5).join(':') : by;
  return resource.replace(/^(?:assumed-role|user)\//, '');
}

interface Columns {
  readonly type: number;
  readonly what: number;
  readonly state: number;
  readonly who: number;
  readonly reason: number;
}

function columnsFor(width: number): Columns {
  const fixed = {
    type: width >= 100 ? 9 : 0,
    state: width >= 100 ? 17 : 12,
    who: width >= 120 ? (width >= 160 ? 28 : 18) : 0,
    reason: width >= 160 ? 36 : 0,
  };
  const used = Object.values(fixed).reduce((sum, cells) => sum + (cells > 0 ? cells + 1 : 0), 13);
  return { ...fixed, what: Math.max(10, width - used) };
}

function rowLine(row: JournalRow, selected: boolean, columns: Columns, context: DialogContext): string {
  const { theme, width, utc, now } = context;
  const { text, meaning, glyph } = stateOf(row);
  // Of another day the date says more than the second.
  const at = day(row.at, utc) === day(now, utc) ? clock(row.at, utc) : day(row.at, utc).slice(2);
  const parts = [
    fit(at, 8),
    ...(columns.type ? [fit(typeWords[row.type], columns.type)] : []),
    cell(row.what, columns.what),
    fit(text, columns.state),
    ...(columns.who ? [cell(shortWho(row.by, columns.who), columns.who)] : []),
    ...(columns.reason ? [cell(row.reason, columns.reason)] : []),
  ];
  const line = fit(`${selected ? theme.glyphs.pointer : ' '} ${theme.glyphs[glyph]} ${parts.join(' ')}`, width);
  const painted = theme.paint(meaning, line);
  return selected ? theme.paint('selected', painted) : painted;
}

function shortWho(by: string, width: number): string {
  const who = whoOf(by);
  return cellWidth(who) <= width ? who : shortName(who.slice(0, 512)).text;
}

/** The selected row in full, on as many lines whatever is selected. */
function footer(row: JournalRow | undefined, { theme, width, utc }: DialogContext): readonly string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const line = (text: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${text}`, width));
  if (!row) return [rule, line(''), line(''), line(''), line('')];
  const what = wrap(safe(row.what, 1_000), width - 2);
  const { containment } = row;
  const words = containment ? stateWords(containment) : undefined;
  const dot = ` ${theme.glyphs.dot} `;
  const problem = containment?.verdict.checks.find(({ holds }) => !holds)?.why;
  const third = words
    ? [safe(words.text, 300), problem ? safe(problem, 300) : ''].filter(Boolean).join(dot)
    : row.path
      ? safe(row.path, 400)
      : row.eventId !== undefined
        ? `event ${safe(row.eventId, 120)}`
        : '';
  return [
    rule,
    line(what[0] ?? '', 'title'),
    line(what.slice(1).join(' ')),
    line(third, words?.meaning ?? 'plain'),
    line(
      [instant(row.at, utc), safe(whoOf(row.by), 200), safe(row.reason, 400)].filter(Boolean).join(dot),
      row.type === 'other' ? 'finding' : 'dim',
    ),
  ];
}

/** What was done in this incident, the newest first: ours, and what looks like another responder's. */
export function journalView(
  dialog: Pick<JournalDialog, 'selected' | 'only'>,
  all: readonly JournalRow[],
  context: DialogContext,
): Sheet {
  const { theme, width, snapshot } = context;
  const rows = shownJournal(all, dialog);
  const index = selectedJournalIndex(rows, dialog.selected);
  const columns = columnsFor(width);
  const { containments, recovery } = snapshot;
  const standing = containments.filter(({ state }) => state !== 'undone' && state !== 'refused' && state !== 'failed');
  const others = all.filter(({ type }) => type === 'other').length;
  const headings = [
    fit('when', 8),
    ...(columns.type ? [fit('what', columns.type)] : []),
    fit('', columns.what),
    fit('state', columns.state),
    ...(columns.who ? [fit('who', columns.who)] : []),
    ...(columns.reason ? [fit('why', columns.reason)] : []),
  ];
  const empty = [
    '',
    dialog.only === 'all'
      ? '   Nothing was done in this incident yet.'
      : '   Nothing was contained in this incident yet; Tab shows everything.',
  ].map((text) => theme.paint('dim', fit(text, width)));
  return {
    title: dialog.only === 'all' ? 'Journal' : 'Journal: containments',
    more: [
      plural(containments.length, 'containment'),
      ...(standing.length < containments.length ? [`${count(standing.length)} standing`] : []),
      ...(others > 0 ? [`${count(others)} of other responders`] : []),
      ...(recovery?.running ? ['recovery under way'] : []),
    ],
    right: plural(rows.length, 'row'),
    whole: true,
    head: [theme.paint('dim', fit(`    ${headings.join(' ')}`, width))],
    lines:
      rows.length === 0
        ? empty
        : drawnRows(rows.length, (at) => {
            const row = rows[at];
            return row ? rowLine(row, at === index, columns, context) : fit('', width);
          }),
    footer: footer(rows[index], context),
    selectedLine: Math.max(0, index),
  };
}
