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
  /** The log stream of a log line, else empty. */
  readonly stream: string;
  /** Every text and number inside `requestParameters` (an envelope's `detail`), in the order of the record. */
  readonly request: readonly Leaf[];
  /** The same of `responseElements`. */
  readonly response: readonly Leaf[];
  /** CloudTrail's own `resources[]`. */
  readonly named: readonly { readonly arn: string; readonly type: string }[];
}

/** A resource that a linker found. Without a relation, the operation's name decides (`relationOf`). */
export interface Found extends Omit<ResourceLink, 'relation'> {
  readonly relation?: Relation;
}

/** Finds the resources of one service's records. A pure function of the record. */
export interface Linker {
  readonly id: string;
  /** Services it looks at; `any` is asked about every record, after the others. */
  readonly services: readonly string[] | 'any';
  link(call: Call): readonly Found[];
}
