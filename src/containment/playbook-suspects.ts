import { behind, isPublicAddress, sameResource } from '../inventory/doors/facts.ts';
import { changesSomething } from '../model/event.ts';
import { isCompute, type Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { accepted, copiedUses, isAbout, type PlaybookFacts, type SeenEvent } from './playbook-facts.ts';

/** What of the events is the attack's, as far as it follows from where the playbook was started. */
export interface Attack {
  /** Accepted calls, oldest first. */
  readonly events: readonly SeenEvent[];
  /** Public addresses that are the attacker's: of the event, of marked ones, of copied credentials. */
  readonly addresses: ReadonlySet<string>;
  /** Calls of the same identities that were not counted, and why; a sentence each. */
  readonly notCounted: readonly string[];
}

/** Principals that a playbook can be started on. */
export const principalKinds: readonly string[] = ['iam.user', 'iam.role', 'iam.access-key'];

/** Calls that hand out a way in. */
export const isMint = ({ action }: Pick<SeenEvent, 'action'>): boolean =>
  /^sagemaker:(?:CreatePresigned|CreatePartnerAppPresigned|CreateHubContentPresigned|StartSession$)/.test(action);

/** Calls that issue credentials. */
export const isIssue = ({ action }: Pick<SeenEvent, 'action'>): boolean =>
  /^sts:(?:AssumeRole|GetSessionToken|GetFederationToken)/.test(action);

/** How far the time of a session's credentials and of the call that issued them lie apart: both are whole seconds, of two clocks. */
const sameIssueMs = 5_000;

/** Whether a call issued the credentials that a session acts with: a session of that name at that time. */
export const isIssueOf = (issue: SeenEvent, { type, arn, issuedAt }: Principal): boolean =>
  type === 'AssumedRole' &&
  issuedAt !== undefined &&
  isIssue(issue) &&
  Math.abs(issue.at - issuedAt) <= sameIssueMs &&
  issue.resources.some((one) => one.relation === 'created' && one.arn === arn);

/** The calls that issued the credentials of these, and of those who issued them. */
function issuesOf(some: readonly SeenEvent[], events: readonly SeenEvent[]): readonly SeenEvent[] {
  const issues = events.filter(isIssue);
  const found = new Set<SeenEvent>();
  for (let border: readonly SeenEvent[] = some; border.length > 0; ) {
    const acting = [
      ...new Map(
        border.flatMap(({ principal }) => (principal ? [[principal.arn + (principal.issuedAt ?? ''), principal]] : [])),
      ).values(),
    ];
    border = issues.filter((issue) => !found.has(issue) && acting.some((principal) => isIssueOf(issue, principal)));
    for (const issue of border) found.add(issue);
  }
  return [...found];
}

/** What was done in the sessions that these calls issued, and in those that were issued in them. */
function sessionsOf(some: readonly SeenEvent[], events: readonly SeenEvent[]): readonly SeenEvent[] {
  const found = new Set<SeenEvent>();
  for (let issues = some.filter(isIssue); issues.length > 0; ) {
    const next = events.filter(
      (event) => !found.has(event) && issues.some((issue) => event.principal && isIssueOf(issue, event.principal)),
    );
    for (const event of next) found.add(event);
    issues = next.filter(isIssue);
  }
  return [...found];
}

/** Whether a principal is, or acts with, the one that is meant. */
export function isBy(subject: ResourceRef, principal: Principal | undefined): boolean {
  if (!principal) return false;
  if (subject.kind === 'iam.access-key') return principal.accessKeyId === subject.name;
  const who = behind(principal);
  return who !== undefined && sameResource(who, subject);
}

/** The same identity, or the same key. */
export const sameActor = (one: Principal, other: Pick<Principal, 'arn' | 'accessKeyId'>): boolean =>
  (other.arn !== '' && one.arn === other.arn) ||
  (other.accessKeyId !== undefined && one.accessKeyId === other.accessKeyId);

function attackerAddresses(facts: PlaybookFacts): ReadonlySet<string> {
  const { event, callers } = facts;
  const copied = copiedUses(facts).map(({ address }) => address);
  return new Set([event?.sourceIp ?? '', ...callers.suspects.addresses, ...copied].filter(isPublicAddress));
}

/** Whoever did this to a trail or a log group is the attack, with everything else that they did and from wherever they did it. */
const tampers = ({ action }: SeenEvent): boolean =>
  /^(?:cloudtrail:(?:StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors)|logs:(?:DeleteLogGroup|DeleteLogStream|PutRetentionPolicy))$/.test(
    action,
  );

/** Addresses that calls came from although whoever made them had called from elsewhere before, and never from there. */
function newAddresses(calls: readonly SeenEvent[], events: readonly SeenEvent[]): ReadonlySet<string> {
  return new Set(
    calls.flatMap(({ principal, sourceIp }) => {
      if (!principal || !isPublicAddress(sourceIp)) return [];
      const earliest = events.find((one) => one.principal && sameActor(one.principal, principal));
      return earliest && isPublicAddress(earliest.sourceIp) && earliest.sourceIp !== sourceIp ? [sourceIp] : [];
    }),
  );
}

/**
 * The attack, from where the playbook was started: the calls of the principal that is its subject, or of the event's; of those behind marked
 * events and high findings; of whoever tampered with the log that is its subject; else of whoever changed the subject or opened it. Where
 * some of these came from an address that is the attacker's, only those count: the same key may be in its owner's hands, too. Who issued
 * their credentials belongs to it, and what was done in the sessions that they issued.
 */
export function attackOf(subject: ResourceRef, facts: PlaybookFacts): Attack {
  const events = accepted(facts);
  const tampering = events.filter((event) => tampers(event) && isAbout(event, subject));
  const { suspects } = facts.callers;
  const started = facts.event?.principal;
  const isNamed = ({ principal }: SeenEvent): boolean =>
    principal !== undefined &&
    ((principalKinds.includes(subject.kind) && isBy(subject, principal)) ||
      (started !== undefined && sameActor(principal, started)) ||
      tampering.some((one) => one.principal && sameActor(principal, one.principal)) ||
      suspects.principals.some((one) => sameActor(principal, one)));
  const named = events.filter(isNamed);
  const about = events.filter((event) => isAbout(event, subject) && (isMint(event) || changesSomething(event)));
  // Whoever only uses it (a pipeline that deploys the model) is no suspect as long as somebody changed it.
  const acted = about.filter(({ resources }) =>
    resources.some((one) => one.relation !== 'uses' && sameResource(one, subject)),
  );
  const first = named.length > 0 ? named : acted.length > 0 ? acted : about;
  const known = new Set([
    ...attackerAddresses(facts),
    ...tampering.map(({ sourceIp }) => sourceIp).filter(isPublicAddress),
  ]);
  // Nobody has said who it is, nor from where: from an address that those who changed it did not call from before.
  const addresses = known.size > 0 || named.length > 0 ? known : newAddresses(first, events);
  const fromThere = (event: SeenEvent) => addresses.has(event.sourceIp);
  const hot = first.filter(fromThere);
  const acting = hot.length > 0 ? hot : first;
  const counted = [...new Set([...acting, ...issuesOf(acting, events)])];
  const actors = counted.flatMap(({ principal }) => principal ?? []);
  // One session is in one hand, whatever it is called from; a long-lived key and the credentials of compute may be in several.
  const sessions = new Set(
    actors.flatMap((one) =>
      one.accessKeyId?.startsWith('ASIA') && !isCompute(one) ? [`${one.arn} ${one.accessKeyId}`] : [],
    ),
  );
  // What it came by, and what came of it, from the attacker's address: the same people, the ways in, the roles taken on, code on compute.
  const roles = counted.filter(isIssue).flatMap(({ resources }) => resources.filter(({ kind }) => kind === 'iam.role'));
  const later = events.filter((event) => {
    const { principal, sourceIp } = event;
    if (!principal) return false;
    if (sessions.has(`${principal.arn} ${principal.accessKeyId}`)) return true;
    if (!addresses.has(sourceIp)) return false;
    return (
      isCompute(principal) ||
      isMint(event) ||
      isIssue(event) ||
      actors.some((one) => sameActor(principal, one)) ||
      roles.some((role) => isBy(role, principal))
    );
  });
  const all = new Set([...counted, ...later, ...sessionsOf([...counted, ...later], events)]);
  const others = new Map<string, number>();
  for (const { principal, sourceIp } of first.filter((event) => !all.has(event))) {
    const key = `${principal?.name ?? ''} from ${sourceIp}`;
    others.set(key, (others.get(key) ?? 0) + 1);
  }
  return {
    events: events.filter((event) => all.has(event)),
    addresses,
    notCounted: [...others]
      .slice(0, 5)
      .map(([who, count]) => `${count} calls of ${who} are not counted as the attack's`),
  };
}

/** Calls that opened the subject and whose session may still live: those of the attack where there are some, else all of them. */
export function mintsOfSubject(subject: ResourceRef, facts: PlaybookFacts, attack: Attack): readonly SeenEvent[] {
  const mints = accepted(facts).filter(
    (event) => isMint(event) && isAbout(event, subject) && event.at + longestEntryMs > facts.now,
  );
  const theirs = mints.filter((event) => attack.events.includes(event) || attack.addresses.has(event.sourceIp));
  return theirs.length > 0 ? theirs : mints;
}

/** URL and session together. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html */
const longestEntryMs = 12 * 3_600_000 + 5 * 60_000;
