import { type ScalableTarget, targetKey } from '../../account/scaling.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, optionalText, structure } from '../../operation.ts';
import { keyOf, targetRules } from '../../scaling-rules.ts';

/** What the target scales must exist. @throws Fault */
function requireResource(
  resourceId: string,
  endpoints: ReadonlyMap<string, unknown>,
  components: ReadonlyMap<string, unknown>,
) {
  const [type, name = ''] = resourceId.split('/');
  const known = type === 'endpoint' ? endpoints : type === 'inference-component' ? components : undefined;
  if (!known) throw validationFault(`Unsupported resource ID: ${resourceId}`);
  if (!known.has(name.toLowerCase())) throw validationFault(`Could not find the resource ${resourceId}`);
}

/**
 * Makes a target, or changes the named members of one.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export default {
  service: 'application-autoscaling',
  name: 'RegisterScalableTarget',
  readOnly: false,
  input: {
    ...targetRules,
    MinCapacity: { type: 'number', min: 0 },
    MaxCapacity: { type: 'number', min: 0 },
    SuspendedState: { type: 'object' },
  },
  run(input, { region, random, now }) {
    const key = keyOf(input);
    const known = region.scalableTargets.get(targetKey(key));
    if (!known) {
      requireResource(key.resourceId, region.endpoints, region.inferenceComponents);
      if (typeof input.MinCapacity !== 'number' || typeof input.MaxCapacity !== 'number')
        throw validationFault('MinCapacity and MaxCapacity are required to register a scalable target.');
    }
    const target: ScalableTarget = known ?? {
      ...key,
      arn: `arn:aws:application-autoscaling:${region.name}:${region.account}:scalable-target/${random.letters(28)}`,
      min: 0,
      max: 0,
      roleArn:
        optionalText(input, 'RoleARN') ??
        `arn:aws:iam::${region.account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`,
      suspended: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
      createdAt: now,
    };
    if (typeof input.MinCapacity === 'number') target.min = input.MinCapacity;
    if (typeof input.MaxCapacity === 'number') target.max = input.MaxCapacity;
    if (target.min > target.max) throw validationFault('MinCapacity cannot be greater than MaxCapacity.');
    const suspended = structure(input.SuspendedState);
    target.suspended = { ...target.suspended, ...suspended };
    region.scalableTargets.set(targetKey(key), target);
    return { ScalableTargetARN: target.arn };
  },
} satisfies Operation;
