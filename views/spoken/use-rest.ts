import { useEffect, useRef, useState } from 'react';
import type { Desk } from '../../hooks/desk.ts';
import { ticksOf } from '../../src/shared/clock.ts';
import { still } from './spoken-text.ts';

/** What is owed is said when it has stayed as it is for so long: it fills in, and keys go on over it. */
const REST_MS = 500;
/** What never rests is said all the same. */
const MOST_MS = 2_000;

/** Whether what is owed is to be said now; looks again by itself when it will be. */
export function useRest(desk: Desk): (owed: readonly string[]) => boolean {
  const [, lookAgain] = useState(0);
  const waits = useRef<{ readonly text: string; readonly at: number; readonly since: number }>(undefined);
  const timer = useRef<() => void>(undefined);
  useEffect(() => () => timer.current?.(), []);
  return (owed) => {
    timer.current?.();
    timer.current = undefined;
    if (owed.length === 0) {
      waits.current = undefined;
      return false;
    }
    const text = owed.map(still).join('\n');
    const now = ticksOf(desk.surroundings);
    const before = waits.current;
    const at = before?.text === text ? before.at : now;
    const since = before?.since ?? now;
    const left = Math.min(at + REST_MS, since + MOST_MS) - now;
    if (left <= 0) {
      waits.current = undefined;
      return true;
    }
    waits.current = { text, at, since };
    timer.current = desk.surroundings.later(left, () => lookAgain((count) => count + 1));
    return false;
  };
}
