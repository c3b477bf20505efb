import { sagemakerArn, tagMap } from '../../account/account.ts';
import { roleArnRule } from '../../account/jobs.ts';
import { addThing, makeThing, moveThing, type Thing, type Turn, thingOf } from '../../account/things.ts';
import { Fault, validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { optionalText, structures, text } from '../../operation.ts';
import { describing, listing, passes, requireAssumable, requireThing, without } from '../../thing-operations.ts';

const kind = 'mlflow-tracking-server';
const named: { readonly [member: string]: MemberRule } = {
  TrackingServerName: { type: 'string', required: true, pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, max: 256 },
};
const idOf = (input: Members) => text(input, 'TrackingServerName');
const missing = (id: string) => ['ResourceNotFound', `TrackingServer with name '${id}' does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [sagemakerArn(region, kind, idOf(input))];

/** Typical values from public reports, ms. */
const durations = { creating: 1_500_000, starting: 900_000, stopping: 240_000, deleting: 300_000 } as const;
/** Statuses in which it serves; `Created` is one until it is first stopped. */
const active: ReadonlySet<string> = new Set(['Created', 'Started', 'Updated', 'MaintenanceComplete']);
/** It may still run: that AWS takes a stop then is assumed. */
const stoppable: ReadonlySet<string> = new Set([
  ...active,
  'DeleteFailed',
  'MaintenanceFailed',
  'StopFailed',
  'UpdateFailed',
]);

const described = (server: Thing): Members => ({
  TrackingServerArn: server.arn,
  TrackingServerName: server.name,
  TrackingServerStatus: server.status,
  IsActive: active.has(server.status) ? 'Active' : 'Inactive',
  ...server.members,
  TrackingServerUrl: `https://t-${server.name}.${server.arn.split(':')[3]}.experiments.sagemaker.aws`,
  CreationTime: new Date(server.createdAt),
  LastModifiedTime: new Date(server.modifiedAt),
});

/** Tells EventBridge; each status is a detail-type of its own. */
function report(server: Thing, turn: Turn): void {
  turn.changed({
    detailType: `SageMaker Tracking Server ${server.status.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')}`,
    arn: server.arn,
    region: turn.region.name,
    at: turn.now,
    detail: { ...described(server), TrackingServerStatus: server.status },
  });
}

/** An operation that moves a server from one steady status to another. */
const moving = (
  name: string,
  from: (status: string) => boolean,
  during: string,
  after: string,
  ms: number,
): Operation => ({
  service: 'sagemaker',
  name,
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    const server = requireThing(context, kind, idOf(input), missing);
    if (!from(server.status))
      throw new Fault(
        'ConflictException',
        `TrackingServer ${server.name} is in status ${server.status}, in which this operation is not allowed.`,
      );
    moveThing(server, context, during, report, { ms, status: after });
    return { TrackingServerArn: server.arn };
  },
});

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateMlflowTrackingServer',
  readOnly: false,
  input: {
    ...named,
    ArtifactStoreUri: { type: 'string', required: true, pattern: /^(https|s3):\/\/([^/]+)\/?(.*)$/ },
    TrackingServerSize: { type: 'string', values: ['Small', 'Medium', 'Large'] },
    RoleArn: roleArnRule,
    Tags: { type: 'list', max: 50 },
  },
  resources: arnOf,
  alsoNeeds: (input) => passes([text(input, 'RoleArn')]),
  run(input, context) {
    const { now, region } = context;
    const name = idOf(input);
    const arn = sagemakerArn(region, kind, name);
    if (thingOf(region, kind, name)) throw validationFault(`TrackingServer with name '${name}' already exists.`);
    requireAssumable([text(input, 'RoleArn')], context);
    const server = makeThing({
      kind,
      id: name,
      name,
      arn,
      status: 'Creating',
      members: {
        TrackingServerSize: 'Small',
        MlflowVersion: optionalText(input, 'MlflowVersion') ?? '3.0',
        ...without(input, 'TrackingServerName'),
      },
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, server);
    moveThing(server, context, 'Creating', report, { ms: durations.creating, status: 'Created' });
    return { TrackingServerArn: arn };
  },
};

const presign: Operation = {
  service: 'sagemaker',
  name: 'CreatePresignedMlflowTrackingServerUrl',
  readOnly: false,
  input: {
    ...named,
    ExpiresInSeconds: { type: 'number', min: 5, max: 300 },
    SessionExpirationDurationInSeconds: { type: 'number', min: 1800, max: 43_200 },
  },
  resources: arnOf,
  run(input, context) {
    const server = requireThing(context, kind, idOf(input), missing);
    if (!active.has(server.status))
      throw validationFault(`TrackingServer ${server.name} is not active. Current status: ${server.status}`);
    return {
      AuthorizedUrl: `${String(described(server).TrackingServerUrl)}/auth?authToken=${context.random.letters(64)}`,
    };
  },
  recorded: () => ({ AuthorizedUrl: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
};

const steady = (status: string): boolean => active.has(status) || status === 'Stopped' || status.endsWith('Failed');

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMlflowTrackingServer.html and its sisters. */
export default [
  create,
  moving('StartMlflowTrackingServer', (status) => status === 'Stopped', 'Starting', 'Started', durations.starting),
  moving('StopMlflowTrackingServer', (status) => stoppable.has(status), 'Stopping', 'Stopped', durations.stopping),
  moving('DeleteMlflowTrackingServer', steady, 'Deleting', 'gone', durations.deleting),
  presign,
  describing('DescribeMlflowTrackingServer', kind, named, idOf, missing, described),
  listing(
    'ListMlflowTrackingServers',
    kind,
    'TrackingServerSummaries',
    (server) => {
      const { TrackingServerArn, TrackingServerName, TrackingServerStatus, IsActive, MlflowVersion } =
        described(server);
      return {
        TrackingServerArn,
        TrackingServerName,
        TrackingServerStatus,
        IsActive,
        MlflowVersion,
        CreationTime: new Date(server.createdAt),
        LastModifiedTime: new Date(server.modifiedAt),
      };
    },
    {
      wanted: (server, { MlflowVersion, TrackingServerStatus }) =>
        (TrackingServerStatus === undefined || TrackingServerStatus === server.status) &&
        (MlflowVersion === undefined || MlflowVersion === server.members.MlflowVersion),
    },
  ),
] satisfies readonly Operation[];
