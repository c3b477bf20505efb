import type { Members } from '../operation.ts';
import type { RegionState } from './account.ts';

/** What makes a scalable target one: two of them never share these. */
export interface ScalingKey {
  readonly resourceId: string;
  readonly dimension: string;
}

export interface ScalableTarget extends ScalingKey {
  readonly arn: string;
  min: number;
  max: number;
  roleArn: string;
  suspended: {
    DynamicScalingInSuspended: boolean;
    DynamicScalingOutSuspended: boolean;
    ScheduledScalingSuspended: boolean;
  };
  readonly createdAt: number;
}

export interface ScalingPolicy extends ScalingKey {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  /** `TargetTrackingScalingPolicyConfiguration` or `StepScalingPolicyConfiguration`, as it was put. */
  readonly configuration: Members;
  readonly alarms: readonly Members[];
  readonly createdAt: number;
}

export interface ScheduledAction extends ScalingKey {
  readonly name: string;
  readonly arn: string;
  readonly definition: Members;
  readonly createdAt: number;
}

/** Key of a target in `RegionState.scalableTargets`. */
export const targetKey = ({ resourceId, dimension }: ScalingKey): string => `${resourceId} ${dimension}`;

/** The targets of an endpoint's variants. */
export const targetsOfEndpoint = (region: RegionState, endpoint: string): readonly ScalableTarget[] =>
  [...region.scalableTargets.values()].filter((target) =>
    target.resourceId.toLowerCase().startsWith(`endpoint/${endpoint.toLowerCase()}/`),
  );

/** Removes a target with its policies and scheduled actions, as AWS does. */
export function removeTarget(region: RegionState, target: ScalableTarget): void {
  const key = targetKey(target);
  region.scalableTargets.delete(key);
  for (const map of [region.scalingPolicies, region.scheduledActions])
    for (const [entry, value] of map) if (targetKey(value) === key) map.delete(entry);
}
