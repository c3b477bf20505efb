import type { ReadName } from '../aws/operations.ts';
import type { DetailsBuilder } from './details.ts';
import { refOfArn } from './refs.ts';

interface AppSettings {
  readonly LifecycleConfigArns?: readonly string[] | undefined;
  readonly BuiltInLifecycleConfigArn?: string | undefined;
  readonly DefaultResourceSpec?: { readonly LifecycleConfigArn?: string | undefined } | undefined;
}

/** Settings of a domain, profile or space, as far as they say which scripts run. */
export interface StudioSettings {
  readonly JupyterServerAppSettings?: AppSettings | undefined;
  readonly KernelGatewayAppSettings?: AppSettings | undefined;
  readonly JupyterLabAppSettings?: AppSettings | undefined;
  readonly CodeEditorAppSettings?: AppSettings | undefined;
}

/** The lifecycle configs that apps of these settings may, or do by default, start with. */
export function readScripts(details: DetailsBuilder, settings: StudioSettings | undefined, from: ReadName): void {
  for (const app of [
    settings?.JupyterServerAppSettings,
    settings?.KernelGatewayAppSettings,
    settings?.JupyterLabAppSettings,
    settings?.CodeEditorAppSettings,
  ])
    for (const arn of [
      app?.DefaultResourceSpec?.LifecycleConfigArn,
      app?.BuiltInLifecycleConfigArn,
      ...(app?.LifecycleConfigArns ?? []),
    ])
      details.relate('lifecycle-config', refOfArn(arn), from);
}

/** What a resource of Studio is called in the words of the API, taken from its ARN: names there are in lower case, ids are not changed. */
export function studioAddress(arn: string): { readonly DomainId: string; readonly parts: readonly string[] } {
  const [, DomainId = '', ...parts] = arn
    .slice(arn.indexOf('/') < 0 ? arn.length : arn.lastIndexOf(':') + 1)
    .split('/');
  return { DomainId, parts };
}

/** The domain's defaults: the role of every profile that names none, and that of shared spaces. */
export async function domainRole(
  details: DetailsBuilder,
  DomainId: string,
  of: 'profiles' | 'shared spaces',
): Promise<void> {
  const from = 'sagemaker:DescribeDomain';
  const domain = await details.ask(from, { DomainId }, `the default role of domain ${DomainId}`);
  const role =
    of === 'profiles' ? domain?.DefaultUserSettings?.ExecutionRole : domain?.DefaultSpaceSettings?.ExecutionRole;
  details.runsAs(role, from);
  if (role) details.fact('role', `the domain's default for ${of}`, from);
  if (domain?.AppNetworkAccessType) details.internet = domain.AppNetworkAccessType === 'VpcOnly' ? undefined : true;
}

/** A profile's own role, which wins, else the domain's. */
export async function profileRole(details: DetailsBuilder, DomainId: string, UserProfileName: string): Promise<void> {
  const from = 'sagemaker:DescribeUserProfile';
  const profile = await details.ask(from, { DomainId, UserProfileName }, `the role of user profile ${UserProfileName}`);
  details.runsAs(profile?.UserSettings?.ExecutionRole, from);
  await domainRole(details, DomainId, 'profiles');
}

/** A private space acts as its owner does, a shared one as the domain's default for spaces says (UNVERIFIED). */
export async function spaceRole(
  details: DetailsBuilder,
  DomainId: string,
  space:
    | {
        readonly OwnershipSettings?: { readonly OwnerUserProfileName?: string | undefined } | undefined;
        readonly SpaceSharingSettings?: { readonly SharingType?: string | undefined } | undefined;
      }
    | undefined,
): Promise<void> {
  const owner = space?.OwnershipSettings?.OwnerUserProfileName;
  if (space?.SpaceSharingSettings?.SharingType === 'Shared' || !owner)
    await domainRole(details, DomainId, 'shared spaces');
  else await profileRole(details, DomainId, owner);
}
