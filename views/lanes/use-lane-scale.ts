import { useMemo } from 'react';
import { resourceKey } from '../../hooks/console-state.ts';
import type { Desk } from '../../hooks/desk.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import type { LaneScale, OurMark } from './lane-cells.ts';

/** What lanes share, with the reasons of gaps; the cursor apart, which every key moves. */
export type SharedScale = Omit<LaneScale, 'window' | 'most' | 'gaps' | 'cursorAt'> & {
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly why: string }[];
};

/** Edges move in steps: lanes are not drawn again every second. */
const STEP_MS = 5_000;

/** What all lanes share, and what we did about each resource; computed again only when it changed. Epoch ms. */
export function useLaneScale({
  desk,
  snapshot,
  now,
}: {
  readonly desk: Desk;
  readonly snapshot: Snapshot;
  readonly now: number;
}): {
  readonly scale: SharedScale;
  readonly ours: ReadonlyMap<string, readonly OurMark[]>;
} {
  const { sources, containments, mode, receivedTo, settledTo, clockSkewMs } = snapshot;
  const gaps = useMemo(
    () =>
      sources.flatMap((source) =>
        source.gaps.map(({ from, to, why }) => ({ from, to, why: `${source.title}: ${why}` })),
      ),
    [sources],
  );
  const loadedFrom = desk.oldest();
  const edge = mode === 'saved' ? (receivedTo ?? now) : Math.ceil((now - clockSkewMs) / STEP_MS) * STEP_MS;
  const settled = settledTo === undefined ? undefined : Math.floor(settledTo / STEP_MS) * STEP_MS;
  const scale = useMemo(() => ({ loadedFrom, settledTo: settled, edge, gaps }), [loadedFrom, settled, edge, gaps]);
  const ours = useMemo(() => oursOf(containments, clockSkewMs), [containments, clockSkewMs]);
  return { scale, ours };
}

const stateOf: { readonly [Phase in Snapshot['containments'][number]['state']]?: OurMark['state'] } = {
  'in-progress': 'running',
  undoing: 'running',
  unverified: 'running',
  written: 'done',
  confirmed: 'done',
  undone: 'done',
  partial: 'failed',
  failed: 'failed',
};

/**
 * Marks of what we did, by the resource's key; nothing was sent of what was only planned. An undo is a mark of its own.
 *
 * @param skewMs How far this machine's clock, by which the journal goes, is ahead of AWS's, by which lanes do.
 */
export function oursOf(
  containments: Snapshot['containments'],
  skewMs: number,
): ReadonlyMap<string, readonly OurMark[]> {
  const marks = new Map<string, OurMark[]>();
  for (const { plan, state, approvedAt, undo } of containments) {
    const looks = stateOf[state];
    if (!looks) continue;
    const key = resourceKey(plan.target);
    const mine: OurMark[] = [{ at: approvedAt - skewMs, state: undo ? 'done' : looks }];
    if (undo) mine.push({ at: undo.approvedAt - skewMs, state: looks });
    marks.set(key, [...(marks.get(key) ?? []), ...mine]);
  }
  return marks;
}
