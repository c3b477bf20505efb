import { describe, expect, it } from 'vitest';
import { foldContainments } from '../../src/containment/fold.ts';
import { foldHandOffs, foldPlaybooks, whyNotYet } from '../../src/containment/fold-playbooks.ts';
import { identityCenterHandOff } from '../../src/containment/hand-off.ts';
import { planBatch } from '../../src/containment/plan-playbook.ts';
import type { PlannedPlaybook, PlannedStep } from '../../src/containment/playbook.ts';
import { createPlaybookRuns, drivePlaybook } from '../../src/containment/playbook-runs.ts';
import type { JournalLine } from '../../src/store/journal.ts';
import { stepWords } from '../../views/playbook/playbook-view.ts';
import { type Scene, scene, signal } from './fake-aws.ts';

const deny = 'iam.role.deny-all';
const stop = 'sagemaker.notebook-instance.stop';

/** A playbook of two roles to deny and two notebooks to stop, on an account in memory. */
function stage(given: Scene = scene()) {
  const { account } = given;
  const targets = ['ds-exec', 'ds-team'].map((name) => account.role(name));
  const notebooks = ['lab', 'spare'].map((name) => account.notebook(name));
  const step = (
    id: string,
    purpose: PlannedStep['purpose'],
    actionId: string,
    target: (typeof targets)[number],
  ): PlannedStep => ({
    ...planBatch({ id: actionId, title: actionId }, [target]).steps[0]!,
    id,
    purpose,
    instead: ['iam.role.set-boundary'],
  });
  const plan: PlannedPlaybook = {
    ...planBatch({ id: deny, title: 'x' }, []),
    playbook: 'test',
    title: 'Test',
    steps: [
      step('1', 'credentials', deny, targets[0]!),
      step('2', 'credentials', deny, targets[1]!),
      step('3', 'compute', stop, notebooks[0]!),
      step('4', 'compute', stop, notebooks[1]!),
    ],
    targetsAtOnce: 2,
  };
  return { ...given, plan, runs: runsOf(given) };
}

const runsOf = ({ journal, runner }: Scene, mostTargets?: number) =>
  createPlaybookRuns({
    journal,
    containments: () => foldContainments(journal.lines, { live: runner.live }),
    runnerOf: () => runner,
    by: () => 'carol',
    ...(mostTargets === undefined ? {} : { mostTargets }),
  });

const states = (lines: readonly JournalLine[], live: ReadonlySet<string> = new Set()) => {
  const containments = foldContainments(lines, { live });
  return foldPlaybooks(lines, containments, foldHandOffs(lines)).map((run) => ({
    id: run.id,
    next: run.next,
    steps: run.steps.map(({ state }) => state).join(' '),
  }));
};

describe('a run', () => {
  it('every prefix of the journal folds, and the last one tells all', async () => {
    const s = stage();
    const id = await s.runs.start(s.plan);
    const run = await drivePlaybook(
      s.runs,
      id,
      { runnerOf: () => s.runner },
      {
        confirm: ({ id: step, target }) =>
          step === '4' ? { do: 'skip', reason: 'not in it' } : { do: 'send', typedName: target.name },
      },
      signal,
    );
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'skipped']);
    expect(run.steps.map(({ containment }) => containment?.id)).toEqual(['c1', 'c2', 'c3', undefined]);
    expect(run.next).toBeUndefined();
    const { lines } = s.journal;
    for (let length = 0; length <= lines.length; length += 1)
      expect(() => states(lines.slice(0, length))).not.toThrow();
    // Killed while the third was sent: it may have happened, and that is its own next thing.
    const third = lines.findIndex(({ entry }) => entry.type === 'step-starting' && entry.id === 'c3');
    expect(states(lines.slice(0, third + 1))).toEqual([{ id: 'p1', next: '3', steps: 'done done unverified open' }]);
    const killed = lines.slice(0, third + 1);
    const again = s.restart(killed);
    const waiting = runsOf(again).get('p1').steps[2]!;
    expect(waiting.next[0]).toContain('look at AWS again (c3)');
    const settled = await again.runner.verifyNow(foldContainments(again.journal.lines)[2]!, signal);
    expect(settled.containment.state).toBe('written');
    expect(runsOf(again).get('p1')).toMatchObject({ next: '4' });
  });

  it('a step that is done says how far its containment is seen to hold, proof included', async () => {
    const s = stage();
    const id = await s.runs.start(s.plan);
    const confirm = ({ target }: { readonly target: { readonly name: string } }) =>
      ({ do: 'send', typedName: target.name }) as const;
    await drivePlaybook(s.runs, id, { runnerOf: () => s.runner }, { confirm }, signal);
    await s.journal.append({ type: 'containment-proved', id: 'c1', eventId: 'e1', at: Date.now() });
    const [first, second] = s.runs.get(id).steps;
    expect(stepWords(first!)).toBe('done c1 proved');
    expect(stepWords(second!)).toMatch(/^done c2(?: holding)?$/);
  });

  it('more targets of one action than the cap want their number', async () => {
    const s = stage();
    const runs = runsOf(s, 1);
    await expect(runs.start(s.plan)).rejects.toMatchObject({ code: 'TooManyTargets', exitCode: 3 });
    await expect(runs.start(s.plan, 3)).rejects.toMatchObject({ code: 'TooManyTargets' });
    expect(s.journal.lines).toEqual([]);
    expect(await runs.start(s.plan, 2)).toBe('p1');
    await expect(runs.start({ ...s.plan, steps: [] })).rejects.toMatchObject({ code: 'NothingToDo' });
  });

  it('a later purpose waits for an earlier one; within one purpose steps run side by side', async () => {
    const s = stage();
    const id = await s.runs.start(s.plan);
    await expect(s.runs.plan({ run: id, step: '3' }, {}, signal)).rejects.toMatchObject({ code: 'NotYet' });
    const first = await s.runs.plan({ run: id, step: '1' }, {}, signal);
    if (first.type !== 'plan') throw new Error('no plan');
    const running = await s.runs.approve({ run: id, step: '1' }, first.plan, { reason: '' }, signal);
    expect(s.runs.get(id).steps[0]?.state).toBe('running');
    expect(whyNotYet(s.runs.get(id), '2')).toBeUndefined();
    expect(whyNotYet(s.runs.get(id), '1')).toContain('under way');
    await s.runs.decide({ run: id, step: '2' }, { type: 'skipped', reason: 'shared' });
    expect(s.runs.get(id)).toMatchObject({ next: '3', waitsFor: ['1'] });
    expect(whyNotYet(s.runs.get(id), '3')).toContain('step 1 (c1) is still under way');
    await running.written;
    expect(s.runs.get(id)).toMatchObject({ next: '3', waitsFor: [] });
    await expect(s.runs.decide({ run: id, step: '3' }, { type: 'skipped', reason: '  ' })).rejects.toMatchObject({
      code: 'NoReason',
    });
  });

  it('what is so already is said and gone on from; what was undone since is open again', async () => {
    const s = stage();
    const id = await s.runs.start(s.plan);
    const all = { confirm: () => ({ do: 'send' }) as const };
    await drivePlaybook(s.runs, id, { runnerOf: () => s.runner }, all, signal);
    const second = await s.runs.start(s.plan);
    const run = await drivePlaybook(s.runs, second, { runnerOf: () => s.runner }, all, signal);
    expect(run.steps.map(({ state }) => state)).toEqual(['already', 'already', 'already', 'already']);
    const planned = await s.runner.planUndo(foldContainments(s.journal.lines)[0]!, signal);
    await (await s.runner.undo(planned, { reason: '' }, 'carol', signal)).written;
    expect(s.runs.get(id)).toMatchObject({ next: '1' });
    expect(s.runs.get(id).steps[0]).toMatchObject({
      state: 'undone',
      next: [expect.stringContaining('plan it again')],
    });
  });

  it('a refusal is kept with its next steps, a hand-off is asked and seen, and the rest goes on', async () => {
    const s = stage();
    const { account } = s;
    const sso = account.role('AWSReservedSSO_Science_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/');
    const glass = account.role('prod-break-glass');
    const plan = {
      ...s.plan,
      steps: s.plan.steps.slice(0, 3).map((one, index) => ({ ...one, target: [glass, sso, one.target][index]! })),
    };
    const id = await s.runs.start(plan);
    await expect(s.runs.plan({ run: id, step: '1' }, {}, signal)).rejects.toMatchObject({ code: 'ProtectedRole' });
    expect(s.runs.get(id).steps[0]).toMatchObject({
      state: 'refused',
      next: [expect.stringContaining('Restrict'), 'Try instead: iam.role.set-boundary', 'Or skip it with a reason'],
    });
    await s.runs.decide({ run: id, step: '1' }, { type: 'skipped', reason: 'it must go on' });
    const other = await s.runs.plan({ run: id, step: '2' }, {}, signal);
    if (other.type !== 'hand-off') throw new Error('no hand-off');
    expect(other.handOff.kind).toBe('identity-center');
    await s.runs.request(other.handOff, { actionId: deny, target: sso, playbook: { run: id, step: '2' } });
    expect(s.runs.get(id)).toMatchObject({ next: '3' });
    expect(s.runs.get(id).steps[1]).toMatchObject({ state: 'requested', request: 'h1' });
    await s.journal.append({ type: 'hand-off-seen', id: 'h1', eventId: 'e9', action: 'iam:PutRolePolicy', eventAt: 1 });
    expect(s.runs.get(id).steps[1]).toMatchObject({ state: 'seen', reason: expect.stringContaining('e9') });
    await s.runs.end(id, 'false alarm');
    expect(s.runs.get(id)).toMatchObject({ next: undefined, ended: { reason: 'false alarm', by: 'carol' } });
  });

  it('lines that somebody else wrote are passed over', () => {
    const line = (entry: object): JournalLine =>
      ({ format: 1, seq: 1, at: '2026-11-26T00:00:00Z', prev: '', hash: '', entry }) as JournalLine;
    const lines = [
      { type: 'playbook-started', id: 'p1' },
      { type: 'playbook-step-decided', id: 'p9', step: '1', decision: { type: 'skipped', reason: 'x' } },
      { type: 'hand-off-requested', id: 'h1' },
      { type: 'hand-off-seen', id: 'h2' },
      { type: 'playbook-ended', id: 'p9' },
      { type: 'hand-off-requested', id: 'h3', handOff: identityCenterHandOff('x', 0), target: {}, by: '' },
    ].map(line);
    expect(states(lines)).toEqual([]);
    expect(foldHandOffs(lines).map(({ id }) => id)).toEqual(['h3']);
  });
});

it('one action on several targets is a run of its own', () => {
  const batch = planBatch({ id: stop, title: 'Stop notebook' }, [
    { kind: 'sagemaker.notebook-instance', arn: 'a', name: 'a' },
    { kind: 'sagemaker.notebook-instance', arn: 'b', name: 'b' },
  ]);
  expect(batch).toMatchObject({ playbook: 'batch', targetsAtOnce: 2, title: 'Stop notebook (2 marked)' });
});
