import { noSuchEntity } from '../fault.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import type { CallerNames } from '../iam/principal.ts';
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
  /** ARN of the managed policy that caps what the others allow. */
  boundary: string | undefined;
  readonly tags: Map<string, string>;
  /** Trust policy of a role. */
  trust: string;
  readonly description: string;
  /** Of a role's sessions, ms. */
  readonly maxSessionMs: number;
  /** A user's password for the console, which nobody reads back. */
  login: { readonly createdAt: number; readonly resetRequired: boolean } | undefined;
  /** What is enforced: lags behind what was written. */
  enforced: Enforced;
}

/** Policies of an identity that are in force. */
export interface Enforced {
  readonly policies: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
  readonly trust: readonly Statement[];
}

/** Nothing allowed, nobody trusted. */
export const nothingEnforced: Enforced = { policies: [], boundary: undefined, trust: [] };

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
  /** As IAM lists a long-lived key. */
  active: boolean;
  /** Whether services take it: follows `active` a little later. */
  accepted: boolean;
  /** What the session may do at most. */
  readonly sessionPolicy?: readonly Statement[] | undefined;
  /** Name of the federated user that a user's key vouched for. */
  readonly federated?: string;
  readonly sourceIdentity?: string | undefined;
  readonly sessionTags?: ReadonlyMap<string, string>;
  /** Deleted, though services may take it for some seconds more. */
  gone?: true;
}

/** A managed policy. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** `ANPA…`. */
  readonly id: string;
  readonly createdAt: number;
  /** Oldest first; five at most. */
  readonly versions: { readonly id: string; readonly document: string; readonly createdAt: number }[];
  /** Id of the version in force. */
  current: string;
}

/** Managed policies by ARN. */
export type ManagedPolicies = Map<string, ManagedPolicy>;

/** The document of the version in force. */
export const currentDocument = (policy: ManagedPolicy): string =>
  policy.versions.find(({ id }) => id === policy.current)?.document ?? '';

const managedStatements = (arn: string, managed: ManagedPolicies): readonly Statement[] => {
  const policy = managed.get(arn);
  return policy ? parsePolicy(currentDocument(policy)) : [];
};

/** An identity's policies as they are written now. A boundary that is not there any more allows nothing. */
export function writtenPolicies(identity: Identity, managed: ManagedPolicies): Enforced {
  return {
    policies: [
      ...[...identity.inline.values()].flatMap(parsePolicy),
      ...identity.attached.flatMap((arn) => managedStatements(arn, managed)),
    ],
    boundary: identity.boundary === undefined ? undefined : managedStatements(identity.boundary, managed),
    trust: identity.trust === '' ? [] : parsePolicy(identity.trust),
  };
}

/** The account that an identity belongs to. */
export const accountOf = ({ arn }: Pick<Identity, 'arn'>): string => arn.split(':')[4] ?? '';

/** Who signs with this credential, as STS and messages name them. The session's ARN leaves the role's path out, as AWS does. */
export function callerArn(credential: Credential): string {
  const { identity, session, federated } = credential;
  if (federated !== undefined) return `arn:aws:sts::${accountOf(identity)}:federated-user/${federated}`;
  if (identity.type === 'user') return identity.arn;
  return `arn:aws:sts::${accountOf(identity)}:assumed-role/${identity.name}/${session}`;
}

/** `AIDA…`, `AROA…:session` or `account:name`. */
export const callerId = ({ identity, session, federated }: Credential): string =>
  federated !== undefined
    ? `${accountOf(identity)}:${federated}`
    : session === undefined
      ? identity.id
      : `${identity.id}:${session}`;

/** By which names resource policies know a user or a role. */
export const callerNamesOf = (identity: Identity): CallerNames => ({
  type: identity.type,
  account: accountOf(identity),
  identity: identity.arn,
});

/** By which names resource policies know who signs. */
export const callerNames = (credential: Credential): CallerNames => ({
  ...callerNamesOf(credential.identity),
  session: credential.session === undefined && credential.federated === undefined ? undefined : callerArn(credential),
});

/** What a session has that others of its identity may not have. */
export type SessionParts = Pick<
  Credential,
  'session' | 'sessionPolicy' | 'federated' | 'sourceIdentity' | 'sessionTags'
>;

/** Temporary credentials; the range knows them from now on. */
export function issueCredentials(
  credentials: Map<string, Credential>,
  identity: Identity,
  parts: SessionParts,
  issuedAt: number,
  lifeMs: number,
  random: Random,
): Credential & Required<Pick<Credential, 'sessionToken' | 'expiresAt'>> {
  const credential = {
    accessKeyId: random.iamId('ASIA'),
    secretAccessKey: random.letters(40),
    sessionToken: `range-${random.letters(48)}`,
    identity,
    ...parts,
    issuedAt,
    expiresAt: issuedAt + lifeMs,
    active: true,
    accepted: true,
  };
  credentials.set(credential.accessKeyId, credential);
  return credential;
}

/** Temporary credentials of a role session. */
export const issueSession = (
  credentials: Map<string, Credential>,
  identity: Identity,
  session: string,
  issuedAt: number,
  lifeMs: number,
  random: Random,
) => issueCredentials(credentials, identity, { session }, issuedAt, lifeMs, random);

/** A user's long-lived access key; the range knows it from now on. */
export function issueKey(
  credentials: Map<string, Credential>,
  identity: Identity,
  issuedAt: number,
  random: Random,
): Credential {
  const key = {
    accessKeyId: random.iamId('AKIA'),
    secretAccessKey: random.letters(40),
    identity,
    issuedAt,
    active: true,
    accepted: true,
  };
  credentials.set(key.accessKeyId, key);
  return key;
}

/** Long-lived keys have no end. */
export const isLongLived = (credential: Credential): boolean => credential.expiresAt === undefined;

/** @throws Fault `NoSuchEntity`. */
export function findIdentity(identities: ReadonlyMap<string, Identity>, type: 'user' | 'role', name: string): Identity {
  const identity = identities.get(name.toLowerCase());
  if (!identity) throw noSuchEntity(`The ${type} with name ${name} cannot be found.`);
  return identity;
}
