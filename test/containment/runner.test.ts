import { describe, expect, it } from 'vitest';
import { foldContainments } from '../../src/containment/fold.ts';
import { PlanOutdatedError } from '../../src/containment/plan-outdated-error.ts';
import type { Running } from '../../src/containment/runner.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { awsError, FakeAccount, type Scene, scene, signal } from './fake-aws.ts';

const stop = 'sagemaker.notebook-instance.stop';
const denyAll = 'iam.role.deny-all';
const remove = 'sagemaker.endpoint.delete';

async function contain(s: Scene, action: string, target: ResourceRef): Promise<Running> {
  const { plan } = await s.runner.plan(action, target, {}, signal);
  return s.runner.approve(plan, { reason: 'test', typedName: target.name }, 'carol', signal);
}
async function undo(s: Scene, id: string): Promise<Running> {
  const containment = found(s, id);
  const shown = await s.runner.planUndo(containment, signal);
  return s.runner.undo(shown, { reason: 'over', typedName: containment.plan.target.name }, 'carol', signal);
}
const found = (s: Scene, id: string) => {
  const one = foldContainments(s.journal.lines, { live: s.runner.live }).find((containment) => containment.id === id);
  if (!one) throw new Error(`no ${id}`);
  return one;
};
const types = (s: Scene) => s.journal.lines.map(({ entry }) => entry.type);

describe('a containment from plan to undo', () => {
  const cases: readonly (readonly [string, string, (account: FakeAccount) => ResourceRef, number])[] = [
    ['a notebook', stop, (a) => a.notebook('fraud-lab'), 1],
    ['a role', denyAll, (a) => a.role('ds-exec', '/teams/ds/'), 1],
    [
      'a role with a policy of that name',
      denyAll,
      (a) => a.role('ds-exec', '/', { 'IR-INC-1-DenyAll': '{"Version":"2008-10-17"}' }),
      1,
    ],
    ['an endpoint', remove, (a) => a.endpoint('fraud-scorer'), 1],
    ['an endpoint with components', remove, (a) => a.endpoint('gateway', { components: ['one', 'two'] }), 3],
    ['an endpoint with scaling', remove, (a) => a.endpoint('ranker', { scaled: true }), 1],
  ];
  it.each(cases)('%s', async (_, action, make, calls) => {
    const account = new FakeAccount();
    const target = make(account);
    const s = scene(account);
    const before = account.state();
    await s.runner.plan(action, target, {}, signal);
    expect(account.sent).toEqual([]);
    expect(account.state()).toBe(before);

    const running = await contain(s, action, target);
    expect(s.runner.live.has(running.id)).toBe(true);
    const written = await running.written;
    expect(written.error).toBeUndefined();
    expect(account.sent).toHaveLength(calls);
    expect(written.containment).toMatchObject({ id: 'c1', state: 'written', verdict: { effect: 'written' } });
    expect((await s.runner.plan(action, target, {}, signal)).plan.steps).toEqual([]);
    const { containment } = await running.holding;
    expect(containment.state).toBe('confirmed');
    expect(containment.verdict.effect).toBe('holding');

    const undone = await (await undo(s, 'c1')).done;
    expect(undone.containment.state).toBe('undone');
    expect(account.state()).toBe(before);
    // Intent is on the disk before each call, its end after.
    const started = s.journal.lines.filter(({ entry }) => entry.type === 'step-starting' && entry.name !== 'wait');
    expect(started.map(({ entry }) => entry.name)).toEqual(account.sent);
  });

  it('tells apart what was shown and what AWS got: they are one value', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    await (await s.runner.approve(plan, { reason: 'r' }, 'carol', signal)).done;
    expect(s.journal.lines[0]?.entry.plan).toMatchObject({ digest: plan.digest, steps: plan.steps });
    expect(s.journal.lines[0]?.entry.snapshot).toMatchObject({
      file: 'snapshots/c1-sagemaker.notebook-instance.stop.json',
    });
  });

  it('keeps what planning read, without what AWS handed to us', async () => {
    const s = scene();
    const target = s.account.notebook('lab', {
      AuthorizedUrl: 'https://secret',
      Environment: { SECRET: 'evidence' },
      TokenX: 't',
    });
    await (await contain(s, stop, target)).done;
    const text = JSON.stringify([...s.snapshots.values()]);
    expect(text).not.toContain('https://secret');
    expect(text).not.toContain('TokenX');
    expect(text).toContain('evidence');
    expect(text).toContain('1970-01-01T00:00:00.000Z');
  });
});

describe('what is refused before anything is sent', () => {
  it('an unarmed session', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    s.account.arming.disarm();
    const reads = s.account.read.length;
    await expect(s.runner.approve(plan, { reason: 'r' }, 'carol', signal)).rejects.toMatchObject({ code: 'NotArmed' });
    expect(s.account.read.length).toBe(reads);
    expect(s.account.sent).toEqual([]);
    expect(s.journal.lines).toEqual([]);
  });
  it.each([undefined, 'fraud', 'Fraud-scorer', ''])('a name that is not typed exactly: %s', async (typed) => {
    const s = scene();
    const { plan } = await s.runner.plan(remove, s.account.endpoint('fraud-scorer'), {}, signal);
    await expect(
      s.runner.approve(plan, { reason: 'r', ...(typed === undefined ? {} : { typedName: typed }) }, 'carol', signal),
    ).rejects.toMatchObject({ code: 'NotConfirmed', exitCode: 3 });
    expect(s.account.sent).toEqual([]);
  });
  it('a plan that is too old', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    s.account.clock.at += 15 * 60_000;
    s.account.arming.arm();
    await expect(s.runner.approve(plan, { reason: 'r' }, 'carol', signal)).rejects.toMatchObject({
      code: 'PlanExpired',
    });
    expect(s.account.sent).toEqual([]);
  });
  it('a plan that no longer fits: the new one comes with the difference', async () => {
    const s = scene();
    const target = s.account.endpoint('fraud-scorer');
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    const endpoint = s.account.endpoints.get('fraud-scorer');
    if (endpoint) endpoint.EndpointConfigName = 'another';
    s.account.configs.set('another', { EndpointConfigName: 'another', ProductionVariants: [] });
    const refused = await s.runner
      .approve(plan, { reason: 'r', typedName: 'fraud-scorer' }, 'carol', signal)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PlanOutdatedError);
    const { plan: newer, difference } = refused as PlanOutdatedError;
    expect(difference.join('\n')).toContain(
      '+ undo: sagemaker:CreateEndpoint {"EndpointName":"fraud-scorer","EndpointConfigName":"another"}',
    );
    expect(s.account.sent).toEqual([]);
    expect(s.journal.lines).toEqual([]);
    const { containment } = await (
      await s.runner.approve(newer, { reason: 'r', typedName: 'fraud-scorer' }, 'carol', signal)
    ).done;
    expect(containment.state).toBe('written');
  });
  it('a plan file that was changed: its own digest is not trusted', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    const [first, ...rest] = plan.steps;
    const forged = {
      ...plan,
      steps: [{ ...first, call: { name: 'sagemaker:DeleteEndpoint', input: { EndpointName: 'x' } } }, ...rest],
    };
    await expect(s.runner.approve(forged as never, { reason: 'r' }, 'carol', signal)).rejects.toMatchObject({
      code: 'PlanOutdated',
    });
    expect(s.account.sent).toEqual([]);
  });
  it('a precondition that fell after the last look of planning', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    const describeNotebook = s.account.handlers['sagemaker:DescribeNotebookInstance'];
    let looks = 0;
    s.account.handlers['sagemaker:DescribeNotebookInstance'] = (input) => {
      looks += 1;
      return { ...(describeNotebook?.(input) as object), ...(looks > 1 ? { NotebookInstanceStatus: 'Updating' } : {}) };
    };
    await expect(s.runner.approve(plan, { reason: 'r' }, 'carol', signal)).rejects.toMatchObject({
      code: 'PreconditionFailed',
      message: expect.stringContaining('"Updating"'),
    });
    expect(s.account.sent).toEqual([]);
    expect(s.journal.lines).toEqual([]);
  });
  it('an unknown action names those that look like it, an unknown parameter too', async () => {
    const s = scene();
    await expect(s.runner.plan('iam.role.denyall', s.account.role('x'), {}, signal)).rejects.toMatchObject({
      code: 'Usage',
      nextSteps: [expect.stringContaining('iam.role.deny-all'), 'List them with firebreak actions'],
    });
    await expect(s.runner.plan(denyAll, s.account.role('x'), { speed: '9' }, signal)).rejects.toMatchObject({
      code: 'Usage',
    });
  });
  it('another account, another Region, another kind', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    for (const [arn, code] of [
      [target.arn.replace('111122223333', '999999999999'), 'OtherAccount'],
      [target.arn.replace('us-east-1', 'eu-west-1'), 'OtherRegion'],
    ] as const)
      await expect(s.runner.plan(stop, { ...target, arn }, {}, signal)).rejects.toMatchObject({ code });
    await expect(s.runner.plan(denyAll, target, {}, signal)).rejects.toMatchObject({ code: 'OtherKind' });
  });
  it('a second containment of the same target while one runs', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    const { plan } = await s.runner.plan(stop, target, {}, signal);
    const [one, two] = await Promise.allSettled([
      s.runner.approve(plan, { reason: 'r' }, 'carol', signal),
      s.runner.approve(plan, { reason: 'r' }, 'dave', signal),
    ]);
    expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected']);
    if (one.status === 'fulfilled') await one.value.done;
    expect(s.account.sent).toEqual(['sagemaker:StopNotebookInstance']);
  });
  it('a journal that cannot be written: the call is not sent', async () => {
    for (const lines of [0, 1]) {
      const s = scene();
      const target = s.account.notebook('lab');
      s.journal.failAfter = lines;
      const failing = contain(s, stop, target).then(({ done }) => done);
      await expect(failing).rejects.toThrow('disk full');
      expect(s.account.sent).toEqual([]);
    }
  });
});

describe('what moves by itself', () => {
  it('does not hold a containment back, and comes back as it was at approval', async () => {
    const account = new FakeAccount();
    const target = account.endpoint('churn-canary');
    const s = scene(account);
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    account.tags.set(target.arn, [{ Key: 'tick', Value: '2' }]);
    const variants = account.endpoints.get('churn-canary')?.ProductionVariants as object[];
    Object.assign(variants[0] ?? {}, { CurrentInstanceCount: 3, CurrentWeight: 0.5 });
    const before = account.state();
    const { plan: drifted } = await s.runner.plan(remove, target, {}, signal);
    expect(drifted.digest).toBe(plan.digest);
    await (await s.runner.approve(plan, { reason: 'r', typedName: target.name }, 'carol', signal)).done;
    const { containment } = await (await undo(s, 'c1')).done;
    expect(containment.state).toBe('undone');
    expect(account.state()).toBe(before);
  });
  it('is told after undo, never held against it', async () => {
    const s = scene();
    const target = s.account.endpoint('churn-canary');
    await (await contain(s, remove, target)).done;
    const shown = await s.runner.planUndo(found(s, 'c1'), signal);
    const running = await s.runner.undo(shown, { reason: 'r' }, 'carol', signal);
    const churn = setInterval(() => s.account.tags.set(target.arn, [{ Key: 'tick', Value: String(Math.random()) }]), 0);
    const { containment } = await running.done;
    clearInterval(churn);
    expect(containment.state).toBe('undone');
  });
});

describe('what goes wrong on the way', () => {
  it('a refusal half-way: undo takes back only what was sent', async () => {
    const account = new FakeAccount();
    const target = account.endpoint('gateway', { components: ['one', 'two'] });
    const s = scene(account);
    const before = account.state();
    account.fail('sagemaker:DeleteEndpoint', awsError('sagemaker:DeleteEndpoint', 'AccessDenied', 'denied'));
    const { containment, error } = await (await contain(s, remove, target)).done;
    expect(error).toMatchObject({ code: 'AccessDenied', exitCode: 4 });
    expect(containment.state).toBe('partial');
    expect(containment.steps.map(({ state }) => state)).toEqual([
      'sent',
      'sent',
      'confirmed',
      'confirmed',
      'failed',
      'skipped',
    ]);
    expect(containment.undoSteps.flatMap((step) => (step.kind === 'call' ? [step.call.name] : []))).toEqual([
      'sagemaker:CreateInferenceComponent',
      'sagemaker:CreateInferenceComponent',
    ]);
    expect((await (await undo(s, 'c1')).done).containment.state).toBe('undone');
    expect(account.state()).toBe(before);
  });
  it('a refusal of the first call: nothing was sent, nothing to undo', async () => {
    const s = scene();
    s.account.fail('iam:PutRolePolicy', awsError('iam:PutRolePolicy', 'AccessDenied', 'denied'));
    const { containment } = await (await contain(s, denyAll, s.account.role('ds-exec'))).done;
    expect(containment.state).toBe('failed');
    await expect(s.runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'NothingToUndo' });
  });
  it('a throttled call is sent again, a few times only', async () => {
    const s = scene();
    const throttled = () => awsError('sagemaker:StopNotebookInstance', 'ThrottlingException', 'throttled');
    s.account.fail('sagemaker:StopNotebookInstance', throttled(), throttled());
    expect((await (await contain(s, stop, s.account.notebook('lab'))).done).containment.state).toBe('written');
    expect(s.account.sent).toHaveLength(3);
    expect(types(s).filter((type) => type === 'step-failed')).toEqual([]);

    const again = scene();
    again.account.fail('sagemaker:StopNotebookInstance', ...Array.from({ length: 20 }, throttled));
    const { containment } = await (await contain(again, stop, again.account.notebook('lab'))).done;
    expect(containment.state).toBe('failed');
    expect(again.account.sent).toHaveLength(6);
  });
  it.each([
    ['done, its answer lost', true, 'written', 1],
    ['never arrived', false, 'failed', 1],
  ])('a call without an answer: %s', async (_, done, state, calls) => {
    const s = scene();
    const target = s.account.notebook('lab');
    if (done) s.account.lostAnswers.add('sagemaker:StopNotebookInstance');
    else
      s.account.fail(
        'sagemaker:StopNotebookInstance',
        awsError('sagemaker:StopNotebookInstance', 'TimeoutError', 'network', 'unknown'),
      );
    const { containment } = await (await contain(s, stop, target)).done;
    expect(containment.state).toBe(state);
    expect(s.account.sent).toHaveLength(calls);
  });
  it('a policy without an answer is found by planning again, or put again: it is the same policy', async () => {
    const s = scene();
    s.account.lostAnswers.add('iam:PutRolePolicy');
    expect((await (await contain(s, denyAll, s.account.role('ds-exec'))).done).containment.state).toBe('written');
    expect(s.account.sent).toEqual(['iam:PutRolePolicy']);
    const again = scene();
    again.account.fail('iam:PutRolePolicy', awsError('iam:PutRolePolicy', 'TimeoutError', 'network', 'unknown'));
    expect((await (await contain(again, denyAll, again.account.role('ds-exec'))).done).containment.state).toBe(
      'written',
    );
    expect(again.account.sent).toHaveLength(2);
  });
  it('a call of which nobody can tell: it may have happened, and undo waits for an answer', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    const { plan } = await s.runner.plan(stop, target, {}, signal);
    s.account.lostAnswers.add('sagemaker:StopNotebookInstance');
    const running = await s.runner.approve(plan, { reason: 'r' }, 'carol', signal);
    const offline = Array.from({ length: 9 }, () =>
      awsError('sagemaker:DescribeNotebookInstance', 'ECONNRESET', 'network', 'unknown'),
    );
    s.account.fail('sagemaker:DescribeNotebookInstance', ...offline);
    const { containment } = await running.done;
    expect(containment.state).toBe('unverified');
    expect(containment.steps[0]?.state).toBe('unknown');
    await expect(s.runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'Unverified' });
    s.account.failures.clear();
    s.account.clock.at += 60_000;
    expect((await s.runner.verifyNow(containment, signal)).containment).toMatchObject({
      state: 'written',
      steps: [{ state: 'confirmed' }, {}],
    });
    expect((await (await undo(s, 'c1')).done).containment.state).toBe('undone');
  });
  it('done by somebody else meanwhile: it counts, but undo does not touch it', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    const { plan } = await s.runner.plan(stop, target, {}, signal);
    s.account.fail(
      'sagemaker:StopNotebookInstance',
      awsError('sagemaker:StopNotebookInstance', 'ValidationException', 'other'),
    );
    const running = await s.runner.approve(plan, { reason: 'r' }, 'carol', signal);
    const notebook = s.account.notebooks.get('lab');
    if (notebook) notebook.NotebookInstanceStatus = 'Stopped';
    const { containment } = await running.done;
    expect(containment).toMatchObject({ state: 'written', undoSteps: [] });
    await expect(s.runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'NothingToUndo' });
  });
  it('"not found" after a delete is what was wanted', async () => {
    const s = scene();
    const target = s.account.endpoint('gone');
    s.account.fail(
      'sagemaker:DeleteEndpoint',
      awsError('sagemaker:DeleteEndpoint', 'ValidationException', 'not-found'),
    );
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    const running = await s.runner.approve(plan, { reason: 'r', typedName: 'gone' }, 'carol', signal);
    s.account.endpoints.delete('gone');
    expect((await running.done).containment.state).toBe('written');
  });
  it('a wait that does not end, and one that cannot', async () => {
    const s = scene();
    s.account.slowness = 31 * 60_000;
    const { containment } = await (await contain(s, stop, s.account.notebook('lab'))).done;
    expect(containment.state).toBe('partial');
    expect(containment.steps[1]?.error).toContain('NotReached');

    const broken = scene();
    const running = await contain(broken, stop, broken.account.notebook('lab'));
    broken.account.clock.onSleep.push(() => {
      const notebook = broken.account.notebooks.get('lab');
      if (notebook) Object.assign(notebook, { NotebookInstanceStatus: 'Failed', FailureReason: 'no disk' });
    });
    expect((await running.done).containment.steps[1]?.error).toContain('Failed (no disk)');
  });
  it('a look that is throttled or lost is made again', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    const running = await contain(s, stop, target);
    s.account.fail(
      'sagemaker:DescribeNotebookInstance',
      awsError('sagemaker:DescribeNotebookInstance', 'ThrottlingException', 'throttled'),
      awsError('sagemaker:DescribeNotebookInstance', 'ECONNRESET', 'network', 'unknown'),
    );
    expect((await running.done).containment.state).toBe('written');
  });
  it('cancelled during a wait: what was sent can be undone', async () => {
    const s = scene();
    const target = s.account.notebook('lab');
    const before = s.account.state();
    s.account.clock.onSleep.push(() => s.runner.cancel('c1'));
    const { containment } = await (await contain(s, stop, target)).done;
    expect(types(s)).toContain('containment-cancelled');
    expect(containment.state).toBe('partial');
    expect((await (await undo(s, 'c1')).done).containment.state).toBe('undone');
    expect(s.account.state()).toBe(before);
  });
  it('cancelled before the first call: nothing is sent', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    const append = s.journal.append.bind(s.journal);
    s.journal.append = async (entry) => {
      s.runner.cancel('c1');
      return append(entry);
    };
    const { containment } = await (await s.runner.approve(plan, { reason: 'r' }, 'carol', signal)).done;
    expect(containment.state).toBe('refused');
    expect(s.account.sent).toEqual([]);
  });
});

describe('holding', () => {
  it('falls when somebody removes the deny', async () => {
    const s = scene();
    const target = s.account.role('ds-exec');
    const running = await contain(s, denyAll, target);
    await running.written;
    s.account.roles.get('ds-exec')?.policies.clear();
    const { containment } = await running.holding;
    expect(containment).toMatchObject({ state: 'failed', verdict: { effect: 'absent' } });
    expect(containment.verdict.checks[0]).toMatchObject({ holds: false, why: 'the policy is not there' });
    await expect(s.runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'ChangedSince' });
  });
  it('ends with the runner', async () => {
    const s = scene();
    const running = await contain(s, denyAll, s.account.role('ds-exec'));
    await running.written;
    s.runner.close();
    expect((await running.holding).containment.state).toBe('written');
  });
});

describe('undo', () => {
  it('is refused, with the difference, when somebody changed it', async () => {
    const s = scene();
    await (await contain(s, stop, s.account.notebook('lab'))).done;
    const notebook = s.account.notebooks.get('lab');
    if (notebook) notebook.NotebookInstanceStatus = 'InService';
    await expect(s.runner.planUndo(found(s, 'c1'), signal)).rejects.toMatchObject({
      code: 'ChangedSince',
      message: expect.stringContaining('NotebookInstanceStatus = InService'),
    });
  });
  it('is refused while a later one that did the same stands, which it would take away', async () => {
    const s = scene();
    const target = s.account.role('ds-exec');
    await (await contain(s, denyAll, target)).written;
    s.account.roles.get('ds-exec')?.policies.clear();
    expect((await s.runner.verifyNow(found(s, 'c1'), signal)).containment.ineffective).toBe('gone');
    await (await contain(s, denyAll, target)).written;
    expect(found(s, 'c1')).toMatchObject({ sentAgainAs: 'c2' });
    expect(found(s, 'c1').ineffective).toBeUndefined();
    await expect(s.runner.planUndo(found(s, 'c1'), signal)).rejects.toMatchObject({
      code: 'ChangedSince',
      nextSteps: ['Undo c2 first'],
    });
    expect((await s.runner.planUndo(found(s, 'c2'), signal)).steps).toHaveLength(1);
  });
  it('wants the name typed where it starts what an attacker may have left', async () => {
    const s = scene();
    const target = s.account.notebook('lab', { NotebookInstanceLifecycleConfigName: 'evil' });
    await (await contain(s, stop, target)).done;
    const shown = await s.runner.planUndo(found(s, 'c1'), signal);
    expect(shown).toMatchObject({
      needsName: true,
      comesBack: [expect.stringContaining('evil as root'), expect.anything()],
    });
    await expect(s.runner.undo(shown, { reason: 'r' }, 'carol', signal)).rejects.toMatchObject({
      code: 'NotConfirmed',
    });
    expect(s.account.sent).toHaveLength(1);
  });
  it('is refused while read-only, and twice', async () => {
    const s = scene();
    await (await contain(s, stop, s.account.notebook('lab'))).done;
    const shown = await s.runner.planUndo(found(s, 'c1'), signal);
    s.account.arming.disarm();
    const reads = s.account.read.length;
    await expect(s.runner.undo(shown, { reason: 'r' }, 'carol', signal)).rejects.toMatchObject({ code: 'NotArmed' });
    expect(s.account.read.length).toBe(reads);
    s.account.arming.arm();
    await (await undo(s, 'c1')).done;
    await expect(s.runner.planUndo(found(s, 'c1'), signal)).rejects.toMatchObject({ code: 'NothingToUndo' });
  });
  it('of what is gone already is done', async () => {
    const s = scene();
    await (await contain(s, denyAll, s.account.role('ds-exec'))).done;
    const remove = s.account.handlers['iam:DeleteRolePolicy'];
    s.account.handlers['iam:DeleteRolePolicy'] = (input) => {
      s.account.roles.get('ds-exec')?.policies.clear();
      return remove?.(input);
    };
    const { containment } = await (await undo(s, 'c1')).done;
    expect(containment.state).toBe('undone');
    expect(containment.steps.at(-1)).toMatchObject({ phase: 'undo', state: 'skipped' });
  });
  it('says so when the world is not as it was', async () => {
    const s = scene();
    await (await contain(s, remove, s.account.endpoint('fraud-scorer'))).done;
    const create = s.account.handlers['sagemaker:CreateEndpoint'];
    s.account.handlers['sagemaker:CreateEndpoint'] = (input) => {
      create?.(input);
      const variants = s.account.endpoints.get('fraud-scorer')?.ProductionVariants as object[];
      Object.assign(variants[0] ?? {}, { DeployedImages: [{ ResolvedImage: 'image@sha256:ff' }] });
    };
    const { containment } = await (await undo(s, 'c1')).done;
    expect(containment).toMatchObject({ state: 'unverified', verdict: { effect: 'absent' } });
    expect(containment.verdict.checks[0]?.why).toContain('image@sha256:ff');
  });
  it('that stopped half-way goes on from there', async () => {
    const account = new FakeAccount();
    const target = account.endpoint('gateway', { components: ['one'] });
    const s = scene(account);
    const before = account.state();
    await (await contain(s, remove, target)).done;
    account.fail(
      'sagemaker:CreateInferenceComponent',
      awsError('sagemaker:CreateInferenceComponent', 'AccessDenied', 'denied'),
    );
    const half = await (await undo(s, 'c1')).done;
    expect(half.containment.state).toBe('partial');
    expect(half.containment.undoSteps.flatMap((step) => (step.kind === 'call' ? [step.call.name] : []))).toEqual([
      'sagemaker:CreateInferenceComponent',
    ]);
    expect((await (await undo(s, 'c1')).done).containment.state).toBe('undone');
    expect(account.state()).toBe(before);
  });
});

describe('after a crash', () => {
  const crashed = async (lines: number, sent: boolean) => {
    const s = scene();
    const target = s.account.notebook('lab');
    await (await contain(s, stop, target)).done;
    const notebook = s.account.notebooks.get('lab');
    if (!sent && notebook) notebook.NotebookInstanceStatus = 'InService';
    return s.restart(s.journal.lines.slice(0, lines));
  };
  it('between intent and end, the call was done', async () => {
    const s = await crashed(2, true);
    expect(types(s)).toEqual(['containment-approved', 'step-starting']);
    expect(found(s, 'c1')).toMatchObject({ state: 'unverified', steps: [{ state: 'unknown' }, { state: 'pending' }] });
    const { containment } = await s.runner.verifyNow(found(s, 'c1'), signal);
    expect(containment).toMatchObject({ state: 'written', steps: [{ state: 'confirmed' }, { state: 'skipped' }] });
    expect((await (await undo(s, 'c1')).done).containment.state).toBe('undone');
  });
  it('where AWS’s clock is an hour ahead, it does not hold for a minute at once', async () => {
    const s = await crashed(2, true);
    const { aws, clock } = s.account;
    clock.at = Date.parse(s.journal.lines[0]?.at ?? '');
    const skewed = s.restart(undefined, {
      aws: { ...aws, now: () => aws.now() + 3_600_000 },
      clock: { now: () => clock.now(), sleep: () => new Promise(() => {}) },
    });
    const look = async () => (await skewed.runner.verifyNow(found(skewed, 'c1'), signal)).containment.state;
    expect([await look(), await look()]).toEqual(['written', 'written']);
    clock.at += 60_000;
    expect(await look()).toBe('confirmed');
  });
  it('between intent and end, the call was not done: it is not undone either', async () => {
    const s = await crashed(2, false);
    const calls = s.account.sent.length;
    const { containment } = await s.runner.verifyNow(found(s, 'c1'), signal);
    expect(containment).toMatchObject({ state: 'failed', undoSteps: [] });
    expect(s.account.sent).toHaveLength(calls);
  });
  it('before the first intent: nothing was sent', async () => {
    expect(found(await crashed(1, false), 'c1').state).toBe('failed');
  });
  it('while it waits: on its way is neither there nor absent, and the wait can be taken up', async () => {
    const s = await crashed(4, true);
    const notebook = s.account.notebooks.get('lab');
    if (notebook) notebook.NotebookInstanceStatus = 'Stopping';
    const { containment } = await s.runner.verifyNow(found(s, 'c1'), signal);
    expect(containment).toMatchObject({ state: 'unverified', verdict: { effect: 'unknown' } });
    s.account.clock.onSleep.push(() => Object.assign(notebook ?? {}, { NotebookInstanceStatus: 'Stopped' }));
    expect((await (await s.runner.resume(containment)).done).containment.state).toBe('written');
  });
  it('calls that nobody confirmed here are not resumed', async () => {
    const s = await crashed(2, false);
    await expect(s.runner.resume(found(s, 'c1'))).rejects.toMatchObject({ code: 'CallsRemain' });
  });
  it('during undo: AWS tells what came of it', async () => {
    const s = scene();
    await (await contain(s, denyAll, s.account.role('ds-exec'))).done;
    await (await undo(s, 'c1')).done;
    const at = types(s).lastIndexOf('step-starting');
    const again = s.restart(s.journal.lines.slice(0, at + 1));
    expect(found(again, 'c1').state).toBe('unverified');
    expect((await again.runner.verifyNow(found(again, 'c1'), signal)).containment.state).toBe('undone');
  });
  it('ids go on where the journal ends', async () => {
    const s = scene();
    await (await contain(s, stop, s.account.notebook('lab'))).done;
    const again = s.restart();
    expect((await contain(again, denyAll, again.account.role('ds-exec'))).id).toBe('c2');
  });
});

describe('a plan that another session takes up', () => {
  it('keeps the incident it was made in: from a file, for verify and for undo', async () => {
    const s = scene();
    const target = s.account.role('ds-exec');
    const { plan } = await s.runner.plan(denyAll, target, {}, signal);
    const file = JSON.parse(JSON.stringify(plan)) as typeof plan;
    const other = s.restart([], { incident: 'INC-2' });
    const { containment } = await (await other.runner.approve(file, { reason: 'r' }, 'carol', signal)).done;
    expect(containment.state).toBe('written');
    expect([...(s.account.roles.get('ds-exec')?.policies.keys() ?? [])]).toEqual(['IR-INC-1-DenyAll']);
    const third = other.restart(undefined, { incident: 'INC-3' });
    expect((await (await undo(third, 'c1')).done).containment.state).toBe('undone');
  });
});

describe('assess', () => {
  it('finds who is hit and which permissions are missing, by the role behind the session', async () => {
    const s = scene();
    const target = s.account.endpoint('ranker', { scaled: true, components: ['one'] });
    s.account.invocations = 212;
    s.account.role('OnCall', '/people/');
    s.account.notAllowed.add('application-autoscaling:DeregisterScalableTarget');
    const { plan } = await s.runner.plan(remove, target, {}, signal);
    const published: number[] = [];
    const assessment = await s.runner.assess(plan, signal, ({ affected }) => published.push(affected.length));
    expect(assessment.permissions).toEqual({
      checked: 'simulated',
      missing: ['application-autoscaling:DeregisterScalableTarget'],
      notSeen: ['RCP', 'session policy', 'resource policy'],
    });
    expect(assessment.affectedComplete).toBe(true);
    expect(assessment.affected[0]?.why).toBe('212 invocations in the last 5 minutes: they will fail');
    expect(assessment.affected.map(({ kind }) => kind)).toEqual([
      'sagemaker.endpoint',
      'sagemaker.endpoint-config',
      'sagemaker.model',
      'iam.role',
      'sagemaker.inference-component',
      'application-autoscaling.scalable-target',
    ]);
    expect(published.length).toBeGreaterThan(5);
  });
  it('lists who uses a role, and says what to do first', async () => {
    const s = scene();
    s.account.notebook('lab');
    s.account.endpoint('going', { status: 'Deleting' });
    const { plan } = await s.runner.plan(denyAll, s.account.role('ds-exec'), {}, signal);
    const { affected } = await s.runner.assess(plan, signal, () => undefined);
    expect(affected.map(({ kind }) => kind)).toEqual([
      'sagemaker.endpoint',
      'sagemaker.notebook-instance',
      'sagemaker.model',
    ]);
    expect(affected[0]?.why).toContain('restrict the role after it has gone');
  });
  it('says what the reverse scan could not look at', async () => {
    const s = scene();
    s.account.notebook('lab');
    const { plan } = await s.runner.plan(denyAll, s.account.role('ds-exec'), {}, signal);
    s.account.fail('sagemaker:ListApps', awsError('sagemaker:ListApps', 'AccessDenied', 'denied'));
    const assessment = await s.runner.assess(plan, signal, () => undefined);
    expect(assessment.affected.map(({ kind }) => kind)).toEqual(['sagemaker.notebook-instance']);
    expect(assessment).toMatchObject({
      affectedComplete: false,
      affectedProblem: expect.stringContaining('Studio apps: denied: needs sagemaker:ListApps'),
    });
  });
  it('says what it may not ask', async () => {
    const s = scene();
    const { plan } = await s.runner.plan(stop, s.account.notebook('lab'), {}, signal);
    s.account.fail('iam:SimulatePrincipalPolicy', awsError('iam:SimulatePrincipalPolicy', 'AccessDenied', 'denied'));
    s.account.fail(
      'sagemaker:DescribeNotebookInstance',
      awsError('sagemaker:DescribeNotebookInstance', 'AccessDenied', 'denied'),
    );
    const assessment = await s.runner.assess(plan, signal, () => undefined);
    expect(assessment.permissions.checked).toBe('not-allowed');
    expect(assessment).toMatchObject({
      affectedComplete: false,
      affectedProblem: expect.stringContaining('AccessDenied'),
    });
  });
});
