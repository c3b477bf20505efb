import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/detection/read-yaml.ts';
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
    '{product: cloud, service: aws}',
    '{product: aws, service: aws.cloudtrail}',
    '{category: cloud, service: "AWS CloudTrail"}',
    "{product: aws, service: cloudtrail, definition: 'CloudTrail has to be on'}",
  ])('%s reads CloudTrail', (logsource) => {
    const [rule] = loaded(ruleOf(detection, logsource)).events;
    expect([rule?.kinds, rule?.info.unread]).toEqual([['cloudtrail'], undefined]);
  });
  it.each([
    '{product: windows, service: security}',
    '{product: gcp, service: gcp.audit}',
    '{category: process_creation}',
    '{product: m365, service: threat_management}',
    '{product: constructor}',
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

describe('names of fields', () => {
  const called = {
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'Boto3',
    userIdentity: {
      type: 'AssumedRole',
      sessionContext: { sessionIssuer: { userName: 'ds-exec' }, attributes: { mfaAuthenticated: 'false' } },
    },
    requestParameters: { userName: 'backdoor' },
    resources: [{ ARN: 'arn:aws:iam::111122223333:user/backdoor' }],
  };
  it.each([
    [
      'the Elastic Common Schema',
      's: {event.dataset: aws.cloudtrail, event.provider: iam.amazonaws.com, event.action: CreateUser, event.outcome: success, source.ip: 198.51.100.7, user_agent.original|contains: boto3, aws.cloudtrail.user_identity.type: AssumedRole, aws.cloudtrail.flattened.request_parameters.userName: backdoor}',
    ],
    [
      'a table of records',
      "s: {event_source: iam.amazonaws.com, event_name: CreateUser, source_ip_address: 198.51.100.7, useridentity.sessioncontext.sessionissuer.username: ds-exec, user_identity.session_context.attributes.mfa_authenticated: 'false'}",
    ],
    ['other capitals', 's: {EventName: CreateUser, sourceIpAddress: 198.51.100.7, resources.arn|endswith: /backdoor}'],
  ])('as in %s', (_, selection) => {
    const text = ruleOf(`${selection}\ncondition: s`);
    expect([meets(text, called), meets(text, { ...called, eventName: 'DeleteUser' })]).toEqual([true, false]);
    expect(loaded(text).events[0]?.info.notes).toEqual(['has no level: taken as medium']);
  });
  it('a call that failed, and a sign-in that did, have that outcome', () => {
    const text = ruleOf('s: {event.outcome: failure}\ncondition: s');
    expect(meets(text, { errorCode: 'AccessDenied' })).toBe(true);
    expect(meets(text, { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' } })).toBe(true);
    expect(meets(text, { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } })).toBe(false);
  });
  it('what no record can have is told', () => {
    const [rule] = loaded(ruleOf('s: {eventName: A, src_country: CH}\ncondition: s', undefined, 'level: low')).events;
    expect(rule?.info.notes).toEqual(['CloudTrail records have no src_country']);
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
  it('what is global is of all that follow, what is repeated of the one before', () => {
    const text = [
      'action: global\ntitle: x\nid: g\nlevel: high\nlogsource: {product: aws, service: cloudtrail}\ndetection: {filter: {userIdentity.type: AWSService}, condition: s and not filter}',
      'detection: {s: {eventName: A}}',
      'action: repeat\ntitle: y\ndetection: {s: {eventName: B}}',
      'action: reset',
      ruleOf('s: {eventName: C}\ncondition: s', undefined, 'id: own'),
    ].join('\n---\n');
    const { events } = loaded(text);
    expect(events.map(({ info: { id, title, level } }) => [id, title, level])).toEqual([
      ['g', 'x', 'high'],
      ['g-2', 'y', 'high'],
      ['own', 'x', 'medium'],
    ]);
    const met = (members: Members) => events.map(({ detection }) => detection.matches(asked(members)));
    expect(met({ eventName: 'A' })).toEqual([true, false, false]);
    expect(met({ eventName: 'B' })).toEqual([false, true, false]);
    expect(met({ eventName: 'B', userIdentity: { type: 'AWSService' } })).toEqual([false, false, false]);
  });
  it('more documents that are joined than 10,000: the rest is said not to be read', () => {
    const rest = 'action: repeat\ntitle: z\n---\n'.repeat(10_000);
    const { documents, unreadable } = readYaml(`action: global\ntitle: x\n---\n${rest}`, 'many.yml');
    expect(documents).toHaveLength(9_999);
    expect(unreadable).toMatchObject([
      { file: 'many.yml', line: 30_001, problem: expect.stringContaining('document 10001') },
    ]);
    const few = readYaml('action: global\ntitle: x\n---\naction: repeat\ntitle: z\n', 'few.yml');
    expect(few.unreadable).toEqual([]);
  });
  it('levels in short, tags as a text, times and lists where others have texts', () => {
    const head = 'level: info\nstatus: Experimental\ntags: attack.t1078\ndate: 2024/01/02\nauthor: [a, b]\nfields: [x]';
    const [rule] = loaded(ruleOf('s: {eventName: A}\ncondition: s', undefined, head)).events;
    expect(rule?.info).toMatchObject({ level: 'informational', tags: ['attack.t1078'] });
  });
});

describe('filters', () => {
  const two = `${ruleOf('s: {eventName: A}\ncondition: s', undefined, 'id: a')}---\n${ruleOf('s: {eventName: B}\ncondition: s', undefined, 'id: b\nname: named')}`;
  const filter = (rules: string, condition: string) =>
    `title: admins\nlogsource: {product: aws, service: cloudtrail}\nfilter:\n  rules: ${rules}\n  selection: {userIdentity.userName|startswith: adm_}\n  condition: ${condition}\n`;
  const asAdmin = { userIdentity: { type: 'IAMUser', userName: 'adm_eve' } };
  it.each([
    ['[a]', 'selection', [false, true]],
    ['[a]', 'not selection', [false, true]],
    ['[a, named]', 'not 1 of selection*', [false, false]],
    ['any', 'selection', [false, false]],
  ])('of %s with %s', (rules, condition, admins) => {
    const { events } = loaded(`${two}---\n${filter(rules, condition)}`);
    const met = (members: Members) =>
      ['A', 'B'].map((eventName, at) => events[at]!.detection.matches(asked({ eventName, ...members })));
    expect(met({})).toEqual([true, true]);
    expect(met(asAdmin)).toEqual(admins);
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
  expect(problemOf(ruleOf('s: {eventName: A}\nt: {eventName: B}\ncondition: s | near t'))).toMatchObject({
    field: 'detection.condition',
    problem: expect.stringContaining('correlation'),
  });
  expect(problemOf(ruleOf("s: {userIdentity.userName|expand: '%admins%'}\ncondition: s"))).toMatchObject({
    field: 'detection.s.userIdentity.userName|expand',
    problem: expect.stringContaining('write the values'),
  });
});
