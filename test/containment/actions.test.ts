import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/containment/action.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { denyAllPolicyName } from '../../src/containment/policy-name.ts';
import { undoSteps } from '../../src/containment/step.ts';
import { awsError, FakeAccount, roleRef, scene, signal } from './fake-aws.ts';

const stop = 'sagemaker.notebook-instance.stop';
const denyAll = 'iam.role.deny-all';
const remove = 'sagemaker.endpoint.delete';
const names = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === 'call' ? step.call.name.split(':')[1] : `wait ${step.check.until}`));

it('the catalogue is unique, cited, and JSON through and through', async () => {
  const ids = actions.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const { references, title, appliesTo } of actions) {
    expect(references.every((page) => page.startsWith('https://docs.aws.amazon.com/'))).toBe(true);
    expect(title).not.toBe('');
    expect(appliesTo.length).toBeGreaterThan(0);
  }
  const s = scene();
  const { plan } = await s.runner.plan(
    remove,
    s.account.endpoint('gateway', { components: ['one'], scaled: true }),
    {},
    signal,
  );
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

describe(stop, () => {
  it.each([
    ['InService', ['StopNotebookInstance', 'wait Stopped']],
    ['Stopping', ['wait Stopped']],
    ['Stopped', []],
    ['Deleting', ['wait gone']],
  ])('%s', async (NotebookInstanceStatus, steps) => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab', { NotebookInstanceStatus }), {}, signal);
    expect(names(plan.steps)).toEqual(steps);
  });
  it.each(['Pending', 'Updating', 'Failed', 'InMaintenance'])('%s is refused', async (NotebookInstanceStatus) => {
    const s = scene();
    await expect(
      s.runner.plan(stop, s.account.notebook('lab', { NotebookInstanceStatus }), {}, signal),
    ).rejects.toMatchObject({
      code: 'NotebookBusy',
      exitCode: 3,
      message: expect.stringContaining(NotebookInstanceStatus),
    });
  });
  it('says what undo runs as root, and what is lost', async () => {
    const s = scene();
    const target = s.account.notebook('lab', { NotebookInstanceLifecycleConfigName: 'evil' });
    const { plan } = await s.runner.plan(stop, target, {}, signal);
    expect(plan.impact).toContain('evil runs as root');
    expect(plan.evidenceLost.join()).toContain('/tmp');
    expect(names(undoSteps(plan))).toEqual(['wait Stopped', 'StartNotebookInstance', 'wait InService']);
  });
});

describe(remove, () => {
  it('components go first, adapters before what they stand on', async () => {
    const s = scene();
    const target = s.account.endpoint('gateway', { components: ['base', 'adapter'] });
    const adapter = s.account.components.get('adapter');
    Object.assign(adapter?.Specification ?? {}, { BaseInferenceComponentName: 'base' });
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    expect(plan.steps.map((step) => (step.kind === 'call' ? JSON.stringify(step.call.input) : 'wait'))).toEqual([
      '{"InferenceComponentName":"adapter"}',
      'wait',
      '{"InferenceComponentName":"base"}',
      'wait',
      '{"EndpointName":"gateway"}',
      'wait',
    ]);
    expect(names(undoSteps(plan)).filter((name) => name?.startsWith('Create'))).toEqual([
      'CreateEndpoint',
      'CreateInferenceComponent',
      'CreateInferenceComponent',
    ]);
    expect(undoSteps(plan).map(({ id }) => id)).toEqual(undoSteps(plan).map((_, at) => String(at + 1)));
  });
  it('undo brings weights, counts, tags and scaling back, less what AWS keeps for itself', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker', { scaled: true });
    s.account.tags.set(target.arn, [
      { Key: 'aws:cloudformation:stack-name', Value: 'x' },
      { Key: 'team', Value: 'ml' },
    ]);
    const variants = s.account.endpoints.get('ranker')?.ProductionVariants as object[];
    Object.assign(variants[0] ?? {}, { CurrentWeight: 0.25, CurrentInstanceCount: 3 });
    s.account.scheduled.push({
      ...s.account.scheduled[0],
      ScheduledActionName: 'black-friday',
      StartTime: new Date('2026-11-27T00:00:00Z'),
    });
    s.account.schedules.push({ MonitoringScheduleName: 'drift-watch' });
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    const undo = undoSteps(plan);
    expect(names(undo)).toEqual([
      'wait gone',
      'CreateEndpoint',
      'wait InService',
      'UpdateEndpointWeightsAndCapacities',
      'wait InService',
      'UpdateEndpointWeightsAndCapacities',
      'wait InService',
      'RegisterScalableTarget',
      'PutScalingPolicy',
      'PutScheduledAction',
    ]);
    const inputs = undo.flatMap((step) => (step.kind === 'call' ? [step.call.input] : []));
    expect(inputs[0]).toMatchObject({ Tags: [{ Key: 'team', Value: 'ml' }] });
    expect(inputs[1]).toMatchObject({ DesiredWeightsAndCapacities: [{ VariantName: 'main', DesiredWeight: 0.25 }] });
    expect(inputs[2]).toMatchObject({
      DesiredWeightsAndCapacities: [{ VariantName: 'main', DesiredInstanceCount: 3 }],
    });
    expect(inputs[3]).not.toHaveProperty('RoleARN');
    expect(plan.notRestored.join('\n')).toMatch(
      /aws:cloudformation:stack-name[\s\S]*black-friday[\s\S]*from 2026-11-27/,
    );
    expect(plan.impact).toContain('drift-watch');
    expect(plan.alsoNeeds).toContain('application-autoscaling:DeregisterScalableTarget');
  });
  it.each(['Creating', 'Updating', 'SystemUpdating', 'RollingBack'])('%s is refused', async (status) => {
    const s = scene();
    await expect(s.runner.plan(remove, s.account.endpoint('busy', { status }), {}, signal)).rejects.toMatchObject({
      code: 'EndpointBusy',
      exitCode: 3,
      message: expect.stringContaining(status),
    });
  });
  it('a component that is being made is refused', async () => {
    const s = scene();
    const target = s.account.endpoint('gateway', { components: ['one'] });
    Object.assign(s.account.components.get('one') ?? {}, { InferenceComponentStatus: 'Creating' });
    await expect(s.runner.plan(remove, target, {}, signal)).rejects.toMatchObject({ code: 'EndpointBusy' });
  });
  it('being deleted already: only waited for', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(remove, s.account.endpoint('going', { status: 'Deleting' }), {}, signal);
    expect(names(plan.steps)).toEqual(['wait gone']);
    expect(undoSteps(plan)).toEqual([]);
  });
  it('whose config is gone: it says that nothing brings it back', async () => {
    const s = scene();
    const target = s.account.endpoint('orphan');
    s.account.configs.clear();
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    expect(undoSteps(plan)).toEqual([]);
    expect(plan.notRestored[0]).toContain('orphan-config no longer exists');
  });
  it('what may not be read is named, and does not hold the containment back', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker', { scaled: true });
    s.account.fail('sagemaker:ListTags', awsError('sagemaker:ListTags', 'AccessDenied', 'denied'));
    s.account.fail(
      'application-autoscaling:DescribeScalableTargets',
      awsError('application-autoscaling:DescribeScalableTargets', 'AccessDenied', 'denied'),
    );
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    expect(plan.notRestored.join('\n')).toMatch(/ListTags was denied[\s\S]*auto scaling/);
    expect(plan.alsoNeeds).toContain('application-autoscaling:DeregisterScalableTarget');
  });
  it('the digest does not depend on the order in which AWS lists', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker', { scaled: true });
    s.account.policies.push({ ...s.account.policies[0], PolicyName: 'another' });
    const one = await s.runner.plan(remove, target, {}, signal);
    s.account.policies.reverse();
    expect((await s.runner.plan(remove, target, {}, signal)).plan.digest).toBe(one.plan.digest);
  });
});

describe(denyAll, () => {
  it.each([
    ['AWSServiceRoleForX', '/aws-service-role/sagemaker.amazonaws.com/', 'UnmodifiableRole'],
    ['AWSReservedSSO_Admin_1', '/aws-reserved/sso.amazonaws.com/', 'UnmodifiableRole'],
    ['prod-Break-The-Glass', '/', 'ProtectedRole'],
    ['OrganizationAccountAccessRole', '/', 'ProtectedRole'],
    ['AWSControlTowerExecution', '/', 'ProtectedRole'],
    ['stacksets-exec-0123', '/', 'ProtectedRole'],
    ['OnCall', '/people/', 'OwnRole'],
    ['oncall', '/', 'OwnRole'],
  ])('%s%s is refused: %s', async (name, path, code) => {
    const s = scene();
    await expect(s.runner.plan(denyAll, s.account.role(name, path), {}, signal)).rejects.toMatchObject({
      code,
      exitCode: 3,
    });
  });
  it('a role that only looks like those is not', async () => {
    const s = scene();
    for (const name of ['OnCall2', 'glass', 'stacksets-execution', 'MyOrganizationAccountAccessRole'])
      expect((await s.runner.plan(denyAll, s.account.role(name), {}, signal)).plan.steps).toHaveLength(1);
  });
  it('the ARN of another role of that name is refused', async () => {
    const s = scene();
    s.account.role('ds-exec', '/real/');
    await expect(s.runner.plan(denyAll, roleRef('ds-exec', '/other/'), {}, signal)).rejects.toMatchObject({
      code: 'OtherTarget',
    });
  });
  it('equal already, whatever its white space: nothing to send', async () => {
    const s = scene();
    const same =
      '{ "Statement": [{"Effect":"Deny","Resource":"*","Action":"*","Sid":"FirebreakDenyAll"}], "Version":"2012-10-17" }';
    const { plan } = await s.runner.plan(
      denyAll,
      s.account.role('ds-exec', '/', { 'IR-INC-1-DenyAll': same }),
      {},
      signal,
    );
    expect(plan.steps).toEqual([]);
    const running = await s.runner.approve(plan, { reason: 'r' }, 'carol', signal);
    expect((await running.done).containment.state).toBe('written');
    expect(s.account.sent).toEqual([]);
  });
  it('where the inline policies leave no room AWSDenyAll is attached, and that is said and undone', async () => {
    const s = scene();
    const target = s.account.role('ds-exec', '/', { big: 'x'.repeat(10_200) });
    const { plan } = await s.runner.plan(denyAll, target, {}, signal);
    expect(plan.summary).toContain('by attaching arn:aws:iam::aws:policy/AWSDenyAll');
    expect(plan.impact).toContain('10200 of 10240 characters');
    expect(names(plan.steps)).toEqual(['AttachRolePolicy']);
    expect(names(undoSteps(plan))).toEqual(['DetachRolePolicy']);
  });
  it('who may not list policies may still deny', async () => {
    const s = scene();
    s.account.fail('iam:ListRolePolicies', awsError('iam:ListRolePolicies', 'AccessDenied', 'denied'));
    s.account.fail('iam:ListAttachedRolePolicies', awsError('iam:ListAttachedRolePolicies', 'AccessDenied', 'denied'));
    expect((await s.runner.plan(denyAll, s.account.role('ds-exec'), {}, signal)).plan.steps).toHaveLength(1);
  });
  it.each(['INC-1', 'nacht/übung 7', 'a'.repeat(300)])('names its policy as IAM allows: %s', (incident) => {
    expect(denyAllPolicyName(incident)).toMatch(/^IR-[\w+=,.@-]+-DenyAll$/);
    expect(denyAllPolicyName(incident).length).toBeLessThanOrEqual(128);
    expect(denyAllPolicyName(incident)).not.toBe(denyAllPolicyName(`${incident}/`));
  });
});

it('a target that was never there is not an error of the plan, but it says so', async () => {
  const account = new FakeAccount();
  const s = scene(account);
  const { plan } = await s.runner.plan(remove, { kind: 'sagemaker.endpoint', arn: '', name: 'nope' }, {}, signal);
  expect(plan).toMatchObject({ steps: [], summary: expect.stringContaining('does not exist') });
});
