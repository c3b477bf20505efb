import { removeTarget } from '../../account/scaling.ts';
import type { Operation } from '../../operation.ts';
import { findTarget, targetRules } from '../../scaling-rules.ts';

/** Its policies and scheduled actions go with it. https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html */
export default {
  service: 'application-autoscaling',
  name: 'DeregisterScalableTarget',
  readOnly: false,
  input: targetRules,
  run(input, { region }) {
    removeTarget(region, findTarget(region, input));
    return {};
  },
} satisfies Operation;
