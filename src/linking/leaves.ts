import { arnsIn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import { resourceOfArn } from './arn-resource.ts';

/** A value inside a record with the name of the member that holds it. */
export interface Leaf {
  /**
   * Lower case: AWS is not of one mind about casing (`dBInstanceIdentifier`, `sAMLProviderArn`). Elements of a list have the list's name.
   * Empty where the name means nothing: in tags and environments, and for an ARN inside a longer text.
   */
  readonly key: string;
  readonly value: string;
  /** How many objects lie around it: 1 is a member of `requestParameters` itself. */
  readonly depth: number;
  /** What the value is the ARN of, when it is one. */
  readonly resource: ResourceRef | undefined;
}

/** Where the account's people write whatever they like under names of their own: only ARNs and S3 URIs count there. */
const freeForm = new Set([
  'environment',
  'environmentvariables',
  'hyperparameters',
  'statichyperparameters',
  'tags',
  'tagset',
  'variables',
]);
// A record is at most 256 kB from CloudTrail, but files can hold anything: linking stays cheap whatever comes.
const deepest = 12;
const mostLeaves = 2_000;
const longestValue = 2_048;
/** Policies, pipelines and scripts are long; ARNs are looked for this far. */
const longestText = 65_536;
/** No ARN is shorter: `arn:aws:s3:::abc`. */
const shortestArn = 16;
/** What CloudTrail writes in place of a value; may stand for an object, too. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Every text and number inside a JSON value, outermost first come first; bounded in depth, number and length. */
export function leavesOf(value: unknown): readonly Leaf[] {
  if (value === null || value === undefined) return none;
  const leaves: Leaf[] = [];
  collect(jsonInside(value), '', 0, leaves, false);
  return leaves;
}

/** Only the ARNs inside a JSON value. */
export function arnLeavesOf(value: unknown): readonly Leaf[] {
  if (value === null || value === undefined) return none;
  const leaves: Leaf[] = [];
  collect(value, '', 0, leaves, true);
  return leaves.filter(({ resource }) => resource);
}

const none: readonly Leaf[] = [];

/** Some records hold their parameters as JSON text. */
function jsonInside(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // A text that only looks like JSON is a text.
    return value;
  }
}

function collect(value: unknown, key: string, depth: number, leaves: Leaf[], free: boolean): void {
  if (leaves.length >= mostLeaves) return;
  if (typeof value === 'string') {
    ofText(value, key, depth, leaves, free);
  } else if (typeof value === 'number') {
    if (!free) leaves.push({ key, value: String(value), depth, resource: undefined });
  } else if (value !== null && typeof value === 'object' && depth < deepest) {
    if (Array.isArray(value)) {
      for (const element of value) {
        // A list of a million must not be walked after enough has been found.
        if (leaves.length >= mostLeaves) return;
        // Lists within lists count as objects do: a record may be nested deeper than a stack.
        collect(element, key, Array.isArray(element) ? depth + 1 : depth, leaves, free);
      }
    } else {
      for (const member in value) {
        if (leaves.length >= mostLeaves) return;
        const name = lowerCase(member);
        if (name.startsWith('arn:')) ofText(member, '', depth + 1, leaves, free);
        const own = (value as { [member: string]: unknown })[member];
        if (free || freeForm.has(name)) collect(own, '', depth + 1, leaves, true);
        else collect(own, name, depth + 1, leaves, false);
      }
    }
  }
}

function ofText(value: string, key: string, depth: number, leaves: Leaf[], free: boolean): void {
  const { length } = value;
  if (length === 0 || value === hidden) return;
  const isArn = length >= shortestArn && value.startsWith('arn:');
  if (isArn && length <= longestValue && !value.includes('arn:', 4)) {
    leaves.push({ key, value, depth, resource: resourceOfArn(value) });
    return;
  }
  if (free) {
    // Hyperparameters are JSON texts of their own: the quotes do not belong to the URI.
    const uri = value.startsWith('"') ? value.slice(1, -1) : value;
    if (uri.startsWith('s3://') && length <= longestValue) leaves.push({ key, value: uri, depth, resource: undefined });
  } else if (length <= longestValue) {
    leaves.push({ key, value, depth, resource: undefined });
  }
  if (length > shortestArn && length <= longestText && (isArn || value.includes('arn:')))
    for (const arn of arnsIn(value)) {
      if (leaves.length >= mostLeaves) return;
      leaves.push({ key: '', value: arn, depth: depth + 1, resource: resourceOfArn(arn) });
    }
}

/** Member names repeat by the million; lower-casing them is not free. */
const lowered = new Map<string, string>();
function lowerCase(name: string): string {
  let lower = lowered.get(name);
  if (lower === undefined) {
    if (lowered.size > 20_000) lowered.clear();
    lower = name.toLowerCase();
    lowered.set(name, lower);
  }
  return lower;
}
