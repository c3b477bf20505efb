import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp, request, type Server } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDoor, openAws } from '../../src/aws/client.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { createRunner, type Runner } from '../../src/containment/runner.ts';
import { resolveTarget } from '../../src/containment/target.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { type AwsCli, hasAwsCli, startAwsCli } from '../helpers/aws-cli.ts';
import { fakeJournal } from './fake-aws.ts';

const present = hasAwsCli && spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;
if (!present)
  console.warn('moto_server or aws is not here: containment against an AWS simulator that is not ours is skipped');

const account = '123456789012';
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allowAll = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const trust = policy({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'sts:AssumeRole',
});
const signal = new AbortController().signal;

let cli: AwsCli | undefined;
let server: ChildProcess | undefined;
let forwarder: Server | undefined;
let endpoint = '';
let door: OpenDoor;
let runner: Runner;
let responder = { accessKeyId: '', secretAccessKey: '' };
let attacker: iam.IAMClient;
let malloryKey = '';
let mallory: iam.IAMClient;

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
};

const clientOf = (credentials: object) =>
  new iam.IAMClient({ endpoint, region: 'us-east-1', credentials: credentials as never, maxAttempts: 1 });

/** The second client: AWS's own CLI, as the responder. */
async function aws(...words: readonly string[]): Promise<Record<string, unknown>> {
  cli ??= startAwsCli({
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: responder.accessKeyId,
    AWS_SECRET_ACCESS_KEY: responder.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
  const stdout = await cli.run(...words, '--output', 'json');
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

const refused = async (client: iam.IAMClient): Promise<string | undefined> => {
  try {
    await client.send(new iam.ListRolesCommand({}));
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
};

/** Lists that moto does not serve; its account holds none of them. */
const unserved: { readonly [target: string]: object } = {
  'SageMaker.ListInferenceComponents': { InferenceComponents: [] },
  'SageMaker.ListMonitoringSchedules': { MonitoringScheduleSummaries: [] },
};

/** Hands a request on to moto, but for what moto does not know at all. */
const forward: Parameters<typeof createHttp>[1] = (incoming, response) => {
  const answer = unserved[String(incoming.headers['x-amz-target'])];
  if (answer) {
    incoming.resume();
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    return;
  }
  const { headers, method, url } = incoming;
  const outgoing = request(new URL(url ?? '/', endpoint), { method, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
};

/** An endpoint with all that it is made of, and a notebook that runs. */
async function makeCompute(sagemaker: sm.SageMakerClient): Promise<void> {
  const RoleArn = `arn:aws:iam::${account}:role/teams/ml/victim`;
  await sagemaker.send(
    new sm.CreateModelCommand({ ModelName: 'model', ExecutionRoleArn: RoleArn, PrimaryContainer: { Image: 'x' } }),
  );
  const variant = {
    VariantName: 'all',
    ModelName: 'model',
    InitialInstanceCount: 1,
    InstanceType: 'ml.m5.large',
  } as const;
  await sagemaker.send(
    new sm.CreateEndpointConfigCommand({ EndpointConfigName: 'config', ProductionVariants: [variant] }),
  );
  await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'scorer', EndpointConfigName: 'config' }));
  await sagemaker.send(
    new sm.CreateNotebookInstanceCommand({ NotebookInstanceName: 'lab', InstanceType: 'ml.t3.medium', RoleArn }),
  );
}

beforeAll(async () => {
  if (!present) return;
  const port = await freePort();
  server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: {
      ...process.env,
      // Set-up is not held against policies; what comes after is.
      INITIAL_NO_AUTH_ACTION_COUNT: '1000',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    },
  });
  endpoint = `http://127.0.0.1:${port}`;
  let up = false;
  server.once('exit', () => {
    up = true; // It will not come up any more: the tests say so.
  });
  while (!up) {
    up = (await fetch(`${endpoint}/moto-api/`).catch(() => undefined))?.ok === true;
    if (!up) await setTimeout(100);
  }
  const anyone = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  const setup = clientOf(anyone);
  for (const UserName of ['responder', 'mallory']) {
    await setup.send(new iam.CreateUserCommand({ UserName }));
    await setup.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'work', PolicyDocument: allowAll }));
  }
  const key = async (UserName: string) => {
    const { AccessKey } = await setup.send(new iam.CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  };
  responder = await key('responder');
  const stolen = await key('mallory');
  malloryKey = stolen.accessKeyId;
  mallory = clientOf(stolen);
  await setup.send(
    new iam.CreateRoleCommand({ RoleName: 'victim', Path: '/teams/ml/', AssumeRolePolicyDocument: trust }),
  );
  const { Policy } = await setup.send(new iam.CreatePolicyCommand({ PolicyName: 'work', PolicyDocument: allowAll }));
  await setup.send(new iam.AttachRolePolicyCommand({ RoleName: 'victim', PolicyArn: Policy?.Arn }));
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: anyone });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/teams/ml/victim`, RoleSessionName: 'stolen' }),
  );
  attacker = clientOf({
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  });
  await makeCompute(new sm.SageMakerClient({ endpoint, region: 'us-east-1', credentials: anyone, maxAttempts: 1 }));
  await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });

  forwarder = createHttp(forward).listen(0, '127.0.0.1');
  await once(forwarder, 'listening');
  const address = forwarder.address();
  door = await openAws({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    credentials: responder,
    clock: systemClock,
    simulated: true,
    incident: 'moto',
  });
  runner = createRunner({
    aws: door.aws,
    writer: door.writer,
    arming: door.arming,
    journal: fakeJournal([], systemClock),
    clock: systemClock,
    actions,
    identity: () => door.identity(),
    incident: 'moto',
    saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
    speed: 200,
  });
}, 180_000);

afterAll(async () => {
  runner?.close();
  door?.close();
  forwarder?.close();
  cli?.stop();
  server?.kill();
});

/** Contains, has the effect looked at, undoes, and has that looked at. */
async function through(id: string, name: string, look: () => Promise<unknown>, effect: () => Promise<void>) {
  const action = actions.find((one) => one.id === id);
  if (!action) throw new Error(`there is no ${id}`);
  const target = await resolveTarget(name, [action], { aws: door.aws, identity: await door.identity(), signal });
  const before = await look();
  door.arming.arm();
  const { plan } = await runner.plan(id, target, {}, signal);
  const confirmation = { reason: 'moto', typedName: target.name };
  const running = await runner.approve(plan, confirmation, 'test', signal);
  const written = await running.written;
  expect(written.containment.state, JSON.stringify(written.containment.verdict)).toBe('written');
  expect(await look()).not.toEqual(before);
  await effect();
  const { containment } = await running.holding;
  const undo = await runner.undo(await runner.planUndo(containment, signal), confirmation, 'test', signal);
  const { containment: undone } = await undo.done;
  expect(undone.state, JSON.stringify(undone.verdict)).toBe('undone');
  expect(await look()).toEqual(before);
}

/** All of the role by one call: the CLI takes its time to start. */
const roleAsSeen = async () => {
  const { RoleDetailList } = await aws('iam', 'get-account-authorization-details', '--filter', 'Role');
  const role = (RoleDetailList as Record<string, unknown>[]).find(({ RoleName }) => RoleName === 'victim');
  return {
    trust: role?.AssumeRolePolicyDocument,
    boundary: role?.PermissionsBoundary,
    inline: role?.RolePolicyList,
    attached: role?.AttachedManagedPolicies,
  };
};

describe.skipIf(!present)('on moto, with its enforcement of IAM, looked at by the AWS CLI', () => {
  it('iam.role.deny-all: the attacker is refused, and after undo he is not', { timeout: 240_000 }, async () => {
    expect(await refused(attacker)).toBeUndefined();
    await through('iam.role.deny-all', 'victim', roleAsSeen, async () => {
      expect(await refused(attacker)).toMatch(/AccessDenied/);
    });
    expect(await refused(attacker)).toBeUndefined();
  });
  it('iam.role.detach-policies: the attacker is refused', { timeout: 240_000 }, () =>
    through('iam.role.detach-policies', 'victim', roleAsSeen, async () => {
      expect(await refused(attacker)).toMatch(/AccessDenied/);
    }),
  );
  it('iam.role.freeze-trust', { timeout: 240_000 }, () =>
    through('iam.role.freeze-trust', 'victim', roleAsSeen, async () => {
      expect(JSON.stringify((await roleAsSeen()).trust)).toContain('FirebreakFrozen');
    }),
  );
  it('iam.role.set-boundary', { timeout: 240_000 }, () =>
    through('iam.role.set-boundary', 'victim', roleAsSeen, async () => {
      expect(JSON.stringify((await roleAsSeen()).boundary)).toContain('arn:aws:iam::aws:policy/AWSDenyAll');
    }),
  );
  it('iam.access-key.deactivate', { timeout: 240_000 }, async () => {
    expect(await refused(mallory)).toBeUndefined();
    const keys = async () =>
      (await aws('iam', 'list-access-keys', '--user-name', 'mallory')).AccessKeyMetadata as readonly object[];
    await through('iam.access-key.deactivate', malloryKey, keys, async () => {
      expect(await keys()).toEqual([expect.objectContaining({ AccessKeyId: malloryKey, Status: 'Inactive' })]);
    });
  });
  it('sagemaker.endpoint.delete: gone for whoever looks, and there again', { timeout: 240_000 }, async () => {
    const endpoints = async () =>
      ((await aws('sagemaker', 'list-endpoints')).Endpoints as readonly Record<string, unknown>[]).map(
        ({ EndpointArn, EndpointName, EndpointStatus }) => ({ EndpointArn, EndpointName, EndpointStatus }),
      );
    await through('sagemaker.endpoint.delete', 'scorer', endpoints, async () => {
      expect(await endpoints()).toEqual([]);
      const configs = (await aws('sagemaker', 'list-endpoint-configs')).EndpointConfigs as readonly object[];
      expect(configs).toEqual([expect.objectContaining({ EndpointConfigName: 'config' })]);
    });
  });
  it('sagemaker.notebook-instance.stop', { timeout: 240_000 }, async () => {
    const status = async () =>
      (await aws('sagemaker', 'describe-notebook-instance', '--notebook-instance-name', 'lab')).NotebookInstanceStatus;
    await through('sagemaker.notebook-instance.stop', 'lab', status, async () => {
      expect(await status()).toBe('Stopped');
    });
  });
});
