import type { Params } from '../src/containment/action.ts';
import type { StepOfRun } from '../src/containment/containment.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { ActionChoice } from '../src/session/session.ts';
import type { Dialog } from './console-state.ts';
import { openPlan } from './containment-intents.ts';
import { background, changeDialog, closeDialog, type Desk, failDialog, openDialog, say } from './desk.ts';
import type { KeyPress } from './key-splitter.ts';
import { openBatch } from './playbook-screen.ts';
import { editText, insertText, textField, textOf } from './text-field.ts';

/** What an action wants to be told, on screen. */
export type ParametersDialog = Extract<Dialog, { readonly type: 'parameters' }>;

/** What an action is planned for besides. */
export interface Purpose {
  /** The step of a playbook that it carries out. */
  readonly playbook?: StepOfRun | undefined;
  /** Values that are known already. */
  readonly params?: Params;
  /** It is planned for each of these, one after the other. */
  readonly batch?: readonly ResourceRef[];
}

/** Goes on with an action: to its parameters where it has some, else to its plan. `chooser` closes once it is planned. */
export function openAction(
  desk: Desk,
  { action, hasParameters }: Pick<ActionChoice, 'action' | 'hasParameters'>,
  target: ResourceRef,
  reason: string,
  chooser?: number,
  { playbook, params = {}, batch = [] }: Purpose = {},
): void {
  if (hasParameters && Object.keys(params).length === 0) {
    const id = openDialog(desk, {
      type: 'parameters',
      stage: 'asking',
      action,
      target,
      reason,
      playbook,
      batch,
      chooser,
      ...unanswered,
    });
    ask(desk, id, action.id, target);
    return;
  }
  if (chooser !== undefined) closeDialog(desk, chooser);
  if (batch.length > 1) openBatch(desk, desk.session.planBatch(action.id, batch, params));
  else openPlan(desk, action, target, params, reason, playbook);
}

const unanswered = {
  offered: [],
  at: 0,
  params: {},
  selected: 0,
  mode: 'list',
  field: textField(),
  failure: undefined,
} as const;

/** From a plan back to its parameters. */
export function otherValues(desk: Desk, dialog: Extract<Dialog, { readonly type: 'plan' }>): void {
  const { actionId, title, target, reason, playbook } = dialog;
  closeDialog(desk, dialog.id);
  openAction(
    desk,
    { action: { id: actionId, title, class: 'seconds', reversible: true }, hasParameters: true },
    target,
    reason,
    undefined,
    { playbook },
  );
}

function ask(desk: Desk, id: number, actionId: string, target: ResourceRef): void {
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const work = async () => {
    try {
      const offered = await desk.session.parameters(actionId, target, aborter.signal);
      const next = changeDialog(
        desk,
        id,
        { stage: 'choosing', offered, mode: offered[0]?.choices ? 'list' : 'text' },
        { reread: true },
      );
      // An action may want nothing of this target.
      if (next?.type === 'parameters' && offered.length === 0) planWith(desk, next, {});
    } catch (error) {
      failDialog(desk, id, error);
    }
  };
  background(desk, work());
}

/** Values of the parameter in question that match what is typed; `undefined` where any text will do. */
export function offeredValues({ offered, at, mode, field }: ParametersDialog): readonly string[] | undefined {
  const choices = offered[at]?.choices;
  const wanted = mode === 'filter' ? textOf(field).trim().toLowerCase() : '';
  return wanted === '' ? choices : choices?.filter((value) => value.toLowerCase().includes(wanted));
}

/** The selected value; `undefined` where none is. */
export const selectedValue = (dialog: ParametersDialog): string | undefined =>
  offeredValues(dialog)?.[Math.max(0, dialog.selected)];

/** Selects the value at an index. */
export function selectValue(desk: Desk, dialog: ParametersDialog, index: number): void {
  const last = (offeredValues(dialog)?.length ?? 0) - 1;
  changeDialog(desk, dialog.id, { selected: Math.max(0, Math.min(last, index)) });
}

/** Takes a value, and goes on to the next parameter or to the plan. Nothing of it is sent before the plan was seen and confirmed. */
function take(desk: Desk, dialog: ParametersDialog, value: string): void {
  const name = dialog.offered[dialog.at]?.name;
  if (name === undefined) return;
  const params = { ...dialog.params, [name]: value };
  const next = dialog.offered[dialog.at + 1];
  if (next) {
    const mode = next.choices ? 'list' : 'text';
    changeDialog(desk, dialog.id, { params, ...fresh, at: dialog.at + 1, mode }, { reread: true });
  } else planWith(desk, dialog, params);
}

const fresh = { selected: 0, field: textField() } as const;

function planWith(desk: Desk, dialog: ParametersDialog, params: Params): void {
  closeDialog(desk, dialog.id);
  if (dialog.chooser !== undefined) closeDialog(desk, dialog.chooser);
  if (dialog.batch.length > 1) openBatch(desk, desk.session.planBatch(dialog.action.id, dialog.batch, params));
  else openPlan(desk, dialog.action, dialog.target, params, dialog.reason, dialog.playbook);
}

function goBack(desk: Desk, dialog: ParametersDialog): void {
  const { at, mode, offered } = dialog;
  if (dialog.stage === 'choosing' && mode !== 'list' && offered[at]?.choices)
    changeDialog(desk, dialog.id, { mode: 'list', ...fresh });
  else if (dialog.stage === 'choosing' && at > 0)
    changeDialog(
      desk,
      dialog.id,
      { at: at - 1, mode: offered[at - 1]?.choices ? 'list' : 'text', ...fresh },
      { reread: true },
    );
  else closeDialog(desk, dialog.id);
}

function enter(desk: Desk, dialog: ParametersDialog): void {
  const typed = textOf(dialog.field).trim();
  const value = dialog.mode === 'text' ? typed : selectedValue(dialog);
  if (value) take(desk, dialog, value);
  else
    say(
      desk,
      dialog.mode === 'text' ? 'a value needs words; Esc goes back' : 'there is no value to take; Esc goes back',
    );
}

/** Whether AWS may answer differently now. */
export const canAskAgain = ({ stage, offered, at }: ParametersDialog): boolean =>
  stage === 'failed' || (stage === 'choosing' && offered[at]?.choices?.length === 0);

/** A key in the dialog. @returns Whether it was for it; what moves in the list is not. */
export function pressInParameters(desk: Desk, dialog: ParametersDialog, key: KeyPress): boolean {
  const { stage, mode } = dialog;
  if (key.name === 'Esc') {
    goBack(desk, dialog);
    return true;
  }
  if (key.name === 'r' && canAskAgain(dialog)) {
    const next = changeDialog(desk, dialog.id, { stage: 'asking', ...unanswered }, { reread: true });
    if (next) ask(desk, next.id, dialog.action.id, dialog.target);
    return true;
  }
  if (stage !== 'choosing') return false;
  if (key.name === 'Enter') {
    enter(desk, dialog);
    return true;
  }
  if (mode !== 'list') {
    const field = editText(dialog.field, key);
    if (field) changeDialog(desk, dialog.id, { field, selected: 0 });
    return field !== undefined;
  }
  const value = selectedValue(dialog);
  // Where no value fits, the action cannot be planned here, whatever is typed.
  if (value === undefined) return false;
  if (key.name === '/') changeDialog(desk, dialog.id, { mode: 'filter', ...fresh });
  else if (key.name === 'e' || key.name === 'Tab')
    changeDialog(desk, dialog.id, { mode: 'text', field: textField(value) });
  else return false;
  return true;
}

/** Text from the clipboard, into the line that is typed in. */
export function pasteInParameters(desk: Desk, dialog: ParametersDialog, text: string): void {
  if (dialog.stage !== 'choosing' || dialog.mode === 'list') return;
  changeDialog(desk, dialog.id, { field: insertText(dialog.field, text.trim()).field, selected: 0 });
}
