import { parseArn } from '../src/model/arn.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import type { FindingGroup } from '../src/model/finding.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { Session } from '../src/session/session.ts';
import type { ChoiceGroup } from './console-state.ts';

const order = ['target', 'created', 'uses', 'parent'];

/** Whoever made the call, as resources that an action may apply to: the role behind the session, the user, the access key. */
function actors({ principal }: TimelineEvent): ResourceRef[] {
  if (!principal) return [];
  const refs: ResourceRef[] = [];
  const identity = principal.issuerArn ?? (principal.type === 'IAMUser' ? principal.arn : '');
  const resource = parseArn(identity)?.resource;
  if (resource?.startsWith('role/'))
    refs.push({ kind: 'iam.role', arn: identity, name: resource.slice(resource.lastIndexOf('/') + 1) });
  if (resource?.startsWith('user/'))
    refs.push({ kind: 'iam.user', arn: identity, name: resource.slice(resource.lastIndexOf('/') + 1) });
  // Only long-term keys can be deactivated; ASIA keys are a session's.
  if (principal.accessKeyId?.startsWith('AKIA'))
    refs.push({ kind: 'iam.access-key', arn: '', name: principal.accessKeyId });
  return refs;
}

/** What a playbook can be started on about an event: what it acted on first, the actor last; what it only uses is not meant. */
export const subjectsOf = (event: TimelineEvent): readonly ResourceRef[] => [
  ...[...event.resources]
    .sort((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation))
    .filter(({ relation }) => relation !== 'uses')
    .map(({ kind, arn, name }) => ({ kind, arn, name })),
  ...actors(event),
];

/** What can be contained about an event, the target first and the actor last; groups without any action are left out. */
export function containable(session: Pick<Session, 'choices'>, event: TimelineEvent): readonly ChoiceGroup[] {
  const named = [...event.resources].sort((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation));
  return groupsOf(session, [...named, ...actors(event).map(acting)]);
}

/**
 * What can be contained about a finding: what its events are about, then whoever made them. What one event of many names besides is not meant.
 *
 * @param newest The newest of its events; `undefined` when it is not in the store any more.
 */
export function containableFinding(
  session: Pick<Session, 'choices'>,
  { resource }: Pick<FindingGroup, 'resource'>,
  newest: TimelineEvent | undefined,
): { readonly subjects: readonly ResourceRef[]; readonly groups: readonly ChoiceGroup[] } {
  const about = resource ? [resource] : [];
  const who = newest ? actors(newest) : [];
  return {
    subjects: [...about, ...who],
    groups: groupsOf(session, [...about.map((target) => ({ ...target, relation: 'target' })), ...who.map(acting)]),
  };
}

const acting = (actor: ResourceRef): Named => ({ ...actor, relation: 'actor' });

type Named = ResourceRef & Pick<ChoiceGroup, 'relation'>;

/** Actions by what they are for, each thing once. */
function groupsOf(session: Pick<Session, 'choices'>, things: readonly Named[]): readonly ChoiceGroup[] {
  const seen = new Set<string>();
  const groups: ChoiceGroup[] = [];
  for (const { kind, arn, name, relation } of things) {
    const key = arn || `${kind} ${name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const target: ResourceRef = { kind, arn, name };
    const choices = session.choices(target);
    if (choices.length > 0) groups.push({ target, relation, choices });
  }
  return groups;
}
