import type { Drill, ResponderFacts, Score } from '../model/drill.ts';
import { renderScorecard } from '../report/scorecard.ts';
import type { JournalLine } from '../store/journal.ts';
import { writeFileAtomically } from '../store/write-file.ts';
import type { Snapshot } from './snapshot.ts';

/** What of the journal counts in a drill. Pure. */
export function responderFacts(lines: readonly JournalLine[]): ResponderFacts {
  const marks: { eventId: string; at: number }[] = [];
  const counts = { notes: 0, snapshots: 0, containments: 0, reports: 0 };
  for (const { at, entry } of lines) {
    if (entry.type === 'event-marked' && entry.marked === true)
      marks.push({ eventId: String(entry.eventId), at: Date.parse(at) });
    if (entry.type === 'note') counts.notes += 1;
    if (entry.type === 'report-saved') counts.reports += 1;
    if (entry.type !== 'containment-approved') continue;
    counts.containments += 1;
    if (entry.snapshot) counts.snapshots += 1;
  }
  return { marks, ...counts };
}

/** What of a drill the session shows and keeps. */
export interface DrillWatch {
  /** The scorecard as of now, saved beside the journal as `scorecard.md` and `scorecard.json`. */
  score(): Promise<Score>;
  end(): void;
}

/** Keeps the snapshot's drill current, and scores it when the story ends. */
export function watchDrill(
  drill: Drill,
  parts: {
    readonly folder: string;
    readonly lines: () => readonly JournalLine[];
    readonly change: (next: { readonly drill: Snapshot['drill'] }) => void;
    readonly failed: (error: unknown) => void;
  },
): DrillWatch {
  let score: Score | undefined;
  const publish = () =>
    parts.change({ drill: { briefing: drill.briefing, story: drill.story.get(), ...(score ? { score } : {}) } });
  async function make(): Promise<Score> {
    score = await drill.score(responderFacts(parts.lines()));
    publish();
    await writeFileAtomically(`${parts.folder}/scorecard.md`, renderScorecard(score));
    await writeFileAtomically(`${parts.folder}/scorecard.json`, `${JSON.stringify(score, null, 2)}\n`);
    return score;
  }
  const end = drill.story.subscribe(() => {
    publish();
    if (drill.story.get().state !== 'running') make().catch(parts.failed);
  });
  return { score: make, end };
}
