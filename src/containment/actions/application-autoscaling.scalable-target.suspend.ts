import { RefusedError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { readComponents, readEndpoint } from '../endpoint-reading.ts';
import { isSuspended, readScaling, type Scaling, suspendSteps } from '../scaling.ts';
import { nothingToSend } from '../step.ts';
import { some } from '../words.ts';

/** What scales: of an endpoint its variants and components, of a component itself, of a scalable target the thing it names. */
async function scalingOf(target: ResourceRef, context: ActionContext): Promise<readonly Scaling[] | undefined> {
  if (target.kind === 'application-autoscaling.scalable-target') return readScaling([target.name], context);
  if (target.kind === 'sagemaker.inference-component')
    return readScaling([`inference-component/${target.name}`], context);
  const endpoint = await readEndpoint(target.name, context);
  if (!endpoint) return [];
  const name = endpoint.EndpointName ?? target.name;
  return readScaling(
    [
      ...(endpoint.ProductionVariants ?? []).map(({ VariantName }) => `endpoint/${name}/variant/${VariantName}`),
      ...(await readComponents(name, context)).map(
        ({ component }) => `inference-component/${component.InferenceComponentName}`,
      ),
    ],
    context,
  );
}

/** Application Auto Scaling adds and removes no more instances or copies, so that what was taken away stays away. Facts E8. */
const action: ContainmentAction = {
  id: 'application-autoscaling.scalable-target.suspend',
  title: 'Suspend auto scaling: no instances or copies are added or removed',
  class: 'seconds',
  appliesTo: ['sagemaker.endpoint', 'sagemaker.inference-component', 'application-autoscaling.scalable-target'],
  references: [
    'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html',
    'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  ],
  reversible: true,

  async plan(target, context) {
    const scaling = await scalingOf(target, context);
    if (scaling === undefined)
      throw new RefusedError(
        'ScalingNotReadable',
        `what scales ${target.name} cannot be read: application-autoscaling:Describe* was denied`,
        ['Use an identity that may call application-autoscaling:DescribeScalableTargets'],
      );
    if (scaling.length === 0) return nothingToSend(`${target.name} does not scale automatically`);
    const steps = suspendSteps(scaling);
    const names = scaling.map(({ target: { ResourceId = '' } }) => ResourceId);
    if (steps.length === 0) return nothingToSend(`The scaling of ${some(names)} is suspended already`);
    return {
      summary: `Suspend the scaling of ${some(names)}`,
      impact: `Load no longer adds instances or copies, and nothing removes them: ${target.name} stays at what it has now, at its cost.`,
      evidenceLost: [],
      notRestored: [],
      steps,
      preconditions: [],
      stillOpen: [
        {
          what: 'whoever may call application-autoscaling:RegisterScalableTarget can resume it',
          until: null,
          closeWith: null,
        },
      ],
      comesBack: names.map((name) => `automatic scaling of ${name}`),
    };
  },

  async verify(target, context) {
    const scaling = await scalingOf(target, context);
    if (scaling === undefined)
      return [{ what: `scaling of ${target.name} is suspended`, holds: false, why: 'reading it was denied' }];
    return scaling.length === 0
      ? [{ what: `nothing scales ${target.name}`, holds: true, why: 'no scalable target' }]
      : scaling.map(({ target: scaled }) => ({
          what: `scaling of ${scaled.ResourceId} is suspended`,
          holds: isSuspended(scaled.SuspendedState),
          why: `SuspendedState = ${JSON.stringify(scaled.SuspendedState ?? {})}`,
        }));
  },

  async *affected(target, context) {
    for (const { target: scaled, policies } of (await scalingOf(target, context)) ?? [])
      yield {
        kind: 'application-autoscaling.scalable-target',
        arn: scaled.ScalableTargetARN ?? '',
        why: `${scaled.ResourceId} stays at what it has (policies: ${some(policies.map(({ PolicyName = '' }) => PolicyName)) || 'none'})`,
      };
  },
};
export default action;
