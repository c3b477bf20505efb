import { targetKey } from '../../account/scaling.ts';
import { Fault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';
import { keyOf, targetRules } from '../../scaling-rules.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html */
export default {
  service: 'application-autoscaling',
  name: 'DeleteScalingPolicy',
  readOnly: false,
  input: { ...targetRules, PolicyName: { type: 'string', required: true } },
  run(input, { region }) {
    const name = text(input, 'PolicyName');
    if (!region.scalingPolicies.delete(`${targetKey(keyOf(input))} ${name}`))
      throw new Fault(
        'ObjectNotFoundException',
        `No scaling policy found for service namespace: sagemaker, resource ID: ${text(input, 'ResourceId')}, scalable dimension: ${text(input, 'ScalableDimension')}, policy name: ${name}`,
      );
    return {};
  },
} satisfies Operation;
