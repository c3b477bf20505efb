import type { ChainEvent } from './chain.ts';
import type { ResourceRef } from './resource.ts';

/** Something that relations join. */
export type GraphNode =
  | { readonly type: 'resource'; readonly ref: ResourceRef }
  /** One actor whatever its keys: `key` is `identityKey` of its principals. */
  | { readonly type: 'principal'; readonly key: string; readonly name: string }
  | { readonly type: 'key'; readonly accessKeyId: string }
  | { readonly type: 'address'; readonly address: string };

/**
 * What joins two nodes; read from `from` to `to`. `acted-on`, `created`, `used`: a principal did with a resource. `with`: a principal had a key.
 * `from`: a principal or key called from an address. `issued`: a key or principal got a key. `opened`: a principal got a way into a resource.
 * `runs-as`: a resource acts as a role. `named-with`: changes name two resources together. Else the role that AWS's answer gives it: `lifecycle-config`.
 */
export type EdgeKind =
  | 'acted-on'
  | 'created'
  | 'used'
  | 'with'
  | 'from'
  | 'issued'
  | 'opened'
  | 'runs-as'
  | 'named-with'
  | (string & {});

/** A relation with what proves it. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly kind: EdgeKind;
  /** Events that prove it; 0 where only AWS's answer does. */
  readonly events: number;
  readonly changes: number;
  readonly errors: number;
  /** The first and the last of those events, by their own time. */
  readonly first: ChainEvent | undefined;
  readonly last: ChainEvent | undefined;
  /** The operation whose answer says so, and when (epoch ms). */
  readonly answered?: { readonly operation: string; readonly at: number };
  /** First seen after the first tenth of what is loaded. */
  readonly isNew: boolean;
}

/** Everything that one node is joined to, changes and failures first. */
export interface Neighbours {
  readonly node: GraphNode;
  readonly edges: readonly GraphEdge[];
  /** Edges that were left out. */
  readonly more: number;
}

/** What AWS answered about two resources, outside any event. */
export interface KnownRelation {
  readonly from: ResourceRef;
  /** What `to` is for `from`: `role`, `lifecycle-config`, `endpoint-config`, … */
  readonly role: string;
  readonly to: ResourceRef;
  /** `sagemaker:DescribeNotebookInstance`. */
  readonly operation: string;
  /** Epoch ms of the answer. */
  readonly at: number;
}
