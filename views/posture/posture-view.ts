import { type PostureDialog, type PostureRow, postureRows, selectedPostureIndex } from '../../hooks/posture-screen.ts';
import { countVerdicts, type Posture, type PostureResult, type PostureVerdict } from '../../src/model/posture.ts';
import { shortKind, tellingName } from '../../src/model/resource.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { cell, count, cutMiddle, plural, safe, wrap } from '../components/text.ts';
import { clock } from '../components/time.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { heading } from '../dialogs/confirm-footer.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, headingAbove, type Sheet } from '../dialogs/sheet.ts';
import type { Glyph, Meaning } from '../theme/theme.ts';

const looks: { readonly [Verdict in PostureVerdict]: { readonly meaning: Meaning; readonly glyph: Glyph } } = {
  weak: { meaning: 'finding', glyph: 'weak' },
  unknown: { meaning: 'write', glyph: 'notKnown' },
  sound: { meaning: 'good', glyph: 'sound' },
  'not-applicable': { meaning: 'dim', glyph: 'read' },
};

const verdictWords: { readonly [Verdict in PostureVerdict]: string } = {
  weak: 'weak',
  unknown: 'unknown',
  sound: 'sound',
  'not-applicable': 'does not apply',
};

interface Columns {
  readonly resource: number;
  readonly title: number;
  readonly evidence: number;
}

function columnsFor(width: number): Columns {
  const resource = width >= 110 ? Math.min(40, Math.floor(width / 4)) : 27;
  const evidence = width >= 110 ? Math.floor(width / 3) : 0;
  // Pointer, glyph and the blanks between stand beside them.
  return { resource, evidence, title: Math.max(10, width - resource - evidence - (evidence ? 6 : 5)) };
}

const resourceText = ({ resource, region }: PostureResult): string =>
  resource.kind === 'account' ? `account in ${region}` : `${shortKind(resource.kind)} ${tellingName(resource)}`;

const evidenceText = ({ evidence, note, missing }: PostureResult): string =>
  evidence.length > 0
    ? evidence.map(({ field: name, value }) => `${name} = ${value}`).join('; ')
    : missing.length > 0
      ? `needs ${missing.join(', ')}`
      : note;

/** A topic and how its results stand. */
function topicText(row: Extract<PostureRow, { type: 'topic' }>, { theme, width }: DialogContext): string {
  const { weak, unknown, sound, 'not-applicable': other } = row.counts;
  const parts = [
    ...(weak > 0 ? [`${count(weak)} weak`] : []),
    ...(unknown > 0 ? [`${count(unknown)} unknown`] : []),
    ...(sound > 0 ? [`${count(sound)} sound`] : []),
    ...(other > 0 && width >= 110 ? [`${count(other)} not applicable`] : []),
  ];
  return [row.topic, ...(parts.length > 0 ? parts : ['nothing was asked'])].join(` ${theme.glyphs.dot} `);
}

function topicLine(row: Extract<PostureRow, { type: 'topic' }>, context: DialogContext): string {
  const { theme, width } = context;
  const { rule } = theme.glyphs;
  const { weak } = row.counts;
  const text = ` ${rule.repeat(2)} ${topicText(row, context)} `;
  const line = fit(text + rule.repeat(Math.max(0, width - cellWidth(text))), width);
  return theme.paint(weak > 0 ? 'title' : 'dim', line);
}

function resultLine(
  result: PostureResult,
  selected: boolean,
  columns: Columns,
  { theme, width }: DialogContext,
): string {
  const { meaning, glyph } = looks[result.verdict];
  const parts = [
    fit(cutMiddle(safe(resourceText(result), 400), columns.resource), columns.resource),
    cell(result.title, columns.title),
    ...(columns.evidence ? [cell(evidenceText(result), columns.evidence)] : []),
  ];
  const line = fit(`${selected ? theme.glyphs.pointer : ' '} ${theme.glyphs[glyph]} ${parts.join(' ')}`, width);
  const painted = theme.paint(meaning, line);
  return selected ? theme.paint('selected', painted) : painted;
}

/** The selected result, on as many lines whatever is selected: what it means before what to do. */
function footer(result: PostureResult | undefined, { theme, width }: DialogContext): readonly string[] {
  const room = width >= 110 ? 10 : 8;
  const line = (text: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${text}`, width));
  const wrapped = (text: string, most: number, meaning: Meaning = 'plain') =>
    wrap(safe(text, 1_500), width - 2)
      .slice(0, most)
      .map((one) => line(one, meaning));
  const remedy = result?.remedy?.text.split('\n') ?? [];
  const lines = result
    ? [
        line(`${safe(resourceText(result), 300)}: ${safe(result.title, 300)}`, 'title'),
        ...result.evidence
          .slice(0, 2)
          .map(({ operation, field: name, value }) => line(safe(`${name} = ${value}  (${operation})`, 600))),
        ...(result.note ? wrapped(`${verdictWords[result.verdict]}: ${result.note}`, 1, 'write') : []),
        ...(result.verdict === 'weak' ? wrapped(result.why, 2) : []),
        ...(result.here.length > 0 ? wrapped(`here: ${result.here.join('; ')}`, width >= 110 ? 2 : 1, 'finding') : []),
        ...remedy.slice(0, 2).map((one) => line(safe(one, 400), 'dim')),
      ]
    : [];
  const shown = lines.slice(0, room);
  return [
    theme.paint('dim', theme.glyphs.rule.repeat(width)),
    ...shown,
    ...Array.from({ length: room - shown.length }, () => line('')),
  ];
}

/**
 * Why most of it says nothing: that AWS lets nothing be read, or the one reason that most of what is not known has. It stands above the rows,
 * where it is read before seventy of them that look alike.
 */
function reasonText(
  results: readonly PostureResult[],
  { weak, sound, unknown }: ReturnType<typeof countVerdicts>,
): string | undefined {
  if (weak + sound === 0 && results.some(({ missing }) => missing.length > 0))
    return 'AWS let nothing be read: nothing here says that anything is sound';
  const reasons = new Map<string, number>();
  for (const { verdict, note } of results) {
    // Which call it was that failed differs, why does not.
    const reason = note.replace(/^[a-z0-9-]+:[A-Z]\w+: /, '').replace(/; [\s\S]*/, '');
    if (verdict === 'unknown' && reason !== '') reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const [reason, times] = [...reasons].reduce((most, each) => (each[1] > most[1] ? each : most), ['', 0]);
  if (times < 3 || times <= results.length / 2) return undefined;
  return `${times === unknown ? 'all' : `${count(times)} of`} ${count(unknown)} unknown for one reason: ${reason}`;
}

/** What stands there while nothing is listed. */
function emptyLines({ state, why, results }: Posture): readonly string[] {
  if (state === 'unavailable') return ['', `   ${safe(why, 300)}`];
  if (state === 'cancelled') return ['', '   Stopped before anything was read; r reads it.'];
  if (state === 'done')
    return results.length === 0
      ? [
          '',
          '   Nothing of this incident is of a kind that is judged: no finding or mark names a resource, and nothing runs.',
        ]
      : [];
  return ['', '   Listing what runs, then reading how the resources of this incident are set up…'];
}

/** How the incident's resources are set up: topic by topic, weak first. */
export function postureView(
  dialog: Pick<PostureDialog, 'selected' | 'only'>,
  posture: Posture,
  context: DialogContext,
): Sheet {
  const { theme, width, utc } = context;
  const { results, state, read, wanted, at, leftOut } = posture;
  const rows = results.length === 0 ? [] : postureRows(posture, dialog.only);
  const index = selectedPostureIndex(rows, dialog.selected);
  const columns = columnsFor(width);
  const counts = countVerdicts(results);
  // While it is read, what is not known is on its way.
  const reason = state === 'reading' ? undefined : reasonText(results, counts);
  const selected = rows[index];
  const noted = (text: string) =>
    wrap(safe(text, 400), width - 4, '  ').map((one) => theme.paint('write', fit(`  ${one}`, width)));
  const notes = leftOut.flatMap((what) => noted(`left out: ${what}`));
  const empty = emptyLines(posture);
  const body: readonly ((at: number) => string)[] =
    rows.length === 0 ? empty.map((text) => () => theme.paint('dim', fit(text, width))) : [];
  const total = rows.length === 0 ? body.length + notes.length : rows.length + notes.length;
  return {
    title: dialog.only === 'all' ? 'Posture: all' : 'Posture',
    more:
      results.length === 0
        ? []
        : [
            `${count(counts.weak)} weak`,
            `${count(counts.unknown)} unknown`,
            `${count(counts.sound)} sound`,
            ...(width >= 110 ? [plural(posture.resources, 'resource')] : []),
          ],
    right:
      state === 'reading'
        ? wanted > 0
          ? `reading ${count(read)} of ${count(wanted)}…`
          : 'reading…'
        : at === undefined
          ? ''
          : `${state === 'cancelled' ? 'stopped, ' : ''}as of ${clock(at, utc)}`,
    whole: true,
    head: [
      ...(reason === undefined ? [] : noted(reason).slice(0, 2)),
      theme.paint(
        'dim',
        fit(
          `    ${[fit('resource', columns.resource), fit('what', columns.title), ...(columns.evidence ? [fit('evidence', columns.evidence)] : [])].join(' ')}`,
          width,
        ),
      ),
    ],
    lines: drawnRows(total, (line) => {
      const row = rows[line];
      if (row?.type === 'topic') return topicLine(row, context);
      if (row) return resultLine(row.result, line === index, columns, context);
      const rest = line - (rows.length === 0 ? body.length : rows.length);
      return rest < 0 ? (body[line]?.(line) ?? fit('', width)) : (notes[rest] ?? fit('', width));
    }),
    footer: footer(selected?.type === 'result' ? selected.result : undefined, context),
    selectedLine: Math.max(0, index),
    under: headingAbove(rows, index, (row) => (row.type === 'topic' ? topicText(row, context) : undefined)),
    beside: notes,
  };
}

/** One result in full. */
export function postureResultView(result: PostureResult, context: DialogContext): Sheet {
  const { width, theme } = context;
  const { verdict, evidence, note, missing, why, here, remedy, references, check, topic, account, region } = result;
  return {
    title: `${safe(resourceText(result), 200)} ${theme.glyphs.dot} ${safe(result.title, 200)}`,
    lines: [
      ...field('verdict', verdictWords[verdict], width, theme, looks[verdict].meaning),
      ...field('topic', `${topic}, check ${check}`, width, theme),
      ...field('where', `${account} ${region}`, width, theme),
      ...field('note', note, width, theme, 'write'),
      ...field('needs', missing.join(', '), width, theme, 'problem'),
      ...heading('What AWS says', context),
      ...(evidence.length > 0
        ? evidence.flatMap(({ operation, field: name, value }) =>
            paragraph(`${name} = ${value}  (${operation})`, width, theme),
          )
        : paragraph('nothing that could be read', width, theme, 'dim')),
      ...heading('Why it matters', context),
      ...paragraph(why, width, theme),
      ...here.flatMap((one) => paragraph(`here: ${one}`, width, theme, 'finding')),
      ...(remedy
        ? [
            ...heading(
              `Remedy (${remedy.kind === 'cli' ? 'AWS CLI' : 'Terraform'}; nothing is sent from here)`,
              context,
            ),
            ...remedy.text.split('\n').flatMap((one) => paragraph(one, width, theme)),
          ]
        : []),
      ...heading('Pages', context),
      ...references.flatMap((one) => paragraph(one, width, theme, 'dim')),
    ],
    footer: [],
  };
}
