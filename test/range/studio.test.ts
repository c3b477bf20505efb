import { afterEach, describe, expect, test } from 'vitest';
import type { Members } from '../../src/range/operation.ts';
import { inside } from './inside.ts';

const minute = 60_000;
const DomainId = 'd-7kq2mzx4wv1p';
const other = 'arn:aws:iam::111122223333:role/quarantine';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

type World = Awaited<ReturnType<typeof inside>>;
const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

async function account(): Promise<World> {
  const world = await inside({});
  open.push(world);
  const likeness = world.account.roles.get('ds-exec');
  if (likeness)
    world.account.roles.set('quarantine', {
      ...likeness,
      name: 'quarantine',
      arn: other,
      trust,
    });
  return world;
}

function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error('it was not refused');
}

const apps = (world: World, filter: Members = {}) =>
  world.call('sagemaker:ListApps', { DomainIdEquals: DomainId, ...filter })?.Apps as readonly {
    AppType: string;
    Status: string;
  }[];

describe('apps', () => {
  test('are deleted in their time, shown for a day, and made again under the same name', async () => {
    const world = await account();
    const app = { DomainId, SpaceName: 'alice-lab', AppType: 'JupyterLab', AppName: 'default' };
    expect(world.call('sagemaker:DescribeApp', app)).toMatchObject({ Status: 'InService', SpaceName: 'alice-lab' });
    expect(refused(() => world.call('sagemaker:CreateApp', app))).toMatch(/^ResourceInUse: /);
    world.call('sagemaker:DeleteApp', app);
    expect(world.call('sagemaker:DescribeApp', app)).toMatchObject({ Status: 'Deleting' });
    expect(refused(() => world.call('sagemaker:DeleteApp', app))).toMatch(/^ResourceInUse: /);
    await world.clock.advance(2 * minute);
    expect(apps(world, { SpaceNameEquals: 'alice-lab' })).toMatchObject([{ Status: 'Deleted' }]);
    expect(refused(() => world.call('sagemaker:DeleteApp', app))).toMatch(/^ResourceNotFound: /);
    world.call('sagemaker:CreateApp', app);
    expect(world.call('sagemaker:DescribeApp', app)).toMatchObject({ Status: 'Pending' });
    await world.clock.advance(2 * minute);
    expect(world.call('sagemaker:DescribeApp', app)).toMatchObject({ Status: 'InService' });
    world.call('sagemaker:DeleteApp', app);
    await world.clock.advance(25 * 60 * minute);
    // The responder's session has run out meanwhile.
    expect([...world.region.things.values()].filter(({ members }) => members.SpaceName === 'alice-lab')).toEqual([]);
  });

  test('belong to exactly one of profile and space', async () => {
    const world = await account();
    const app = { DomainId, AppType: 'JupyterLab', AppName: 'x' };
    expect(refused(() => world.call('sagemaker:CreateApp', app))).toMatch(/^ValidationException: /);
    expect(refused(() => world.call('sagemaker:CreateApp', { ...app, SpaceName: 'none' }))).toMatch(
      /^ResourceNotFound: /,
    );
  });
});

describe('profiles and spaces', () => {
  test('a role is swapped only when no app of the profile is in service, those of its spaces included', async () => {
    const world = await account();
    const swap = () =>
      world.call('sagemaker:UpdateUserProfile', {
        DomainId,
        UserProfileName: 'alice',
        UserSettings: { ExecutionRole: other },
      });
    expect(refused(swap)).toContain('Delete all InService apps for UserProfile and try again');
    world.call('sagemaker:DeleteApp', { DomainId, SpaceName: 'alice-lab', AppType: 'JupyterLab', AppName: 'default' });
    expect(refused(swap)).toContain('with InService App');
    await world.clock.advance(2 * minute);
    expect(swap()).toMatchObject({ UserProfileArn: expect.stringMatching(/user-profile\/d-7kq2mzx4wv1p\/alice$/) });
    await world.clock.advance(minute);
    expect(world.call('sagemaker:DescribeUserProfile', { DomainId, UserProfileName: 'alice' })).toMatchObject({
      Status: 'InService',
      UserSettings: { ExecutionRole: other },
    });
    expect(
      refused(() => world.call('sagemaker:UpdateDomain', { DomainId, DefaultUserSettings: { ExecutionRole: other } })),
    ).toContain('Delete all InService apps');
  });

  test('what holds something is not deleted', async () => {
    const world = await account();
    const space = { DomainId, SpaceName: 'bob-code' };
    const profile = { DomainId, UserProfileName: 'bob' };
    expect(refused(() => world.call('sagemaker:DeleteSpace', space))).toMatch(/^ResourceInUse: /);
    expect(refused(() => world.call('sagemaker:DeleteUserProfile', profile))).toMatch(/^ResourceInUse: /);
    expect(refused(() => world.call('sagemaker:DeleteDomain', { DomainId }))).toMatch(/^ResourceInUse: /);
    world.call('sagemaker:DeleteApp', { ...space, AppType: 'CodeEditor', AppName: 'default' });
    await world.clock.advance(2 * minute);
    world.call('sagemaker:DeleteSpace', space);
    await world.clock.advance(minute);
    expect(refused(() => world.call('sagemaker:DescribeSpace', space))).toMatch(/^ResourceNotFound: /);
    world.call('sagemaker:DeleteUserProfile', profile);
    await world.clock.advance(minute);
    expect(refused(() => world.call('sagemaker:DescribeUserProfile', profile))).toMatch(/^ResourceNotFound: /);
  });

  test('URLs and sessions are handed out and never recorded', async () => {
    const world = await account();
    const url = world.call('sagemaker:CreatePresignedDomainUrl', {
      DomainId,
      UserProfileName: 'bob',
      ExpiresInSeconds: 60,
    });
    expect(url?.AuthorizedUrl).toMatch(/^https:\/\/d-7kq2mzx4wv1p\.studio\.us-east-1\.sagemaker\.aws\/auth\?token=/);
    expect(
      refused(() =>
        world.call('sagemaker:CreatePresignedDomainUrl', { DomainId, UserProfileName: 'bob', ExpiresInSeconds: 301 }),
      ),
    ).toContain('less than or equal to 300');
    const session = { ResourceIdentifier: `arn:aws:sagemaker:us-east-1:111122223333:space/${DomainId}/bob-code` };
    expect(refused(() => world.call('sagemaker:StartSession', session))).toContain('Remote access is not enabled');
    world.call('sagemaker:DeleteApp', { DomainId, SpaceName: 'bob-code', AppType: 'CodeEditor', AppName: 'default' });
    await world.clock.advance(2 * minute);
    world.call('sagemaker:UpdateSpace', {
      DomainId,
      SpaceName: 'bob-code',
      SpaceSettings: { RemoteAccess: 'ENABLED' },
    });
    world.call('sagemaker:CreateApp', { DomainId, SpaceName: 'bob-code', AppType: 'CodeEditor', AppName: 'default' });
    await world.clock.advance(2 * minute);
    const opened = world.call('sagemaker:StartSession', session);
    expect(opened).toMatchObject({
      SessionId: expect.any(String),
      StreamUrl: expect.any(String),
      TokenValue: expect.any(String),
    });
    await world.clock.advance(minute);
    const lines = world.lines('aws-cloudtrail-logs-111122223333-main').map(({ message }) => message);
    expect(lines.some((line) => line.includes('"eventName":"StartSession"'))).toBe(true);
    const secrets = [String(opened?.TokenValue), String(url?.AuthorizedUrl)];
    expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  });

  test('a lifecycle config in use is not deleted', async () => {
    const world = await account();
    const named = { StudioLifecycleConfigName: 'studio-idle-stop' };
    expect(refused(() => world.call('sagemaker:DeleteStudioLifecycleConfig', named))).toMatch(/^ResourceInUse: /);
    world.call('sagemaker:DeleteApp', { DomainId, SpaceName: 'alice-lab', AppType: 'JupyterLab', AppName: 'default' });
    await world.clock.advance(2 * minute);
    world.call('sagemaker:DeleteStudioLifecycleConfig', named);
    expect(refused(() => world.call('sagemaker:DescribeStudioLifecycleConfig', named))).toMatch(/^ResourceNotFound: /);
  });
});

describe('the registry', () => {
  test('an approval is changed and told', async () => {
    const world = await account();
    const ModelPackageArn = 'arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud-models/4';
    world.call('sagemaker:UpdateModelPackage', {
      ModelPackageArn,
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'IR',
    });
    expect(world.call('sagemaker:DescribeModelPackage', { ModelPackageName: ModelPackageArn })).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'IR',
      ModelPackageStatus: 'Completed',
    });
    await world.clock.advance(minute);
    expect(
      world
        .lines('/aws/events/sagemaker')
        .map(({ message }) => JSON.parse(message))
        .find((event) => event['detail-type'] === 'SageMaker Model Package State Change')?.detail,
    ).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      UpdatedModelPackageFields: ['ModelApprovalStatus', 'ApprovalDescription'],
    });
  });

  test('a group has a policy, another one, none', async () => {
    const world = await account();
    const group = { ModelPackageGroupName: 'fraud-models' };
    const before = String(world.call('sagemaker:GetModelPackageGroupPolicy', group)?.ResourcePolicy);
    expect(JSON.parse(before).Statement[0].Principal.AWS).toBe('arn:aws:iam::444455556666:root');
    world.call('sagemaker:DeleteModelPackageGroupPolicy', group);
    expect(refused(() => world.call('sagemaker:GetModelPackageGroupPolicy', group))).toMatch(
      /^ValidationException: Cannot find/,
    );
    expect(
      refused(() => world.call('sagemaker:PutModelPackageGroupPolicy', { ...group, ResourcePolicy: 'no policy' })),
    ).toMatch(/^ValidationException: /);
    world.call('sagemaker:PutModelPackageGroupPolicy', { ...group, ResourcePolicy: before });
    expect(world.call('sagemaker:GetModelPackageGroupPolicy', group)).toEqual({ ResourcePolicy: before });
  });
});

describe('servers and schedules', () => {
  test('an MLflow server is stopped and started', async () => {
    const world = await account();
    const named = { TrackingServerName: 'ds-mlflow' };
    const status = () => world.call('sagemaker:DescribeMlflowTrackingServer', named)?.TrackingServerStatus;
    expect(world.call('sagemaker:CreatePresignedMlflowTrackingServerUrl', named)?.AuthorizedUrl).toContain(
      'authToken=',
    );
    expect(refused(() => world.call('sagemaker:StartMlflowTrackingServer', named))).toMatch(/^ConflictException: /);
    world.call('sagemaker:StopMlflowTrackingServer', named);
    expect(status()).toBe('Stopping');
    await world.clock.advance(5 * minute);
    expect(status()).toBe('Stopped');
    expect(refused(() => world.call('sagemaker:CreatePresignedMlflowTrackingServerUrl', named))).toContain(
      'not active',
    );
    world.call('sagemaker:StartMlflowTrackingServer', named);
    await world.clock.advance(20 * minute);
    expect(status()).toBe('Started');
  });

  test('a monitoring schedule is stopped, started and deleted', async () => {
    const world = await account();
    const named = { MonitoringScheduleName: 'recsys-data-quality' };
    const status = () => world.call('sagemaker:DescribeMonitoringSchedule', named)?.MonitoringScheduleStatus;
    world.call('sagemaker:StopMonitoringSchedule', named);
    expect(status()).toBe('Pending');
    await world.clock.advance(minute);
    expect(status()).toBe('Stopped');
    world.call('sagemaker:StartMonitoringSchedule', named);
    await world.clock.advance(minute);
    expect(world.call('sagemaker:ListMonitoringSchedules', { EndpointName: 'recsys-ranker' })).toMatchObject({
      MonitoringScheduleSummaries: [{ MonitoringScheduleStatus: 'Scheduled' }],
    });
    world.call('sagemaker:DeleteMonitoringSchedule', named);
    expect(refused(() => world.call('sagemaker:DescribeMonitoringSchedule', named))).toMatch(/^ResourceNotFound: /);
  });
});
