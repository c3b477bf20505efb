import type { Aws, Identity } from '../../aws/aws.ts';
import { sources } from '../../sources/catalogue.ts';
import { discoverTrails } from '../../sources/discover-trails.ts';
import { actionsFor, type Permissions, simulatePermissions } from './permissions.ts';
import {
  type Probe,
  probe,
  probeEventGroups,
  probeHistory,
  probeLogGroups,
  probeMetrics,
  probeSageMaker,
} from './probe.ts';

/** What one set of credentials can see and do. */
export interface Examination {
  readonly identity: Identity;
  /** Local clock minus AWS's, ms. */
  readonly clockSkewMs: number;
  readonly probes: readonly Probe[];
  /** What leaves no trace in this account, or none that we can read; a sentence each. */
  readonly notRecorded: readonly string[];
  /** What each source can never show, whatever the account. */
  readonly blindSpots: readonly { readonly source: string; readonly sentences: readonly string[] }[];
  readonly permissions: Permissions;
  /** Regions in which no log group receives SageMaker's state changes. */
  readonly withoutEventRule: readonly string[];
}

/** Trails and their groups; what they leave out belongs to `notRecorded`. */
async function probeTrails(aws: Aws, region: string, signal: AbortSignal, notRecorded: Set<string>): Promise<Probe> {
  return probe('Trail log group', region, async () => {
    const { groups, findings, stopped } = await discoverTrails(aws, region, signal);
    for (const finding of findings) notRecorded.add(finding);
    const here = groups.filter((group) => group.region === region);
    return here.length === 0
      ? { state: 'absent', text: 'no trail of this account writes to a log group here: events come minutes late' }
      : { state: 'ok', text: [here.map(({ name }) => name).join(', '), ...stopped].join('; ') };
  });
}

/** Live Tail is billed from its first minute, so it is not tried; the simulator knows. */
function liveTail(region: string, permissions: Permissions): Probe {
  const missing = permissions.missingToRead.includes('logs:StartLiveTail');
  const isKnown = permissions.checked === 'simulated';
  return {
    title: 'CloudWatch Logs Live Tail',
    region,
    state: !isKnown ? 'not-tried' : missing ? 'denied' : 'ok',
    text: !isKnown
      ? 'not tried, since it is billed by the minute; without it groups are polled'
      : missing
        ? 'not allowed: groups are polled every few seconds instead'
        : 'allowed, says the simulator (billed by the minute)',
    permission: missing ? 'logs:StartLiveTail' : undefined,
  };
}

/**
 * Asks for one of everything that watching and containing need. Reads only; nothing is set up.
 *
 * @throws AwsCallError when AWS does not even say who we are.
 */
export async function examine(options: {
  readonly aws: Aws;
  readonly identity: Identity;
  readonly regions: readonly string[];
  /** Our clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<Examination> {
  const { aws, identity, signal } = options;
  const permissions = await simulatePermissions(aws, identity, signal);
  const notRecorded = new Set<string>();
  const regions = [...new Set([...options.regions, identity.globalRegion])];
  const probes = await Promise.all(
    regions.flatMap((region) =>
      options.regions.includes(region)
        ? [
            probeHistory(aws, region, signal),
            probeTrails(aws, region, signal, notRecorded),
            probeLogGroups(aws, region, signal),
            Promise.resolve(liveTail(region, permissions)),
            probeEventGroups(aws, region, signal),
            probeMetrics(aws, region, signal),
            probeSageMaker(aws, region, signal),
          ]
        : [probeHistory(aws, region, signal)],
    ),
  );
  return {
    identity,
    clockSkewMs: Math.round(options.now() - aws.now()),
    probes,
    notRecorded: [...notRecorded],
    blindSpots: sources.map(({ title, blindSpots }) => ({ source: title, sentences: blindSpots })),
    permissions,
    withoutEventRule: probes
      .filter(({ title, state }) => title.startsWith('SageMaker state changes') && state === 'absent')
      .map(({ region }) => region),
  };
}

/** Actions that were refused when tried, besides what the simulator says. */
export const refusedActions = ({ probes, permissions }: Examination): readonly string[] =>
  [...new Set([...permissions.missingToRead, ...probes.flatMap(({ permission }) => permission ?? [])])].sort();

/** How many operations each half of the program can send; shown beside what is missing. */
export const actionCounts = () => ({
  read: actionsFor(['read', 'stream']).length,
  contain: actionsFor(['write']).length,
});
