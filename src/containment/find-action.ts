import { UsageError } from '../model/errors.ts';
import type { ContainmentAction } from './action.ts';

/** How many single-letter changes turn one word into the other; for catalogue ids, so short. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (let at = 0; at < other.length; at += 1)
      next.push(Math.min((row[at] ?? 0) + (letter === other[at] ? 0 : 1), (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The action of that id. @throws UsageError that names what looks like it. */
export function findAction(actions: readonly ContainmentAction[], id: string): ContainmentAction {
  const found = actions.find((action) => action.id === id);
  if (found) return found;
  const wanted = id.toLowerCase();
  const words = wanted.split(/[.\s-]+/).filter((word) => word.length > 2);
  const near = actions
    .map((action) => ({
      id: action.id,
      far: distance(wanted, action.id) - 3 * words.filter((word) => action.id.includes(word)).length,
    }))
    .filter(({ far }) => far <= id.length / 2)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map((one) => one.id);
  throw new UsageError(`there is no containment action "${id}"`, {
    nextSteps: [...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []), 'List them with firebreak actions'],
  });
}
