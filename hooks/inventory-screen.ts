import type { InventoryItem } from '../src/inventory/inventory.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { shortKind } from '../src/model/resource.ts';
import { display } from '../src/shared/display.ts';
import { containResource } from './chooser.ts';
import type { Dialog } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { changeDialog, type Desk, openScreen, say, topDialog } from './desk.ts';
import { filterByResource } from './filter-intents.ts';
import { type InventoryList, inventoryList } from './inventory-list.ts';
import type { KeyPress } from './key-splitter.ts';
import { offerPivots, type Pivot, resourcePivot } from './pivot.ts';
import { editText, insertText, textField, textOf } from './text-field.ts';

/** The inventory on screen. */
export type InventoryDialog = Extract<Dialog, { readonly type: 'inventory' }>;

/** Opens the inventory, and has AWS asked for it anew. */
export function openInventory(desk: Desk): void {
  desk.session.lookAround();
  openScreen(desk, { type: 'inventory', selected: undefined, marked: new Set(), field: textField(), typing: false });
}

/** Rows of an open inventory, and the selected one. */
export function inventoryState(
  inventory: Parameters<typeof inventoryList>[0],
  { field, selected }: Pick<InventoryDialog, 'field' | 'selected'>,
): {
  readonly list: InventoryList;
  /** Index in `list.items`; -1 in an empty list. */
  readonly index: number;
} {
  const list = inventoryList(inventory, textOf(field));
  const found = list.items.findIndex((row) => {
    const each = list.rows[row];
    return each?.type === 'item' && each.key === selected;
  });
  return { list, index: found >= 0 ? found : list.items.length > 0 ? 0 : -1 };
}

const dialogOf = (desk: Desk): InventoryDialog | undefined => {
  const dialog = topDialog(desk);
  return dialog?.type === 'inventory' ? dialog : undefined;
};

/** Selects the item at an index of the list. */
export function selectInventoryItem(desk: Desk, dialog: InventoryDialog, index: number): void {
  const { list } = inventoryState(desk.session.inventory.get(), dialog);
  const row = list.rows[list.items[Math.max(0, Math.min(list.items.length - 1, index))] ?? -1];
  if (row?.type === 'item') changeDialog(desk, dialog.id, { selected: row.key });
}

/** The selected item of the open screen. */
export function selectedItem(
  desk: Desk,
):
  | { readonly dialog: InventoryDialog; readonly item: InventoryItem; readonly key: string; readonly index: number }
  | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const { list, index } = inventoryState(desk.session.inventory.get(), dialog);
  const row = list.rows[list.items[index] ?? -1];
  return row?.type === 'item' ? { dialog, item: row.item, key: row.key, index } : undefined;
}

/** Items that are marked and still there; without marks the selected one. */
function chosenItems(desk: Desk): readonly InventoryItem[] {
  const dialog = dialogOf(desk);
  if (!dialog) return [];
  const { rows } = inventoryList(desk.session.inventory.get(), '');
  const marked = rows.flatMap((row) => (row.type === 'item' && dialog.marked.has(row.key) ? [row.item] : []));
  const selected = selectedItem(desk);
  return marked.length > 0 ? marked : selected ? [selected.item] : [];
}

/** What is marked, else what is selected. */
export const chosenRefs = (desk: Desk): readonly ResourceRef[] => chosenItems(desk).map(({ ref }) => ref);

/** Why there is nothing to act on. */
export const noItem = (desk: Desk): string | undefined => (selectedItem(desk) ? undefined : 'nothing is selected');

/** Marks the selected item or takes the mark off, and goes on to the next. */
export function toggleItemMark(desk: Desk): void {
  const selected = selectedItem(desk);
  if (!selected) return;
  const { dialog, key, index } = selected;
  const marked = new Set(dialog.marked);
  if (!marked.delete(key)) marked.add(key);
  changeDialog(desk, dialog.id, { marked, selected: key });
  const now = dialogOf(desk);
  if (now) selectInventoryItem(desk, now, index + 1);
}

/** The timeline of the selected item. */
export function timelineOfItem(desk: Desk): void {
  const selected = selectedItem(desk);
  if (selected) filterByResource(desk, selected.item.ref);
}

/** Opens what can be done about the selected item; of several that are marked, what can be done about each. */
export function containItem(desk: Desk): void {
  const selected = selectedItem(desk);
  if (!selected) return;
  const items = chosenItems(desk);
  const [first] = items;
  if (items.length < 2 || !first) {
    containResource(desk, first?.ref ?? selected.item.ref);
    return;
  }
  const kinds = new Set(items.map(({ ref }) => ref.kind));
  if (kinds.size > 1) {
    say(
      desk,
      `one action is for one kind: ${[...kinds].map((kind) => shortKind(kind)).join(', ')} are marked; Space takes a mark off`,
      'problem',
    );
    return;
  }
  containResource(desk, first.ref, {
    batch: items.map(({ ref }) => ref),
    reason: `${items.length} marked in the inventory`,
  });
}

/** Pivots: the marked items together, else the selected one or its role. */
export function pivotFromItem(desk: Desk): void {
  const items = chosenItems(desk);
  const pivots = items.flatMap(({ ref }) => resourcePivot(ref) ?? []);
  const together: Pivot[] =
    pivots.length > 1
      ? [
          {
            title: `${pivots.length} marked`,
            predicate: { type: 'or', terms: pivots.map(({ predicate }) => predicate) },
          },
        ]
      : [];
  const roles = items.length === 1 ? items.flatMap(({ role }) => (role ? (resourcePivot(role) ?? []) : [])) : [];
  offerPivots(desk, [...together, ...pivots.slice(0, 20), ...roles], 'nothing to pivot to here');
}

/** Copies the ARNs (or names) of the marked items, else of the selected one. */
export function copyItems(desk: Desk): void {
  const items = chosenItems(desk);
  if (items.length === 0) return;
  const [first] = items;
  copyText(
    desk,
    items.map(({ ref }) => display(ref.arn || ref.name)).join('\n'),
    items.length === 1 && first
      ? `copied ARN: ${display(first.ref.arn || first.ref.name)}`
      : `copied ${items.length} ARNs`,
  );
}

/** Begins to type the filter of the list. */
export function typeItemFilter(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (dialog) changeDialog(desk, dialog.id, { typing: true });
}

/** A key while the filter of the list is typed: Enter keeps it, Esc takes it away. @returns Whether the key was for it. */
export function pressInItemFilter(desk: Desk, dialog: InventoryDialog, key: KeyPress): boolean {
  if (!dialog.typing) return false;
  if (key.name === 'Enter') changeDialog(desk, dialog.id, { typing: false });
  else if (key.name === 'Esc') changeDialog(desk, dialog.id, { typing: false, field: textField() });
  else {
    const field = editText(dialog.field, key);
    if (!field) return false;
    changeDialog(desk, dialog.id, { field });
  }
  return true;
}

/** Text from the clipboard, into the filter of the list. */
export function pasteInItemFilter(desk: Desk, dialog: InventoryDialog, text: string): void {
  changeDialog(desk, dialog.id, { field: insertText(dialog.field, text).field });
}

/** Has AWS asked anew. */
export function refreshInventory(desk: Desk): void {
  desk.session.lookAround();
  say(desk, 'asking AWS again');
}
