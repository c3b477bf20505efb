import type { Hostile } from '../containment/reopening.ts';
import type { EventQueries } from '../store/queries.ts';

/**
 * What the events of an incident say about who is hostile, asked for anew each time: marks and findings come while one works.
 * @param own ARNs of the incident's responders: what they did is not the attacker's, even where it is marked.
 */
export function hostileIn(
  events: Pick<EventQueries, 'ask'>,
  parts: {
    readonly own: ReadonlySet<string>;
    readonly signal: AbortSignal;
    doorsBehind(containmentId: string): readonly string[];
  },
): () => Promise<Hostile> {
  const { own, signal, doorsBehind } = parts;
  return async () => {
    const { suspects } = await events.ask<'callers'>('hostile', { type: 'callers' }, signal);
    return {
      principals: suspects.principals.filter(({ arn }) => !own.has(arn)),
      async named(kind, name) {
        const { events: found } = await events.ask<'named'>(
          `named ${kind} ${name}`,
          { type: 'named', kind, name },
          signal,
        );
        const rules = [...new Set(found.flatMap(({ rule }) => rule ?? []))].map((rule) => `finding ${rule}`);
        const marks = found.filter(({ rule }) => rule === undefined).length;
        return [...rules, ...(marks > 0 ? [`${marks} marked ${marks === 1 ? 'event' : 'events'}`] : [])];
      },
      doorsBehind,
    };
  };
}
