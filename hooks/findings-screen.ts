import type { Predicate } from '../src/filter/predicate.ts';
import { type FindingGroup, isOpen, mutedKey, stepKey } from '../src/model/finding.ts';
import type { Findings } from '../src/session/findings.ts';
import type { Snapshot } from '../src/session/snapshot.ts';
import { display } from '../src/shared/display.ts';
import { containFindingGroup, playbooksForFinding } from './chooser.ts';
import type { Dialog } from './console-state.ts';
import { background, changeDialog, closeDialog, type Desk, openDialog, openScreen, say, topDialog } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { goToEventId } from './go-to.ts';
import { selectedIndex } from './list-window.ts';
import { offerPivots, resourcePivot } from './pivot.ts';
import { textField, textOf } from './text-field.ts';

/** The findings on screen. */
export type FindingsDialog = Extract<Dialog, { readonly type: 'findings' }>;
type ReasonDialog = Extract<Dialog, { readonly type: 'finding-reason' }>;

/** A row of the list: a finding, or, where rules are shown, a rule by its id. */
export type FindingRow =
  | { readonly type: 'finding'; readonly key: string; readonly group: FindingGroup }
  | { readonly type: 'rule'; readonly key: string };

/** Opens the findings on the gravest. */
export function openFindings(desk: Desk): void {
  openScreen(desk, { type: 'findings', selected: undefined, only: 'open', why: undefined });
  askWhy(desk);
}

interface Shown {
  readonly only: FindingsDialog['only'];
  readonly rules: Findings['rules'];
  readonly decisions: Snapshot['decisions'];
  readonly rows: readonly FindingRow[];
}
/** By the groups: the list is asked for at every change of anything. */
const kept = new WeakMap<Findings['groups'], Shown>();

/** The rows on screen: what nobody has decided about, everything, or the rules. The same list while nothing of it changes. */
export function shownFindings(
  findings: Pick<Findings, 'groups' | 'rules'>,
  { only }: Pick<FindingsDialog, 'only'>,
  { decisions }: Pick<Snapshot, 'decisions'>,
): readonly FindingRow[] {
  const { groups, rules } = findings;
  const before = kept.get(groups);
  if (before?.only === only && before.rules === rules && before.decisions === decisions) return before.rows;
  const rows = rowsFor(findings, only, decisions);
  kept.set(groups, { only, rules, decisions, rows });
  return rows;
}

function rowsFor(
  { groups, rules }: Pick<Findings, 'groups' | 'rules'>,
  only: FindingsDialog['only'],
  decisions: Snapshot['decisions'],
): readonly FindingRow[] {
  if (only === 'rules')
    return [...rules.values()]
      .filter(({ silent }) => !silent)
      .map(({ id }) => ({ type: 'rule' as const, key: id }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = only === 'all' ? groups : groups.filter((group) => isOpen(group, decisions));
  return shown.map((group) => ({ type: 'finding' as const, key: group.key, group }));
}

/** Index of the selected row; -1 in an empty list. */
export const selectedFindingIndex = (rows: readonly FindingRow[], selected: string | undefined): number =>
  selectedIndex(rows, selected, ({ key }) => key);

const rowsOf = (desk: Desk, dialog: FindingsDialog) =>
  shownFindings(desk.session.findings.get(), dialog, desk.session.snapshot.get());

const dialogOf = (desk: Desk): FindingsDialog | undefined => {
  const dialog = topDialog(desk);
  return dialog?.type === 'findings' ? dialog : undefined;
};

/** Moves the selection. */
export function moveInFindings(desk: Desk, dialog: FindingsDialog, by: number): void {
  const rows = rowsOf(desk, dialog);
  const next = rows[Math.max(0, Math.min(rows.length - 1, selectedFindingIndex(rows, dialog.selected) + by))];
  if (!next) return;
  changeDialog(desk, dialog.id, { selected: next.key });
  askWhy(desk);
}

/** Has the rule asked why it fired on the newest event of what is selected, and looks which playbook is for it. */
function askWhy(desk: Desk): void {
  const group = selectedFinding(desk);
  const dialog = dialogOf(desk);
  if (!group || !dialog || dialog.why?.key === group.key) return;
  const { key } = group;
  background(
    desk,
    desk.session.explainFinding(group).then((matches) => {
      const now = dialogOf(desk);
      if (now && selectedFinding(desk)?.key === key)
        changeDialog(desk, now.id, { why: { key, matches, playbooks: playbooksForFinding(desk, group) } });
    }),
  );
}

/** The selected finding of the open screen. */
export function selectedFinding(desk: Desk): FindingGroup | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const rows = rowsOf(desk, dialog);
  const row = rows[selectedFindingIndex(rows, dialog.selected)];
  return row?.type === 'finding' ? row.group : undefined;
}

/** Why there is nothing to act on. */
export const noFinding = (desk: Desk): string | undefined =>
  selectedFinding(desk) ? undefined : 'no finding is selected';

const is = (field: 'rule' | 'principal' | 'resource', value: string): Predicate => ({
  type: 'field',
  field,
  op: 'is',
  value,
});

/** Enter: its events. */
export function openFinding(desk: Desk): void {
  const group = selectedFinding(desk);
  if (group) openFindingGroup(desk, group);
}

/** The events of a finding. */
export function openFindingGroup(desk: Desk, group: FindingGroup): void {
  const [only] = group.eventIds;
  if (group.events === 1 && only !== undefined) {
    goToEventId(desk, only);
    return;
  }
  const terms = [is('rule', group.rule), ...(group.actor === '' ? [] : [is('principal', group.actor)])];
  // The events of a bucket name its objects.
  const { resource } = group;
  if (resource && resource.kind !== 's3.bucket') terms.push(is('resource', resource.name || resource.arn));
  filterBy(desk, { type: 'and', terms }, { place: { type: 'follow' }, focus: 'events', detailScroll: 0 });
}

/** What can be done about the selected finding: its resource, who did it, its playbooks. */
export function containFinding(desk: Desk): void {
  const group = selectedFinding(desk);
  if (group) containFindingGroup(desk, group, titleOf(desk, group.rule));
}

/** Why nothing can be contained here. */
export const cannotContainFinding = (desk: Desk): string | undefined => {
  const group = selectedFinding(desk);
  return !group || group.resource || group.actor !== ''
    ? noFinding(desk)
    : 'its events name neither a resource nor an actor';
};

const titleOf = (desk: Desk, rule: string): string => desk.session.findings.get().rules.get(rule)?.title ?? rule;

/** What one can pivot to from the selected finding. */
export function pivotFromFinding(desk: Desk): void {
  const group = selectedFinding(desk);
  if (!group) return;
  const { resource, actor, rule } = group;
  const pivots = [
    actor === '' ? undefined : { title: `principal ${actor}`, predicate: is('principal', actor) },
    resource ? resourcePivot(resource) : undefined,
    { title: `all that ${rule} found`, predicate: is('rule', rule) },
  ];
  offerPivots(
    desk,
    pivots.filter((pivot) => pivot !== undefined),
    'nothing to pivot to here',
  );
}

/** Acknowledges the selected finding, or takes the decision about it back. */
export function acknowledgeFinding(desk: Desk): void {
  const group = selectedFinding(desk);
  if (!group) return;
  const decided = desk.session.snapshot.get().decisions.verdicts.get(group.key);
  background(
    desk,
    desk.session
      .judgeFinding(group, decided ? 'open' : 'acknowledged', '')
      .then(() => say(desk, decided ? `open again; it was ${decided.verdict}` : 'acknowledged; Tab shows it still')),
  );
}

/** Makes the selected finding part of the evidence: its events are marked for the report. */
export function keepFinding(desk: Desk): void {
  const group = selectedFinding(desk);
  if (!group) return;
  background(
    desk,
    desk.session
      .judgeFinding(group, 'evidence', '')
      .then(() => say(desk, `evidence: ${group.eventIds.length} of ${group.events} events are marked for the report`)),
  );
}

/** Asks why the selected finding is none, or why its rule is to be silent about its actor. */
export function askReason(desk: Desk, what: ReasonDialog['what']): void {
  const group = selectedFinding(desk);
  if (!group) return;
  if (what === 'mute' && desk.session.snapshot.get().decisions.muted.has(mutedKey(group.rule, group.actor))) {
    background(
      desk,
      desk.session.muteRule(group.rule, group.actor, false, '').then(() => say(desk, 'shown again')),
    );
    return;
  }
  const title = titleOf(desk, group.rule);
  const about = what === 'mute' ? `Mute “${title}” for ${display(group.actor) || 'nobody'}` : `Dismiss “${title}”`;
  openDialog(desk, { type: 'finding-reason', what, group, about, field: textField() });
}

/** Journals the reason that was typed. */
export function takeFindingReason(desk: Desk, { id, what, group, field }: ReasonDialog): void {
  const reason = textOf(field).trim();
  if (reason === '') {
    say(desk, 'a few words why: they go into the journal; Esc cancels');
    return;
  }
  closeDialog(desk, id);
  const { session } = desk;
  background(
    desk,
    what === 'mute'
      ? session.muteRule(group.rule, group.actor, true, reason).then(() => say(desk, 'muted in this incident'))
      : session.judgeFinding(group, 'dismissed', reason).then(() => say(desk, 'dismissed; Tab shows it still')),
  );
}

/** Ticks a step of the triage off, or not; steps are counted from 1. */
export function toggleTriage(desk: Desk, number: number): void {
  const group = selectedFinding(desk);
  const step = group && desk.session.findings.get().rules.get(group.rule)?.triage[number - 1];
  if (!group || step === undefined) return;
  const done = desk.session.snapshot.get().decisions.steps.has(stepKey(group.key, step));
  background(desk, desk.session.triageStep(group.key, step, !done));
}

const next = { open: 'all', all: 'rules', rules: 'open' } as const;

/** What is open, everything, the rules. */
export function toggleFindings(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  changeDialog(desk, dialog.id, { only: next[dialog.only], selected: undefined });
  askWhy(desk);
}
