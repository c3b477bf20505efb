import { describe, expect, it } from 'vitest';
import { printFilter } from '../../src/filter/print.ts';
import { alertFormats } from '../../src/focus/alerts/catalogue.ts';
import { isUsable, startFrom } from '../../src/focus/start-from.ts';
import { savedAlert, savedAlerts, savedAt, savedKey } from './fixture.ts';

const now = savedAt + 3_600_000;
const of = (...alerts: readonly string[]) => startFrom({ alerts }, now);

describe.each(savedAlerts)('the saved alert %s', (name) => {
  const start = of(savedAlert(name));

  it('names account, Region, window and key', () => {
    expect(start).toMatchObject({
      accounts: ['111122223333'],
      regions: ['us-east-1'],
      keys: [savedKey],
      unused: start.unused,
    });
    expect(start.firstSeen).toBe(name === 'aws-health' ? Date.parse('2026-11-23T20:16:02Z') : savedAt);
    expect(start.lookups).toEqual([{ attribute: 'AccessKeyId', value: savedKey }]);
  });

  it('is filtered by who it was', () => {
    expect(printFilter(start.filter)).toBe(
      name === 'aws-health' ? `key=${savedKey}` : `key=${savedKey} | ip=198.51.100.7`,
    );
  });

  it('lands where key, address and call meet; of a bare key where its address changes', () => {
    expect(start.landing.newAddress).toBe(name === 'aws-health');
    expect(start.landing.filters.map(printFilter)[0]).toBe(
      name === 'aws-health'
        ? `key=${savedKey}`
        : `key=${savedKey} ip=198.51.100.7 action=CreatePresignedNotebookInstanceUrl`,
    );
  });

  it('is of one format only', () => {
    const value = JSON.parse(savedAlert(name));
    const inner = value.detail?.findings?.[0] ?? value.detail ?? value.Findings[0];
    expect(alertFormats.filter((format) => format.read(inner, [value])).map(({ id }) => id)).toHaveLength(1);
  });

  it('is found in a line, an array, an SNS message, and among other text', () => {
    const value = JSON.parse(savedAlert(name));
    const same = printFilter(start.filter);
    expect(printFilter(of(JSON.stringify(value)).filter)).toBe(same);
    expect(printFilter(of(JSON.stringify([value, value])).filter)).toBe(same);
    expect(printFilter(of(`${JSON.stringify(value)}\n{"unrelated":1}\nno json\n`).filter)).toBe(same);
    expect(printFilter(of(JSON.stringify({ Type: 'Notification', Message: JSON.stringify(value) })).filter)).toBe(same);
    expect(printFilter(of(JSON.stringify({ Records: [{ Sns: { Message: JSON.stringify(value) } }] })).filter)).toBe(
      same,
    );
  });

  it('survives any member being missing or of another type', () => {
    const walk = (value: unknown, change: (member: unknown) => unknown): readonly unknown[] =>
      value === null || typeof value !== 'object'
        ? []
        : Object.keys(value).flatMap((key) => {
            const copy = structuredClone(value) as { [key: string]: unknown };
            copy[key] = change(copy[key]);
            const inner = walk((value as { [key: string]: unknown })[key], change).map((replaced) => ({
              ...(structuredClone(value) as object),
              [key]: replaced,
            }));
            return [copy, ...inner];
          });
    const value = JSON.parse(savedAlert(name));
    for (const change of [() => undefined, () => null, () => 7, () => [], () => ({}), () => '\u001b]52;c;x\u0007'])
      for (const odd of walk(value, change)) expect(() => of(JSON.stringify(odd))).not.toThrow();
  });
});

it('reads files that were put one after the other, and says each thing once', () => {
  const pretty = savedAlerts.map((name) => JSON.stringify(JSON.parse(savedAlert(name)), null, 2));
  for (const joint of ['', '\n', '\n\n']) {
    const start = of(pretty.join(joint));
    expect(start.accounts).toEqual(['111122223333']);
    expect(start.sentences).toHaveLength(savedAlerts.length);
    for (const sentence of start.sentences) expect(sentence.split(savedKey)).toHaveLength(2);
  }
  expect(of(`${pretty[0]} and more`).keys).toEqual([savedKey]);
});

it('takes the record out of an answer of LookupEvents, whose own members have the same names', () => {
  const record = {
    eventID: 'd62d890b-4886-4969-a50e-aa44d6d3d3fe',
    eventTime: '2026-11-23T20:31:02Z',
    eventSource: 'sagemaker.amazonaws.com',
    eventName: 'StopNotebookInstance',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.7',
    userIdentity: { type: 'IAMUser', userName: 'alice', accountId: '111122223333', accessKeyId: savedKey },
    recipientAccountId: '111122223333',
  };
  const { eventID: EventId, eventName: EventName, eventSource: EventSource, eventTime: EventTime } = record;
  const said = { EventId, EventName, EventSource, EventTime, Username: 'alice', Resources: [] };
  expect(of(JSON.stringify({ Events: [{ ...said, CloudTrailEvent: JSON.stringify(record) }] }))).toMatchObject({
    accounts: ['111122223333'],
    regions: ['eu-west-1'],
    keys: [savedKey],
    eventId: EventId,
  });
  expect(of(JSON.stringify({ Events: [said] })).eventId).toBe(EventId);
});

it('merges several alerts and keeps the earliest window', () => {
  const start = of(savedAlerts.map((name) => JSON.stringify(JSON.parse(savedAlert(name)))).join('\n'));
  expect(start.firstSeen).toBe(Date.parse('2026-11-23T20:16:02Z'));
  expect(start.sentences).toHaveLength(5);
  expect(start.keys).toEqual([savedKey]);
});

const record = {
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker',
    accountId: '111122223333',
    accessKeyId: 'ASIAV6X4DRU3PHLU3GT6',
  },
  eventTime: '2026-11-23T20:31:40Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'PutRolePolicy',
  awsRegion: 'us-east-1',
  sourceIPAddress: '198.51.100.7',
  eventID: 'd62d890b-4886-4969-a50e-aa44d6d3d3fe',
  recipientAccountId: '111122223333',
};

it.each<[string, unknown]>([
  ['bare', record],
  ['in Records', { Records: [record] }],
  ['as LookupEvents answers it', { Events: [{ EventId: record.eventID, CloudTrailEvent: JSON.stringify(record) }] }],
  ['as EventBridge carries it', { 'detail-type': 'AWS API Call via CloudTrail', account: '1', detail: record }],
])('reads a CloudTrail record %s and lands on it', (_title, value) => {
  const start = of(JSON.stringify(value));
  expect(start.eventId).toBe(record.eventID);
  expect(printFilter(start.landing.filters[0]!)).toBe(`id=${record.eventID}`);
  expect(start.lookups).toContainEqual({ attribute: 'EventId', value: record.eventID });
  // Temporary credentials: what they did, and the call that issued them.
  expect(start.lookups).toContainEqual({ attribute: 'AccessKeyId', value: 'ASIAV6X4DRU3PHLU3GT6' });
  expect(start.lookups).toContainEqual({ attribute: 'ResourceName', value: 'ASIAV6X4DRU3PHLU3GT6' });
});

it('reads GuardDuty’s own case in EventBridge’s envelope, and its attack sequences', () => {
  const sequence = {
    'detail-type': 'GuardDuty Finding',
    account: '111122223333',
    region: 'eu-west-1',
    detail: {
      Type: 'AttackSequence:IAM/CompromisedCredentials',
      Resource: { ResourceType: 'AttackSequence' },
      Service: {
        Detection: {
          Sequence: {
            Actors: [{ User: { Name: 'alice', CredentialUid: savedKey } }],
            Endpoints: [{ Ip: '198.51.100.7' }, { Ip: '169.254.169.254' }],
            Resources: [{ Uid: 'arn:aws:s3:::fraud-training-data' }],
          },
        },
      },
    },
  };
  const start = of(JSON.stringify(sequence));
  expect(printFilter(start.filter)).toBe(`key=${savedKey} | ip=198.51.100.7`);
  expect(start.regions).toEqual(['eu-west-1']);
  expect(start.resources).toEqual([
    { kind: 's3.bucket', arn: 'arn:aws:s3:::fraud-training-data', name: 'fraud-training-data' },
  ]);
  expect(start.unused.join()).toContain('169.254.169.254: no call comes from such an address');
});

it.each([
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
])('takes the partition %s', (partition, region) => {
  const start = of(
    savedAlert('security-hub-asff').replaceAll('us-east-1', region).replaceAll('arn:aws:', `arn:${partition}:`),
  );
  expect(start.regions).toEqual([region]);
  expect(start.unused.filter((line) => line.includes('Region'))).toEqual([]);
});

it('says what it cannot use', () => {
  const odd = JSON.parse(savedAlert('guardduty-api'));
  odd.Findings[0].Resource.AccessKeyDetails.AccessKeyId = 'GeneratedFindingAccessKeyId';
  odd.Findings[0].AccountId = 'not-an-account';
  odd.Findings[0].Region = 'the moon';
  odd.Findings[0].Service.EventFirstSeen = '2199-01-01T00:00:00Z';
  const start = of(JSON.stringify(odd));
  const said = start.unused.join('\n');
  expect(said).toContain('GeneratedFindingAccessKeyId: this has not the shape of an access key id');
  expect(said).toContain('account not-an-account');
  expect(said).toContain('the moon: it is no Region');
  expect(said).toContain('lies in the future');
  // The user is left, and the address.
  expect(printFilter(start.filter)).toBe('principal=alice | ip=198.51.100.7');
});

it('takes hostile texts for what they are: data', () => {
  const evil = '\u001b]0;owned\u0007$(rm -rf /)';
  const start = of(
    savedAlert('guardduty-api').replaceAll(
      'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
      `X:Y/${JSON.stringify(evil).slice(1, -1)}`,
    ),
  );
  expect(start.name).toMatch(/^[a-z0-9-]{1,60}$/);
  expect(isUsable(start)).toBe(true);
});

it.each(['{}', '[]', '{"a":{"b":["c"]}}', 'null', 'no alert at all', '{"Findings":[]}', '[[[[[[[[[[[[{}]]]]]]]]]]]]'])(
  'finds nothing in %s',
  (text) => expect(isUsable(of(text))).toBe(false),
);

it('bounds the depth and the number of what it reads', () => {
  const deep = `${'{"detail":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
  expect(isUsable(of(deep))).toBe(false);
  const finding = JSON.parse(savedAlert('guardduty-api')).Findings[0];
  const many = Array.from({ length: 2_000 }, (_, at) => {
    const one = structuredClone(finding);
    one.Resource.AccessKeyDetails.AccessKeyId = `AKIA${String(at).padStart(16, '2').replaceAll(/[01]/g, 'A')}`;
    return one;
  });
  const start = of(JSON.stringify({ Findings: many }));
  expect(start.lookups.length).toBeLessThanOrEqual(20);
  expect(start.unused.join('\n')).toContain('only the first 500 are read');
});
