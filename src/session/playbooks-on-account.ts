import type { ContainmentAction } from '../containment/action.ts';
import { foldContainments } from '../containment/fold.ts';
import { gatherFacts } from '../containment/gather-facts.ts';
import { planPlaybook } from '../containment/plan-playbook.ts';
import type { PlannedPlaybook, Playbook } from '../containment/playbook.ts';
import { standing } from '../containment/playbook-facts.ts';
import { createPlaybookRuns, type PlaybookRuns } from '../containment/playbook-runs.ts';
import { createRunner, type Runner, type RunnerParts } from '../containment/runner.ts';
import type { ResourceRef } from '../model/resource.ts';
import { createLooking } from './inventory.ts';
import { historyEvents, lookingSources } from './playbook-sources.ts';
import { createReach } from './reach.ts';
import type { SessionDoor } from './session-options.ts';

/** Playbooks on one account without a console or a store of events: the event history and what AWS says now are all that is known. */
export interface PlaybooksOnAccount {
  readonly runs: PlaybookRuns;
  /** What a playbook would do to a subject. Reads only. @throws AwsCallError, the signal's reason. */
  prepare(playbook: Playbook, subject: ResourceRef, signal: AbortSignal): Promise<PlannedPlaybook>;
  /** Whoever plans and acts where a target is. */
  runnerOf(target: ResourceRef): Runner;
  close(): void;
}

/**
 * Opens playbooks on an account: for the command line and for tests.
 * @param regions Regions in which events and what runs are looked at, the working one first.
 */
export function playbooksOnAccount(
  parts: Pick<
    RunnerParts,
    'journal' | 'clock' | 'incident' | 'saveSnapshot' | 'onEntry' | 'breakGlass' | 'protectedTags' | 'speed'
  > & {
    readonly door: SessionDoor;
    readonly regions: readonly string[];
    readonly actions: readonly ContainmentAction[];
    readonly mostTargets?: number;
    /** Account of the credentials, and who we are. */
    readonly identity: Awaited<ReturnType<SessionDoor['identity']>>;
  },
): PlaybooksOnAccount {
  const { door, identity, actions, clock, journal } = parts;
  const ending = new AbortController();
  const reach = createReach([{ door, account: () => identity.account }], (there) =>
    createRunner({
      ...parts,
      aws: there.aws,
      writer: there.writer,
      arming: there.arming,
      identity: () => there.identity(ending.signal),
    }),
  );
  const runnerOf = ({ arn }: ResourceRef) => reach.of(arn);
  const containments = () => foldContainments(journal.lines, { live: reach.live() });
  const runs = createPlaybookRuns({
    journal,
    containments,
    runnerOf,
    by: () => identity.arn,
    ...(parts.mostTargets === undefined ? {} : { mostTargets: parts.mostTargets }),
    ...(parts.onEntry ? { onEntry: parts.onEntry } : {}),
  });
  return {
    runs,
    runnerOf,
    async prepare(playbook, subject, signal) {
      const both = AbortSignal.any([signal, ending.signal]);
      const looking = createLooking({
        accounts: [
          { aws: door.aws, profile: '', region: door.region, regions: parts.regions, identity: () => identity },
        ],
        clock,
        ending: both,
        makers: async () => undefined,
        // What a listing does not show is among `unseen`.
        failed: () => undefined,
      });
      const facts = await gatherFacts(
        subject,
        undefined,
        {
          ...historyEvents({ aws: door.aws, identity, regions: parts.regions, signal: both }),
          ...lookingSources(looking, both),
        },
        {
          account: identity.account,
          partition: identity.partition,
          own: new Set([identity.arn]),
          now: door.aws.now(),
          standing: standing(containments()),
        },
      );
      return planPlaybook(playbook, subject, facts, actions);
    },
    close() {
      ending.abort(new DOMException('playbooks were closed', 'AbortError'));
      reach.close();
    },
  };
}
