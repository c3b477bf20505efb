import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ResourceRef } from '../../src/model/resource.ts';
import { closingsOf } from '../../src/session/open-doors.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { until } from '../helpers/until.ts';
import { drillSession } from './drill-session.ts';

const attacker = '198.51.100.7';
const signal = new AbortController().signal;
let drill: Awaited<ReturnType<typeof drillSession>>;
let session: OpenSession;

beforeAll(async () => {
  // Minutes of the story go by in seconds.
  drill = await drillSession('presigned-url-hijack', { speed: 20 });
  ({ session } = drill);
}, 120_000);
afterAll(() => drill.close());

const doors = () => session.openDoors.get().doors;
const entry = () => doors().find(({ id, principal }) => id.startsWith('entry|') && principal === 'alice');
const shown = () => JSON.stringify(doors().map(({ kind, what, suspect }) => [kind, what, suspect]));

/** Confirms as an operator does: what changed between look and key is looked at once more. */
async function contain(actionId: string, target: ResourceRef) {
  session.arm();
  for (let attempt = 0; ; attempt += 1) {
    const preview = await session.plan(actionId, target, {}, signal);
    try {
      return await session.approve(preview, { reason: 'test', typedName: target.name }, signal);
    } catch (error) {
      if (attempt > 5) throw error;
    }
  }
}

it('the default drill: after the mint, after the containment of what it opened, and of who opened it', {
  timeout: 400_000,
}, async () => {
  session.lookAround();
  await until(() => entry()?.what.includes(attacker) ?? false, shown, 180_000);
  expect(entry()).toMatchObject({
    resource: { kind: 'sagemaker.notebook-instance', name: 'fraud-lab' },
    certainty: 'possible',
    proof: { type: 'event', action: 'sagemaker:CreatePresignedNotebookInstanceUrl' },
  });
  const { proof } = entry()!;
  const mint = session.events.find(proof.type === 'event' ? proof.eventId : '');
  expect(session.events.event(mint ?? 0)?.sourceIp).toBe(attacker);
  expect((entry()?.until ?? 0) - systemClock.now()).toBeGreaterThan(11 * 3_600_000);

  // The notebook itself tells of it, with its countdown.
  const lab = session.enrich(entry()!.resource!);
  await until(
    () => lab.get().state === 'loaded',
    () => JSON.stringify(lab.get()),
    60_000,
  );
  expect(lab.get().exposures[0]).toMatchObject({
    who: `alice, from ${attacker}`,
    eventId: session.events.event(mint ?? 0)?.id,
  });
  expect(lab.get().exposures[0]!.until! - lab.get().exposures[0]!.urlUntil!).toBe(43_200_000);

  // Whom the responder marks comes first, and keeps the incident open.
  await session.mark(session.events.event(mint ?? 0)?.id ?? '', true);
  await until(() => entry()?.suspect === true && doors()[0]?.suspect === true, shown, 30_000);
  await until(() => doors().some(({ kind }) => kind === 'access-key'), shown, 30_000);
  await until(() => doors().some(({ kind }) => kind === 'copied-role-credentials'), shown, 180_000);

  // Their use may be read before the call that issued them, which says when they end.
  const copiedDoor = () => doors().find(({ kind }) => kind === 'copied-role-credentials');
  await until(() => copiedDoor()?.until !== undefined, shown, 90_000);
  const copied = copiedDoor();
  expect(copied?.closeWith?.target).toMatchObject({ kind: 'iam.role', name: 'ds-exec' });
  await contain(copied?.closeWith?.actionId ?? '', copied!.closeWith!.target);
  await until(() => doors().every(({ kind }) => kind !== 'copied-role-credentials'), shown, 180_000);
  // The notebook may be stopped by the attacker at this moment: then who opens it is what is left to close.
  expect(entry()).toBeDefined();
});

it('what a containment closed is told by AWS’s clock, as what was opened since is', () => {
  const contained = { state: 'confirmed', approvedAt: 5_000, plan: { action: 'iam.role.revoke-sessions' } } as never;
  expect(closingsOf([contained], 3_000)).toMatchObject([{ at: 2_000 }]);
});
