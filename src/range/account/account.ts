import type { Members } from '../operation.ts';
import type { Bucket } from './buckets.ts';
import type { Endpoint, EndpointConfig, InferenceComponent, Model } from './hosting.ts';
import type { Credential, Identity, ManagedPolicies } from './identities.ts';
import type { LifecycleConfig, NotebookInstance } from './notebooks.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from './scaling.ts';
import type { Thing } from './things.ts';

/** The regional half of the account. Keys are names in lower case: SageMaker lower-cases them in ARNs, so no two differ by case alone. */
export interface RegionState {
  readonly name: string;
  readonly account: string;
  readonly endpoints: Map<string, Endpoint>;
  readonly endpointConfigs: Map<string, EndpointConfig>;
  readonly models: Map<string, Model>;
  readonly inferenceComponents: Map<string, InferenceComponent>;
  readonly notebookInstances: Map<string, NotebookInstance>;
  readonly lifecycleConfigs: Map<string, LifecycleConfig>;
  /** Keys: `<resource id> <dimension>`. */
  readonly scalableTargets: Map<string, ScalableTarget>;
  /** Keys: `<resource id> <dimension> <name>`. */
  readonly scalingPolicies: Map<string, ScalingPolicy>;
  readonly scheduledActions: Map<string, ScheduledAction>;
  /** Everything that lives by common rules: jobs, Studio, pipelines, the registry. Keys: `<kind> <id>`. */
  readonly things: Map<string, Thing>;
}

/** What a presigned URL leads to. */
export interface Presigned {
  readonly kind: 'notebook' | 'profile';
  /** Of the notebook; `<domain>/<profile>`. */
  readonly name: string;
  readonly arn: string;
  /** The IAM action that made it: its policies are asked for as long as the session behind the URL lasts. */
  readonly mint: string;
  /** Of the URL, not of the session behind it. Epoch ms. */
  readonly expiresAt: number;
}

/** Everything the simulated account holds. */
export interface Account {
  readonly id: string;
  readonly alias: string;
  readonly homeRegion: string;
  readonly roles: Map<string, Identity>;
  readonly users: Map<string, Identity>;
  readonly managedPolicies: ManagedPolicies;
  /** By name. */
  readonly buckets: Map<string, Bucket>;
  /** By access key id. */
  readonly credentials: Map<string, Credential>;
  /** Presigned URLs by token. */
  readonly presigned: Map<string, Presigned>;
  /** Endpoints (in lower case) whose weights, counts and tags a benign controller keeps changing: those are no part of the account's state. */
  readonly volatileEndpoints: Set<string>;
  region(name: string): RegionState;
  /** The Regions that were ever asked for. */
  regions(): readonly RegionState[];
}

function emptyRegion(name: string, account: string): RegionState {
  return {
    name,
    account,
    endpoints: new Map(),
    endpointConfigs: new Map(),
    models: new Map(),
    inferenceComponents: new Map(),
    notebookInstances: new Map(),
    lifecycleConfigs: new Map(),
    scalableTargets: new Map(),
    scalingPolicies: new Map(),
    scheduledActions: new Map(),
    things: new Map(),
  };
}

/** An account without anything in it. */
export function emptyAccount(id: string, alias: string, homeRegion: string): Account {
  const regions = new Map<string, RegionState>();
  return {
    id,
    alias,
    homeRegion,
    roles: new Map(),
    users: new Map(),
    managedPolicies: new Map(),
    buckets: new Map(),
    credentials: new Map(),
    presigned: new Map(),
    volatileEndpoints: new Set(),
    region: (name) => {
      let region = regions.get(name);
      if (!region) {
        region = emptyRegion(name, id);
        regions.set(name, region);
      }
      return region;
    },
    regions: () => [...regions.values()],
  };
}

/** A SageMaker ARN; the name in lower case, as AWS writes it. */
export const sagemakerArn = (region: RegionState, type: string, name: string): string =>
  `arn:aws:sagemaker:${region.name}:${region.account}:${type}/${name.toLowerCase()}`;

/** A regional resource that carries tags. */
export interface Tagged {
  readonly arn: string;
  readonly tags: Map<string, string>;
}

/** Every taggable SageMaker resource of a Region. */
export function tagged(region: RegionState): Iterable<Tagged> {
  return [
    region.endpoints,
    region.endpointConfigs,
    region.models,
    region.inferenceComponents,
    region.notebookInstances,
    region.lifecycleConfigs,
    region.things,
  ].flatMap((map): Tagged[] => [...map.values()]);
}

/** Tags of a create call. */
export const tagMap = (tags: readonly Members[]): Map<string, string> =>
  new Map(tags.map((tag) => [String(tag.Key), String(tag.Value ?? '')]));

/** Tags as answers list them. */
export const tagList = (tags: ReadonlyMap<string, string>): readonly Members[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));
