import type { FilterField, FilterFlag } from './predicate.ts';

/** Every field with one line that says what it asks: completion, help and error messages come from here. */
export const fields: { readonly [Field in FilterField]: string } = {
  principal: 'who: user, session, role, ARN, or the person behind them',
  action: 'what: CreateEndpoint, sagemaker:CreateEndpoint, Create*',
  kind: 'kind of resource: endpoint, notebook-instance, role',
  resource: 'name or ARN of a resource',
  ip: 'address or network: 198.51.100.7, 198.51.100.0/24',
  account: 'account id',
  region: 'Region',
  error: 'error code',
  agent: 'user agent',
  key: 'access key id',
  session: 'role session: SageMaker, ds-exec/SageMaker, or its ARN',
  request: 'request id of the call',
  source: 'cloudtrail, cloudwatch-logs, eventbridge, responder',
  rule: 'a detection rule that fired on it: rule=sagemaker-endpoint-siphon, rule=*',
  id: 'event id',
};

/** The field names, in the order in which help and completion show them. */
export const fieldNames = Object.keys(fields) as readonly FilterField[];

/** Every flag with one line that says what it asks. */
export const flags: { readonly [Flag in FilterFlag]: string } = {
  error: 'the call failed',
  readonly: 'the call only read',
  marked: 'marked by a responder',
  late: 'arrived after its time had been read',
};

/** The flag names. */
export const flagNames = Object.keys(flags) as readonly FilterFlag[];

/** The two ends of a stretch of time, with one line that says what they take. */
export const times: { readonly since: string; readonly until: string } = {
  since: 'from: 20:30, 2h, 2026-11-23, an ISO time (UTC)',
  until: 'up to and including: 20:30, 2h, 2026-11-23, an ISO time (UTC)',
};

/** Whether a word names a field; names ignore case. */
export const isField = (word: string): word is FilterField => Object.hasOwn(fields, word);

/** Whether a word names a flag. */
export const isFlag = (word: string): word is FilterFlag => Object.hasOwn(flags, word);
