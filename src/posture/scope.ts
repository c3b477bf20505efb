import type { Inventory } from '../inventory/inventory.ts';
import { parseArn } from '../model/arn.ts';
import type { Suspects } from '../model/caller.ts';
import type { FindingGroup } from '../model/finding.ts';
import { shortName } from '../model/principal.ts';
import { type ResourceRef, tellingName } from '../model/resource.ts';
import { checks } from './catalogue.ts';
import { subjectKey } from './evaluate.ts';
import type { RoleUsers, Subject } from './facts.ts';
import { relatedKinds } from './related.ts';

/** Resources that the incident names are looked at up to this many, and what they use besides. */
export const mostSeeds = 60;

/** Which resources are looked at, and what is not. */
export interface Scope {
  readonly seeds: readonly Subject[];
  readonly leftOut: readonly string[];
}

/** What an incident knows of its resources. */
export interface ScopeFacts {
  readonly groups: readonly FindingGroup[];
  /** Title of a rule. */
  titleOf(rule: string): string;
  readonly suspects: Suspects;
  /** What the incident began with. */
  readonly focus: readonly ResourceRef[];
  /** What was contained. */
  readonly contained: readonly ResourceRef[];
  readonly inventory: Inventory;
  /** ARNs of the responders: what they are is not judged. */
  readonly own: ReadonlySet<string>;
}

const judgedKinds: ReadonlySet<string> = new Set([...checks.flatMap(({ about }) => about), ...relatedKinds]);

/** The role or user behind an ARN of a principal; `undefined` for services, federations and root. */
export function identityRef(arn: string): ResourceRef | undefined {
  const parsed = parseArn(arn);
  if (!parsed) return undefined;
  const { partition, service, account, resource } = parsed;
  const [type = '', ...rest] = resource.split('/');
  if (service === 'sts' && type === 'assumed-role' && rest[0])
    // The session's ARN drops the role's path: the name alone finds it.
    return { kind: 'iam.role', arn: `arn:${partition}:iam::${account}:role/${rest[0]}`, name: rest[0] };
  const name = rest.at(-1);
  if (service !== 'iam' || (type !== 'role' && type !== 'user') || !name) return undefined;
  return { kind: `iam.${type}`, arn, name };
}

/**
 * The resources of an incident, those that findings name first: what findings, marks, the start and our containments are about, and who did it.
 * Where nothing is known yet, what runs.
 */
export function scopeOf(facts: ScopeFacts): Scope {
  const found = new Map<string, { ref: ResourceRef; here: string[] }>();
  const add = (ref: ResourceRef | undefined, here: string) => {
    if (!ref || !judgedKinds.has(ref.kind)) return;
    const key = subjectKey(ref);
    const known = found.get(key);
    if (!known) found.set(key, { ref, here: [here] });
    else if (!known.here.includes(here)) known.here.push(here);
  };
  for (const { rule, severity, resource, actor, actorArn } of facts.groups) {
    if (severity === 'informational') continue;
    const finding = `${severity} finding “${facts.titleOf(rule)}”`;
    add(resource, `${finding}${actor ? ` by ${shortName(actor).text}` : ''} is about it`);
    if (!facts.own.has(actorArn)) add(identityRef(actorArn), `${finding} is of what it did`);
  }
  for (const { arn, issuerArn } of facts.suspects.principals)
    if (!facts.own.has(arn)) add(identityRef(issuerArn ?? arn), 'what it did is marked or found');
  for (const ref of facts.suspects.resources) add(ref, 'a marked event or a high finding names it');
  for (const ref of facts.focus) add(ref, 'the incident began with it');
  for (const ref of facts.contained) add(ref, 'it was contained');
  const named = [...found.values()].map(({ ref, here }): Subject => ({ ...ref, here, via: '' }));
  if (named.length > 0)
    return {
      seeds: named.slice(0, mostSeeds),
      leftOut:
        named.length > mostSeeds
          ? [`${named.length - mostSeeds} more resources that the incident names: ${mostSeeds} are looked at`]
          : [],
    };
  const running = runningSeeds(facts.inventory);
  return {
    seeds: running.slice(0, mostSeeds),
    leftOut: [
      'nothing is found or marked yet: what runs is looked at',
      ...(running.length > mostSeeds
        ? [`${running.length - mostSeeds} more that run: ${mostSeeds} are looked at`]
        : []),
    ],
  };
}

/** Everything of the inventory that checks ask about. */
export const runningSeeds = ({ items }: Inventory): readonly Subject[] =>
  items.filter(({ ref }) => judgedKinds.has(ref.kind)).map(({ ref }) => ({ ...ref, here: [], via: '' }));

/** What runs as a role, by the inventory. */
export function usersIn(inventory: Inventory, role: ResourceRef): RoleUsers {
  const isRole = ({ kind, name }: ResourceRef) => kind === 'iam.role' && name.toLowerCase() === role.name.toLowerCase();
  const users = inventory.items.filter(
    (item) =>
      (item.role && isRole(item.role)) || item.relations.some((one) => /^role\b/.test(one.role) && isRole(one.to)),
  );
  const unread = inventory.items.filter(({ details }) => details !== 'loaded').length;
  return {
    // Studio calls nearly every app `default`.
    users: users.map(({ ref }) => ({ ...ref, name: tellingName(ref) })),
    unseen: [
      ...(inventory.completeAt === undefined ? ['what runs is not listed to its end'] : []),
      ...inventory.parts
        .filter(({ state }) => state === 'denied' || state === 'failed')
        .slice(0, 5)
        .map(({ title, region, state, why }) => `${title} in ${region}: ${state === 'denied' ? `needs ${why}` : why}`),
      ...(inventory.parts.some(({ more }) => more) ? ['of some kinds AWS has more than are listed'] : []),
      ...(unread > 0 ? [`as what ${unread} of them run`] : []),
    ],
  };
}
