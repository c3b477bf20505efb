import type { ResourceRef } from '../model/resource.ts';

/** What one resource is to another, by AWS's own answer: `role`, `lifecycle-config`, `endpoint-config`, `model`, `image`, `s3-sink`, … */
export interface InventoryRelation {
  readonly role: string;
  readonly to: ResourceRef;
  /** `sagemaker:DescribeNotebookInstance`: the answer that says so. */
  readonly proof: string;
  /** For buckets: whether they belong to somebody else. `undefined`: not known (only an S3 client could ask), or no bucket. */
  readonly outside?: boolean;
  /** What hints at the owner of a bucket, or else is to be known: "its name holds account 111122223333, which proves nothing". */
  readonly note?: string;
}

/** Something that runs, or can run by itself, now. Holds text of AWS: pass `display` before a screen. */
export interface InventoryItem {
  readonly ref: ResourceRef;
  readonly account: string;
  readonly region: string;
  /** As AWS writes it: `InService`, `InProgress`; empty where AWS has no state for it (lifecycle configs). */
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
  /** No event of its making is loaded: it was there before the window began, or nobody recorded it. `undefined` until that was looked up. */
  readonly notInEvents: boolean | undefined;
  readonly relations: readonly InventoryRelation[];
  /** Epoch ms of the last listing that named it. */
  readonly listedAt: number;
  /** Epoch ms of the last answer to a Describe call about it; `undefined` before the first. */
  readonly readAt: number | undefined;
  /** Whether the members that only a Describe call knows (role, compute, internet, relations) are in: `missing` says why in `detailsWhy`. */
  readonly details: 'waiting' | 'loaded' | 'missing';
  readonly detailsWhy: string;
}

/** How far one kind has been listed in one Region. */
export interface InventoryPart {
  readonly account: string;
  readonly region: string;
  /** `sagemaker.training-job`. */
  readonly kind: string;
  /** In the plural: "training jobs". */
  readonly title: string;
  readonly state: 'waiting' | 'loading' | 'loaded' | 'denied' | 'failed';
  /** The missing permission when denied, AWS's words when failed. */
  readonly why: string;
  /** Items of this kind and Region; those of the last good answer when it failed since. */
  readonly items: number;
  /** AWS has more than are listed here. */
  readonly more: boolean;
  /** Epoch ms of the last good answer. */
  readonly at: number | undefined;
}

/** What runs now, in every Region asked for, event or no event. */
export interface Inventory {
  /** What runs or changes first, accelerated before others, newest first. */
  readonly items: readonly InventoryItem[];
  readonly parts: readonly InventoryPart[];
  /** A round is under way. */
  readonly loading: boolean;
  /** Epoch ms at which the last whole round ended. */
  readonly completeAt: number | undefined;
}

/** Before anything was asked. */
export const emptyInventory: Inventory = { items: [], parts: [], loading: false, completeAt: undefined };

const rank = { running: 0, changing: 0, idle: 1 } as const;

/**
 * Order of the inventory, total, so that equal sets have one order: what runs before what only exists, accelerated before others, newest
 * first, then by Region, kind and ARN.
 */
export function compareItems(a: InventoryItem, b: InventoryItem): number {
  return (
    rank[a.activity] - rank[b.activity] ||
    Number(b.accelerated) - Number(a.accelerated) ||
    (b.createdAt ?? 0) - (a.createdAt ?? 0) ||
    compareText(a.region, b.region) ||
    compareText(a.ref.kind, b.ref.kind) ||
    compareText(a.ref.arn, b.ref.arn) ||
    compareText(a.ref.name, b.ref.name)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
