import { useCallback, useRef } from 'react';
import type { Queries } from '../../hooks/event-page.ts';

/** Lines whose words are kept: a few screens, so that scrolling back reads nothing again. */
const KEPT = 500;

/** What lines of logs say, by their row; read once each. Untrusted. */
export function useWords(events: Queries): (rowId: number) => string {
  const kept = useRef(new Map<number, string>());
  return useCallback(
    (rowId) => {
      const known = kept.current;
      const before = known.get(rowId);
      if (before !== undefined) return before;
      const read = events.event(rowId)?.summary ?? '';
      if (known.size >= KEPT) known.clear();
      known.set(rowId, read);
      return read;
    },
    [events],
  );
}
