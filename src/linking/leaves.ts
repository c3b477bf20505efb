/** A value inside a record with the name of the member that holds it. */
export interface Leaf {
  /** Lower case: AWS is not of one mind about casing (`dBInstanceIdentifier`, `sAMLProviderArn`). Elements of a list have the list's name. */
  readonly key: string;
  readonly value: string;
  /** How many objects lie around it: 1 is a member of `requestParameters` itself. */
  readonly depth: number;
}

/** Where the account's people write whatever they like under names of their own. */
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
/** What CloudTrail writes in place of a value; may stand for an object, too. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Every text and number inside a JSON value, outermost first come first; bounded in depth, number and length. */
export function leavesOf(value: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  collect(value, '', 0, leaves);
  return leaves;
}

function collect(value: unknown, key: string, depth: number, leaves: Leaf[]): void {
  if (leaves.length >= mostLeaves) return;
  if (typeof value === 'string') {
    if (value !== '' && value.length <= longestValue && value !== hidden) leaves.push({ key, value, depth });
  } else if (typeof value === 'number') {
    leaves.push({ key, value: String(value), depth });
  } else if (value !== null && typeof value === 'object' && depth < deepest) {
    if (Array.isArray(value)) {
      for (const element of value) collect(element, key, depth, leaves);
    } else {
      for (const member in value) {
        const name = lowerCase(member);
        if (!freeForm.has(name)) collect((value as { [member: string]: unknown })[member], name, depth + 1, leaves);
      }
    }
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
