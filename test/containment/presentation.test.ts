import { describe, expect, it } from 'vitest';
import { actions } from '../../src/containment/catalogue.ts';
import { containmentJson } from '../../src/containment/containment-json.ts';
import { planText } from '../../src/containment/plan-text.ts';
import { choices, resolveTarget } from '../../src/containment/target.ts';
import { awsError, endpointRef, FakeAccount, identity, roleRef, scene, signal } from './fake-aws.ts';

const json = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

describe('containmentJson', () => {
  it('planned, executed, undone', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    const { plan } = await s.runner.plan('sagemaker.notebook-instance.stop', target, {}, signal);
    const planned = json(containmentJson({ plan, reason: 'why' }));
    expect(planned).toMatchObject({
      action: 'sagemaker.notebook-instance.stop',
      target: target.arn,
      account: '111122223333',
      region: 'us-east-1',
      reason: 'why',
      state: 'planned',
      steps: [
        { id: '1', state: 'pending' },
        { id: '2', state: 'pending' },
      ],
      entry: null,
    });
    expect(planned.plan).toEqual({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      params: {},
      expiresAt: '2026-11-23T20:15:00.000Z',
      summary: expect.any(String),
      impact: expect.any(String),
      evidenceLost: expect.any(Array),
      notRestored: expect.any(Array),
      class: 'interrupts',
      steps: [
        { id: '1', kind: 'call', name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'lab' } },
        { id: '2', kind: 'wait', until: 'NotebookInstanceStatus = Stopped', timeoutS: 1800 },
      ],
      undoSteps: [
        { id: '1', kind: 'wait', until: 'NotebookInstanceStatus = Stopped', timeoutS: 1800 },
        { id: '2', kind: 'call', name: 'sagemaker:StartNotebookInstance', input: { NotebookInstanceName: 'lab' } },
        { id: '3', kind: 'wait', until: 'NotebookInstanceStatus = InService', timeoutS: 1800 },
      ],
      affected: [],
      permissions: { checked: 'pending', missing: [], notSeen: [] },
    });
    expect(Object.keys(planned)).toEqual([
      'action',
      'target',
      'account',
      'region',
      'reason',
      'plan',
      // Beside the plan, whose shape is product.md's.
      'assessment',
      'state',
      'steps',
      'verdict',
      'entry',
    ]);

    const running = await s.runner.approve(plan, { reason: 'why' }, 'carol', signal);
    const written = json(containmentJson((await running.written).containment));
    expect(written).toMatchObject({
      state: 'in-progress',
      entry: 'c1',
      verdict: {
        effect: 'written',
        provedBy: null,
        checks: [
          { what: expect.any(String), result: expect.stringMatching(/^holds: /), at: expect.stringMatching(/Z$/) },
        ],
      },
      steps: [
        { id: '1', state: 'confirmed', requestId: 'request-1' },
        { id: '2', state: 'confirmed' },
      ],
    });
    const { containment } = await running.holding;
    expect(json(containmentJson(containment))).toMatchObject({ state: 'confirmed', verdict: { effect: 'holding' } });
    const undo = await s.runner.undo(await s.runner.planUndo(containment, signal), { reason: 'over' }, 'carol', signal);
    const undone = json(containmentJson((await undo.done).containment));
    expect(undone).toMatchObject({ state: 'undone', plan: { undoSteps: [] } });
    expect(undone.steps).toContainEqual({ id: '2', phase: 'undo', state: 'confirmed', requestId: 'request-2' });
  });
});

describe('planText', () => {
  it('shows every call with its input, every wait, every undo step, and what it costs', async () => {
    const s = scene();
    const target = s.account.endpoint('gateway', { components: ['one'] });
    const { plan } = await s.runner.plan('sagemaker.endpoint.delete', target, {}, signal);
    const text = planText(plan, await s.runner.assess(plan, signal, () => undefined)).join('\n');
    for (const part of [
      target.arn,
      '111122223333',
      'us-east-1',
      '  1. sagemaker:DeleteInferenceComponent {"InferenceComponentName":"one"}',
      '  2. wait until sagemaker:DescribeInferenceComponent finds nothing (at most 30 min)',
      '  3. sagemaker:DeleteEndpoint {"EndpointName":"gateway"}',
      'sagemaker:CreateEndpoint {"EndpointName":"gateway","EndpointConfigName":"gateway-config"',
      'Evidence lost:',
      'Undo will not bring back:',
      'Permissions: all allowed',
    ])
      expect(text).toContain(part);
  });
  it('is harmless whatever the names are', async () => {
    const s = scene();
    const evil = 'x\u001b[2J\r\n\u202efdp';
    const { plan } = await s.runner.plan('sagemaker.notebook-instance.stop', s.account.notebook(evil), {}, signal);
    for (const line of planText(plan)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(planText(plan).join()).toContain('\\u{1b}');
  });
});

describe('resolveTarget', () => {
  const door = (account: FakeAccount) => ({ aws: account.aws, identity, signal });
  it('by name, by ARN, with the account’s own spelling', async () => {
    const account = new FakeAccount();
    account.notebook('lab');
    const role = account.role('ds-exec', '/teams/');
    account.endpoint('Fraud');
    account.handlers['sagemaker:DescribeEndpoint'] = () => account.endpoints.get('Fraud');
    expect(await resolveTarget('lab', choices('sagemaker.notebook-instance', actions), door(account))).toMatchObject({
      name: 'lab',
    });
    expect(await resolveTarget(endpointRef('Fraud').arn, actions, door(account))).toEqual(endpointRef('Fraud'));
    expect(await resolveTarget(role.arn, actions, door(account))).toEqual(role);
    expect(await resolveTarget('teams/ds-exec', choices('iam.role', actions), door(account))).toEqual(role);
  });
  it('looks among all kinds, and wants to know which', async () => {
    const account = new FakeAccount();
    account.notebook('lab');
    expect(await resolveTarget('lab', actions, door(account))).toMatchObject({ kind: 'sagemaker.notebook-instance' });
    account.role('lab');
    await expect(resolveTarget('lab', actions, door(account))).rejects.toMatchObject({
      code: 'Usage',
      nextSteps: [expect.stringContaining(roleRef('lab').arn)],
    });
  });
  it('what is not there', async () => {
    const account = new FakeAccount();
    await expect(resolveTarget('nope', choices('iam.role', actions), door(account))).rejects.toMatchObject({
      code: 'NoSuchEntity',
      exitCode: 4,
    });
    account.fail('iam:GetRole', awsError('iam:GetRole', 'AccessDenied', 'denied'));
    await expect(resolveTarget('nope', actions, door(account))).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(
        /^nothing that can be acted on is named nope in 111122223333 us-east-1 \(iam:GetRole denied, so not everything was seen\)$/,
      ),
    });
    await expect(resolveTarget(endpointRef('nope').arn, actions, door(account))).rejects.toMatchObject({
      reason: 'not-found',
    });
  });
  it.each([
    ['arn:aws:sagemaker:us-east-1:999999999999:endpoint/x', 'OtherAccount'],
    ['arn:aws:sagemaker:eu-west-1:111122223333:endpoint/x', 'OtherRegion'],
    ['arn:aws-cn:iam::111122223333:role/ds-exec', 'OtherPartition'],
    ['arn:aws:dynamodb:us-east-1:111122223333:table/x', 'Usage'],
    ['arn:nonsense', 'Usage'],
    ['', 'Usage'],
  ])('%s is refused: %s', async (text, code) => {
    await expect(resolveTarget(text, actions, door(new FakeAccount()))).rejects.toMatchObject({ code });
  });
});
