/** Who made a call, as CloudTrail's `userIdentity` tells it. All texts are the caller's or the account's own: pass `display` before a screen. */
export interface Principal {
  /** `userIdentity.type`: `AssumedRole`, `IAMUser`, `Root`, `AWSService`, … passed through as it comes; `StudioUser` for a `UserContext`. */
  readonly type: string;
  /** The session's or user's ARN; empty when the record has none. */
  readonly arn: string;
  /** What to call them: `ds-exec/alice` for a role session, the user name, `root`, the service's host name. */
  readonly name: string;
  /** ARN of the role behind a session, path included. */
  readonly issuerArn?: string;
  readonly accessKeyId?: string;
  /** The human behind it, where the record says: Studio user profile, Identity Center user. Absent where it would repeat `name`. */
  readonly person?: string;
  /** `sessionContext.sourceIdentity`: set once when the role was assumed, unchanged through chained roles. */
  readonly sourceIdentity?: string;
  /** Identity Center's user id (`onBehalfOf.userId`), which `identitystore:userId` conditions take. */
  readonly userId?: string;
  /** The service that made the call with this identity's permissions: `athena.amazonaws.com`. */
  readonly invokedBy?: string;
  /** Epoch ms at which the temporary credentials were issued (`sessionContext.attributes.creationDate`). */
  readonly issuedAt?: number;
}

/**
 * Equal for everything that is the same actor, whatever its access key: a role session by two keys is one. Role names are unique in an
 * account, so the session's ARN, which drops the role's path, loses nothing.
 */
export function identityKey({ type, arn, name }: Pick<Principal, 'type' | 'arn' | 'name'>): string {
  return arn !== '' ? arn : `${type}|${name}`;
}

/** The name of a role session or of a federated user: what follows the role; `undefined` for everybody else. */
export function sessionName({ type, name }: Pick<Principal, 'type' | 'name'>): string | undefined {
  if (type === 'FederatedUser') return name;
  return type === 'AssumedRole' && name.includes('/') ? name.slice(name.indexOf('/') + 1) : undefined;
}

/** Notebooks and Studio apps call AWS under this session name: the code, not the person. Jobs use other names. */
export const computeSession = 'SageMaker';

/**
 * Whether nobody chose this name of a session for what it says: those of services, instances and SDKs (`SageMaker`, `i-0abc…`,
 * `botocore-session-1764131231`). Who acts there is the role.
 */
export const isMachineSession = (session: string): boolean =>
  session === computeSession || /^(?:i-[0-9a-f]+|[0-9a-f-]{16,}|\d+)$|\d{9,}$/i.test(session);

/** What says most of a principal's `name` where not all of it has room: a person's session without its role, a machine's role without its session. */
export function shortName(name: string): { readonly text: string; readonly isMachine: boolean } {
  const slash = name.lastIndexOf('/');
  const session = name.slice(slash + 1);
  if (slash < 1 || session === '') return { text: name, isMachine: false };
  return isMachineSession(session)
    ? { text: name.slice(0, slash), isMachine: true }
    : { text: session, isMachine: false };
}

/** Whether it is code that runs on SageMaker as a role. */
export const isCompute = ({ type, name }: Pick<Principal, 'type' | 'name'>): boolean =>
  // Once an event: without cutting the session out.
  type === 'AssumedRole' &&
  name.endsWith(computeSession) &&
  name.indexOf('/') === name.length - computeSession.length - 1;
