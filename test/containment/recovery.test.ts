import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallStep } from '../../src/containment/action.ts';
import { actions } from '../../src/containment/catalogue.ts';
import type { Containment } from '../../src/containment/containment.ts';
import { foldContainments } from '../../src/containment/fold.ts';
import { planRecovery, recoveryOrder, runRecovery } from '../../src/containment/recovery.ts';
import type { Hostile } from '../../src/containment/reopening.ts';
import { createRunner, type PlannedUndo, type Runner } from '../../src/containment/runner.ts';
import { RefusedError } from '../../src/model/errors.ts';
import { hostileIn } from '../../src/session/hostile.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import type { Journal } from '../../src/store/journal.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from '../store/stored.ts';
import { fakeJournal } from './fake-aws.ts';
import { account, type Ground, ground, signal } from './identity-range.ts';

const roleArn = `arn:aws:iam::${account}:role/service-role/ds-exec`;

/** A containment that holds, as much of one as an order needs. */
function held(id: string, kind: 'role' | 'endpoint' | 'notebook-instance', name: string): Containment {
  const isRole = kind === 'role';
  const target = {
    kind: isRole ? 'iam.role' : `sagemaker.${kind}`,
    arn: isRole
      ? `arn:aws:iam::${account}:role/service-role/${name}`
      : `arn:aws:sagemaker:us-east-1:${account}:${kind}/${name}`,
    name,
  };
  const name2 = isRole ? 'iam:DeleteRolePolicy' : 'sagemaker:CreateEndpoint';
  const undoSteps = [{ id: '1', kind: 'call', call: { name: name2, input: {} } } as unknown as CallStep];
  return {
    id,
    plan: { target, action: 'x', account, region: 'us-east-1', notRestored: [], steps: [] },
    state: 'confirmed',
    steps: [],
    undoSteps,
    verdict: { effect: 'holding', checks: [], provedBy: null, stillOpen: [] },
  } as unknown as Containment;
}
const acts = ({ plan }: Containment, role: string) => plan.target.kind !== 'iam.role' && role === roleArn;
const ids = (order: ReturnType<typeof recoveryOrder>) => order.map(({ containment }) => containment.id);

describe('the order', () => {
  it.each([
    ['newest first', [held('c1', 'endpoint', 'a'), held('c2', 'endpoint', 'b')], ['c2', 'c1']],
    ['two of the same role newest first', [held('c1', 'role', 'ds-exec'), held('c2', 'role', 'ds-exec')], ['c2', 'c1']],
    [
      'the role that the endpoint needs first, although it is the oldest',
      [held('c1', 'role', 'ds-exec'), held('c2', 'endpoint', 'a')],
      ['c1', 'c2'],
    ],
    ['another role waits its turn', [held('c1', 'role', 'other'), held('c2', 'endpoint', 'a')], ['c2', 'c1']],
  ])('%s', (_what, containments, wanted) => {
    expect(ids(recoveryOrder(containments, acts))).toEqual(wanted);
  });

  it('never undoes before what must come first, whatever was contained', () => {
    const one = fc.record({
      kind: fc.constantFrom('role' as const, 'endpoint' as const, 'notebook-instance' as const),
      name: fc.constantFrom('ds-exec', 'a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (list) => {
        const all = list.map(({ kind, name }, at) => held(`c${at + 1}`, kind, name));
        const order = recoveryOrder(all, acts);
        expect(order).toHaveLength(all.length);
        const seen = new Set<string>();
        for (const { containment, after } of order) {
          for (const id of after) expect(seen).toContain(id);
          seen.add(containment.id);
        }
        const place = (id: string) => ids(order).indexOf(id);
        for (const [at, older] of all.entries())
          for (const newer of all.slice(at + 1))
            if (older.plan.target.arn === newer.plan.target.arn) expect(place(newer.id)).toBeLessThan(place(older.id));
      }),
    );
  });
});

it('goes on with what does not depend on one that is refused', async () => {
  const all = [held('c1', 'endpoint', 'free'), held('c2', 'endpoint', 'a'), held('c3', 'role', 'ds-exec')];
  const uses = ({ plan }: Containment, role: string) => plan.target.name === 'a' && role === roleArn;
  const planned = (containment: Containment): PlannedUndo => ({
    containment,
    steps: containment.undoSteps,
    reopens: [],
    comesBack: [],
    notRestored: [],
    needsName: false,
  });
  const planUndo = async (containment: Containment) => {
    if (containment.id === 'c3') throw new RefusedError('ChangedSince', 'somebody else changed ds-exec');
    return planned(containment);
  };
  const recovery = await planRecovery(all, { planUndo, uses }, signal);
  expect(recovery.items.map(({ containment, state }) => `${containment.id} ${state}`)).toEqual([
    'c3 refused',
    'c2 ready',
    'c1 ready',
  ]);
  const sent: string[] = [];
  const results = await runRecovery(
    recovery,
    {
      planUndo,
      undo: async ({ containment }) => {
        sent.push(containment.id);
        return { containment: { ...containment, state: 'undone' }, error: undefined };
      },
      tell: () => undefined,
    },
    signal,
  );
  expect(sent).toEqual(['c1']);
  expect(results.map(({ id, state }) => `${id} ${state}`)).toEqual(['c3 refused', 'c2 skipped', 'c1 undone']);
  expect(results[0]!.why).toContain('somebody else changed ds-exec');
});

it('says before what nothing brings back', async () => {
  const stopped = {
    ...held('c1', 'endpoint', 'job'),
    undoSteps: [],
    steps: [{ id: '1', phase: 'do', state: 'confirmed' }],
    plan: { ...held('c1', 'endpoint', 'job').plan, notRestored: ['the job: it cannot be continued'] },
  } as unknown as Containment;
  const { items, cannot } = await planRecovery(
    [stopped],
    { planUndo: () => Promise.reject(new Error('not asked')), uses: () => false },
    signal,
  );
  expect(items).toEqual([]);
  expect(cannot).toMatchObject([{ why: 'AWS has no way back: the job: it cannot be continued' }]);
});

describe('on the range', () => {
  let here: Ground;
  let runner: Runner;
  let journal: Journal;
  let hostile: (() => Promise<Hostile>) | undefined;
  beforeAll(async () => {
    here = await ground(200);
    journal = fakeJournal([], systemClock);
    runner = createRunner({
      aws: here.door.aws,
      writer: here.door.writer,
      arming: here.door.arming,
      journal,
      clock: systemClock,
      actions,
      identity: () => here.door.identity(),
      incident: 'contract',
      saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
      hostile: () => hostile?.() ?? Promise.resolve({ principals: [], named: async () => [], doorsBehind: () => [] }),
      speed: 200,
    });
  });
  afterAll(async () => {
    runner.close();
    await here.close();
  });

  async function contain(action: string, name: string) {
    here.door.arming.arm();
    const target = await here.target(action, name);
    const { plan } = await runner.plan(action, target, {}, signal);
    const running = await runner.approve(plan, { reason: 'test', typedName: target.name }, 'me', signal);
    const { containment } = await running.written;
    expect(containment.state, containment.id).toMatch(/written|confirmed/);
    return containment;
  }
  const current = () => foldContainments(journal.lines);

  it('refuses to start a notebook whose attached script a finding names, and says what an undo opens again', async () => {
    const path = newStorePath();
    const writer = openWriter(path);
    const script = 'sagemaker.notebook-instance-lifecycle-config';
    await writer.write([
      stored(
        event({
          id: uuid(1),
          action: 'sagemaker:UpdateNotebookInstanceLifecycleConfig',
          resources: [
            {
              kind: script,
              arn: `arn:aws:sagemaker:us-east-1:${account}:x/bootstrap`,
              name: 'bootstrap',
              relation: 'target',
            },
          ],
          principal: {
            type: 'AssumedRole',
            arn: `arn:aws:sts::${account}:assumed-role/ds-exec/alice`,
            name: 'ds-exec/alice',
            issuerArn: roleArn,
          },
        }),
        { findings: [{ rule: 'lifecycle-script-changed', severity: 'medium' }] },
      ),
    ]);
    writer.mark(1, true);
    const events = openQueries(path);
    hostile = hostileIn(events, { own: new Set(), signal, doorsBehind: () => [] });
    const known = await hostile();
    expect(await known.named(script, 'Bootstrap')).toEqual(['finding lifecycle-script-changed']);
    expect(await known.named(script, 'other')).toEqual([]);

    const stopped = await contain('sagemaker.notebook-instance.stop', 'fraud-lab');
    await expect(runner.planUndo(stopped, signal)).rejects.toMatchObject({
      code: 'HostileScript',
      message: expect.stringContaining('bootstrap'),
      exitCode: 3,
    });
    const quarantined = await contain('iam.role.quarantine', 'ds-exec');
    const planned = await runner.planUndo(quarantined, signal);
    expect(planned).toMatchObject({
      needsName: true,
      reopens: ['gives ds-exec to a session still marked hostile (ds-exec/alice)'],
    });
    here.door.arming.arm();
    await expect(runner.undo(planned, { reason: '' }, 'me', signal)).rejects.toMatchObject({ code: 'NotConfirmed' });

    // The recovery does what it can, and says why not where it cannot.
    const parts = {
      planUndo: (containment: Containment) => runner.planUndo(containment, signal),
      uses: () => false,
    };
    const recovery = await planRecovery(current(), parts, signal);
    expect(recovery).toMatchObject({ needsName: true });
    const results = await runRecovery(
      recovery,
      {
        ...parts,
        undo: async (undo) =>
          (await runner.undo(undo, { reason: 'over', typedName: undo.containment.plan.target.name }, 'me', signal))
            .written,
        tell: () => undefined,
      },
      signal,
    );
    expect(results.map(({ id, state }) => `${id} ${state}`)).toEqual(['c2 undone', 'c1 refused']);

    // Detached, it may start again; putting the script back wants the name and says that it runs as root.
    const detached = await contain('sagemaker.notebook-instance.detach-lifecycle-config', 'fraud-lab');
    expect(await runner.planUndo(detached, signal)).toMatchObject({
      needsName: true,
      reopens: [expect.stringContaining('attaches lifecycle script `bootstrap` to fraud-lab again')],
    });
    expect(await runner.planUndo(current()[0]!, signal)).toMatchObject({ containment: { id: 'c1' } });
    hostile = undefined;
    writer.close();
    await events.close();
  });

  it('undoes everything in an order in which nothing is missing, and two of one role newest first', async () => {
    const first = await contain('iam.role.deny-all', 'ds-exec');
    const deleted = await contain('sagemaker.endpoint.delete', 'fraud-scorer');
    const second = await contain('iam.role.freeze-trust', 'ds-exec');
    const parts = {
      planUndo: (containment: Containment) => runner.planUndo(containment, signal),
      uses: (containment: Containment, role: string) =>
        containment.plan.target.kind !== 'iam.role' && role.endsWith('/ds-exec'),
    };
    const recovery = await planRecovery(current(), parts, signal);
    const order = recovery.items.map(({ containment }) => containment.id);
    const at = (id: string) => order.indexOf(id);
    expect(at(second.id)).toBeGreaterThanOrEqual(0);
    expect(at(second.id)).toBeLessThan(at(first.id));
    expect(at(first.id)).toBeLessThan(at(deleted.id));
    here.door.arming.arm();
    const results = await runRecovery(
      recovery,
      {
        ...parts,
        undo: async (undo) =>
          (await runner.undo(undo, { reason: 'over', typedName: undo.containment.plan.target.name }, 'me', signal))
            .written,
        tell: () => undefined,
      },
      signal,
    );
    expect(results.filter(({ state }) => state !== 'undone')).toEqual([]);
    expect(
      current()
        .map(({ id, state }) => `${id} ${state}`)
        .filter((text) => !text.endsWith(' undone')),
    ).toEqual([]);
  }, 60_000);
});
