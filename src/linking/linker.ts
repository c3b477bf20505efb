import type { NormalisedEvent } from '../model/event.ts';
import type { Relation, ResourceLink } from '../model/resource.ts';
import type { Leaf } from './leaves.ts';

/** A record that resources are looked for in, taken apart once for all linkers. */
export interface Call {
  readonly event: NormalisedEvent;
  /** IAM's prefix: `sagemaker`; `aws.sagemaker` envelopes are `sagemaker` too. */
  readonly service: string;
  /** `UpdateNotebookInstance`; the detail type of an envelope. */
  readonly operation: string;
  readonly partition: string;
  /** Where the resources lie whose ARNs are built: empty when the record does not say. */
  readonly region: string;
  readonly account: string;
  /** The log stream of a log line, else empty. */
  readonly stream: string;
  /** Every text and number inside `requestParameters` (an envelope's `detail`), in the order of the record. */
  readonly request: readonly Leaf[];
  /** The same of `responseElements`. */
  readonly response: readonly Leaf[];
  /** CloudTrail's own `resources[]`, or an envelope's. */
  readonly named: readonly Leaf[];
  /** ARNs from the rest of the record: the refusal's message, what an identity was issued for, a service event's details. */
  readonly elsewhere: readonly Leaf[];
}

/** A resource that a linker found. Without a relation, the operation's name decides (`relationOf`). */
export interface Found extends Omit<ResourceLink, 'relation'> {
  readonly relation?: Relation;
  /** How deep it stood; of several of the kind that the operation is about, only the outermost are meant (1 without it). */
  readonly depth?: number;
}

/** What most linkers find in most records: no list of its own for each of them. */
export const nothing: readonly Found[] = [];

/** A list with one more: made when the first is found, and with room for more than two when the third is (a list that grows has it for seventeen). */
export function append(found: Found[] | undefined, one: Found): Found[] {
  if (found === undefined) return [one];
  if (found.length === 1) return [found[0]!, one];
  found.push(one);
  return found;
}

/** Finds the resources of one service's records. A pure function of the record. */
export interface Linker {
  readonly id: string;
  /** Services it looks at; `any` is asked about every record, after the others. */
  readonly services: readonly string[] | 'any';
  link(call: Call): readonly Found[];
  /** The kind that the operation is about, where the service's model says it better than the operation's name. */
  about?(call: Call): string | undefined;
}
