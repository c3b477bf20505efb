import type { Operation } from '../../operation.ts';
import { asked, describeRules } from '../../scaling-rules.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScheduledActions.html */
export default {
  service: 'application-autoscaling',
  name: 'DescribeScheduledActions',
  readOnly: true,
  input: { ...describeRules, ScheduledActionNames: { type: 'list', max: 50 } },
  run(input, { region }) {
    const names = input.ScheduledActionNames as readonly unknown[] | undefined;
    return {
      ScheduledActions: [...region.scheduledActions.values()]
        .filter((action) => asked(action, input) && (!names || names.includes(action.name)))
        .map((action) => ({
          ...action.definition,
          ScheduledActionName: action.name,
          ScheduledActionARN: action.arn,
          ServiceNamespace: 'sagemaker',
          ResourceId: action.resourceId,
          ScalableDimension: action.dimension,
          CreationTime: new Date(action.createdAt),
        })),
    };
  },
} satisfies Operation;
