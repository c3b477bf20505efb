import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import { type JsonObject, objectOf, textOf } from './member.ts';

/**
 * Who made a call, from CloudTrail's `userIdentity`. Types that we do not know pass through with the best name the record has.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 *
 * @returns `undefined` when the record has no identity (insight events).
 */
export function principalOf(userIdentity: unknown): Principal | undefined {
  const identity = objectOf(userIdentity);
  if (!identity) return undefined;
  const { arn, accessKeyId } = identity;
  if (typeof arn !== 'string' || typeof accessKeyId !== 'string' || arn === '') return decode(identity);
  // The same few credentials make most calls. The key alone proves nothing: two records may tell different things of it.
  const before = recent.get(accessKeyId);
  const issuer = objectOf(objectOf(identity.sessionContext)?.sessionIssuer);
  if (
    before &&
    before.principal.arn === arn &&
    before.principal.type === identity.type &&
    before.issuerArn === issuer?.arn &&
    before.userName === identity.userName &&
    before.issuerName === issuer?.userName &&
    before.principalId === identity.principalId &&
    arn.includes(':assumed-role/') === (before.principal.type === 'AssumedRole')
  ) {
    return before.principal;
  }
  const principal = decode(identity);
  if (recent.size >= 10_000) recent.clear();
  const { userName, principalId } = identity;
  recent.set(accessKeyId, { principal, userName, principalId, issuerArn: issuer?.arn, issuerName: issuer?.userName });
  return principal;
}

const recent = new Map<
  string,
  {
    readonly principal: Principal;
    readonly userName: unknown;
    readonly principalId: unknown;
    readonly issuerArn: unknown;
    readonly issuerName: unknown;
  }
>();

function decode(identity: JsonObject): Principal {
  const type = textOf(identity.type) || (identity.invokedBy ? 'AWSService' : 'Unknown');
  const arn = textOf(identity.arn);
  const issuer = objectOf(objectOf(identity.sessionContext)?.sessionIssuer);
  const issuerArn = textOf(issuer?.arn);
  const accessKeyId = textOf(identity.accessKeyId);
  const name = nameOf(type, arn, textOf(issuer?.userName), {
    userName: textOf(identity.userName),
    principalId: textOf(identity.principalId),
    accountId: textOf(identity.accountId),
    invokedBy: textOf(identity.invokedBy),
    identityProvider: textOf(identity.identityProvider),
    userId: textOf(objectOf(identity.onBehalfOf)?.userId),
  });
  return {
    type,
    arn,
    name,
    ...(issuerArn === '' ? {} : { issuerArn }),
    ...(accessKeyId === '' ? {} : { accessKeyId }),
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
  const session = names.principalId.slice(names.principalId.indexOf(':') + 1);
  switch (type) {
    case 'AssumedRole':
      if (path.startsWith('assumed-role/')) return afterKind;
      return roleName ? `${roleName}/${session}` : names.principalId;
    case 'Root':
      return names.userName || 'root';
    case 'AWSService':
      return names.invokedBy || names.principalId || 'AWS';
    case 'AWSAccount':
      return names.accountId || names.principalId;
    case 'IdentityCenterUser':
      return names.userName || names.userId || names.principalId;
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
