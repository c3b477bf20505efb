import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ResourceRef } from '../../src/model/resource.ts';
import { until } from '../helpers/until.ts';
import { drillSession } from './drill-session.ts';

const signal = new AbortController().signal;
const name = 'presigned-url-hijack';
let drill: Awaited<ReturnType<typeof drillSession>>;
beforeAll(async () => {
  drill = await drillSession(name, { speed: 120 });
}, 120_000);
afterAll(() => drill.close());

async function contain(actionId: string, target: ResourceRef) {
  const { session } = drill;
  session.arm();
  const preview = await session.plan(actionId, target, {}, signal);
  const id = await session.approve(preview, { reason: 'test', typedName: target.name }, signal);
  const state = () => session.snapshot.get().containments.find((one) => one.id === id)?.state;
  await until(
    () => state() === 'written' || state() === 'confirmed',
    () => `${id} written, which is ${state()}`,
    120_000,
  );
  return id;
}
const script = 'sagemaker.notebook-instance-lifecycle-config';

it('undoes all but what would run a script that somebody marked, and collects evidence beside it', async () => {
  const { session } = drill;
  // The attacker hangs a script on a notebook and starts it.
  const attached = () =>
    [...session.events.all({ type: 'field', field: 'action', op: 'is', value: 'UpdateNotebookInstance' })].find(
      ({ resources, errorCode }) => errorCode === '' && resources.some(({ kind }) => kind === script),
    );
  await until(() => attached() !== undefined, 'the script attached', 180_000);
  const event = attached()!;
  const target = event.resources.find(({ kind }) => kind === 'sagemaker.notebook-instance')!;
  const notebook: ResourceRef = { kind: target.kind, arn: target.arn, name: target.name };
  const runs = session.enrich(notebook);
  const end = runs.subscribe(() => undefined);
  await until(
    () => runs.get().status === 'InService',
    () => `the notebook runs, which is ${runs.get().status}`,
    40_000,
  ).catch(
    () => undefined, // Stopped by now: then planning says so below.
  );
  end();
  await session.mark(event.id, true);
  await until(() => session.events.event(event.rowId)?.marked === true, 'the mark', 30_000);

  const stopped = await contain('sagemaker.notebook-instance.stop', notebook);
  const role: ResourceRef = {
    kind: 'iam.role',
    arn: 'arn:aws:iam::111122223333:role/service-role/ds-exec',
    name: 'ds-exec',
  };
  const quarantined = await contain('iam.role.quarantine', role);
  await expect(session.planUndo(stopped, signal)).rejects.toMatchObject({ code: 'HostileScript' });

  const recovery = await session.planRecovery(signal);
  expect(recovery.items.map(({ containment, state }) => [containment.id, state])).toEqual([
    [quarantined, 'ready'],
    [stopped, 'refused'],
  ]);
  // The notebook acts as the role: its snapshot says so.
  expect(recovery.items[1]!.after).toEqual([quarantined]);
  session.disarm();
  await expect(session.recover(recovery, { reason: 'over', typedName: name })).rejects.toMatchObject({
    code: 'NotArmed',
  });
  session.arm();
  await session.recover(recovery, { reason: 'over', typedName: name });
  await until(() => session.snapshot.get().recovery?.running === false, 'the recovery', 120_000);
  expect(session.snapshot.get().recovery?.items.map(({ id, state }) => [id, state])).toEqual([
    [quarantined, 'undone'],
    [stopped, 'refused'],
  ]);
  const rows = session.journal.get();
  expect(
    rows.filter(({ type }) => type === 'containment' || type === 'undo').map(({ what }) => what.split(' ')[0]),
  ).toEqual([stopped, quarantined, quarantined]);

  session.disarm();
  const { folder, missing } = await session.collect([notebook], signal, () => undefined);
  expect(missing).toEqual([]);
  expect(folder).toContain('/evidence/');
  expect(session.journal.get().at(-1)).toMatchObject({ type: 'evidence', path: folder });
}, 400_000);
