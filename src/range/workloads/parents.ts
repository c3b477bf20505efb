import { sagemakerArn } from '../account/account.ts';
import { childSuffix, endJob, isJob, isRunning, startJob, stopJob } from '../account/jobs.ts';
import { endExecution, type PipelineStep, reportStep, type StepRun, stepRuns, stepsOf } from '../account/pipelines.ts';
import {
  addThing,
  makeThing,
  type Thing,
  type ThingKind,
  type Turn,
  thingOf,
  thingsOf,
  turnAt,
} from '../account/things.ts';
import { structure, structures, text } from '../operation.ts';
import type { StateChange } from '../state-changes.ts';
import type { Workload } from './workload.ts';

/** How long a child runs before it is done, ms: of a tuning job, of a pipeline. */
const childMs = 600_000;
const stepMs = 360_000;
/** A step without a job. */
const quickStepMs = 15_000;

/** Steps that run jobs: the kind of the job, and how metadata call it. */
const stepJobs: { readonly [type: string]: { readonly kind: ThingKind; readonly member: string } } = {
  Training: { kind: 'training-job', member: 'TrainingJob' },
  Processing: { kind: 'processing-job', member: 'ProcessingJob' },
  Transform: { kind: 'transform-job', member: 'TransformJob' },
  Tuning: { kind: 'hyper-parameter-tuning-job', member: 'TuningJob' },
};

/**
 * What begins jobs and begins them again: tuning jobs, AutoML jobs, executions of pipelines. It belongs to SageMaker, so it goes on whatever
 * becomes of the one who asked for it; who stops a child alone finds a new one.
 */
export function startParents(workload: Workload): void {
  const { account, changes, schedule } = workload;
  const about = (change: StateChange) => {
    const region = account.region(change.region);
    const thing = [...region.things.values()].find(({ arn }) => arn === change.arn);
    if (!thing) return;
    const turn = turnAt(
      { account, region, now: change.at, schedule, changed: (next) => changes.report(next), later: () => undefined },
      change.at,
    );
    if (thing.kind === 'hyper-parameter-tuning-job' || thing.kind === 'automl-job') followParent(thing, turn);
    if (thing.kind === 'pipeline-execution') followExecution(thing, turn, change);
    const parent =
      thing.parent === undefined ? undefined : [...region.things.values()].find(({ arn }) => arn === thing.parent);
    // Its own turn comes after whoever changed it is done with it.
    if (parent && isJob(thing) && over(thing))
      turn.later(0, () => childEnded(parent, thing, turnAt(turn, schedule.now)));
  };
  changes.listen(about);
}

const over = ({ status }: Thing): boolean => status === 'Completed' || status === 'Failed' || status === 'Stopped';

const childrenOf = (parent: Thing, turn: Turn): readonly Thing[] =>
  [...turn.region.things.values()].filter((thing) => thing.parent === parent.arn && isJob(thing));

/** A tuning or AutoML job begins its children, or takes them down. */
function followParent(parent: Thing, turn: Turn): void {
  if (isRunning(parent)) {
    if (childrenOf(parent, turn).length > 0) return;
    const count = parent.kind === 'automl-job' ? 1 : limit(parent, 'MaxParallelTrainingJobs', 1);
    // Its own begin is told of before it is done: children come when it runs.
    turn.later(1000, () => {
      if (isRunning(parent))
        for (let index = 0; index < count; index += 1) beginChild(parent, turnAt(turn, turn.schedule.now));
    });
  } else if (parent.status === 'Stopping')
    for (const child of childrenOf(parent, turn)) if (isRunning(child)) stopJob(child, turn);
}

const limit = (parent: Thing, member: string, least: number): number => {
  const limits = structure(structure(parent.members.HyperParameterTuningJobConfig).ResourceLimits);
  return Math.max(least, Number(limits[member] ?? least));
};

/** Jobs of an AutoML job, one after the other. */
const automlStages: readonly { readonly kind: ThingKind; readonly name: string }[] = [
  { kind: 'processing-job', name: 'db-1' },
  { kind: 'training-job', name: 'dpp0-1' },
  { kind: 'training-job', name: 'tuning-1' },
];

function beginChild(parent: Thing, turn: Turn): void {
  const count = childrenOf(parent, turn).length + 1;
  const definition =
    parent.kind === 'automl-job'
      ? parent.members
      : (structures(parent.members.TrainingJobDefinitions)[0] ?? structure(parent.members.TrainingJobDefinition));
  const stage = parent.kind === 'automl-job' ? automlStages[count - 1] : undefined;
  if (parent.kind === 'automl-job' && !stage) return;
  const kind = stage?.kind ?? 'training-job';
  const name = stage
    ? `${parent.name}-${stage.name}-${childSuffix(parent, count)}`
    : `${parent.name}-${String(count).padStart(3, '0')}-${childSuffix(parent, count)}`;
  const instances = { InstanceType: 'ml.m5.4xlarge', InstanceCount: 1, VolumeSizeInGB: 50 };
  const child = makeThing({
    kind,
    id: name,
    name,
    arn: sagemakerArn(turn.region, kind, name),
    status: 'InProgress',
    parent: parent.arn,
    members: {
      ...(kind === 'training-job'
        ? {
            AlgorithmSpecification: structure(definition.AlgorithmSpecification),
            InputDataConfig: structures(definition.InputDataConfig),
            OutputDataConfig: structure(definition.OutputDataConfig),
            ResourceConfig: definition.ResourceConfig ?? instances,
            StoppingCondition: structure(definition.StoppingCondition),
            HyperParameters: structure(definition.StaticHyperParameters),
            ModelArtifacts: { S3ModelArtifacts: '' },
          }
        : {
            ProcessingResources: { ClusterConfig: instances },
            AppSpecification: { ImageUri: '763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-data-wrangler:5.1' },
          }),
      RoleArn: definition.RoleArn,
      [parent.kind === 'automl-job' ? 'AutoMLJobArn' : 'TuningJobArn']: parent.arn,
    },
    createdAt: turn.now,
  });
  addThing(turn.region, child);
  startJob(child, turn);
  finish(child, turn, childMs);
  counted(parent, turn);
}

/** Ends a job from inside when its work is done. */
function finish(job: Thing, turn: Turn, ms: number): void {
  const { revision } = job;
  turn.later(ms, () => {
    if (job.revision === revision) endJob(job, turnAt(turn, turn.schedule.now), 'Completed');
  });
}

/** Counters of a tuning job. */
function counted(parent: Thing, turn: Turn): void {
  if (parent.kind !== 'hyper-parameter-tuning-job') return;
  const statuses = childrenOf(parent, turn).map(({ status }) => status);
  const number = (...wanted: readonly string[]) => statuses.filter((status) => wanted.includes(status)).length;
  parent.members.TrainingJobStatusCounters = {
    Completed: number('Completed'),
    InProgress: number('InProgress', 'Stopping'),
    RetryableError: 0,
    NonRetryableError: number('Failed'),
    Stopped: number('Stopped'),
  };
}

function childEnded(parent: Thing, child: Thing, turn: Turn): void {
  if (parent.kind === 'pipeline-execution') {
    stepEnded(parent, child, turn);
    return;
  }
  counted(parent, turn);
  const children = childrenOf(parent, turn);
  const most =
    parent.kind === 'automl-job' ? automlStages.length : limit(parent, 'MaxNumberOfTrainingJobs', children.length);
  if (isRunning(parent) && child.status !== 'Failed' && children.length < most) beginChild(parent, turn);
  else if (isRunning(parent) && children.every(over))
    endJob(
      parent,
      turn,
      child.status === 'Failed' ? 'Failed' : 'Completed',
      child.status === 'Failed' ? String(child.members.FailureReason) : undefined,
    );
}

function followExecution(execution: Thing, turn: Turn, change: StateChange): void {
  // Steps are told of under the same ARN.
  if (!change.detailType?.includes('Execution Status')) return;
  const running = stepRuns(execution).find(({ status }) => status === 'Executing');
  if (execution.status === 'Executing' && stepRuns(execution).length === 0)
    turn.later(2000, () => beginStep(execution, turnAt(turn, turn.schedule.now)));
  else if (execution.status === 'Stopping') {
    const job = running?.made && [...turn.region.things.values()].find(({ arn }) => arn === running.made?.arn);
    if (running && job && isRunning(job)) {
      running.status = 'Stopping';
      stopJob(job, turn);
    } else turn.later(5000, () => closeExecution(execution, turnAt(turn, turn.schedule.now)));
  }
}

function closeExecution(execution: Thing, turn: Turn): void {
  for (const step of stepRuns(execution))
    if (step.status === 'Executing' || step.status === 'Stopping') endStep(execution, step, turn, 'Stopped');
  if (execution.status === 'Stopping') endExecution(execution, turn, 'Stopped');
}

function definitionOf(execution: Thing, turn: Turn): readonly PipelineStep[] {
  const pipeline = thingsOf(turn.region, 'pipeline').find(({ arn }) => arn === execution.parent);
  return pipeline ? stepsOf(text(pipeline.members, 'PipelineDefinition') || '{}') : [];
}

/** Begins the next step, or ends what has none left. */
function beginStep(execution: Thing, turn: Turn): void {
  if (execution.status !== 'Executing') return;
  const done = stepRuns(execution);
  const step = definitionOf(execution, turn)[done.length];
  if (!step) {
    endExecution(execution, turn, 'Succeeded');
    return;
  }
  const job = stepJobs[step.type];
  const made = job && beginStepJob(execution, step, job.kind, done.length, turn);
  const run: StepRun = {
    name: step.name,
    type: step.type,
    status: 'Executing',
    startedAt: turn.now,
    endedAt: undefined,
    made: job && made ? { member: job.member, arn: made.arn } : undefined,
  };
  done.push(run);
  reportStep(execution, run, turn);
  if (made) finish(made, turn, stepMs);
  else
    turn.later(quickStepMs, () => {
      const then = turnAt(turn, turn.schedule.now);
      if (run.status !== 'Executing') return;
      if (step.type === 'RegisterModel') registerModel(execution, step, then);
      endStep(execution, run, then, 'Succeeded');
      beginStep(execution, then);
    });
}

function beginStepJob(execution: Thing, step: PipelineStep, kind: ThingKind, index: number, turn: Turn): Thing {
  const name = `pipelines-${execution.name}-${step.name.slice(0, 20)}-${childSuffix(execution, index)}`;
  const pipeline = thingsOf(turn.region, 'pipeline').find(({ arn }) => arn === execution.parent);
  const job = makeThing({
    kind,
    id: name,
    name,
    arn: sagemakerArn(turn.region, kind, name),
    status: 'InProgress',
    parent: execution.arn,
    members: {
      RoleArn: pipeline?.members.RoleArn,
      ...step.arguments,
      ...(kind === 'training-job' ? { ModelArtifacts: { S3ModelArtifacts: '' } } : {}),
    },
    tags: new Map([['sagemaker:pipeline-execution-arn', execution.arn]]),
    createdAt: turn.now,
  });
  addThing(turn.region, job);
  startJob(job, turn);
  return job;
}

/** The last step of most pipelines: the model waits in the registry for somebody's approval. */
function registerModel(execution: Thing, step: PipelineStep, turn: Turn): void {
  const group = thingOf(turn.region, 'model-package-group', text(step.arguments, 'ModelPackageGroupName'));
  if (!group) return;
  const packages = thingsOf(turn.region, 'model-package').filter(({ parent }) => parent === group.arn);
  const version = 1 + packages.reduce((most, { members }) => Math.max(most, Number(members.ModelPackageVersion)), 0);
  const id = `${group.name}/${version}`;
  addThing(
    turn.region,
    makeThing({
      kind: 'model-package',
      id,
      name: id,
      arn: sagemakerArn(turn.region, 'model-package', id),
      status: 'Completed',
      parent: group.arn,
      members: {
        ModelPackageGroupName: group.name,
        ModelPackageVersion: version,
        ModelApprovalStatus: 'PendingManualApproval',
        InferenceSpecification: structure(step.arguments.InferenceSpecification),
        MetadataProperties: { GeneratedBy: execution.arn },
      },
      createdAt: turn.now,
    }),
  );
}

function endStep(execution: Thing, step: StepRun, turn: Turn, status: StepRun['status']): void {
  step.status = status;
  step.endedAt = turn.now;
  reportStep(execution, step, turn);
}

function stepEnded(execution: Thing, job: Thing, turn: Turn): void {
  const step = stepRuns(execution).find(({ made }) => made?.arn === job.arn);
  if (!step || (step.status !== 'Executing' && step.status !== 'Stopping')) return;
  if (execution.status === 'Stopping') {
    closeExecution(execution, turn);
    return;
  }
  const done = job.status === 'Completed';
  endStep(execution, step, turn, done ? 'Succeeded' : 'Failed');
  if (done) beginStep(execution, turn);
  else
    endExecution(
      execution,
      turn,
      'Failed',
      `Step failure: One or multiple steps failed. ${step.name}: job ${job.status}`,
    );
}
