import type { Containment } from '../src/containment/containment.ts';
import { display } from '../src/shared/display.ts';
import { type Desk, say } from './desk.ts';
import { goToEventId } from './go-to.ts';
import { openAction } from './parameters.ts';

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
