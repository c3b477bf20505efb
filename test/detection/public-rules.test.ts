import { describe, expect, it } from 'vitest';
import { asked, problemOf, setOf } from './asked.ts';

// How public rule sets for CloudTrail are written: each spelling loads, meets what it means, and nothing else.

type Members = { readonly [name: string]: unknown };

/** A rule of one detection, with a `logsource` as somebody wrote it. */
const ruleOf = (detection: string, logsource = '{product: aws, service: cloudtrail}', head = ''): string =>
  `title: x\nlogsource: ${logsource}\n${head}\ndetection:\n${detection.replaceAll(/^/gm, '  ')}\n`;

function loaded(text: string) {
  const set = setOf(text);
  expect(set.problems).toEqual([]);
  return set;
}
const meets = (text: string, members: Members): boolean => loaded(text).events[0]!.detection.matches(asked(members));

const root = { type: 'Root', arn: 'arn:aws:iam::111122223333:root' };

describe('detections', () => {
  it.each<[string, string, Members, Members]>([
    [
      'paths through arrays with braces',
      "s:\n  eventName: AuthorizeSecurityGroupIngress\n  requestParameters.ipPermissions.items{}.ipRanges.items{}.cidrIp: '0.0.0.0/0'\ncondition: s",
      {
        eventName: 'AuthorizeSecurityGroupIngress',
        requestParameters: { ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] } },
      },
      {
        eventName: 'AuthorizeSecurityGroupIngress',
        requestParameters: { ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } }] } },
      },
    ],
    [
      'filters by pattern, upper case operators',
      'selection: {eventName: CreateUser}\nfilter_main_service: {userIdentity.type: AWSService}\nfilter_optional_tf: {userAgent|contains: terraform}\ncondition: selection AND NOT 1 of filter_main_* AND NOT 1 of filter_optional_*',
      { eventName: 'CreateUser', userAgent: 'aws-cli' },
      { eventName: 'CreateUser', userAgent: 'HashiCorp Terraform/1.9' },
    ],
    [
      'null, and lists with null',
      "s: {eventName: StopLogging, errorCode: null}\nt: {errorCode: [null, '', Success]}\ncondition: s and t",
      { eventName: 'StopLogging' },
      { eventName: 'StopLogging', errorCode: 'AccessDenied' },
    ],
    [
      'an empty text is a text that is there',
      "s: {sourceIPAddress: ''}\ncondition: s",
      { sourceIPAddress: '' },
      { sourceIPAddress: '198.51.100.7' },
    ],
    [
      'any value',
      "s: {eventName: '*', errorMessage|contains: 'not authorized'}\ncondition: s",
      { errorMessage: 'is not authorized to perform' },
      { errorMessage: 'no such thing' },
    ],
    [
      'keywords that all have to be there',
      "keywords:\n  '|all': [AKIAEXAMPLE, '198.51.100.7']\ncondition: keywords",
      { userIdentity: { accessKeyId: 'AKIAEXAMPLE' }, sourceIPAddress: '198.51.100.7' },
      { userIdentity: { accessKeyId: 'AKIAEXAMPLE' } },
    ],
    [
      'a list of maps with expressions',
      "s:\n  - eventName: DeleteTrail\n  - eventName|re|i: '^create(user|role)$'\ncondition: s",
      { eventName: 'CREATEROLE' },
      { eventName: 'CreateRoleX' },
    ],
    [
      'flags inside of an expression',
      's: {requestParameters.policyDocument|re: \'(?i)"action"\\s*:\\s*"(\\*|iam:\\*)"\'}\ncondition: s',
      { requestParameters: { policyDocument: '{"Action": "iam:*"}' } },
      { requestParameters: { policyDocument: '{"Action": "s3:Get*"}' } },
    ],
    [
      'parts of an object as it reads',
      's: {requestParameters|contains|all: [\'"Effect":"Allow"\', \'"Principal":"*"\']}\ncondition: s',
      { requestParameters: { bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*' }] } } },
      { requestParameters: { bucketPolicy: { Statement: [{ Effect: 'Deny', Principal: '*' }] } } },
    ],
    [
      'numbers as texts and texts as numbers',
      's: {requestParameters.durationSeconds|gte: 3600, requestParameters.port: 22}\ncondition: s',
      { requestParameters: { durationSeconds: '7200', port: '22' } },
      { requestParameters: { durationSeconds: 900, port: 22 } },
    ],
    [
      'truth as a word',
      "s: {requestParameters.isMultiRegionTrail: false}\nt: {requestParameters.isMultiRegionTrail: 'false'}\ncondition: s and t",
      { requestParameters: { isMultiRegionTrail: false } },
      { requestParameters: { isMultiRegionTrail: true } },
    ],
    [
      'No is a word, as MFAUsed has it',
      's: {additionalEventData.MFAUsed: No, responseElements.ConsoleLogin: Success}\ncondition: s',
      { additionalEventData: { MFAUsed: 'No' }, responseElements: { ConsoleLogin: 'Success' } },
      { additionalEventData: { MFAUsed: 'Yes' }, responseElements: { ConsoleLogin: 'Success' } },
    ],
    ['exists with the words of YAML 1.1', 's: {errorCode|exists: no}\ncondition: s', {}, { errorCode: 'AccessDenied' }],
    [
      'another field of the record',
      's: {userIdentity.userName|fieldref: requestParameters.userName}\ncondition: not s',
      { userIdentity: { userName: 'a' }, requestParameters: { userName: 'b' } },
      { userIdentity: { userName: 'a' }, requestParameters: { userName: 'a' } },
    ],
    [
      'anchors and merged maps',
      's1: &s {eventName: RunInstances}\ns2: {<<: *s, userIdentity.type: Root}\ncondition: s1 and s2',
      { eventName: 'RunInstances', userIdentity: root },
      { eventName: 'RunInstances', userIdentity: { type: 'IAMUser' } },
    ],
    [
      'names with hyphens and dots',
      'selection-create: {eventName: A}\nsel.b: {eventName: B}\ncondition: selection-create or sel.b',
      { eventName: 'B' },
      { eventName: 'C' },
    ],
    [
      'any dash, and cased',
      "s: {requestParameters.commands|windash|contains: ' -enc ', userAgent|cased|startswith: AWS}\ncondition: s",
      { requestParameters: { commands: ['powershell /enc x'] }, userAgent: 'AWSPowerShell' },
      { requestParameters: { commands: ['powershell /enc x'] }, userAgent: 'awspowershell' },
    ],
  ])('%s', (_, detection, yes, no) => {
    expect([meets(ruleOf(detection), yes), meets(ruleOf(detection), no)]).toEqual([true, false]);
  });
});

describe('logsource', () => {
  const detection = 's: {eventName: A}\ncondition: s';
  it.each([
    '{product: AWS, service: CloudTrail}',
    '{category: cloudtrail, product: aws}',
    '{product: aws, service: aws-cloudtrail}',
    '{service: cloudtrail}',
    '{product: cloudtrail}',
    '{product: amazon, service: cloudtrail}',
    '{product: aws, category: cloud, service: iam}',
    '{product: aws}',
    "{product: aws, service: cloudtrail, definition: 'CloudTrail has to be on'}",
  ])('%s reads CloudTrail', (logsource) => {
    const [rule] = loaded(ruleOf(detection, logsource)).events;
    expect([rule?.kinds, rule?.info.unread]).toEqual([['cloudtrail'], undefined]);
  });
  it.each([
    '{product: windows, service: security}',
    '{product: gcp, service: gcp.audit}',
    '{category: process_creation}',
  ])('%s is read by nobody here, and that is said', (logsource) => {
    const [rule] = loaded(ruleOf(detection, logsource)).events;
    expect([rule?.kinds, rule?.info.unread]).toEqual([[], expect.stringContaining('does not read')]);
  });
  it('a service of AWS without a field of CloudTrail is another log', () => {
    const [rule] = loaded(
      ruleOf('s: {query_name: evil.example}\ncondition: s', '{product: aws, service: route53}'),
    ).events;
    expect(rule?.info.unread).toContain('does not read');
  });
});

describe('files', () => {
  const two = `${ruleOf('s: {eventName: A}\ncondition: s')}\n---\n${ruleOf('s: {eventName: B}\ncondition: s', undefined, 'id: b')}`;
  it.each([
    ['a mark at the beginning', `\ufeff${two}`],
    ['lines of Windows', two.replaceAll('\n', '\r\n')],
    ['a beginning and an end', `---\n${two}\n...\n`],
  ])('%s', (_, text) => {
    expect(loaded(text).events).toHaveLength(2);
  });
  it('levels in short, tags as a text, times and lists where others have texts', () => {
    const head = 'level: info\nstatus: Experimental\ntags: attack.t1078\ndate: 2024/01/02\nauthor: [a, b]\nfields: [x]';
    const [rule] = loaded(ruleOf('s: {eventName: A}\ncondition: s', undefined, head)).events;
    expect(rule?.info).toMatchObject({ level: 'informational', tags: ['attack.t1078'] });
  });
});

describe('correlations', () => {
  const base = `name: login\n${ruleOf('s: {eventName: ConsoleLogin}\ncondition: s', undefined, 'id: 4444')}`;
  const correlation = (body: string) => `${base}\n---\ntitle: many\ncorrelation:\n${body.replaceAll(/^/gm, '  ')}\n`;
  it.each([
    [
      'one name as a text',
      'type: event_count\nrules: login\ngroup-by: userIdentity.userName\ntimespan: 5m\ncondition: {gte: 5}',
      300_000,
    ],
    [
      'by id, one field in a list',
      "type: value_count\nrules: ['4444']\ngroup-by: [sourceIPAddress]\ntimespan: 1w\ncondition: {gte: 5, field: [eventName]}",
      604_800_000,
    ],
    ['no group', 'type: event_count\nrules: [login]\ntimespan: 1M\ncondition: {gte: 5}\ngenerate: true', 2_592_000_000],
  ])('%s', (_, body, timespanMs) => {
    const [rule] = loaded(correlation(body)).correlations;
    expect(rule?.correlation).toMatchObject({ rules: ['4444'], timespanMs });
  });
});

it('what is not Sigma any more, or cannot be known here, is refused with its line and what to write instead', () => {
  expect(problemOf(ruleOf('s: {eventName: A}\ncondition: s | count() by sourceIPAddress > 5'))).toMatchObject({
    field: 'detection.condition',
    problem: expect.stringContaining('correlation'),
  });
  expect(problemOf(ruleOf("s: {userIdentity.userName|expand: '%admins%'}\ncondition: s"))).toMatchObject({
    field: 'detection.s.userIdentity.userName|expand',
    problem: expect.stringContaining('write the values'),
  });
});
