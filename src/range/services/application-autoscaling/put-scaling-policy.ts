import { targetKey } from '../../account/scaling.ts';
import { type Operation, optionalText, structure, text } from '../../operation.ts';
import { findTarget, keyOf, targetRules } from '../../scaling-rules.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
export default {
  service: 'application-autoscaling',
  name: 'PutScalingPolicy',
  readOnly: false,
  input: {
    ...targetRules,
    PolicyName: { type: 'string', required: true, max: 256 },
    PolicyType: { type: 'string', values: ['StepScaling', 'TargetTrackingScaling', 'PredictiveScaling'] },
  },
  run(input, { region, random, now }) {
    const target = findTarget(region, input);
    const key = keyOf(input);
    const name = text(input, 'PolicyName');
    const known = region.scalingPolicies.get(`${targetKey(key)} ${name}`);
    const type = optionalText(input, 'PolicyType') ?? known?.type ?? 'StepScaling';
    const id = random.uuid();
    const policy = {
      ...key,
      name,
      arn:
        known?.arn ??
        `arn:aws:autoscaling:${region.name}:${region.account}:scalingPolicy:${id}:resource/sagemaker/${target.resourceId}:policyName/${name}`,
      type,
      configuration: structure(input[`${type}PolicyConfiguration`]),
      alarms:
        type === 'TargetTrackingScaling'
          ? ['AlarmHigh', 'AlarmLow'].map((side) => {
              const AlarmName = `TargetTracking-${target.resourceId}-${side}-${id}`;
              return { AlarmName, AlarmARN: `arn:aws:cloudwatch:${region.name}:${region.account}:alarm:${AlarmName}` };
            })
          : [],
      createdAt: known?.createdAt ?? now,
    };
    region.scalingPolicies.set(`${targetKey(key)} ${name}`, policy);
    return { PolicyARN: policy.arn, Alarms: policy.alarms };
  },
} satisfies Operation;
