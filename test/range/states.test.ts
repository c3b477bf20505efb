import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

let clock: ManualClock;
let range: Range;
let clients: ReturnType<typeof clientsOf>;
beforeEach(async () => {
  clock = new ManualClock();
  range = await startRange({}, clock);
  clients = clientsOf(range);
});
afterEach(() => range.close());

const minute = 60_000;
const arn = (rest: string) => `arn:aws:sagemaker:us-east-1:111122223333:${rest}`;
const describeEndpoint = (EndpointName: string) =>
  clients.sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName }));
const deleteEndpoint = (EndpointName: string) => clients.sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName }));
const notebookStatus = async (NotebookInstanceName: string) =>
  (await clients.sagemaker.send(new sm.DescribeNotebookInstanceCommand({ NotebookInstanceName })))
    .NotebookInstanceStatus;

/** Credentials of a session of a role that trusts the account. */
async function session(role: string, seconds = 3600) {
  const { Credentials } = await clients.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::111122223333:role/${role}`,
      RoleSessionName: 'tester',
      DurationSeconds: seconds,
    }),
  );
  return clientsOf(range, {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  });
}

describe('endpoints', () => {
  test('delete and create again: Deleting, gone, Creating, InService, and the account is as it was', async () => {
    const before = await range.state();
    const tags = await clients.sagemaker.send(new sm.ListTagsCommand({ ResourceArn: arn('endpoint/fraud-scorer') }));
    await deleteEndpoint('fraud-scorer');
    expect((await describeEndpoint('fraud-scorer')).EndpointStatus).toBe('Deleting');
    expect(await range.state()).not.toBe(before);
    await clock.advance(2 * minute);
    expect(await refusal(describeEndpoint('fraud-scorer'))).toEqual({
      name: 'ValidationException',
      message: `Could not find endpoint "${arn('endpoint/fraud-scorer')}".`,
    });
    await clients.sagemaker.send(
      new sm.CreateEndpointCommand({
        EndpointName: 'fraud-scorer',
        EndpointConfigName: 'fraud-scorer-v3',
        Tags: tags.Tags,
      }),
    );
    const creating = await describeEndpoint('fraud-scorer');
    expect(creating).toMatchObject({ EndpointStatus: 'Creating' });
    expect(creating.ProductionVariants).toBeUndefined();
    expect((await refusal(deleteEndpoint('fraud-scorer'))).message).toBe(
      `Cannot update in-progress endpoint "${arn('endpoint/fraud-scorer')}".`,
    );
    await clock.advance(4 * minute);
    expect(await describeEndpoint('fraud-scorer')).toMatchObject({
      EndpointStatus: 'InService',
      ProductionVariants: [{ VariantName: 'AllTraffic', CurrentInstanceCount: 2, CurrentWeight: 1 }],
      DataCaptureConfig: { CaptureStatus: 'Started' },
    });
    expect(await range.state()).toBe(before);
  });

  test('names are lower-cased in ARNs, and two that differ by case are one', async () => {
    const { EndpointArn } = await clients.sagemaker.send(
      new sm.CreateEndpointCommand({ EndpointName: 'Mixed-Case', EndpointConfigName: 'fraud-scorer-v3' }),
    );
    expect(EndpointArn).toBe(arn('endpoint/mixed-case'));
    expect(await describeEndpoint('mixed-case')).toMatchObject({ EndpointName: 'Mixed-Case' });
    const again = clients.sagemaker.send(
      new sm.CreateEndpointCommand({ EndpointName: 'mixed-case', EndpointConfigName: 'fraud-scorer-v3' }),
    );
    expect((await refusal(again)).message).toContain('Cannot create already existing endpoint');
  });

  test('an update serves the old config until it has ended, and refuses another one', async () => {
    await clients.sagemaker.send(
      new sm.CreateEndpointConfigCommand({
        EndpointConfigName: 'v4',
        ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'fraud-model-v3', InitialInstanceCount: 5 }],
      }),
    );
    const update = () =>
      clients.sagemaker.send(new sm.UpdateEndpointCommand({ EndpointName: 'fraud-scorer', EndpointConfigName: 'v4' }));
    await update();
    expect(await describeEndpoint('fraud-scorer')).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'fraud-scorer-v3',
      PendingDeploymentSummary: { EndpointConfigName: 'v4' },
    });
    expect((await refusal(update())).message).toContain('Cannot update in-progress endpoint');
    await clock.advance(4 * minute);
    expect(await describeEndpoint('fraud-scorer')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'v4',
      ProductionVariants: [{ CurrentInstanceCount: 5 }],
    });
  });

  test('weights and counts change, within bounds', async () => {
    const set = (entry: sm.DesiredWeightAndCapacity) =>
      clients.sagemaker.send(
        new sm.UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'recsys-ranker',
          DesiredWeightsAndCapacities: [entry],
        }),
      );
    expect((await refusal(set({ VariantName: 'nope', DesiredWeight: 1 }))).name).toBe('ValidationException');
    expect((await refusal(set({ VariantName: 'AllTraffic', DesiredInstanceCount: 0 }))).name).toBe(
      'ValidationException',
    );
    await set({ VariantName: 'AllTraffic', DesiredInstanceCount: 5 });
    expect(await describeEndpoint('recsys-ranker')).toMatchObject({
      EndpointStatus: 'Updating',
      ProductionVariants: [{ CurrentInstanceCount: 2, DesiredInstanceCount: 5 }],
    });
    await clock.advance(minute);
    expect(await describeEndpoint('recsys-ranker')).toMatchObject({
      EndpointStatus: 'InService',
      ProductionVariants: [{ CurrentInstanceCount: 5 }],
    });
  });

  test('inference components keep their endpoint alive', async () => {
    const { message } = await refusal(deleteEndpoint('llm-gateway'));
    expect(message).toMatch(/^Cannot delete endpoint ".*llm-gateway" with inference component associated/);
    const { InferenceComponents } = await clients.sagemaker.send(
      new sm.ListInferenceComponentsCommand({ EndpointNameEquals: 'llm-gateway' }),
    );
    const names = InferenceComponents?.map(({ InferenceComponentName }) => InferenceComponentName) ?? [];
    expect(names.sort()).toEqual(['llm-chat', 'llm-embed']);
    for (const InferenceComponentName of names)
      await clients.sagemaker.send(new sm.DeleteInferenceComponentCommand({ InferenceComponentName }));
    expect((await refusal(deleteEndpoint('llm-gateway'))).name).toBe('ValidationException');
    await clock.advance(minute);
    await deleteEndpoint('llm-gateway');
  });

  test('an inference component goes to zero copies and back', async () => {
    const scale = (CopyCount: number) =>
      clients.sagemaker.send(
        new sm.UpdateInferenceComponentRuntimeConfigCommand({
          InferenceComponentName: 'llm-chat',
          DesiredRuntimeConfig: { CopyCount },
        }),
      );
    const describe = () =>
      clients.sagemaker.send(new sm.DescribeInferenceComponentCommand({ InferenceComponentName: 'llm-chat' }));
    await scale(0);
    expect(await describe()).toMatchObject({
      InferenceComponentStatus: 'Updating',
      RuntimeConfig: { CurrentCopyCount: 2, DesiredCopyCount: 0 },
    });
    expect((await refusal(scale(1))).name).toBe('ValidationException');
    await clock.advance(minute);
    expect(await describe()).toMatchObject({
      InferenceComponentStatus: 'InService',
      RuntimeConfig: { CurrentCopyCount: 0 },
    });
  });

  test('a scalable target goes with its endpoint, if the caller may remove it', async () => {
    const may = (Action: string | string[]) =>
      JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } });
    const put = (document: string) =>
      clients.iam.send(
        new PutRolePolicyCommand({ RoleName: 'ci-deployer', PolicyName: 'delete', PolicyDocument: document }),
      );
    const ci = await session('ci-deployer');
    await put(may('sagemaker:DeleteEndpoint'));
    await clock.advance(5000);
    const refused = await refusal(ci.sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: 'recsys-ranker' })));
    expect(refused).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('application-autoscaling:DeregisterScalableTarget'),
    });
    await put(may(['sagemaker:DeleteEndpoint', 'application-autoscaling:DeregisterScalableTarget']));
    await clock.advance(5000);
    await ci.sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: 'recsys-ranker' }));
    const { ScalableTargets } = await clients.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalableTargets).toEqual([]);
  });

  test('the canary controller changes its endpoint every second, and the account stays the same', async () => {
    const before = await range.state();
    const seen = new Set<string>();
    for (let second = 0; second < 5; second += 1) {
      await clock.advance(1000);
      const { ProductionVariants, EndpointStatus } = await describeEndpoint('churn-canary');
      expect(EndpointStatus).toBe('InService');
      seen.add(JSON.stringify(ProductionVariants?.map(({ CurrentWeight }) => CurrentWeight)));
    }
    expect(seen.size).toBe(5);
    expect(await range.state()).toBe(before);
  });
});

describe('scaling', () => {
  const key = {
    ServiceNamespace: 'sagemaker',
    ResourceId: 'endpoint/recsys-ranker/variant/AllTraffic',
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
  } as const;

  test('a target can be suspended, removed and put back', async () => {
    const before = await range.state();
    const suspended = {
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: true,
    };
    await clients.scaling.send(new RegisterScalableTargetCommand({ ...key, SuspendedState: suspended }));
    const { ScalableTargets } = await clients.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalableTargets).toMatchObject([{ ...key, MinCapacity: 2, MaxCapacity: 8, SuspendedState: suspended }]);
    const { ScalingPolicies } = await clients.scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
    );
    const policy = ScalingPolicies?.[0];
    await clients.scaling.send(new DeregisterScalableTargetCommand(key));
    expect((await refusal(clients.scaling.send(new DeregisterScalableTargetCommand(key)))).name).toBe(
      'ObjectNotFoundException',
    );
    await clients.scaling.send(new RegisterScalableTargetCommand({ ...key, MinCapacity: 2, MaxCapacity: 8 }));
    await clients.scaling.send(
      new PutScalingPolicyCommand({
        ...key,
        PolicyName: policy?.PolicyName,
        PolicyType: policy?.PolicyType,
        TargetTrackingScalingPolicyConfiguration: policy?.TargetTrackingScalingPolicyConfiguration,
      }),
    );
    expect(await range.state()).toBe(before);
    await clients.scaling.send(
      new PutScheduledActionCommand({ ...key, ScheduledActionName: 'night', Schedule: 'cron(0 22 * * ? *)' }),
    );
    expect(await range.state()).not.toBe(before);
  });

  test('what does not exist cannot be scaled', async () => {
    const call = clients.scaling.send(
      new RegisterScalableTargetCommand({
        ...key,
        ResourceId: 'endpoint/nope/variant/x',
        MinCapacity: 1,
        MaxCapacity: 2,
      }),
    );
    expect((await refusal(call)).name).toBe('ValidationException');
  });
});

describe('notebooks', () => {
  const name = { NotebookInstanceName: 'fraud-lab' };
  test('stop, update and start; each only from where it may', async () => {
    const before = await range.state();
    const update = () =>
      clients.sagemaker.send(new sm.UpdateNotebookInstanceCommand({ ...name, DisassociateLifecycleConfig: true }));
    expect((await refusal(update())).message).toBe(
      `Status (InService) not in ([Stopped]). Unable to transition to (Updating) for Notebook Instance (${arn('notebook-instance/fraud-lab')})`,
    );
    await clients.sagemaker.send(new sm.StopNotebookInstanceCommand(name));
    expect(await notebookStatus('fraud-lab')).toBe('Stopping');
    expect((await refusal(clients.sagemaker.send(new sm.StopNotebookInstanceCommand(name)))).name).toBe(
      'ValidationException',
    );
    const mint = clients.sagemaker.send(new sm.CreatePresignedNotebookInstanceUrlCommand(name));
    expect((await refusal(mint)).name).toBe('ValidationException');
    await clock.advance(2 * minute);
    expect(await notebookStatus('fraud-lab')).toBe('Stopped');
    await update();
    expect(await notebookStatus('fraud-lab')).toBe('Updating');
    await clock.advance(minute);
    expect(await clients.sagemaker.send(new sm.DescribeNotebookInstanceCommand(name))).not.toHaveProperty(
      'NotebookInstanceLifecycleConfigName',
      'bootstrap',
    );
    await clients.sagemaker.send(new sm.UpdateNotebookInstanceCommand({ ...name, LifecycleConfigName: 'bootstrap' }));
    await clock.advance(minute);
    await clients.sagemaker.send(new sm.StartNotebookInstanceCommand(name));
    expect(await notebookStatus('fraud-lab')).toBe('Pending');
    await clock.advance(2 * minute);
    expect(await notebookStatus('fraud-lab')).toBe('InService');
    expect(await range.state()).toBe(before);
  });

  test('one that is not there is RecordNotFound, AWS having no nicer word', async () => {
    const call = clients.sagemaker.send(new sm.DescribeNotebookInstanceCommand({ NotebookInstanceName: 'nope' }));
    expect(await refusal(call)).toEqual({ name: 'ValidationException', message: 'RecordNotFound' });
  });

  test('a lifecycle script in use stays', async () => {
    const call = clients.sagemaker.send(
      new sm.DeleteNotebookInstanceLifecycleConfigCommand({ NotebookInstanceLifecycleConfigName: 'bootstrap' }),
    );
    expect((await refusal(call)).name).toBe('ValidationException');
  });
});

describe('policies', () => {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  });
  const policy = { RoleName: 'ci-deployer', PolicyName: 'IR-deny' };

  test('are read back at once, simulated at once, enforced after the lag', async () => {
    const before = await range.state();
    const ci = await session('ci-deployer');
    const list = () => ci.sagemaker.send(new sm.ListEndpointsCommand({}));
    await clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
    const read = await clients.iam.send(new GetRolePolicyCommand(policy));
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(document);
    const simulated = await clients.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: 'arn:aws:iam::111122223333:role/ci-deployer',
        ActionNames: ['sagemaker:ListEndpoints', 's3:GetObject'],
      }),
    );
    expect(simulated.EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'explicitDeny',
      'explicitDeny',
    ]);
    await clock.advance(3000);
    await list();
    await clock.advance(2000);
    expect(await refusal(list())).toEqual({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::111122223333:assumed-role/ci-deployer/tester is not authorized to perform: sagemaker:ListEndpoints on resource: * with an explicit deny in an identity-based policy',
    });
    await clients.iam.send(new DeleteRolePolicyCommand(policy));
    expect(await range.state()).toBe(before);
    await clock.advance(5000);
    await list();
  });

  test('what nobody allowed is refused in other words, in XML too', async () => {
    const ci = await session('ci-deployer');
    const put = ci.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
    expect(await refusal(put)).toEqual({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::111122223333:assumed-role/ci-deployer/tester is not authorized to perform: iam:PutRolePolicy on resource: arn:aws:iam::111122223333:role/ci-deployer because no identity-based policy allows the iam:PutRolePolicy action',
    });
  });

  test('passing a role needs iam:PassRole on it', async () => {
    const ci = await session('ci-deployer');
    const create = (role: string) =>
      ci.sagemaker.send(
        new sm.CreateModelCommand({ ModelName: 'm', ExecutionRoleArn: `arn:aws:iam::111122223333:role/${role}` }),
      );
    expect((await refusal(create('OnCall'))).message).toContain('iam:PassRole');
    await create('service-role/ds-exec');
  });

  test('a session ends at its time', async () => {
    const ci = await session('ci-deployer', 900);
    await clock.advance(14 * minute);
    await ci.sagemaker.send(new sm.ListEndpointsCommand({}));
    await clock.advance(2 * minute);
    expect((await refusal(ci.sagemaker.send(new sm.ListEndpointsCommand({})))).name).toBe('ExpiredTokenException');
  });

  test('an inactive key is unknown after the lag, until it is active again', async () => {
    const { AccessKeyMetadata } = await clients.iam.send(new ListAccessKeysCommand({ UserName: 'alice' }));
    const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId ?? '';
    const alice = clientsOf(range, { accessKeyId: AccessKeyId, secretAccessKey: 'any' });
    const set = (Status: 'Active' | 'Inactive') =>
      clients.iam.send(new UpdateAccessKeyCommand({ UserName: 'alice', AccessKeyId, Status }));
    const list = () => alice.sagemaker.send(new sm.ListEndpointsCommand({}));
    await list();
    await set('Inactive');
    await list();
    await clock.advance(5000);
    expect((await refusal(list())).name).toBe('UnrecognizedClientException');
    expect((await refusal(alice.iam.send(new ListAccessKeysCommand({})))).name).toBe('InvalidClientTokenId');
    await set('Active');
    await clock.advance(5000);
    await list();
  });
});
