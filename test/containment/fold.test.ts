import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldContainments } from '../../src/containment/fold.ts';
import type { JournalLine } from '../../src/store/journal.ts';
import { awsError, FakeAccount, scene, signal } from './fake-aws.ts';

/** A journal with everything in it: a success that was undone, a failure, a cancelled one. */
async function busyJournal(): Promise<JournalLine[]> {
  const s = scene(new FakeAccount());
  const run = async (action: string, target: Parameters<typeof s.runner.plan>[1]) => {
    const { plan } = await s.runner.plan(action, target, {}, signal);
    return (await s.runner.approve(plan, { reason: 'r', typedName: target.name }, 'carol', signal)).holding;
  };
  const { containment } = await run(
    'sagemaker.endpoint.delete',
    s.account.endpoint('gateway', { components: ['one'] }),
  );
  await (await s.runner.undo(await s.runner.planUndo(containment, signal), { reason: 'r' }, 'carol', signal)).done;
  s.account.fail('iam:PutRolePolicy', awsError('iam:PutRolePolicy', 'AccessDenied', 'denied'));
  await run('iam.role.deny-all', s.account.role('ds-exec'));
  s.account.clock.onSleep.push(() => s.runner.cancel('c3'));
  await run('sagemaker.notebook-instance.stop', s.account.notebook('lab'));
  return s.journal.lines;
}

const changes = <Value>(values: readonly Value[]) => values.filter((value, at) => at === 0 || value !== values[at - 1]);

describe('foldContainments', () => {
  it('every prefix folds, and every prefix of one that ran is honest about it', async () => {
    const lines = await busyJournal();
    const states = lines.map((_, at) => foldContainments(lines.slice(0, at + 1)).map(({ state }) => state));
    expect(changes(states.map(([first]) => first))).toEqual([
      'failed',
      'unverified',
      'written',
      'confirmed',
      'unverified',
      'undone',
    ]);
    expect(states.at(-1)).toEqual(['undone', 'failed', 'partial']);
    const live = new Set(['c1']);
    const running = lines.map((_, at) => foldContainments(lines.slice(0, at + 1), { live })[0]?.state);
    expect(changes(running)).toEqual(['in-progress', 'written', 'confirmed', 'undoing', 'undone']);
  });
  it('throws at no journal: entries missing, doubled, out of order, or made by others', async () => {
    const lines = await busyJournal();
    const strange = fc.record({
      type: fc.oneof(fc.string(), fc.constantFrom(...lines.map(({ entry }) => entry.type))),
      id: fc.constantFrom('c1', 'c9', '__proto__'),
    });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...lines),
            strange.map((entry) => ({ ...lines[0], entry }) as JournalLine),
          ),
        ),
        (some) => {
          for (const one of foldContainments(some))
            expect(one.undoSteps.every((step, at) => step.id === String(at + 1))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
  it('a proof of the session makes it proved', async () => {
    const lines = await busyJournal();
    const at = lines.findIndex(({ entry }) => entry.effect === 'holding');
    const proof = { ...lines[at], entry: { type: 'containment-proved', id: 'c1', eventId: 'e1' } } as JournalLine;
    expect(foldContainments([...lines.slice(0, at + 1), proof])[0]).toMatchObject({
      state: 'confirmed',
      verdict: { effect: 'proved', provedBy: 'e1' },
    });
  });
  it('a call that passed afterwards makes it not effective, until a later one is refused again', async () => {
    const lines = await busyJournal();
    const at = lines.findIndex(({ entry }) => entry.effect === 'holding');
    const line = (entry: object) => ({ ...lines[at], entry }) as JournalLine;
    const held = lines.slice(0, at + 1);
    const proved = line({ type: 'containment-proved', id: 'c1', eventId: 'e1', at: 1_000 });
    const passed = line({ type: 'containment-contradicted', id: 'c1', eventId: 'e2', at: 2_000 });
    const again = line({ type: 'containment-proved', id: 'c1', eventId: 'e3', at: 3_000 });
    expect(foldContainments([...held, proved, passed])[0]).toMatchObject({
      state: 'failed',
      verdict: { effect: 'absent', provedBy: 'e1', contradictedBy: 'e2' },
    });
    expect(foldContainments([...held, proved, passed])[0]?.undoSteps.length).toBeGreaterThan(0);
    // Left so with a reason: until another call passes, however often AWS reads it back, as it does whenever the incident is opened again.
    const accepted = line({ type: 'containment-accepted', id: 'c1', reason: 'known', by: 'carol' });
    const read = line({ ...lines[at]?.entry });
    expect(foldContainments([...held, passed, accepted, read])[0]?.accepted?.reason).toBe('known');
    expect(foldContainments([...held, passed, accepted, read, again])[0]?.accepted).toBeUndefined();
    expect(foldContainments([...held, passed, accepted, { ...passed }])[0]?.accepted).toBeUndefined();
    // A late record of an earlier time changes nothing.
    expect(foldContainments([...held, again, passed])[0]).toMatchObject({
      state: 'confirmed',
      verdict: { effect: 'proved', contradictedBy: null },
    });
    expect(foldContainments([...held, proved, passed, again])[0]).toMatchObject({
      state: 'confirmed',
      verdict: { effect: 'proved', provedBy: 'e3', contradictedBy: null },
    });
    expect(foldContainments(held)[0]?.holdingAt).toBeGreaterThan(0);
  });
  it('what AWS reads back no more was there once, until the same was sent again and holds', async () => {
    const lines = await busyJournal();
    const at = lines.findIndex(({ entry }) => entry.effect === 'holding');
    const held = lines.slice(0, at + 1);
    const line = (entry: object) => ({ ...lines[at], entry }) as JournalLine;
    const gone = line({ ...lines[at]?.entry, effect: 'absent' });
    const [one] = foldContainments([...held, gone]);
    expect(one).toMatchObject({ state: 'failed', ineffective: 'gone', verdict: { effect: 'absent' } });
    expect(one?.verdict.stoodUntil).toBeGreaterThan(0);
    expect(one?.steps.map(({ state }) => state)).toEqual(one?.steps.map(() => 'confirmed'));
    // Read back once more: it was a bad look.
    expect(foldContainments([...held, gone, line({ ...lines[at]?.entry })])[0]?.ineffective).toBeUndefined();
    // Left so with a reason: until it holds, or fails, once more.
    const accepted = line({ type: 'containment-accepted', id: 'c1', reason: 'the role is deleted', by: 'carol' });
    const left = { ineffective: 'gone', accepted: { by: 'carol', reason: 'the role is deleted' } };
    expect(foldContainments([...held, gone, accepted, gone])[0]).toMatchObject(left);
    expect(foldContainments([...held, accepted])[0]?.accepted).toBeUndefined();
    expect(
      foldContainments([...held, gone, accepted, line({ ...lines[at]?.entry }), gone])[0]?.accepted,
    ).toBeUndefined();
    const again = held
      .filter(({ entry }) => entry.id === 'c1')
      .map(({ entry, ...rest }) => ({ ...rest, entry: { ...entry, id: 'c9' } }) as JournalLine);
    const both = foldContainments([...held, gone, ...again]);
    expect(both.map(({ id, ineffective }) => [id, ineffective])).toEqual([
      ['c1', undefined],
      ['c9', undefined],
    ]);
  });
  it('tells what is still open until it is undone', async () => {
    const lines = await busyJournal();
    const at = lines.findIndex(({ entry }) => entry.effect === 'holding');
    const open = foldContainments(lines.slice(0, at + 1))[0]?.verdict.stillOpen ?? [];
    expect(open.map(({ closeWith }) => closeWith)).toContain(
      'iam.role.quarantine arn:aws:iam::111122223333:role/ds-exec',
    );
    expect(foldContainments(lines)[0]?.verdict.stillOpen).toEqual([]);
  });
});
