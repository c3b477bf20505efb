import { DeleteEndpointCommand, ListPipelinesCommand, StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Affected, Params, Plan } from '../../src/containment/action.ts';
import { actions } from '../../src/containment/catalogue.ts';
import type { Assessment } from '../../src/containment/containment.ts';
import { expectations } from '../../src/containment/expectations.ts';
import { ownRefusedCalls } from '../../src/containment/lock-out.ts';
import { orderWarnings } from '../../src/containment/order-warnings.ts';
import { checkPermissions, triedCalls } from '../../src/containment/permissions.ts';
import { planWith } from '../../src/containment/plan.ts';
import {
  denyAllDocument,
  denySagemakerEntryDocument,
  quarantineDocument,
} from '../../src/containment/policy-document.ts';
import { restrictionsIn } from '../../src/containment/restrictions.ts';
import { call, numbered } from '../../src/containment/step.ts';
import type { Callers } from '../../src/model/caller.ts';
import { AwsCallError } from '../../src/model/errors.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import type { JournalLine } from '../../src/store/journal.ts';
import { account, type Ground, ground, roleArn, signal } from './identity-range.ts';

const role: ResourceRef = { kind: 'iam.role', arn: roleArn('ds-exec'), name: 'ds-exec' };
const putRole = (PolicyDocument: string) =>
  call({ name: 'iam:PutRolePolicy', input: { RoleName: 'ds-exec', PolicyName: 'p', PolicyDocument } });
const plan = (action: string, steps: Plan['steps'], target = role): Plan =>
  ({ action, target, account, region: 'us-east-1', steps: numbered(steps), params: {} }) as unknown as Plan;

describe('expectations', () => {
  it('say of every action of the catalogue how long it takes, and of no other', () => {
    expect(Object.keys(expectations).sort()).toEqual(actions.map(({ id }) => id).sort());
    for (const { takes } of Object.values(expectations)) expect(takes).not.toBe('');
  });
});

describe('order', () => {
  const running: Affected = { kind: 'sagemaker.endpoint', arn: 'arn:x:endpoint/fraud', why: '', doing: 'running' };
  const stolen: Callers = {
    compute: [
      {
        principal: {
          type: 'AssumedRole',
          arn: `arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`,
          name: 'ds-exec/SageMaker',
          issuerArn: role.arn,
          accessKeyId: 'ASIAX',
        },
        addresses: ['198.51.100.7', '10.0.0.4'].map((address, at) => ({
          address,
          events: 3,
          firstAt: at,
          lastAt: at,
          eventId: `e${at}`,
          action: 's3:GetObject',
          account,
          region: 'us-east-1',
          people: [],
        })),
      },
    ],
    suspects: { principals: [], addresses: [], resources: [] },
  };
  const warn = (document: string, more: Partial<Parameters<typeof orderWarnings>[0]> = {}) => {
    const of = plan('iam.role.x', [putRole(document)]);
    return orderWarnings({
      plan: of,
      restrictions: restrictionsIn(of),
      affected: [],
      callers: undefined,
      ownCalls: [],
      ...more,
    }).join('\n');
  };
  it('what runs is stopped before its role is denied, endpoints deleted before that', () => {
    expect(warn(quarantineDocument, { affected: [running] })).toContain(
      'compute of ds-exec still runs (endpoint fraud)',
    );
    // A quarantine leaves AWS what it needs to clean up; a deny of everything does not.
    expect(warn(quarantineDocument, { affected: [running] })).not.toContain('should go');
    expect(warn(denyAllDocument, { affected: [running] })).toContain('if endpoint fraud should go: delete it before');
    // Cutting entry comes first anyway.
    expect(warn(denySagemakerEntryDocument, { affected: [running] })).toBe('');
  });
  it('an endpoint that is still being deleted needs its role', () => {
    expect(warn(quarantineDocument, { affected: [{ ...running, doing: 'being deleted' }] })).toBe(
      'endpoint fraud still being deleted: restrict ds-exec after that has ended, else AWS cannot clean up',
    );
  });
  it('credentials that were carried away turn the order round', () => {
    const words = warn(quarantineDocument, { affected: [running], callers: stolen });
    expect(words).toContain('credentials of ds-exec were used outside AWS (198.51.100.7, event e0');
    expect(words).toContain('this first, then stop what runs as it (endpoint fraud)');
    expect(words).not.toContain('still runs');
    expect(warn(denySagemakerEntryDocument, { callers: stolen })).toContain('quarantine the role first');
    const stop = plan('sagemaker.notebook-instance.stop', []);
    const affected = [{ kind: 'iam.role', arn: role.arn, why: '' }];
    expect(orderWarnings({ plan: stop, restrictions: [], affected, callers: stolen, ownCalls: [] })[0]).toContain(
      'stopping compute does not end them; quarantine the role first',
    );
  });
  it('parents come first, and whoever locks himself out is told', () => {
    const parent: Affected = { kind: 'events.rule', arn: 'arn:x:rule/nightly', why: '', undoes: true };
    expect(warn(denySagemakerEntryDocument, { affected: [parent], ownCalls: ['iam:DeleteRolePolicy'] })).toBe(
      'it would refuse your own next calls (iam:DeleteRolePolicy): you could not undo it. Act as somebody else\nrule nightly would bring it back: stop that first',
    );
  });
});

describe('own lock-out', () => {
  const undo = call({ name: 'iam:DeleteRolePolicy', input: { RoleName: 'ds-exec', PolicyName: 'p' } });
  const deny = plan('iam.role.deny-all', [{ ...putRole(denyAllDocument), undo: [undo] }]);
  it.each([
    [`arn:aws:sts::${account}:assumed-role/ds-exec/me`, ['iam:PutRolePolicy', 'iam:DeleteRolePolicy']],
    [`arn:aws:sts::${account}:assumed-role/OnCall/me`, []],
    [`arn:aws:iam::${account}:user/ds-exec`, []],
    [`arn:aws:iam::${account}:root`, []],
  ])('%s: %j', (arn, calls) => expect(ownRefusedCalls(deny, arn)).toEqual(calls));
  it('is refused before anything is shown', async () => {
    const action = {
      id: 'iam.role.x',
      title: '',
      class: 'seconds',
      appliesTo: ['iam.role'],
      references: [],
      reversible: true,
      verify: async () => [],
      plan: async () => ({
        summary: '',
        impact: '',
        evidenceLost: [],
        notRestored: [],
        preconditions: [],
        steps: deny.steps,
      }),
    } as const;
    const as = (responderArn: string) =>
      planWith(action, role, { responderArn, params: {}, incident: 'i', aws: { now: () => 0 }, signal } as never, {
        account,
        region: 'us-east-1',
      });
    await expect(as(`arn:aws:sts::${account}:assumed-role/ds-exec/me`)).rejects.toMatchObject({ code: 'OwnLockOut' });
    expect((await as(`arn:aws:sts::${account}:assumed-role/OnCall/me`)).plan.steps).toHaveLength(1);
  });
  it('a bucket’s policy tells by the role, which only IAM knows', () => {
    const bucket: ResourceRef = { kind: 's3.bucket', arn: 'arn:aws:s3:::data', name: 'data' };
    const document = JSON.stringify({
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
          Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn('OnCall') } },
        },
      ],
    });
    const of = plan(
      's3.bucket.deny-principal',
      [call({ name: 's3:PutBucketPolicy', input: { Bucket: 'data', Policy: document } })],
      bucket,
    );
    const me = `arn:aws:sts::${account}:assumed-role/OnCall/me`;
    expect(ownRefusedCalls(of, me, roleArn('OnCall'))).toEqual(['s3:PutBucketPolicy']);
    expect(ownRefusedCalls(of, me, roleArn('Other'))).toEqual([]);
  });
});

describe('permissions where the simulator may not be asked', () => {
  const lines = (...entries: object[]) => entries.map((entry) => ({ entry }) as JournalLine);
  const step = (type: string, more: object = {}) => ({ type, id: 'c1', phase: 'do', step: '1', ...more });
  const denied = new AwsCallError({
    operation: 'iam:SimulatePrincipalPolicy',
    code: 'AccessDenied',
    message: '',
    region: '',
    reason: 'denied',
    outcome: 'refused',
  });
  const context = { aws: { call: () => Promise.reject(denied), now: () => 0 }, signal } as never;
  const identity = { arn: `arn:aws:iam::${account}:user/me`, partition: 'aws' };
  const check = (tried: readonly JournalLine[]) =>
    checkPermissions(plan('iam.role.deny-all', [putRole(denyAllDocument)]), identity, context, triedCalls(tried));
  it('what was tried before tells', async () => {
    const starting = step('step-starting', { name: 'iam:PutRolePolicy' });
    expect(await check([])).toMatchObject({ checked: 'not-allowed', missing: [] });
    expect(await check(lines(starting, step('step-done', { requestId: 'r' })))).toMatchObject({
      checked: 'tried',
      missing: [],
    });
    expect(await check(lines(starting, step('step-done', { already: true })))).toMatchObject({
      checked: 'not-allowed',
    });
    expect(await check(lines(starting, step('step-failed', { code: 'AccessDenied' })))).toMatchObject({
      checked: 'tried',
      missing: ['iam:PutRolePolicy'],
    });
    expect(await check(lines(starting, step('step-failed', { code: 'Throttling' })))).toMatchObject({
      checked: 'not-allowed',
    });
  });
});

describe('on the range', () => {
  let g: Ground;
  beforeAll(async () => {
    g = await ground(2000);
  }, 120_000);
  afterAll(() => g.close());
  async function assess(
    action: string,
    name: string,
    params: Params = {},
    publish: (assessment: Assessment) => void = () => undefined,
  ): Promise<Assessment> {
    const target = await g.target(action, name);
    return g.runner.assess(await g.plan(action, target, params), signal, publish);
  }

  it('a quarantine: who runs as the role, how busy its endpoints are, what order and what is assumed', async () => {
    const progress: NonNullable<Assessment['affectedProgress']>[] = [];
    const assessed = await assess('iam.role.quarantine', 'ds-exec', {}, ({ affectedProgress, affectedComplete }) => {
      if (affectedProgress) progress.push(affectedProgress);
      expect(affectedProgress === undefined || !affectedComplete).toBe(true);
    });
    const { affected, invocations, warnings, takes, assumed, permissions, radius } = assessed;
    // How far it is, until it is there.
    expect(progress.some(({ done, total }) => done < total)).toBe(true);
    expect(progress.every(({ done, total }, at) => done <= total && done >= (progress[at - 1]?.done ?? 0))).toBe(true);
    expect(assessed.affectedProgress).toBeUndefined();
    expect(affected.filter(({ doing }) => doing === 'running').map(({ kind }) => kind)).toContain('sagemaker.endpoint');
    // They run nothing themselves.
    expect(affected.filter(({ doing, kind }) => doing && /domain|profile|space/.test(kind))).toEqual([]);
    expect(invocations?.join()).toMatch(/endpoint fraud-scorer: (\d+|no) invocations?/);
    expect(warnings?.join()).toContain('compute of ds-exec still runs');
    expect(takes).toContain('enforces it');
    expect(assumed?.length).toBeGreaterThan(0);
    expect(permissions).toMatchObject({
      checked: 'simulated',
      missing: [],
      notSeen: ['RCP', 'session policy', 'resource policy'],
    });
    expect(radius).toMatchObject({ state: 'not-loaded' });
  });
  it('revoking sessions says in words what it does not stop', async () => {
    const { radius } = await assess('iam.role.revoke-sessions', 'ds-exec');
    expect(radius?.sentences.join()).toContain('given fresh ones by AWS (assumed, not measured on AWS)');
  });
  it('an endpoint that is being deleted', async () => {
    await g.clients.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'churn-canary' }));
    const { warnings } = await assess('iam.role.deny-all', 'ds-exec');
    // At this speed it may be gone by now.
    const gone = !(await assess('iam.role.deny-all', 'ds-exec')).affected.some(({ arn }) =>
      arn.endsWith('/churn-canary'),
    );
    expect(gone || warnings?.join().includes('churn-canary still being deleted')).toBe(true);
  });
  it('what starts a pipeline would start it again', async () => {
    const { PipelineSummaries: [pipeline] = [] } = await g.clients.sagemaker.send(new ListPipelinesCommand({}));
    const { PipelineExecutionArn = '' } = await g.clients.sagemaker.send(
      new StartPipelineExecutionCommand({ PipelineName: pipeline?.PipelineName, ClientRequestToken: 'x'.repeat(32) }),
    );
    const { affected, warnings } = await assess('sagemaker.pipeline-execution.stop', PipelineExecutionArn);
    expect(affected.filter(({ undoes }) => undoes).map(({ kind }) => kind)).toEqual(['scheduler.schedule']);
    expect(warnings?.join()).toContain('would bring it back: stop that first');
  });
  it('an app: whose it is and as what it runs', async () => {
    const { Apps = [] } = await g.door.aws.call('sagemaker:ListApps', { MaxResults: 100 });
    const app = Apps.find(({ SpaceName, Status }) => SpaceName && Status === 'InService');
    const arn = `arn:aws:sagemaker:us-east-1:${account}:app/${app?.DomainId}/${`${app?.SpaceName}/${app?.AppType}/${app?.AppName}`.toLowerCase()}`;
    const { affected } = await assess('sagemaker.app.delete', arn);
    expect(affected.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['sagemaker.space', 'sagemaker.user-profile', 'iam.role']),
    );
  });
});
