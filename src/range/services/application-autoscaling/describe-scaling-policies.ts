import type { Operation } from '../../operation.ts';
import { asked, describeRules } from '../../scaling-rules.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
export default {
  service: 'application-autoscaling',
  name: 'DescribeScalingPolicies',
  readOnly: true,
  input: { ...describeRules, PolicyNames: { type: 'list', max: 50 } },
  run(input, { region }) {
    const names = input.PolicyNames as readonly unknown[] | undefined;
    return {
      ScalingPolicies: [...region.scalingPolicies.values()]
        .filter((policy) => asked(policy, input) && (!names || names.includes(policy.name)))
        .map((policy) => ({
          PolicyARN: policy.arn,
          PolicyName: policy.name,
          ServiceNamespace: 'sagemaker',
          ResourceId: policy.resourceId,
          ScalableDimension: policy.dimension,
          PolicyType: policy.type,
          [`${policy.type}PolicyConfiguration`]: policy.configuration,
          Alarms: policy.alarms,
          CreationTime: new Date(policy.createdAt),
        })),
    };
  },
} satisfies Operation;
