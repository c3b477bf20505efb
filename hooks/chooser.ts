import type { TimelineEvent } from '../src/model/event.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { ActionChoice } from '../src/session/session.ts';
import type { ChoiceGroup, Dialog } from './console-state.ts';
import { containable } from './containable.ts';
import { type Desk, openDialog, say } from './desk.ts';
import { openAction } from './parameters.ts';

/** Opens what can be done about an event. */
export function containEvent(desk: Desk, event: TimelineEvent): void {
  const groups = containable(desk.session, event);
  if (groups.length === 0) say(desk, 'nothing can be contained about this event: it names no resource with an action');
  else choose(desk, groups, event.summary || event.action, `event ${event.id}`);
}

/** Opens what can be done about a resource. */
export function containResource(desk: Desk, target: ResourceRef): void {
  const choices = desk.session.choices(target);
  if (choices.length === 0) say(desk, `no containment action applies to ${target.kind}`);
  else choose(desk, [{ target, relation: 'selected', choices }], target.name, 'resource list');
}

function choose(desk: Desk, groups: readonly ChoiceGroup[], about: string, reason: string): void {
  const all = groups.flatMap(({ choices }) => choices);
  const first = all.findIndex(({ disabledReason }) => disabledReason === undefined);
  openDialog(desk, { type: 'choose', groups, about, selected: Math.max(0, first), reason });
}

/** The action at an index of the chooser. */
export function choiceAt(
  groups: readonly ChoiceGroup[],
  index: number,
): { readonly target: ResourceRef; readonly choice: ActionChoice } | undefined {
  const all = groups.flatMap(({ target, choices }) => choices.map((choice) => ({ target, choice })));
  return all[index];
}

/** Plans what is selected in the chooser, after asking for its parameters where it has some. */
export function planChoice(desk: Desk, dialog: Extract<Dialog, { readonly type: 'choose' }>): void {
  const chosen = choiceAt(dialog.groups, dialog.selected);
  if (!chosen) return;
  const { target, choice } = chosen;
  if (choice.disabledReason === undefined) openAction(desk, choice, target, dialog.reason, dialog.id);
  else say(desk, choice.disabledReason, 'problem');
}
