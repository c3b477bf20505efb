import * as iam from '@aws-sdk/client-iam';
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type Bench, type Claim, refusalOf, seen, unseen } from './claim.ts';

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = document({ Effect: 'Allow', Action: ['sagemaker:List*', 'sagemaker:Describe*'], Resource: '*' });
const denyAll = document({ Effect: 'Deny', Action: '*', Resource: '*' });

/** A role of this run, trusted by the account and by SageMaker, that may look at SageMaker and nothing else. */
export async function makeRole(bench: Bench, name: string): Promise<string> {
  const RoleName = `${bench.prefix}-${name}`;
  const principal = { AWS: `arn:aws:iam::${bench.account}:root`, Service: 'sagemaker.amazonaws.com' };
  const { Role } = await bench.iam.send(
    new iam.CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }),
    }),
  );
  bench.cleanUp(`role ${RoleName}`, async () => {
    const { PolicyNames = [] } = await bench.iam.send(new iam.ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames)
      await bench.iam.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await bench.iam.send(new iam.DeleteRoleCommand({ RoleName }));
  });
  await bench.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'look', PolicyDocument: allow }));
  return Role?.Arn ?? '';
}

const lag: Claim = {
  id: 'iam-lag',
  claim: 'An inline deny of a role is enforced seconds after IAM reads it back (about 4 s in one measurement).',
  does: [
    'iam:CreateRole, iam:PutRolePolicy (allow sagemaker:List*, Describe*)',
    'sts:AssumeRole, then sagemaker:ListEndpoints with it, every half second',
    'iam:PutRolePolicy (deny everything); the time until the first refusal is taken',
    'iam:DeleteRolePolicy, iam:DeleteRole',
  ],
  costs: 'nothing',
  async measure(bench) {
    const RoleArn = await makeRole(bench, 'lag');
    const RoleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
    const session = await bench.until(60_000, async () => {
      const answer = await bench.sts
        .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lag' }))
        // A new role cannot be assumed at once; what else it may be is told when the time is up.
        .catch(() => undefined);
      return answer?.Credentials;
    });
    if (!session) return unseen('the new role could not be assumed within a minute');
    const { sagemaker } = bench.as({
      accessKeyId: session.AccessKeyId ?? '',
      secretAccessKey: session.SecretAccessKey ?? '',
      sessionToken: session.SessionToken ?? '',
    });
    const look = () => refusalOf(sagemaker.send(new ListEndpointsCommand({ MaxResults: 1 })));
    if ((await bench.until(60_000, async () => ((await look()) === undefined ? true : undefined))) === undefined)
      return unseen('the role was never allowed what its policy allows');
    const at = bench.now();
    await bench.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'deny', PolicyDocument: denyAll }));
    const refused = await bench.until(300_000, look);
    return refused === undefined
      ? seen('not refused within five minutes')
      : seen(`first refusal after ${((bench.now() - at) / 1000).toFixed(1)} s: ${refused}`);
  },
};

/** Puts policies until AWS refuses; how many characters it took, white space not counted. */
async function fill(put: (name: string, policy: string) => Promise<unknown>): Promise<string> {
  let characters = 0;
  for (let at = 0; at < 40; at += 1) {
    const policy = document({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${'x'.repeat(300)}${at}`,
    });
    const refused = await refusalOf(put(`fill-${at}`, policy));
    if (refused) return `${characters} characters were taken, ${characters + policy.length} refused: ${refused}`;
    characters += policy.length;
  }
  return `${characters} characters were taken, and no refusal came`;
}

const quotas: Claim = {
  id: 'inline-quotas',
  claim: 'Inline policies of a role hold 10,240 characters together, of a user 2,048.',
  does: [
    'iam:CreateRole, iam:PutRolePolicy with policies of about 400 characters until AWS refuses',
    'iam:CreateUser, iam:PutUserPolicy likewise',
    'iam:DeleteRolePolicy, iam:DeleteRole, iam:DeleteUserPolicy, iam:DeleteUser',
  ],
  costs: 'nothing',
  async measure(bench) {
    const RoleArn = await makeRole(bench, 'quota');
    const RoleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
    const UserName = `${bench.prefix}-quota`;
    await bench.iam.send(new iam.CreateUserCommand({ UserName }));
    bench.cleanUp(`user ${UserName}`, async () => {
      const { PolicyNames = [] } = await bench.iam.send(new iam.ListUserPoliciesCommand({ UserName }));
      for (const PolicyName of PolicyNames)
        await bench.iam.send(new iam.DeleteUserPolicyCommand({ UserName, PolicyName }));
      await bench.iam.send(new iam.DeleteUserCommand({ UserName }));
    });
    const role = await fill((PolicyName, PolicyDocument) =>
      bench.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
    );
    const user = await fill((PolicyName, PolicyDocument) =>
      bench.iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
    );
    return seen(`role: ${role}; user: ${user}`);
  },
};

export default [lag, quotas];
