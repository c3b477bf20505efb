import type { StepOfRun } from '../src/containment/containment.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import type { FindingGroup } from '../src/model/finding.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { ActionChoice, PlaybookChoice } from '../src/session/session.ts';
import type { ChoiceGroup, Dialog } from './console-state.ts';
import { containable, containableFinding, subjectsOf } from './containable.ts';
import { closeDialog, type Desk, openDialog, say } from './desk.ts';
import { openAction } from './parameters.ts';
import { openPlaybook } from './playbook-screen.ts';
import { selectedEvent, selectedSubject } from './timeline-intents.ts';

/** Opens what can be done about an event: actions by resource, playbooks below. */
export function containEvent(desk: Desk, event: TimelineEvent): void {
  const groups = containable(desk.session, event);
  const subjects = subjectsOf(event);
  const playbooks = desk.session.playbooks(subjects, event);
  if (groups.length === 0 && playbooks.length === 0)
    say(desk, 'nothing can be contained about this event: it names no resource with an action');
  else choose(desk, { groups, playbooks, event, about: event.summary || event.action, reason: `event ${event.id}` });
}

/**
 * Opens what can be done about a finding: actions on what it is about and on whoever did it, and playbooks.
 *
 * @param title The rule's.
 */
export function containFindingGroup(desk: Desk, group: FindingGroup, title: string): void {
  const { groups, playbooks, newest } = aboutFinding(desk, group);
  if (groups.length === 0 && playbooks.length === 0)
    say(desk, 'no containment action applies to what this finding is about, nor to who did it');
  else choose(desk, { groups, playbooks, event: newest, about: title, reason: title });
}

/** The playbooks that are offered about a finding: not every one that a rule names is for whoever did it this time. */
export const playbooksForFinding = (desk: Desk, group: FindingGroup): readonly PlaybookChoice[] =>
  aboutFinding(desk, group).playbooks;

/** What can be done about a finding; of the playbooks the one that its rule names comes first. */
function aboutFinding(desk: Desk, group: FindingGroup) {
  const newest = desk.session.events.event(group.lastRow);
  const { subjects, groups } = containableFinding(desk.session, group, newest);
  const named = desk.session.findings.get().rules.get(group.rule)?.playbook;
  const playbooks = desk.session
    .playbooks(subjects, newest)
    .toSorted((a, b) => Number(b.id === named) - Number(a.id === named));
  return { groups, playbooks, newest };
}

/** What a chosen action is for. */
export interface ChoosingFor {
  readonly playbook?: StepOfRun;
  readonly reason?: string;
  /** Targets that the chosen action is planned for, one after the other. */
  readonly batch?: readonly ResourceRef[];
}

/** Opens what can be done about a resource. */
export function containResource(desk: Desk, target: ResourceRef, what: ChoosingFor = {}): void {
  const choices = desk.session.choices(target);
  const { batch = [] } = what;
  // Within a playbook, or for several at once, there are only actions.
  const playbooks = what.playbook || batch.length > 1 ? [] : desk.session.playbooks([target], undefined);
  if (choices.length === 0 && playbooks.length === 0) say(desk, `no containment action applies to ${target.kind}`);
  else
    choose(desk, {
      groups: choices.length === 0 ? [] : [{ target, relation: batch.length > 1 ? 'marked' : 'selected', choices }],
      playbooks,
      event: undefined,
      about: batch.length > 1 ? `${batch.length} marked` : target.name || target.arn,
      reason: what.reason ?? 'resource list',
      batch,
      playbook: what.playbook,
    });
}

function choose(
  desk: Desk,
  {
    groups,
    batch = [],
    playbook,
    ...more
  }: {
    readonly groups: readonly ChoiceGroup[];
    readonly playbooks: readonly PlaybookChoice[];
    readonly event: TimelineEvent | undefined;
    readonly about: string;
    readonly reason: string;
    readonly batch?: readonly ResourceRef[];
    readonly playbook?: StepOfRun | undefined;
  },
): void {
  const all = groups.flatMap(({ choices }) => choices);
  const first = all.findIndex(({ disabledReason }) => disabledReason === undefined);
  openDialog(desk, { type: 'choose', groups, batch, playbook, selected: Math.max(0, first), ...more });
}

/** Every action on what is selected: the resource, else what the event names. */
export function choicesHere(
  desk: Desk,
): readonly { readonly target: ResourceRef; readonly choice: ActionChoice; readonly reason: string }[] {
  const target = selectedSubject(desk);
  if (target) return desk.session.choices(target).map((choice) => ({ target, choice, reason: 'resource list' }));
  const event = desk.state.get().focus === 'resources' ? undefined : selectedEvent(desk);
  if (!event) return [];
  const reason = `event ${event.id}`;
  return containable(desk.session, event).flatMap((group) =>
    group.choices.map((choice) => ({ target: group.target, choice, reason })),
  );
}

/** The action at an index of the chooser. */
export function choiceAt(
  groups: readonly ChoiceGroup[],
  index: number,
): { readonly target: ResourceRef; readonly choice: ActionChoice } | undefined {
  const all = groups.flatMap(({ target, choices }) => choices.map((choice) => ({ target, choice })));
  return all[index];
}

/** How many rows can be chosen: actions, then playbooks. */
export const choiceCount = ({ groups, playbooks }: Pick<ChooseDialog, 'groups' | 'playbooks'>): number =>
  groups.reduce((sum, { choices }) => sum + choices.length, 0) + playbooks.length;

type ChooseDialog = Extract<Dialog, { readonly type: 'choose' }>;

/** Plans what is selected in the chooser, after asking for its parameters where it has some. */
export function planChoice(desk: Desk, dialog: ChooseDialog): void {
  const { groups, playbooks, selected, reason, batch, playbook, event } = dialog;
  const chosen = choiceAt(groups, selected);
  if (!chosen) {
    const offered = playbooks[selected - choiceCount({ groups, playbooks: [] })];
    if (!offered) return;
    if (offered.disabledReason !== undefined) {
      say(desk, offered.disabledReason, 'problem');
      return;
    }
    closeDialog(desk, dialog.id);
    openPlaybook(desk, offered, offered.subject, event);
    return;
  }
  const { target, choice } = chosen;
  if (choice.disabledReason === undefined) openAction(desk, choice, target, reason, dialog.id, { playbook, batch });
  else say(desk, choice.disabledReason, 'problem');
}
