import { useCallback, useSyncExternalStore } from 'react';
import type { Observable } from '../src/shared/observable.ts';

/** The value of an observable that may change many times a second: drawn again at most every `everyMs`, and always its latest. */
export function useCalm<Value>(source: Observable<Value>, everyMs: number): Value {
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = source.subscribe(() => {
        timer ??= setTimeout(() => {
          timer = undefined;
          changed();
        }, everyMs);
      });
      return () => {
        clearTimeout(timer);
        end();
      };
    },
    [source, everyMs],
  );
  return useSyncExternalStore(subscribe, source.get);
}
