import type { Inventory, InventoryItem, InventoryPart } from '../src/inventory/inventory.ts';
import { resourceKey } from './console-state.ts';

/** One row of the inventory. */
export type InventoryRow =
  | { readonly type: 'heading'; readonly title: string; readonly count: number }
  | { readonly type: 'item'; readonly key: string; readonly item: InventoryItem }
  /** Kinds of one place that one reason keeps from being listed. */
  | { readonly type: 'unlisted'; readonly parts: readonly InventoryPart[] }
  /** A kind of which AWS has more. */
  | { readonly type: 'more'; readonly part: InventoryPart };

/** The inventory as it is shown. */
export interface InventoryList {
  readonly rows: readonly InventoryRow[];
  /** Indices in `rows` of what can be selected. */
  readonly items: readonly number[];
}

/** What tells items apart, over refreshes too. */
export const itemKey = ({ account, region, ref }: InventoryItem): string => `${account} ${region} ${resourceKey(ref)}`;

const groups = [
  { title: 'accelerators at work', has: (item: InventoryItem) => item.activity !== 'idle' && item.accelerated },
  { title: 'at work', has: (item: InventoryItem) => item.activity !== 'idle' && !item.accelerated },
  { title: 'not at work just now', has: (item: InventoryItem) => item.activity === 'idle' },
];

const texts = new WeakMap<InventoryItem, string>();

/** What a filter looks through, in lower case. */
function textOf(item: InventoryItem): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const { ref, account, region, state, role, creator, compute, accelerated, internet, notInEvents, activity } = item;
  const text = [
    ref.kind,
    ref.name,
    ref.arn,
    account,
    region,
    state,
    activity,
    role?.name,
    creator,
    compute,
    accelerated ? 'accelerated gpu' : '',
    internet ? 'internet' : '',
    notInEvents ? 'not in events' : '',
  ]
    .join('\n')
    .toLowerCase();
  texts.set(item, text);
  return text;
}

const rowsByItem = new WeakMap<InventoryItem, InventoryRow>();

/** The row of an item, made once: a refresh keeps most items as they are. */
function rowOf(item: InventoryItem): InventoryRow {
  const kept = rowsByItem.get(item);
  if (kept) return kept;
  const made: InventoryRow = { type: 'item', key: itemKey(item), item };
  rowsByItem.set(item, made);
  return made;
}

/** Its last answer was no list. */
export const isUnlisted = ({ state }: InventoryPart): boolean => state === 'denied' || state === 'failed';

let last: { readonly inventory: Inventory; readonly filter: string; readonly list: InventoryList } | undefined;

/** The rows for a filter: words that must all be found somewhere. What could not be listed stands at the end, whatever is filtered. */
export function inventoryList(inventory: Inventory, filter: string): InventoryList {
  if (last?.inventory === inventory && last.filter === filter) return last.list;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown =
    words.length === 0
      ? inventory.items
      : inventory.items.filter((item) => words.every((word) => textOf(item).includes(word)));
  const rows: InventoryRow[] = [];
  for (const { title, has } of groups) {
    const members = shown.filter(has);
    if (members.length === 0) continue;
    rows.push({ type: 'heading', title, count: members.length });
    for (const item of members) rows.push(rowOf(item));
  }
  const reasons = Map.groupBy(inventory.parts.filter(isUnlisted), ({ account, region, state, why }) =>
    [account, region, state, why].join('\n'),
  );
  for (const parts of reasons.values()) rows.push({ type: 'unlisted', parts });
  for (const part of inventory.parts) if (part.more && !isUnlisted(part)) rows.push({ type: 'more', part });
  const items = rows.flatMap((row, index) => (row.type === 'item' ? [index] : []));
  const list = { rows, items };
  last = { inventory, filter, list };
  return list;
}

/** How far the listing is, one sentence a Region, what went wrong first: "us-east-1 14 of 18 kinds". Untrusted. */
export function progressTexts(parts: readonly InventoryPart[]): readonly string[] {
  const places = new Map<string, InventoryPart[]>();
  const accounts = new Set(parts.map(({ account }) => account));
  for (const part of parts) {
    const place = accounts.size > 1 ? `${part.account} ${part.region}` : part.region;
    const list = places.get(place);
    if (list) list.push(part);
    else places.set(place, [part]);
  }
  const said = [...places].map(([place, all]) => {
    const asked = all.filter(({ state }) => state !== 'waiting' && state !== 'loading').length;
    const wrong = all.filter(isUnlisted);
    const [first] = wrong;
    const alike = wrong.every(({ state, why }) => state === first?.state && why === first.why);
    const trouble = !first
      ? ''
      : alike && wrong.length > 1
        ? `, ${wrong.length} ${first.state}: ${first.why}`
        : `, ${first.title} ${first.state}: ${first.why}${wrong.length > 1 ? ` and ${wrong.length - 1} more` : ''}`;
    const listed = asked < all.length ? asked : all.length - wrong.length;
    const progress = listed < all.length ? ` ${listed} of ${all.length} kinds` : ` ${all.length} kinds`;
    return { text: `${place}${progress}${trouble}`, wrong: wrong.length > 0, busy: asked < all.length };
  });
  return said
    .sort((a, b) => Number(b.wrong) - Number(a.wrong) || Number(b.busy) - Number(a.busy))
    .map(({ text }) => text);
}
