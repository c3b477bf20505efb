import type { InputOf, OutputOf } from '../aws/operations.ts';
import { RefusedError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Precondition, StateCheck, Step } from './action.ts';
import { allPages, attempt } from './attempt.ts';
import { isGone, unlessGone } from './state-check.ts';
import { call, wait } from './step.ts';

export type App = OutputOf<'sagemaker:DescribeApp'>;
/** Names an app: it belongs to a profile or to a space, never to both. */
export type AppAddress = Pick<App, 'DomainId' | 'UserProfileName' | 'SpaceName' | 'AppType' | 'AppName'>;

/** What Studio's ARNs hold: ids as they are, names in lower case. */
export function studioArn(arn: string): { readonly domain: string; readonly parts: readonly string[] } {
  const [, domain = '', ...parts] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  return { domain, parts };
}

const same = (one: string | undefined, other: string | undefined) => one?.toLowerCase() === other?.toLowerCase();

/** Apps of a domain that are not gone, by whom they belong to. Of one that Failed nothing runs, and AWS does not delete it. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListApps.html */
export async function listApps(
  of: { readonly DomainIdEquals: string; readonly UserProfileNameEquals?: string; readonly SpaceNameEquals?: string },
  { aws, signal }: ActionContext,
  failedToo: 'failed too' | undefined = undefined,
): Promise<readonly AppAddress[]> {
  const apps = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListApps',
      { ...of, ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.Apps, next: page.NextToken };
  });
  return (
    apps
      // AWS lists apps for a day after they have gone.
      .filter(({ Status }) => Status !== 'Deleted' && (failedToo !== undefined || Status !== 'Failed'))
      .map(({ DomainId, UserProfileName, SpaceName, AppType, AppName }) => ({
        DomainId,
        ...(SpaceName ? { SpaceName } : { UserProfileName }),
        AppType,
        AppName,
      }))
      .sort((a, b) => (appWords(a) < appWords(b) ? -1 : 1))
  );
}

/** `JupyterLab/default of space lab`. */
export const appWords = ({ UserProfileName, SpaceName, AppType, AppName }: AppAddress): string =>
  `${AppType}/${AppName} of ${SpaceName ? `space ${SpaceName}` : `user profile ${UserProfileName}`}`;

const appRead = (address: AppAddress): StateCheck['read'] => ({
  name: 'sagemaker:DescribeApp',
  input: address as InputOf<'sagemaker:DescribeApp'>,
});
/** AWS keeps a deleted app's description for a day. */
const appDeleted = (address: AppAddress): StateCheck => ({
  read: appRead(address),
  member: 'Status',
  until: ['Deleted'],
  orGone: true,
  unless: ['Failed'],
  underWay: ['Deleting'],
});
const appInService = (address: AppAddress): StateCheck => ({
  read: appRead(address),
  member: 'Status',
  until: ['InService'],
  unless: ['Failed'],
  underWay: ['Pending'],
});

/** `undefined` when there is no such app, or no more. */
export async function describeApp(address: AppAddress, { aws, signal }: ActionContext): Promise<App | undefined> {
  try {
    const app = await aws.call('sagemaker:DescribeApp', address as InputOf<'sagemaker:DescribeApp'>, {
      signal,
      priority: 'operator',
    });
    return app.Status === 'Deleted' ? undefined : app;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The app that an ARN means. ARNs are in lower case, so it is looked for among those of its domain. */
export async function findApp(target: ResourceRef, context: ActionContext): Promise<AppAddress | undefined> {
  const { domain, parts } = studioArn(target.arn);
  if (domain === '' || parts.length < 3)
    throw new RefusedError('OtherTarget', `${target.name}: an app can only be told by its whole ARN`, [
      'Give arn:…:app/DOMAIN/PROFILE-OR-SPACE/TYPE/NAME',
    ]);
  const [owner, type, name] = parts;
  return (await listApps({ DomainIdEquals: domain }, context, 'failed too')).find(
    ({ UserProfileName, SpaceName, AppType, AppName }) =>
      same(SpaceName ?? UserProfileName, owner) && same(AppType, type) && same(AppName, name),
  );
}

/** What deleting apps takes: the steps, what must still be so, and what is not brought back. */
export interface AppDeletion {
  readonly steps: readonly Step[];
  readonly preconditions: readonly Precondition[];
  /** Scripts that run again when undo makes the apps anew. */
  readonly scripts: readonly string[];
  readonly names: readonly string[];
  readonly evidenceLost: readonly string[];
  readonly notRestored: readonly string[];
}

/**
 * Deletes apps and waits until they have gone; undo makes them anew under their names, on the same volumes.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteApp.html
 * @throws RefusedError `AppBusy` while one is Pending, or Failed, which AWS does not delete.
 */
export async function deleteApps(addresses: readonly AppAddress[], context: ActionContext): Promise<AppDeletion> {
  const steps: Step[] = [];
  const waits: Step[] = [];
  const preconditions: Precondition[] = [];
  const scripts = new Set<string>();
  const names: string[] = [];
  const untold: string[] = [];
  for (const address of addresses) {
    const app = await describeApp(address, context);
    if (!app) continue;
    const words = appWords(address);
    if (app.Status === 'Failed') continue;
    if (app.Status !== 'InService' && app.Status !== 'Deleting')
      throw new RefusedError('AppBusy', `app ${words} is ${app.Status}: AWS deletes it only while it is InService`, [
        'Plan again when it is InService, usually within minutes',
      ]);
    names.push(words);
    const script = app.ResourceSpec?.LifecycleConfigArn ?? app.BuiltInLifecycleConfigArn;
    if (script) scripts.add(script);
    waits.push(wait(`app ${words} must be gone`, appDeleted(address)));
    if (app.Status === 'Deleting') continue;
    preconditions.push({ read: appRead(address), member: 'Status', equals: 'InService' });
    const tags = await attempt(
      context.aws.call(
        'sagemaker:ListTags',
        { ResourceArn: app.AppArn },
        { signal: context.signal, priority: 'operator' },
      ),
    );
    if (tags.missing === 'denied') untold.push(`tags of app ${words} (sagemaker:ListTags was denied)`);
    const settable = (tags.value?.Tags ?? []).filter(({ Key }) => !/^aws:/i.test(Key ?? ''));
    const { SageMakerImageArn, SageMakerImageVersionArn, InstanceType, LifecycleConfigArn } = app.ResourceSpec ?? {};
    steps.push(
      call(
        { name: 'sagemaker:DeleteApp', input: address as InputOf<'sagemaker:DeleteApp'> },
        {
          undo: [
            wait(`app ${words} must be gone before it can be made again`, appDeleted(address)),
            call({
              name: 'sagemaker:CreateApp',
              input: {
                ...(address as InputOf<'sagemaker:CreateApp'>),
                ...(app.ResourceSpec
                  ? { ResourceSpec: { SageMakerImageArn, SageMakerImageVersionArn, InstanceType, LifecycleConfigArn } }
                  : {}),
                ...(settable.length > 0 ? { Tags: settable } : {}),
              },
            }),
            wait(`app ${words} must be InService`, appInService(address)),
          ],
        },
      ),
    );
  }
  const any = names.length > 0;
  return {
    steps: [...steps, ...waits],
    preconditions,
    scripts: [...scripts],
    names,
    evidenceLost: any ? appsLose.evidence : [],
    notRestored: any ? [...appsLose.notRestored, ...untold] : [],
  };
}

/** What deleting apps destroys and undo does not bring back. */
const appsLose = {
  evidence: ['memory, kernels and terminals of the apps', 'files outside the home volume'],
  notRestored: ['kernels, terminals and unsaved work', 'memory and local files outside the home volume'],
} as const;

export type Profile = OutputOf<'sagemaker:DescribeUserProfile'>;

/** The profile that a target means; `undefined` when there is none. @throws RefusedError without an ARN: names repeat in every domain. */
export async function findProfile(target: ResourceRef, context: ActionContext): Promise<Profile | undefined> {
  const { aws, signal } = context;
  const { domain, parts } = studioArn(target.arn);
  if (domain === '' || parts.length < 1)
    throw new RefusedError('OtherTarget', `${target.name}: a user profile can only be told by its ARN`, [
      'Give arn:…:user-profile/DOMAIN/NAME',
    ]);
  const profiles = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListUserProfiles',
      { DomainIdEquals: domain, UserProfileNameContains: parts[0], ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.UserProfiles, next: page.NextToken };
  });
  const found = profiles.find(({ UserProfileName }) => same(UserProfileName, parts[0]));
  if (!found?.UserProfileName) return undefined;
  return aws.call(
    'sagemaker:DescribeUserProfile',
    { DomainId: domain, UserProfileName: found.UserProfileName },
    { signal, priority: 'operator' },
  );
}

/** Names of the spaces that a profile owns. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListSpaces.html */
export async function spacesOf(
  { DomainId, UserProfileName }: Profile,
  { aws, signal }: ActionContext,
): Promise<readonly string[]> {
  const spaces = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListSpaces',
      { DomainIdEquals: DomainId, ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.Spaces, next: page.NextToken };
  });
  return spaces.flatMap(({ SpaceName, OwnershipSettingsSummary }) =>
    SpaceName && OwnershipSettingsSummary?.OwnerUserProfileName === UserProfileName ? [SpaceName] : [],
  );
}

/** Apps of a profile and of every space that it owns. */
export async function appsOfProfile(profile: Profile, context: ActionContext): Promise<readonly AppAddress[]> {
  const DomainIdEquals = profile.DomainId ?? '';
  const own = await listApps({ DomainIdEquals, UserProfileNameEquals: profile.UserProfileName ?? '' }, context);
  const inSpaces = [];
  for (const SpaceNameEquals of await spacesOf(profile, context))
    inSpaces.push(...(await listApps({ DomainIdEquals, SpaceNameEquals }, context)));
  return [...own, ...inSpaces];
}

/** The role a profile acts as: its own, else the domain's default. */
export async function roleOfProfile(profile: Profile, { aws, signal }: ActionContext): Promise<string> {
  if (profile.UserSettings?.ExecutionRole) return profile.UserSettings.ExecutionRole;
  const domain = await unlessGone(
    aws.call('sagemaker:DescribeDomain', { DomainId: profile.DomainId }, { signal, priority: 'operator' }),
  );
  return domain?.DefaultUserSettings?.ExecutionRole ?? '';
}

export type Space = OutputOf<'sagemaker:DescribeSpace'>;

/** The space that an ARN means; `undefined` when there is none. @throws RefusedError without an ARN: names repeat in every domain. */
export async function findSpace(target: ResourceRef, { aws, signal }: ActionContext): Promise<Space | undefined> {
  const { domain, parts } = studioArn(target.arn);
  const [name = ''] = parts;
  if (domain === '' || name === '')
    throw new RefusedError('OtherTarget', `${target.name}: a space can only be told by its ARN`, [
      'Give arn:…:space/DOMAIN/NAME',
    ]);
  const spaces = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListSpaces',
      { DomainIdEquals: domain, SpaceNameContains: name, ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.Spaces, next: page.NextToken };
  });
  const found = spaces.find(({ SpaceName }) => SpaceName?.toLowerCase() === name.toLowerCase());
  return (
    found &&
    aws.call(
      'sagemaker:DescribeSpace',
      { DomainId: domain, SpaceName: found.SpaceName },
      { signal, priority: 'operator' },
    )
  );
}

/** Until a space is steady again after an update. */
export const spaceSettled = ({ DomainId, SpaceName }: Space): StateCheck => ({
  read: { name: 'sagemaker:DescribeSpace', input: { DomainId, SpaceName } },
  member: 'Status',
  until: ['InService'],
  unless: ['Failed', 'Update_Failed', 'Deleting'],
  underWay: ['Updating'],
});

/** Until a profile is steady again after an update. */
export const profileSettled = ({ DomainId, UserProfileName }: Profile): StateCheck => ({
  read: { name: 'sagemaker:DescribeUserProfile', input: { DomainId, UserProfileName } },
  member: 'Status',
  until: ['InService'],
  unless: ['Failed', 'Update_Failed', 'Deleting'],
  underWay: ['Updating'],
});
