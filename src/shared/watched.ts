import { observable, type Source } from './observable.ts';

/** An observable that knows whether anybody looks: work is done for those who do. */
export interface Watched<Value> extends Source<Value> {
  /** How many listen now. */
  watchers(): number;
}

/** @param onFirst Called when somebody begins to listen while nobody did. */
export function watched<Value>(initial: Value, onFirst: () => void): Watched<Value> {
  const inner = observable(initial);
  let listening = 0;
  return {
    get: inner.get,
    set: inner.set,
    watchers: () => listening,
    subscribe(listener) {
      const end = inner.subscribe(listener);
      listening += 1;
      if (listening === 1) onFirst();
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        listening -= 1;
        end();
      };
    },
  };
}
