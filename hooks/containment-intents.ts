import type { Params } from '../src/containment/action.ts';
import type { StepOfRun } from '../src/containment/containment.ts';
import { needsName } from '../src/model/action-class.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { ActionChoice, Confirmation, Preview, UndoPreview } from '../src/session/session.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog, DialogBody } from './console-state.ts';
import {
  background,
  changeDialog,
  closeDialog,
  type Desk,
  failDialog,
  failureOf,
  isArmed,
  openDialog,
  say,
  sayFailure,
  topDialog,
} from './desk.ts';
import { becomeHandOff, handOffOf } from './hand-off.ts';
import { keyOrCommand } from './key-names.ts';
import { textField, textOf } from './text-field.ts';

type DialogOf<Type extends DialogBody['type']> = Extract<Dialog, { readonly type: Type }>;

/** Plans an action on a target, in a dialog of its own. */
export function openPlan(
  desk: Desk,
  action: Pick<ActionChoice['action'], 'id' | 'title'>,
  target: ResourceRef,
  params: Params,
  reason: string,
  playbook?: StepOfRun,
): void {
  const id = openDialog(desk, {
    type: 'plan',
    stage: 'planning',
    actionId: action.id,
    title: action.title,
    target,
    params,
    reason,
    playbook,
    preview: undefined,
    previous: undefined,
    field: textField(),
    failure: undefined,
  });
  plan(desk, id, { actionId: action.id, target, params, playbook }, undefined);
}

/** Plans and puts the plan on screen; `previous` is the plan that it is compared with. */
function plan(
  desk: Desk,
  id: number,
  { actionId, target, params, playbook }: Pick<DialogOf<'plan'>, 'actionId' | 'target' | 'params' | 'playbook'>,
  previous: Preview | undefined,
): void {
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const work = async () => {
    try {
      const preview = await desk.session.plan(actionId, target, params, aborter.signal);
      if (playbook && preview.plan.steps.length === 0) await already(desk, id, playbook, preview.plan.summary);
      else changeDialog(desk, id, { stage: 'ready', preview, previous, failure: undefined }, { reread: true });
    } catch (error) {
      const handOff = handOffOf(error);
      if (handOff && becomeHandOff(desk, id, handOff, { actionId, target, playbook })) return;
      failDialog(desk, id, error);
      if (playbook) await refused(desk, playbook, error);
    }
  };
  background(desk, work());
}

/** A step of a playbook with nothing to send: said, journalled, and gone on from. */
async function already(desk: Desk, id: number, playbook: StepOfRun, what: string): Promise<void> {
  await desk.session.decideStep(playbook, { type: 'already', what });
  closeDialog(desk, id);
  say(desk, `step ${playbook.step}: ${display(what)}; nothing was sent`);
}

/** A step of a playbook that could not be planned or confirmed keeps why, for whoever opens it next. */
async function refused(desk: Desk, playbook: StepOfRun, error: unknown): Promise<void> {
  const failure = failureOf(desk, error);
  if (failure && !['NotArmed', 'NotYet', 'NotConfirmed'].includes(failure.code))
    await desk.session.decideStep(playbook, { type: 'refused', ...failure });
}

/** Plans again after a failure. */
export function replan(desk: Desk, dialog: DialogOf<'plan'> | DialogOf<'undo'>): void {
  const next = changeDialog(desk, dialog.id, { stage: 'planning', failure: undefined }, { reread: true });
  if (!next) return;
  if (dialog.type === 'plan') plan(desk, next.id, dialog, undefined);
  else planUndo(desk, next.id, dialog.containmentId, undefined);
}

/** How a dialog is confirmed just now; `none` while there is nothing to confirm. */
export function confirmKind(dialog: DialogOf<'plan'> | DialogOf<'undo'>): 'none' | 'key' | 'name' {
  if (dialog.stage !== 'ready' || !dialog.preview) return 'none';
  if (dialog.type === 'undo') {
    if (dialog.preview.steps.length === 0) return 'none';
    return dialog.preview.needsName && !dialog.previous ? 'name' : 'key';
  }
  const { plan } = dialog.preview;
  if (plan.steps.length === 0) return 'none';
  // The name was typed for the plan before: the difference needs one key.
  if (dialog.previous) return 'key';
  return needsName(plan.class) ? 'name' : 'key';
}

/** What must be typed to confirm. */
export const nameToType = (dialog: DialogOf<'plan'> | DialogOf<'undo'>): string =>
  dialog.type === 'plan' ? dialog.target.name : (dialog.preview?.containment.plan.target.name ?? '');

/**
 * Sends what is on screen, if it may: armed, painted and settled, or the name typed where that is asked. The one place of the console that
 * approves or undoes.
 */
export function confirm(desk: Desk, dialog: DialogOf<'plan'> | DialogOf<'undo'>, by: 'key' | 'name'): void {
  // A name takes long enough to type; `y` waits, so that a slip of the key before cannot confirm.
  if (confirmKind(dialog) !== by || !dialog.painted || (by === 'key' && !dialog.settled)) return;
  if (!isArmed(desk)) {
    say(desk, `read-only: press ${keyOrCommand(desk, 'arm')} to arm`, 'problem');
    return;
  }
  const typedName = textOf(dialog.field);
  if (by === 'name' && typedName !== nameToType(dialog)) {
    say(desk, 'the name does not match: nothing was sent', 'problem');
    return;
  }
  const confirmation: Confirmation = {
    reason: dialog.type === 'plan' ? dialog.reason : `undo of ${dialog.containmentId}`,
    ...(typedName === '' ? {} : { typedName }),
    ...(dialog.type === 'plan' && dialog.playbook ? { playbook: dialog.playbook } : {}),
  };
  const aborter = new AbortController();
  desk.waiting.set(dialog.id, aborter);
  changeDialog(desk, dialog.id, { stage: 'sending' });
  const work =
    dialog.type === 'plan' && dialog.preview
      ? approve(desk, dialog, dialog.preview, confirmation, aborter.signal)
      : dialog.type === 'undo' && dialog.preview
        ? undo(desk, dialog, dialog.preview, confirmation, aborter.signal)
        : Promise.resolve();
  background(desk, work);
}

/** Shows the progress in place of the dialog, or says what started when the operator has gone on. */
function started(desk: Desk, id: number, containmentId: string): void {
  desk.waiting.delete(id);
  const shown = changeDialog(desk, id, { type: 'progress', containmentId }, { reread: true });
  if (shown) {
    // An undo is often begun from the progress of what it undoes: the same screen must not lie below it.
    for (const other of desk.state.get().dialogs)
      if (other.type === 'progress' && other.containmentId === containmentId && other.id !== shown.id)
        closeDialog(desk, other.id);
    return;
  }
  say(desk, `${containmentId} had already started and runs on: ${keyOrCommand(desk, 'journal')} shows it`);
}

const isOutdated = (error: unknown): boolean => (error as { code?: unknown } | undefined)?.code === 'PlanOutdated';

async function approve(
  desk: Desk,
  dialog: DialogOf<'plan'>,
  preview: Preview,
  confirmation: Confirmation,
  signal: AbortSignal,
): Promise<void> {
  try {
    started(desk, dialog.id, await desk.session.approve(preview, confirmation, signal));
  } catch (error) {
    if (!isOutdated(error)) return failDialog(desk, dialog.id, error);
    const next = changeDialog(desk, dialog.id, { stage: 'planning' }, { reread: true });
    if (next) plan(desk, next.id, dialog, preview);
    else say(desk, 'AWS had changed since the preview: nothing was sent');
  }
}

async function undo(
  desk: Desk,
  dialog: DialogOf<'undo'>,
  preview: UndoPreview,
  confirmation: Confirmation,
  signal: AbortSignal,
): Promise<void> {
  try {
    await desk.session.undo(preview, confirmation, signal);
    started(desk, dialog.id, dialog.containmentId);
  } catch (error) {
    if (!isOutdated(error)) return failDialog(desk, dialog.id, error);
    const next = changeDialog(desk, dialog.id, { stage: 'planning' }, { reread: true });
    if (next) planUndo(desk, next.id, dialog.containmentId, preview);
    else say(desk, 'AWS had changed since the preview: nothing was sent');
  }
}

/** Containments that can be undone, newest first. */
export function undoable(desk: Desk) {
  return desk.session.snapshot
    .get()
    .containments.filter(({ state, undoSteps }) => undoSteps.length > 0 && state !== 'undone' && state !== 'undoing')
    .toReversed();
}

/** Opens the undo of the only containment, or the list to choose from. */
export function openUndo(desk: Desk): void {
  const all = undoable(desk);
  const [only] = all;
  if (!only) say(desk, 'nothing to undo: no containment with calls that can be put back');
  else if (all.length === 1) undoOf(desk, only.id);
  else openDialog(desk, { type: 'containments', selected: 0 });
}

/** Plans the undo of one containment. */
export function undoOf(desk: Desk, containmentId: string): void {
  const id = openDialog(desk, {
    type: 'undo',
    stage: 'planning',
    containmentId,
    preview: undefined,
    previous: undefined,
    field: textField(),
    failure: undefined,
  });
  planUndo(desk, id, containmentId, undefined);
}

function planUndo(desk: Desk, id: number, containmentId: string, previous: UndoPreview | undefined): void {
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const work = async () => {
    try {
      const preview = await desk.session.planUndo(containmentId, aborter.signal);
      changeDialog(desk, id, { stage: 'ready', preview, previous, failure: undefined }, { reread: true });
    } catch (error) {
      failDialog(desk, id, error);
    }
  };
  background(desk, work());
}

/** Arms; in a dialog that `y` confirms, the prompt it changes must be seen before it is answered. */
export function arm(desk: Desk): void {
  try {
    desk.session.arm();
  } catch (error) {
    sayFailure(desk, error);
    return;
  }
  const dialog = topDialog(desk);
  const byKey =
    dialog?.type === 'plan' || dialog?.type === 'undo'
      ? confirmKind(dialog) === 'key'
      : dialog?.type === 'recovery' && dialog.stage === 'ready';
  if (dialog && byKey) {
    const { scroll } = dialog;
    changeDialog(desk, dialog.id, {}, { reread: true });
    const next = topDialog(desk);
    if (next) changeDialog(desk, next.id, { scroll });
  }
}

/** Arms or disarms. */
export function toggleArmed(desk: Desk): void {
  if (!isArmed(desk)) arm(desk);
  else {
    desk.session.disarm();
    say(desk, 'disarmed: read-only again');
  }
}
