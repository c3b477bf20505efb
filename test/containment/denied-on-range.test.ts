import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  CreateAppCommand,
  CreatePresignedNotebookInstanceUrlCommand,
  CreateUserProfileCommand,
  DescribeAppCommand,
  DescribeModelPackageCommand,
  DescribeUserProfileCommand,
  ListEndpointsCommand,
} from '@aws-sdk/client-sagemaker';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { refusal } from '../range/clients.ts';
import { ManualClock } from '../range/manual-clock.ts';
import { account, allow, type Clients, type Ground, ground, policy, roleArn, signal } from './identity-range.ts';

const fullAccess = 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess';
const data = 'ml-prod-data-111122223333';
const logGroupName = '/aws/sagemaker/NotebookInstances';
const written = { logGroupName, logStreamName: 'victim' };

const list = ({ sagemaker }: Clients) => sagemaker.send(new ListEndpointsCommand({}));
const mint = ({ sagemaker }: Clients) =>
  sagemaker.send(new CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: 'fraud-lab' }));
const writeLog = ({ logs }: Clients) =>
  logs.send(new PutLogEventsCommand({ ...written, logEvents: [{ timestamp: Date.now(), message: 'evidence' }] }));

/** Asks again until AWS enforces what was written; the refusal it ends with. */
async function refusedSoon(call: () => Promise<unknown>) {
  return vi.waitFor(() => refusal(call()), { timeout: 10_000, interval: 10 });
}

/** Asks again until AWS enforces what was written. */
async function allowedSoon(call: () => Promise<unknown>) {
  return vi.waitFor(call, { timeout: 10_000, interval: 10 });
}

describe('the attacker’s next call is refused, the benign ones are not', () => {
  let g: Ground;
  let bystander: Clients;
  beforeAll(async () => {
    g = await ground(200);
    await g.clients.logs.send(new CreateLogGroupCommand({ logGroupName })).catch(() => undefined);
    await g.clients.logs.send(new CreateLogStreamCommand(written));
    bystander = await g.assume('ds-team');
  }, 120_000);
  afterAll(() => g.close());

  let made = 0;
  /** A role that was taken over, and a session of it. */
  async function victim() {
    made += 1;
    const name = `victim-${made}`;
    await g.makeRole(name, { attached: [fullAccess], inline: { data: policy(allow('s3:*')) } });
    const target = await g.target('iam.role.quarantine', name);
    const session = await g.assume(name);
    // What was just written is enforced a little later.
    await allowedSoon(() => list(session));
    await allowedSoon(() => session.s3.send(new ListObjectsV2Command({ Bucket: data })));
    return { name, target, session };
  }
  async function contained(action: string, target: Parameters<Ground['contain']>[1], params = {}) {
    const outcome = await (await g.contain(action, target, params)).written;
    expect(outcome.containment.state, JSON.stringify(outcome.containment.verdict)).toBe('written');
  }

  it('iam.role.quarantine: nothing but logs', async () => {
    const { session, target } = await victim();
    await list(session);
    await contained('iam.role.quarantine', target);
    expect((await refusedSoon(() => list(session))).message).toContain('explicit deny in an identity-based policy');
    await writeLog(session);
    await list(bystander);
  });
  it('iam.role.deny-all: not even logs', async () => {
    const { session, target } = await victim();
    await contained('iam.role.deny-all', target);
    await refusedSoon(() => list(session));
    expect((await refusal(writeLog(session))).message).toContain('explicit deny');
    await list(bystander);
  });
  it('iam.role.set-boundary', async () => {
    const { session, target } = await victim();
    await contained('iam.role.set-boundary', target);
    expect((await refusedSoon(() => list(session))).message).toContain('explicit deny in a permissions boundary');
    await list(bystander);
  });
  it('iam.role.detach-policies: what inline policies allow goes on', async () => {
    const { session, target } = await victim();
    await contained('iam.role.detach-policies', target);
    expect((await refusedSoon(() => list(session))).message).toContain('no identity-based policy allows');
    await session.s3.send(new ListObjectsV2Command({ Bucket: data }));
    await list(bystander);
  });
  it('iam.role.freeze-trust: no new session; those that exist go on', async () => {
    const { name, session, target } = await victim();
    await contained('iam.role.freeze-trust', target);
    await refusedSoon(() => g.assume(name));
    await list(session);
    await g.assume('ds-team');
  });
  it('iam.role.deny-sagemaker-entry: no URL, all else', async () => {
    const { session, target } = await victim();
    await mint(session);
    await contained('iam.role.deny-sagemaker-entry', target);
    expect((await refusedSoon(() => mint(session))).message).toContain('explicit deny');
    await list(session);
    await mint(bystander);
  });
  it('iam.user.deny-sagemaker-entry and iam.user.deny-all: the user’s key', async () => {
    const alice = await g.key('alice');
    const target = await g.target('iam.user.deny-all', 'alice');
    await contained('iam.user.deny-sagemaker-entry', target);
    await refusedSoon(() => mint(alice));
    await list(alice);
    await contained('iam.user.deny-all', target);
    await refusedSoon(() => list(alice));
    await list(bystander);
  });
  it('iam.user.disable-console-login: the keys are refused, too', async () => {
    await g.clients.iam.send(new CreateUserCommand({ UserName: 'mallory' }));
    await g.clients.iam.send(new AttachUserPolicyCommand({ UserName: 'mallory', PolicyArn: fullAccess }));
    await g.clients.iam.send(new CreateLoginProfileCommand({ UserName: 'mallory', Password: 'correct horse' }));
    const mallory = await g.key('mallory');
    await allowedSoon(() => list(mallory));
    const action = 'iam.user.disable-console-login';
    await contained(action, await g.target(action, 'mallory'));
    expect((await refusedSoon(() => list(mallory))).message).toContain('explicit deny');
    await list(bystander);
  });
  it('sagemaker.presigned-entry.close: whoever minted gets no other URL; others do', async () => {
    const { name, session } = await victim();
    await mint(session);
    const action = 'sagemaker.presigned-entry.close';
    const target = await g.target(action, 'fraud-lab');
    const minters = roleArn(name);
    // The event history lags: only then is he offered as one who minted.
    await vi.waitFor(
      async () => {
        const [offered] = await g.runner.parameters(action, target, signal);
        expect(offered?.choices?.join(' ')).toContain(minters);
      },
      { timeout: 20_000, interval: 100 },
    );
    await contained(action, target, { minters });
    const mintElsewhere = ({ sagemaker }: Clients) =>
      sagemaker.send(new CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: 'feature-sandbox' }));
    expect((await refusedSoon(() => mintElsewhere(session))).message).toContain('explicit deny');
    // Not by a deny: what it would open is stopped.
    expect((await refusal(mint(bystander))).message).not.toContain('explicit deny');
    await list(session);
  }, 40_000);
  it('sagemaker.user-profile.close-apps: the role of the profile starts no other app', async () => {
    const { name, session } = await victim();
    const profile = { DomainId: 'd-7kq2mzx4wv1p', UserProfileName: 'victim' };
    await g.clients.sagemaker.send(
      new CreateUserProfileCommand({ ...profile, UserSettings: { ExecutionRole: roleArn(name) } }),
    );
    await vi.waitFor(async () => {
      const { Status } = await g.clients.sagemaker.send(new DescribeUserProfileCommand(profile));
      expect(Status).toBe('InService');
    });
    const app = new CreateAppCommand({ ...profile, AppType: 'Canvas', AppName: 'default' });
    await session.sagemaker.send(app);
    await vi.waitFor(
      async () => {
        const { AppType, AppName } = app.input;
        const { Status } = await g.clients.sagemaker.send(new DescribeAppCommand({ ...profile, AppType, AppName }));
        expect(Status).toBe('InService');
      },
      { timeout: 20_000 },
    );
    const action = 'sagemaker.user-profile.close-apps';
    const target = await g.target(action, `arn:aws:sagemaker:us-east-1:${account}:user-profile/d-7kq2mzx4wv1p/victim`);
    await contained(action, target);
    expect((await refusedSoon(() => session.sagemaker.send(app))).message).toContain('explicit deny');
    await list(session);
  }, 40_000);
  it('s3.bucket.deny-principal: one role on one bucket', async () => {
    const { session } = await victim();
    const read = ({ s3 }: Clients, Bucket: string) => s3.send(new ListObjectsV2Command({ Bucket }));
    const { Contents = [] } = await read(session, data);
    await contained('s3.bucket.deny-principal', await g.target('s3.bucket.deny-principal', data), {
      principal: roleArn(`victim-${made}`),
    });
    expect((await refusedSoon(() => read(session, data))).message).toContain(
      'explicit deny in a resource-based policy',
    );
    const object = new GetObjectCommand({ Bucket: data, Key: Contents[0]?.Key ?? '' });
    expect((await refusal(session.s3.send(object))).name).toBe('AccessDenied');
    await read(session, 'ml-prod-models-111122223333');
    await read(g.clients, data);
  });
  it('sagemaker.endpoint.deny-invoke: the application is refused on this endpoint and goes on with others', async () => {
    await contained(
      'sagemaker.endpoint.deny-invoke',
      await g.target('sagemaker.endpoint.deny-invoke', 'recsys-ranker'),
      {
        principals: roleArn('app-runtime'),
      },
    );
    const answers = async (endpoint: string) => {
      const { events = [] } = await g.clients.logs.send(
        new FilterLogEventsCommand({
          logGroupName: `aws-cloudtrail-logs-${account}-main`,
          filterPattern: `"InvokeEndpoint" "endpoint/${endpoint}"`,
          startTime: Date.now() - 1500,
        }),
      );
      return events.map(({ message = '' }) => (JSON.parse(message) as { errorCode?: string }).errorCode ?? 'ok');
    };
    await vi.waitFor(
      async () => {
        const [refused, others] = [await answers('recsys-ranker'), await answers('fraud-scorer')];
        expect([refused.at(-1), others.at(-1)]).toEqual(['AccessDenied', 'ok']);
      },
      { timeout: 20_000, interval: 50 },
    );
  }, 30_000);
  it('iam.access-key.deactivate: the key, not what it issued; that is named with its end', async () => {
    await g.clients.iam.send(new CreateUserCommand({ UserName: 'erin' }));
    await g.clients.iam.send(new AttachUserPolicyCommand({ UserName: 'erin', PolicyArn: fullAccess }));
    const erin = await g.key('erin');
    await allowedSoon(() => list(erin));
    const { Credentials } = await erin.sts.send(new GetSessionTokenCommand({}));
    const action = 'iam.access-key.deactivate';
    const target = await g.target(action, erin.accessKeyId);
    // The event history lags.
    const open = await vi.waitFor(
      async () => {
        const doors = (await g.plan(action, target)).stillOpen ?? [];
        expect(doors.map(({ what }) => what).join()).toContain(Credentials?.AccessKeyId ?? '?');
        return doors;
      },
      { timeout: 10_000, interval: 30 },
    );
    expect(open[0]?.what).toContain(Credentials?.AccessKeyId);
    // CloudTrail keeps whole seconds.
    expect(Math.abs(Date.parse(open[0]?.until ?? '') - (Credentials?.Expiration?.getTime() ?? 0))).toBeLessThan(1000);
    await contained(action, target);
    expect((await refusedSoon(() => list(erin))).name).toBe('UnrecognizedClientException');
  }, 30_000);
});

it('sagemaker.model-package-group.remove-outside-access: another account, which the group’s policy let in, is refused; this one reads on', async () => {
  const staging = '444455556666';
  const startTime = Date.now();
  const g = await ground(200, systemClock, { scenario: 'cross-account-share' });
  try {
    /** How the calls of that account ended, as the trail of this one has them. */
    const answers = async () => {
      const { events = [] } = await g.clients.logs.send(
        new FilterLogEventsCommand({
          logGroupName: `aws-cloudtrail-logs-${account}-main`,
          filterPattern: `"DescribeModelPackage" "${staging}"`,
          startTime,
        }),
      );
      return events
        .map(({ message = '' }) => JSON.parse(message) as { errorCode?: string; userIdentity: { accountId: string } })
        .filter(({ userIdentity }) => userIdentity.accountId === staging)
        .map(({ errorCode }) => errorCode ?? 'ok');
    };
    const waitFor = (last: string) =>
      vi.waitFor(async () => expect((await answers()).at(-1)).toBe(last), { timeout: 20_000, interval: 50 });
    const contained = async (action: string, name: string) => {
      const { containment } = await (await g.contain(action, await g.target(action, name))).written;
      expect(containment.state, JSON.stringify(containment.verdict)).toBe('written');
    };
    await waitFor('ok');
    // Whoever shares it in this story would share it again.
    await contained('iam.user.deny-all', 'rita');
    await contained('sagemaker.model-package-group.remove-outside-access', 'fraud-models');
    await waitFor('AccessDenied');
    const ModelPackageName = `arn:aws:sagemaker:us-east-1:${account}:model-package/fraud-models/3`;
    await g.clients.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
  } finally {
    await g.close();
  }
}, 60_000);

it('law 4: revoking sessions ends those that exist, and neither fresh ones nor running compute; the plan says so', async () => {
  const clock = new ManualClock();
  const g = await ground(1, clock);
  try {
    await g.makeRole('victim', { attached: [fullAccess] });
    await clock.advance(5000);
    const old = await g.assume('victim');
    const target = await g.target('iam.role.revoke-sessions', 'victim');
    const cutoff = new Date(clock.now() + 5 * 60_000).toISOString();
    const plan = await g.plan('iam.role.revoke-sessions', target, { cutoff });
    expect(plan.stillOpen?.[0]).toMatchObject({
      what: expect.stringContaining('credentials SageMaker refreshes by itself'),
      closeWith: `iam.role.quarantine ${target.arn}`,
    });
    expect(plan.expiresAt <= new Date(Date.parse(cutoff) - 60_000).toISOString()).toBe(true);
    const [step] = plan.steps;
    if (step?.kind !== 'call' || step.call.name !== 'iam:PutRolePolicy') throw new Error('no policy is put');
    await g.clients.iam.send(new PutRolePolicyCommand(step.call.input));
    await clock.advance(5000);
    expect((await refusal(list(old))).message).toContain('explicit deny');
    // Until the cut-off fresh sessions are refused too.
    const early = await g.assume('victim');
    expect((await refusal(list(early))).message).toContain('explicit deny');
    await clock.advance(5 * 60_000);
    const fresh = await g.assume('victim');
    await list(fresh);
    const quarantine = await g.plan('iam.role.quarantine', target);
    const [deny] = quarantine.steps;
    if (deny?.kind !== 'call' || deny.call.name !== 'iam:PutRolePolicy') throw new Error('no policy is put');
    await g.clients.iam.send(new PutRolePolicyCommand(deny.call.input));
    await clock.advance(5000);
    expect((await refusal(list(fresh))).message).toContain('explicit deny');
  } finally {
    await g.close();
  }
}, 60_000);

it('IAM lags: for seconds a deny that reads back is not enforced, and who may write policies takes it away again; planning sees that', async () => {
  const clock = new ManualClock();
  const g = await ground(1, clock);
  try {
    await g.makeRole('watcher', {
      attached: [fullAccess],
      inline: { iam: policy(allow(['iam:DeleteRolePolicy', 'iam:ListRolePolicies'])) },
    });
    await clock.advance(5000);
    const watcher = await g.assume('watcher');
    const target = await g.target('iam.role.quarantine', 'watcher');
    const plan = await g.plan('iam.role.quarantine', target);
    const [deny] = plan.steps;
    if (deny?.kind !== 'call' || deny.call.name !== 'iam:PutRolePolicy') throw new Error('no policy is put');
    await g.clients.iam.send(new PutRolePolicyCommand(deny.call.input));
    // Written: it reads back, so there is nothing left to send. Enforced it is not yet.
    expect((await g.plan('iam.role.quarantine', target)).steps).toEqual([]);
    await list(watcher);
    const { PolicyName, RoleName } = deny.call.input;
    await watcher.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    expect((await g.plan('iam.role.quarantine', target)).digest).toBe(plan.digest);
    await clock.advance(5000);
    await list(watcher);
    // Put again and left alone it holds, against writes of policies too.
    await g.clients.iam.send(new PutRolePolicyCommand(deny.call.input));
    await clock.advance(5000);
    expect((await refusal(list(watcher))).message).toContain('explicit deny');
    expect((await refusal(watcher.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })))).message).toContain(
      'explicit deny',
    );
  } finally {
    await g.close();
  }
}, 60_000);
