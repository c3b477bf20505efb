import { StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  waitUntilEndpointInService,
} from '@aws-sdk/client-sagemaker';
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

const speed = 200;
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
    new CreateEndpointConfigCommand({
      ...name,
      ProductionVariants: [variant('champion', 'churn-model-a', 0.8), variant('challenger', 'churn-model-b', 0.2)],
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'pricing-ab', ...name }));
  await waitUntilEndpointInService(
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

beforeAll(async () => {
  range = await startRange({ speed });
  await makeTwoVariants();
  await tamperWithLogs();
  door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock: systemClock,
    simulated: true,
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

/** Kinds that the range does not hold yet: their actions are tested on an account in memory (`jobs.test.ts`, `studio.test.ts`) until it does. */
const notOnRange: ReadonlySet<string> = new Set([
  'events.rule',
  'sagemaker.app',
  'sagemaker.automl-job',
  'sagemaker.hyper-parameter-tuning-job',
  'sagemaker.mlflow-tracking-server',
  'sagemaker.model-package',
  'sagemaker.model-package-group',
  'sagemaker.monitoring-schedule',
  'sagemaker.partner-app',
  'sagemaker.pipeline-execution',
  'sagemaker.processing-job',
  'sagemaker.space',
  'sagemaker.training-job',
  'sagemaker.transform-job',
  'sagemaker.user-profile',
  'scheduler.schedule',
]);

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
        for (const name of (await listings[kind]?.(door)) ?? []) {
          const identity = await door.identity();
          const target = await resolveTarget(name ?? '', [action], { aws: door.aws, identity, signal });
          const before = await range.state();
          const chosen = await params(id, target);
          if (!chosen || setBack[id]?.includes(target.name)) continue;
          const { plan } = await runner.plan(id, target, chosen, signal);
          expect(await range.state(), `planning ${target.name} changes nothing`).toBe(before);
          const declared = permissionsFor(action);
          const needed = [...callsOf(plan.steps), ...callsOf(undoSteps(plan))].map((call) => call.name as string);
          if (declared) expect(declared).toEqual(expect.arrayContaining([...needed, ...(plan.alsoNeeds ?? [])]));
          const assessment = await runner.assess(plan, signal, () => undefined);
          expect(assessment.permissions.checked).toBe('simulated');
          // Kinds that the range does not serve (yet) are told, never passed over.
          if (!assessment.affectedComplete) expect(assessment.affectedProblem).toContain('is not known');
          if (plan.steps.length === 0) continue;

          const running = await contain(id, target, chosen);
          const written = await running.written;
          expect(written.error, target.name).toBeUndefined();
          expect(written.containment.state, JSON.stringify(written.containment.verdict)).toBe('written');
          expect((await runner.plan(id, target, chosen, signal)).plan.steps).toEqual([]);
          const { containment } = await running.holding;
          expect(containment.state, JSON.stringify(containment.verdict)).toBe('confirmed');
          expect(await range.state(), `${id} changes ${target.name}`).not.toBe(before);

          const undo = await runner.undo(
            await runner.planUndo(containment, signal),
            { reason: 'contract', typedName: target.name },
            'test',
            signal,
          );
          const undone = await undo.done;
          expect(undone.error, target.name).toBeUndefined();
          expect(undone.containment.state, JSON.stringify(undone.containment.verdict)).toBe('undone');
          expect(JSON.parse(await range.state()), `undo of ${id} brings ${target.name} back`).toEqual(
            JSON.parse(before),
          );
          done += 1;
        }
      }
      expect(done).toBeGreaterThan(0);
    },
    120_000,
  );
  it('the journal of it all folds to nothing but undone containments', () => {
    const states = foldContainments(journal.lines).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['undone']));
  });
});

it.each(['llm-gateway', 'recsys-ranker', 'churn-canary'])('the calm account has %s', async (name) => {
  expect(await listings['sagemaker.endpoint']?.(door)).toContain(name);
});
