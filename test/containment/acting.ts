import { type OpenDoor, openAws } from '../../src/aws/client.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { createRunner, type Runner } from '../../src/containment/runner.ts';
import type { Range } from '../../src/range/range.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { sha256 } from '../../src/shared/digest.ts';
import type { Journal } from '../../src/store/journal.ts';

/** The real door and the real runner on a range, which takes more look-ups a second than AWS. */
export async function actOn(
  { credentials, endpoint, region }: Pick<Range, 'credentials' | 'endpoint' | 'region'>,
  journal: Journal,
  speed: number,
): Promise<{ readonly door: OpenDoor; readonly runner: Runner }> {
  const incident = 'contract';
  const door = await openAws({
    region,
    endpoint,
    credentials,
    clock: systemClock,
    simulated: true,
    lookupPerSecond: 1000,
    incident,
  });
  const runner = createRunner({
    aws: door.aws,
    writer: door.writer,
    arming: door.arming,
    journal,
    clock: systemClock,
    actions,
    identity: () => door.identity(),
    incident,
    saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
    speed,
  });
  return { door, runner };
}
