import { sagemakerArn, tagMap } from '../../account/account.ts';
import { roleArnRule } from '../../account/jobs.ts';
import {
  addThing,
  makeThing,
  moveThing,
  removeThing,
  resourceInUse,
  type Thing,
  type Turn,
  thingOf,
} from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { optionalText, structure, structures, text } from '../../operation.ts';
import { describing, listing, passes, requireAssumable, requireThing } from '../../thing-operations.ts';
import { resourceName } from '../../validate.ts';

const kind = 'monitoring-schedule';
const named: { readonly [member: string]: MemberRule } = { MonitoringScheduleName: resourceName };
const idOf = (input: Members) => text(input, 'MonitoringScheduleName');
const missing = (id: string) => ['ResourceNotFound', `Monitoring Schedule ${id} not found`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [sagemakerArn(region, kind, idOf(input))];

/** How long AWS takes to take a change of a schedule over, ms. */
const settleMs = 20_000;

const definitionOf = (config: Members): Members => structure(config.MonitoringJobDefinition);
const rolesOf = (input: Members): readonly string[] => {
  const role = optionalText(definitionOf(structure(input.MonitoringScheduleConfig)), 'RoleArn');
  return role !== undefined && roleArnRule.pattern?.test(role) ? [role] : [];
};

/** The endpoint that a config watches. */
const endpointOf = (config: Members): string | undefined =>
  structures(definitionOf(config).MonitoringInputs)
    .map((input) => optionalText(structure(input.EndpointInput), 'EndpointName'))
    .find((name) => name !== undefined);

const described = (schedule: Thing): Members => ({
  MonitoringScheduleArn: schedule.arn,
  MonitoringScheduleName: schedule.name,
  MonitoringScheduleStatus: schedule.status,
  MonitoringType: 'DataQuality',
  ...schedule.members,
  EndpointName: endpointOf(structure(schedule.members.MonitoringScheduleConfig)) ?? schedule.members.EndpointName,
  CreationTime: new Date(schedule.createdAt),
  LastModifiedTime: new Date(schedule.modifiedAt),
});

/** Tells EventBridge. */
function report(schedule: Thing, turn: Turn): void {
  turn.changed({
    detailType: 'SageMaker Monitoring Schedule State Change',
    arn: schedule.arn,
    region: turn.region.name,
    at: turn.now,
    detail: described(schedule),
  });
}

/** Start and stop: refused in no state but while a change is under way. */
const switching = (name: string, to: 'Scheduled' | 'Stopped'): Operation => ({
  service: 'sagemaker',
  name,
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    const schedule = requireThing(context, kind, idOf(input), missing);
    if (schedule.status === 'Pending')
      throw validationFault(`Monitoring Schedule ${schedule.name} is in Pending state and cannot be changed.`);
    if (schedule.status !== to) moveThing(schedule, context, 'Pending', report, { ms: settleMs, status: to });
    return undefined;
  },
});

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateMonitoringSchedule',
  readOnly: false,
  input: { ...named, MonitoringScheduleConfig: { type: 'object', required: true }, Tags: { type: 'list', max: 50 } },
  resources: arnOf,
  alsoNeeds: (input) => passes(rolesOf(input)),
  run(input, context) {
    const { now, region } = context;
    const name = idOf(input);
    const arn = sagemakerArn(region, kind, name);
    if (thingOf(region, kind, name)) throw resourceInUse(`Monitoring Schedule with name ${name} already exists.`);
    requireAssumable(rolesOf(input), context);
    const schedule = makeThing({
      kind,
      id: name,
      name,
      arn,
      status: 'Pending',
      members: { MonitoringScheduleConfig: input.MonitoringScheduleConfig },
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, schedule);
    moveThing(schedule, context, 'Pending', report, { ms: settleMs, status: 'Scheduled' });
    return { MonitoringScheduleArn: arn };
  },
};

const update: Operation = {
  service: 'sagemaker',
  name: 'UpdateMonitoringSchedule',
  readOnly: false,
  input: { ...named, MonitoringScheduleConfig: { type: 'object', required: true } },
  resources: arnOf,
  alsoNeeds: (input) => passes(rolesOf(input)),
  run(input, context) {
    const schedule = requireThing(context, kind, idOf(input), missing);
    requireAssumable(rolesOf(input), context);
    const before = schedule.status === 'Stopped' ? 'Stopped' : 'Scheduled';
    schedule.members.MonitoringScheduleConfig = input.MonitoringScheduleConfig;
    moveThing(schedule, context, 'Pending', report, { ms: settleMs, status: before });
    return { MonitoringScheduleArn: schedule.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeleteMonitoringSchedule',
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    removeThing(context.region, requireThing(context, kind, idOf(input), missing));
    return undefined;
  },
};

/** What a schedule starts is a processing job of its own, which stopping the schedule does not stop. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMonitoringSchedule.html */
export default [
  create,
  update,
  remove,
  switching('StartMonitoringSchedule', 'Scheduled'),
  switching('StopMonitoringSchedule', 'Stopped'),
  describing('DescribeMonitoringSchedule', kind, named, idOf, missing, described),
  listing(
    'ListMonitoringSchedules',
    kind,
    'MonitoringScheduleSummaries',
    (schedule) => {
      const { MonitoringScheduleConfig: _config, LastMonitoringExecutionSummary: _last, ...row } = described(schedule);
      return row;
    },
    {
      input: { EndpointName: { type: 'string' } },
      wanted: (schedule, input) =>
        input.EndpointName === undefined || described(schedule).EndpointName === input.EndpointName,
    },
  ),
] satisfies readonly Operation[];
