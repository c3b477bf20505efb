import type { Containment } from '../src/containment/containment.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { background, closeDialog, type Desk, openDialog, say } from './desk.ts';
import { goToEventId } from './go-to.ts';
import { openAction } from './parameters.ts';
import { textField, textOf } from './text-field.ts';

const containmentOf = (desk: Desk, id: string): Containment | undefined =>
  desk.session.snapshot.get().containments.find((one) => one.id === id);

/** Plans a containment that does not work any more once again; sends nothing. */
export function sendAgain(desk: Desk, containmentId: string): void {
  const containment = containmentOf(desk, containmentId);
  if (!containment?.ineffective) return;
  const { action: actionId, target } = containment.plan;
  const choice = desk.session.choices(target).find(({ action }) => action.id === actionId);
  if (!choice || choice.disabledReason)
    say(
      desk,
      display(choice?.disabledReason ?? `${actionId} does not apply to ${target.name || target.arn}`),
      'problem',
    );
  else openAction(desk, choice, target, `${containment.id} does not hold`);
}

/** Goes to the call that passed though a containment should have refused it. */
export function openContradiction(desk: Desk, containmentId: string): void {
  const eventId = containmentOf(desk, containmentId)?.verdict.contradictedBy;
  if (eventId) goToEventId(desk, eventId);
}

/** Asks why what a containment did may stay undone: until then the header says that it does not hold. */
export function askLossReason(desk: Desk, containmentId: string): void {
  const containment = containmentOf(desk, containmentId);
  if (!containment?.ineffective || containment.accepted) return;
  const about = `${containmentId} on ${display(containment.plan.target.name)} does not hold: leave it so`;
  openDialog(desk, { type: 'loss-reason', containmentId, about, field: textField() });
}

/** Journals the reason that was typed. */
export function takeLossReason(desk: Desk, dialog: Extract<Dialog, { readonly type: 'loss-reason' }>): void {
  const reason = textOf(dialog.field).trim();
  if (reason === '') {
    say(desk, 'a few words why: they go into the journal and the report; Esc cancels');
    return;
  }
  closeDialog(desk, dialog.id);
  background(
    desk,
    desk.session
      .acceptLoss(dialog.containmentId, reason)
      .then(() => say(desk, `${dialog.containmentId} is left so; the reason is in the journal`)),
  );
}
