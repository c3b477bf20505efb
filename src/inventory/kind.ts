import type { ResourceRef } from '../model/resource.ts';
import type { Details } from './details.ts';
import type { Look } from './look.ts';

/** What a row of a listing says without further calls. */
export interface Row {
  readonly ref: ResourceRef;
  readonly state: string;
  /** Epoch ms. */
  readonly createdAt: number | undefined;
  readonly modifiedAt: number | undefined;
  /** What Describe wants besides the name: `{DomainId, SpaceName}`. */
  readonly address?: { readonly [member: string]: string };
  /** `ml.t3.medium`, where the listing says so already. */
  readonly compute?: string;
}

/** What a listing is for: everything, or only what runs now (a reverse scan does not care for jobs that ended). */
export type ListScope = 'recent' | 'running';

/** One page of a listing. `more`: AWS has more, which will not be asked for. */
export interface Page {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

/** A kind of thing that runs, can run by itself, or is needed to understand one. One file in `kinds/` each, or a family a file. */
export interface InventoryKind {
  /** `sagemaker.training-job`: the kind of its references. */
  readonly id: string;
  /** In the plural: "training jobs". */
  readonly title: string;
  /** 1 is listed first: what costs or lets somebody in. */
  readonly order: 1 | 2 | 3;
  /** It stands in the inventory; the others are described on demand and scanned for who uses them. */
  readonly runs: boolean;
  readonly references: readonly string[];
  /** Newest first, a page at a time, bounded. @throws AwsCallError */
  list?(look: Look, scope: ListScope): AsyncIterable<Page>;
  /** What AWS says about one of them. @throws AwsCallError of the first call; what further calls fail to say is in `problems`. */
  describe?(ref: ResourceRef, look: Look, row?: Row): Promise<Details>;
  /** More that is worth a few calls when somebody looks at just this one. */
  more?(ref: ResourceRef, look: Look, details: Details): Promise<Details>;
}
