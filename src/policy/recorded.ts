import { isIP } from 'node:net';
import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceLink } from '../model/resource.ts';
import { isObjectPermission, permissionOfCall, secondNeeds } from './calls.ts';
import { globMatches } from './glob.ts';
import type { KeyValue, PolicyRequest, RequestKeys, RequestPrincipal, RequestResource } from './request.ts';

/** A call as records hold it. */
export interface RecordedCall {
  /** `service:Operation`, as the event names it. */
  readonly action: string;
  readonly principal: Principal;
  /** Address or host name of a service. `undefined`, here and below: not looked up. */
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly region?: string | undefined;
  readonly resources?: readonly ResourceLink[] | undefined;
}

/** Epoch ms after every token that exists: of credentials that are issued anew. */
export const issuedLater = Date.parse('9999-01-01T00:00:00Z');

const targets = (resources: readonly ResourceLink[]) =>
  resources.filter(({ relation }) => relation === 'target' || relation === 'created');

const named = (resources: readonly ResourceLink[]): readonly RequestResource[] =>
  resources.flatMap(({ arn }) => (arn === '' ? [] : [{ arn }]));

/** What a permission is needed on; `undefined` where the record does not say. */
function resourcesOf(
  permission: string,
  resources: readonly ResourceLink[] | undefined,
): readonly RequestResource[] | undefined {
  if (resources === undefined) return undefined;
  if (!permission.startsWith('s3:')) {
    const found = named(targets(resources));
    return found.length > 0 ? found : undefined;
  }
  if (permission === 's3:ListAllMyBuckets') return [];
  // Which of them is the target depends on the call; objects stand beside their bucket.
  const of = (kind: string) => named(resources.filter((one) => one.kind === kind && one.relation !== 'uses'));
  const buckets = of('s3.bucket');
  if (!isObjectPermission(permission)) return buckets.length > 0 ? buckets : undefined;
  const objects = of('s3.object');
  if (objects.length > 0) return objects;
  // DeleteObjects names its objects in a body that is not recorded.
  return buckets.length > 0 ? buckets.map(({ arn }) => ({ arn, within: true })) : undefined;
}

/** The permissions that a call needed, its own first. */
export function requestsOf({ action, resources }: RecordedCall): readonly PolicyRequest[] {
  const permission = permissionOfCall[action] ?? action;
  return [
    { action: permission, resources: resourcesOf(permission, resources) },
    ...secondNeeds.flatMap((need): readonly PolicyRequest[] => {
      if (!globMatches(need.calls, action)) return [];
      const used = resources?.filter(({ kind, relation }) => kind === need.kind && relation === 'uses');
      if (used?.length === 0) return [];
      return [{ action: need.action, resources: used && named(used) }];
    }),
  ];
}

/** The role behind a session, or the ARN itself; `undefined` where the path of the role is not known. */
const decisiveArn = ({ type, arn, issuerArn }: Principal): string | undefined =>
  type === 'AssumedRole' ? issuerArn : arn || undefined;

/** Who asked, as `Principal` elements name them. */
export function requestPrincipal(principal: Principal): RequestPrincipal {
  const { type, arn, name, issuerArn } = principal;
  return {
    arns: [arn, issuerArn ?? ''].filter((one) => one !== ''),
    account: parseArn(issuerArn ?? arn)?.account ?? '',
    service: type === 'AWSService' ? name : '',
  };
}

const one = (value: string | undefined): KeyValue => (value === undefined || value === '' ? 'unknown' : [value]);
const yesNo = (value: boolean): KeyValue => [String(value)];

const typeNames: { readonly [type: string]: string } = {
  IAMUser: 'User',
  AssumedRole: 'AssumedRole',
  FederatedUser: 'FederatedUser',
  Root: 'Account',
};

/** Condition keys by name; what is not here, records do not hold. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const keyValues: { readonly [key: string]: (call: RecordedCall) => KeyValue } = {
  'aws:principalaccount': ({ principal }) => one(requestPrincipal(principal).account),
  'aws:principalarn': ({ principal }) => one(decisiveArn(principal)),
  'aws:principalisawsservice': ({ principal }) => yesNo(principal.type === 'AWSService'),
  'aws:principaltype': ({ principal }) => one(typeNames[principal.type]),
  'aws:requestedregion': ({ region }) => one(region),
  // What a service asks in somebody's name comes from no address of theirs.
  'aws:sourceip': ({ sourceIp, principal }) =>
    sourceIp === undefined
      ? 'unknown'
      : isIP(sourceIp) !== 0
        ? [sourceIp]
        : principal.invokedBy !== undefined || sourceIp !== ''
          ? 'absent'
          : 'unknown',
  'aws:sourceidentity': ({ principal }) => (principal.sourceIdentity ? [principal.sourceIdentity] : 'absent'),
  // Long-lived keys have no token.
  'aws:tokenissuetime': ({ principal }) =>
    principal.issuedAt !== undefined
      ? [new Date(principal.issuedAt).toISOString()]
      : principal.accessKeyId?.startsWith('AKIA') || principal.type === 'Root'
        ? 'absent'
        : 'unknown',
  'aws:useragent': ({ userAgent }) => one(userAgent),
  'aws:username': ({ principal }) =>
    principal.type === 'IAMUser' ? one(principal.name) : principal.type === 'AssumedRole' ? 'absent' : 'unknown',
  'aws:viaawsservice': ({ principal }) => yesNo(principal.invokedBy !== undefined),
  'identitystore:userid': ({ principal }) => (principal.userId ? [principal.userId] : 'absent'),
};

/** The condition keys of a call. `asked` hears the names of those that are not known. */
export const keysOf =
  (call: RecordedCall, asked: Set<string>): RequestKeys =>
  (name) => {
    const value = keyValues[name]?.(call) ?? 'unknown';
    if (value === 'unknown') asked.add(name);
    return value;
  };
