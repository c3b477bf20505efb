/** A value that can be read at any time and tells its listeners when another takes its place. */
export interface Observable<Value> {
  readonly get: () => Value;
  /** @returns The function that ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** An observable whose owner may set it. Setting an identical value tells nobody. */
export interface Source<Value> extends Observable<Value> {
  readonly set: (next: Value) => void;
}

/** Makes an observable that holds `initial`. Listeners run synchronously, in the order they came. */
export function observable<Value>(initial: Value): Source<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      // Keeps the round stable when a listener unsubscribes another.
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
