import { tagMap } from '../../account/account.ts';
import {
  appsOfProfile,
  domainId,
  isLive,
  memberId,
  merged,
  reportStudio,
  rolesOfSettings,
  spacesOfProfile,
  studioArn,
  studioDurations,
  studioName,
} from '../../account/studio.ts';
import { addThing, makeThing, moveThing, resourceInUse, type Thing, thingOf, thingsOf } from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { structure, structures, text } from '../../operation.ts';
import { describing, listing, passes, requireAssumable, requireThing, without } from '../../thing-operations.ts';

const kind = 'user-profile';
const named: { readonly [member: string]: MemberRule } = { DomainId: domainId, UserProfileName: studioName };
const idOf = (input: Members) => memberId(input, 'UserProfileName');
const missing = (id: string) => ['ResourceNotFound', `UserProfile [${id}] does not exist.`] as const;
const noDomain = (id: string) => ['ResourceNotFound', `Domain [${id}] does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [studioArn(region, kind, idOf(input))];
/** The first user of a home directory; the others follow. */
const firstUid = 200_005;

const described = (profile: Thing): Members => ({
  DomainId: profile.id.split('/')[0],
  UserProfileArn: profile.arn,
  UserProfileName: profile.name,
  Status: profile.status,
  ...profile.members,
  CreationTime: new Date(profile.createdAt),
  LastModifiedTime: new Date(profile.modifiedAt),
});

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateUserProfile',
  readOnly: false,
  input: { ...named, UserSettings: { type: 'object' }, Tags: { type: 'list', max: 50 } },
  resources: arnOf,
  alsoNeeds: (input) => passes(rolesOfSettings(input.UserSettings)),
  run(input, context) {
    const { now, region } = context;
    requireThing(context, 'domain', text(input, 'DomainId'), noDomain);
    const id = idOf(input);
    const arn = studioArn(region, kind, id);
    if (thingOf(region, kind, id)) throw resourceInUse(`UserProfile [${arn}] already exists.`);
    requireAssumable(rolesOfSettings(input.UserSettings), context);
    const profile = makeThing({
      kind,
      id,
      name: text(input, 'UserProfileName'),
      arn,
      status: 'Pending',
      members: {
        HomeEfsFileSystemUid: String(firstUid + thingsOf(region, kind).length * 5),
        ...without(input, 'DomainId', 'UserProfileName'),
      },
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, profile);
    moveThing(profile, context, 'Pending', reportStudio, { ms: studioDurations.profile, status: 'InService' });
    return { UserProfileArn: arn };
  },
};

const update: Operation = {
  service: 'sagemaker',
  name: 'UpdateUserProfile',
  readOnly: false,
  input: { ...named, UserSettings: { type: 'object' } },
  resources: arnOf,
  alsoNeeds: (input) => passes(rolesOfSettings(input.UserSettings)),
  run(input, context) {
    const profile = requireThing(context, kind, idOf(input), missing);
    if (profile.status !== 'InService')
      throw resourceInUse(`Unable to update UserProfile [${profile.arn}] in status [${profile.status}].`);
    requireAssumable(rolesOfSettings(input.UserSettings), context);
    const role = structure(input.UserSettings).ExecutionRole;
    const changesRole = role !== undefined && role !== structure(profile.members.UserSettings).ExecutionRole;
    if (changesRole && appsOfProfile(context, profile).some(isLive))
      throw validationFault(
        `Unable to update UserProfile [${profile.arn}] with InService App. Delete all InService apps for UserProfile and try again.`,
      );
    profile.members.UserSettings = merged(profile.members.UserSettings, input.UserSettings);
    moveThing(profile, context, 'Updating', reportStudio, { ms: studioDurations.profile, status: 'InService' });
    return { UserProfileArn: profile.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeleteUserProfile',
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    const profile = requireThing(context, kind, idOf(input), missing);
    if (appsOfProfile(context, profile).some(isLive) || spacesOfProfile(context, profile).length > 0)
      throw resourceInUse(
        `Unable to delete UserProfile [${profile.arn}] because it has App(s) or Space(s) associated.`,
      );
    moveThing(profile, context, 'Deleting', reportStudio, { ms: studioDurations.profile, status: 'gone' });
    return undefined;
  },
};

const presign: Operation = {
  service: 'sagemaker',
  name: 'CreatePresignedDomainUrl',
  readOnly: false,
  input: {
    ...named,
    SpaceName: { type: 'string' },
    ExpiresInSeconds: { type: 'number', min: 5, max: 300 },
    SessionExpirationDurationInSeconds: { type: 'number', min: 1800, max: 43_200 },
    LandingUri: { type: 'string', max: 1023 },
  },
  resources: arnOf,
  run(input, context) {
    const domain = requireThing(context, 'domain', text(input, 'DomainId'), noDomain);
    const profile = requireThing(context, kind, idOf(input), missing);
    if (domain.members.AuthMode !== 'IAM')
      throw validationFault('CreatePresignedDomainUrl is not supported for Domains with AuthMode SSO.');
    if (input.SpaceName !== undefined)
      requireThing(context, 'space', memberId(input, 'SpaceName'), (id) => [
        'ResourceNotFound',
        `Space [${id}] does not exist.`,
      ]);
    const token = context.random.letters(64);
    context.account.presigned.set(token, {
      kind: 'profile',
      name: profile.id,
      arn: profile.arn,
      mint: 'sagemaker:CreatePresignedDomainUrl',
      expiresAt: context.now + Number(input.ExpiresInSeconds ?? 300) * 1000,
    });
    return { AuthorizedUrl: `https://${domain.id}.studio.${context.region.name}.sagemaker.aws/auth?token=${token}` };
  },
  recorded: () => ({ AuthorizedUrl: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
};

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateUserProfile.html and its sisters. */
export default [
  create,
  update,
  remove,
  presign,
  describing('DescribeUserProfile', kind, named, idOf, missing, described),
  listing(
    'ListUserProfiles',
    kind,
    'UserProfiles',
    (profile) => {
      const { CreationTime, DomainId, LastModifiedTime, Status, UserProfileName } = described(profile);
      return { DomainId, UserProfileName, Status, CreationTime, LastModifiedTime };
    },
    {
      wanted: (profile, input) =>
        (input.DomainIdEquals === undefined || profile.id.startsWith(`${text(input, 'DomainIdEquals')}/`)) &&
        profile.name.toLowerCase().includes(text(input, 'UserProfileNameContains').toLowerCase()),
    },
  ),
] satisfies readonly Operation[];
