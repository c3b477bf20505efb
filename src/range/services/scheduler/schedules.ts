import { addThing, makeThing, removeThing, type Thing, thingOf, thingsOf } from '../../account/things.ts';
import { trustsService } from '../../authorize.ts';
import { Fault, validationFault } from '../../fault.ts';
import type { CallContext, MemberRule, Members, Operation, Permission } from '../../operation.ts';
import { optionalText, structure, text } from '../../operation.ts';
import { cutPage } from '../../page.ts';

const kind = 'schedule';
const service = 'scheduler';
const path = '/schedules/{Name}';
const name: MemberRule = { type: 'string', pattern: /^[0-9a-zA-Z-_.]+$/, min: 1, max: 64 };
const named: { readonly [member: string]: MemberRule } = { Name: { ...name, required: true }, GroupName: name };
/** Start and end come as seconds of the epoch. */
const definition: { readonly [member: string]: MemberRule } = {
  ...named,
  ScheduleExpression: { type: 'string', required: true, pattern: /^(at|cron|rate)\(.+\)$/, max: 256 },
  ScheduleExpressionTimezone: { type: 'string', min: 1, max: 50 },
  StartDate: { type: 'number' },
  EndDate: { type: 'number' },
  Description: { type: 'string', max: 512 },
  State: { type: 'string', values: ['ENABLED', 'DISABLED'] },
  KmsKeyArn: { type: 'string', max: 2048 },
  Target: { type: 'object', required: true },
  FlexibleTimeWindow: { type: 'object', required: true },
  ActionAfterCompletion: { type: 'string', values: ['NONE', 'DELETE'] },
};

const groupOf = (input: Members) => optionalText(input, 'GroupName') ?? 'default';
const idOf = (input: Members) => `${groupOf(input)}/${text(input, 'Name')}`;
const arnOf = (id: string, { region }: Pick<CallContext, 'region'>) =>
  `arn:aws:scheduler:${region.name}:${region.account}:schedule/${id}`;
const resources: Operation['resources'] = (input, context) => [arnOf(idOf(input), context)];
const roleOf = (input: Members) => text(structure(input.Target), 'RoleArn');

/** Scheduler asks for the role itself. https://docs.aws.amazon.com/scheduler/latest/UserGuide/security-iam.html */
const alsoNeeds = (input: Members): readonly Permission[] => [
  {
    action: 'iam:PassRole',
    resource: roleOf(input),
    context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
  },
];

/** @throws Fault `ResourceNotFoundException`. */
function find(input: Members, context: CallContext): Thing {
  const schedule = thingOf(context.region, kind, idOf(input));
  if (!schedule) throw new Fault('ResourceNotFoundException', `Schedule ${text(input, 'Name')} does not exist.`, 404);
  return schedule;
}

/** @throws Fault when Scheduler could not act as the role of the target, or the window is none. */
function requireTarget(input: Members, { account }: CallContext): void {
  const target = structure(input.Target);
  if (text(target, 'Arn') === '' || text(target, 'RoleArn') === '')
    throw validationFault('The target must have an Arn and a RoleArn.');
  if (!trustsService(account, roleOf(input), 'scheduler.amazonaws.com'))
    throw validationFault('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  const mode = structure(input.FlexibleTimeWindow).Mode;
  if (mode !== 'OFF' && mode !== 'FLEXIBLE') throw validationFault('FlexibleTimeWindow must have a Mode.');
}

/** All that a create or update sets. What was not sent falls back to its default, whatever was there before. */
const settings = (input: Members): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ScheduleExpressionTimezone: 'UTC', ActionAfterCompletion: 'NONE', ...input }).filter(
      ([member]) => member !== 'ClientToken' && member !== 'State' && member !== 'Name' && member !== 'GroupName',
    ),
  );

const stateOf = (input: Members) => optionalText(input, 'State') ?? 'ENABLED';

const described = (schedule: Thing): Members => ({
  Arn: schedule.arn,
  GroupName: schedule.id.split('/')[0],
  Name: schedule.name,
  State: schedule.status,
  ...schedule.members,
  CreationDate: new Date(schedule.createdAt),
  LastModificationDate: new Date(schedule.modifiedAt),
});

/**
 * Schedules of EventBridge Scheduler. What they would start is not started: a night does not come in a drill.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html and its sisters.
 */
export default [
  {
    service,
    name: 'CreateSchedule',
    readOnly: false,
    route: { method: 'POST', path },
    input: definition,
    resources,
    alsoNeeds,
    run(input, context) {
      const id = idOf(input);
      if (thingOf(context.region, kind, id))
        throw new Fault('ConflictException', `Schedule ${text(input, 'Name')} already exists.`, 409);
      requireTarget(input, context);
      const arn = arnOf(id, context);
      addThing(
        context.region,
        makeThing({
          kind,
          id,
          name: text(input, 'Name'),
          arn,
          status: stateOf(input),
          members: settings(input),
          createdAt: context.now,
        }),
      );
      return { ScheduleArn: arn };
    },
  },
  {
    service,
    name: 'UpdateSchedule',
    readOnly: false,
    route: { method: 'PUT', path },
    input: definition,
    resources,
    alsoNeeds,
    run(input, context) {
      const schedule = find(input, context);
      requireTarget(input, context);
      for (const member of Object.keys(schedule.members)) delete schedule.members[member];
      Object.assign(schedule.members, settings(input));
      schedule.status = stateOf(input);
      schedule.modifiedAt = context.now;
      schedule.revision += 1;
      return { ScheduleArn: schedule.arn };
    },
  },
  {
    service,
    name: 'GetSchedule',
    readOnly: true,
    route: { method: 'GET', path, query: { groupName: 'GroupName' } },
    input: named,
    resources,
    run: (input, context) => described(find(input, context)),
  },
  {
    service,
    name: 'DeleteSchedule',
    readOnly: false,
    route: { method: 'DELETE', path, query: { groupName: 'GroupName', clientToken: 'ClientToken' } },
    input: named,
    resources,
    run(input, context) {
      removeThing(context.region, find(input, context));
      return undefined;
    },
  },
  {
    service,
    name: 'ListSchedules',
    readOnly: true,
    route: {
      method: 'GET',
      path: '/schedules',
      query: {
        ScheduleGroup: 'GroupName',
        NamePrefix: 'NamePrefix',
        State: 'State',
        MaxResults: 'MaxResults',
        NextToken: 'NextToken',
      },
    },
    input: {
      GroupName: name,
      NamePrefix: name,
      State: { type: 'string', values: ['ENABLED', 'DISABLED'] },
      MaxResults: { type: 'number', min: 1, max: 100 },
      NextToken: { type: 'string', min: 1, max: 2048 },
    },
    run(input, { region }) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const wanted = thingsOf(region, kind).filter(
        ({ id, name: own, status }) =>
          own.startsWith(prefix) &&
          (input.State === undefined || input.State === status) &&
          (input.GroupName === undefined || id.startsWith(`${text(input, 'GroupName')}/`)),
      );
      const { page, next } = cutPage(wanted, input, {
        list: 'Schedules',
        token: 'NextToken',
        size: 'MaxResults',
        usual: 100,
        refuse: () => validationFault('Invalid NextToken'),
      });
      return {
        Schedules: page.map((schedule) => {
          const { Arn, CreationDate, GroupName, LastModificationDate, Name, State } = described(schedule);
          const target = { Arn: structure(schedule.members.Target).Arn };
          return { Arn, CreationDate, GroupName, LastModificationDate, Name, State, Target: target };
        }),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
] satisfies readonly Operation[];
