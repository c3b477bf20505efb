import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import { type JsonObject, objectOf, textOf, timeOf } from './member.ts';

/**
 * Who made a call, from CloudTrail's `userIdentity`. Types that we do not know pass through with the best name the record has.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 *
 * @returns `undefined` when the record has no identity (insight events). The same object for equal identities nearly always.
 */
export function principalOf(userIdentity: unknown): Principal | undefined {
  const identity = objectOf(userIdentity);
  if (!identity) return undefined;
  const { arn, accessKeyId } = identity;
  if (typeof arn !== 'string' || typeof accessKeyId !== 'string' || arn === '') return decode(identity);
  // The same few credentials make most calls. The key alone proves nothing: two records may tell different things of it.
  const before = recent.get(accessKeyId);
  if (before && before.principal.arn === arn && isTold(before.told, identity)) return before.principal;
  const principal = decode(identity);
  if (recent.size >= 10_000) recent.clear();
  recent.set(accessKeyId, { principal, told: toldBy(identity) });
  return principal;
}

/** Everything besides key and ARN that a principal is made of; of the rest nothing is kept, which may be as large as a record. */
function toldBy({ type, principalId, userName, invokedBy, onBehalfOf, sessionContext }: JsonObject) {
  const session = objectOf(sessionContext);
  const issuer = objectOf(session?.sessionIssuer);
  return {
    type,
    principalId,
    userName,
    invokedBy,
    userId: objectOf(onBehalfOf)?.userId,
    sourceIdentity: session?.sourceIdentity,
    issuerArn: issuer?.arn,
    issuerName: issuer?.userName,
    issuedAt: objectOf(session?.attributes)?.creationDate,
  };
}

/** Whether an identity says that again: of each of a million records, so nothing is made to find out. */
function isTold(told: ReturnType<typeof toldBy>, identity: JsonObject): boolean {
  if (
    told.type !== identity.type ||
    told.principalId !== identity.principalId ||
    told.userName !== identity.userName ||
    told.invokedBy !== identity.invokedBy ||
    told.userId !== objectOf(identity.onBehalfOf)?.userId
  )
    return false;
  const session = objectOf(identity.sessionContext);
  const issuer = objectOf(session?.sessionIssuer);
  return (
    told.sourceIdentity === session?.sourceIdentity &&
    told.issuerArn === issuer?.arn &&
    told.issuerName === issuer?.userName &&
    told.issuedAt === objectOf(session?.attributes)?.creationDate
  );
}

const recent = new Map<string, { readonly principal: Principal; readonly told: ReturnType<typeof toldBy> }>();

/** What comes before the permission set's name in the roles that Identity Center makes. */
const identityCenterRole = /^AWSReservedSSO_/;

function decode(identity: JsonObject): Principal {
  const type = textOf(identity.type) || (identity.invokedBy ? 'AWSService' : 'Unknown');
  const arn = textOf(identity.arn);
  const session = objectOf(identity.sessionContext);
  const issuer = objectOf(session?.sessionIssuer);
  const issuerArn = textOf(issuer?.arn);
  const accessKeyId = textOf(identity.accessKeyId);
  const invokedBy = textOf(identity.invokedBy);
  const userId = textOf(objectOf(identity.onBehalfOf)?.userId);
  const sourceIdentity = textOf(session?.sourceIdentity);
  const issuedAt = timeOf(objectOf(session?.attributes)?.creationDate);
  const name = nameOf(type, arn, textOf(issuer?.userName), {
    userName: textOf(identity.userName),
    principalId: textOf(identity.principalId),
    accountId: textOf(identity.accountId),
    invokedBy,
    identityProvider: textOf(identity.identityProvider),
    userId,
  });
  // With `ExecutionRoleIdentityConfig` the source identity is the Studio user profile; elsewhere whoever the first session was for.
  const roleSession = identityCenterRole.test(textOf(issuer?.userName) || name)
    ? name.includes('/')
      ? name.slice(name.indexOf('/') + 1)
      : textOf(identity.principalId).replace(/^[^:]*:/, '')
    : '';
  const person = sourceIdentity || roleSession;
  return {
    type,
    arn,
    name,
    ...(issuerArn === '' ? {} : { issuerArn }),
    ...(accessKeyId === '' ? {} : { accessKeyId }),
    ...(person === '' || person === name ? {} : { person }),
    ...(sourceIdentity === '' ? {} : { sourceIdentity }),
    ...(userId === '' ? {} : { userId }),
    // A service that calls for itself is the principal already.
    ...(invokedBy === '' || invokedBy === name ? {} : { invokedBy }),
    ...(issuedAt === undefined || issuedAt <= 0 ? {} : { issuedAt }),
  };
}

interface Names {
  readonly userName: string;
  readonly principalId: string;
  readonly accountId: string;
  readonly invokedBy: string;
  readonly identityProvider: string;
  readonly userId: string;
}

function nameOf(type: string, arn: string, roleName: string, names: Names): string {
  // `role/x`, `assumed-role/ds-exec/alice`, `user/path/bob`: what follows the kind.
  const path = parseArn(arn)?.resource ?? '';
  const afterKind = path.slice(path.indexOf('/') + 1);
  const colon = names.principalId.indexOf(':');
  const session = names.principalId.slice(colon + 1);
  switch (type) {
    case 'AssumedRole':
      if (path.startsWith('assumed-role/')) return afterKind;
      return roleName ? `${roleName}/${session}` : names.principalId;
    case 'Root':
      return names.userName || 'root';
    case 'AWSService':
      return names.invokedBy || names.principalId || 'AWS';
    case 'AWSAccount':
      // A role session of the other account is told by its principal id (`AROA…:session`) alone.
      if (names.accountId === '') return names.principalId;
      return colon > 0 && session !== '' ? `${names.accountId}/${session}` : names.accountId;
    case 'IdentityCenterUser':
      return names.userName || names.userId || names.principalId;
    case 'WebIdentityUser':
    case 'SAMLUser':
      // `accounts.google.com:app:subject`, `nameQualifier:subject`.
      return (
        names.userName ||
        names.principalId.slice(names.principalId.lastIndexOf(':') + 1) ||
        names.identityProvider ||
        type
      );
    case 'IAMUser':
      return names.userName || afterKind.slice(afterKind.lastIndexOf('/') + 1) || names.principalId;
    default:
      return (
        names.userName ||
        afterKind.slice(afterKind.lastIndexOf('/') + 1) ||
        session ||
        names.identityProvider ||
        names.invokedBy ||
        names.accountId ||
        type
      );
  }
}

/**
 * The Studio user behind a state change: `LastModifiedBy` before `CreatedBy`, as SageMaker writes them (`UserContext`) into what a user of
 * Studio made. Known even where nobody set up source identities.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserContext.html
 */
export function studioUserOf(detail: JsonObject | undefined): Principal | undefined {
  for (const member of [detail?.LastModifiedBy, detail?.CreatedBy]) {
    const user = objectOf(member);
    const profile = textOf(user?.UserProfileName);
    const profileArn = textOf(user?.UserProfileArn);
    if (profile === '' && profileArn === '') continue;
    const identity = objectOf(user?.IamIdentity);
    const sourceIdentity = textOf(identity?.SourceIdentity);
    const person = profile || profileArn.slice(profileArn.lastIndexOf('/') + 1);
    const domain = textOf(user?.DomainId);
    return {
      type: 'StudioUser',
      arn: textOf(identity?.Arn) || profileArn,
      name: domain === '' ? person : `${domain}/${person}`,
      person,
      ...(sourceIdentity === '' ? {} : { sourceIdentity }),
    };
  }
  return undefined;
}
