import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, refOfTarget } from '../refs.ts';

/** Schedules of EventBridge Scheduler whose target is SageMaker: a pipeline, or any of its calls. */
const kind: InventoryKind = {
  id: 'scheduler.schedule',
  title: 'schedules',
  order: 3,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html',
    'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html',
  ],
  list: (look, scope) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('scheduler:ListSchedules', {
          MaxResults: pageSize,
          ...(scope === 'running' ? { State: 'ENABLED' } : {}),
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Schedules, next: value.NextToken };
      },
      ({ Arn = '', Name = '', GroupName = 'default', State = '', Target, CreationDate, LastModificationDate }) =>
        // `arn:aws:sagemaker:…:pipeline/x`, `arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob`.
        /:sagemaker:/.test(Target?.Arn ?? '')
          ? {
              ref: { kind: 'scheduler.schedule', arn: Arn, name: Name },
              state: State,
              createdAt: ms(CreationDate),
              modifiedAt: ms(LastModificationDate),
              address: { GroupName },
            }
          : undefined,
    ),
  async describe(ref, look, row) {
    const details = new DetailsBuilder(look);
    const from = 'scheduler:GetSchedule';
    const group = row?.address?.GroupName ?? /:schedule\/([^/]+)\/[^/]+$/.exec(ref.arn)?.[1];
    const schedule = await details.must(from, { Name: ref.name, ...(group ? { GroupName: group } : {}) });
    details.state = schedule.State ?? '';
    details.createdAt = ms(schedule.CreationDate);
    details.modifiedAt = ms(schedule.LastModificationDate);
    details.fact('schedule', schedule.ScheduleExpression, from);
    details.fact('ends', schedule.EndDate, from);
    details.fact('starts', schedule.Target?.Arn, from);
    details.fact('input', schedule.Target?.Input?.slice(0, 500), from);
    details.relate('target', refOfTarget(schedule.Target?.Arn), from);
    details.runsAs(schedule.Target?.RoleArn, from);
    return details.done();
  },
};
export default kind;
