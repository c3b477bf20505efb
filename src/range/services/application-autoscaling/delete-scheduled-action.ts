import { targetKey } from '../../account/scaling.ts';
import { Fault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';
import { keyOf, targetRules } from '../../scaling-rules.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScheduledAction.html */
export default {
  service: 'application-autoscaling',
  name: 'DeleteScheduledAction',
  readOnly: false,
  input: { ...targetRules, ScheduledActionName: { type: 'string', required: true } },
  run(input, { region }) {
    const name = text(input, 'ScheduledActionName');
    if (!region.scheduledActions.delete(`${targetKey(keyOf(input))} ${name}`))
      throw new Fault('ObjectNotFoundException', `No scheduled action found with the name ${name}`);
    return {};
  },
} satisfies Operation;
