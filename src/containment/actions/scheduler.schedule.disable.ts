import type { InputOf, OutputOf } from '../../aws/operations.ts';
import { RefusedError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { lines } from '../words.ts';

type Schedule = OutputOf<'scheduler:GetSchedule'>;

/** `schedule/GROUP/NAME` of the ARN; a bare name is of the default group. */
function addressOf({ arn, name }: ResourceRef): { readonly GroupName: string; readonly Name: string } {
  const [, group = 'default', own = name] = /:schedule\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
  return { GroupName: group, Name: own };
}

async function describe(target: ResourceRef, { aws, signal }: ActionContext): Promise<Schedule | undefined> {
  try {
    return await aws.call('scheduler:GetSchedule', addressOf(target), { signal, priority: 'operator' });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * UpdateSchedule replaces the whole schedule: everything that was read is sent again, with another state. A plan is JSON, and start and
 * end are moments that the SDK wants as dates.
 */
function withState(schedule: Schedule, State: 'ENABLED' | 'DISABLED'): InputOf<'scheduler:UpdateSchedule'> {
  const { GroupName, Name, ScheduleExpression, ScheduleExpressionTimezone, Description } = schedule;
  const { KmsKeyArn, Target, FlexibleTimeWindow, ActionAfterCompletion } = schedule;
  return {
    GroupName,
    Name,
    ScheduleExpression,
    FlexibleTimeWindow,
    Target,
    State,
    ...(ScheduleExpressionTimezone ? { ScheduleExpressionTimezone } : {}),
    ...(Description ? { Description } : {}),
    ...(KmsKeyArn ? { KmsKeyArn } : {}),
    ...(ActionAfterCompletion ? { ActionAfterCompletion } : {}),
  };
}

/** What a schedule starts is started no more. Facts 5.3, parents. */
const action: ContainmentAction = {
  id: 'scheduler.schedule.disable',
  title: 'Disable schedule: it starts nothing more',
  class: 'seconds',
  appliesTo: ['scheduler.schedule'],
  references: ['https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html'],
  reversible: true,

  async plan(target, context) {
    const now = await describe(target, context);
    if (!now) return nothingToSend(`Schedule ${target.name} does not exist in ${context.region}`);
    const { Name } = addressOf(target);
    if (now.State === 'DISABLED') return nothingToSend(`Schedule ${Name} is disabled already`);
    if (now.StartDate || now.EndDate)
      throw new RefusedError(
        'BoundedSchedule',
        `schedule ${Name} has a start or an end, which an update from here would drop`,
        [`Disable it with aws scheduler update-schedule, or deny its role ${now.Target?.RoleArn ?? ''}`],
      );
    return {
      summary: `Disable schedule ${Name} (${now.ScheduleExpression})`,
      impact: lines(
        now.Target?.Arn && `It starts no more: ${now.Target.Arn}.`,
        'What it started already runs on: stop that, too.',
      ),
      evidenceLost: [],
      notRestored: ['runs that were missed meanwhile'],
      steps: [
        call(
          { name: 'scheduler:UpdateSchedule', input: withState(now, 'DISABLED') },
          { undo: [call({ name: 'scheduler:UpdateSchedule', input: withState(now, 'ENABLED') })] },
        ),
      ],
      preconditions: [],
      alsoNeeds: ['iam:PassRole'],
      stillOpen: [
        { what: 'whoever may call scheduler:UpdateSchedule can enable it again', until: null, closeWith: null },
      ],
      comesBack: [`schedule ${Name}`],
      undoRisk: `${Name} starts ${now.Target?.Arn ?? 'its target'} again`,
    };
  },

  async verify(target, context) {
    const now = await describe(target, context);
    return [
      {
        what: `schedule ${target.name} is disabled`,
        holds: !now || now.State === 'DISABLED',
        why: now ? `State = ${now.State}` : 'scheduler:GetSchedule finds nothing',
      },
    ];
  },

  async *affected(target, context) {
    const now = await describe(target, context);
    if (now?.Target?.Arn) yield { kind: 'scheduler.target', arn: now.Target.Arn, why: 'is started no more by it' };
    if (now?.Target?.RoleArn)
      yield { kind: 'iam.role', arn: now.Target.RoleArn, why: 'the schedule acts as this role' };
  },
};
export default action;
