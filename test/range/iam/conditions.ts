import type { Random } from '../../../src/range/random.ts';

/** A condition element. */
export interface Condition {
  readonly [operator: string]: { readonly [key: string]: readonly string[] };
}

interface ContextKey {
  readonly type: 'string' | 'arn' | 'ip' | 'date' | 'number' | 'bool';
  /** What requests have. */
  readonly values: readonly string[];
  /** What policies ask for besides those. */
  readonly asked?: readonly string[];
  readonly isList?: boolean;
  /** Any request may have it, not only some operations. */
  readonly always?: boolean;
}

const account = '111122223333';
const key = (id: string) => `arn:aws:kms:us-east-1:${account}:key/${id}`;

/**
 * The condition keys that the product's policies and AWS's managed policies for SageMaker use.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const contextKeys: { readonly [name: string]: ContextKey } = {
  'aws:username': {
    type: 'string',
    values: ['alice'],
    asked: ['al*', 'ALICE', 'a?ice', 'eve'],
  },
  'aws:RequestedRegion': { type: 'string', values: ['us-east-1'], asked: ['us-*', 'eu-west-1', 'US-EAST-1'] },
  'aws:PrincipalAccount': { type: 'string', values: [account], asked: ['444455556666'] },
  'aws:PrincipalTag/team': { type: 'string', values: ['fraud', 'recsys'], asked: ['fr*', 'Fraud'], always: true },
  'aws:RequestTag/team': { type: 'string', values: ['fraud', 'recsys'], asked: ['*', `\${aws:PrincipalTag/team}`] },
  'aws:SourceIdentity': { type: 'string', values: ['alice@example.com'], asked: ['*@example.com'], always: true },
  'iam:PassedToService': {
    type: 'string',
    values: ['sagemaker.amazonaws.com', 'ec2.amazonaws.com'],
    asked: ['sagemaker*'],
  },
  's3:prefix': { type: 'string', values: ['', 'alice/', 'bob/'], asked: ['alice/*', `\${aws:username}/*`] },
  'sagemaker:DirectInternetAccess': { type: 'string', values: ['Enabled', 'Disabled'] },
  'sagemaker:ModelApprovalStatus': { type: 'string', values: ['Approved', 'Rejected'], asked: ['approved', 'A*'] },
  'sagemaker:RootAccess': { type: 'string', values: ['Enabled', 'Disabled'] },
  'sts:ExternalId': { type: 'string', values: ['ext-1', 'ext-2'], asked: ['ext-*'] },
  'sts:RoleSessionName': { type: 'string', values: ['alice', 'batch'], asked: [`\${aws:username}`] },
  'aws:PrincipalArn': {
    type: 'arn',
    values: [`arn:aws:iam::${account}:role/service-role/ds-exec`],
    asked: [`arn:aws:iam::${account}:role/*`, 'arn:aws:iam::*:user/alice', 'arn:*:iam::*:role/*/ds-exec'],
  },
  'iam:PermissionsBoundary': {
    type: 'arn',
    values: [`arn:aws:iam::${account}:policy/boundary`, 'arn:aws:iam::aws:policy/AWSDenyAll'],
  },
  'iam:PolicyARN': {
    type: 'arn',
    values: ['arn:aws:iam::aws:policy/AdministratorAccess', `arn:aws:iam::${account}:policy/mine`],
    asked: ['arn:aws:iam::aws:policy/*'],
  },
  'sagemaker:VolumeKmsKeyArn': { type: 'arn', values: [key('a'), key('b')], asked: ['arn:aws:kms:*:*:key/*'] },
  'aws:SourceIp': {
    type: 'ip',
    values: ['198.51.100.7', '10.0.0.1', '2001:db8::1'],
    asked: ['198.51.100.0/24', '10.0.0.0/8', '2001:db8::/32', '203.0.113.9'],
    always: true,
  },
  'aws:CurrentTime': {
    type: 'date',
    values: ['2026-11-23T20:30:00Z'],
    asked: ['2026-11-24T00:00:00Z', '2026-11-23'],
    always: true,
  },
  'aws:TokenIssueTime': {
    type: 'date',
    values: ['2026-11-23T20:00:00Z'],
    asked: ['2026-11-23T20:05:00Z', '2026-11-23T21:00:00+01:00'],
  },
  'aws:EpochTime': { type: 'number', values: ['1795465800'], asked: ['1795465000', '1795466000'], always: true },
  'aws:MultiFactorAuthAge': { type: 'number', values: ['60', '7200'], asked: ['3600', '60.0'], always: true },
  's3:max-keys': { type: 'number', values: ['10', '1000'], asked: ['100'] },
  'sagemaker:MaxRuntimeInSeconds': { type: 'number', values: ['3600', '86400'], asked: ['7200'] },
  'aws:MultiFactorAuthPresent': { type: 'bool', values: ['true', 'false'], always: true },
  'aws:SecureTransport': { type: 'bool', values: ['true'], asked: ['false'] },
  'aws:ViaAWSService': { type: 'bool', values: ['false'], asked: ['true'] },
  'sagemaker:NetworkIsolation': { type: 'bool', values: ['true', 'false'], asked: ['True'] },
  'aws:TagKeys': { type: 'string', values: ['team', 'cost', 'owner'], asked: ['t*', 'Team'], isList: true },
  'sagemaker:InstanceTypes': {
    type: 'string',
    values: ['ml.t3.medium', 'ml.m5.large', 'ml.p4d.24xlarge'],
    asked: ['ml.t3.*', 'ml.p*'],
    isList: true,
  },
  'sagemaker:VpcSubnets': { type: 'string', values: ['subnet-a', 'subnet-b'], isList: true },
};

const compared = (type: 'Date' | 'Numeric') =>
  ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
    (one) => `${type}${one}`,
  );
const strings = ['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
  (one) => `String${one}`,
);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: { readonly [type in ContextKey['type']]: readonly string[] } = {
  string: strings,
  arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'StringEquals', 'StringLike', 'StringNotLike'],
  ip: ['IpAddress', 'NotIpAddress'],
  date: compared('Date'),
  number: compared('Numeric'),
  bool: ['Bool'],
};

/** One or two conditions: on keys that the operation has, on keys of every request, on some that it lacks. */
export function conditionsOf(random: Random, own: readonly string[]): Condition {
  const made: Record<string, Record<string, readonly string[]>> = {};
  const names = Object.keys(contextKeys);
  for (let left = random.next() < 0.35 ? 2 : 1; left > 0; left -= 1) {
    const name = own.length > 0 && random.next() < 0.5 ? random.pick(own) : random.pick(names);
    const { type, values, asked = [], isList } = contextKeys[name] ?? { type: 'string' as const, values: ['x'] };
    const isNull = random.next() < 0.1;
    const set = isNull || random.next() < (isList ? 0.1 : 0.95) ? '' : random.pick(['ForAnyValue:', 'ForAllValues:']);
    const operator = isNull ? 'Null' : `${set}${random.pick(operators[type])}${random.next() < 0.2 ? 'IfExists' : ''}`;
    const wanted = isNull ? ['true', 'false'] : [...values, ...asked];
    const count = type === 'bool' || isNull || random.next() < 0.6 ? 1 : 2;
    made[operator] = {
      ...made[operator],
      [name]: [...new Set(Array.from({ length: count }, () => random.pick(wanted)))],
    };
  }
  return made;
}
