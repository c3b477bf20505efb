import type { ResourceRef } from '../model/resource.ts';
import { type CollectDoor, readPart, type TreeNode } from './collect-tree.ts';

/** Where lines of the target lie: what to fetch before they expire, not the lines themselves. */
export interface LogPointer {
  readonly group: string;
  /** `null`: never. */
  readonly expiresAfterDays: number | null;
  readonly streams: readonly {
    readonly stream: string;
    /** ISO 8601; `null` when it holds no line. */
    readonly first: string | null;
    readonly last: string | null;
  }[];
  /** AWS has more streams than are listed here. */
  readonly more: boolean;
}

/**
 * Group and beginning of the streams of a thing.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 */
const places: { readonly [kind: string]: (ref: ResourceRef) => { readonly group: string; readonly prefix?: string } } =
  {
    'sagemaker.endpoint': ({ name }) => ({ group: `/aws/sagemaker/Endpoints/${name}` }),
    'sagemaker.inference-component': ({ name }) => ({ group: `/aws/sagemaker/InferenceComponents/${name}` }),
    'sagemaker.notebook-instance': ({ name }) => ({ group: '/aws/sagemaker/NotebookInstances', prefix: `${name}/` }),
    'sagemaker.app': ({ arn }) => ({ group: '/aws/sagemaker/studio', prefix: `${domainOf(arn)}/` }),
    'sagemaker.space': ({ arn }) => ({ group: '/aws/sagemaker/studio', prefix: `${domainOf(arn)}/` }),
    'sagemaker.user-profile': ({ arn }) => ({ group: '/aws/sagemaker/studio', prefix: `${domainOf(arn)}/` }),
    'sagemaker.domain': ({ arn, name }) => ({ group: '/aws/sagemaker/studio', prefix: `${domainOf(arn) || name}/` }),
    'sagemaker.training-job': ({ name }) => ({ group: '/aws/sagemaker/TrainingJobs', prefix: `${name}/` }),
    'sagemaker.processing-job': ({ name }) => ({ group: '/aws/sagemaker/ProcessingJobs', prefix: `${name}/` }),
    'sagemaker.transform-job': ({ name }) => ({ group: '/aws/sagemaker/TransformJobs', prefix: `${name}/` }),
    'sagemaker.cluster': ({ name }) => ({ group: `/aws/sagemaker/Clusters/${name}` }),
    'logs.log-group': ({ name }) => ({ group: name }),
  };

const domainOf = (arn: string): string => /\/(d-[^/]+)/.exec(arn)?.[1] ?? '';

/** Streams of one thing that are listed, fifty a page. */
const mostPages = 4;
const iso = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

/** Groups and streams of everything in the tree that writes lines, with the first and last line's time. */
export async function readLogPointers(nodes: readonly TreeNode[], door: CollectDoor): Promise<readonly LogPointer[]> {
  const found: LogPointer[] = [];
  for (const { ref } of nodes) {
    const place = places[ref.kind]?.(ref);
    if (!place) continue;
    const { group, prefix } = place;
    const groups = (await readPart(
      { name: 'logs:DescribeLogGroups', input: { logGroupNamePrefix: group, limit: 50 } },
      `log group ${group}`,
      door,
    )) as { logGroups?: readonly { logGroupName?: string; retentionInDays?: number }[] } | undefined;
    if (!groups) continue;
    const own = groups.logGroups?.find(({ logGroupName }) => logGroupName === group);
    if (!own) {
      // A group comes into being with its first line.
      door.missing(`log group ${group}`, 'there is none: nothing was written, or it was deleted');
      continue;
    }
    const streams: LogPointer['streams'][number][] = [];
    let next: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const answer = (await readPart(
        {
          name: 'logs:DescribeLogStreams',
          input: {
            logGroupName: group,
            ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
            ...(next ? { nextToken: next } : {}),
          },
        },
        `log streams of ${group}`,
        door,
      )) as
        | {
            logStreams?: readonly {
              logStreamName?: string;
              firstEventTimestamp?: number;
              lastEventTimestamp?: number;
            }[];
            nextToken?: string;
          }
        | undefined;
      for (const one of answer?.logStreams ?? [])
        streams.push({
          stream: one.logStreamName ?? '',
          first: iso(one.firstEventTimestamp),
          last: iso(one.lastEventTimestamp),
        });
      next = answer?.nextToken;
      if (!next) break;
    }
    found.push({ group, expiresAfterDays: own.retentionInDays ?? null, streams, more: next !== undefined });
  }
  return found;
}
