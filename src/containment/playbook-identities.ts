import { behind, sameResource } from '../inventory/doors/facts.ts';
import { parseArn } from '../model/arn.ts';
import { isCompute } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { accepted, isAbout, known, once, type SeenEvent } from './playbook-facts.ts';
import { type FoundTarget, itself, namedIn, type Search, told, touched } from './playbook-search.ts';
import { isIssue, isIssueOf, mintsOfSubject, principalKinds } from './playbook-suspects.ts';

const isRole = ({ kind }: ResourceRef) => kind === 'iam.role';

/** What runs as a role, by AWS's answers: of the thing itself, and of what it is made of (endpoint, config, model). */
function rolesBehind(search: Search, start: ResourceRef): readonly FoundTarget[] {
  const found: FoundTarget[] = [];
  const seen: ResourceRef[] = [];
  let border: readonly ResourceRef[] = [start];
  for (let step = 0; step < 4 && border.length > 0; step += 1) {
    const next: ResourceRef[] = [];
    for (const here of border) {
      if (seen.some((one) => sameResource(one, here))) continue;
      seen.push(here);
      const resource = known(search.facts, here);
      for (const { role, to, proof } of resource?.relations ?? []) {
        if (isRole(to) && role !== 'role-of-spaces')
          found.push({ ref: to, because: `${here.name} runs as it (${proof})` });
        else if (['endpoint-config', 'model', 'user-profile', 'domain'].includes(role)) next.push(to);
      }
      if (resource?.role && !found.some(({ ref }) => sameResource(ref, resource.role!)))
        found.push({ ref: resource.role, because: `${here.name} runs as it` });
    }
    border = next;
    // A profile's own role wins over its domain's.
    if (found.length > 0) break;
  }
  return once(found);
}

/** The roles whose credentials are at stake. */
export function roles(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  if (isRole(subject)) return itself(search, 'iam.role');
  const behindIt = rolesBehind(search, subject);
  const ofEvents = attack.events.flatMap((event) => {
    const who = event.principal && behind(event.principal);
    return who && isRole(who) && event.principal && (isCompute(event.principal) || behindIt.length === 0)
      ? [{ ref: who, because: told(event) }]
      : [];
  });
  // Code of the subject's own role, not of any role that marked events name.
  const own = ofEvents.filter(({ ref }) => behindIt.length === 0 || behindIt.some((one) => sameResource(one.ref, ref)));
  const created = accepted(facts).flatMap((event) => (isAbout(event, subject) ? namedIn(event, isRole) : []));
  return once([...behindIt, ...own, ...(principalKinds.includes(subject.kind) ? [] : created)]).slice(0, 5);
}

/** Roles that the attack took on or passed on. */
export function rolesTaken({ attack }: Search): readonly FoundTarget[] {
  return once(attack.events.filter(isIssue).flatMap((event) => namedIn(event, isRole)));
}

/**
 * Whether of each session of a role it was seen who of this account took it on: then it is enough to refuse them, and to end the sessions.
 */
function isTakenByOurs({ attack, facts }: Search, role: ResourceRef): boolean {
  const acting = attack.events.flatMap(({ principal }) => {
    const who = principal && behind(principal);
    return who && principal && sameResource(who, role) ? [principal] : [];
  });
  return (
    acting.length > 0 &&
    acting.every((principal) =>
      attack.events.some((issue) => {
        const by = isIssueOf(issue, principal) && issue.principal && behind(issue.principal);
        return by && !sameResource(by, role) && parseArn(by.arn)?.account === facts.account;
      }),
    )
  );
}

/**
 * Who the attack acts as: users and roles, code on compute left out where its role is another step's. Roles that one of these took on are
 * not among them: others work as them, too.
 */
export function people(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  const mints = principalKinds.includes(subject.kind) ? [] : mintsOfSubject(subject, facts, attack);
  const calls =
    mints.length > 0 ? [...mints, ...attack.events.filter((event) => !isComputeCall(event))] : attack.events;
  return once([
    ...itself(search, 'iam.user'),
    ...calls.flatMap((event) => {
      const who = event.principal && behind(event.principal);
      return who && event.principal && !isCompute(event.principal) ? [{ ref: who, because: told(event) }] : [];
    }),
  ]).filter(({ ref }) => !isRole(ref) || sameResource(ref, subject) || !isTakenByOurs(search, ref));
}

const isComputeCall = ({ principal }: SeenEvent): boolean => principal !== undefined && isCompute(principal);

/** Long-lived keys that the attack signs with, or made. */
export function keys(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  const mints = principalKinds.includes(subject.kind) ? [] : mintsOfSubject(subject, facts, attack);
  const used = [...mints, ...attack.events].flatMap((event) => {
    const { principal } = event;
    return principal?.accessKeyId?.startsWith('AKIA')
      ? [{ ref: { kind: 'iam.access-key', arn: '', name: principal.accessKeyId }, because: told(event) }]
      : [];
  });
  return once([...itself(search, 'iam.access-key'), ...used, ...touched(search, ['iam.access-key'], 'created')]);
}

/** The root user, where the attack acts as it. */
export const root = ({ attack, facts }: Search): readonly FoundTarget[] => {
  const event = attack.events.find(({ principal }) => principal?.type === 'Root');
  return event
    ? [
        {
          ref: { kind: 'iam.root', arn: `arn:${facts.partition}:iam::${facts.account}:root`, name: 'root' },
          because: told(event),
        },
      ]
    : [];
};

/** Users that the attack made. */
export const madeUsers = (search: Search): readonly FoundTarget[] => touched(search, ['iam.user'], 'created');
