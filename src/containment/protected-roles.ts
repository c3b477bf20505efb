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

/** Tag by which an account's people keep a role or user from us; the value `false` lifts it. */
export const protectTag = 'firebreak:protect';

/**
 * What to have done in the account of IAM Identity Center instead: exact commands, for whoever holds it. The role's name is
 * `AWSReservedSSO_<permission set>_<16 hex digits>`.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
 */
export function identityCenterHandOff(role: string): readonly string[] {
  const set = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role)?.[1] ?? 'PERMISSION_SET';
  const deny = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          StringEquals: { 'identitystore:userId': 'USER_ID' },
          DateLessThan: { 'aws:TokenIssueTime': 'NOW_PLUS_5_MINUTES_UTC' },
        },
      },
    ],
  });
  return [
    `Ask whoever holds the IAM Identity Center account, for permission set ${set}; first disable the user and end its access-portal sessions there`,
    `aws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ARN_OF_${set} --inline-policy '${deny}' (merge it: the call replaces the inline policy)`,
    `aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ARN_OF_${set} --target-type ALL_PROVISIONED_ACCOUNTS`,
    'Go on with what runs in this account meanwhile: stop its notebooks, apps and jobs',
  ];
}

/** @throws RefusedError `ProtectedByTag` */
export function refuseProtectTag(
  name: string,
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): void {
  const tag = tags?.find(({ Key }) => Key === protectTag);
  if (tag && tag.Value?.toLowerCase() !== 'false')
    throw new RefusedError(
      'ProtectedByTag',
      `${name} carries the tag ${protectTag}: its owners keep it from containment`,
      ['Ask its owners, or have the tag removed'],
    );
}

/**
 * Refuses to touch a user that people need to get back in, or that the responder is.
 * @throws RefusedError `ProtectedUser`, `OwnUser`
 */
export function refuseProtectedUser(user: { readonly name: string; readonly arn: string }, responderArn: string): void {
  if (breakGlassRoles.some((pattern) => like(pattern, user.name)))
    throw new RefusedError('ProtectedUser', `${user.name} is a break-glass user: denying it could lock everybody out`, [
      'Have its password and keys changed by whoever keeps them',
    ]);
  if (responderArn.toLowerCase() === user.arn.toLowerCase())
    throw new RefusedError('OwnUser', `you are ${user.name}: denying it would refuse your own next step`, [
      'Use another identity for this containment',
    ]);
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
    throw new RefusedError(
      'UnmodifiableRole',
      `${name} belongs to IAM Identity Center and cannot be edited here`,
      identityCenterHandOff(name),
    );
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
