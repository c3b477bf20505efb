import type { Aws, Identity } from '../aws/aws.ts';
import { Reads } from '../inventory/look.ts';
import { parseArn } from '../model/arn.ts';
import type { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Json } from '../shared/json.ts';
import type { EvidenceEvents } from './collect-events.ts';
import { readLogPointers } from './collect-logs.ts';
import { readManagedPolicies, readTags } from './collect-more.ts';
import { type TreeNode, walkTree } from './collect-tree.ts';
import { type EvidenceFile, evidenceFiles } from './evidence-files.ts';
import { answerJson, recorded } from './recording.ts';

/** What could not be read, so that nobody takes it for absent. Holds text of AWS: pass `display` before a screen. */
export interface MissingEvidence {
  readonly what: string;
  readonly why: string;
  /** The IAM action that AWS wants; `null` where none is missing. */
  readonly permission: string | null;
}

/** Everything that was found out about one target without changing anything. */
export interface Evidence {
  readonly target: ResourceRef;
  readonly account: string;
  readonly region: string;
  /** Epoch ms, AWS time. */
  readonly at: number;
  /** The events' window, epoch ms. */
  readonly window: { readonly from: number; readonly to: number };
  readonly files: readonly EvidenceFile[];
  readonly missing: readonly MissingEvidence[];
  /** Whether AWS answered about the target itself: `denied` and `gone` leave its surroundings. */
  readonly targetRead: 'read' | 'denied' | 'gone' | 'failed';
  /** Calls that were answered, refusals included. */
  readonly reads: number;
}

/** How evidence is collected; all of it reads. */
export interface CollectParts {
  readonly aws: Aws;
  readonly identity: Pick<Identity, 'account' | 'region' | 'partition'>;
  readonly signal: AbortSignal;
  readonly window: { readonly from: number; readonly to: number };
  /** Where the target's events come from: the incident's store, or the event history. */
  events(target: ResourceRef, names: readonly string[], aws: Aws, missing: Missing): Promise<EvidenceEvents>;
  /** Says what is being read just now. */
  progress?(what: string): void;
}

/** Takes down what could not be read. */
export type Missing = (what: string, error: AwsCallError | string) => void;

/**
 * Reads everything that AWS says about a target and what it uses, through the same recording door as planning does: what is written is
 * what was answered. Sends nothing that changes anything; a part that cannot be read is taken down and the rest goes on.
 * @throws The signal's reason.
 */
export async function collectEvidence(target: ResourceRef, parts: CollectParts): Promise<Evidence> {
  const { identity, signal, window, progress } = parts;
  const region = parseArn(target.arn)?.region || identity.region;
  const { aws, reads } = recorded(parts.aws);
  const missing: MissingEvidence[] = [];
  const takeDown: Missing = (what, error) => {
    const denied = typeof error !== 'string' && error.reason === 'denied';
    const one: MissingEvidence = {
      what,
      why: typeof error === 'string' ? error : denied ? 'denied' : `${error.code}: ${error.message}`,
      permission: denied ? permissionOf(error) : null,
    };
    if (!missing.some((known) => known.what === one.what && known.why === one.why)) missing.push(one);
  };
  const door = {
    reads: new Reads(aws, signal),
    where: { account: identity.account, region, partition: identity.partition, ours: new Set([identity.account]) },
    signal,
    missing: takeDown,
  };
  progress?.('what AWS says about it and what it uses');
  const tree = await walkTree(target, door);
  progress?.('policies and tags');
  await readManagedPolicies(tree.nodes, door);
  const tags = await readTags(tree.nodes, door);
  progress?.('log streams');
  const logs = await readLogPointers(tree.nodes, door);
  progress?.('events');
  const names = [...new Set(tree.nodes.slice(0, 1).map(({ ref }) => ref.name))].filter(Boolean);
  // Its own records are evidence by themselves, and LookupEvents would fill the answers with them a second time.
  const events = await parts.events(target, names.length > 0 ? names : [target.name], parts.aws, takeDown);
  const at = parts.aws.now();
  const snapshot: Json = {
    format: 1,
    target: answerJson(target),
    account: identity.account,
    region,
    reads: [...reads],
  };
  return {
    target,
    account: identity.account,
    region,
    at,
    window,
    files: evidenceFiles({ snapshot, nodes: tree.nodes, tags, logs, events, reads }),
    missing,
    targetRead: tree.target,
    reads: reads.length,
  };
}

/** The permission that a refusal wants. */
export const permissionOf = (error: AwsCallError): string =>
  error.nextSteps[0]?.replace(/^Needs /, '') ?? error.operation;

export type { TreeNode };
