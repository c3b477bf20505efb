import { accountId } from '../../src/range/estate-definition.ts';
import { domain } from '../../src/range/estate-things.ts';
import { ground } from './playbook-ground.ts';

/** A story of the range, and the playbook that somebody starts who has just seen it. */
export interface PlaybookStory {
  readonly scenario: string;
  readonly playbook: string;
  readonly kind: string;
  readonly subject: string;
  /** What the plan must hold before it is sent: the trail lags behind the story. */
  readonly telling: string;
  readonly regions?: readonly string[];
}

/** The table; every playbook once, and every scenario. */
export const stories: readonly PlaybookStory[] = [
  {
    scenario: 'presigned-url-hijack',
    playbook: 'notebook-hijack',
    kind: 'sagemaker.notebook-instance',
    subject: 'fraud-lab',
    telling: 'iam.user.deny-sagemaker-entry alice',
  },
  {
    scenario: 'presigned-url-hijack',
    playbook: 'stolen-role-credentials',
    kind: 'iam.role',
    subject: 'ds-exec',
    telling: 'iam.role.quarantine ds-exec',
  },
  {
    scenario: 'passrole-miner',
    playbook: 'passrole-miner',
    kind: 'iam.user',
    subject: 'ci-batch',
    telling: 'sagemaker.training-job.stop',
    regions: ['eu-west-1'],
  },
  {
    scenario: 'endpoint-siphon',
    playbook: 'endpoint-siphon',
    kind: 'sagemaker.endpoint',
    subject: 'recsys-ranker',
    telling: 'iam.user.deny-all deploy-bot',
  },
  {
    scenario: 'lifecycle-backdoor',
    playbook: 'lifecycle-backdoor',
    kind: 'sagemaker.notebook-instance',
    subject: 'fraud-lab',
    telling: 'sagemaker.notebook-instance-lifecycle-config.neutralise bootstrap',
  },
  {
    scenario: 'studio-role-swap',
    playbook: 'studio-hijack',
    kind: 'sagemaker.user-profile',
    subject: `arn:aws:sagemaker:us-east-1:${accountId}:user-profile/${domain}/bob`,
    telling: 'iam.user.deny-sagemaker-entry it-helpdesk',
  },
  {
    scenario: 'cross-account-share',
    playbook: 'cross-account-share',
    kind: 'sagemaker.model-package-group',
    subject: 'fraud-models',
    telling: `s3.bucket.deny-principal ml-prod-models-${accountId}`,
  },
  {
    scenario: 'log-tampering',
    playbook: 'stolen-access-key',
    kind: 'iam.user',
    subject: 'ops-bot',
    telling: 'cloudtrail.trail.start-logging main-trail',
  },
  {
    scenario: 'log-tampering',
    playbook: 'log-tampering',
    kind: 'cloudtrail.trail',
    subject: 'main-trail',
    telling: `logs.log-group.keep aws-cloudtrail-logs-${accountId}-main`,
  },
  {
    scenario: 'registry-poisoning',
    playbook: 'registry-poisoning',
    kind: 'sagemaker.model-package-group',
    subject: 'fraud-models',
    telling: 'sagemaker.model-package.reject',
  },
];

/** What came of it. */
export interface StoryOutcome {
  /** How the story ended: `attacker-stopped` when nothing works for him any more. */
  readonly ending: string;
  /** Of every look, the steps with what became of them. */
  readonly rounds: readonly (readonly string[])[];
}

/** A responder looks again when the attacker goes on. */
const mostLooks = 4;

/**
 * Plays a scenario at `speed`, starts its playbook as soon as the trail shows what tells, goes through it, and again while the attacker goes on.
 * @throws What `prepareUntil` throws when it is never planned.
 */
export async function play(
  { scenario, playbook, kind, subject, telling, regions = [] }: PlaybookStory,
  speed: number,
  seed: number,
): Promise<StoryOutcome> {
  const signal = AbortSignal.timeout(240_000);
  const g = await ground({ scenario, speed, seed }, signal, regions);
  try {
    const { story } = g.range;
    const over = () => story.get().state !== 'running';
    // That it goes on is an answer, too.
    const within = async (storyMs: number) => {
      const ended = new AbortController();
      const unsubscribe = story.subscribe(() => over() && ended.abort());
      if (!over()) await g.clock.sleep(storyMs / speed, ended.signal).catch(() => undefined); // It is over.
      unsubscribe();
    };
    let plan = await g.prepareUntil(playbook, kind, subject, ({ steps }) =>
      steps.some(({ actionId, target }) => `${actionId} ${target.name}`.startsWith(telling)),
    );
    const rounds: string[][] = [];
    for (let look = 0; look < mostLooks && !over(); look += 1) {
      const { steps } = await g.run(plan, {
        failed: (_, error) => ({ do: 'skip', reason: error instanceof Error ? error.message : 'not effective' }),
      });
      rounds.push(
        steps.map(
          ({ actionId, target, state, reason }) =>
            `${actionId || 'ask others:'} ${target.name}: ${state}${reason ? `, ${reason}` : ''}`,
        ),
      );
      // Five minutes of the story: what he tries meanwhile shows what was missed.
      await within(300_000);
      if (!over()) plan = await g.prepare(playbook, kind, subject);
    }
    await within(1_800_000);
    return { ending: story.get().state, rounds };
  } finally {
    await g.close();
  }
}
