import { targetKey } from '../../account/scaling.ts';
import { type Operation, text } from '../../operation.ts';
import { findTarget, keyOf, targetRules } from '../../scaling-rules.ts';

/** Kept, never run: no scenario lasts that long. https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html */
export default {
  service: 'application-autoscaling',
  name: 'PutScheduledAction',
  readOnly: false,
  input: {
    ...targetRules,
    ScheduledActionName: { type: 'string', required: true, max: 256 },
    Schedule: { type: 'string' },
    ScalableTargetAction: { type: 'object' },
  },
  run(input, { region, random, now }) {
    const target = findTarget(region, input);
    const key = keyOf(input);
    const name = text(input, 'ScheduledActionName');
    const { Schedule, Timezone, StartTime, EndTime, ScalableTargetAction } = input;
    const id = `${targetKey(key)} ${name}`;
    const known = region.scheduledActions.get(id);
    region.scheduledActions.set(id, {
      ...key,
      name,
      arn:
        known?.arn ??
        `arn:aws:autoscaling:${region.name}:${region.account}:scheduledAction:${random.uuid()}:resource/sagemaker/${target.resourceId}:scheduledActionName/${name}`,
      definition: {
        ...known?.definition,
        ...Object.fromEntries(
          Object.entries({ Schedule, Timezone, StartTime, EndTime, ScalableTargetAction }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
      },
      createdAt: known?.createdAt ?? now,
    });
    return {};
  },
} satisfies Operation;
