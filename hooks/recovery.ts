import type { Dialog } from './console-state.ts';
import { background, changeDialog, type Desk, failDialog, isArmed, openDialog, say } from './desk.ts';
import { keyOrCommand } from './key-names.ts';
import { textField, textOf } from './text-field.ts';

/** The undo of everything, on screen. */
export type RecoveryDialog = Extract<Dialog, { readonly type: 'recovery' }>;

/** Plans the undo of everything, in a dialog of its own; sends nothing. */
export function openRecovery(desk: Desk): void {
  const id = openDialog(desk, {
    type: 'recovery',
    stage: 'planning',
    recovery: undefined,
    field: textField(),
    failure: undefined,
  });
  planAll(desk, id);
}

function planAll(desk: Desk, id: number): void {
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const work = async () => {
    try {
      const recovery = await desk.session.planRecovery(aborter.signal);
      changeDialog(desk, id, { stage: 'ready', recovery, failure: undefined }, { reread: true });
    } catch (error) {
      failDialog(desk, id, error);
    }
  };
  background(desk, work());
}

/** Plans it again. */
export function replanAll(desk: Desk, dialog: RecoveryDialog): void {
  const next = changeDialog(
    desk,
    dialog.id,
    { stage: 'planning', failure: undefined, field: textField() },
    { reread: true },
  );
  if (next) planAll(desk, next.id);
}

/** How it is confirmed just now; `none` where there is nothing to send. */
export function recoveryConfirm({
  stage,
  recovery,
}: Pick<RecoveryDialog, 'stage' | 'recovery'>): 'none' | 'key' | 'name' {
  if (stage !== 'ready' || !recovery?.items.some(({ state }) => state !== 'refused')) return 'none';
  return recovery.needsName ? 'name' : 'key';
}

/** Sends it, if it may: armed, painted and settled, or the incident's name typed where something is opened again. */
export function confirmRecovery(desk: Desk, dialog: RecoveryDialog, by: 'key' | 'name'): void {
  const { recovery } = dialog;
  if (!recovery || recoveryConfirm(dialog) !== by || !dialog.painted || (by === 'key' && !dialog.settled)) return;
  if (!isArmed(desk)) {
    say(desk, `read-only: press ${keyOrCommand(desk, 'arm')} to arm`, 'problem');
    return;
  }
  const typedName = textOf(dialog.field);
  const { name } = desk.session.snapshot.get().incident;
  if (by === 'name' && typedName !== name) {
    say(desk, 'the name does not match: nothing was sent', 'problem');
    return;
  }
  changeDialog(desk, dialog.id, { stage: 'running' });
  const work = async () => {
    try {
      await desk.session.recover(recovery, { reason: `undo of ${name}`, ...(typedName === '' ? {} : { typedName }) });
    } catch (error) {
      failDialog(desk, dialog.id, error);
    }
  };
  background(desk, work());
}
