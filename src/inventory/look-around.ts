import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import { watched } from '../shared/watched.ts';
import { type Details, permissionOf, whyNot } from './details.ts';
import { compareItems, emptyInventory, type Inventory, type InventoryItem } from './inventory.ts';
import { itemKey, listed, withDetails, withMaker } from './item.ts';
import type { InventoryKind, Row } from './kind.ts';
import type { Look } from './look.ts';
import { withOwners } from './owners.ts';
import { type Part, partOf } from './part.ts';

/** One account and Region that is looked at. */
export interface Place {
  /** Empty for the session's own. */
  readonly profile: string;
  readonly region: string;
  /** Empty until AWS has said. */
  account(): string;
  look(signal: AbortSignal): Look;
  /** Forgets the answers of the last round. */
  refresh(): void;
}

/** Who made something, as the events tell it. */
export interface Maker {
  /** `undefined`: no event of its making is loaded. */
  readonly creator: string | undefined;
}

/** The inventory, kept up to date while somebody looks at it. */
export interface LookAround {
  readonly inventory: ReturnType<typeof watched<Inventory>>;
  /** Begins a round, unless one goes on or has just ended. */
  lookAround(): void;
  /** Resolves when no round goes on; at once when none does. */
  settled(): Promise<void>;
}

const publishEveryMs = 100;
/** AWS says at once who we are, or does not answer at all; then what it lists is shown by name. */
const identityWithinMs = 10_000;
const identityEveryMs = 50;
const everyMs = 60_000;
/** When nobody looks at the inventory itself: what is done in between asks for a round by itself. */
const seldomMs = 5 * 60_000;
/** Whoever asks again within this time has the answer on the screen; the next round begins after it. */
const justMs = 10_000;
/** What was refused is asked for again after this time only: a refusal is a record in the trail, too. */
const deniedAgainMs = 5 * 60_000;
/** What a listing does not show (a role of a domain's defaults) is read again after this time. */
const detailsMs = 10 * 60_000;
/** Of one kind in one Region and round; what runs comes first. */
const mostDescribed = 200;
const askMakersMs = 1_000;

/**
 * Looks at every kind in every place, in the background: listings first, those that cost or let somebody in before others, then the details
 * of what they found. What comes is published as it comes, ten times a second at most.
 */
export function createLookAround(options: {
  readonly places: readonly Place[];
  readonly kinds: readonly InventoryKind[];
  readonly clock: Clock;
  readonly ending: AbortSignal;
  /** Who made these, by the events that are loaded; a `Maker` for each, or nothing when it cannot be said now. */
  readonly makers?: (items: readonly InventoryItem[]) => Promise<readonly Maker[] | undefined>;
  /** After each publication. */
  readonly onChange?: () => void;
  /** What was found out about one of them. */
  readonly onDetails?: (ref: ResourceRef, details: Details) => void;
  /** Somebody else needs it kept up to date. */
  readonly isWanted?: () => boolean;
}): LookAround {
  const { clock, ending } = options;
  const inOrder = [...options.kinds].filter(({ runs, list }) => runs && list).sort((a, b) => a.order - b.order);
  const parts: Part[] = inOrder.flatMap((kind) => options.places.map((place) => partOf(kind, place)));
  let round: Promise<void> | undefined;
  let endedAt: number | undefined;
  let completeAt: number | undefined;
  let publishing: NodeJS.Timeout | undefined;
  let next: NodeJS.Timeout | undefined;
  let askedMakersAt = Number.NEGATIVE_INFINITY;
  let askingMakers = false;

  const inventory = watched<Inventory>(emptyInventory, () => begin());

  function publish(): void {
    clearTimeout(publishing);
    publishing = undefined;
    const items = parts.flatMap((part) => [...part.items.values()].map(({ item }) => item)).sort(compareItems);
    inventory.set({ items, parts: parts.map((part) => part.state()), loading: round !== undefined, completeAt });
    options.onChange?.();
    void learnMakers(items);
  }
  const publishSoon = () => {
    if (!ending.aborted) publishing ??= setTimeout(publish, publishEveryMs).unref();
  };

  /** Asked once a second at most, about those nobody knows yet; about all at the end of a round. */
  async function learnMakers(items: readonly InventoryItem[], all = false): Promise<void> {
    const { makers } = options;
    const unknown = all ? items : items.filter(({ notInEvents }) => notInEvents === undefined);
    if (!makers || askingMakers || unknown.length === 0 || ending.aborted) return;
    if (!all && clock.now() - askedMakersAt < askMakersMs) {
      publishSoon();
      return;
    }
    askingMakers = true;
    askedMakersAt = clock.now();
    try {
      const answers = await makers(unknown);
      const entries = new Map(parts.flatMap((part) => [...part.items]));
      answers?.forEach((maker, at) => {
        const entry = entries.get(itemKey(unknown[at]!));
        if (entry) entry.item = withMaker(entry.item, maker);
      });
      if (answers) publishSoon();
    } catch (error) {
      // A newer question took its place, or the store closes: it is asked again with the next publication.
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    } finally {
      askingMakers = false;
    }
  }

  /** ARNs are made of the account where AWS lists names only: an app without one cannot be told from others. Waited for once. */
  const known = new Map<Place, Promise<void>>();
  function untilKnown(place: Place): Promise<void> {
    const wait = async () => {
      for (let waitedMs = 0; place.account() === '' && waitedMs < identityWithinMs; waitedMs += identityEveryMs)
        await clock.sleep(identityEveryMs, ending);
    };
    const waiting = known.get(place) ?? wait();
    known.set(place, waiting);
    return waiting;
  }

  async function lookAt(part: Part): Promise<void> {
    const { kind, place } = part;
    await untilKnown(place);
    if (part.deniedAt !== undefined && clock.now() - part.deniedAt < deniedAgainMs) return;
    if (part.at === undefined) part.stage = 'loading';
    const look = place.look(ending);
    const rows = new Map<string, Row>();
    let more = false;
    try {
      for await (const page of kind.list!(look, 'recent')) {
        more = page.more;
        for (const row of page.rows) rows.set(itemKey({ ...row, region: place.region }), row);
        for (const [key, row] of rows) {
          const known = part.items.get(key);
          part.items.set(key, {
            row,
            item: listed(row, kind, place, known?.item, look.now()),
            describedAt: known?.describedAt ?? 0,
          });
        }
        publishSoon();
      }
    } catch (error) {
      if (!(error instanceof AwsCallError) || ending.aborted) throw error;
      part.fail(
        error.reason === 'denied' ? 'denied' : 'failed',
        error.reason === 'denied' ? permissionOf(error) : error.message,
        clock.now(),
      );
      publishSoon();
      return;
    }
    for (const key of [...part.items.keys()]) if (!rows.has(key)) part.items.delete(key);
    part.loaded(more, look.now());
    publishSoon();
    await describeAll(part, look);
  }

  async function describeAll(part: Part, look: Look): Promise<void> {
    const { kind } = part;
    if (!kind.describe) return;
    const wanted = [...part.items.entries()]
      .filter(([, { item, describedAt }]) => item.details !== 'loaded' || clock.now() - describedAt > detailsMs)
      .sort(([, a], [, b]) => compareItems(a.item, b.item));
    for (const [, entry] of wanted.slice(mostDescribed))
      entry.item = {
        ...entry.item,
        details: 'missing',
        detailsWhy: `only the first ${mostDescribed} of a kind are described; open it to see more`,
      };
    await Promise.all(
      wanted.slice(0, mostDescribed).map(async ([key, entry]) => {
        try {
          const details = await withOwners(await kind.describe!(entry.row.ref, look, entry.row), look);
          const current = part.items.get(key);
          if (!current) return;
          current.item = withDetails(current.item, details, look.now());
          current.describedAt = clock.now();
          options.onDetails?.(current.item.ref, details);
        } catch (error) {
          if (!(error instanceof AwsCallError) || ending.aborted) throw error;
          // Gone between the listing and now.
          if (error.reason === 'not-found') part.items.delete(key);
          else entry.item = { ...entry.item, details: 'missing', detailsWhy: whyNot(error) };
        }
        publishSoon();
      }),
    );
  }

  function begin(): void {
    if (round || ending.aborted) return;
    const restMs = endedAt === undefined ? 0 : endedAt + justMs - clock.now();
    if (restMs > 0) {
      clearTimeout(next);
      next = setTimeout(begin, restMs).unref();
      return;
    }
    clearTimeout(next);
    for (const place of options.places) place.refresh();
    round = Promise.all(parts.map(lookAt)).then(
      () => end(true),
      (error: unknown) => {
        end(false);
        if (!ending.aborted) throw error;
      },
    );
    publishSoon();
  }

  function end(whole: boolean): void {
    round = undefined;
    endedAt = clock.now();
    if (whole) completeAt = endedAt;
    if (ending.aborted) return;
    publish();
    void learnMakers(inventory.get().items, true);
    later();
  }

  /** The next round comes as long as somebody looks. */
  function later(): void {
    clearTimeout(next);
    next = setTimeout(() => {
      const rested = clock.now() - (endedAt ?? 0) >= seldomMs;
      if (inventory.watchers() > 0 || (rested && options.isWanted?.())) begin();
      else later();
    }, everyMs).unref();
  }

  ending.addEventListener('abort', () => {
    clearTimeout(publishing);
    clearTimeout(next);
  });
  return {
    inventory,
    lookAround: begin,
    settled: async () => {
      while (round) await round;
    },
  };
}
