import type { ResourceRef } from '../model/resource.ts';

/** What one resource is to another, by AWS's own answer: `role`, `lifecycle-config`, `endpoint-config`, `model`, `image`, `s3-sink`, … */
export interface InventoryRelation {
  readonly role: string;
  readonly to: ResourceRef;
  /** `sagemaker:DescribeNotebookInstance`: the answer that says so. */
  readonly proof: string;
  /** For S3 sinks: whether the bucket is known to be ours. `undefined`: not known, or no bucket. */
  readonly outside?: boolean;
}

/** Something that runs, or can run by itself, now. Holds text of AWS: pass `display` before a screen. */
export interface InventoryItem {
  readonly ref: ResourceRef;
  readonly account: string;
  readonly region: string;
  /** As AWS writes it: `InService`, `InProgress`. */
  readonly state: string;
  /** Whether it runs, changes, or only exists. */
  readonly activity: 'running' | 'changing' | 'idle';
  readonly role: ResourceRef | undefined;
  /** Epoch ms. */
  readonly createdAt: number | undefined;
  readonly modifiedAt: number | undefined;
  /** Who made it, where AWS or the events loaded say so. */
  readonly creator: string | undefined;
  /** `ml.p4d.24xlarge × 4`. */
  readonly compute: string | undefined;
  /** GPUs or AWS's own accelerators, by the instance type. */
  readonly accelerated: boolean;
  /** Reaches the internet by itself; `undefined` where AWS does not say. */
  readonly internet: boolean | undefined;
  /** No event of it is loaded: it was there before the window began, or nobody recorded its making. */
  readonly notInEvents: boolean;
  readonly relations: readonly InventoryRelation[];
}

/** How far one kind has been listed in one Region. */
export interface InventoryPart {
  readonly account: string;
  readonly region: string;
  /** `sagemaker.training-job`. */
  readonly kind: string;
  readonly state: 'waiting' | 'loading' | 'loaded' | 'denied' | 'failed';
  /** Missing permission, or AWS's words. */
  readonly why: string;
  /** Items of this kind and Region. */
  readonly items: number;
  /** Epoch ms of the answer. */
  readonly at: number | undefined;
}

/** What runs now, in every Region asked for, event or no event. */
export interface Inventory {
  /** Newest first, accelerated before others of the same minute. */
  readonly items: readonly InventoryItem[];
  readonly parts: readonly InventoryPart[];
}
