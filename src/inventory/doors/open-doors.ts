import type { OpenDoor, OpenDoors } from '../../model/open-door.ts';
import { copiedDoors } from './copied.ts';
import { entryDoors, sessionDoors } from './entries.ts';
import type { DoorFacts } from './facts.ts';
import { keyDoors } from './keys.ts';
import { scheduleDoors, scriptDoors, shareDoors, workloadDoors } from './left-behind.ts';
import { unseenTexts } from './unseen.ts';

/** The longest that a session by URL lives, and the URL before it. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html */
const longestEntryMs = 12 * 3_600_000 + 5 * 60_000;

/**
 * Every way that the attacker still has: pure, from the records of the window, what AWS says now, and what we did. A door that one of our
 * containments closed is gone as soon as that one is confirmed.
 */
export function openDoors(facts: DoorFacts): OpenDoors {
  const doors = [
    ...entryDoors(facts),
    ...sessionDoors(facts),
    ...copiedDoors(facts),
    ...keyDoors(facts),
    ...scriptDoors(facts),
    ...scheduleDoors(facts),
    ...shareDoors(facts),
    ...workloadDoors(facts),
  ].sort(compareDoors);
  return { doors, unknown: unknownOf(facts), at: facts.now };
}

/** Suspects first, sure before possible, those that stay open longest first, then by id: a total order. */
export const compareDoors = (a: OpenDoor, b: OpenDoor): number =>
  Number(b.suspect) - Number(a.suspect) ||
  Number(b.certainty === 'seen') - Number(a.certainty === 'seen') ||
  compareEnds(b.until, a.until) ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function compareEnds(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  return (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);
}

/** What could not be looked at: without it, "no door" would say more than is known. */
function unknownOf({ inventory, now, since, unseen }: DoorFacts): readonly string[] {
  const unknown = [...unseen];
  const { parts } = inventory;
  const under = parts.filter(({ state }) => state === 'waiting' || state === 'loading').length;
  if (parts.length === 0) unknown.push('what runs now: AWS is not asked');
  else if (under > 0) unknown.push(`what runs now: ${under} of ${parts.length} listings are still under way`);
  unknown.push(
    ...unseenTexts(
      parts
        .filter(({ state }) => state === 'denied' || state === 'failed')
        .map(({ title, state, why, region }) =>
          state === 'denied' ? { title, region, why: 'denied', needs: why } : { title, region, why },
        ),
    ),
  );
  for (const { title, more, region } of parts)
    if (more) unknown.push(`${title} in ${region}: AWS has more than were listed`);
  if (now - since < longestEntryMs)
    unknown.push(
      `URLs opened before ${new Date(since).toISOString().slice(0, 16)}Z are not loaded, and what one opened lives up to 12 hours: load from ${new Date(now - longestEntryMs).toISOString().slice(0, 16)}Z on`,
    );
  return unknown;
}
