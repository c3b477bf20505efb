import { useEffect, useRef, useState } from 'react';
import type { Enrichment } from '../src/inventory/enrichment.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { Session } from '../src/session/session.ts';
import { type Observable, observable } from '../src/shared/observable.ts';
import { resourceKey } from './console-state.ts';
import { useCalm } from './use-calm.ts';

/** AWS is asked once the selection has rested this long: who walks down a list asks about none of what lies between. */
const REST_MS = 250;
const MOST = 50;
const nothing: Observable<Enrichment | undefined> = observable(undefined);

/**
 * What AWS says about a resource; `undefined` until the selection has rested on it, or for none.
 *
 * @param changedAt Epoch ms of its newest event: what AWS said before it is asked for again.
 */
export function useEnrichment(
  session: Pick<Session, 'enrich'>,
  ref: ResourceRef | undefined,
  changedAt: number | undefined,
): Enrichment | undefined {
  // Coming back to what was looked at shows it at once.
  const asked = useRef(new Map<string, Observable<Enrichment | undefined>>());
  const [, render] = useState(0);
  const key = ref && resourceKey(ref);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the resource, which is a new object with every answer
  useEffect(() => {
    if (!ref || key === undefined) return;
    const timer = setTimeout(() => {
      const known = asked.current;
      known.delete(key);
      known.set(key, session.enrich(ref, changedAt));
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
      render((count) => count + 1);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [session, key, changedAt]);
  return useCalm((key === undefined ? undefined : asked.current.get(key)) ?? nothing, 50);
}
