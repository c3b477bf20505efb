import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAws } from '../../src/aws/client.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { type Range, startRange } from '../../src/range/range.ts';
import { openSession } from '../../src/session/open-session.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { sources } from '../../src/sources/catalogue.ts';
import { createCloudTrailLookup } from '../../src/sources/cloudtrail-lookup.ts';
import { openIncident } from '../../src/store/incident.ts';
import { patientClock } from '../range/patient-clock.ts';

/** A session on a range of its own in which a scenario is played, as `firebreak drill` opens it. */
export async function drillSession(
  scenario: string,
  options: {
    readonly speed: number;
    readonly sinceMs?: number;
    readonly regions?: readonly string[];
    /** How far this machine's clock is ahead of AWS's. */
    readonly aheadMs?: number;
  },
): Promise<{ readonly session: OpenSession; readonly range: Range; close(): Promise<void> }> {
  const { speed, sinceMs = 60 * 60_000, regions = [], aheadMs = 0 } = options;
  const { clock: awsClock, stop } = patientClock();
  const clock: Clock = { now: () => awsClock.now() + aheadMs, sleep: (ms, signal) => awsClock.sleep(ms, signal) };
  const range = await startRange({ scenario, speed }, awsClock);
  const door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock,
    simulated: true,
    incident: scenario,
    env: {},
    lookupPerSecond: 20,
  });
  const lookup = createCloudTrailLookup({ hotMs: 500, warmMs: 2_000, deepMs: 10_000 });
  const session = await openSession({
    incident: await openIncident({
      stateDir: await mkdtemp(join(tmpdir(), 'firebreak-drill-')),
      name: scenario,
      create: true,
      clock,
    }),
    mode: 'drill',
    clock,
    actions,
    door,
    sources: [lookup, ...sources.filter(({ id }) => id !== lookup.id)],
    regions: [range.region, ...regions],
    since: awsClock.now() - sinceMs,
    drill: range,
    speed,
  });
  return {
    session,
    range,
    async close() {
      await session.close();
      door.close();
      await range.close();
      stop();
    },
  };
}
