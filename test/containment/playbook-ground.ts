import { openAws } from '../../src/aws/client.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { PlanOutdatedError } from '../../src/containment/plan-outdated-error.ts';
import { drivePlaybook, type PlaybookDriver } from '../../src/containment/playbook-runs.ts';
import { playbooks } from '../../src/containment/playbooks/catalogue.ts';
import { resolveTarget } from '../../src/containment/target.ts';
import { RefusedError } from '../../src/model/errors.ts';
import { type RangeOptions, startRange } from '../../src/range/range.ts';
import { playbooksOnAccount } from '../../src/session/playbooks-on-account.ts';
import type { SessionDoor } from '../../src/session/session-options.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { eventually } from '../helpers/until.ts';
import { clientsOf } from '../range/clients.ts';
import { patientClock } from '../range/patient-clock.ts';
import { fakeJournal } from './fake-aws.ts';

/** On a busy machine the story takes its time. */
const preparedWithinMs = 120_000;

/** A range, and playbooks on it by the real runner over HTTP, until `signal` or `close`. */
export async function ground(options: RangeOptions, signal: AbortSignal, regions: readonly string[] = []) {
  const { clock, stop } = patientClock();
  const range = await startRange({ seed: 1, ...options }, clock);
  const door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock,
    simulated: true,
    incident: 'playbooks',
    env: {},
    lookupPerSecond: 50,
  });
  const identity = await door.identity();
  const journal = fakeJournal([], clock);
  const kit = playbooksOnAccount({
    door: door as SessionDoor,
    identity,
    regions: [range.region, ...regions],
    actions,
    journal,
    clock,
    incident: 'playbooks',
    mostTargets: 20,
    saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
    speed: options.speed ?? 1,
  });
  const close = async () => {
    kit.close();
    door.close();
    await range.close();
    stop();
  };
  const subjectOf = (kind: string, name: string) =>
    resolveTarget(
      name,
      actions.filter(({ appliesTo }) => appliesTo.includes(kind)).map((action) => ({ ...action, appliesTo: [kind] })),
      { aws: door.aws, identity, signal },
    );
  const prepare = async (id: string, kind: string, name: string) =>
    kit.prepare(playbooks.find((one) => one.id === id)!, await subjectOf(kind, name), signal);
  /** Prepares until the trail shows what the test waits for: it lags. */
  const prepareUntil = async (
    id: string,
    kind: string,
    name: string,
    isThere: (plan: Awaited<ReturnType<typeof prepare>>) => boolean,
  ) => eventually(() => prepare(id, kind, name), isThere, preparedWithinMs);
  const run = async (plan: Awaited<ReturnType<typeof prepare>>, driver: Partial<PlaybookDriver> = {}) => {
    door.arming.arm();
    const id = await kit.runs.start(plan);
    for (;;)
      try {
        return await drivePlaybook(
          kit.runs,
          id,
          kit,
          { confirm: ({ target }) => ({ do: 'send', typedName: target.name }), ...driver },
          signal,
        );
      } catch (error) {
        // The attacker changed it between plan and confirmation, or has it start just now: nothing was sent, and whoever confirms looks again.
        const isBusy = error instanceof RefusedError && error.code.endsWith('Busy') && !signal.aborted;
        if (!(error instanceof PlanOutdatedError) && !isBusy) throw error;
      }
  };
  return { range, clock, close, kit, journal, prepare, prepareUntil, run, clients: clientsOf(range) };
}
