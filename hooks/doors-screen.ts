import type { OpenDoor, OpenDoors } from '../src/model/open-door.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { changeDialog, type Desk, openScreen, say, topDialog } from './desk.ts';
import { goToEventId } from './go-to.ts';
import { selectedIndex } from './list-window.ts';
import { openAction } from './parameters.ts';
import { offerPivots, type Pivot, resourcePivot } from './pivot.ts';

/** What is still open, on screen. */
export type DoorsDialog = Extract<Dialog, { readonly type: 'doors' }>;

/** Opens what is still open, and has AWS asked for it anew. */
export function openDoorsScreen(desk: Desk): void {
  desk.session.lookAround();
  openScreen(desk, { type: 'doors', selected: undefined });
}

/** Index of the selected door; -1 when there is none. */
export const selectedDoorIndex = ({ doors }: Pick<OpenDoors, 'doors'>, selected: string | undefined): number =>
  selectedIndex(doors, selected, ({ id }) => id);

/** Selects the door at an index. */
export function selectDoor(desk: Desk, dialog: DoorsDialog, index: number): void {
  const { doors } = desk.session.openDoors.get();
  const door = doors[Math.max(0, Math.min(doors.length - 1, index))];
  if (door) changeDialog(desk, dialog.id, { selected: door.id });
}

/** The selected door of the open screen. */
export function selectedDoor(desk: Desk): OpenDoor | undefined {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'doors') return undefined;
  const list = desk.session.openDoors.get();
  return list.doors[selectedDoorIndex(list, dialog.selected)];
}

/** Why there is nothing to act on. */
export const noDoor = (desk: Desk): string | undefined => (selectedDoor(desk) ? undefined : 'no door is selected');

/** Enter: the event that proves it; where AWS's answer does, that is said. */
export function openProof(desk: Desk): void {
  const door = selectedDoor(desk);
  if (!door) return;
  if (door.proof.type === 'event') goToEventId(desk, door.proof.eventId);
  else say(desk, `no event proves it: AWS's answer to ${door.proof.operation} does`);
}

/** Why the selected door cannot be closed from here. */
export function cannotClose(desk: Desk): string | undefined {
  const door = selectedDoor(desk);
  if (!door) return 'no door is selected';
  if (!door.closeWith) return `nothing here closes it: ${display(door.why) || 'no action applies'}`;
  const { actionId, target } = door.closeWith;
  const choice = desk.session.choices(target).find(({ action }) => action.id === actionId);
  return choice ? choice.disabledReason : `${actionId} does not apply to ${display(target.name || target.arn)}`;
}

/** Plans what closes the selected door; sends nothing. */
export function closeDoor(desk: Desk): void {
  const door = selectedDoor(desk);
  if (!door?.closeWith) return;
  const { actionId, target } = door.closeWith;
  const choice = desk.session.choices(target).find(({ action }) => action.id === actionId);
  if (choice) openAction(desk, choice, target, `still open: ${door.what}`);
}

/** What one can pivot to from the selected door. */
export function pivotFromDoor(desk: Desk): void {
  const door = selectedDoor(desk);
  if (!door) return;
  const { resource, principal } = door;
  const pivots: (Pivot | undefined)[] = [
    resource ? resourcePivot(resource) : undefined,
    principal === ''
      ? undefined
      : {
          title: `principal ${principal}`,
          predicate: { type: 'field', field: 'principal', op: 'is', value: principal },
        },
    door.closeWith && door.closeWith.target.arn !== resource?.arn ? resourcePivot(door.closeWith.target) : undefined,
  ];
  offerPivots(
    desk,
    pivots.filter((pivot) => pivot !== undefined),
    'nothing to pivot to here',
  );
}
