import { type MemberRule, type Members, optionalText, structure, text } from '../operation.ts';
import { moveThing, type Thing, type ThingKind, type Turn, thingsOf } from './things.ts';

/** Typical values from public reports, ms; AWS gives no numbers. */
export const studioDurations = {
  domain: 240_000,
  profile: 12_000,
  app: 100_000,
  deleteApp: 75_000,
  deleteSpace: 20_000,
} as const;
/** How long AWS shows what is left of an app, ms. */
const remainsMs = 86_400_000;

export const domainId: MemberRule = { type: 'string', required: true, pattern: /^d-(-*[a-z0-9]){1,61}$/, max: 63 };
export const studioName: MemberRule = {
  type: 'string',
  required: true,
  pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
  max: 63,
};

/** `<domain>/<name>`: profiles and spaces. */
export const memberId = (input: Members, member: string): string => `${text(input, 'DomainId')}/${text(input, member)}`;

/** Whose app it is: a profile's or a space's, of which one name may be both. */
export const appId = (input: Members): string => {
  const space = optionalText(input, 'SpaceName');
  const owner = space === undefined ? text(input, 'UserProfileName') : `space:${space}`;
  return `${text(input, 'DomainId')}/${owner}/${text(input, 'AppType')}/${text(input, 'AppName')}`;
};

/** Part of an ARN after the type; names in lower case as everywhere. */
export const studioArn = (
  region: { readonly name: string; readonly account: string },
  kind: ThingKind,
  id: string,
): string => `arn:aws:sagemaker:${region.name}:${region.account}:${kind}/${id.replace('/space:', '/').toLowerCase()}`;

/** No event of EventBridge tells of Studio; those who listen inside are told. */
export function reportStudio(thing: Thing, turn: Turn): void {
  turn.changed({ detailType: undefined, arn: thing.arn, region: turn.region.name, at: turn.now, detail: {} });
}

/** Apps that are there, or will be. */
export const isLive = ({ status }: Thing): boolean =>
  status === 'InService' || status === 'Pending' || status === 'Deleting';

const domainOf = (thing: Thing): string => thing.id.split('/')[0] ?? '';

export const appsOfDomain = (turn: Pick<Turn, 'region'>, domain: string): readonly Thing[] =>
  thingsOf(turn.region, 'app').filter((app) => domainOf(app) === domain);

export const spacesOfDomain = (turn: Pick<Turn, 'region'>, domain: string): readonly Thing[] =>
  thingsOf(turn.region, 'space').filter((space) => domainOf(space) === domain);

/** Spaces that belong to a profile. */
export const spacesOfProfile = (turn: Pick<Turn, 'region'>, profile: Thing): readonly Thing[] =>
  spacesOfDomain(turn, domainOf(profile)).filter(
    ({ members }) =>
      text(structure(members.OwnershipSettings), 'OwnerUserProfileName').toLowerCase() === profile.name.toLowerCase(),
  );

export const appsOfSpace = (turn: Pick<Turn, 'region'>, space: Thing): readonly Thing[] =>
  appsOfDomain(turn, domainOf(space)).filter(
    ({ members }) => optionalText(members, 'SpaceName')?.toLowerCase() === space.name.toLowerCase(),
  );

/** Apps of a profile: its own and those in its spaces. */
export const appsOfProfile = (turn: Pick<Turn, 'region'>, profile: Thing): readonly Thing[] => [
  ...appsOfDomain(turn, domainOf(profile)).filter(
    ({ members }) => optionalText(members, 'UserProfileName')?.toLowerCase() === profile.name.toLowerCase(),
  ),
  ...spacesOfProfile(turn, profile).flatMap((space) => appsOfSpace(turn, space)),
];

/** Lets an app go; what is left of it is shown for a day. */
export function deleteApp(app: Thing, turn: Turn): void {
  moveThing(app, turn, 'Deleting', reportStudio, {
    ms: studioDurations.deleteApp,
    status: 'Deleted',
    done: (then) => {
      const { revision } = app;
      then.later(remainsMs, () => {
        if (app.revision === revision) moveThing(app, then, 'Deleted', reportStudio, { ms: 0, status: 'gone' });
      });
    },
  });
}

/** Roles that settings of a domain, profile or space name. */
export function rolesOfSettings(...settings: readonly unknown[]): readonly string[] {
  return settings.flatMap((entry) => {
    const role = structure(entry).ExecutionRole;
    return typeof role === 'string' ? [role] : [];
  });
}

/** What was there with what was sent over it, member by member; a member that was sent replaces all that was in it. */
export const merged = (before: unknown, sent: unknown): Members => ({ ...structure(before), ...structure(sent) });
