import * as iam from '@aws-sdk/client-iam';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { account, allow, type Ground, managed, policy, type RoleParts } from '../identity-range.ts';
import type { StateCase } from './cases.ts';

/** Characters of inline policies that leave no room for one of ours. */
const full = (characters: number) => policy(allow(`s3:${'x'.repeat(characters)}`));
const deploy = managed('deploy');
const many = Array.from({ length: 10 }, (_, at) => managed(`many-${at}`));
const others = policy(allow('s3:GetObject'));
const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** A cut-off of long ago, with a statement of somebody else's beside it. */
export const older = policy(
  {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateLessThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } },
  },
  { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
);

/** Roles in every state that the actions tell apart, by what is particular about them. */
export const roleStates: { readonly [state: string]: RoleParts } = {
  plain: { attached: [deploy] },
  bare: {},
  'in a path': { path: '/a/b/', attached: [deploy] },
  bounded: { attached: [deploy], boundary: deploy },
  'inline quota full': { attached: [deploy], inline: { big: full(10_050) } },
  'both quotas full': { attached: many, inline: { big: full(10_050) }, boundary: deploy },
  'denies by a managed policy': { attached: [managed('denies')] },
  'AWSDenyAll attached': { attached: [denyAll, deploy] },
  'our names, others’ policies': {
    inline: {
      'IR-contract-DenyAll': others,
      'IR-contract-Quarantine': others,
      'IR-contract-DenySageMakerEntry': others,
      AWSRevokeOlderSessions: older,
    },
  },
  'protected by tag': {},
};

/** The managed policies that roles and users of these states have. */
export async function makePolicies({ clients }: Pick<Ground, 'clients'>): Promise<void> {
  const make = (PolicyName: string, PolicyDocument: string) =>
    clients.iam.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }));
  for (const arn of many) await make(arn.slice(arn.lastIndexOf('/') + 1), others);
  await make('denies', policy({ Effect: 'Deny', Action: 'iam:*', Resource: '*' }));
}

const protect = [{ Key: 'firebreak:protect', Value: 'payments' }];

const roles: readonly StateCase[] = [
  ...Object.entries(roleStates).map(
    ([state, parts]): StateCase => ({
      kind: 'iam.role',
      state,
      async reach(ground) {
        await makePolicies(ground);
        const arn = await ground.makeRole('state-role', parts);
        if (state === 'protected by tag')
          await ground.clients.iam.send(new iam.TagRoleCommand({ RoleName: 'state-role', Tags: protect }));
        return arn;
      },
    }),
  ),
  {
    kind: 'iam.role',
    state: 'break-glass by name',
    reach: (ground) => ground.makeRole('prod-break-glass'),
  },
  {
    kind: 'iam.role',
    state: 'service-linked',
    reach: async () => 'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
  },
  {
    kind: 'iam.role',
    state: 'of IAM Identity Center',
    reach: (ground) =>
      ground.makeRole('AWSReservedSSO_Admin_0123456789abcdef', {
        path: '/aws-reserved/sso.amazonaws.com/us-east-1/',
      }),
  },
  { kind: 'iam.role', state: 'the responder’s own', reach: async () => 'OnCall' },
];

interface UserParts extends Omit<RoleParts, 'path'> {
  readonly login?: true;
  readonly protected?: true;
  readonly name?: string;
}

async function makeUser({ clients }: Ground, parts: UserParts): Promise<string> {
  const UserName = parts.name ?? 'state-user';
  await clients.iam.send(new iam.CreateUserCommand({ UserName, PermissionsBoundary: parts.boundary }));
  for (const [PolicyName, PolicyDocument] of Object.entries(parts.inline ?? {}))
    await clients.iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  for (const PolicyArn of parts.attached ?? [])
    await clients.iam.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  if (parts.login) await clients.iam.send(new iam.CreateLoginProfileCommand({ UserName, Password: 'correct horse' }));
  if (parts.protected) await clients.iam.send(new iam.TagUserCommand({ UserName, Tags: protect }));
  return `arn:aws:iam::${account}:user/${UserName}`;
}

const userStates: { readonly [state: string]: UserParts } = {
  'plain, with a password': { attached: [deploy], login: true },
  'plain, without a password': { attached: [deploy] },
  'inline quota full': { attached: [deploy], inline: { big: full(1_900) }, login: true },
  'both quotas full': { attached: many, inline: { big: full(1_900) }, login: true },
  'our names, others’ policies': {
    inline: { 'IR-contract-DenyAll': others, 'IR-contract-DenySageMakerEntry': others },
    login: true,
  },
  'protected by tag': { protected: true, login: true },
  'break-glass by name': { name: 'breakglass-1', login: true },
};

const users: readonly StateCase[] = Object.entries(userStates).map(([state, parts]) => ({
  kind: 'iam.user',
  state,
  async reach(ground) {
    await makePolicies(ground);
    return makeUser(ground, parts);
  },
}));

const keys: readonly StateCase[] = [
  ...(['Active', 'Inactive'] as const).map(
    (Status): StateCase => ({
      kind: 'iam.access-key',
      state: Status,
      async reach(ground) {
        await makeUser(ground, {});
        const { accessKeyId } = await ground.key('state-user');
        await ground.clients.iam.send(
          new iam.UpdateAccessKeyCommand({ UserName: 'state-user', AccessKeyId: accessKeyId, Status }),
        );
        return accessKeyId;
      },
    }),
  ),
  {
    kind: 'iam.access-key',
    state: 'of a protected user',
    async reach(ground) {
      await makeUser(ground, { protected: true });
      return (await ground.key('state-user')).accessKeyId;
    },
  },
  { kind: 'iam.access-key', state: 'temporary', reach: async ({ range }) => range.credentials.accessKeyId },
];

const bucket = `ml-prod-data-${account}`;
const statement = (more: object) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:DeleteObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
  ...more,
});
const buckets: readonly StateCase[] = Object.entries({
  'no policy': undefined,
  'a policy': policy(statement({})),
  'a policy of almost 20 KB': policy(
    ...Array.from({ length: 105 }, (_, at) =>
      statement({ Sid: `Keep${at}`, Resource: `arn:aws:s3:::${bucket}/${'p'.repeat(60)}${at}/*` }),
    ),
  ),
}).map(([state, document]) => ({
  kind: 's3.bucket',
  state,
  async reach({ clients: { s3 } }) {
    if (document !== undefined) await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: document }));
    return bucket;
  },
}));

/** Roles, users, keys and buckets. */
export const identityCases: readonly StateCase[] = [...roles, ...users, ...keys, ...buckets];
