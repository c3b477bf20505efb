import { isRunning } from '../account/jobs.ts';
import type { Thing } from '../account/things.ts';
import { type Members, structure, structures } from '../operation.ts';
import { imageOf } from '../workloads/jobs.ts';
import type { World } from '../world.ts';
import type { AttackStep, Disguise, Goal, Hand } from './attack.ts';

const watchMs = 40_000;
/** Rounds in which nothing could be kept running before he gives up, and tries of one job that may fail in a row. */
const failuresBorne = 3;
const triesBorne = 2;

/** One job that is to run always. */
export interface MinedJob {
  readonly kind: 'training-job' | 'processing-job';
  readonly region: string;
  /** Names begin so; what follows tells one try from another. */
  readonly prefix: string;
  /** Everything of the create call but the name. */
  readonly input: Members;
}

/** Jobs that mine. */
export interface MiningPlan {
  readonly image: string;
  readonly jobs: readonly MinedJob[];
  readonly by: readonly Disguise[];
  /** GPU-hours of the account's time since the start that are enough for him. */
  readonly gpuHours: number;
  readonly endings: Goal['endings'];
}

/** https://aws.amazon.com/sagemaker/pricing/: what the types that the scenarios use hold. */
const gpus: { readonly [type: string]: number } = {
  'ml.g5.xlarge': 1,
  'ml.g5.12xlarge': 4,
  'ml.g5.48xlarge': 8,
  'ml.p3.2xlarge': 1,
  'ml.p3.8xlarge': 4,
  'ml.p3.16xlarge': 8,
};

/** GPUs that a job holds. */
export function gpusOf({ members }: Thing): number {
  const training = structure(members.ResourceConfig);
  const { InstanceCount, InstanceType } =
    training.InstanceType === undefined ? structure(structure(members.ProcessingResources).ClusterConfig) : training;
  return (gpus[String(InstanceType)] ?? 0) * Number(InstanceCount ?? 1);
}

/** His jobs anywhere in the account that run or will. */
const his = (world: World, image: string): readonly Thing[] =>
  world.account
    .regions()
    .flatMap((region) => [...region.things.values()])
    .filter((thing) => isRunning(thing) && imageOf(thing) === image);

/** The goal is so many GPU-hours. */
export function mining(plan: MiningPlan): Goal {
  let gpuMs = 0;
  return {
    endings: plan.endings,
    state: (world) => (his(world, plan.image).length > 0 ? 'has' : 'no'),
    reached(world, everyMs) {
      for (const job of his(world, plan.image)) if (job.startedAt !== undefined) gpuMs += gpusOf(job) * everyMs;
      return gpuMs >= plan.gpuHours * 3_600_000;
    },
    hold: (hand) => hold(hand, plan),
  };
}

const calls = {
  'training-job': { noun: 'TrainingJob', list: 'sagemaker:ListTrainingJobs', summaries: 'TrainingJobSummaries' },
  'processing-job': {
    noun: 'ProcessingJob',
    list: 'sagemaker:ListProcessingJobs',
    summaries: 'ProcessingJobSummaries',
  },
} as const;

/** The call that makes a job. */
export const making = (job: MinedJob, tries: number, by: readonly Disguise[], afterMs: number): AttackStep => ({
  phase: 'impact',
  afterMs,
  call: `sagemaker:Create${calls[job.kind].noun}`,
  input: { [`${calls[job.kind].noun}Name`]: `${job.prefix}-${tries}`, ...job.input },
  by,
  region: job.region,
});

/** Looks after every job: what was stopped or failed is made again, under the next number. */
async function* hold(hand: Hand, plan: MiningPlan): AsyncGenerator<number, void> {
  const numbers = new Map<MinedJob, number>();
  let failures = 0;
  while (hand.world.story.get().state === 'running') {
    yield watchMs;
    let hopeful = 0;
    for (const job of plan.jobs) {
      const statuses = await statusesOf(hand, plan, job);
      if (statuses.includes('InProgress')) {
        hopeful += 1;
        continue;
      }
      // A role that lets no container start is as good as a closed door.
      if (statuses.length >= triesBorne && statuses.slice(0, triesBorne).every((status) => status === 'Failed'))
        continue;
      const number = Math.max(statuses.length, numbers.get(job) ?? 0) + 1;
      numbers.set(job, number);
      yield 2_000;
      const outcome = yield* hand.attempt(making(job, number, plan.by, 0));
      if (hand.world.story.get().state !== 'running') return;
      // Under none of the keys: the other jobs can wait for the next round.
      if (outcome === 'refused') break;
      hopeful += 1;
    }
    failures = hopeful === 0 ? failures + 1 : 0;
    if (failures >= failuresBorne && his(hand.world, plan.image).length === 0) return;
  }
}

/** Statuses of all tries of a job, the newest first; none when he may not look. */
async function statusesOf(hand: Hand, plan: MiningPlan, job: MinedJob): Promise<readonly string[]> {
  const { list, noun, summaries } = calls[job.kind];
  const seen = await hand.ask({
    phase: 'hold',
    afterMs: 0,
    call: list,
    input: { NameContains: job.prefix, MaxResults: 100, SortBy: 'CreationTime', SortOrder: 'Descending' },
    by: plan.by,
    region: job.region,
  });
  return typeof seen === 'string' ? [] : structures(seen[summaries]).map((row) => String(row[`${noun}Status`]));
}
