import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, rule } from '../../src/range/iam/evaluate.ts';
import { matches } from '../../src/range/iam/pattern.ts';
import { parsePolicy } from '../../src/range/iam/policy.ts';
import { requestKeys } from '../../src/range/iam/request-keys.ts';

const endpoint = 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/fraud-scorer';
const statements = (...Statement: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
const allow = (Action: unknown, Resource: unknown = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const deny = (Action: unknown, Resource: unknown = '*', Condition?: object) => ({
  Effect: 'Deny',
  Action,
  Resource,
  Condition,
});
const keys = new Map([
  ['aws:sourceip', '198.51.100.7'],
  ['aws:principalarn', 'arn:aws:iam::111122223333:role/service-role/ds-exec'],
  ['aws:tokenissuetime', '2026-11-23T20:00:00.000Z'],
  ['aws:securetransport', 'true'],
]);

const older = (date: string) => ({ DateLessThan: { 'aws:TokenIssueTime': date } });

describe('evaluate', () => {
  test.each([
    ['nothing said', [], 'sagemaker:DeleteEndpoint', 'implicitDeny'],
    ['allowed', [allow('sagemaker:*')], 'sagemaker:DeleteEndpoint', 'allowed'],
    ['another service', [allow('s3:*')], 'sagemaker:DeleteEndpoint', 'implicitDeny'],
    ['actions know no case', [allow('SAGEMAKER:deleteendpoint')], 'sagemaker:DeleteEndpoint', 'allowed'],
    ['one character', [allow('sagemaker:Delete?ndpoint')], 'sagemaker:DeleteEndpoint', 'allowed'],
    ['a dot is a dot', [allow('sagemaker.DeleteEndpoint')], 'sagemaker:DeleteEndpoint', 'implicitDeny'],
    ['a deny wins', [allow('*'), deny('sagemaker:Delete*')], 'sagemaker:DeleteEndpoint', 'explicitDeny'],
    ['a deny wins in any order', [deny('sagemaker:Delete*'), allow('*')], 'sagemaker:DeleteEndpoint', 'explicitDeny'],
    ['a deny of something else', [allow('*'), deny('iam:*')], 'sagemaker:DeleteEndpoint', 'allowed'],
    ['its resource', [allow('*', endpoint)], 'sagemaker:DeleteEndpoint', 'allowed'],
    ['another resource', [allow('*', `${endpoint}-2`)], 'sagemaker:DeleteEndpoint', 'implicitDeny'],
    ['resources know case', [allow('*', endpoint.toUpperCase())], 'sagemaker:DeleteEndpoint', 'implicitDeny'],
    [
      'one of several',
      [allow(['s3:*', 'sagemaker:DeleteEndpoint'], ['x', '*'])],
      'sagemaker:DeleteEndpoint',
      'allowed',
    ],
    [
      'NotAction denies the rest',
      [allow('*'), { Effect: 'Deny', NotAction: 'logs:*', Resource: '*' }],
      'sagemaker:DeleteEndpoint',
      'explicitDeny',
    ],
    [
      'NotAction spares',
      [allow('*'), { Effect: 'Deny', NotAction: 'logs:*', Resource: '*' }],
      'logs:PutLogEvents',
      'allowed',
    ],
    [
      'NotResource',
      [allow('*'), { Effect: 'Deny', Action: '*', NotResource: endpoint }],
      'sagemaker:DeleteEndpoint',
      'allowed',
    ],
    [
      'an older token',
      [allow('*'), deny('*', '*', older('2026-11-23T20:00:01Z'))],
      'sagemaker:DeleteEndpoint',
      'explicitDeny',
    ],
    [
      'a newer token',
      [allow('*'), deny('*', '*', older('2026-11-23T19:59:59Z'))],
      'sagemaker:DeleteEndpoint',
      'allowed',
    ],
    [
      'an address in the range',
      [allow('*', '*', { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '198.51.100.0/24'] } })],
      'a:B',
      'allowed',
    ],
    [
      'an address outside',
      [allow('*', '*', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })],
      'a:B',
      'implicitDeny',
    ],
    [
      'not an address',
      [allow('*'), deny('*', '*', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })],
      'a:B',
      'explicitDeny',
    ],
    [
      'an ARN pattern',
      [allow('*', '*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } })],
      'a:B',
      'allowed',
    ],
    [
      'ARN stars end at a colon',
      [allow('*', '*', { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/service-role/ds-exec' } })],
      'a:B',
      'implicitDeny',
    ],
    ['Bool', [allow('*'), deny('*', '*', { Bool: { 'aws:SecureTransport': 'false' } })], 'a:B', 'allowed'],
    [
      'all conditions must hold',
      [allow('*', '*', { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceIp': 'x' } })],
      'a:B',
      'implicitDeny',
    ],
    ['a missing key', [allow('*', '*', { StringEquals: { 'aws:Nothing': 'x' } })], 'a:B', 'implicitDeny'],
    ['a missing key, IfExists', [allow('*', '*', { StringEqualsIfExists: { 'aws:Nothing': 'x' } })], 'a:B', 'allowed'],
    ['a missing key, negated', [allow('*', '*', { StringNotEquals: { 'aws:Nothing': 'x' } })], 'a:B', 'allowed'],
    ['Null', [allow('*', '*', { Null: { 'aws:Nothing': 'true' } })], 'a:B', 'allowed'],
    ['StringLike', [allow('*', '*', { StringLike: { 'aws:PrincipalArn': '*ds-ex?c' } })], 'a:B', 'allowed'],
  ])('%s', (_what, policy, action, decision) => {
    expect(evaluate(statements(...(policy as object[])), action as string, endpoint, keys)).toBe(decision);
  });

  test('long-lived keys have no token, so revoking older sessions does not reach them', () => {
    const policy = statements(allow('*'), deny('*', '*', older('2030-01-01T00:00:00Z')));
    expect(evaluate(policy, 'a:B', '*', new Map())).toBe('allowed');
  });
});

/** A policy variable. */
const variable = (name: string) => ['$', '{', name, '}'].join('');

describe('conditions', () => {
  const context = new Map<string, string | readonly string[]>([
    ['aws:username', 'alice'],
    ['aws:tagkeys', ['team', 'cost']],
  ]);
  const says = (Condition: object, Version = '2012-10-17') =>
    evaluate(
      parsePolicy(JSON.stringify({ Version, Statement: allow('*', '*', Condition) })),
      'a:B',
      'arn:aws:s3:::home-alice',
      context,
    );
  test.each([
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost', 'x'] } }, 'allowed'],
    ['ForAllValues, one is not', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, 'implicitDeny'],
    ['ForAllValues, no such key', { 'ForAllValues:StringEquals': { 'aws:None': ['team'] } }, 'allowed'],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }, 'allowed'],
    ['ForAnyValue, no such key', { 'ForAnyValue:StringEquals': { 'aws:None': ['team'] } }, 'implicitDeny'],
    ['ForAnyValue negated, no such key', { 'ForAnyValue:StringNotEquals': { 'aws:None': ['x'] } }, 'implicitDeny'],
    ['negated, every value must differ', { StringNotEquals: { 'aws:TagKeys': 'team' } }, 'implicitDeny'],
    ['a variable', { StringEquals: { 'aws:username': variable('aws:username') } }, 'allowed'],
    [
      'a variable that the request has not',
      { StringLike: { 'aws:username': `${variable('aws:none')}*` } },
      'implicitDeny',
    ],
  ])('%s', (_what, condition, decision) => {
    expect(says(condition)).toBe(decision);
  });
  test('variables in resources, in the version that knows them', () => {
    const home = (Version: string) =>
      evaluate(
        parsePolicy(
          JSON.stringify({ Version, Statement: allow('*', `arn:aws:s3:::home-${variable('aws:username')}`) }),
        ),
        's3:GetObject',
        'arn:aws:s3:::home-alice',
        context,
      );
    expect(home('2012-10-17')).toBe('allowed');
    expect(home('2008-10-17')).toBe('implicitDeny');
  });
});

describe('all policies together', () => {
  const account = '111122223333';
  const role = `arn:aws:iam::${account}:role/ds-exec`;
  const session = `arn:aws:sts::${account}:assumed-role/ds-exec/s`;
  const user = `arn:aws:iam::${account}:user/alice`;
  const asRole = { type: 'role', account, identity: role, session } as const;
  const asUser = { type: 'user', account, identity: user } as const;
  const resource = (Effect: string, Principal: unknown, more: object = {}) => ({
    statements: parsePolicy(
      JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Principal, Action: '*', Resource: '*', ...more } }),
    ),
    sameAccount: true,
  });
  const all = statements(allow('*'));
  const none = statements(allow('logs:*'));
  const decided = (policies: Parameters<typeof rule>[0], caller: Parameters<typeof rule>[1] = asRole) => {
    const { decision, by } = rule(policies, caller, 's3:GetObject', 'arn:aws:s3:::b/k', keys);
    return `${decision} by ${by}`;
  };
  test.each([
    ['its own policies', { identity: all }, 'allowed by identity-based policy'],
    ['a boundary caps', { identity: all, boundary: none }, 'implicitDeny by permissions boundary'],
    ['a boundary allows nothing by itself', { identity: none, boundary: all }, 'implicitDeny by identity-based policy'],
    ['a boundary denies', { identity: all, boundary: statements(deny('*')) }, 'explicitDeny by permissions boundary'],
    ['a session policy caps', { identity: all, session: none }, 'implicitDeny by session policy'],
    ['a bucket denies', { identity: all, resource: resource('Deny', '*') }, 'explicitDeny by resource-based policy'],
    [
      'a bucket denies another',
      { identity: all, resource: resource('Deny', { AWS: user }) },
      'allowed by identity-based policy',
    ],
    [
      'a bucket allows the role',
      { identity: none, resource: resource('Allow', { AWS: role }) },
      'allowed by resource-based policy',
    ],
    [
      'a bucket allows the role, its boundary does not',
      { identity: none, boundary: none, resource: resource('Allow', { AWS: role }) },
      'implicitDeny by identity-based policy',
    ],
    [
      'a bucket allows the very session, whatever caps it',
      { identity: none, boundary: none, session: none, resource: resource('Allow', { AWS: session }) },
      'allowed by resource-based policy',
    ],
    [
      'a bucket that allows the account leaves it to the account',
      { identity: none, resource: resource('Allow', { AWS: `arn:aws:iam::${account}:root` }) },
      'implicitDeny by identity-based policy',
    ],
    [
      'another account must allow too',
      { identity: all, resource: { ...resource('Allow', { AWS: user }), sameAccount: false } },
      'implicitDeny by resource-based policy',
    ],
    [
      'both accounts allow',
      { identity: all, resource: { ...resource('Allow', { AWS: account }), sameAccount: false } },
      'allowed by resource-based policy',
    ],
    [
      'NotPrincipal denies whom it does not list',
      { identity: all, resource: resource('Deny', undefined, { NotPrincipal: { AWS: [account, user] } }) },
      'explicitDeny by resource-based policy',
    ],
    [
      'NotPrincipal spares whom it lists by every name',
      { identity: all, resource: resource('Deny', undefined, { NotPrincipal: { AWS: [account, role, session] } }) },
      'allowed by identity-based policy',
    ],
  ])('%s', (_what, policies, wanted) => {
    expect(decided(policies)).toBe(wanted);
  });
  test('a bucket that names a user is enough, whatever caps the user', () => {
    expect(decided({ identity: none, boundary: none, resource: resource('Allow', { AWS: user }) }, asUser)).toBe(
      'allowed by resource-based policy',
    );
  });
});

describe('parsePolicy', () => {
  test.each([
    ['not JSON', '{'],
    ['no statement', '{}'],
    ['null', 'null'],
    ['a wrong effect', '{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}'],
    ['no action', '{"Statement":{"Effect":"Deny","Resource":"*"}}'],
    ['no resource', '{"Statement":{"Effect":"Deny","Action":"*"}}'],
    [
      'an unknown operator',
      '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Sounds":{"a":"b"}}}}',
    ],
  ])('refuses %s', (_what, document) => {
    expect(() => parsePolicy(document)).toThrow(SyntaxError);
  });
});

test('a pattern without wildcards matches only itself, whatever characters it holds', () => {
  const plain = fc.string().filter((text) => !/[*?]/.test(text));
  fc.assert(fc.property(plain, plain, (a, b) => matches(a, b) === (a === b) && matches('*', a)));
});

test('a pattern means what the regular expression of it means', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const plain = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(letters, plain, (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      return matches(pattern, text) === expression.test(text);
    }),
  );
});

test('a pattern full of stars is quick', () => {
  expect(matches(`${'*a'.repeat(2000)}b`, 'a'.repeat(2000))).toBe(false);
});

test('what a call asks for is found wherever it stands in the input', () => {
  const keys = new Map(
    requestKeys('sagemaker', {
      TrainingJobName: 'x',
      ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 1, VolumeKmsKeyId: 'k' },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      VpcConfig: { Subnets: ['subnet-a'], SecurityGroupIds: ['sg-a', 'sg-b'] },
      EnableNetworkIsolation: true,
      Tags: [{ Key: 'Team', Value: 'fraud' }],
    }),
  );
  expect(Object.fromEntries(keys)).toEqual({
    'aws:requesttag/team': 'fraud',
    'aws:tagkeys': ['Team'],
    'sagemaker:instancetypes': ['ml.p4d.24xlarge'],
    'sagemaker:maxruntimeinseconds': '60',
    'sagemaker:networkisolation': 'true',
    'sagemaker:volumekmskey': 'k',
    'sagemaker:volumekmskeyarn': 'k',
    // A list stays one, however many there are.
    'sagemaker:vpcsecuritygroupids': ['sg-a', 'sg-b'],
    'sagemaker:vpcsubnets': ['subnet-a'],
  });
});
