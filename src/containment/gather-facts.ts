import { behind } from '../inventory/doors/facts.ts';
import type { Callers } from '../model/caller.ts';
import { changesSomething } from '../model/event.ts';
import { isCompute } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { type KnownResource, known, once, type PlaybookFacts, type SeenEvent } from './playbook-facts.ts';
import { attackOf, isIssue, isIssueOf, isMint, principalKinds } from './playbook-suspects.ts';

/** Whose or which events are wanted. */
export type EventQuestion =
  | { readonly about: ResourceRef }
  | { readonly by: ResourceRef }
  | { readonly address: string };

/** Where facts come from: the incident's store and what AWS says, or AWS alone. Every read may be slow; none throws but for the signal and bugs. */
export interface FactSources {
  /** Newest first or last, as they come; bounded. `problem`: what keeps them from being complete. */
  events(question: EventQuestion): Promise<{ readonly events: readonly SeenEvent[]; readonly problem: string }>;
  callers(events: readonly SeenEvent[]): Promise<Callers>;
  /** `undefined`: there is no such thing, or nothing is read about its kind; a sentence: why AWS did not say. */
  describe(ref: ResourceRef): Promise<KnownResource | string | undefined>;
  /** Everything that runs or could, as far as it is listed. */
  running(): Promise<{ readonly resources: readonly KnownResource[]; readonly problems: readonly string[] }>;
}

/** Kinds of which the state or the relations decide about targets. */
const described =
  /^sagemaker\.(?:notebook-instance|notebook-instance-lifecycle-config|endpoint|endpoint-config|model|model-package|user-profile|space|app|[\w-]+-job|pipeline-execution|monitoring-schedule)$|^(?:events\.rule|scheduler\.schedule)$/;
/** Relations that lead to the role that something runs as, and to what it is made of. */
const followed: readonly string[] = ['endpoint-config', 'model', 'user-profile', 'domain', 'lifecycle-config'];
/** What is described beside the subject; more would keep the operator waiting. */
const mostDescribed = 40;
const mostSuspects = 6;

/**
 * Gathers what a playbook is planned from: events about the subject, then those of who is suspect, then what AWS says of what they touched.
 * Reads only. @throws The signal's reason.
 */
export async function gatherFacts(
  subject: ResourceRef,
  event: SeenEvent | undefined,
  sources: FactSources,
  where: Pick<PlaybookFacts, 'account' | 'partition' | 'own' | 'now' | 'standing'>,
): Promise<PlaybookFacts> {
  const events = new Map<string, SeenEvent>(event ? [[event.id, event]] : []);
  const unseen = new Set<string>();
  const ask = async (question: EventQuestion) => {
    const found = await sources.events(question);
    for (const one of found.events) events.set(one.id, one);
    if (found.problem) unseen.add(found.problem);
  };
  const running = sources.running();
  running.catch(() => undefined); // Awaited below; until then nobody does.
  await ask(principalKinds.includes(subject.kind) ? { by: subject } : { about: subject });
  const sorted = () => [...events.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  let facts: PlaybookFacts = {
    ...where,
    event,
    events: sorted(),
    resources: [],
    callers: await sources.callers(sorted()),
    unseen: [],
  };

  // Twice: what the first suspects did may show the next (a role that was taken on, a notebook whose code acts).
  const asked = new Set<string>();
  for (let round = 0; round < 2; round += 1) {
    for (const question of suspectsIn(subject, facts)) {
      const key = JSON.stringify(question);
      if (asked.has(key)) continue;
      asked.add(key);
      await ask(question);
    }
    facts = { ...facts, events: sorted(), callers: await sources.callers(sorted()) };
  }

  const { resources, problems } = await running;
  for (const problem of problems) unseen.add(problem);
  const all = [...resources];
  let wanted = once([
    { ref: subject },
    ...attackOf(subject, facts)
      .events.filter((one) => changesSomething(one) || isMint(one))
      .flatMap((one) => one.resources.map(({ kind, arn, name }) => ({ ref: { kind, arn, name } }))),
  ]).map(({ ref }) => ref);
  for (let depth = 0, left = mostDescribed; depth < 4 && wanted.length > 0; depth += 1) {
    const batch = wanted.filter(({ kind }) => described.test(kind)).slice(0, left);
    left -= batch.length;
    const answers = await Promise.all(
      batch.map(async (ref) => known({ resources: all }, ref) ?? (await sources.describe(ref))),
    );
    const fresh: KnownResource[] = [];
    for (const answer of answers)
      if (typeof answer === 'string') unseen.add(answer);
      else if (answer) fresh.push(answer);
    all.push(...fresh.filter(({ ref }) => !known({ resources: all }, ref)));
    wanted = once(
      fresh.flatMap(({ relations }) =>
        relations.filter(({ role }) => followed.includes(role)).map(({ to }) => ({ ref: to })),
      ),
    )
      .map(({ ref }) => ref)
      .filter((ref) => !known({ resources: all }, ref));
  }
  return { ...facts, resources: all, unseen: [...unseen] };
}

/** Whose events are worth asking for: of who acts in the attack, and of its addresses. */
function suspectsIn(subject: ResourceRef, facts: PlaybookFacts): readonly EventQuestion[] {
  const { events, addresses } = attackOf(subject, facts);
  const refs: { readonly ref: ResourceRef }[] = [];
  const sessions: { readonly ref: ResourceRef }[] = [];
  for (const event of events) {
    const { principal } = event;
    if (!principal) continue;
    const key = principal.accessKeyId;
    if (key?.startsWith('AKIA')) refs.push({ ref: { kind: 'iam.access-key', arn: '', name: key } });
    const who = behind(principal);
    if (who) refs.push({ ref: who });
    // A session is no way in by itself: whoever issued it comes again.
    if (
      principal.type === 'AssumedRole' &&
      !isCompute(principal) &&
      !facts.events.some((one) => isIssueOf(one, principal))
    )
      sessions.push({ ref: { kind: 'sts.assumed-role', arn: principal.arn, name: principal.name } });
    if (isIssue(event))
      for (const { kind, arn, name } of event.resources)
        if (kind === 'iam.role') refs.push({ ref: { kind, arn, name } });
  }
  return [
    ...[...addresses].slice(0, mostSuspects).map((address) => ({ address })),
    ...once(refs)
      .slice(0, mostSuspects)
      .map(({ ref }) => ({ by: ref })),
    ...once(sessions)
      .slice(0, mostSuspects)
      .map(({ ref }) => ({ about: ref })),
  ];
}
