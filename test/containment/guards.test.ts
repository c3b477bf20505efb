import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionContext, Affected } from '../../src/containment/action.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { planWith } from '../../src/containment/plan.ts';
import { policyNameOf } from '../../src/containment/policy-name.ts';
import { refuseProtectTag } from '../../src/containment/protected-roles.ts';
import { undoSteps } from '../../src/containment/step.ts';
import { scriptsOf, withoutScripts } from '../../src/containment/studio-scripts.ts';
import { resolveTarget } from '../../src/containment/target.ts';
import { AwsCallError, RefusedError, UsageError } from '../../src/model/errors.ts';
import { FakeAccount, scene } from './fake-aws.ts';
import { account, allow, type Ground, ground, policy, roleArn, signal } from './identity-range.ts';

const action = (id: string) => {
  const found = actions.find((one) => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};

let g: Ground;
beforeAll(async () => {
  g = await ground(2000);
}, 60_000);
afterAll(() => g.close());

const resolved = async (text: string, id?: string) =>
  resolveTarget(text, id ? [action(id)] : actions, { aws: g.door.aws, identity: await g.door.identity(), signal });

describe('what is no target', () => {
  it.each([
    [
      'the wrong kind',
      'sagemaker.endpoint.delete',
      `arn:aws:iam::${account}:role/OnCall`,
      UsageError,
      /is no endpoint/,
    ],
    [
      'another account',
      'sagemaker.endpoint.delete',
      'arn:aws:sagemaker:us-east-1:999988887777:endpoint/fraud-scorer',
      RefusedError,
      /in account 999988887777/,
    ],
    [
      'another Region',
      'sagemaker.endpoint.delete',
      `arn:aws:sagemaker:eu-west-1:${account}:endpoint/fraud-scorer`,
      RefusedError,
      /in eu-west-1/,
    ],
    [
      'another partition',
      'sagemaker.endpoint.delete',
      `arn:aws-cn:sagemaker:us-east-1:${account}:endpoint/fraud-scorer`,
      RefusedError,
      /partition aws-cn/,
    ],
    ['a name with a slash', 'sagemaker.endpoint.delete', 'fraud/scorer', AwsCallError, /constraint|find endpoint/i],
    ['nothing', 'sagemaker.endpoint.delete', ' ', UsageError, /empty/],
    ['half an ARN', 'iam.role.deny-all', 'arn:aws:iam', UsageError, /is no role/],
    ['a name where only an ARN tells', 'sagemaker.app.delete', 'default', UsageError, /only be told by an ARN/],
    ['a bucket that is none', 's3.bucket.deny-principal', '../etc', AwsCallError, /no bucket/],
  ] as const)('%s', async (_, id, text, kind, words) => {
    const error = await resolved(text, id).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(words);
  });
  it('an ambiguous name: the ARNs to choose from are given', async () => {
    await g.makeRole('fraud-lab');
    const error = await resolved('fraud-lab').catch((reason: unknown) => reason as UsageError);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(/^fraud-lab is the name of (?:notebook and role|role and notebook)$/);
    expect((error as UsageError).nextSteps[0]).toContain(
      `arn:aws:sagemaker:us-east-1:${account}:notebook-instance/fraud-lab`,
    );
  });
  it('a role is found with and without its path, and another path is another role', async () => {
    await g.makeRole('deep', { path: '/a/b/' });
    for (const text of ['deep', '/a/b/deep', roleArn('deep', '/a/b/')])
      expect(await resolved(text, 'iam.role.deny-all')).toMatchObject({ arn: roleArn('deep', '/a/b/'), name: 'deep' });
    const other = { kind: 'iam.role', arn: roleArn('deep', '/c/'), name: 'deep' };
    await expect(g.plan('iam.role.deny-all', other)).rejects.toBeInstanceOf(RefusedError);
  });
  it('any text ends in a target of that name, or in words', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.string({ unit: 'binary', maxLength: 20 }),
          fc
            .constantFrom('arn:', 'arn:aws:sagemaker:us-east-1:', `arn:aws:iam::${account}:role/`)
            .chain((prefix) => fc.string({ maxLength: 20 }).map((rest) => prefix + rest)),
        ),
        async (text) => {
          try {
            const { name } = await resolved(text, 'iam.role.deny-all');
            expect(text.toLowerCase()).toContain(name.toLowerCase());
          } catch (error) {
            expect(error instanceof UsageError || error instanceof AwsCallError || error instanceof RefusedError).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('what is not sent', () => {
  it.each([
    ['iam.role.quarantine', 'ds-exec'],
    ['sagemaker.notebook-instance.stop', 'fraud-lab'],
    ['events.rule.disable', 'fraud-deploy-on-approval'],
    ['scheduler.schedule.disable', 'fraud-retrain-nightly'],
  ])('%s while not armed', async (id, name) => {
    const target = await g.target(id, name);
    const plan = await g.plan(id, target);
    const before = await g.range.state();
    g.door.arming.disarm();
    await expect(
      g.runner.approve(plan, { reason: 'test', typedName: target.name }, 'test', signal),
    ).rejects.toMatchObject({ code: 'NotArmed', exitCode: 3 });
    expect(await g.range.state()).toBe(before);
  });
  it('a user’s own keys and denies, and a break-glass user’s', async () => {
    for (const UserName of ['carol-oncall', 'break-glass-2'])
      await g.clients.iam.send(new iam.CreateUserCommand({ UserName }));
    const context: ActionContext = {
      aws: g.door.aws,
      partition: 'aws',
      account,
      region: 'us-east-1',
      responderArn: `arn:aws:iam::${account}:user/carol-oncall`,
      incident: 'contract',
      params: {},
      signal,
    };
    const identity = await g.door.identity();
    for (const [name, code] of [
      ['carol-oncall', 'OwnUser'],
      ['break-glass-2', 'ProtectedUser'],
    ] as const) {
      const { accessKeyId } = await g.key(name);
      for (const [id, text] of [
        ['iam.user.deny-all', name],
        ['iam.user.disable-console-login', name],
        ['iam.access-key.deactivate', accessKeyId],
      ] as const)
        await expect(
          planWith(action(id), await g.target(id, text), context, identity),
          `${id} ${name}`,
        ).rejects.toMatchObject({ code });
    }
  });
  it('a key of the root user, and one that nobody knows', async () => {
    const s = scene();
    s.account.handlers['iam:GetAccessKeyLastUsed'] = () => ({ AccessKeyLastUsed: {} });
    const root = { kind: 'iam.access-key', arn: '', name: 'AKIAROOTROOTROOTROOT' };
    await expect(s.runner.plan('iam.access-key.deactivate', root, {}, signal)).rejects.toMatchObject({
      code: 'NoUserKey',
      nextSteps: [expect.stringContaining('root user')],
    });
    await expect(resolved('AKIAAAAAAAAAAAAAAAAA', 'iam.access-key.deactivate')).rejects.toBeInstanceOf(AwsCallError);
  });
});

describe('odd facts', () => {
  it('a trail of another home Region is started and stopped there; one of another account is not', async () => {
    const s = scene(new FakeAccount());
    const trail = (owner: string) => `arn:aws:cloudtrail:eu-west-1:${owner}:trail/main`;
    const told = (owner: string) => () => ({
      trailList: [{ Name: 'main', TrailARN: trail(owner), HomeRegion: 'eu-west-1' }],
    });
    s.account.handlers['cloudtrail:DescribeTrails'] = told(account);
    s.account.handlers['cloudtrail:GetTrailStatus'] = () => ({ IsLogging: false });
    const target = { kind: 'cloudtrail.trail', arn: '', name: 'main' };
    const { plan } = await s.runner.plan('cloudtrail.trail.start-logging', target, {}, signal);
    for (const step of [...plan.steps, ...undoSteps(plan)])
      expect(step.kind === 'call' ? step.call.region : step.check.read.region).toBe('eu-west-1');
    s.account.handlers['cloudtrail:DescribeTrails'] = told('999988887777');
    await expect(s.runner.plan('cloudtrail.trail.start-logging', target, {}, signal)).rejects.toMatchObject({
      code: 'OtherAccount',
    });
  });
  it('a trust policy that is no JSON is not frozen, since undo could not put it back, and gives no role to swap to', async () => {
    const s = scene();
    s.account.handlers['iam:GetRole'] = () => ({
      Role: { RoleName: 'odd', Arn: roleArn('odd'), Path: '/', AssumeRolePolicyDocument: 'this is no JSON' },
    });
    const target = { kind: 'iam.role', arn: roleArn('odd'), name: 'odd' };
    await expect(s.runner.plan('iam.role.freeze-trust', target, {}, signal)).rejects.toMatchObject({
      code: 'PolicyNotReadable',
    });
    await expect(
      s.runner.plan(
        'sagemaker.notebook-instance.swap-role',
        s.account.notebook('lab'),
        { role: roleArn('odd') },
        signal,
      ),
    ).rejects.toMatchObject({ code: 'RoleNotUsable' });
  });
  it('a policy of our name that somebody else wrote: replaced, told in words, and put back as it was', async () => {
    const others = policy(allow('s3:GetObject'));
    await g.makeRole('ours', { inline: { 'IR-contract-Quarantine': others } });
    const target = await g.target('iam.role.quarantine', 'ours');
    const plan = await g.plan('iam.role.quarantine', target);
    expect(`${plan.summary} ${plan.impact}`).toMatch(/IR-contract-Quarantine/);
    expect(`${plan.summary} ${plan.impact}`).toMatch(/replace/i);
    const [back] = undoSteps(plan);
    expect(back?.kind === 'call' && back.call.name === 'iam:PutRolePolicy' && back.call.input.PolicyDocument).toBe(
      others,
    );
  });
  it('500 roles and 300 users of one role: every page is read', async () => {
    const { iam: client, sagemaker } = g.clients;
    const trust = policy({
      Effect: 'Allow',
      Principal: { Service: 'sagemaker.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    const inTens = async (count: number, make: (at: number) => Promise<unknown>) => {
      for (let at = 0; at < count; at += 20)
        await Promise.all(Array.from({ length: 20 }, (_, more) => make(at + more)));
    };
    await inTens(500, (at) =>
      client.send(new iam.CreateRoleCommand({ RoleName: `many-${at}`, AssumeRolePolicyDocument: trust })),
    );
    const shared = roleArn('many-0');
    await inTens(300, (at) =>
      sagemaker.send(
        new sm.CreateModelCommand({
          ModelName: `many-${at}`,
          ExecutionRoleArn: shared,
          PrimaryContainer: { Image: 'x' },
        }),
      ),
    );
    const bucket = await g.target('s3.bucket.deny-principal', `ml-prod-data-${account}`);
    const [offered] = await g.runner.parameters('s3.bucket.deny-principal', bucket, signal);
    expect(offered?.choices?.filter((arn) => arn.includes(':role/many-'))).toHaveLength(500);
    const target = await g.target('iam.role.quarantine', 'many-0');
    const users: Affected[] = [];
    const context: ActionContext = {
      aws: g.door.aws,
      partition: 'aws',
      account,
      region: 'us-east-1',
      responderArn: (await g.door.identity()).arn,
      incident: 'contract',
      params: {},
      signal,
    };
    try {
      for await (const one of action('iam.role.quarantine').affected?.(target, context) ?? []) users.push(one);
    } catch (error) {
      // What it did not look at it tells at the end.
      expect(error).toMatchObject({ code: 'NotEverythingSeen' });
    }
    expect(users.filter(({ kind }) => kind === 'sagemaker.model')).toHaveLength(300);
  }, 60_000);
});

describe('names', () => {
  const purposes = ['DenyAll', 'DenyInvoke', 'DenySageMakerEntry', 'DenyStudioLaunch', 'Quarantine'] as const;
  it('of policies are what IAM takes, and two incidents share none', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
        fc.string({ minLength: 1, maxLength: 200 }),
        fc.constantFrom(...purposes),
        (one, other, purpose) => {
          const name = policyNameOf(one, purpose);
          expect(name).toMatch(/^[\w+=,.@-]{1,128}$/);
          if (one !== other) expect(policyNameOf(other, purpose)).not.toBe(name);
        },
      ),
      { numRuns: 300 },
    );
  });
  it('of scripts leave the settings, and nothing else does', () => {
    const arn = fc
      .constantFrom('a', 'b', 'c')
      .map((name) => `arn:aws:sagemaker:us-east-1:${account}:studio-lifecycle-config/${name}`);
    const app = fc.record(
      {
        DefaultResourceSpec: fc.record(
          { InstanceType: fc.constant('ml.t3.medium'), LifecycleConfigArn: arn },
          { requiredKeys: ['InstanceType'] },
        ),
        LifecycleConfigArns: fc.array(arn, { maxLength: 4 }),
        BuiltInLifecycleConfigArn: arn,
        CodeRepositories: fc.constant([{ RepositoryUrl: 'https://example.com/x.git' }]),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.record(
          { JupyterLabAppSettings: app, CodeEditorAppSettings: app, ExecutionRole: fc.constant('r') },
          { requiredKeys: [] },
        ),
        fc.uniqueArray(arn, { maxLength: 3 }),
        (settings, scripts) => {
          const wanted = new Set(scripts);
          const changes = withoutScripts(settings, wanted);
          const after = {
            ...settings,
            ...Object.fromEntries(Object.entries(changes).map(([member, { after: to }]) => [member, to])),
          };
          expect(scriptsOf(after)).toEqual(scriptsOf(settings).filter((one) => !wanted.has(one)));
          for (const [member, { before, after: to }] of Object.entries(changes)) {
            expect(scriptsOf({ [member]: before }).some((one) => wanted.has(one))).toBe(true);
            expect((to as { CodeRepositories?: unknown }).CodeRepositories).toEqual(
              (before as { CodeRepositories?: unknown }).CodeRepositories,
            );
            // An empty list is what empties it: it must be sent.
            expect('LifecycleConfigArns' in to).toBe('LifecycleConfigArns' in before);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('keeps from containment whom the operator’s file names by tag, and says by which', () => {
  const tags = [
    { Key: 'owner', Value: 'platform' },
    { Key: 'stage', Value: 'prod' },
  ];
  const refused = (protectedTags: readonly string[], more: readonly (typeof tags)[number][] = []) => {
    try {
      refuseProtectTag('ds-exec', [...tags, ...more], { protectedTags });
    } catch (error) {
      return error instanceof RefusedError ? `${error.code}: ${error.message}` : String(error);
    }
    return undefined;
  };
  expect(refused([])).toBeUndefined();
  expect(refused(['owner=ml', 'team'])).toBeUndefined();
  expect(refused(['owner=plat*'])).toMatch(/^ProtectedByTag: ds-exec carries the tag owner=platform/);
  expect(refused(['stage'])).toContain('stage=prod');
  expect(refused(['team', 'stage=PROD'])).toContain('stage=prod');
  expect(refused([], [{ Key: 'firebreak:protect', Value: '' }])).toContain('the tag firebreak:protect:');
  // The value `false` lifts the built-in tag, not the operator's own.
  expect(refused(['firebreak:*'], [{ Key: 'firebreak:protect', Value: 'false' }])).toContain('firebreak:protect=false');
});
