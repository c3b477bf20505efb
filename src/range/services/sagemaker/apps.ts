import { tagMap } from '../../account/account.ts';
import {
  appId,
  deleteApp,
  domainId,
  isLive,
  memberId,
  reportStudio,
  studioArn,
  studioDurations,
  studioName,
} from '../../account/studio.ts';
import {
  addThing,
  makeThing,
  moveThing,
  resourceInUse,
  resourceNotFound,
  type Thing,
  thingOf,
} from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { CallContext, MemberRule, Members, Operation } from '../../operation.ts';
import { structures, text } from '../../operation.ts';
import { describing, listing, requireThing, without } from '../../thing-operations.ts';

const kind = 'app';
const named: { readonly [member: string]: MemberRule } = {
  DomainId: domainId,
  UserProfileName: { type: 'string' },
  SpaceName: { type: 'string' },
  AppType: {
    type: 'string',
    required: true,
    values: [
      'JupyterServer',
      'KernelGateway',
      'DetailedProfiler',
      'TensorBoard',
      'CodeEditor',
      'JupyterLab',
      'RStudioServerPro',
      'RSessionGateway',
      'Canvas',
    ],
  },
  AppName: studioName,
};
const missing = (id: string) => ['ResourceNotFound', `App [${id.replace('/space:', '/')}] does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [studioArn(region, kind, appId(input))];

/** @throws Fault unless exactly one of profile and space is named, and is there. */
function requireOwner(input: Members, context: CallContext): void {
  if ((input.UserProfileName === undefined) === (input.SpaceName === undefined))
    throw validationFault('Exactly one of UserProfileName and SpaceName must be specified.');
  const [owner, member] =
    input.SpaceName === undefined ? (['user-profile', 'UserProfileName'] as const) : (['space', 'SpaceName'] as const);
  requireThing(context, owner, memberId(input, member), (id) => [
    'ResourceNotFound',
    `${member.replace('Name', '')} [${id}] does not exist.`,
  ]);
}

const described = (app: Thing): Members => ({
  AppArn: app.arn,
  ...app.members,
  AppName: app.name,
  DomainId: app.id.split('/')[0],
  Status: app.status,
  CreationTime: new Date(app.createdAt),
  // Health checks move it as well: it proves no user.
  ...(app.status === 'InService'
    ? { LastHealthCheckTimestamp: new Date(app.modifiedAt), LastUserActivityTimestamp: new Date(app.modifiedAt) }
    : {}),
});

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateApp',
  readOnly: false,
  input: { ...named, ResourceSpec: { type: 'object' }, Tags: { type: 'list', max: 50 } },
  resources: arnOf,
  run(input, context) {
    const { now, region } = context;
    requireOwner(input, context);
    const id = appId(input);
    const before = thingOf(region, kind, id);
    if (before && isLive(before))
      throw resourceInUse(`App [${before.arn}] already exists and is in status [${before.status}].`);
    const app = makeThing({
      kind,
      id,
      name: text(input, 'AppName'),
      arn: studioArn(region, kind, id),
      status: 'Pending',
      members: without(input, 'DomainId', 'AppName'),
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, app);
    moveThing(app, context, 'Pending', reportStudio, { ms: studioDurations.app, status: 'InService' });
    return { AppArn: app.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeleteApp',
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    const app = requireThing(context, kind, appId(input), missing);
    if (app.status === 'Deleted') throw resourceNotFound(`App [${app.arn}] does not exist.`);
    if (app.status === 'Deleting') throw resourceInUse(`App [${app.arn}] is being deleted.`);
    if (app.status === 'Failed') throw validationFault(`Unable to delete App [${app.arn}] in status [Failed].`);
    deleteApp(app, context);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateApp.html and its sisters. */
export default [
  create,
  remove,
  describing('DescribeApp', kind, named, appId, missing, described),
  listing(
    'ListApps',
    kind,
    'Apps',
    (app) => {
      const { AppName, AppType, CreationTime, DomainId, ResourceSpec, SpaceName, Status, UserProfileName } =
        described(app);
      return { DomainId, UserProfileName, SpaceName, AppType, AppName, Status, CreationTime, ResourceSpec };
    },
    {
      wanted: (app, { DomainIdEquals, SpaceNameEquals, UserProfileNameEquals }) =>
        (DomainIdEquals === undefined || app.id.split('/')[0] === DomainIdEquals) &&
        (SpaceNameEquals === undefined || app.members.SpaceName === SpaceNameEquals) &&
        (UserProfileNameEquals === undefined || app.members.UserProfileName === UserProfileNameEquals),
    },
  ),
] satisfies readonly Operation[];
