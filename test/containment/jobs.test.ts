import { describe, expect, it } from 'vitest';
import { type StoppableKind, stoppableKinds } from '../../src/containment/jobs.ts';
import { memberOf } from '../../src/containment/state-check.ts';
import { undoSteps } from '../../src/containment/step.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { account, awsError, FakeAccount, region, scene, signal } from './fake-aws.ts';

const targetOf = ({ kind, arnPrefix }: StoppableKind): ResourceRef => ({
  kind,
  arn: `arn:aws:sagemaker:${region}:${account}:${arnPrefix ? `${arnPrefix}nightly/execution/x1` : `${kind.slice(10)}/x1`}`,
  name: 'x1',
});

/** An account that holds one such thing, which takes a while to stop and to start. */
function sceneWith(family: StoppableKind, state: string, more: object = {}) {
  const s = scene(new FakeAccount());
  const target = targetOf(family);
  const thing: Record<string, unknown> = { [family.nameMember]: 'x1', [family.arnMember]: target.arn, ...more };
  thing[family.member] = state;
  const to = (during: string | undefined, after: string | undefined) => {
    thing[family.member] = during ?? after;
    s.account.later(() => {
      thing[family.member] = after;
    });
    return {};
  };
  const stop = family.stop(target, { incident: 'INC-1' }).name;
  s.account.handlers[family.read(target).name] = () => thing;
  s.account.handlers[stop] = () => {
    if (!family.running.includes(String(thing[family.member]))) throw awsError(stop, 'ValidationException', 'other');
    return to(family.stopping[0], family.ended.includes('Stopped') ? 'Stopped' : family.ended[0]);
  };
  if (family.start) s.account.handlers[family.start(target).name] = () => to(undefined, family.started?.[0]);
  return { s, target, thing, id: `${family.kind}.stop` };
}

describe.each(stoppableKinds.map((family) => [family.kind, family] as const))('%s', (_, family) => {
  it.each(family.running)('%s: stopped, waited for, verified', async (state) => {
    const { s, target, id } = sceneWith(family, state);
    const { plan } = await s.runner.plan(id, target, {}, signal);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['call', 'wait']);
    expect(plan.class).toBe(family.class);
    const running = await s.runner.approve(plan, { reason: 'x', typedName: 'x1' }, 'me', signal);
    const { containment, error } = await running.written;
    expect(error).toBeUndefined();
    expect(containment.state).toBe('written');
    expect((await s.runner.plan(id, target, {}, signal)).plan.steps).toEqual([]);
    if (!family.start) {
      expect(undoSteps(plan)).toEqual([]);
      await expect(s.runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'NothingToUndo' });
      return;
    }
    const undo = await s.runner.undo(await s.runner.planUndo(containment, signal), { reason: 'x' }, 'me', signal);
    const undone = await undo.done;
    expect(undone.error).toBeUndefined();
    // Back in the state it began in, where a start ends in that state.
    if (family.started?.includes(state)) expect(undone.containment.state).toBe('undone');
  });
  it.each(family.stopping)('%s: only waited for', async (state) => {
    const { s, target, id } = sceneWith(family, state);
    const { plan } = await s.runner.plan(id, target, {}, signal);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['wait']);
  });
  it.each(family.ended)('%s: nothing is sent', async (state) => {
    const { s, target, id } = sceneWith(family, state);
    expect((await s.runner.plan(id, target, {}, signal)).plan.steps).toEqual([]);
  });
  it('a state that AWS adds one day is refused, not guessed', async () => {
    const { s, target, id } = sceneWith(family, 'Hibernating');
    await expect(s.runner.plan(id, target, {}, signal)).rejects.toMatchObject({ code: 'Busy', exitCode: 3 });
  });
  it('asks for the typed name where nothing brings it back', async () => {
    const { s, target, id } = sceneWith(family, family.running[0] ?? '');
    const { plan } = await s.runner.plan(id, target, {}, signal);
    const confirmed = s.runner.approve(plan, { reason: 'x' }, 'me', signal);
    if (family.class === 'not-reversible') await expect(confirmed).rejects.toMatchObject({ code: 'NotConfirmed' });
    else await expect(confirmed).resolves.toBeDefined();
  });
  it.each(family.parents ?? [])('%s is to be stopped first', async (parent) => {
    const arn = `arn:aws:sagemaker:${region}:${account}:hyper-parameter-tuning-job/p`;
    const { s, target, id } = sceneWith(family, family.running[0] ?? '', { [parent]: arn });
    const { plan } = await s.runner.plan(id, target, {}, signal);
    expect(plan.impact).toContain(arn);
    expect(plan.stillOpen?.[0]?.closeWith).toBe(`sagemaker.hyper-parameter-tuning-job.stop ${arn}`);
  });
});

it('the token of a pipeline execution is one that AWS takes, and the same for the same plan', async () => {
  const family = stoppableKinds.find(({ kind }) => kind === 'sagemaker.pipeline-execution')!;
  const { s, target, id } = sceneWith(family, 'Executing');
  const token = async () =>
    String(memberOf((await s.runner.plan(id, target, {}, signal)).plan, 'steps.0.call.input.ClientRequestToken'));
  expect(await token()).toMatch(/^[A-Za-z0-9-]{32,128}$/);
  expect(await token()).toBe(await token());
});
