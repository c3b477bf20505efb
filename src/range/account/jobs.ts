import { roleMay } from '../authorize.ts';
import { type MemberRule, type Members, optionalText, structure, structures } from '../operation.ts';
import { Random } from '../random.ts';
import { shouted } from '../state-changes.ts';
import { moveThing, type Thing, type ThingKind, type Turn } from './things.ts';

/** Jobs that differ in names. What each of them is called, and what it needs. */
export interface JobFamily {
  readonly kind: ThingKind;
  /** `Create…`, `Describe…`, `Stop…`; the plural of `List…`. */
  readonly noun: string;
  readonly plural: string;
  /** Members of its name, ARN and status. */
  readonly nameMember: string;
  readonly arnMember: string;
  readonly statusMember: string;
  readonly longestName: number;
  /** Members that Create requires beside the name. */
  readonly required: { readonly [member: string]: MemberRule };
  /** List's output member, and what a row has beside name, ARN, status and times. */
  readonly summaries: string;
  readonly row: readonly string[];
  readonly startMember?: string;
  readonly endMember: string;
  /** Statuses as this family spells them. */
  readonly spelling?: (status: string) => string;
  /** AWS's durations, ms. */
  readonly startMs: number;
  readonly stopMs: number;
  readonly logGroup?: string;
  /** EventBridge's detail-type; some families are not told of. */
  readonly detailType?: string;
  /** Roles that Create is passed. */
  readonly roles: (input: Members) => readonly string[];
  readonly missing: (name: string) => readonly [code: string, message: string];
  /** Older generation of the same family: other members to create and describe, the same jobs. */
  readonly versions?: readonly {
    readonly suffix: string;
    readonly required: { readonly [member: string]: MemberRule };
  }[];
}

export const roleArnRule: MemberRule = {
  type: 'string',
  required: true,
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
  min: 20,
  max: 2048,
};
/** The same where it may be left out. */
export const optionalRoleArn: MemberRule = {
  type: 'string',
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
  max: 2048,
};
const object: MemberRule = { type: 'object', required: true };
const list: MemberRule = { type: 'list', required: true };
const string: MemberRule = { type: 'string', required: true };
const roleArn = (input: Members): readonly string[] => (typeof input.RoleArn === 'string' ? [input.RoleArn] : []);
const notFound = (text: string) => (name: string) => ['ResourceNotFound', text.replace('{}', name)] as const;
const capitals = (status: string): string => status.toUpperCase();

/** A family whose members all begin with its noun. */
const family = (
  noun: string,
  given: Pick<JobFamily, 'kind' | 'required' | 'endMember'> & Partial<JobFamily>,
): JobFamily => ({
  noun,
  plural: `${noun}s`,
  nameMember: `${noun}Name`,
  arnMember: `${noun}Arn`,
  statusMember: `${noun}Status`,
  longestName: 63,
  summaries: `${noun}Summaries`,
  row: [],
  startMs: 90_000,
  stopMs: 60_000,
  roles: roleArn,
  missing: notFound('Could not find requested job with name: {}'),
  ...given,
});

/** Every family. Which of the older ones say `ValidationException` for what is missing is as observed. */
export const jobFamilies: readonly JobFamily[] = [
  family('TrainingJob', {
    kind: 'training-job',
    required: {
      RoleArn: roleArnRule,
      OutputDataConfig: object,
      ResourceConfig: { type: 'object' },
      AlgorithmSpecification: { type: 'object' },
    },
    row: ['SecondaryStatus', 'WarmPoolStatus'],
    startMember: 'TrainingStartTime',
    endMember: 'TrainingEndTime',
    startMs: 120_000,
    stopMs: 75_000,
    logGroup: '/aws/sagemaker/TrainingJobs',
    detailType: 'SageMaker Training Job State Change',
    missing: () => ['ValidationException', 'Requested resource not found.'],
  }),
  family('ProcessingJob', {
    kind: 'processing-job',
    required: { RoleArn: roleArnRule, ProcessingResources: object, AppSpecification: object },
    row: ['FailureReason', 'ExitMessage'],
    startMember: 'ProcessingStartTime',
    endMember: 'ProcessingEndTime',
    startMs: 120_000,
    stopMs: 45_000,
    logGroup: '/aws/sagemaker/ProcessingJobs',
    detailType: 'SageMaker Processing Job State Change',
    missing: (name) => ['ValidationException', `Could not find requested job with name: ${name}`],
  }),
  family('TransformJob', {
    kind: 'transform-job',
    required: { ModelName: string, TransformInput: object, TransformOutput: object, TransformResources: object },
    row: ['FailureReason'],
    startMember: 'TransformStartTime',
    endMember: 'TransformEndTime',
    logGroup: '/aws/sagemaker/TransformJobs',
    detailType: 'SageMaker Transform Job State Change',
    roles: () => [],
    missing: (name) => ['ValidationException', `Could not find requested job with name: ${name}`],
  }),
  family('HyperParameterTuningJob', {
    kind: 'hyper-parameter-tuning-job',
    longestName: 32,
    required: { HyperParameterTuningJobConfig: object },
    row: ['TrainingJobStatusCounters', 'ObjectiveStatusCounters'],
    endMember: 'HyperParameterTuningEndTime',
    startMs: 20_000,
    detailType: 'SageMaker HyperParameter Tuning Job State Change',
    roles: (input) =>
      [structure(input.TrainingJobDefinition), ...structures(input.TrainingJobDefinitions)].flatMap(roleArn),
    missing: notFound("Amazon SageMaker can't find a tuning job with the name {}."),
  }),
  family('AutoMLJob', {
    kind: 'automl-job',
    longestName: 32,
    required: { RoleArn: roleArnRule, InputDataConfig: list, OutputDataConfig: object },
    row: ['AutoMLJobSecondaryStatus'],
    endMember: 'EndTime',
    startMs: 20_000,
    missing: notFound('Could not find AutoML job {}.'),
    versions: [
      {
        suffix: 'V2',
        required: {
          RoleArn: roleArnRule,
          AutoMLJobInputDataConfig: list,
          OutputDataConfig: object,
          AutoMLProblemTypeConfig: object,
        },
      },
    ],
  }),
  family('CompilationJob', {
    kind: 'compilation-job',
    required: { RoleArn: roleArnRule, OutputConfig: object, StoppingCondition: object },
    startMember: 'CompilationStartTime',
    endMember: 'CompilationEndTime',
    spelling: capitals,
    logGroup: '/aws/sagemaker/CompilationJobs',
  }),
  family('OptimizationJob', {
    kind: 'optimization-job',
    required: {
      RoleArn: roleArnRule,
      ModelSource: object,
      DeploymentInstanceType: string,
      OptimizationConfigs: list,
      OutputConfig: object,
      StoppingCondition: object,
    },
    row: ['DeploymentInstanceType', 'OptimizationTypes'],
    startMember: 'OptimizationStartTime',
    endMember: 'OptimizationEndTime',
    spelling: capitals,
  }),
  family('EdgePackagingJob', {
    kind: 'edge-packaging-job',
    required: {
      RoleArn: roleArnRule,
      CompilationJobName: string,
      ModelName: string,
      ModelVersion: string,
      OutputConfig: object,
    },
    row: ['CompilationJobName', 'ModelName', 'ModelVersion'],
    endMember: 'PackagingEndTime',
    spelling: capitals,
  }),
  family('LabelingJob', {
    kind: 'labeling-job',
    required: {
      RoleArn: roleArnRule,
      LabelAttributeName: string,
      InputConfig: object,
      OutputConfig: object,
      HumanTaskConfig: object,
    },
    summaries: 'LabelingJobSummaryList',
    row: ['LabelCounters', 'WorkteamArn'],
    endMember: 'EndTime',
    detailType: 'SageMaker Ground Truth Labeling Job State Change',
    logGroup: '/aws/sagemaker/LabelingJobs',
  }),
  family('InferenceRecommendationsJob', {
    kind: 'inference-recommendations-job',
    required: { RoleArn: roleArnRule, JobType: string, InputConfig: object },
    nameMember: 'JobName',
    arnMember: 'JobArn',
    statusMember: 'Status',
    summaries: 'InferenceRecommendationsJobs',
    row: ['JobType', 'RoleArn', 'JobDescription'],
    endMember: 'CompletionTime',
    spelling: shouted,
  }),
];

const byKind = new Map(jobFamilies.map((entry) => [entry.kind, entry]));

/** The family of a job. @throws Error for what is no job: that is a bug of ours. */
export function familyOf(kind: ThingKind): JobFamily {
  const found = byKind.get(kind);
  if (!found) throw new Error(`${kind} is no job`);
  return found;
}

export const isJob = (thing: Thing): boolean => byKind.has(thing.kind);

/** Whether it runs, or will without anybody doing more. */
export const isRunning = ({ status }: Thing): boolean => status === 'InProgress';

const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

/** A job as Describe answers. */
export function describedJob(job: Thing): Members {
  const { arnMember, endMember, nameMember, spelling, startMember, statusMember } = familyOf(job.kind);
  return {
    [nameMember]: job.name,
    [arnMember]: job.arn,
    [statusMember]: spelling ? spelling(job.status) : job.status,
    ...job.members,
    CreationTime: new Date(job.createdAt),
    LastModifiedTime: new Date(job.modifiedAt),
    ...(startMember ? { [startMember]: date(job.startedAt) } : {}),
    [endMember]: date(job.endedAt),
  };
}

/** Tells EventBridge the job's status as it is now. */
export function reportJob(job: Thing, turn: Turn): void {
  const { detailType } = familyOf(job.kind);
  const detail = { ...describedJob(job), Tags: Object.fromEntries(job.tags) };
  turn.changed({ detailType, arn: job.arn, region: turn.region.name, at: turn.now, detail });
}

/** Only training tells more than its status. */
function secondary(job: Thing, status: string, at: number): void {
  if (job.kind === 'automl-job') job.members.AutoMLJobSecondaryStatus = status;
  if (job.kind !== 'training-job') return;
  job.members.SecondaryStatus = status;
  const before = structures(job.members.SecondaryStatusTransitions);
  job.members.SecondaryStatusTransitions = [
    ...before.map((entry) => (entry.EndTime === undefined ? { ...entry, EndTime: new Date(at) } : entry)),
    { Status: status, StartTime: new Date(at) },
  ];
}

/** Ends a job, at once. */
export function endJob(job: Thing, turn: Turn, status: 'Completed' | 'Failed' | 'Stopped', why?: string): void {
  job.endedAt = turn.now;
  secondary(job, why ?? status, turn.now);
  if (status === 'Failed') job.members.FailureReason = why;
  if (job.kind === 'training-job' && job.startedAt !== undefined) {
    const seconds = Math.round((turn.now - job.startedAt) / 1000);
    job.members.TrainingTimeInSeconds = seconds;
    job.members.BillableTimeInSeconds = seconds;
  }
  moveThing(job, turn, status, reportJob);
}

/** AWS's default and longest runtime, s. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html */
const longestRunSeconds = 86_400;

/**
 * Lets a new job run: it is placed, starts, and goes on until it is stopped, ended from inside, or its time is up. What its container does is
 * not simulated, but that it must be fetched with the role is.
 */
export function startJob(job: Thing, turn: Turn): void {
  const { startMs } = familyOf(job.kind);
  secondary(job, 'Starting', turn.now);
  moveThing(job, turn, 'InProgress', reportJob);
  const { revision } = job;
  const still = () =>
    job.revision === revision && turn.region.things.get(`${job.kind} ${job.id.toLowerCase()}`) === job;
  const at = (ms: number, run: (then: Turn) => void) =>
    turn.later(ms, () => {
      if (!still()) return;
      const now = turn.schedule.now;
      run({ ...turn, now, later: (more, act) => turn.schedule.at(now + turn.schedule.scaled(more), act) });
    });
  at(startMs, (then) => {
    const role = optionalText(job.members, 'RoleArn');
    const pull = { action: 'ecr:GetAuthorizationToken', resource: '*' };
    if (role !== undefined && job.kind !== 'automl-job' && !roleMay(then.account, role, pull, then.now)) {
      endJob(
        job,
        then,
        'Failed',
        `ClientError: The execution role ${role} is not authorized to perform: ${pull.action}.`,
      );
      return;
    }
    job.startedAt = then.now;
    secondary(job, job.kind === 'automl-job' ? 'ModelTuning' : 'Training', then.now);
  });
  const condition = structure(job.members.StoppingCondition);
  const longest = typeof condition.MaxRuntimeInSeconds === 'number' ? condition.MaxRuntimeInSeconds : longestRunSeconds;
  at(startMs + longest * 1000, (then) => endJob(job, then, 'Stopped', 'MaxRuntimeExceeded'));
}

/** Stops a job that runs: it is asked to end, and given the time to. */
export function stopJob(job: Thing, turn: Turn): void {
  const { stopMs } = familyOf(job.kind);
  secondary(job, 'Stopping', turn.now);
  moveThing(job, turn, 'Stopping', reportJob);
  const { revision } = job;
  turn.later(stopMs, () => {
    if (job.revision === revision) endJob(job, { ...turn, now: turn.schedule.now }, 'Stopped');
  });
}

/** Stream of a job's first container. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
export const jobStream = (job: Thing): string => `${job.name}/algo-1-${Math.floor(job.createdAt / 1000)}`;

/** Eight digits that make a child's name its own. */
export const childSuffix = (parent: Thing, count: number): string => new Random(`${parent.arn} ${count}`).letters(8);
