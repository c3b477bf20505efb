import type { Operation } from '../../operation.ts';
import { asked, describeRules } from '../../scaling-rules.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
export default {
  service: 'application-autoscaling',
  name: 'DescribeScalableTargets',
  readOnly: true,
  input: { ...describeRules, ResourceIds: { type: 'list', max: 50 } },
  run(input, { region }) {
    const ids = input.ResourceIds as readonly unknown[] | undefined;
    return {
      ScalableTargets: [...region.scalableTargets.values()]
        .filter((target) => asked(target, input) && (!ids || ids.includes(target.resourceId)))
        .map((target) => ({
          ServiceNamespace: 'sagemaker',
          ResourceId: target.resourceId,
          ScalableDimension: target.dimension,
          MinCapacity: target.min,
          MaxCapacity: target.max,
          RoleARN: target.roleArn,
          CreationTime: new Date(target.createdAt),
          SuspendedState: target.suspended,
          ScalableTargetARN: target.arn,
        })),
    };
  },
} satisfies Operation;
