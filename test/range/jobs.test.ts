import { afterEach, describe, expect, test } from 'vitest';
import { jobFamilies } from '../../src/range/account/jobs.ts';
import type { Members } from '../../src/range/operation.ts';
import { inside } from './inside.ts';

const minute = 60_000;
const role = 'arn:aws:iam::111122223333:role/service-role/ds-exec';
const denyAll = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

type World = Awaited<ReturnType<typeof inside>>;
const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

async function account(options: Parameters<typeof inside>[0] = { workloads: true }): Promise<World> {
  const world = await inside(options);
  open.push(world);
  return world;
}

/** What each member's rule lets through. */
const sample = (type: string): unknown =>
  type === 'object' ? {} : type === 'list' ? [{}] : type === 'number' ? 1 : 'fraud-model-v3';

/** A refusal's code and words. */
function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error('it was not refused');
}

const training = (name: string, more: Members = {}): Members => ({
  TrainingJobName: name,
  RoleArn: role,
  AlgorithmSpecification: {
    TrainingImage: '999988887777.dkr.ecr.us-east-1.amazonaws.com/x:1',
    TrainingInputMode: 'File',
  },
  OutputDataConfig: { S3OutputPath: 's3://ml-prod-models-111122223333/x' },
  ResourceConfig: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1, VolumeSizeInGB: 50 },
  StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
  ...more,
});

describe('every family of jobs', () => {
  test.each(
    jobFamilies.flatMap((family) =>
      [family, ...(family.versions ?? []).map((version) => ({ ...family, ...version }))].map(
        (entry) => [`${entry.noun}${'suffix' in entry ? entry.suffix : ''}`, entry] as const,
      ),
    ),
  )('%s: created, listed, described, refused twice, stopped, refused again', async (_name, family) => {
    const world = await account({});
    const suffix = 'suffix' in family ? String(family.suffix) : '';
    const {
      arnMember,
      nameMember,
      noun,
      plural,
      spelling = (status: string) => status,
      statusMember,
      summaries,
    } = family;
    const input = {
      ...Object.fromEntries(
        Object.entries(family.required).map(([member, { type }]) => [
          member,
          member === 'RoleArn' ? role : sample(type),
        ]),
      ),
      [nameMember]: 'job-Under-test',
    };
    const made = world.call(`sagemaker:Create${noun}${suffix}`, input);
    const arn = String(made?.[arnMember]);
    expect(arn).toBe(`arn:aws:sagemaker:us-east-1:111122223333:${family.kind}/job-under-test`);
    expect(refused(() => world.call(`sagemaker:Create${noun}${suffix}`, input))).toMatch(/^ResourceInUse: /);
    const describe = () => world.call(`sagemaker:Describe${noun}${suffix}`, { [nameMember]: 'job-Under-test' });
    expect(describe()).toMatchObject({ [statusMember]: spelling('InProgress'), [arnMember]: arn });
    const rows = world.call(`sagemaker:List${plural}`, { NameContains: 'under', StatusEquals: spelling('InProgress') });
    expect(rows?.[summaries]).toMatchObject([
      { [nameMember]: 'job-Under-test', [statusMember]: spelling('InProgress') },
    ]);
    await world.clock.advance(4 * minute);
    const stop = () => world.call(`sagemaker:Stop${noun}`, { [nameMember]: 'job-Under-test' });
    expect(stop()).toBeUndefined();
    expect(describe()).toMatchObject({ [statusMember]: spelling('Stopping') });
    expect(stop()).toBeUndefined();
    await world.clock.advance(3 * minute);
    expect(describe()).toMatchObject({ [statusMember]: spelling('Stopped'), [family.endMember]: expect.any(Date) });
    expect(refused(stop)).toMatch(/^ValidationException: The request was rejected because/);
    expect(refused(() => world.call(`sagemaker:Describe${noun}${suffix}`, { [nameMember]: 'none' }))).toMatch(
      /^(ResourceNotFound|ValidationException): /,
    );
  });
});

describe('a training job', () => {
  test('tells its states to EventBridge, prints from when it runs until it is stopped, and takes its time', async () => {
    const world = await account();
    world.call('sagemaker:CreateTrainingJob', training('mine'));
    const describe = () => world.call('sagemaker:DescribeTrainingJob', { TrainingJobName: 'mine' });
    expect(describe()).toMatchObject({ SecondaryStatus: 'Starting', TrainingStartTime: undefined });
    await world.clock.advance(minute);
    const lines = () =>
      world.lines('/aws/sagemaker/TrainingJobs').filter(({ stream }) => stream.startsWith('mine/algo-1-'));
    expect(lines()).toEqual([]);
    await world.clock.advance(4 * minute);
    expect(describe()).toMatchObject({ SecondaryStatus: 'Training', TrainingStartTime: expect.any(Date) });
    expect(lines().length).toBeGreaterThan(3);
    expect(lines().some(({ message }) => message.includes('MH/s'))).toBe(true);
    world.call('sagemaker:StopTrainingJob', { TrainingJobName: 'mine' });
    await world.clock.advance(5 * minute);
    expect(describe()).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'Stopped',
      TrainingTimeInSeconds: 255,
    });
    const after = lines().length;
    await world.clock.advance(5 * minute);
    expect(lines()).toHaveLength(after);
    const told = world
      .lines('/aws/events/sagemaker')
      .map(({ message }) => JSON.parse(message))
      .filter(({ resources }) => resources[0].endsWith('/mine'));
    expect(new Set(told.map((event) => event['detail-type']))).toEqual(
      new Set(['SageMaker Training Job State Change']),
    );
    expect([...new Set(told.map(({ detail }) => detail.TrainingJobStatus))]).toEqual([
      'InProgress',
      'Stopping',
      'Stopped',
    ]);
  });

  test('ends when its time is up', async () => {
    const world = await account({});
    world.call('sagemaker:CreateTrainingJob', training('brief', { StoppingCondition: { MaxRuntimeInSeconds: 300 } }));
    await world.clock.advance(8 * minute);
    expect(world.call('sagemaker:DescribeTrainingJob', { TrainingJobName: 'brief' })).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'MaxRuntimeExceeded',
    });
  });

  test('needs a role that trusts SageMaker', async () => {
    const world = await account({});
    for (const wrong of ['arn:aws:iam::111122223333:role/none', 'arn:aws:iam::111122223333:role/OnCall'])
      expect(refused(() => world.call('sagemaker:CreateTrainingJob', training('x', { RoleArn: wrong })))).toContain(
        `ValidationException: Could not assume role ${wrong}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com'`,
      );
  });

  test('with a quarantined role a new one fails, and one that runs prints no more but runs on', async () => {
    const world = await account();
    world.call('sagemaker:CreateTrainingJob', training('runs'));
    await world.clock.advance(5 * minute);
    world.call('iam:PutRolePolicy', { RoleName: 'ds-exec', PolicyName: 'IR-deny', PolicyDocument: denyAll });
    await world.clock.advance(minute);
    world.call('sagemaker:CreateTrainingJob', training('late'));
    const printed = () => world.lines('/aws/sagemaker/TrainingJobs').length;
    const before = printed();
    await world.clock.advance(5 * minute);
    expect(printed()).toBe(before);
    expect(world.call('sagemaker:DescribeTrainingJob', { TrainingJobName: 'late' })).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringContaining('not authorized to perform: ecr:GetAuthorizationToken'),
    });
    expect(world.call('sagemaker:DescribeTrainingJob', { TrainingJobName: 'runs' })).toMatchObject({
      TrainingJobStatus: 'InProgress',
    });
  });

  test('in another Region writes there', async () => {
    const world = await account();
    world.call('sagemaker:CreateTrainingJob', training('far'), 'eu-west-1');
    await world.clock.advance(5 * minute);
    expect(world.logs.find('eu-west-1', '/aws/sagemaker/TrainingJobs')?.events.length).toBeGreaterThan(2);
    const rows = world.call('sagemaker:ListTrainingJobs', {}, 'eu-west-1');
    expect(rows?.TrainingJobSummaries).toMatchObject([{ TrainingJobName: 'far' }]);
  });
});

describe('parents', () => {
  const children = (world: World) =>
    world.call('sagemaker:ListTrainingJobsForHyperParameterTuningJob', {
      HyperParameterTuningJobName: 'tune',
      MaxResults: 100,
    })?.TrainingJobSummaries as readonly { TrainingJobName: string; TrainingJobStatus: string }[];
  const tune = (world: World) =>
    world.call('sagemaker:CreateHyperParameterTuningJob', {
      HyperParameterTuningJobName: 'tune',
      HyperParameterTuningJobConfig: {
        Strategy: 'Bayesian',
        ResourceLimits: { MaxParallelTrainingJobs: 2, MaxNumberOfTrainingJobs: 4 },
      },
      TrainingJobDefinition: training('unused'),
    });

  test('a tuning job begins a child anew that was stopped alone, and stops with all of them', async () => {
    const world = await account();
    tune(world);
    await world.clock.advance(3 * minute);
    const first = children(world);
    expect(first).toHaveLength(2);
    world.call('sagemaker:StopTrainingJob', { TrainingJobName: first[0]?.TrainingJobName });
    await world.clock.advance(3 * minute);
    expect(children(world)).toHaveLength(3);
    world.call('sagemaker:StopHyperParameterTuningJob', { HyperParameterTuningJobName: 'tune' });
    await world.clock.advance(5 * minute);
    expect(new Set(children(world).map(({ TrainingJobStatus }) => TrainingJobStatus))).toEqual(new Set(['Stopped']));
    expect(
      world.call('sagemaker:DescribeHyperParameterTuningJob', { HyperParameterTuningJobName: 'tune' }),
    ).toMatchObject({
      HyperParameterTuningJobStatus: 'Stopped',
    });
  });

  test('left alone it is done when its children are', async () => {
    const world = await account();
    tune(world);
    await world.clock.advance(60 * minute);
    expect(children(world)).toHaveLength(4);
    expect(
      world.call('sagemaker:DescribeHyperParameterTuningJob', { HyperParameterTuningJobName: 'tune' }),
    ).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 4, InProgress: 0 },
    });
  });

  test('an AutoML job stops with its child', async () => {
    const world = await account();
    world.call('sagemaker:CreateAutoMLJobV2', {
      AutoMLJobName: 'auto',
      AutoMLJobInputDataConfig: [{}],
      OutputDataConfig: {},
      AutoMLProblemTypeConfig: {},
      RoleArn: role,
    });
    await world.clock.advance(4 * minute);
    const jobs = () =>
      world.call('sagemaker:ListProcessingJobs', { NameContains: 'auto-' })
        ?.ProcessingJobSummaries as readonly Members[];
    expect(jobs()).toMatchObject([{ ProcessingJobStatus: 'InProgress' }]);
    world.call('sagemaker:StopAutoMLJob', { AutoMLJobName: 'auto' });
    await world.clock.advance(4 * minute);
    expect(jobs()).toMatchObject([{ ProcessingJobStatus: 'Stopped' }]);
  });
});

describe('pipelines', () => {
  const token = 'x'.repeat(32);
  const start = (world: World) =>
    String(
      world.call('sagemaker:StartPipelineExecution', {
        PipelineName: 'fraud-retrain-nightly',
        ClientRequestToken: token,
      })?.PipelineExecutionArn,
    );
  const steps = (world: World, PipelineExecutionArn: string) =>
    world.call('sagemaker:ListPipelineExecutionSteps', { PipelineExecutionArn, SortOrder: 'Ascending' })
      ?.PipelineExecutionSteps as readonly { StepName: string; StepStatus: string; Metadata: Members }[];

  test('run their steps one after the other and register what they made', async () => {
    const world = await account();
    const arn = start(world);
    await world.clock.advance(3 * minute);
    expect(steps(world, arn)).toMatchObject([
      {
        StepName: 'PrepareData',
        StepStatus: 'Executing',
        Metadata: { ProcessingJob: { Arn: expect.stringContaining(':processing-job/pipelines-') } },
      },
    ]);
    await world.clock.advance(15 * minute);
    expect(steps(world, arn).map(({ StepStatus }) => StepStatus)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
    expect(world.call('sagemaker:DescribePipelineExecution', { PipelineExecutionArn: arn })).toMatchObject({
      PipelineExecutionStatus: 'Succeeded',
    });
    const packages = world.call('sagemaker:ListModelPackages', { ModelPackageGroupName: 'fraud-models' });
    expect(packages?.ModelPackageSummaryList).toMatchObject([
      { ModelPackageVersion: 5, ModelApprovalStatus: 'PendingManualApproval' },
      { ModelPackageVersion: 4 },
      { ModelPackageVersion: 3 },
      { ModelPackageVersion: 2 },
    ]);
    const told = world.lines('/aws/events/sagemaker').map(({ message }) => JSON.parse(message));
    const executions = told.filter(
      (event) => event['detail-type'] === 'SageMaker Model Building Pipeline Execution Status Change',
    );
    expect(executions.map(({ detail }) => detail.currentPipelineExecutionStatus)).toContain('Succeeded');
  });

  test('are stopped with the job that runs', async () => {
    const world = await account();
    const arn = start(world);
    await world.clock.advance(4 * minute);
    expect(refused(() => world.call('sagemaker:StopPipelineExecution', { PipelineExecutionArn: arn }))).toContain(
      "Value null at 'clientRequestToken'",
    );
    world.call('sagemaker:StopPipelineExecution', { PipelineExecutionArn: arn, ClientRequestToken: token });
    expect(world.call('sagemaker:DescribePipelineExecution', { PipelineExecutionArn: arn })).toMatchObject({
      PipelineExecutionStatus: 'Stopping',
    });
    await world.clock.advance(3 * minute);
    expect(world.call('sagemaker:DescribePipelineExecution', { PipelineExecutionArn: arn })).toMatchObject({
      PipelineExecutionStatus: 'Stopped',
    });
    expect(steps(world, arn)).toMatchObject([{ StepName: 'PrepareData', StepStatus: 'Stopped' }]);
    expect(
      refused(() =>
        world.call('sagemaker:StopPipelineExecution', { PipelineExecutionArn: arn, ClientRequestToken: token }),
      ),
    ).toMatch(/^ConflictException: /);
  });
});
