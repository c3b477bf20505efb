import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/containment/action.ts';
import { undoSteps } from '../../src/containment/step.ts';
import { awsError, roleRef, scene, signal } from './fake-aws.ts';

const names = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === 'call' ? step.call.name.split(':')[1] : `wait ${step.check.until}`));
const detach = 'sagemaker.notebook-instance.detach-lifecycle-config';
const root = 'sagemaker.notebook-instance.disable-root-access';
const swap = 'sagemaker.notebook-instance.swap-role';
const rollBack = 'sagemaker.endpoint.roll-back-config';
const shift = 'sagemaker.endpoint.shift-traffic';

describe(detach, () => {
  it.each([
    ['InService', ['StopNotebookInstance', 'wait Stopped', 'UpdateNotebookInstance', 'wait Stopped']],
    ['Stopping', ['wait Stopped', 'UpdateNotebookInstance', 'wait Stopped']],
    ['Updating', ['wait Stopped', 'UpdateNotebookInstance', 'wait Stopped']],
    ['Stopped', ['UpdateNotebookInstance', 'wait Stopped']],
  ])('%s', async (NotebookInstanceStatus, steps) => {
    const s = scene();
    const target = s.account.notebook('lab', { NotebookInstanceStatus, NotebookInstanceLifecycleConfigName: 'evil' });
    const { plan } = await s.runner.plan(detach, target, {}, signal);
    expect(names(plan.steps)).toEqual(steps);
    expect(plan.undoRisk).toContain('evil');
    const undo = undoSteps(plan);
    expect(undo.find((step) => step.kind === 'call')).toMatchObject({
      call: { name: 'sagemaker:UpdateNotebookInstance', input: { LifecycleConfigName: 'evil' } },
    });
    // Attached again before it starts: the other way round the start would run without it, and not be as it was.
    expect(names(undo).filter((name) => !name?.startsWith('wait'))).toEqual(
      NotebookInstanceStatus === 'InService'
        ? ['UpdateNotebookInstance', 'StartNotebookInstance']
        : ['UpdateNotebookInstance'],
    );
  });
  it.each(['Pending', 'Failed', 'InMaintenance', 'Deleting'])('%s is refused', async (NotebookInstanceStatus) => {
    const s = scene();
    const target = s.account.notebook('lab', { NotebookInstanceStatus, NotebookInstanceLifecycleConfigName: 'evil' });
    await expect(s.runner.plan(detach, target, {}, signal)).rejects.toMatchObject({
      code: 'NotebookBusy',
      exitCode: 3,
    });
  });
  it('without a script nothing is sent, whatever the notebook does', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(detach, s.account.notebook('lab'), {}, signal);
    expect(plan.steps).toEqual([]);
  });
  it('keeps the text of the script in the snapshot', async () => {
    const s = scene();
    const target = s.account.notebook('lab', { NotebookInstanceLifecycleConfigName: 'evil' });
    const { snapshot } = await s.runner.plan(detach, target, {}, signal);
    expect(JSON.stringify(snapshot)).toContain('DescribeNotebookInstanceLifecycleConfig');
  });
});

it(`${root} says that scripts still run as root`, async () => {
  const s = scene();
  const target = s.account.notebook('lab', { RootAccess: 'Enabled', NotebookInstanceStatus: 'Stopped' });
  const { plan } = await s.runner.plan(root, target, {}, signal);
  expect(names(plan.steps)).toEqual(['UpdateNotebookInstance', 'wait Stopped']);
  expect(plan.stillOpen?.map(({ closeWith }) => closeWith)).toContain(`${detach} lab`);
});

describe(swap, () => {
  it.each([
    ['', 'Usage'],
    ['ds-exec', 'Usage'],
    ['arn:aws:iam::999988887777:role/elsewhere', 'RoleNotUsable'],
    [roleRef('no-trust').arn, 'RoleNotUsable'],
    [roleRef('other', '/path/').arn.replace('/path/', '/'), 'RoleNotUsable'],
  ])('%s is refused', async (role, code) => {
    const s = scene();
    s.account.role('no-trust');
    s.account.role('other', '/path/');
    const target = s.account.notebook('lab');
    await expect(s.runner.plan(swap, target, role === '' ? {} : { role }, signal)).rejects.toMatchObject({ code });
  });
});

describe(rollBack, () => {
  it('wants a config that exists, and an endpoint that serves', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker');
    await expect(s.runner.plan(rollBack, target, {}, signal)).rejects.toMatchObject({ code: 'Usage' });
    await expect(s.runner.plan(rollBack, target, { config: 'nope' }, signal)).rejects.toMatchObject({
      code: 'ConfigNotUsable',
    });
    const busy = s.account.endpoint('busy', { status: 'Updating' });
    s.account.configs.set('good', { EndpointConfigName: 'good', ProductionVariants: [] });
    await expect(s.runner.plan(rollBack, busy, { config: 'good' }, signal)).rejects.toMatchObject({
      code: 'EndpointBusy',
    });
  });
  it('names where copies stop going, and warns that undo starts them again', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker');
    const config = s.account.configs.get('ranker-config');
    s.account.configs.set('good', { ...config, EndpointConfigName: 'good' });
    s.account.configs.set('ranker-config', {
      ...config,
      DataCaptureConfig: { EnableCapture: true, DestinationS3Uri: 's3://elsewhere/x' },
    });
    const { plan } = await s.runner.plan(rollBack, target, { config: 'good' }, signal);
    expect(plan.impact).toContain('s3://elsewhere/x stops');
    expect(plan.undoRisk).toContain('s3://elsewhere/x');
    expect(names(plan.steps)).toEqual(['UpdateEndpoint', 'wait InService']);
    expect(plan.steps[0]).toMatchObject({ call: { input: { EndpointName: 'ranker', EndpointConfigName: 'good' } } });
  });
  it('offers first what served before, then what serves the very same models', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker');
    const variant = (ModelName: string) => ({ ProductionVariants: [{ VariantName: 'main', ModelName }] });
    const mine = (s.account.configs.get('ranker-config')!.ProductionVariants as { ModelName: string }[])[0]?.ModelName;
    for (const [name, model] of [
      ['newest-of-others', 'else'],
      ['same-models', mine ?? ''],
      ['served-before', 'older'],
    ] as const)
      s.account.configs.set(name, { EndpointConfigName: name, ...variant(model) });
    s.account.handlers['sagemaker:ListEndpointConfigs'] = () => ({ EndpointConfigs: [...s.account.configs.values()] });
    s.account.handlers['cloudtrail:LookupEvents'] = (input) => ({
      Events: [
        {
          CloudTrailEvent: JSON.stringify({
            requestParameters: { endpointName: 'ranker', endpointConfigName: 'served-before' },
          }),
        },
      ].filter(() => JSON.stringify(input).includes('UpdateEndpoint')),
    });
    const [offered] = await s.runner.parameters(rollBack, target, signal);
    expect(offered?.choices).toEqual(['served-before', 'same-models', 'newest-of-others']);
  });
  it('a variant that scales automatically must stay', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker', { scaled: true });
    s.account.configs.set('other', {
      EndpointConfigName: 'other',
      ProductionVariants: [{ VariantName: 'else', ModelName: 'm' }],
    });
    await expect(s.runner.plan(rollBack, target, { config: 'other' }, signal)).rejects.toMatchObject({
      code: 'ScaledVariant',
    });
  });
});

describe(shift, () => {
  it('never leaves an endpoint without traffic, and says that it isolates nothing', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker');
    await expect(s.runner.plan(shift, target, { variant: 'main' }, signal)).rejects.toMatchObject({
      code: 'OnlyVariant',
    });
    await expect(s.runner.plan(shift, target, { variant: 'nope' }, signal)).rejects.toMatchObject({ code: 'Usage' });
    (s.account.endpoints.get('ranker')!.ProductionVariants as object[]).push({ VariantName: 'b', CurrentWeight: 1 });
    const { plan } = await s.runner.plan(shift, target, { variant: 'main' }, signal);
    expect(plan.impact).toContain('TargetVariant');
    expect(plan.stillOpen?.[0]?.what).toContain('TargetVariant');
  });
});

describe('an update that AWS refuses', () => {
  const begun = async (code: 'ValidationException') => {
    const s = scene();
    const target = s.account.endpoint('ranker');
    s.account.configs.set('good', { ...s.account.configs.get('ranker-config'), EndpointConfigName: 'good' });
    const { plan } = await s.runner.plan(rollBack, target, { config: 'good' }, signal);
    s.account.fail('sagemaker:UpdateEndpoint', awsError('sagemaker:UpdateEndpoint', code, 'other'));
    return { s, running: await s.runner.approve(plan, { reason: 'x' }, 'me', signal) };
  };
  it('is no success because the endpoint serves', async () => {
    const { s, running } = await begun('ValidationException');
    const { containment, error } = await running.written;
    expect(error).toMatchObject({ code: 'ValidationException' });
    expect(containment.state).toBe('failed');
    expect(s.account.endpoints.get('ranker')).toMatchObject({ EndpointConfigName: 'ranker-config' });
  });
  it('is one when somebody else did just that', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker');
    s.account.configs.set('good', { ...s.account.configs.get('ranker-config'), EndpointConfigName: 'good' });
    const { plan } = await s.runner.plan(rollBack, target, { config: 'good' }, signal);
    s.account.handlers['sagemaker:UpdateEndpoint'] = () => {
      Object.assign(s.account.endpoints.get('ranker') ?? {}, { EndpointConfigName: 'good' });
      throw awsError('sagemaker:UpdateEndpoint', 'ValidationException', 'other');
    };
    const { containment, error } = await (await s.runner.approve(plan, { reason: 'x' }, 'me', signal)).written;
    expect(error).toBeUndefined();
    expect(containment.state).toBe('written');
    expect(containment.undoSteps).toEqual([]);
  });
});
