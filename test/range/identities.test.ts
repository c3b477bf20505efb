import * as iam from '@aws-sdk/client-iam';
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
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

const account = '111122223333';
const lag = 5000;
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: unknown, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const awsDenyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

async function assume(role: string, more: object = {}, by = clients) {
  const { Credentials } = await by.sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: 'tester', ...more }),
  );
  return clientsOf(range, {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  });
}
async function key(user: string) {
  const { AccessKey } = await clients.iam.send(new iam.CreateAccessKeyCommand({ UserName: user }));
  return clientsOf(range, { accessKeyId: AccessKey?.AccessKeyId, secretAccessKey: AccessKey?.SecretAccessKey });
}
const list = (by: typeof clients) => by.sagemaker.send(new ListEndpointsCommand({}));

describe('managed policies and boundaries', () => {
  test('a detached policy allows nothing any more, after the lag; attached again, it does', async () => {
    const before = await range.state();
    const ci = await assume('ci-deployer');
    const deploy = { RoleName: 'ci-deployer', PolicyArn: `arn:aws:iam::${account}:policy/deploy` };
    await clients.iam.send(new iam.DetachRolePolicyCommand(deploy));
    expect((await clients.iam.send(new iam.ListAttachedRolePoliciesCommand(deploy))).AttachedPolicies).toEqual([]);
    await list(ci);
    await clock.advance(lag);
    expect((await refusal(list(ci))).message).toContain('because no identity-based policy allows');
    expect((await refusal(clients.iam.send(new iam.DetachRolePolicyCommand(deploy)))).name).toBe(
      'NoSuchEntityException',
    );
    await clients.iam.send(new iam.AttachRolePolicyCommand(deploy));
    await clock.advance(lag);
    await list(ci);
    expect(await range.state()).toBe(before);
  });
  test('the eleventh is over the quota, and so are an unknown one and one too large', async () => {
    const attach = (name: string) =>
      clients.iam.send(
        new iam.AttachRolePolicyCommand({
          RoleName: 'ds-team',
          PolicyArn: `arn:aws:iam::${account}:policy/${name}`,
        }),
      );
    for (let i = 1; i <= 10; i += 1)
      await clients.iam.send(
        new iam.CreatePolicyCommand({ PolicyName: `p${i}`, PolicyDocument: policy(allow('s3:GetObject')) }),
      );
    for (let i = 1; i <= 9; i += 1) await attach(`p${i}`);
    expect(await refusal(attach('p10'))).toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    });
    expect((await refusal(attach('nope'))).name).toBe('NoSuchEntityException');
    const large = new iam.CreatePolicyCommand({
      PolicyName: 'large',
      PolicyDocument: policy(allow(`s3:${'x'.repeat(6200)}`)),
    });
    expect((await refusal(clients.iam.send(large))).name).toBe('LimitExceededException');
    expect(
      (await refusal(clients.iam.send(new iam.DeletePolicyCommand({ PolicyArn: `arn:aws:iam::${account}:policy/p1` }))))
        .name,
    ).toBe('DeleteConflictException');
  });
  test('a new version that is made the default is in force for everybody who has the policy', async () => {
    const ci = await assume('ci-deployer');
    const PolicyArn = `arn:aws:iam::${account}:policy/deploy`;
    await clients.iam.send(
      new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policy(allow('s3:*')), SetAsDefault: true }),
    );
    const { Policy } = await clients.iam.send(new iam.GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({ DefaultVersionId: 'v2', AttachmentCount: 1 });
    const { PolicyVersion } = await clients.iam.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(policy(allow('s3:*')));
    await clock.advance(lag);
    expect((await refusal(list(ci))).name).toBe('AccessDeniedException');
    await clients.iam.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    await clock.advance(lag);
    await list(ci);
  });
  test('a boundary caps: refused in its own words, simulated alike, read back by GetRole, gone when deleted', async () => {
    const before = await range.state();
    const ci = await assume('ci-deployer');
    const RoleName = 'ci-deployer';
    await clients.iam.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: awsDenyAll }));
    const { Role } = await clients.iam.send(new iam.GetRoleCommand({ RoleName }));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(awsDenyAll);
    await clock.advance(lag);
    expect((await refusal(list(ci))).message).toContain('with an explicit deny in a permissions boundary');
    const simulated = await clients.iam.send(
      new iam.SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn(RoleName),
        ActionNames: ['sagemaker:ListEndpoints'],
      }),
    );
    expect(simulated.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'explicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    await clients.iam.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }));
    await clock.advance(lag);
    await list(ci);
    expect(await range.state()).toBe(before);
  });
  test('five hundred holders of a policy come in pages', async () => {
    const names = Array.from({ length: 500 }, (_, at) => `u${at}`);
    const PolicyArn = `arn:aws:iam::${account}:policy/deploy`;
    for (const UserName of names) {
      await clients.iam.send(new iam.CreateUserCommand({ UserName }));
      await clients.iam.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
    }
    const found: string[] = [];
    let pages = 0;
    for await (const page of iam.paginateListEntitiesForPolicy({ client: clients.iam }, { PolicyArn })) {
      pages += 1;
      for (const { UserName } of page.PolicyUsers ?? []) found.push(UserName ?? '');
    }
    expect(pages).toBe(6);
    expect(found).toEqual(names);
  });
});

describe('documents', () => {
  const put = (PolicyDocument: string) =>
    clients.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'ds-team', PolicyName: 'x', PolicyDocument }));
  const trust = (PolicyDocument: string) =>
    clients.iam.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'ds-team', PolicyDocument }));
  test.each([
    ['no JSON', '{', 'This policy contains invalid Json'],
    ['a principal', policy({ ...allow('s3:*'), Principal: '*' }), 'Policy document should not specify a principal.'],
    ['an action of no service', policy(allow('GetObject')), 'Actions/Conditions must be prefaced by a vendor'],
    ['a resource that is none', policy(allow('s3:*', { Resource: 'bucket' })), 'must be in ARN format or "*"'],
  ])('a policy with %s is malformed', async (_what, document, message) => {
    const refused = await refusal(put(document));
    expect(refused.name).toBe('MalformedPolicyDocumentException');
    expect(refused.message).toContain(message);
  });
  test.each([
    ['no principal', { Effect: 'Allow', Action: 'sts:AssumeRole' }, 'Missing required field Principal'],
    ['a resource', { ...allow('sts:AssumeRole'), Principal: '*' }, 'Has prohibited field Resource'],
    [
      'a principal that is not there',
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:user/ghost` } },
      'Invalid principal in policy',
    ],
  ])('a trust policy with %s is malformed', async (_what, statement, message) => {
    expect((await refusal(trust(policy(statement)))).message).toContain(message);
  });
  test('what AWS owns is nobody else’s to change, in any way', async () => {
    const RoleName = 'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint';
    for (const call of [
      clients.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: awsDenyAll })),
      clients.iam.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: awsDenyAll })),
      clients.iam.send(
        new iam.UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }),
        }),
      ),
    ])
      expect((await refusal(call)).name).toBe('UnmodifiableEntityException');
  });
});

describe('sessions', () => {
  test('a frozen trust policy stops new sessions, not the ones there are', async () => {
    const ci = await assume('ci-deployer');
    await clients.iam.send(
      new iam.UpdateAssumeRolePolicyCommand({
        RoleName: 'ci-deployer',
        PolicyDocument: policy({ Effect: 'Deny', Action: 'sts:AssumeRole', Principal: '*' }),
      }),
    );
    await assume('ci-deployer');
    await clock.advance(lag);
    expect(await refusal(assume('ci-deployer'))).toEqual({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${account}:assumed-role/OnCall/on-call is not authorized to perform: sts:AssumeRole on resource: ${roleArn('ci-deployer')} with an explicit deny in a resource-based policy`,
    });
    await list(ci);
  });
  test('conditions of a trust policy count', async () => {
    const Condition = { StringEquals: { 'sts:ExternalId': 'right' } };
    await clients.iam.send(
      new iam.UpdateAssumeRolePolicyCommand({
        RoleName: 'ci-deployer',
        PolicyDocument: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: account }, Condition }),
      }),
    );
    await clock.advance(lag);
    await assume('ci-deployer', { ExternalId: 'right' });
    expect((await refusal(assume('ci-deployer', { ExternalId: 'wrong' }))).name).toBe('AccessDenied');
    expect((await refusal(assume('nobody-here'))).name).toBe('AccessDenied');
  });
  test('a session policy caps the session, not the role', async () => {
    const capped = await assume('ci-deployer', { Policy: policy(allow('sagemaker:DescribeEndpoint')) });
    expect((await refusal(list(capped))).message).toContain('because no session policy allows');
    await list(await assume('ci-deployer'));
  });
  test('what a role assumed lives an hour; longer is refused, and longer than the role allows', async () => {
    const PolicyDocument = policy(allow('sts:AssumeRole'));
    await clients.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'ds-team', PolicyName: 'chain', PolicyDocument }));
    await clock.advance(lag);
    const first = await assume('ds-team');
    await list(await assume('ci-deployer', { DurationSeconds: 3600 }, first));
    expect((await refusal(assume('ci-deployer', { DurationSeconds: 7200 }, first))).message).toContain(
      '1 hour session limit',
    );
  });
  test('a source identity stays with the chain', async () => {
    await clients.iam.send(
      new iam.UpdateAssumeRolePolicyCommand({
        RoleName: 'ci-deployer',
        PolicyDocument: policy({
          Effect: 'Allow',
          Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
          Principal: { AWS: `arn:aws:iam::${account}:root` },
        }),
      }),
    );
    await clock.advance(lag);
    await list(await assume('ci-deployer', { SourceIdentity: 'carol' }));
    // ds-team's trust says nothing of it.
    expect((await refusal(assume('ds-team', { SourceIdentity: 'carol' }))).message).toContain('sts:SetSourceIdentity');
  });
  test('a deny on older tokens reaches sessions and session tokens, and neither fresh ones nor the key', async () => {
    const alice = await key('alice');
    const tokenOf = async () => {
      const { Credentials } = await alice.sts.send(new GetSessionTokenCommand({}));
      return clientsOf(range, {
        accessKeyId: Credentials?.AccessKeyId,
        secretAccessKey: Credentials?.SecretAccessKey,
        sessionToken: Credentials?.SessionToken,
      });
    };
    const old = await tokenOf();
    await clock.advance(1000);
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': new Date(clock.now()).toISOString() } };
    await clients.iam.send(
      new iam.PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'revoke',
        PolicyDocument: policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition }),
      }),
    );
    await clock.advance(lag);
    expect((await refusal(list(old))).name).toBe('AccessDeniedException');
    await list(await tokenOf());
    await list(alice);
    expect((await refusal((await tokenOf()).iam.send(new iam.ListUsersCommand({})))).name).toBe('InvalidClientTokenId');
  });
  test('a session token outlives its key', async () => {
    const { AccessKeyMetadata } = await clients.iam.send(new iam.ListAccessKeysCommand({ UserName: 'alice' }));
    const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId ?? '';
    const alice = clientsOf(range, { accessKeyId: AccessKeyId, secretAccessKey: 'any' });
    const { Credentials } = await alice.sts.send(new GetSessionTokenCommand({}));
    const token = clientsOf(range, {
      accessKeyId: Credentials?.AccessKeyId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    });
    await clients.iam.send(new iam.DeleteAccessKeyCommand({ UserName: 'alice', AccessKeyId }));
    await clock.advance(lag);
    expect((await refusal(list(alice))).name).toBe('UnrecognizedClientException');
    await list(token);
  });
  test('a federated user may do what its session policy and its user may, and is recorded as one', async () => {
    await clients.iam.send(
      new iam.PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'federate',
        PolicyDocument: policy(allow('sts:GetFederationToken')),
      }),
    );
    await clock.advance(lag);
    const alice = await key('alice');
    const federate = async (Policy?: string) => {
      const { Credentials, FederatedUser } = await alice.sts.send(
        new GetFederationTokenCommand({ Name: 'guest', ...(Policy ? { Policy } : {}) }),
      );
      expect(FederatedUser?.Arn).toBe(`arn:aws:sts::${account}:federated-user/guest`);
      return clientsOf(range, {
        accessKeyId: Credentials?.AccessKeyId,
        secretAccessKey: Credentials?.SecretAccessKey,
        sessionToken: Credentials?.SessionToken,
      });
    };
    await list(await federate(policy(allow('sagemaker:*'))));
    expect((await refusal(list(await federate()))).message).toContain('federated-user/guest is not authorized');
  });
});

describe('users', () => {
  test('two keys a user; a user with keys, a password or policies is not deleted', async () => {
    await key('alice');
    expect(await refusal(key('alice'))).toMatchObject({ name: 'LimitExceededException' });
    const remove = (UserName: string) => clients.iam.send(new iam.DeleteUserCommand({ UserName }));
    expect((await refusal(remove('alice'))).name).toBe('DeleteConflictException');
    await clients.iam.send(new iam.CreateUserCommand({ UserName: 'eve' }));
    expect((await refusal(clients.iam.send(new iam.CreateUserCommand({ UserName: 'Eve' })))).name).toBe(
      'EntityAlreadyExistsException',
    );
    const profile = { UserName: 'eve', Password: 'correct horse battery staple' };
    await clients.iam.send(new iam.CreateLoginProfileCommand(profile));
    expect((await refusal(clients.iam.send(new iam.CreateLoginProfileCommand(profile)))).name).toBe(
      'EntityAlreadyExistsException',
    );
    expect((await refusal(remove('eve'))).message).toContain('login profile');
    await clients.iam.send(new iam.DeleteLoginProfileCommand({ UserName: 'eve' }));
    expect((await refusal(clients.iam.send(new iam.GetLoginProfileCommand({ UserName: 'eve' })))).name).toBe(
      'NoSuchEntityException',
    );
    await remove('eve');
  });
  test('two thousand characters of inline policies are a user’s quota', async () => {
    const put = (length: number) =>
      clients.iam.send(
        new iam.PutUserPolicyCommand({
          UserName: 'alice',
          PolicyName: 'x',
          PolicyDocument: policy(allow(`s3:${'x'.repeat(length)}`)),
        }),
      );
    await put(1900);
    expect((await refusal(put(2100))).name).toBe('LimitExceededException');
  });
});
