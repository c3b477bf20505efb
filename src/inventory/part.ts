import type { InventoryItem, InventoryPart } from './inventory.ts';
import type { InventoryKind, Row } from './kind.ts';
import type { Place } from './look-around.ts';

/** What is known of one thing: its row, its item, and when it was described (epoch ms, 0: never). */
export interface Entry {
  readonly row: Row;
  item: InventoryItem;
  describedAt: number;
}

/** One kind in one account and Region, as it is being looked at. */
export interface Part {
  readonly kind: InventoryKind;
  readonly place: Place;
  readonly items: Map<string, Entry>;
  stage: InventoryPart['state'];
  /** Epoch ms of the last good answer. */
  readonly at: number | undefined;
  readonly deniedAt: number | undefined;
  loaded(more: boolean, at: number): void;
  fail(stage: 'denied' | 'failed', why: string, now: number): void;
  state(): InventoryPart;
}

/** A part before anybody looked. */
export function partOf(kind: InventoryKind, place: Place): Part {
  let at: number | undefined;
  let deniedAt: number | undefined;
  let why = '';
  let more = false;
  const part: Part = {
    kind,
    place,
    items: new Map(),
    stage: 'waiting',
    get at() {
      return at;
    },
    get deniedAt() {
      return deniedAt;
    },
    loaded(hasMore, now) {
      part.stage = 'loaded';
      why = '';
      more = hasMore;
      at = now;
      deniedAt = undefined;
    },
    fail(stage, text, now) {
      part.stage = stage;
      why = text;
      // Who may not list any more does not know either what is still there.
      if (stage === 'denied') deniedAt = now;
    },
    state: () => ({
      account: place.account(),
      region: place.region,
      kind: kind.id,
      title: kind.title,
      state: part.stage,
      why,
      items: part.items.size,
      more,
      at,
    }),
  };
  return part;
}
