import { RefusedError } from '../model/errors.ts';

/** Roles that must go on working in an incident: without them nobody can help (product.md, part 3). `*` stands for any text; all else is letters and dashes. */
export const breakGlassRoles: readonly string[] = [
  '*break*glass*',
  'OrganizationAccountAccessRole',
  'AWSControlTowerExecution',
  'stacksets-exec-*',
];

const like = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'is').test(name);

/** The role's name in a session's or a role's ARN; a session's ARN leaves the path out. `undefined` for users and root. */
export function roleNameOf(arn: string): string | undefined {
  const [, name] =
    /^arn:[^:]*:sts::\d*:assumed-role\/([^/]+)\//.exec(arn) ??
    /^arn:[^:]*:iam::\d*:role\/(?:.*\/)?([^/]+)$/.exec(arn) ??
    [];
  return name;
}

/**
 * Refuses to touch a role that AWS will not let us change, that people need to get back in, or that the responder acts as.
 * @throws RefusedError `UnmodifiableRole`, `ProtectedRole`, `OwnRole`
 */
export function refuseProtectedRole(
  role: { readonly name: string; readonly path: string },
  responderArn: string,
): void {
  const { name, path } = role;
  if (path.startsWith('/aws-service-role/'))
    throw new RefusedError(
      'UnmodifiableRole',
      `${name} is a service-linked role: AWS lets nobody change its policies`,
      ['Contain the resources that the service runs'],
    );
  if (path.startsWith('/aws-reserved/'))
    throw new RefusedError('UnmodifiableRole', `${name} belongs to IAM Identity Center and cannot be edited here`, [
      'Have its permission set changed, or the user disabled, in the Identity Center account',
    ]);
  if (breakGlassRoles.some((pattern) => like(pattern, name)))
    throw new RefusedError('ProtectedRole', `${name} is a break-glass role: denying it could lock everybody out`, [
      'Restrict who may assume it, from another identity',
    ]);
  // Role names are unique in an account whatever their case and path.
  if (roleNameOf(responderArn)?.toLowerCase() === name.toLowerCase())
    throw new RefusedError('OwnRole', `you act as ${name}: denying it would refuse your own next step`, [
      'Use another identity for this containment',
    ]);
}
