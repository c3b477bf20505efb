import {
  denyAllDocument,
  denySagemakerEntryDocument,
  quarantineDocument,
} from '../../../src/containment/policy-document.ts';
import { Random } from '../../../src/range/random.ts';
import { type Condition, conditionsOf, contextKeys } from './conditions.ts';

/** A request and every policy that has a say in it. */
export interface IamCase {
  readonly seed: string;
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: { readonly [key: string]: string | readonly string[] };
  readonly identity: readonly Policy[];
  readonly boundary?: Policy;
  readonly session?: Policy;
  readonly resourcePolicy?: Policy;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: '*' | { readonly AWS: readonly string[] };
  readonly NotPrincipal?: { readonly AWS: readonly string[] };
  readonly Condition?: Condition;
}

/** Who asks, by every name. */
interface Caller {
  readonly type: 'user' | 'role';
  readonly account: string;
  readonly identity: string;
  readonly session?: string;
}

const home = '111122223333';
const other = '444455556666';
const endpoint = `arn:aws:sagemaker:us-east-1:${home}:endpoint/fraud-scorer`;

const callers: readonly Caller[] = [
  { type: 'user', account: home, identity: `arn:aws:iam::${home}:user/alice` },
  { type: 'user', account: other, identity: `arn:aws:iam::${other}:user/eve` },
  ...[home, home, other].map(
    (account, index): Caller => ({
      type: 'role',
      account,
      identity: `arn:aws:iam::${account}:role/service-role/ds-exec`,
      session: `arn:aws:sts::${account}:assumed-role/ds-exec/${index === 0 ? 'alice' : 'SageMaker'}`,
    }),
  ),
];

interface Target {
  readonly action: string;
  readonly resources: readonly string[];
  /** Keys that AWS fills in for it besides those that every request has. */
  readonly keys?: readonly string[];
  /** What carries policies of its own. */
  readonly policy?: 'bucket' | 'trust' | 'group';
}

const role = (name: string) => `arn:aws:iam::${home}:role/${name}`;
const sagemaker = (rest: string) => `arn:aws:sagemaker:us-east-1:${home}:${rest}`;
const tagging = ['aws:RequestTag/team', 'aws:TagKeys'];
const network = ['sagemaker:VpcSubnets', 'sagemaker:InstanceTypes', 'sagemaker:VolumeKmsKeyArn'];

/** Requests of the services that an incident on SageMaker is about. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
const targets: readonly Target[] = [
  { action: 'sagemaker:DescribeEndpoint', resources: [endpoint, `${endpoint}-2`] },
  { action: 'sagemaker:DeleteEndpoint', resources: [endpoint] },
  { action: 'sagemaker:InvokeEndpoint', resources: [endpoint] },
  {
    action: 'sagemaker:CreateNotebookInstance',
    resources: [sagemaker('notebook-instance/fraud-lab')],
    keys: [...tagging, ...network, 'sagemaker:RootAccess', 'sagemaker:DirectInternetAccess'],
  },
  {
    action: 'sagemaker:CreateTrainingJob',
    resources: [sagemaker('training-job/train-1')],
    keys: [...tagging, ...network, 'sagemaker:MaxRuntimeInSeconds', 'sagemaker:NetworkIsolation'],
  },
  { action: 'sagemaker:CreatePresignedDomainUrl', resources: [sagemaker('user-profile/d-abc123/alice')] },
  {
    action: 'sagemaker:UpdateModelPackage',
    resources: [sagemaker('model-package/fraud-models/5')],
    keys: ['sagemaker:ModelApprovalStatus'],
    policy: 'group',
  },
  { action: 'sagemaker:ListEndpoints', resources: ['*'] },
  {
    action: 's3:GetObject',
    resources: ['arn:aws:s3:::ml-data/alice/a.csv', 'arn:aws:s3:::ml-data/b.csv'],
    policy: 'bucket',
  },
  { action: 's3:PutObject', resources: ['arn:aws:s3:::ml-data/alice/a.csv'], policy: 'bucket' },
  {
    action: 's3:ListBucket',
    resources: ['arn:aws:s3:::ml-data'],
    keys: ['s3:prefix', 's3:max-keys'],
    policy: 'bucket',
  },
  { action: 'iam:PassRole', resources: [role('service-role/ds-exec'), role('admin')], keys: ['iam:PassedToService'] },
  { action: 'iam:PutRolePolicy', resources: [role('service-role/ds-exec')], keys: ['iam:PermissionsBoundary'] },
  { action: 'iam:AttachRolePolicy', resources: [role('service-role/ds-exec')], keys: ['iam:PolicyARN'] },
  { action: 'iam:CreateAccessKey', resources: [`arn:aws:iam::${home}:user/alice`] },
  { action: 'iam:ListRoles', resources: ['*'] },
  {
    action: 'sts:AssumeRole',
    resources: [role('service-role/ds-exec'), role('admin')],
    keys: ['sts:ExternalId', 'sts:RoleSessionName'],
    policy: 'trust',
  },
  { action: 'logs:PutLogEvents', resources: [`arn:aws:logs:us-east-1:${home}:log-group:/aws/sagemaker:log-stream:s`] },
  { action: 'cloudtrail:StopLogging', resources: [`arn:aws:cloudtrail:us-east-1:${home}:trail/main-trail`] },
  { action: 'cloudtrail:LookupEvents', resources: ['*'] },
];

const variable = (name: string): string => `\${${name}}`;
const statementsIn = (document: string) => JSON.parse(document).Statement as readonly Statement[];

/** Statements as the product writes them, and as AWS's managed policies for SageMaker hold them. */
const known: readonly Statement[] = [
  ...[denyAllDocument, denySagemakerEntryDocument, quarantineDocument].flatMap(statementsIn),
  {
    Effect: 'Deny',
    Action: ['*'],
    Resource: ['*'],
    Condition: { DateLessThan: { 'aws:TokenIssueTime': ['2026-11-23T20:05:00Z'] } },
  },
  {
    Effect: 'Allow',
    Action: ['sagemaker:*'],
    NotResource: ['domain', 'user-profile', 'app', 'space'].map((kind) => `arn:aws:sagemaker:*:*:${kind}/*`),
  },
  {
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: ['arn:aws:iam::*:role/service-role/*'],
    Condition: { StringEquals: { 'iam:PassedToService': ['sagemaker.amazonaws.com', 'glue.amazonaws.com'] } },
  },
  {
    Effect: 'Deny',
    Action: ['sagemaker:Create*'],
    Resource: ['*'],
    Condition: { Null: { 'sagemaker:VpcSubnets': ['true'] } },
  },
  {
    Effect: 'Deny',
    Action: ['sagemaker:CreateTrainingJob'],
    Resource: ['*'],
    Condition: { 'ForAnyValue:StringNotLike': { 'sagemaker:InstanceTypes': ['ml.t3.*', 'ml.m5.*'] } },
  },
  {
    Effect: 'Allow',
    Action: ['s3:*'],
    Resource: [`arn:aws:s3:::ml-data/${variable('aws:username')}/*`, 'arn:aws:s3:::ml-data'],
  },
  {
    Effect: 'Deny',
    NotAction: ['iam:*', 'sts:*'],
    Resource: ['*'],
    Condition: { StringNotEqualsIfExists: { 'aws:RequestedRegion': ['us-east-1'] } },
  },
];

/** How a policy may write an action, from exactly it to something else. */
function actionPatterns(action: string): readonly string[] {
  const [service = '', name = ''] = action.split(':');
  const verb = /^[A-Z][a-z]+/.exec(name)?.[0] ?? name;
  return [
    action,
    action,
    '*',
    `${service}:*`,
    `${service}:${verb}*`,
    `${service}:*${name.slice(-4)}`,
    `${service}:${name.replace(/.$/, '?')}`,
    `${service}:${name.toLowerCase()}`,
    'sagemaker:DeleteModel',
    's3:Get*',
    'logs:*',
  ];
}

/** How a policy may write a resource, from exactly it to something else. */
function resourcePatterns(resource: string): readonly string[] {
  if (resource === '*') return ['*', '*', endpoint];
  const parts = resource.split(':');
  const last = parts.at(-1) ?? '';
  // The kind of a resource (`endpoint/`) is no place for a wildcard; a bucket has none before it.
  const name = parts[2] === 's3' ? last : last.slice(last.indexOf('/') + 1);
  const end = (text: string) => resource.slice(0, resource.length - name.length) + text;
  return [
    '*',
    '*',
    resource,
    end('*'),
    end(`${name.slice(0, Math.ceil(name.length / 2))}*`),
    end(`${name.slice(0, -1)}?`),
    end(`*${name.slice(-3)}`),
    end(`${name}-else`),
    ...(name.includes('alice') ? [end(name.replace('alice', variable('aws:username')))] : []),
    ...(name.includes('alice') ? [end(name.replace('alice', variable("aws:PrincipalTag/team, 'alice'")))] : []),
    ...(parts[3] === '' ? [] : [[...parts.slice(0, 3), '*', '*', ...parts.slice(5)].join(':')]),
    'arn:aws:s3:::else/*',
  ];
}

class Maker {
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(seed);
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return this.#random.pick(items);
  }

  some<Item>(items: readonly Item[], most = 3): readonly Item[] {
    const count = 1 + Math.floor(this.#random.next() * most);
    return [...new Set(Array.from({ length: count }, () => this.pick(items)))];
  }

  statement(target: Target, resource: string, allows: number): Statement {
    const withConditions = this.chance(0.45);
    return {
      Effect: this.chance(allows) ? 'Allow' : 'Deny',
      [this.chance(0.15) ? 'NotAction' : 'Action']: this.some(actionPatterns(target.action)),
      [this.chance(0.15) ? 'NotResource' : 'Resource']: this.some(resourcePatterns(resource)),
      ...(withConditions ? { Condition: conditionsOf(this.#random, target.keys ?? []) } : {}),
    };
  }

  policy(target: Target, resource: string, { allows = 0.75, most = 3 } = {}): Policy {
    const count = 1 + Math.floor(this.#random.next() * most);
    return {
      // Only the newer version knows variables.
      Version: '2012-10-17',
      Statement: Array.from({ length: count }, () =>
        this.chance(0.12) ? this.pick(known) : this.statement(target, resource, allows),
      ),
    };
  }

  /** Whom a resource's policy speaks of, in every way that it can name somebody. */
  principals(caller: Caller): Statement['Principal'] {
    const strangers = [`arn:aws:iam::${home}:user/mallory`, 'arn:aws:iam::999999999999:root'];
    const names = [
      ...[caller.identity, ...(caller.session ? [caller.session] : []), `arn:aws:iam::${caller.account}:root`],
      caller.account,
      ...strangers,
    ];
    return this.chance(0.2) ? '*' : { AWS: this.some(names, 2) };
  }

  resourcePolicy(target: Target, resource: string, caller: Caller): Policy {
    const { Version, Statement: statements } = this.policy(target, resource, { allows: 0.75 });
    return {
      Version,
      Statement: statements
        .filter(({ Principal }) => Principal === undefined)
        .map(({ NotResource, Resource, ...rest }) => {
          const on = target.policy === 'trust' ? {} : NotResource ? { NotResource } : { Resource };
          // AWS supports NotPrincipal with a deny only, and asks that whoever is spared is listed by each of his names.
          const spared = [
            [caller.identity, `arn:aws:iam::${caller.account}:root`, ...(caller.session ? [caller.session] : [])],
            [`arn:aws:iam::${home}:user/mallory`],
          ];
          return rest.Effect === 'Deny' && this.chance(0.15)
            ? { ...rest, ...on, NotPrincipal: { AWS: this.pick(spared) } }
            : { ...rest, ...on, Principal: this.principals(caller) };
        }) as readonly Statement[],
    };
  }

  context(caller: Caller, keys: readonly string[]): IamCase['context'] {
    const name = caller.identity.split('/').at(-1) ?? '';
    const given: Record<string, string | readonly string[]> = {
      'aws:PrincipalArn': caller.identity,
      'aws:PrincipalAccount': caller.account,
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': 'us-east-1',
      'aws:ViaAWSService': 'false',
    };
    if (caller.type === 'user') given['aws:username'] = name;
    else given['aws:TokenIssueTime'] = this.pick(['2026-11-23T20:00:00Z', '2026-11-23T20:10:00Z']);
    for (const key of [...Object.keys(contextKeys).filter((one) => contextKeys[one]?.always), ...keys]) {
      const known = contextKeys[key];
      if (!known || given[key] !== undefined || this.chance(0.3)) continue;
      given[key] = known.isList ? this.some(known.values) : this.pick(known.values);
    }
    return given;
  }
}

/** The case of a seed. */
export function caseOf(seed: string): IamCase {
  const make = new Maker(seed);
  const target = make.pick(targets);
  const resource = make.pick(target.resources);
  const caller = make.pick(callers);
  const isSession = caller.type === 'role';
  const boundary = make.chance(0.3) ? make.policy(target, resource, { allows: 0.85 }) : undefined;
  const session = isSession && make.chance(0.25) ? make.policy(target, resource, { allows: 0.85 }) : undefined;
  const hasPolicy = target.policy === 'trust' || (target.policy !== undefined && make.chance(0.7));
  return {
    seed,
    caller,
    action: target.action,
    resource,
    resourceAccount: home,
    context: make.context(caller, target.keys ?? []),
    identity: Array.from({ length: make.chance(0.4) ? 2 : 1 }, () => make.policy(target, resource)),
    ...(boundary ? { boundary } : {}),
    ...(session ? { session } : {}),
    ...(hasPolicy ? { resourcePolicy: make.resourcePolicy(target, resource, caller) } : {}),
  };
}
