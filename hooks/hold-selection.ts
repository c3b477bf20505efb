import { type Dialog, isOnList } from './console-state.ts';
import { type Desk, topDialog } from './desk.ts';
import { selectDoor, selectedDoorIndex } from './doors-screen.ts';
import { moveInFindings } from './findings-screen.ts';
import { moveInIndicators } from './indicators-screen.ts';
import { inventoryState, selectInventoryItem } from './inventory-screen.ts';
import { moveInJournal } from './journal-screen.ts';
import { moveInPosture, selectedResult } from './posture-screen.ts';
import { move } from './timeline-intents.ts';

/**
 * Keeps the selection on what stood first when the operator could read it: a graver finding, a hotter resource or a newer entry that comes in
 * above must not slip under a key that acts on what is selected. @returns What ends it.
 */
export function watchSelection(desk: Desk): () => void {
  const hold = () => holdSelection(desk);
  const { snapshot, findings, openDoors, journal, inventory, posture } = desk.session;
  const lists = [desk.state, snapshot, findings, openDoors, journal, inventory, posture];
  const ends = lists.map((each) => each.subscribe(hold));
  hold();
  return () => {
    for (const end of ends) end();
  };
}

function holdSelection(desk: Desk): void {
  const dialog = topDialog(desk);
  if (dialog) {
    if (dialog.painted) holdInScreen(desk, dialog);
    return;
  }
  const { focus, resource, resources } = desk.state.get();
  if (isOnList(focus) && resource === undefined && resources && resources.length > 0) move(desk, 0);
}

/** Lists of what keys act on at once, and into which something may come above. */
function holdInScreen(desk: Desk, dialog: Dialog): void {
  if (!('selected' in dialog) || dialog.selected !== undefined) return;
  const { session } = desk;
  if (dialog.type === 'findings') moveInFindings(desk, dialog, 0);
  else if (dialog.type === 'journal') moveInJournal(desk, dialog, 0);
  else if (dialog.type === 'indicators') moveInIndicators(desk, dialog, 0);
  else if (dialog.type === 'doors') selectDoor(desk, dialog, selectedDoorIndex(session.openDoors.get(), undefined));
  else if (dialog.type === 'inventory')
    selectInventoryItem(desk, dialog, inventoryState(session.inventory.get(), dialog).index);
  // By itself the first weak result is selected; while AWS is read, one may still come.
  else if (dialog.type === 'posture' && selectedResult(desk)?.verdict === 'weak') moveInPosture(desk, dialog, 0);
}
