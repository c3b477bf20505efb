import { sameResource } from '../inventory/doors/facts.ts';
import { changesSomething } from '../model/event.ts';
import type { ResourceLink, ResourceRef } from '../model/resource.ts';
import type { Params } from './action.ts';
import { accepted, known, once, type PlaybookFacts, type SeenEvent } from './playbook-facts.ts';
import type { Attack } from './playbook-suspects.ts';

/** A target, and how it was found. */
export interface FoundTarget {
  readonly ref: ResourceRef;
  readonly because: string;
  readonly params?: Params;
}

/** Where targets are looked for. */
export interface Search {
  readonly subject: ResourceRef;
  readonly facts: PlaybookFacts;
  readonly attack: Attack;
}

/** Who called what, from where and when, in words. */
export const told = ({ action, principal, sourceIp, at }: SeenEvent): string =>
  `${principal?.name ?? 'somebody'} called ${action} from ${sourceIp || 'an unknown address'} at ${new Date(at).toISOString().slice(0, 19)}Z`;

/** Resources that a call names, as targets. */
export const namedIn = (event: SeenEvent, isMeant: (one: ResourceLink) => boolean): readonly FoundTarget[] =>
  event.resources.filter(isMeant).map(({ kind, arn, name }) => ({ ref: { kind, arn, name }, because: told(event) }));

/** Whether AWS says that it is over, or was never there; what AWS was not asked about may run. */
export const isOver = ({ facts }: Search, ref: ResourceRef): boolean => known(facts, ref)?.activity === 'idle';

/** Things of these kinds that the attack made, or changed. */
export function touched(search: Search, kinds: readonly string[], how: 'created' | 'changed'): readonly FoundTarget[] {
  return once(
    search.attack.events
      .filter(changesSomething)
      .flatMap((event) =>
        namedIn(
          event,
          ({ kind, relation }) =>
            kinds.includes(kind) && (relation === 'created' || (how === 'changed' && relation === 'target')),
        ),
      ),
  );
}

/** The subject, where it is of one of these kinds. */
export const itself = ({ subject }: Search, ...kinds: readonly string[]): readonly FoundTarget[] =>
  kinds.includes(subject.kind) ? [{ ref: subject, because: 'the playbook was started on it' }] : [];

/** Resources of these kinds that hang on the one given: by AWS's answers, and by accepted calls that made or changed one with the other. */
export function downstream(
  search: Search,
  from: ResourceRef,
  kinds: readonly string[],
  depth = 4,
): readonly FoundTarget[] {
  const found: FoundTarget[] = [];
  let border: readonly ResourceRef[] = [from];
  const seen: ResourceRef[] = [from];
  const events = accepted(search.facts).filter(changesSomething);
  for (let step = 0; step < depth && border.length > 0; step += 1) {
    const next: ResourceRef[] = [];
    for (const here of border) {
      const add = (ref: ResourceRef, because: string) => {
        if (seen.some((one) => sameResource(one, ref))) return;
        seen.push(ref);
        next.push(ref);
        if (kinds.includes(ref.kind)) found.push({ ref, because });
      };
      for (const { ref, relations } of search.facts.resources)
        for (const { to, role, proof } of relations)
          if (sameResource(to, here)) add(ref, `${here.name} is its ${role.replaceAll('-', ' ')} (${proof})`);
      for (const event of events)
        if (event.resources.some((one) => one.relation === 'uses' && sameResource(one, here)))
          for (const { kind, arn, name, relation } of event.resources)
            if (relation === 'created' || relation === 'target') add({ kind, arn, name }, told(event));
    }
    border = next;
  }
  return found;
}
