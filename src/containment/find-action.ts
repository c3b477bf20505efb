import { UsageError } from '../model/errors.ts';
import { distance } from '../shared/nearest.ts';
import type { ContainmentAction } from './action.ts';

/** The action of that id. @throws UsageError that names what looks like it. */
export function findAction(actions: readonly ContainmentAction[], id: string): ContainmentAction {
  const found = actions.find((action) => action.id === id);
  if (found) return found;
  // A pasted page needs no comparison to its end.
  const wanted = id.toLowerCase().slice(0, 64);
  const words = wanted.split(/[.\s-]+/).filter((word) => word.length > 2);
  const near = actions
    .map((action) => ({
      id: action.id,
      far: distance(wanted, action.id) - 3 * words.filter((word) => action.id.includes(word)).length,
    }))
    .filter(({ far }) => far <= wanted.length / 2)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map((one) => one.id);
  throw new UsageError(`there is no containment action "${id}"`, {
    nextSteps: [...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []), 'List them with firebreak actions'],
  });
}
