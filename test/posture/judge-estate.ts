import { openAws } from '../../src/aws/client.ts';
import type { PostureResult } from '../../src/model/posture.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import type { Subject } from '../../src/posture/facts.ts';
import { identityRef, runningSeeds } from '../../src/posture/scope.ts';
import { users } from '../../src/range/estate-definition.ts';
import { startRange } from '../../src/range/range.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { createLooking } from '../../src/session/inventory.ts';
import { watchPosture } from '../../src/session/posture.ts';
import { systemClock } from '../../src/shared/clock.ts';

/** So slow that nobody has attacked when everything is read: what is judged is the estate. */
const speed = 0.01;

/** Judges everything that is in the account of a scenario before its attack: what runs, every role and user, bucket and group of packages. */
export async function judgeEstate(scenario: string | undefined, trail = true): Promise<readonly PostureResult[]> {
  const range = await startRange({ ...(scenario ? { scenario } : {}), speed, trail });
  const door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock: systemClock,
    simulated: true,
    incident: 'posture',
    env: {},
  });
  const ending = new AbortController();
  try {
    const identity = await door.identity();
    const looking = createLooking({
      accounts: [
        { aws: door.aws, profile: '', region: range.region, regions: [range.region], identity: () => identity },
      ],
      clock: systemClock,
      ending: ending.signal,
      makers: async () => undefined,
      failed: fail,
    });
    const cast = scenarios.find(({ id }) => id === scenario)?.cast;
    const { Roles = [] } = await door.aws.call('iam:ListRoles', {});
    const { Buckets = [] } = await door.aws.call('s3:ListBuckets', {});
    const refs: readonly (ResourceRef | undefined)[] = [
      ...Roles.map(({ Arn = '' }) => identityRef(Arn)),
      ...[...users, ...(cast?.users ?? [])].map(({ name, path = '/' }) =>
        identityRef(`arn:aws:iam::${range.account}:user${path}${name}`),
      ),
      ...Buckets.map(({ Name = '' }) => ({ kind: 's3.bucket', arn: `arn:aws:s3:::${Name}`, name: Name })),
      { kind: 'sagemaker.model-package-group', arn: '', name: 'fraud-models' },
    ];
    const seeds = refs.flatMap((ref): readonly Subject[] => (ref ? [{ ...ref, here: [], via: '' }] : []));
    const watch = watchPosture({
      ready: async () => undefined,
      where: looking.places,
      scope: async () => ({ seeds: [...runningSeeds(looking.inventory.get()), ...seeds], leftOut: [] }),
      inventory: looking.inventory,
      lookAround: looking.lookAround,
      clock: systemClock,
      ending: ending.signal,
      failed: fail,
    });
    watch.judge();
    await watch.settled(60_000);
    const posture = watch.posture.get();
    if (posture.state !== 'done' || posture.leftOut.length > 0)
      throw new Error(`not judged to its end: ${posture.state} ${posture.leftOut.join('; ')}`);
    return posture.results;
  } finally {
    ending.abort();
    door.close();
    await range.close();
  }
}

function fail(error: unknown): never {
  throw error;
}

/** `identity and access: pass-role: role ds-exec`, as the range declares them. */
export const weaknessText = ({ topic, check, resource }: PostureResult): string =>
  `${topic}: ${check.slice(check.indexOf('.') + 1)}: ${resource.kind.replace(/^\w+\./, '')} ${resource.kind === 'account' ? '' : resource.name}`.trim();
