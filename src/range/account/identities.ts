import { noSuchEntity } from '../fault.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import type { Random } from '../random.ts';

/** A user or a role: what holds identity-based policies. */
export interface Identity {
  readonly type: 'user' | 'role';
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** `AIDA…` or `AROA…`. */
  readonly id: string;
  readonly createdAt: number;
  /** Inline policies, name to document, as IAM reads them back. */
  readonly inline: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: string[];
  readonly tags: Map<string, string>;
  /** Trust policy of a role. */
  trust: string;
  readonly description: string;
  /** What is enforced: lags behind what was written. */
  enforced: readonly Statement[];
}

/** What a request is signed with. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly identity: Identity;
  /** Name of the role session. */
  readonly session?: string;
  readonly issuedAt: number;
  readonly expiresAt?: number;
  /** An inactive long-lived key is unknown to every service. */
  active: boolean;
}

/** Managed policies by ARN. */
export type ManagedPolicies = Map<string, { readonly name: string; readonly document: string }>;

/** The identity-based policies as they are written now. */
export function writtenPolicies(identity: Identity, managed: ManagedPolicies): readonly Statement[] {
  const documents = [...identity.inline.values()];
  for (const arn of identity.attached) {
    const policy = managed.get(arn);
    if (policy) documents.push(policy.document);
  }
  return documents.flatMap(parsePolicy);
}

/** Who signs with this credential, as STS and messages name them. The session's ARN leaves the role's path out, as AWS does. */
export function callerArn(credential: Credential): string {
  const { identity, session } = credential;
  if (identity.type === 'user') return identity.arn;
  const account = identity.arn.split(':')[4] ?? '';
  return `arn:aws:sts::${account}:assumed-role/${identity.name}/${session}`;
}

/** `AIDA…` or `AROA…:session`. */
export const callerId = ({ identity, session }: Credential): string =>
  session === undefined ? identity.id : `${identity.id}:${session}`;

/** Temporary credentials of a role session; the range knows them from now on. */
export function issueSession(
  credentials: Map<string, Credential>,
  identity: Identity,
  session: string,
  issuedAt: number,
  lifeMs: number,
  random: Random,
): Required<Credential> {
  const credential: Required<Credential> = {
    accessKeyId: random.iamId('ASIA'),
    secretAccessKey: random.letters(40),
    sessionToken: `range-${random.letters(48)}`,
    identity,
    session,
    issuedAt,
    expiresAt: issuedAt + lifeMs,
    active: true,
  };
  credentials.set(credential.accessKeyId, credential);
  return credential;
}

/** @throws Fault `NoSuchEntity`. */
export function findIdentity(identities: ReadonlyMap<string, Identity>, type: 'user' | 'role', name: string): Identity {
  const identity = identities.get(name.toLowerCase());
  if (!identity) throw noSuchEntity(`The ${type} with name ${name} cannot be found.`);
  return identity;
}
