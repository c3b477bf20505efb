import { foldContainments } from '../containment/fold.ts';
import { foldHandOffs, foldPlaybooks } from '../containment/fold-playbooks.ts';
import type { JournalLine } from '../store/journal.ts';
import type { Snapshot } from './snapshot.ts';

/** All that the journal's lines about containments, playbooks and hand-offs say. */
export function foldDecisions(
  lines: readonly JournalLine[],
  live: ReadonlySet<string>,
): Pick<Snapshot, 'containments' | 'playbooks' | 'handOffs'> {
  const containments = foldContainments(lines, { live });
  const handOffs = foldHandOffs(lines);
  return { containments, handOffs, playbooks: foldPlaybooks(lines, containments, handOffs) };
}

/** Containments that the holder may be running: those of its own session. What an earlier one left open "may have happened". */
export function liveIn(lines: readonly JournalLine[]): ReadonlySet<string> {
  const opened = lines.findLastIndex(({ entry }) => entry.type === 'incident-opened');
  return new Set(
    lines
      .slice(opened + 1)
      .flatMap(({ entry }) =>
        (entry.type === 'containment-approved' || entry.type === 'undo-approved') && typeof entry.id === 'string'
          ? [entry.id]
          : [],
      ),
  );
}
