import {
  type FindingRow,
  type FindingsDialog,
  selectedFindingIndex,
  shownFindings,
} from '../../hooks/findings-screen.ts';
import { type FindingGroup, mutedKey, stepKey } from '../../src/model/finding.ts';
import { shortName } from '../../src/model/principal.ts';
import { shortKind } from '../../src/model/resource.ts';
import type { Findings } from '../../src/session/findings.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { cell, count, plural, safe, wrap } from '../components/text.ts';
import { moment, momentWidth, stretch } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, type Sheet } from '../dialogs/sheet.ts';
import type { Meaning } from '../theme/theme.ts';

/** Rows that the selected finding has below the list. */
const footerRows = 14;

const meaningOf = ({ severity }: Pick<FindingGroup, 'severity'>): Meaning =>
  severity === 'critical' || severity === 'high' ? 'finding' : severity === 'medium' ? 'write' : 'dim';

interface Columns {
  readonly what: number;
  readonly actor: number;
  readonly about: number;
  readonly time: number;
}

/** Findings that columns are measured by, the gravest: of thousands it would take longer than a key may. */
const MEASURED = 200;
/** Cells of the longest title, actor and resource, kept with the list. */
const longest = new WeakMap<Findings, { readonly what: number; readonly actor: number; readonly about: number }>();

function longestOf(findings: Findings) {
  const known = longest.get(findings);
  if (known) return known;
  const groups = findings.groups.slice(0, MEASURED);
  const most = (of: (group: FindingGroup) => string) =>
    groups.reduce((cells, group) => Math.max(cells, cellWidth(safe(of(group), 200))), 0);
  const cells = { what: most((group) => titleOf(group, findings)), actor: most(actorText), about: most(resourceText) };
  longest.set(findings, cells);
  return cells;
}

/** The longest verdict with its colon: it stands before the title of what was decided about. */
const VERDICT = cellWidth('acknowledged: ');

function columnsFor(width: number, time: number, findings: Findings, decided: boolean): Columns {
  const { actor: longestActor, about: longestAbout, what: longestTitle } = longestOf(findings);
  const needed = { actor: longestActor, about: longestAbout, what: longestTitle + (decided ? VERDICT : 0) };
  // Times of another year take five cells more: on a narrow screen the names give them.
  const mostOfActor = width >= 110 ? Math.floor(width / 6) : time > 11 ? 12 : 14;
  const mostOfAbout = width >= 110 ? Math.floor(width / 6) : time > 11 ? 13 : 16;
  // Pointer, severity, times and count stand beside them; a count of five digits takes two cells more than its column.
  const beside = width >= 110 ? 22 + 2 * time : 21 + time;
  // What names do not need says more of what was found, and the other way round; never narrower than the headings.
  let actor = Math.max(cellWidth('who'), Math.min(mostOfActor, needed.actor));
  let about = Math.max(cellWidth('about'), Math.min(mostOfAbout, needed.about));
  let spare = Math.max(0, width - actor - about - beside - needed.what);
  const more = (missing: number) => {
    const given = Math.max(0, Math.min(spare, missing));
    spare -= given;
    return given;
  };
  about += more(needed.about - about);
  actor += more(needed.actor - actor);
  // Names stand beside what is said of them: what is left over on a wide screen is left at its end.
  const what = Math.max(10, Math.min(Math.max(needed.what, cellWidth('what')), width - actor - about - beside));
  return { actor, about, time, what };
}

const titleOf = ({ rule }: FindingGroup, { rules }: Findings): string => rules.get(rule)?.title ?? rule;

const actorText = ({ actor }: FindingGroup): string => shortName(actor.slice(0, 512)).text || '-';

const resourceText = ({ resource }: FindingGroup): string =>
  resource ? `${shortKind(resource.kind)} ${resource.name || resource.arn}` : '-';

function verdictOf(group: FindingGroup, { snapshot }: DialogContext): string {
  const { verdicts, muted } = snapshot.decisions;
  return verdicts.get(group.key)?.verdict ?? (muted.has(mutedKey(group.rule, group.actor)) ? 'muted' : '');
}

function findingLine(
  group: FindingGroup,
  selected: boolean,
  columns: Columns,
  findings: Findings,
  context: DialogContext,
): string {
  const { theme, width, utc, now } = context;
  const verdict = verdictOf(group, context);
  const title = titleOf(group, findings);
  const [first, last] = [group.firstAt, group.lastAt].map((at) => fit(moment(at, now, utc), columns.time));
  const parts = [
    fit(group.severity === 'informational' ? 'info' : group.severity, 8),
    ...(width >= 110 ? [first] : []),
    last,
    count(group.events).padStart(4),
    cell(verdict === '' ? title : `${verdict}: ${title}`, columns.what),
    cell(actorText(group), columns.actor),
    cell(resourceText(group), columns.about),
  ];
  const line = fit(`${selected ? theme.glyphs.pointer : ' '} ${parts.join(' ')}`, width);
  const painted = theme.paint(verdict === '' ? meaningOf(group) : 'dim', line);
  return selected ? theme.paint('selected', painted) : painted;
}

/** How a rule stands: that nothing could be asked is not that nothing was found. */
function stateOfRule(
  id: string,
  { groups, states, rules }: Findings,
): { readonly text: string; readonly meaning: Meaning } {
  const found = groups.filter(({ rule }) => rule === id).reduce((sum, { events }) => sum + events, 0);
  if (found > 0) return { text: plural(found, 'event'), meaning: 'finding' };
  const rule = rules.get(id);
  const state = states.get(id);
  if (!state) return { text: 'not known here', meaning: 'dim' };
  if (state.evaluated > 0)
    return {
      text: `nothing in ${plural(state.evaluated, 'record')}`,
      meaning: state.forgotten > 0 ? 'problem' : 'plain',
    };
  const needs = rule?.unread ?? (state.needs === '' ? 'what it needs is not loaded' : `no ${state.needs} loaded`);
  return { text: `not evaluated: ${needs}`, meaning: 'dim' };
}

function ruleLine(id: string, selected: boolean, findings: Findings, { theme, width }: DialogContext): string {
  const rule = findings.rules.get(id);
  const { text, meaning } = stateOfRule(id, findings);
  const title = Math.max(20, Math.floor(width / 2) - 12);
  const level = rule?.level === 'informational' ? 'info' : (rule?.level ?? '');
  const line = fit(
    `${selected ? theme.glyphs.pointer : ' '} ${fit(level, 8)} ${cell(rule?.title ?? id, title)} ${safe(text, 200)}`,
    width,
  );
  const painted = theme.paint(meaning, line);
  return selected ? theme.paint('selected', painted) : painted;
}

/**
 * Of a finding the playbooks that can be started on it, not what its rule names for whoever might have done it: the one for it, by its rule or by
 * the call, or else all of them. Of a rule what it names.
 */
function playbookText(
  group: FindingGroup | undefined,
  why: FindingsDialog['why'],
  rule: ReturnType<Findings['rules']['get']>,
): string {
  if (!group) return rule?.playbook ? `playbook ${rule.playbook}` : '';
  if (why?.key !== group.key) return '';
  const [playbook] = why.playbooks;
  if (!playbook) return 'no playbook is for it: c lists what can be done';
  if (playbook.id !== rule?.playbook && !playbook.answers)
    return `playbooks ${why.playbooks.map(({ id }) => id).join(', ')}`;
  return `playbook ${playbook.id} on ${shortKind(playbook.subject.kind)} ${safe(playbook.subject.name || playbook.subject.arn, 100)}${playbook.disabledReason === undefined ? '' : `: ${safe(playbook.disabledReason, 200)}`}`;
}

/** What can be started, and then what it is called elsewhere: that is to be looked up, not to be heard. */
function referencesLine(playbook: string, references: readonly string[], { theme, width }: DialogContext): string {
  const head = fit(
    playbook === '' ? '' : ` ${playbook} ${theme.glyphs.dot}`,
    Math.min(width, cellWidth(playbook) + (playbook === '' ? 0 : 3)),
  );
  const rest = ` ${references.filter(Boolean).join(` ${theme.glyphs.dot} `)}`;
  return theme.paint('dim', head) + theme.paint('silent', fit(rest, width - cellWidth(head)));
}

/** The selected row in full, on as many lines whatever is selected. */
function footer(
  row: FindingRow | undefined,
  dialog: Pick<FindingsDialog, 'why'>,
  findings: Findings,
  context: DialogContext,
): readonly string[] {
  const { theme, width, utc, snapshot } = context;
  const room = Math.min(footerRows, Math.max(6, Math.floor(width / 8)));
  const line = (text: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${text}`, width));
  const rule = row && findings.rules.get(row.type === 'finding' ? row.group.rule : row.key);
  const group = row?.type === 'finding' ? row.group : undefined;
  const verdict = group && snapshot.decisions.verdicts.get(group.key);
  const why = group && dialog.why?.key === group.key ? dialog.why.matches : [];
  const reasons = why.flatMap(({ not, reasons: met }) =>
    not
      ? []
      : met.map(({ field, wanted, value }) =>
          value === undefined || wanted === `is '${value}'`
            ? `${field} ${wanted}`
            : `${field} ${wanted}: ${value.slice(0, 300)}`,
        ),
  );
  const lines = row
    ? [
        line(safe(rule?.title ?? row.key, 300), 'title'),
        ...wrap(safe(rule?.description ?? '', 1_000), width - 2)
          .slice(0, 3)
          .map((text) => line(text)),
        ...(group
          ? [
              line(
                [
                  `${plural(group.events, 'event')} ${stretch(group.firstAt, group.lastAt, utc)}`,
                  safe(group.actor, 120) || 'no principal',
                  safe(resourceText(group), 160),
                ].join(` ${theme.glyphs.dot} `),
              ),
              ...(verdict
                ? [line(`${verdict.verdict} by ${safe(verdict.by, 100)} ${safe(verdict.reason, 300)}`, 'good')]
                : []),
              line(
                rule?.kind === 'correlation'
                  ? `why: these events together, by ${rule.rules.map((id) => safe(id, 60)).join(', ')}`
                  : `why: ${safe(reasons.join('; '), 600) || 'asking…'}`,
                'dim',
              ),
            ]
          : []),
        ...(rule?.triage ?? []).map((step, index) => {
          const done = group && snapshot.decisions.steps.has(stepKey(group.key, step));
          return line(
            `${group ? `${index + 1} ${theme.glyphs.box[done ? 'ticked' : 'empty']} ` : '  '}${safe(step, 300)}`,
            done ? 'dim' : 'plain',
          );
        }),
        referencesLine(
          playbookText(group, dialog.why, rule),
          [(rule?.tags ?? []).map((tag) => safe(tag, 40)).join(' '), `rule ${safe(rule?.id ?? row.key, 100)}`],
          context,
        ),
        ...(rule && rule.falsePositives.length > 0
          ? [line(`often innocent: ${safe(rule.falsePositives.join('; '), 300)}`, 'dim')]
          : []),
      ]
    : [];
  const shown = lines.slice(0, room);
  return [
    theme.paint('dim', theme.glyphs.rule.repeat(width)),
    ...shown,
    ...Array.from({ length: room - shown.length }, () => line('')),
  ];
}

/** What the rules found, the gravest first: what nobody decided about, everything, or the rules with how each stands. */
export function findingsView(
  dialog: Pick<FindingsDialog, 'selected' | 'only' | 'why'>,
  findings: Findings,
  context: DialogContext,
): Sheet {
  const { theme, width, snapshot, now, utc } = context;
  const rows = shownFindings(findings, dialog, snapshot);
  const index = selectedFindingIndex(rows, dialog.selected);
  const oldest = findings.groups.reduce((least, { firstAt }) => Math.min(least, firstAt), now);
  const columns = columnsFor(width, momentWidth(oldest, now, utc), findings, dialog.only !== 'open');
  // Parts of correlations make no findings of their own, and the list does not show them.
  const speaking = [...findings.rules.values()].filter(({ silent }) => !silent);
  const notEvaluated = speaking.filter(({ id }) => findings.states.get(id)?.evaluated === 0).length;
  const nothing =
    speaking.length > 0 && notEvaluated === speaking.length
      ? '   Nothing is loaded yet that a rule looks at: that is not "no findings".'
      : '   No rule found anything in what is loaded.';
  const headings =
    dialog.only === 'rules'
      ? [fit('level', 8), 'rule']
      : [
          fit('level', 8),
          ...(width >= 110 ? [fit('first', columns.time)] : []),
          fit('last', columns.time),
          'evts',
          fit('what', columns.what),
          fit('who', columns.actor),
          fit('about', columns.about),
        ];
  const empty =
    findings.at === undefined
      ? ['', '   Looking…']
      : [
          '',
          dialog.only === 'open'
            ? findings.groups.length > 0
              ? '   Every finding was decided about; Tab shows them.'
              : nothing
            : nothing,
          ...wrap(
            `${plural(notEvaluated, 'rule')} could not be evaluated: what they need is not loaded. Tab shows the rules.`,
            Math.max(1, width - 3),
          ).map((line) => `   ${line}`),
        ];
  return {
    title: { open: 'Findings', all: 'Findings: all', rules: 'Rules' }[dialog.only],
    // Before anybody has looked nothing is none, and no rule is known to lack anything.
    more:
      findings.at === undefined
        ? []
        : [
            `${count(snapshot.openFindings)} open`,
            `${count(speaking.length)} rules`,
            ...(notEvaluated > 0 ? [`${count(notEvaluated)} not evaluated`] : []),
            ...(findings.problems.length > 0 ? [`${count(findings.problems.length)} not loaded`] : []),
          ],
    right: findings.at === undefined ? 'looking…' : plural(rows.length, 'row'),
    whole: true,
    head: [theme.paint('dim', fit(`  ${headings.join(' ')}`, width))],
    lines:
      rows.length === 0
        ? empty.map((text) => theme.paint('dim', fit(text, width)))
        : drawnRows(rows.length, (at) => {
            const row = rows[at];
            if (!row) return fit('', width);
            return row.type === 'finding'
              ? findingLine(row.group, at === index, columns, findings, context)
              : ruleLine(row.key, at === index, findings, context);
          }),
    footer: footer(rows[index], dialog, findings, context),
    selectedLine: Math.max(0, index),
  };
}
