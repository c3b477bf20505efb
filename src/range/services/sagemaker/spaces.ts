import { tagMap } from '../../account/account.ts';
import {
  appsOfSpace,
  domainId,
  isLive,
  memberId,
  merged,
  reportStudio,
  studioArn,
  studioDurations,
  studioName,
} from '../../account/studio.ts';
import { addThing, makeThing, moveThing, resourceInUse, type Thing, thingOf } from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { structure, structures, text } from '../../operation.ts';
import { describing, listing, requireThing, without } from '../../thing-operations.ts';

const kind = 'space';
const named: { readonly [member: string]: MemberRule } = { DomainId: domainId, SpaceName: studioName };
const idOf = (input: Members) => memberId(input, 'SpaceName');
const missing = (id: string) => ['ResourceNotFound', `Space [${id}] does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [studioArn(region, kind, idOf(input))];

const described = (space: Thing): Members => ({
  DomainId: space.id.split('/')[0],
  SpaceArn: space.arn,
  SpaceName: space.name,
  Status: space.status,
  ...space.members,
  CreationTime: new Date(space.createdAt),
  LastModifiedTime: new Date(space.modifiedAt),
});

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateSpace',
  readOnly: false,
  input: {
    ...named,
    SpaceSettings: { type: 'object' },
    OwnershipSettings: { type: 'object' },
    Tags: { type: 'list', max: 50 },
  },
  resources: arnOf,
  run(input, context) {
    const { now, region } = context;
    requireThing(context, 'domain', text(input, 'DomainId'), (id) => [
      'ResourceNotFound',
      `Domain [${id}] does not exist.`,
    ]);
    const owner = structure(input.OwnershipSettings).OwnerUserProfileName;
    if (typeof owner === 'string')
      requireThing(context, 'user-profile', `${text(input, 'DomainId')}/${owner}`, (id) => [
        'ResourceNotFound',
        `UserProfile [${id}] does not exist.`,
      ]);
    const id = idOf(input);
    const arn = studioArn(region, kind, id);
    if (thingOf(region, kind, id)) throw resourceInUse(`Space [${arn}] already exists.`);
    const space = makeThing({
      kind,
      id,
      name: text(input, 'SpaceName'),
      arn,
      status: 'Pending',
      members: without(input, 'DomainId', 'SpaceName'),
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, space);
    moveThing(space, context, 'Pending', reportStudio, { ms: studioDurations.profile, status: 'InService' });
    return { SpaceArn: arn };
  },
};

const update: Operation = {
  service: 'sagemaker',
  name: 'UpdateSpace',
  readOnly: false,
  input: { ...named, SpaceSettings: { type: 'object' } },
  resources: arnOf,
  run(input, context) {
    const space = requireThing(context, kind, idOf(input), missing);
    if (space.status !== 'InService')
      throw resourceInUse(`Unable to update Space [${space.arn}] in status [${space.status}].`);
    if (input.SpaceSettings !== undefined && appsOfSpace(context, space).some(isLive))
      throw validationFault(
        `Unable to update Space [${space.arn}] with InService App. Delete all InService apps for Space and try again.`,
      );
    space.members.SpaceSettings = merged(space.members.SpaceSettings, input.SpaceSettings);
    if (input.SpaceDisplayName !== undefined) space.members.SpaceDisplayName = input.SpaceDisplayName;
    moveThing(space, context, 'Updating', reportStudio, { ms: studioDurations.profile, status: 'InService' });
    return { SpaceArn: space.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeleteSpace',
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    const space = requireThing(context, kind, idOf(input), missing);
    if (appsOfSpace(context, space).some(isLive))
      throw resourceInUse(`Unable to delete Space [${space.arn}] because it has App(s) associated.`);
    moveThing(space, context, 'Deleting', reportStudio, { ms: studioDurations.deleteSpace, status: 'gone' });
    return undefined;
  },
};

/** Opens a remote connection to a space whose owner allowed it. */
const startSession: Operation = {
  service: 'sagemaker',
  name: 'StartSession',
  readOnly: false,
  input: {
    ResourceIdentifier: {
      type: 'string',
      required: true,
      pattern: /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:space\/.+$/,
    },
  },
  resources: (input) => [text(input, 'ResourceIdentifier')],
  run(input, context) {
    const arn = text(input, 'ResourceIdentifier');
    const space = requireThing(context, kind, arn.slice(arn.indexOf(':space/') + 7), missing);
    if (structure(space.members.SpaceSettings).RemoteAccess !== 'ENABLED')
      throw validationFault(`Remote access is not enabled for Space [${space.arn}].`);
    if (!appsOfSpace(context, space).some(({ status }) => status === 'InService'))
      throw validationFault(`Space [${space.arn}] has no InService App.`);
    const session = `${context.caller.session ?? context.caller.identity.name}-${context.random.letters(17)}`;
    return {
      SessionId: session,
      StreamUrl: `wss://ssmmessages.${context.region.name}.amazonaws.com/v1/data-channel/${session}?role=publish_subscribe`,
      TokenValue: context.random.letters(96),
    };
  },
  recorded: (output) => ({
    ...output,
    StreamUrl: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    TokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
  }),
};

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateSpace.html and its sisters. */
export default [
  create,
  update,
  remove,
  startSession,
  describing('DescribeSpace', kind, named, idOf, missing, described),
  listing(
    'ListSpaces',
    kind,
    'Spaces',
    (space) => {
      const { OwnershipSettings, SpaceSettings, SpaceSharingSettings, ...rest } = described(space);
      const { AppType, RemoteAccess, SpaceStorageSettings } = structure(SpaceSettings);
      const { HomeEfsFileSystemUid: _uid, SpaceArn: _arn, ...row } = rest;
      return {
        ...row,
        SpaceSettingsSummary: { AppType, RemoteAccess, SpaceStorageSettings },
        SpaceSharingSettingsSummary: SpaceSharingSettings,
        OwnershipSettingsSummary: OwnershipSettings,
      };
    },
    {
      wanted: (space, input) =>
        (input.DomainIdEquals === undefined || space.id.startsWith(`${text(input, 'DomainIdEquals')}/`)) &&
        space.name.toLowerCase().includes(text(input, 'SpaceNameContains').toLowerCase()),
    },
  ),
] satisfies readonly Operation[];
