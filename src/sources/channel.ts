/** A queue between those who bring and the one who takes. */
export interface Channel<Item> extends AsyncIterable<Item> {
  /** Adds at the end, however full it is. Nothing is added after the end. */
  push(item: Item, weight?: number): void;
  /** What waits: the sum of the weights. */
  waiting(): number;
  /** Resolves as soon as less than `limit` waits, or the channel has ended. */
  room(): Promise<void>;
  /** What waits is still taken, then the taking ends, or throws the error. */
  end(error?: unknown): void;
}

/** Items that were taken are let go by so many at least. */
const FEWEST_LET_GO = 64;

/**
 * @param limit From which weight on `room` waits.
 * @param emptied Called whenever the last item was taken.
 */
export function createChannel<Item>(limit: number, emptied: () => void = () => {}): Channel<Item> {
  let items: (readonly [Item, number])[] = [];
  let taken = 0;
  let weight = 0;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wakeTaker: (() => void) | undefined;
  let wakeBringers: (() => void)[] = [];
  const letIn = () => {
    const waiting = wakeBringers;
    wakeBringers = [];
    for (const wake of waiting) wake();
  };
  return {
    push(item, itemWeight = 1) {
      if (ended) return;
      items.push([item, itemWeight]);
      weight += itemWeight;
      wakeTaker?.();
    },
    waiting: () => weight,
    async room() {
      while (weight >= limit && !ended) await new Promise<void>((resolve) => wakeBringers.push(resolve));
    },
    end(error) {
      if (ended) return;
      ended = true;
      if (error !== undefined) failure = { error };
      wakeTaker?.();
      letIn();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = items[taken];
        if (next) {
          taken += 1;
          weight -= next[1];
          const isEmpty = taken === items.length;
          // Shifting one by one would move the whole queue for each item; a busy queue is never empty, and must let go of what was taken.
          if (isEmpty || (taken >= FEWEST_LET_GO && taken * 2 >= items.length)) {
            items = items.slice(taken);
            taken = 0;
          }
          if (isEmpty) emptied();
          if (weight < limit) letIn();
          yield next[0];
        } else if (ended) {
          if (failure) throw failure.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wakeTaker = resolve;
          });
          wakeTaker = undefined;
        }
      }
    },
  };
}
