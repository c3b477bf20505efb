import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  denyAllDocument,
  denySagemakerEntryDocument,
  quarantineDocument,
} from '../../src/containment/policy-document.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { ResourceLink } from '../../src/model/resource.ts';
import type { RecordedCall } from '../../src/policy/recorded.ts';
import { type Holder, judgeAll, judgeFor, type Restriction } from '../../src/policy/restriction.ts';
import { rule } from '../../src/range/iam/evaluate.ts';
import { parsePolicy } from '../../src/range/iam/policy.ts';

const account = '111122223333';
const role: Holder = { type: 'role', account, name: 'ds-exec' };
const issuedAt = Date.parse('2026-11-23T20:00:00Z');
const session = (name: string, more: Partial<Principal> = {}): Principal => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/ds-exec/${name}`,
  name: `ds-exec/${name}`,
  issuerArn: `arn:aws:iam::${account}:role/team/ds-exec`,
  accessKeyId: 'ASIAONE',
  issuedAt,
  ...more,
});
const alice: Principal = {
  type: 'IAMUser',
  arn: `arn:aws:iam::${account}:user/alice`,
  name: 'alice',
  accessKeyId: 'AKIAALICE',
};
const link = (kind: string, arn: string, relation: ResourceLink['relation'] = 'target'): ResourceLink => ({
  kind,
  arn,
  name: arn.slice(arn.lastIndexOf('/') + 1),
  relation,
});
const call = (action: string, more: Partial<RecordedCall> = {}): RecordedCall => ({
  action,
  principal: session('alice'),
  sourceIp: '198.51.100.7',
  region: 'us-east-1',
  resources: [],
  ...more,
});
const deny = (document: string | object): Restriction => ({
  type: 'deny',
  holder: role,
  document: typeof document === 'string' ? document : JSON.stringify({ Version: '2012-10-17', Statement: [document] }),
});
const refused = (restriction: Restriction, of: RecordedCall) => judgeFor(restriction).judge(of).refused;
const older = (cutoff: string) =>
  deny({
    Effect: 'Deny',
    Action: ['*'],
    Resource: ['*'],
    Condition: { DateLessThan: { 'aws:TokenIssueTime': cutoff } },
  });
const bucket = 'arn:aws:s3:::data';
const bucketDeny: Restriction = {
  type: 'bucket',
  bucket,
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 's3:*', Resource: '*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucket, `${bucket}/*`],
        Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/team/ds-exec` } },
      },
    ],
  }),
};
const object = (of: string, key = 'a/b.csv') => [link('s3.object', `${of}/${key}`), link('s3.bucket', of)];

/** A policy variable, as policies write it. */
const variable = (key: string): string => `\${${key}}`;

describe('what our own denies do to a recorded call', () => {
  it.each<readonly [string, Restriction, RecordedCall, boolean | undefined]>([
    ['deny-all', deny(denyAllDocument), call('logs:PutLogEvents'), true],
    ['quarantine', deny(quarantineDocument), call('s3:GetObject'), true],
    ['quarantine leaves logs', deny(quarantineDocument), call('logs:PutLogEvents'), false],
    ['quarantine leaves logs by pattern', deny(quarantineDocument), call('logs:DescribeLogStreams'), false],
    [
      'another role',
      deny(denyAllDocument),
      call('s3:GetObject', { principal: session('x', { issuerArn: `arn:aws:iam::${account}:role/ds-team`, arn: '' }) }),
      false,
    ],
    [
      'another account’s role of the name',
      deny(denyAllDocument),
      call('s3:GetObject', { principal: session('x', { issuerArn: 'arn:aws:iam::999999999999:role/ds-exec' }) }),
      false,
    ],
    ['no policy refuses who-am-I', deny(denyAllDocument), call('sts:GetCallerIdentity'), false],
    ['AWS does not say', deny(denyAllDocument), call('sts:GetSessionToken'), undefined],
    ['entry: the mint', deny(denySagemakerEntryDocument), call('sagemaker:CreatePresignedNotebookInstanceUrl'), true],
    ['entry: a read', deny(denySagemakerEntryDocument), call('sagemaker:ListEndpoints'), false],
    ['revoke: an older token', older('2026-11-23T20:05:00Z'), call('s3:GetObject'), true],
    ['revoke: a newer token', older('2026-11-23T19:59:00Z'), call('s3:GetObject'), false],
    [
      'revoke: no time in the record',
      older('2026-11-23T20:05:00Z'),
      call('s3:GetObject', {
        principal: {
          type: 'AssumedRole',
          arn: `arn:aws:sts::${account}:assumed-role/ds-exec/alice`,
          name: 'ds-exec/alice',
        },
      }),
      undefined,
    ],
    ['a key', { type: 'key', accessKeyId: 'AKIAALICE' }, call('sts:GetCallerIdentity', { principal: alice }), true],
    [
      'a child session of the key',
      { type: 'key', accessKeyId: 'AKIAALICE' },
      call('s3:GetObject', { principal: { ...alice, accessKeyId: 'ASIACHILD' } }),
      false,
    ],
    [
      'a boundary that denies',
      { type: 'boundary', holder: role, document: denyAllDocument },
      call('s3:GetObject'),
      true,
    ],
    [
      'a boundary that does not allow',
      {
        type: 'boundary',
        holder: role,
        document: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}',
      },
      call('s3:GetObject'),
      true,
    ],
    [
      'a boundary that allows',
      {
        type: 'boundary',
        holder: role,
        document: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}',
      },
      call('s3:GetObject'),
      false,
    ],
    [
      'a boundary nobody could read',
      { type: 'boundary', holder: role, document: undefined },
      call('s3:GetObject'),
      undefined,
    ],
    ['bucket: an object', bucketDeny, call('s3:GetObject', { resources: object(bucket) }), true],
    [
      'bucket: a listing, which is another permission',
      bucketDeny,
      call('s3:ListObjectsV2', { resources: [link('s3.bucket', bucket)] }),
      true,
    ],
    ['bucket: another bucket', bucketDeny, call('s3:GetObject', { resources: object('arn:aws:s3:::models') }), false],
    [
      'bucket: another principal',
      bucketDeny,
      call('s3:GetObject', { principal: alice, resources: object(bucket) }),
      false,
    ],
    ['bucket: another service', bucketDeny, call('sagemaker:ListEndpoints'), false],
    [
      'bucket: objects that the record does not name',
      bucketDeny,
      call('s3:DeleteObjects', { resources: [link('s3.bucket', bucket)] }),
      true,
    ],
    ['detach', { type: 'detach', holder: role, policies: ['x'] }, call('s3:GetObject'), undefined],
    [
      'frozen trust: assuming it',
      {
        type: 'trust',
        role,
        document:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}',
      },
      call('sts:AssumeRole', {
        principal: alice,
        resources: [link('iam.role', `arn:aws:iam::${account}:role/team/ds-exec`)],
      }),
      true,
    ],
    [
      'frozen trust: another role',
      { type: 'trust', role, document: '{"Version":"2012-10-17","Statement":[]}' },
      call('sts:AssumeRole', { principal: alice, resources: [link('iam.role', `arn:aws:iam::${account}:role/other`)] }),
      false,
    ],
    [
      'frozen trust: sessions that exist',
      { type: 'trust', role, document: '{"Version":"2012-10-17","Statement":[]}' },
      call('s3:GetObject'),
      false,
    ],
    ['a policy that is none', deny('no json'), call('s3:GetObject'), undefined],
    [
      'NotPrincipal',
      deny({ Effect: 'Deny', NotPrincipal: { AWS: 'x' }, Action: '*', Resource: '*' }),
      call('s3:GetObject'),
      undefined,
    ],
    [
      'a key that no record holds',
      deny({
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
      }),
      call('s3:GetObject'),
      undefined,
    ],
    [
      'the same, and what surely does not fit',
      deny({
        Effect: 'Deny',
        Action: 'ec2:*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
      }),
      call('s3:GetObject'),
      false,
    ],
    [
      'only some objects, which the record does not name',
      deny({ Effect: 'Deny', Action: 's3:DeleteObject', Resource: `${bucket}/secret/*` }),
      call('s3:DeleteObjects', { resources: [link('s3.bucket', bucket)] }),
      undefined,
    ],
    [
      'passing the role',
      deny({ Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' }),
      call('sagemaker:CreateTrainingJob', {
        resources: [
          link('sagemaker.training-job', 'arn:aws:sagemaker:us-east-1:111122223333:training-job/x', 'created'),
          link('iam.role', `arn:aws:iam::${account}:role/x`, 'uses'),
        ],
      }),
      true,
    ],
  ])('%s', (_what, restriction, of, expected) => expect(refused(restriction, of)).toBe(expected));

  it('names what it cannot say', () => {
    const vpc = deny({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceVpc': 'x' } },
    });
    expect(judgeFor(vpc).judge(call('s3:GetObject')).why).toEqual(['aws:sourcevpc']);
    const endpoint = deny({
      Effect: 'Deny',
      Action: 'sagemaker:InvokeEndpoint*',
      Resource: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/x',
    });
    expect(judgeFor(endpoint).judge({ ...call('sagemaker:InvokeEndpoint'), resources: undefined }).why).toEqual([
      'resources',
    ]);
    expect(judgeFor(endpoint).named).toEqual(['arn:aws:sagemaker:us-east-1:111122223333:endpoint/x']);
  });

  it('one restriction that refuses is enough, whatever cannot be said of the others', () => {
    const all = [deny(denyAllDocument), deny('no json')].map(judgeFor);
    expect(judgeAll(all, call('s3:GetObject'))).toEqual({ refused: true, why: [] });
  });
});

describe('the range’s own evaluation, which shares no code, rules the same', () => {
  const actions = [
    's3:GetObject',
    's3:PutObject',
    'sagemaker:InvokeEndpoint',
    'sagemaker:ListEndpoints',
    'iam:PassRole',
    'logs:PutLogEvents',
  ];
  const patterns = [...actions, '*', 's3:*', 's3:Get*', 'sagemaker:Invoke*', 'SAGEMAKER:list*', 'iam:?assRole'];
  const arns = ['arn:aws:s3:::data/a', 'arn:aws:s3:::models/b', 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/x'];
  const shapes = [
    '*',
    ...arns,
    'arn:aws:s3:::data/*',
    'arn:aws:s3:::*',
    'arn:aws:sagemaker:*:*:endpoint/*',
    `arn:aws:s3:::${variable('aws:username')}/*`,
  ];
  const some = (of: readonly string[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 3 });
  const set = fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:');
  const condition = fc.oneof(
    fc.tuple(
      fc.constantFrom('DateLessThan', 'DateGreaterThan', 'DateLessThanEquals', 'DateNotEquals'),
      fc.constant('aws:TokenIssueTime'),
      some(['2026-11-23T20:00:00Z', '2026-11-23T20:05:00Z', '2026-11-23T19:00:00Z']),
    ),
    fc.tuple(
      fc.constantFrom('IpAddress', 'NotIpAddress'),
      fc.constant('aws:SourceIp'),
      some(['198.51.100.0/24', '10.0.0.0/8', '198.51.100.7']),
    ),
    fc.tuple(
      fc.constantFrom('ArnLike', 'ArnEquals', 'ArnNotLike', 'StringLike', 'StringNotEquals'),
      fc.constant('aws:PrincipalArn'),
      some([
        `arn:aws:iam::${account}:role/team/ds-exec`,
        'arn:aws:iam::*:role/*',
        `arn:aws:iam::${account}:user/alice`,
      ]),
    ),
    fc.tuple(
      fc.constantFrom('StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringLike', 'StringNotLike'),
      fc.constantFrom('aws:username', 'aws:SourceIdentity', 'aws:RequestedRegion'),
      some(['alice', 'ALICE', 'us-*', 'us-east-1', `${variable('aws:username')}`]),
    ),
    fc.tuple(
      fc.constant('Null'),
      fc.constantFrom('aws:TokenIssueTime', 'aws:username', 'aws:SourceIdentity'),
      some(['true', 'false']),
    ),
    fc.tuple(fc.constant('Bool'), fc.constant('aws:ViaAWSService'), some(['true', 'false'])),
  );
  const statement = fc.record({
    not: fc.boolean(),
    acts: some(patterns),
    notOn: fc.boolean(),
    on: some(shapes),
    conditions: fc.array(fc.tuple(condition, fc.boolean(), set), { maxLength: 2 }),
  });
  const made = ({
    not,
    acts,
    notOn,
    on,
    conditions,
  }: {
    not: boolean;
    acts: string[];
    notOn: boolean;
    on: string[];
    conditions: [[string, string, string[]], boolean, string][];
  }) => ({
    Effect: 'Deny',
    [not ? 'NotAction' : 'Action']: acts,
    [notOn ? 'NotResource' : 'Resource']: on,
    Condition: Object.fromEntries(
      conditions.map(([[operator, key, values], ifExists, prefix]) => [
        `${prefix}${operator}${ifExists && operator !== 'Null' ? 'IfExists' : ''}`,
        { [key]: values },
      ]),
    ),
  });
  const principals = fc.constantFrom(session('alice'), session('bob', { issuedAt: issuedAt + 600_000 }), alice);

  it('for any deny of ours and any call of which records hold everything', () => {
    fc.assert(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 3 }),
        principals,
        fc.constantFrom(...actions),
        fc.constantFrom(...arns),
        (statements, principal, action, arn) => {
          const document = JSON.stringify({
            Version: '2012-10-17',
            Statement: statements.map((one) => made(one as never)),
          });
          const holder: Holder = principal.type === 'IAMUser' ? { type: 'user', account, name: 'alice' } : role;
          const kind = arn.includes(':s3:') ? 's3.object' : 'sagemaker.endpoint';
          const resources = [link(kind, arn)];
          const context = new Map<string, string>([
            ['aws:principalarn', principal.issuerArn ?? principal.arn],
            ['aws:sourceip', '198.51.100.7'],
            ['aws:requestedregion', 'us-east-1'],
            ['aws:viaawsservice', 'false'],
            ...(principal.type === 'IAMUser' ? ([['aws:username', 'alice']] as const) : []),
            ...(principal.issuedAt === undefined
              ? []
              : ([['aws:tokenissuetime', new Date(principal.issuedAt).toISOString()]] as const)),
          ]);
          // An object permission on an endpoint is no call that exists; its resources are not known then.
          fc.pre(action.startsWith('s3:') === arn.includes(':s3:'));
          const oracle = rule(
            { identity: parsePolicy(document) },
            { type: 'role', session: '', identity: '', account } as never,
            action,
            arn,
            context,
          );
          expect(
            refused(
              { type: 'deny', holder, document },
              { action, principal, sourceIp: '198.51.100.7', region: 'us-east-1', resources },
            ),
          ).toBe(oracle.decision === 'explicitDeny');
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
