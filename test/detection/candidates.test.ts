import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtInRules } from '../../src/detection/built-in.ts';
import { Candidates } from '../../src/detection/candidates.ts';
import { EventRecord, type JsonObject } from '../../src/detection/record.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import { normalise } from '../../src/normalise/normalise.ts';

/** Rules that ask about each thing that is looked at ahead, turned round and mixed. */
const asking: readonly object[] = [
  { only: { userAgent: 'aws-cli/2.1' }, condition: 'only' },
  {
    only: { 'userAgent|contains': ['KALI', 'boto'] },
    other: { errorCode: 'AccessDenied' },
    condition: 'only or other',
  },
  { only: { 'userAgent|exists': false }, condition: 'only' },
  { only: { userAgent: null }, condition: 'only' },
  { only: { 'errorCode|neq': 'AccessDenied' }, condition: 'only' },
  { only: { errorCode: null }, call: { eventName: 'GetObject' }, condition: 'call and only' },
  { only: { 'sourceIPAddress|cidr': '10.0.0.0/8' }, condition: 'not only' },
  { only: { 'sourceIPAddress|fieldref': 'userAgent' }, condition: 'only' },
  { only: { 'userIdentity.type': ['Root', 'IAMUser'] }, condition: 'only' },
  { only: { 'userIdentity.type': null }, condition: 'only' },
  { only: { 'userIdentity.arn|re': '.*:user/.*' }, condition: 'only' },
  { only: { 'firebreak.outside': true, 'firebreak.compute': false }, condition: 'only' },
  { only: { 'firebreak.newAddress': false, eventSource: 's3.amazonaws.com' }, condition: 'only' },
  { only: { 'firebreak.firstSeen': 'address' }, condition: 'not only' },
  { only: { eventType: 'AwsConsoleSignIn' }, other: ['kali'], condition: 'only or other' },
];
const { events } = ruleSet([
  builtInRules(),
  {
    origin: 'user',
    documents: asking.map((detection, index) => ({
      file: `${index}.yml`,
      lineOf: () => undefined,
      value: { title: `${index}`, logsource: { product: 'aws', service: 'cloudtrail' }, detection },
    })),
  },
]);
const rules = events.filter(({ kinds }) => kinds.includes('cloudtrail'));

const odd = fc.constantFrom(null, 7, true, '', [], ['aws-cli/2.1', 'Root'], { type: 'Root' });
const oneOf = (...usual: string[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...usual) }, odd);
const record: fc.Arbitrary<JsonObject> = fc.record(
  {
    eventSource: oneOf('s3.amazonaws.com', 'sagemaker.amazonaws.com', 'iam.amazonaws.com'),
    eventName: oneOf('GetObject', 'DescribeEndpoint', 'AttachRolePolicy', 'InvokeEndpoint'),
    userAgent: oneOf('aws-cli/2.1', 'Boto3 kali', '198.51.100.7'),
    sourceIPAddress: oneOf('198.51.100.7', '10.1.2.3', 'athena.amazonaws.com'),
    errorCode: oneOf('AccessDenied', 'ValidationException'),
    eventType: oneOf('AwsApiCall', 'AwsConsoleSignIn'),
    userIdentity: fc.oneof(
      odd,
      fc.record(
        {
          type: oneOf('Root', 'IAMUser', 'AssumedRole'),
          arn: oneOf('arn:aws:iam::111122223333:user/bob', 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker'),
          accessKeyId: oneOf('ASIA0000000000000001'),
        },
        { requiredKeys: [] },
      ),
    ),
    'userIdentity.type': oneOf('Root'),
  },
  { requiredKeys: ['eventSource', 'eventName'] },
);

test('no rule that a record meets is left out ahead, whatever the record looks like and was before', () => {
  const candidates = new Candidates(rules);
  let met = 0;
  fc.assert(
    fc.property(record, (members) => {
      const text = JSON.stringify({ eventID: 'e-1', eventTime: '2026-11-23T20:31:02Z', ...members });
      const normalised = normalise({ format: 'cloudtrail', text });
      if (normalised.rejected !== undefined) return;
      const { event } = normalised;
      const asked = new EventRecord(event, normalised.record, text);
      const matching = rules.filter(({ detection }) => detection.matches(asked)).map(({ info }) => info.id);
      const found = candidates.of(event, normalised.record, false, false).map(({ info }) => info.id);
      expect(found).toEqual(expect.arrayContaining(matching));
      met += matching.length;
    }),
    { numRuns: 2_000 },
  );
  expect(met).toBeGreaterThan(2_000);
});

test('an ordinary call of an ordinary caller is left with hardly any rule', () => {
  const candidates = new Candidates(
    ruleSet([builtInRules()]).events.filter(({ kinds }) => kinds.includes('cloudtrail')),
  );
  const text = JSON.stringify({
    eventID: 'e-1',
    eventTime: '2026-11-23T20:31:02Z',
    eventSource: 'sagemaker.amazonaws.com',
    eventName: 'DescribeEndpoint',
    userAgent: 'Boto3/1.43.107',
    sourceIPAddress: '198.51.100.7',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
      accessKeyId: 'ASIA0000000000000001',
    },
  });
  const normalised = normalise({ format: 'cloudtrail', text });
  if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
  const found = candidates.of(normalised.event, normalised.record, false, false);
  expect(found.length).toBeLessThanOrEqual(2);
});
