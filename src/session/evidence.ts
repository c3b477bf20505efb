import type { ContainmentEntry } from '../containment/entries.ts';
import type { DigestValidation } from '../model/digest-validation.ts';
import type { Attachment, Collection, Con, Mark, SavedSnapshot, Tag } from '../model/evidence.ts';
import type { OpenDoors } from '../model/open-door.ts';
import type { PostureRecord } from '../model/posture.ts';
import type { JournalLine } from '../store/journal.ts';
import type { SessionEntry } from './decision.ts';

/** What responders gathered and said, as the journal holds it. */
export interface Evidence {
  readonly marks: readonly Mark[];
  readonly tags: readonly Tag[];
  readonly attachments: readonly Attachment[];
  readonly snapshots: readonly SavedSnapshot[];
  readonly collections: readonly Collection[];
  readonly handedOverAt: number | undefined;
  readonly con: Con | undefined;
  /** The doors as they were last computed. */
  readonly doors: OpenDoors | undefined;
  /** The posture as it was judged last. */
  readonly posture: PostureRecord | undefined;
  readonly digests: DigestValidation | undefined;
}

/** Folds a journal; pure. Lines that tell nothing of evidence are passed over, and so is what a newer program may have written. */
export function foldEvidence(lines: readonly JournalLine[]): Evidence {
  const marks = new Map<string, Mark>();
  const tags = new Map<string, Tag>();
  const attachments: Attachment[] = [];
  const snapshots: SavedSnapshot[] = [];
  const collections: Collection[] = [];
  let closedAt: number | undefined;
  let handedOverAt: number | undefined;
  let con: Con | undefined;
  let doors: OpenDoors | undefined;
  let posture: PostureRecord | undefined;
  let digests: DigestValidation | undefined;
  for (const line of lines) {
    const at = Date.parse(line.at);
    const entry = line.entry as unknown as SessionEntry | ContainmentEntry;
    switch (entry.type) {
      case 'event-marked': {
        const { eventId, by, marked } = entry;
        if (marked) marks.set(eventId, { eventId, at, by });
        else marks.delete(eventId);
        break;
      }
      case 'event-tagged': {
        const { eventId, tag, by, tagged } = entry;
        if (tagged) tags.set(`${eventId}\n${tag}`, { eventId, tag, at, by });
        else tags.delete(`${eventId}\n${tag}`);
        break;
      }
      case 'attached': {
        const { file, name, sizeBytes, sha256, note, eventId, by } = entry;
        attachments.push({ file, name, sizeBytes, sha256, note, eventId, at, by });
        break;
      }
      case 'containment-approved':
        if (typeof entry.snapshot?.file === 'string') snapshots.push({ ...entry.snapshot, containment: entry.id, at });
        break;
      case 'evidence-collected': {
        const { folder, manifestSha256, targets, files, missing, by } = entry;
        const names = targets.map(({ name, arn }) => name || arn);
        collections.push({ folder, manifestSha256, targets: names, files, missing, at, by });
        break;
      }
      case 'incident-opened':
        handedOverAt = closedAt;
        break;
      // Sessions of before the close was told, and those that died, end with what they knew.
      case 'coverage':
      case 'incident-closed':
        closedAt = at;
        break;
      case 'con-taken':
        con = { who: entry.who, since: at };
        break;
      case 'still-open':
        doors = entry.doors as OpenDoors;
        break;
      case 'posture-judged':
        posture = entry.posture;
        break;
      case 'digests-checked':
        digests = entry.validation;
        break;
    }
  }
  return {
    marks: [...marks.values()],
    tags: [...tags.values()],
    attachments,
    snapshots,
    collections,
    handedOverAt,
    con,
    posture,
    doors,
    digests,
  };
}
