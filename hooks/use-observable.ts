import { useSyncExternalStore } from 'react';
import type { Observable } from '../src/shared/observable.ts';

/** The current value; renders again when another takes its place. */
export function useObservable<Value>(source: Observable<Value>): Value {
  return useSyncExternalStore(source.subscribe, source.get, source.get);
}
