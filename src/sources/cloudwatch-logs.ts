import { parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import { type ListedGroup, listLogGroups } from './list-log-groups.ts';
import { type LogGroupsOptions, readLogGroups } from './log-groups.ts';
import type { EventSource } from './source.ts';
import { groupsPerSession } from './tail-packing.ts';

const prefix = '/aws/sagemaker/';
const mostPolled = 20;
const pollMs = 15_000;
/** A new group of a resource that the operator looks at is looked for at most so often. */
const leastBetweenListsMs = 5_000;
/** Names in one sentence about what is not watched. */
const mostNamed = 8;

/**
 * The group of a kind of resource, or how the names of its groups begin.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 */
const groupOf: { readonly [kind: string]: (name: string) => string } = {
  'sagemaker.endpoint': (name) => `Endpoints/${name}`,
  'sagemaker.inference-component': (name) => `InferenceComponents/${name}`,
  'sagemaker.notebook-instance': () => 'NotebookInstances',
  'sagemaker.app': () => 'studio',
  'sagemaker.space': () => 'studio',
  'sagemaker.user-profile': () => 'studio',
  'sagemaker.domain': () => 'studio',
  'sagemaker.training-job': () => 'TrainingJobs',
  'sagemaker.hyper-parameter-tuning-job': () => 'TrainingJobs',
  'sagemaker.processing-job': () => 'ProcessingJobs',
  'sagemaker.transform-job': () => 'TransformJobs',
  'sagemaker.labeling-job': () => 'LabelingJobs',
  'sagemaker.cluster': (name) => `Clusters/${name}`,
};

/** Names of resources are lower case in ARNs, whatever they are elsewhere. */
const lower = (text: string) => text.toLowerCase();

/** The groups in which the resources of this Region write, the most important first; lower case. */
export function groupsOfResources(resources: readonly ResourceRef[], region: string): readonly string[] {
  const names = resources.flatMap(({ kind, arn, name }) => {
    const lies = parseArn(arn)?.region;
    return (lies && lies !== region) || !Object.hasOwn(groupOf, kind) ? [] : (groupOf[kind]?.(name) ?? []);
  });
  return [...new Set(names.map((name) => lower(prefix + name)))];
}

/**
 * The groups in the order in which they are worth reading: those of the resources in view, then those that are tailed already (every change
 * opens a session anew), then the newest.
 */
export function rankGroups(
  groups: readonly ListedGroup[],
  inView: readonly string[],
  tailed: ReadonlySet<string>,
): readonly ListedGroup[] {
  const rank = ({ name, arn }: ListedGroup) => {
    const group = lower(name);
    const place = inView.findIndex((one) => group === one || group.startsWith(`${one}/`));
    if (place >= 0) return place;
    return inView.length + (tailed.has(arn) ? 0 : 1);
  };
  return groups
    .map((group) => ({ group, rank: rank(group) }))
    .sort((a, b) => a.rank - b.rank || b.group.createdAt - a.group.createdAt || (a.group.name < b.group.name ? -1 : 1))
    .map(({ group }) => group);
}

/** What endpoints, notebooks, Studio, jobs and clusters write: what the code inside did, where CloudTrail shows only who called. */
export function createCloudWatchLogs(
  options: LogGroupsOptions & { readonly discoverEveryMs?: number } = {},
): EventSource {
  const discoverEveryMs = options.discoverEveryMs ?? 30_000;
  return {
    id: 'cloudwatch-logs',
    title: 'CloudWatch Logs',
    lagMs: 5_000,
    settles: false,
    everywhere: false,
    blindSpots: [
      `At most ${groupsPerSession} log groups are tailed and ${mostPolled} polled`,
      'Lines that are more than 15 minutes older than their ingestion are not found while a group is polled',
      'What code inside a container does not print leaves no line',
    ],
    references: [
      'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html',
      'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html',
      'https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html',
    ],
    read(context) {
      const { aws, clock, region, wanted } = context;
      let listed: Awaited<ReturnType<typeof listLogGroups>> | undefined;
      let listedAt = Number.NEGATIVE_INFINITY;
      let tailed: ReadonlySet<string> = new Set();
      return readLogGroups(
        context,
        {
          everyMs: discoverEveryMs,
          wake: wanted,
          async discover(signal) {
            const inView = groupsOfResources(wanted.get().resources, region);
            const ageMs = clock.now() - listedAt;
            const isMissing = inView.some(
              (name) => !listed?.groups.some((group) => lower(group.name).startsWith(name)),
            );
            // The cursor moves faster than groups are made.
            if (!listed || ageMs >= discoverEveryMs || (isMissing && ageMs >= leastBetweenListsMs)) {
              listed = await listLogGroups(aws, region, prefix, signal);
              listedAt = clock.now();
            }
            const ranked = rankGroups(listed.groups, inView, tailed);
            const read = ranked.slice(0, groupsPerSession + mostPolled);
            const rest = ranked.slice(read.length);
            tailed = new Set(read.slice(0, groupsPerSession).map(({ arn }) => arn));
            const more = rest.length > mostNamed ? ` and ${rest.length - mostNamed} more` : '';
            return {
              groups: read.map(({ arn, name, createdAt }) => ({
                arn,
                name,
                createdAt,
                tail: tailed.has(arn),
                ...(tailed.has(arn) ? {} : { pollMs: options.pollMs ?? pollMs }),
              })),
              blindSpots: [
                ...(rest.length > 0
                  ? [
                      `Not watched: ${rest
                        .slice(0, mostNamed)
                        .map(({ name }) => name)
                        .join(', ')}${more}`,
                    ]
                  : []),
                ...(listed.isWhole ? [] : [`More than ${listed.groups.length} log groups: the others are not known`]),
              ],
              nothing: `no log group begins with ${prefix}`,
            };
          },
        },
        options,
      );
    },
  };
}

/** With the intervals that suit a real account. */
export default createCloudWatchLogs();
