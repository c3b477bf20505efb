import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  CreatePresignedNotebookInstanceUrlCommand,
  DescribeEndpointCommand,
  ListEndpointsCommand,
} from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Params } from '../../src/containment/action.ts';
import { restrictionsIn } from '../../src/containment/restrictions.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { ResourceLink } from '../../src/model/resource.ts';
import { judgeAll, judgeFor } from '../../src/policy/restriction.ts';
import { account, allow, type Clients, type Ground, ground, policy, roleArn } from '../containment/identity-range.ts';

const bucket = (name: string): ResourceLink => ({
  kind: 's3.bucket',
  arn: `arn:aws:s3:::${name}`,
  name,
  relation: 'target',
});
const data = 'ml-prod-data-111122223333';
const models = 'ml-prod-models-111122223333';
const object: ResourceLink = {
  kind: 's3.object',
  arn: `arn:aws:s3:::${data}/fraud/train/2026-10.csv`,
  name: 'x',
  relation: 'target',
};
const sagemaker = (type: string, name: string): readonly ResourceLink[] => [
  {
    kind: `sagemaker.${type}`,
    arn: `arn:aws:sagemaker:us-east-1:${account}:${type}/${name}`,
    name,
    relation: 'target',
  },
];
const Key = 'fraud/train/2026-10.csv';

/** A call as the attacker makes it, and as a record names it. */
const calls: readonly (readonly [
  action: string,
  resources: readonly ResourceLink[],
  (c: Clients) => Promise<unknown>,
])[] = [
  ['sts:GetCallerIdentity', [], ({ sts }) => sts.send(new GetCallerIdentityCommand({}))],
  ['sagemaker:ListEndpoints', [], ({ sagemaker: s }) => s.send(new ListEndpointsCommand({}))],
  [
    'sagemaker:DescribeEndpoint',
    sagemaker('endpoint', 'fraud-scorer'),
    ({ sagemaker: s }) => s.send(new DescribeEndpointCommand({ EndpointName: 'fraud-scorer' })),
  ],
  [
    'sagemaker:CreatePresignedNotebookInstanceUrl',
    sagemaker('notebook-instance', 'fraud-lab'),
    ({ sagemaker: s }) => s.send(new CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: 'fraud-lab' })),
  ],
  ['s3:ListObjectsV2', [bucket(data)], ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: data }))],
  [
    's3:GetObject',
    [object, { ...bucket(data), relation: 'parent' }],
    ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: data, Key })),
  ],
  [
    's3:HeadObject',
    [object, { ...bucket(data), relation: 'parent' }],
    ({ s3 }) => s3.send(new HeadObjectCommand({ Bucket: data, Key })),
  ],
  ['s3:ListObjectsV2', [bucket(models)], ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: models }))],
  ['s3:ListBuckets', [], ({ s3 }) => s3.send(new ListBucketsCommand({}))],
  ['logs:DescribeLogGroups', [], ({ logs }) => logs.send(new DescribeLogGroupsCommand({}))],
  [
    'logs:CreateLogGroup',
    [],
    ({ logs }) => logs.send(new CreateLogGroupCommand({ logGroupName: `/x/${performance.now()}` })),
  ],
];

/** A HEAD is refused without a word. */
const isRefusal = (error: unknown): boolean => {
  const { name, $metadata } = error as {
    readonly name: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return /AccessDenied/.test(name) || $metadata?.httpStatusCode === 403;
};

describe('what is predicted of a plan is what the range then refuses', () => {
  let g: Ground;
  beforeAll(async () => {
    g = await ground(500);
  }, 120_000);
  afterAll(() => g.close());
  let made = 0;
  /** A session of a role that may do all of it. */
  async function victim() {
    made += 1;
    const name = `oracle-${made}`;
    await g.makeRole(name, { inline: { all: policy(allow(['s3:*', 'sagemaker:*', 'logs:*'])) } });
    const before = Date.now();
    const session = await g.assume(name);
    const principal: Principal = {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/${name}/tester`,
      name: `${name}/tester`,
      issuerArn: roleArn(name),
      accessKeyId: 'ASIAVICTIM',
      issuedAt: before,
    };
    return { name, session, principal };
  }
  async function refusedBy(clients: Clients): Promise<readonly (string | undefined)[]> {
    const found: (string | undefined)[] = [];
    for (const [action, , send] of calls)
      found.push(
        await send(clients).then(
          () => undefined,
          (error: unknown) => {
            if (!isRefusal(error)) throw error;
            return action;
          },
        ),
      );
    return found;
  }
  const equal = (a: readonly unknown[], b: readonly unknown[]) => a.every((one, at) => one === b[at]);
  async function holds(
    action: string,
    targetName: string,
    clients: Clients,
    principal: Principal,
    params: Params = {},
  ) {
    const target = await g.target(action, targetName);
    // What was just made is enforced a little later.
    for (const end = performance.now() + 5_000; performance.now() < end && (await refusedBy(clients)).some(Boolean); );
    const plan = await g.plan(action, target, params);
    const judges = restrictionsIn(plan).map(judgeFor);
    const predicted = calls.map(([name, resources]) =>
      judgeAll(judges, {
        action: name,
        principal,
        sourceIp: '127.0.0.1',
        region: 'us-east-1',
        userAgent: 'x',
        resources,
      }).refused === true
        ? name
        : undefined,
    );
    expect(predicted.some(Boolean)).toBe(true);
    const outcome = await (await g.contain(action, target, params)).written;
    expect(outcome.containment.state).toBe('written');
    let refused = await refusedBy(clients);
    for (const end = performance.now() + 5_000; performance.now() < end && !equal(refused, predicted); )
      refused = await refusedBy(clients);
    expect(refused).toEqual(predicted);
  }

  it.each([
    'iam.role.quarantine',
    'iam.role.deny-all',
    'iam.role.deny-sagemaker-entry',
    'iam.role.set-boundary',
    'iam.role.revoke-sessions',
  ])('%s', async (action) => {
    const { name, session, principal } = await victim();
    await holds(action, name, session, principal);
  });
  it('s3.bucket.deny-principal', async () => {
    const { name, session, principal } = await victim();
    await holds('s3.bucket.deny-principal', data, session, principal, { principal: roleArn(name) });
  });
});
