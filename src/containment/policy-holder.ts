import type { ReadCall, WriteCall } from '../aws/aws.ts';
import { RefusedError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import { decodeDocument } from '../shared/policy-document.ts';
import type { ActionContext } from './action.ts';
import { allPages, attempt } from './attempt.ts';
import { refuseProtectedRole, refuseProtectedUser, refuseProtectTag } from './protected-roles.ts';
import { isGone } from './state-check.ts';

/** A role or a user: what policies are put on, attached to and bounded. */
export interface PolicyHolder {
  readonly kind: 'iam.role' | 'iam.user';
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  /** ARN of its permissions boundary. */
  readonly boundary: string | undefined;
  /** Trust policy of a role. */
  readonly trust: string;
}

/** Quotas of IAM; the numbers are from memory: assumed, not measured on AWS. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const quotas = {
  /** Characters of all inline policies together, white space not counted. */
  inline: { 'iam.role': 10_240, 'iam.user': 2_048 },
  attached: 10,
} as const;

/**
 * The role or user as IAM knows it, unless it must not be touched.
 * @throws HandOffError or RefusedError `UnmodifiableRole`; RefusedError `ProtectedRole`, `OwnRole`, `ProtectedUser`, `OwnUser`, `ProtectedByTag`, `OtherTarget`. AwsCallError.
 */
export async function readHolder(target: ResourceRef, context: ActionContext): Promise<PolicyHolder> {
  const { aws, signal } = context;
  const options = { signal, priority: 'operator' } as const;
  if (target.kind === 'iam.role') {
    const { Role } = await aws.call('iam:GetRole', { RoleName: target.name }, options);
    const name = Role?.RoleName ?? target.name;
    const path = Role?.Path ?? '/';
    refuseProtectedRole({ name, path }, context);
    refuseProtectTag(name, Role?.Tags, context);
    refuseOther('role', name, Role?.Arn, target);
    return {
      kind: 'iam.role',
      name,
      path,
      arn: Role?.Arn ?? target.arn,
      boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
      trust: decodeDocument(Role?.AssumeRolePolicyDocument ?? ''),
    };
  }
  const { User } = await aws.call('iam:GetUser', { UserName: target.name }, options);
  const name = User?.UserName ?? target.name;
  refuseOther('user', name, User?.Arn, target);
  const arn = User?.Arn ?? target.arn;
  refuseProtectedUser({ name, arn }, context);
  refuseProtectTag(name, User?.Tags, context);
  return {
    kind: 'iam.user',
    name,
    path: User?.Path ?? '/',
    arn,
    boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn,
    trust: '',
  };
}

function refuseOther(noun: string, name: string, found: string | undefined, target: ResourceRef): void {
  if (found && target.arn && found.toLowerCase() !== target.arn.toLowerCase())
    throw new RefusedError('OtherTarget', `the ${noun} ${name} of this account is ${found}, not ${target.arn}`, [
      `Choose the ${noun} again`,
    ]);
}

type Named = Pick<PolicyHolder, 'kind' | 'name'>;

/** The read of one inline policy. */
export const inlineRead = ({ kind, name }: Named, PolicyName: string): ReadCall =>
  kind === 'iam.role'
    ? { name: 'iam:GetRolePolicy', input: { RoleName: name, PolicyName } }
    : { name: 'iam:GetUserPolicy', input: { UserName: name, PolicyName } };

/** One inline policy as it was put; `undefined` when there is none of that name. */
export async function readInline(
  { kind, name }: Named,
  PolicyName: string,
  { aws, signal }: ActionContext,
): Promise<string | undefined> {
  const options = { signal, priority: 'operator' } as const;
  try {
    const { PolicyDocument } =
      kind === 'iam.role'
        ? await aws.call('iam:GetRolePolicy', { RoleName: name, PolicyName }, options)
        : await aws.call('iam:GetUserPolicy', { UserName: name, PolicyName }, options);
    return decodeDocument(PolicyDocument ?? '');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The policies of a role or user; what may not be listed is `undefined`. */
export interface HeldPolicies {
  /** Name to document; a document that may not be read is empty. */
  readonly inline: ReadonlyMap<string, string> | undefined;
  /** ARNs, in IAM's order. */
  readonly attached: readonly string[] | undefined;
}

/** Managed policies that are attached. @throws AwsCallError, "denied" included. */
export const listAttached = ({ kind, name }: Named, { aws, signal }: ActionContext): Promise<readonly string[]> =>
  allPages(async (token) => {
    const Marker = token ? { Marker: token } : {};
    const options = { signal, priority: 'operator' } as const;
    const page =
      kind === 'iam.role'
        ? await aws.call('iam:ListAttachedRolePolicies', { RoleName: name, ...Marker }, options)
        : await aws.call('iam:ListAttachedUserPolicies', { UserName: name, ...Marker }, options);
    return {
      items: page.AttachedPolicies?.flatMap(({ PolicyArn }) => (PolicyArn ? [PolicyArn] : [])),
      next: page.IsTruncated ? page.Marker : undefined,
    };
  });

/** Every policy with its document where it may be read: for the snapshot, the quotas, and to see what stands already. */
export async function readPolicies(holder: Named, context: ActionContext): Promise<HeldPolicies> {
  const { aws, signal } = context;
  const { kind, name } = holder;
  const names = await attempt(
    allPages(async (token) => {
      const Marker = token ? { Marker: token } : {};
      const options = { signal, priority: 'operator' } as const;
      const page =
        kind === 'iam.role'
          ? await aws.call('iam:ListRolePolicies', { RoleName: name, ...Marker }, options)
          : await aws.call('iam:ListUserPolicies', { UserName: name, ...Marker }, options);
      return { items: page.PolicyNames, next: page.IsTruncated ? page.Marker : undefined };
    }),
  );
  const attached = await attempt(listAttached(holder, context));
  const inline = new Map<string, string>();
  for (const policy of names.value ?? [])
    inline.set(policy, (await attempt(readInline(holder, policy, context))).value ?? '');
  return { inline: names.value ? inline : undefined, attached: attached.value };
}

/** Calls on a role or a user that differ only in the noun. */
export const putInline = ({ kind, name }: Named, PolicyName: string, PolicyDocument: string): WriteCall =>
  kind === 'iam.role'
    ? { name: 'iam:PutRolePolicy', input: { RoleName: name, PolicyName, PolicyDocument } }
    : { name: 'iam:PutUserPolicy', input: { UserName: name, PolicyName, PolicyDocument } };
export const deleteInline = ({ kind, name }: Named, PolicyName: string): WriteCall =>
  kind === 'iam.role'
    ? { name: 'iam:DeleteRolePolicy', input: { RoleName: name, PolicyName } }
    : { name: 'iam:DeleteUserPolicy', input: { UserName: name, PolicyName } };
export const attachPolicy = ({ kind, name }: Named, PolicyArn: string): WriteCall =>
  kind === 'iam.role'
    ? { name: 'iam:AttachRolePolicy', input: { RoleName: name, PolicyArn } }
    : { name: 'iam:AttachUserPolicy', input: { UserName: name, PolicyArn } };
export const detachPolicy = ({ kind, name }: Named, PolicyArn: string): WriteCall =>
  kind === 'iam.role'
    ? { name: 'iam:DetachRolePolicy', input: { RoleName: name, PolicyArn } }
    : { name: 'iam:DetachUserPolicy', input: { UserName: name, PolicyArn } };
export const putBoundary = ({ kind, name }: Named, PermissionsBoundary: string): WriteCall =>
  kind === 'iam.role'
    ? { name: 'iam:PutRolePermissionsBoundary', input: { RoleName: name, PermissionsBoundary } }
    : { name: 'iam:PutUserPermissionsBoundary', input: { UserName: name, PermissionsBoundary } };
export const deleteBoundary = ({ kind, name }: Named): WriteCall =>
  kind === 'iam.role'
    ? { name: 'iam:DeleteRolePermissionsBoundary', input: { RoleName: name } }
    : { name: 'iam:DeleteUserPermissionsBoundary', input: { UserName: name } };
