import { BELOW, chainRows, isSelectable } from './chain-rows.ts';
import { type Dialog, isOnList } from './console-state.ts';
import { coverageRows } from './coverage-screen.ts';
import { changeDialog, type Desk, topDialog } from './desk.ts';
import { selectDoor, selectedDoorIndex } from './doors-screen.ts';
import { moveInFindings, shownFindings } from './findings-screen.ts';
import { indicatorRows, moveInIndicators } from './indicators-screen.ts';
import { inventoryState, selectInventoryItem } from './inventory-screen.ts';
import { moveInJournal, shownJournal } from './journal-screen.ts';
import { neighbour } from './list-window.ts';
import { moveInPosture, postureRows, selectedResult } from './posture-screen.ts';
import { rowsOfPrincipal } from './principal-screen.ts';
import { rowsOfResource } from './resource-screen.ts';
import { textOf } from './text-field.ts';
import { move } from './timeline-intents.ts';

/** The keys of a list as it was read, with the row that was selected then. */
interface Read {
  readonly dialogId: number;
  readonly selected: string;
  readonly list: List;
}

/** A list of what keys act on at once, and into which something may come above. */
interface List {
  /** The rows; where they are the same, so are their keys. */
  readonly rows: readonly unknown[];
  readonly keys: () => readonly string[];
  /** What the operator filtered it by: another filter is another list. */
  readonly filter: string;
  /** It is filled anew: what is not in it may come yet. */
  readonly fills: boolean;
}

/** The list as it was read last; calls within calls see what each has read. */
interface Memory {
  read: Read | undefined;
}

/**
 * Keeps the selection on what stood first when the operator could read it: a graver finding, a hotter resource or a newer entry that comes in
 * above must not slip under a key that acts on what is selected. What leaves its list (a finding that was dismissed, a door that was closed)
 * hands the selection to the row that stood below it, else above. @returns What ends it.
 */
export function watchSelection(desk: Desk): () => void {
  const memory: Memory = { read: undefined };
  const hold = () => holdSelection(desk, memory);
  const { snapshot, findings, openDoors, journal, inventory, posture } = desk.session;
  const lists = [desk.state, snapshot, findings, openDoors, journal, inventory, posture];
  const ends = lists.map((each) => each.subscribe(hold));
  hold();
  return () => {
    for (const end of ends) end();
  };
}

function holdSelection(desk: Desk, memory: Memory): void {
  const dialog = topDialog(desk);
  if (dialog) {
    if (dialog.painted) holdInScreen(desk, dialog, memory);
    return;
  }
  const { focus, resource, resources } = desk.state.get();
  if (isOnList(focus) && resource === undefined && resources && resources.length > 0) move(desk, 0);
}

function holdInScreen(desk: Desk, dialog: Dialog, memory: Memory): void {
  const list = listOf(desk, dialog);
  if (!list || !('selected' in dialog)) return;
  const { selected } = dialog;
  if (typeof selected !== 'string') {
    holdFirst(desk, dialog);
    return;
  }
  const read = memory.read?.dialogId === dialog.id && memory.read.selected === selected ? memory.read : undefined;
  if (read?.list.rows === list.rows) return;
  const keys = list.keys();
  if (keys.includes(selected)) {
    memory.read = { dialogId: dialog.id, selected, list: { ...list, keys: () => keys } };
    return;
  }
  if (list.fills || keys.length === 0) return;
  changeDialog(desk, dialog.id, {
    selected: read?.list.filter === list.filter ? neighbour(read.list.keys(), selected, keys) : undefined,
  });
  const now = topDialog(desk);
  if (now?.id === dialog.id) holdFirst(desk, now);
}

/** Selects what stands selected by itself, and asks what is to be known of it. */
function holdFirst(desk: Desk, dialog: Dialog): void {
  const { session } = desk;
  if (dialog.type === 'findings') moveInFindings(desk, dialog, 0);
  else if (dialog.type === 'journal') moveInJournal(desk, dialog, 0);
  else if (dialog.type === 'indicators') moveInIndicators(desk, dialog, 0);
  else if (dialog.type === 'doors')
    selectDoor(desk, dialog, selectedDoorIndex(session.openDoors.get(), dialog.selected));
  else if (dialog.type === 'inventory')
    selectInventoryItem(desk, dialog, inventoryState(session.inventory.get(), dialog).index);
  // By itself the first weak result is selected; while AWS is read, one may still come.
  else if (dialog.type === 'posture' && selectedResult(desk)?.verdict === 'weak') moveInPosture(desk, dialog, 0);
}

function listOf(desk: Desk, dialog: Dialog): List | undefined {
  const { session } = desk;
  const snapshot = session.snapshot.get();
  const keyed = (rows: readonly { readonly key: string }[]): List => ({
    rows,
    keys: () => rows.map(({ key }) => key),
    filter: '',
    fills: false,
  });
  switch (dialog.type) {
    case 'findings':
      return keyed(shownFindings(session.findings.get(), dialog, snapshot));
    case 'journal':
      return keyed(shownJournal(session.journal.get(), dialog));
    case 'indicators':
      return keyed(indicatorRows(dialog.collected, snapshot, dialog));
    case 'doors': {
      const { doors } = session.openDoors.get();
      return { rows: doors, keys: () => doors.map(({ id }) => id), filter: '', fills: false };
    }
    case 'inventory': {
      const { rows } = inventoryState(session.inventory.get(), dialog).list;
      const keys = () => rows.flatMap((row) => (row.type === 'item' ? [row.key] : []));
      // What is typed is not chosen yet: Esc brings back what was selected.
      return { rows, keys, filter: textOf(dialog.field), fills: dialog.typing };
    }
    case 'coverage': {
      const rows = coverageRows(snapshot, session.findings.get());
      const keys = () => rows.flatMap((row) => (row.type === 'part' ? [] : [row.key]));
      return { rows, keys, filter: '', fills: false };
    }
    case 'posture': {
      const posture = session.posture.get();
      const rows = postureRows(posture, dialog.only);
      const keys = () => rows.flatMap((row) => (row.type === 'result' ? [row.key] : []));
      return { rows, keys, filter: '', fills: posture.state === 'reading' };
    }
    case 'resource':
    case 'principal': {
      const rows = dialog.type === 'resource' ? rowsOfResource(desk, dialog) : rowsOfPrincipal(desk, dialog);
      const keys = () => rows.flatMap((row) => (row.type === 'row' ? [row.key] : []));
      return { rows, keys, filter: '', fills: dialog.known === undefined };
    }
    case 'chain': {
      const rows = dialog.chain ? chainRows(dialog.chain, dialog.all) : [];
      const chosen = dialog.selected;
      const keys = () => {
        const shown = rows.flatMap((row) => (isSelectable(row) ? [row.key] : []));
        // What was done with a link and is no longer told is its link's: that is what stands selected.
        const link = chosen === undefined || shown.includes(chosen) ? undefined : chosen.split(BELOW)[0];
        return shown.flatMap((key) => (key === link && chosen !== undefined ? [key, chosen] : [key]));
      };
      return { rows, keys, filter: '', fills: dialog.chain === undefined };
    }
    default:
      return undefined;
  }
}
