import { RefusedError } from '../model/errors.ts';
import { globMatches } from '../policy/glob.ts';
import type { ActionContext } from './action.ts';
import { HandOffError, identityCenterHandOff } from './hand-off.ts';

/** Roles that must go on working in an incident: without them nobody can help (product.md, part 3). `*` stands for any text. The operator's file adds to them. */
export const breakGlassRoles: readonly string[] = [
  '*break*glass*',
  'OrganizationAccountAccessRole',
  'AWSControlTowerExecution',
  'stacksets-exec-*',
];

const like = (pattern: string, name: string): boolean => globMatches(pattern.toLowerCase(), name.toLowerCase());

/** The role's name in a session's or a role's ARN; a session's ARN leaves the path out. `undefined` for users and root. */
export function roleNameOf(arn: string): string | undefined {
  const [, name] =
    /^arn:[^:]*:sts::\d*:assumed-role\/([^/]+)\//.exec(arn) ??
    /^arn:[^:]*:iam::\d*:role\/(?:.*\/)?([^/]+)$/.exec(arn) ??
    [];
  return name;
}

/** Tag by which an account's people keep a role or user from us; the value `false` lifts it. */
export const protectTag = 'firebreak:protect';

/** `key`, or `key=value`, as the operator's file has it. */
function matchesTag(wanted: string, key: string, value: string): boolean {
  const [, name = '', text] = /^([^=]*)(?:=(.*))?$/s.exec(wanted) ?? [];
  return like(name, key) && (text === undefined || like(text, value));
}

/** @throws RefusedError `ProtectedByTag` */
export function refuseProtectTag(
  name: string,
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
  { protectedTags = [] }: Pick<Guards, 'protectedTags'>,
): void {
  const own = tags?.find(({ Key, Value }) => Key === protectTag && Value?.toLowerCase() !== 'false');
  const tag = own ?? tags?.find(({ Key = '', Value = '' }) => protectedTags.some((one) => matchesTag(one, Key, Value)));
  if (tag)
    throw new RefusedError(
      'ProtectedByTag',
      `${name} carries the tag ${tag.Key}${own || !tag.Value ? '' : `=${tag.Value}`}: its owners keep it from containment`,
      ['Ask its owners, or have the tag removed'],
    );
}

/** What tells whom not to touch. */
export type Guards = Pick<ActionContext, 'aws' | 'responderArn' | 'breakGlass' | 'protectedTags'>;

const isBreakGlass = (name: string, { breakGlass = [] }: Guards): boolean =>
  [...breakGlassRoles, ...breakGlass].some((pattern) => like(pattern, name));

/**
 * Refuses to touch a user that people need to get back in, or that the responder is.
 * @throws RefusedError `ProtectedUser`, `OwnUser`
 */
export function refuseProtectedUser(user: { readonly name: string; readonly arn: string }, guards: Guards): void {
  if (isBreakGlass(user.name, guards))
    throw new RefusedError('ProtectedUser', `${user.name} is a break-glass user: denying it could lock everybody out`, [
      'Have its password and keys changed by whoever keeps them',
    ]);
  if (guards.responderArn.toLowerCase() === user.arn.toLowerCase())
    throw new RefusedError('OwnUser', `you are ${user.name}: denying it would refuse your own next step`, [
      'Use another identity for this containment',
    ]);
}

/**
 * Refuses to touch a role that AWS will not let us change, that people need to get back in, or that the responder acts as.
 * @throws HandOffError `UnmodifiableRole`; RefusedError `UnmodifiableRole`, `ProtectedRole`, `OwnRole`
 */
export function refuseProtectedRole(role: { readonly name: string; readonly path: string }, guards: Guards): void {
  const { name, path } = role;
  if (path.startsWith('/aws-service-role/'))
    throw new RefusedError(
      'UnmodifiableRole',
      `${name} is a service-linked role: AWS lets nobody change its policies`,
      ['Contain the resources that the service runs'],
    );
  if (path.startsWith('/aws-reserved/'))
    throw new HandOffError(
      'UnmodifiableRole',
      `${name} belongs to IAM Identity Center and cannot be edited here`,
      identityCenterHandOff(name, guards.aws.now()),
    );
  if (isBreakGlass(name, guards))
    throw new RefusedError('ProtectedRole', `${name} is a break-glass role: denying it could lock everybody out`, [
      'Restrict who may assume it, from another identity',
    ]);
  // Role names are unique in an account whatever their case and path.
  if (roleNameOf(guards.responderArn)?.toLowerCase() === name.toLowerCase())
    throw new RefusedError('OwnRole', `you act as ${name}: denying it would refuse your own next step`, [
      'Use another identity for this containment',
    ]);
}
