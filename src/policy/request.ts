/** What a request had for a condition key: its values; `absent`: surely none; `unknown`: records do not hold it. */
export type KeyValue = readonly string[] | 'absent' | 'unknown';

/** Condition keys of a request, by name in lower case: IAM compares names of keys without case. */
export type RequestKeys = (name: string) => KeyValue;

/** Something a request acted on. `within`: something in there, which the record does not name. */
export interface RequestResource {
  readonly arn: string;
  readonly within?: true;
}

/** One permission that a call needed. */
export interface PolicyRequest {
  /** `service:Action` as policies write it. */
  readonly action: string;
  /** What it is needed on; empty: the action has no resource, and only `*` fits. `undefined`: not looked up, or not recorded. */
  readonly resources: readonly RequestResource[] | undefined;
}

/** Who asked, as resource policies see it: each ARN and account by which a `Principal` element may name them. */
export interface RequestPrincipal {
  readonly arns: readonly string[];
  readonly account: string;
  /** Host name, when a service called for itself. */
  readonly service: string;
}
