/**
 * Field names as rules spell them, and as CloudTrail records have them: rules are written for the log as it is, for what a database made of it
 * (`event_name`, `useridentity.arn`), and for the Elastic Common Schema (`event.action`, `aws.cloudtrail.user_identity.arn`).
 */

/** The members of a record. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const members = [
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'requestID',
  'eventID',
  'readOnly',
  'resources',
  'eventType',
  'apiVersion',
  'managementEvent',
  'recipientAccountId',
  'serviceEventDetails',
  'sharedEventID',
  'vpcEndpointId',
  'vpcEndpointAccountId',
  'eventCategory',
  'addendum',
  'sessionCredentialFromConsole',
  'edgeDeviceDetails',
  'tlsDetails',
  'eventContext',
  'insightDetails',
  'annotation',
];
/** The members inside of these, which are AWS's as well; requests and answers are each call's own. */
const inside: { readonly [member: string]: readonly string[] } = {
  userIdentity: [
    'type',
    'userName',
    'principalId',
    'arn',
    'accountId',
    'accessKeyId',
    'sessionContext',
    'invokedBy',
    'identityProvider',
    'credentialId',
    'onBehalfOf',
    'inScopeOf',
  ],
  sessionContext: ['sessionIssuer', 'attributes', 'webIdFederationData', 'sourceIdentity', 'ec2RoleDelivery'],
  sessionIssuer: ['type', 'userName', 'principalId', 'arn', 'accountId'],
  attributes: ['creationDate', 'mfaAuthenticated'],
  resources: ['ARN', 'accountId', 'type'],
  tlsDetails: ['tlsVersion', 'cipherSuite', 'clientProvidedHostHeader'],
  additionalEventData: ['MFAUsed', 'MobileVersion', 'LoginTo', 'MFAIdentifier'],
};

/** https://www.elastic.co/docs/reference/ecs and the fields of Elastic's CloudTrail integration. */
const commonSchema: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'event.action': 'eventName',
    'event.provider': 'eventSource',
    'event.id': 'eventID',
    'event.outcome': 'firebreak.outcome',
    'event.dataset': 'firebreak.dataset',
    'data_stream.dataset': 'firebreak.dataset',
    'event.module': 'firebreak.provider',
    'cloud.provider': 'firebreak.provider',
    'cloud.region': 'awsRegion',
    'cloud.account.id': 'recipientAccountId',
    'source.ip': 'sourceIPAddress',
    'source.address': 'sourceIPAddress',
    'user_agent.original': 'userAgent',
    'user.id': 'userIdentity.principalId',
    'user.name': 'userIdentity.userName',
    'aws.cloudtrail.console_login.additional_eventdata.mfa_used': 'additionalEventData.MFAUsed',
    'aws.cloudtrail.additional_eventdata': 'additionalEventData',
  }),
);
const elasticPrefix = /^aws\.cloudtrail\.(?:flattened\.)?/;

const folded = (name: string): string => name.replaceAll('_', '').toLowerCase();
const foldedOf = (names: readonly string[]) => new Map(names.map((name) => [folded(name), name]));
const foldedMembers = foldedOf(members);
const foldedInside = new Map(Object.entries(inside).map(([member, names]) => [member, foldedOf(names)]));

/** The field of a CloudTrail record that a rule means; what is none of AWS's names stays as it is. */
export function recordField(path: string): string {
  const common = commonSchema.get(path);
  if (common !== undefined) return common;
  const segments = path.replace(elasticPrefix, '').split('.');
  let known: ReadonlyMap<string, string> | undefined = foldedMembers;
  for (let at = 0; known && at < segments.length; at += 1) {
    const [, name = '', rest = ''] = /^([^[{]*)(.*)$/.exec(segments[at]!) ?? [];
    const here: string | undefined = known.get(folded(name));
    if (here === undefined) break;
    segments[at] = here + rest;
    known = foldedInside.get(here);
  }
  return members.includes(segments[0]!.replace(/[[{].*$/, '')) ? segments.join('.') : path;
}

/** Whether a field is one that records can have, or one of ours. */
export const isRecordField = (path: string): boolean =>
  path === '' || path.startsWith('firebreak.') || members.includes(/^[^.[{]*/.exec(path)?.[0] ?? '');
