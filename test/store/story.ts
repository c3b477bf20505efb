import { grantsOf } from '../../src/linking/credentials.ts';
import { link } from '../../src/linking/link.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import type { StoredEvent } from '../../src/store/writer.ts';
import { uuid } from './stored.ts';

const account = '111122223333';
type Members = { readonly [member: string]: unknown };

/** A call as CloudTrail records it; `n` makes its ids. */
export const call = (n: number, time: string, action: string, userIdentity: Members, more: Members = {}): Members => {
  const [service = '', eventName = ''] = action.split(':');
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: `2026-11-23T${time}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.10',
    userAgent: 'Boto3/1.42.3',
    requestParameters: null,
    responseElements: null,
    requestID: uuid(0x900000 + n),
    eventID: uuid(n),
    readOnly: /^(?:Get|List|Describe|Assume)/.test(eventName),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...more,
  };
};

export const user = (name: string, accessKeyId?: string): Members => ({
  type: 'IAMUser',
  principalId: `AIDA${name.toUpperCase()}`,
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  userName: name,
  ...(accessKeyId ? { accessKeyId } : {}),
});

export const session = (role: string, name: string, accessKeyId: string, more: Members = {}): Members => ({
  type: 'AssumedRole',
  principalId: `AROA${role.toUpperCase()}:${name}`,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  accountId: account,
  accessKeyId,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: `AROA${role.toUpperCase()}`,
      arn: roleArn(role),
      accountId: account,
      userName: role,
    },
    attributes: { creationDate: '2026-11-23T20:05:00Z', mfaAuthenticated: 'false' },
    ...more,
  },
});

export const roleArn = (role: string): string => `arn:aws:iam::${account}:role/service-role/${role}`;

/** The response of an AssumeRole. */
export const assumed = (role: string, name: string, accessKeyId: string, expiration = 'Nov 23, 2026, 9:10:00 PM') => ({
  requestParameters: { roleArn: roleArn(role), roleSessionName: name, durationSeconds: 3600 },
  responseElements: {
    credentials: { accessKeyId, expiration, sessionToken: 'x' },
    assumedRoleUser: { assumedRoleId: `AROA:${name}`, arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}` },
  },
});

export const notebook = (more: Members = {}): Members => ({
  requestParameters: { notebookInstanceName: 'fraud-lab', ...more },
});

/** A record as the ingest thread hands it to the writer. */
export function storedRecord(record: Members, more: Partial<StoredEvent> = {}): StoredEvent {
  const text = JSON.stringify(record);
  const normalised = normalise({ format: 'cloudtrail', text });
  if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
  const event = { ...normalised.event, resources: link(normalised.record, normalised.event) };
  return {
    event,
    grants: grantsOf(normalised.record, event),
    bytes: Buffer.from(text),
    route: 'cloudtrail-lookup',
    seenAt: event.at + 60_000,
    late: false,
    ...more,
  };
}
