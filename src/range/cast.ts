import type { Account } from './account/account.ts';
import { bucketArn } from './account/buckets.ts';
import {
  type Credential,
  type Identity,
  issueKey,
  issueSession,
  nothingEnforced,
  writtenPolicies,
} from './account/identities.ts';
import { addBucket, addPolicy, identityOf } from './estate.ts';
import { accountId, type BucketDefinition, type IdentityDefinition } from './estate-definition.ts';
import { parsePolicy } from './iam/policy.ts';
import type { Random } from './random.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Whom and what a story adds to the account that every scenario begins with. */
export interface Cast {
  readonly policies?: readonly { readonly arn: string; readonly document: string }[];
  readonly roles?: readonly IdentityDefinition[];
  /** Each with a long-lived key, by which scenarios call them. */
  readonly users?: readonly IdentityDefinition[];
  /** What roles that are there already may do besides: role to inline policies. */
  readonly grants?: { readonly [role: string]: { readonly [policy: string]: string } };
  /** Role sessions, by which scenarios call those who hold them. */
  readonly sessions?: readonly { readonly name: string; readonly role: string; readonly session: string }[];
  /** Roles of other accounts, with all rights there; what they may do here somebody here must allow. */
  readonly outsiders?: readonly {
    readonly name: string;
    readonly account: string;
    readonly role: string;
    readonly session: string;
  }[];
  /** New buckets, or more objects in those that are there. */
  readonly buckets?: readonly BucketDefinition[];
}

/** A policy document. */
export const policy = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
export const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
});
export const roleArn = (name: string, path = '/'): string => `arn:aws:iam::${accountId}:role${path}${name}`;
export const userArn = (name: string, path = '/'): string => `arn:aws:iam::${accountId}:user${path}${name}`;
/** Reads that everybody has who works on models. */
export const looks = allow(['sagemaker:List*', 'sagemaker:Describe*', 'sts:GetCallerIdentity']);
/** Who may assume a role: everybody of the account whose own policies say so, or SageMaker. */
export const trusts = (who: 'account' | 'sagemaker'): string =>
  policy({
    Effect: 'Allow',
    Principal: who === 'account' ? { AWS: `arn:aws:iam::${accountId}:root` } : { Service: 'sagemaker.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });

/**
 * Puts a cast into the account.
 *
 * @param random Its own: ids of what was there already stay what they are.
 * @returns The credentials of those who have any, by name.
 */
export function addCast(
  account: Account,
  cast: Cast,
  startedAt: number,
  random: Random,
): ReadonlyMap<string, Credential> {
  const people = new Map<string, Credential>();
  for (const { arn, document } of cast.policies ?? []) addPolicy(account, arn, document, startedAt - 200 * dayMs);
  const add = (type: 'user' | 'role', entry: IdentityDefinition): Identity => {
    const identity = identityOf(type, entry, startedAt - 180 * dayMs, random);
    (type === 'role' ? account.roles : account.users).set(entry.name.toLowerCase(), identity);
    return identity;
  };
  const roles = (cast.roles ?? []).map((entry) => add('role', entry));
  const users = (cast.users ?? []).map((entry) => add('user', entry));
  const granted = Object.entries(cast.grants ?? {}).map(([name, policies]) => {
    const role = account.roles.get(name.toLowerCase());
    if (!role) throw new Error(`cast: there is no role ${name}`);
    for (const [title, document] of Object.entries(policies)) role.inline.set(title, document);
    return role;
  });
  for (const identity of [...roles, ...users, ...granted])
    identity.enforced = writtenPolicies(identity, account.managedPolicies);
  for (const user of users) people.set(user.name, issueKey(account.credentials, user, user.createdAt, random));
  for (const { name, role, session } of cast.sessions ?? []) {
    const identity = account.roles.get(role.toLowerCase());
    if (!identity) throw new Error(`cast: there is no role ${role}`);
    people.set(name, issueSession(account.credentials, identity, session, startedAt - hourMs, 12 * hourMs, random));
  }
  for (const { account: owner, name, role, session } of cast.outsiders ?? []) {
    const identity: Identity = {
      ...identityOf('role', { name: role }, startedAt - 90 * dayMs, random),
      arn: `arn:aws:iam::${owner}:role/${role}`,
      enforced: { ...nothingEnforced, policies: parsePolicy(policy(allow('*'))) },
    };
    people.set(name, issueSession(account.credentials, identity, session, startedAt - hourMs, 12 * hourMs, random));
  }
  for (const bucket of cast.buckets ?? []) addBucket(account, bucket, startedAt);
  return people;
}

/** ARNs of a bucket and of what lies in it. */
export const bucketArns = (name: string): readonly string[] => [bucketArn(name), `${bucketArn(name)}/*`];
