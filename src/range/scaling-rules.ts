import type { RegionState } from './account/account.ts';
import { type ScalableTarget, targetKey } from './account/scaling.ts';
import { Fault } from './fault.ts';
import { type MemberRule, type Members, text } from './operation.ts';

/** Members that name a scalable target in every Application Auto Scaling call about one. */
export const targetRules: { readonly [member: string]: MemberRule } = {
  ServiceNamespace: { type: 'string', required: true, values: ['sagemaker'] },
  ResourceId: { type: 'string', required: true, max: 1600 },
  ScalableDimension: {
    type: 'string',
    required: true,
    values: ['sagemaker:variant:DesiredInstanceCount', 'sagemaker:inference-component:DesiredCopyCount'],
  },
};

/** Members of the Describe calls: all of a namespace, or those of one resource. */
export const describeRules: { readonly [member: string]: MemberRule } = {
  ServiceNamespace: { type: 'string', required: true, values: ['sagemaker'] },
  ResourceId: { type: 'string' },
  ScalableDimension: { type: 'string' },
};

export const keyOf = (input: Members) => ({
  resourceId: text(input, 'ResourceId'),
  dimension: text(input, 'ScalableDimension'),
});

/** @throws Fault `ObjectNotFoundException`. */
export function findTarget(region: RegionState, input: Members): ScalableTarget {
  const key = keyOf(input);
  const target = region.scalableTargets.get(targetKey(key));
  if (!target)
    throw new Fault(
      'ObjectNotFoundException',
      `No scalable target registered for service namespace: sagemaker, resource ID: ${key.resourceId}, scalable dimension: ${key.dimension}`,
    );
  return target;
}

/** Whether a Describe call asks for it. */
export const asked = (entry: { readonly resourceId: string; readonly dimension: string }, input: Members): boolean =>
  (input.ResourceId === undefined || input.ResourceId === entry.resourceId) &&
  (input.ScalableDimension === undefined || input.ScalableDimension === entry.dimension);
