import { type Observable, observable } from '../shared/observable.ts';
import type { Lookup, Wanted } from '../sources/source.ts';

/** What the sources read first: what is on the screen, and behind it what the session was opened with or focused on since. */
export interface Attention {
  readonly wanted: Observable<Wanted>;
  /** Begins anew: this comes first, and stays wanted. */
  focus(on: Wanted): void;
  look(at: Wanted): void;
  /** Whether the event history of before the start waits. */
  hold(held: boolean): void;
}

const withoutSame = (lookups: readonly Lookup[]): readonly Lookup[] => [
  ...new Map(lookups.map((lookup) => [`${lookup.attribute} ${lookup.value} ${lookup.region ?? ''}`, lookup])).values(),
];

/** @param first What is wanted before anybody looks at anything. */
export function createAttention(first: Wanted): Attention {
  let focused = first;
  const wanted = observable<Wanted>(first);
  return {
    wanted,
    focus(on) {
      focused = { resources: on.resources, lookups: on.lookups };
      const { resources, lookups, held = false } = wanted.get();
      wanted.set({
        held,
        resources: [...on.resources, ...resources],
        lookups: withoutSame([...on.lookups, ...lookups]),
      });
    },
    look(at) {
      wanted.set({
        resources: at.resources.length > 0 ? at.resources : focused.resources,
        lookups: withoutSame([...at.lookups, ...focused.lookups]),
        held: wanted.get().held ?? false,
      });
    },
    hold: (held) => wanted.set({ ...wanted.get(), held }),
  };
}
