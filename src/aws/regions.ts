import { UsageError } from '../model/errors.ts';
import { distance } from '../shared/nearest.ts';

/**
 * Regions where SageMaker runs, by partition. `on`: every account has them; `optIn`: an account turns them on first.
 * https://docs.aws.amazon.com/general/latest/gr/sagemaker.html and https://docs.aws.amazon.com/global-infrastructure/latest/regions/
 */
const partitions: {
  readonly [partition: string]: { readonly on: readonly string[]; readonly optIn: readonly string[] };
} = {
  aws: {
    on: [
      'us-east-1',
      'us-east-2',
      'us-west-1',
      'us-west-2',
      'ap-south-1',
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-southeast-1',
      'ap-southeast-2',
      'ca-central-1',
      'eu-central-1',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'eu-north-1',
      'sa-east-1',
    ],
    optIn: [
      'af-south-1',
      'ap-east-1',
      'ap-south-2',
      'ap-southeast-3',
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-7',
      'ca-west-1',
      'eu-central-2',
      'eu-south-1',
      'eu-south-2',
      'il-central-1',
      'me-central-1',
      'me-south-1',
      'mx-central-1',
    ],
  },
  'aws-cn': { on: ['cn-north-1', 'cn-northwest-1'], optIn: [] },
  'aws-us-gov': { on: ['us-gov-east-1', 'us-gov-west-1'], optIn: [] },
  'aws-eusc': { on: ['eusc-de-east-1'], optIn: [] },
};

/** How the Regions of the partitions begin whose Regions are not listed. */
const isolated: readonly (readonly [prefix: string, partition: string])[] = [
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

const partitionOf = new Map(
  Object.entries(partitions).flatMap(([partition, { on, optIn }]) =>
    [...on, ...optIn].map((region) => [region, partition] as const),
  ),
);
const prefixOf = (region: string) => region.replace(/\d+$/, '');
const partitionOfPrefix = new Map([...partitionOf].map(([region, partition]) => [prefixOf(region), partition]));

/** The partition's Regions that every account has turned on; empty for a partition that is not listed. */
export const regionsOf = (partition: string): readonly string[] => partitions[partition]?.on ?? [];

/** `aws`, `aws-cn`, …: of a listed Region, or of a new one whose name differs from a listed one by its number only. */
export function partitionOfRegion(region: string): string | undefined {
  return (
    partitionOf.get(region) ??
    (/-\d+$/.test(region)
      ? (partitionOfPrefix.get(prefixOf(region)) ?? isolated.find(([prefix]) => region.startsWith(prefix))?.[1])
      : undefined)
  );
}

/** Whether the Region is listed. */
export const isKnownRegion = (region: string): boolean => partitionOf.has(region);

/** The listed Region whose name looks most like the text; of several, the one listed first. */
export function nearestRegion(text: string): string {
  // A Region's name is short: a pasted page needs no comparison to its end.
  const typed = text.trim().toLowerCase().slice(0, 40);
  let best = { region: 'us-east-1', edits: distance(typed, 'us-east-1') };
  for (const region of partitionOf.keys()) {
    const edits = distance(typed, region);
    if (edits < best.edits) best = { region, edits };
  }
  return best.region;
}

const regionName = /^[a-z]{2,}(?:-[a-z0-9]+)+$/;

/** Whether it is listed, or differs from a listed one by its number: AWS opens new ones. */
export const isRegion = (text: string): boolean => regionName.test(text) && partitionOfRegion(text) !== undefined;

/** @throws UsageError the text cannot be a Region's name, which becomes part of a host's. */
export function checkRegionName(region: string): void {
  if (regionName.test(region)) return;
  throw new UsageError(`"${region}" is no Region: write one like us-east-1`);
}

/**
 * Holds a Region against the list before anything is sent: a misspelt one would only show as a host that cannot be found. One that
 * differs from a listed one by its number passes, since AWS opens new ones.
 *
 * @throws UsageError that names the nearest.
 */
export function checkRegion(region: string): void {
  if (isRegion(region)) return;
  checkRegionName(region);
  const nearest = nearestRegion(region);
  throw new UsageError(`there is no Region "${region}"; the nearest is ${nearest}`, {
    nextSteps: [`Set --region ${nearest}`],
  });
}
