import type { TimelineEvent } from '../model/event.ts';
import { type ResourceLink, shortKind } from '../model/resource.ts';

/** That one thing has to do with another, by what an accepted call named. Texts are untrusted. */
export interface ReportRelation {
  readonly from: string;
  readonly how: 'created' | 'uses' | 'belongs to';
  readonly to: string;
  /** The first event that says so. */
  readonly eventId: string;
}

const named = ({ kind, name, arn }: ResourceLink): string => `${shortKind(kind)} ${name || arn}`;

/** What the events say of how things belong together, each once, in order of time. */
export function relationsOf(timeline: readonly TimelineEvent[]): readonly ReportRelation[] {
  const found = new Map<string, ReportRelation>();
  const add = (from: string, how: ReportRelation['how'], to: string, eventId: string) => {
    const key = `${from}\n${how}\n${to}`;
    if (from !== to && !found.has(key)) found.set(key, { from, how, to, eventId });
  };
  for (const { id, errorCode, principal, resources } of timeline) {
    if (errorCode) continue;
    const made = resources.filter(({ relation }) => relation === 'created');
    const subjects = made.length > 0 ? made : resources.filter(({ relation }) => relation === 'target');
    if (principal) for (const one of made) add(principal.name || principal.arn, 'created', named(one), id);
    for (const subject of subjects)
      for (const other of resources) {
        if (other.relation === 'uses') add(named(subject), 'uses', named(other), id);
        else if (other.relation === 'parent') add(named(subject), 'belongs to', named(other), id);
      }
  }
  return [...found.values()];
}
