import type { ContainmentAction } from '../containment/action.ts';
import { foldContainments } from '../containment/fold.ts';
import { gatherFacts } from '../containment/gather-facts.ts';
import { planBatch, planPlaybook } from '../containment/plan-playbook.ts';
import { standing } from '../containment/playbook-facts.ts';
import { createPlaybookRuns, defaultMostTargets } from '../containment/playbook-runs.ts';
import { principalKinds } from '../containment/playbook-suspects.ts';
import { playbooks } from '../containment/playbooks/catalogue.ts';
import { parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Journal, JournalLine } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import { savedLogs } from './contain.ts';
import type { Looking } from './inventory.ts';
import { lookingSources, storeEvents } from './playbook-sources.ts';
import type { Reach } from './reach.ts';
import type { Session } from './session.ts';
import type { Snapshot } from './snapshot.ts';

/** The part of a session that knows of playbooks and hand-offs. */
export type PlaybookIntents = Pick<
  Session,
  | 'playbooks'
  | 'planPlaybook'
  | 'planBatch'
  | 'startPlaybook'
  | 'decideStep'
  | 'refuseBeforeTurn'
  | 'requestHandOff'
  | 'endPlaybook'
  | 'mostTargets'
>;

const answers = (patterns: readonly string[], action: string): boolean =>
  patterns.some((pattern) => (pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern));

/** Playbooks that can be started on one of these, the ones that answer the event first; each once, on the first that fits. */
function offeredPlaybooks(
  subjects: readonly ResourceRef[],
  action: string,
): readonly {
  readonly id: string;
  readonly title: string;
  readonly subject: ResourceRef;
  readonly answers: boolean;
}[] {
  return playbooks
    .flatMap((playbook) => {
      // A role that only serves is not who acted: of principals, only those that the caller names last are meant.
      const subject = subjects.find(({ kind }) => playbook.appliesTo.includes(kind));
      return subject
        ? [{ id: playbook.id, title: playbook.title, subject, answers: answers(playbook.answers, action) }]
        : [];
    })
    .sort(
      (a, b) =>
        Number(b.answers) - Number(a.answers) ||
        subjects.indexOf(a.subject) - subjects.indexOf(b.subject) ||
        Number(principalKinds.includes(a.subject.kind)) - Number(principalKinds.includes(b.subject.kind)),
    );
}

export function playbookIntents(parts: {
  /** Absent for saved logs. */
  readonly reach: Reach | undefined;
  readonly actions: readonly ContainmentAction[];
  readonly journal: Journal;
  readonly events: EventQueries;
  readonly looking: Pick<Looking, 'inventory' | 'lookAround' | 'enrich'>;
  snapshot(): Snapshot;
  journalled(line: JournalLine): void;
  by(): string;
  /** ARNs that this incident is worked on with. */
  readonly own: ReadonlySet<string>;
  now(): number;
  readonly mostTargets?: number;
  readonly ending: AbortSignal;
}): PlaybookIntents {
  const { reach, actions, journal, events, ending } = parts;
  const mostTargets = parts.mostTargets ?? defaultMostTargets;
  const need = (): Reach => {
    if (!reach) throw savedLogs();
    return reach;
  };
  const containments = () => foldContainments(journal.lines, { live: reach?.live() ?? new Set() });
  const runs = createPlaybookRuns({
    journal,
    containments,
    runnerOf: ({ arn }) => need().of(arn),
    by: parts.by,
    mostTargets,
    onEntry: parts.journalled,
  });
  return {
    mostTargets,
    playbooks: (subjects, event) =>
      offeredPlaybooks(subjects, event?.action ?? '').map((one) => ({
        ...one,
        disabledReason: reach ? undefined : savedLogs().message,
      })),
    async planPlaybook(id, subject, event, signal) {
      need();
      const playbook = playbooks.find((one) => one.id === id);
      if (!playbook) throw new Error(`there is no playbook ${id}`);
      const both = AbortSignal.any([signal, ending]);
      const { identity } = parts.snapshot();
      const account = identity?.account ?? parseArn(subject.arn)?.account ?? '';
      const facts = await gatherFacts(
        subject,
        event,
        { ...storeEvents(events, both), ...lookingSources(parts.looking, both) },
        {
          account,
          partition: identity?.partition ?? 'aws',
          own: parts.own,
          now: parts.now(),
          standing: standing(containments()),
        },
      );
      return planPlaybook(playbook, subject, facts, actions);
    },
    planBatch(actionId, targets, params) {
      const action = actions.find(({ id }) => id === actionId);
      if (!action) throw new Error(`there is no action ${actionId}`);
      return planBatch(action, targets, params);
    },
    async startPlaybook(plan, typedCount) {
      need();
      return runs.start(plan, typedCount);
    },
    refuseBeforeTurn: (of) => void runs.refuseBeforeTurn(of),
    async decideStep(of, decision) {
      need();
      await runs.decide(of, decision);
    },
    requestHandOff: (handOff, what) => runs.request(handOff, what),
    endPlaybook: (run, reason) => runs.end(run, reason),
  };
}
