import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenDoor as Door, openAws } from '../../src/aws/client.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { type Range, startRange } from '../../src/range/range.ts';
import { type OpenSession, openSession } from '../../src/session/open-session.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { sources } from '../../src/sources/catalogue.ts';
import { createCloudTrailLookup } from '../../src/sources/cloudtrail-lookup.ts';
import { openIncident } from '../../src/store/incident.ts';
import { until } from '../helpers/until.ts';

/** Minutes of the story go by in seconds. */
const speed = 20;
const attacker = '198.51.100.7';
const signal = new AbortController().signal;
let range: Range;
let door: Door;
let session: OpenSession;

beforeAll(async () => {
  range = await startRange({ scenario: 'presigned-url-hijack', speed });
  door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock: systemClock,
    simulated: true,
    incident: 'doors',
    env: {},
    lookupPerSecond: 20,
  });
  const lookup = createCloudTrailLookup({ hotMs: 500, warmMs: 2_000, deepMs: 10_000 });
  session = await openSession({
    incident: await openIncident({
      stateDir: await mkdtemp(join(tmpdir(), 'firebreak-doors-')),
      name: 'doors',
      create: true,
    }),
    mode: 'drill',
    clock: systemClock,
    actions,
    door,
    sources: [lookup, ...sources.filter(({ id }) => id !== lookup.id)],
    regions: [range.region],
    since: systemClock.now() - 60 * 60_000,
    drill: range,
    speed,
  });
});
afterAll(async () => {
  await session.close();
  door.close();
  await range.close();
});

const doors = () => session.openDoors.get().doors;
const entry = () => doors().find(({ id, principal }) => id.startsWith('entry|') && principal === 'alice');
const shown = () => JSON.stringify(doors().map(({ kind, what, suspect }) => [kind, what, suspect]));

/** Confirms as an operator does: what changed between look and key is looked at once more. */
async function contain(actionId: string, target: NonNullable<ReturnType<typeof entry>>['resource'] & {}) {
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
  timeout: 120_000,
}, async () => {
  session.lookAround();
  await until(() => entry()?.what.includes(attacker) ?? false, shown, 60_000);
  expect(entry()).toMatchObject({
    resource: { kind: 'sagemaker.notebook-instance', name: 'fraud-lab' },
    certainty: 'possible',
    proof: { type: 'event', action: 'sagemaker:CreatePresignedNotebookInstanceUrl' },
  });
  const { proof } = entry()!;
  const mint = session.events.find(proof.type === 'event' ? proof.eventId : '');
  expect(session.events.event(mint ?? 0)?.sourceIp).toBe(attacker);
  expect((entry()?.until ?? 0) - systemClock.now()).toBeGreaterThan(11 * 3_600_000);

  // Whom the responder marks comes first, and keeps the incident open.
  await session.mark(session.events.event(mint ?? 0)?.id ?? '', true);
  await until(() => entry()?.suspect === true && doors()[0]?.suspect === true, shown, 10_000);
  await until(() => doors().some(({ kind }) => kind === 'access-key'), shown, 10_000);
  await until(() => doors().some(({ kind }) => kind === 'copied-role-credentials'), shown, 60_000);

  const copied = doors().find(({ kind }) => kind === 'copied-role-credentials');
  expect(copied?.closeWith?.target).toMatchObject({ kind: 'iam.role', name: 'ds-exec' });
  expect(copied?.until).toBeDefined();
  await contain(copied?.closeWith?.actionId ?? '', copied!.closeWith!.target);
  await until(() => doors().every(({ kind }) => kind !== 'copied-role-credentials'), shown, 60_000);
  // The notebook may be stopped by the attacker at this moment: then who opens it is what is left to close.
  expect(entry()).toBeDefined();
});
