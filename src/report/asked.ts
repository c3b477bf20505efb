import type { HandOffState } from '../containment/hand-off.ts';
import { code, escapeMarkdown, table } from './markdown.ts';
import { utc } from './time.ts';

/** What was asked of others, and whether the trail shows that they did it; a row each. */
export const askedOfOthers = (handOffs: readonly HandOffState[]): Iterable<string> =>
  table(
    ['Request', 'Of', 'What', 'Asked (UTC)', 'By', 'Seen in the trail'],
    handOffs.map(({ id, handOff, requestedAt, by, seen }) => [
      code(id),
      escapeMarkdown(handOff.whom),
      escapeMarkdown(handOff.what),
      utc(requestedAt),
      escapeMarkdown(by),
      seen ? code(seen.eventId) : '**not yet**',
    ]),
  );
