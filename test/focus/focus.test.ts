import { describe, expect, it } from 'vitest';
import { printFilter } from '../../src/filter/print.ts';
import { readFocus } from '../../src/focus/read-focus.ts';
import { isUsable, startFrom } from '../../src/focus/start-from.ts';

const now = Date.parse('2026-11-23T21:00:00Z');
const start = (...focuses: readonly string[]) => startFrom({ focuses }, now);
const names = (text: string) =>
  readFocus(text).indicators.map((one) =>
    one.type === 'resource' ? `${one.ref.kind} ${one.ref.name}` : Object.values(one).join(' '),
  );

it.each<[string, string]>([
  ['fraud-lab', 'resource=fraud-lab | principal=fraud-lab'],
  ['AKIAFP2DUF32SIL62RFN', 'key=AKIAFP2DUF32SIL62RFN'],
  ['ds-exec/SageMaker', 'resource=ds-exec/SageMaker | principal=ds-exec/SageMaker'],
  ['arn:aws:sts::111122223333:assumed-role/ds-exec/alice', 'principal=ds-exec/alice'],
  ['arn:aws:iam::111122223333:user/alice', 'principal=arn:aws:iam::111122223333:user/alice | resource=alice'],
  ['arn:aws-cn:sagemaker:cn-north-1:111122223333:endpoint/fraud-scorer', 'resource=fraud-scorer'],
  ['198.51.100.7', 'ip=198.51.100.7'],
  ['198[.]51[.]100[.]7', 'ip=198.51.100.7'],
  ['198.51.100.7/32', 'ip=198.51.100.7'],
  ['198.51.100.0/24', 'ip=198.51.100.0/24'],
  ['2001:db8::/48', 'ip=2001:db8::/48'],
  ['D62D890B-4886-4969-A50E-AA44D6D3D3FE', 'id=d62d890b-4886-4969-a50e-aa44d6d3d3fe'],
])('--focus %s', (text, filter) => expect(printFilter(start(text).filter)).toBe(filter));

it('lands a bare key where its address changes, an address on its first event', () => {
  expect(start('AKIAFP2DUF32SIL62RFN').landing.newAddress).toBe(true);
  expect(start('AKIAFP2DUF32SIL62RFN', '198.51.100.7').landing.newAddress).toBe(false);
  expect(start('198.51.100.7').landing).toMatchObject({ newAddress: false, filters: [start('198.51.100.7').filter] });
  // What happened to a thing begins nowhere in particular.
  expect(start('fraud-lab').landing.filters).toEqual([]);
});

it('joins several with OR', () => {
  expect(printFilter(start('198.51.100.7', 'AKIAFP2DUF32SIL62RFN').filter)).toBe(
    'ip=198.51.100.7 | key=AKIAFP2DUF32SIL62RFN',
  );
});

it('says that event history cannot be asked for an address', () => {
  const { unused, lookups } = start('198.51.100.7');
  expect(lookups).toEqual([]);
  expect(unused.join()).toContain('cannot be asked for an address: searched in what is loaded; for the rest: hunt');
});

it('looks for temporary credentials and the call that issued them', () => {
  expect(start('ASIAV6X4DRU3PHLU3GT6').lookups).toEqual([
    { attribute: 'AccessKeyId', value: 'ASIAV6X4DRU3PHLU3GT6' },
    { attribute: 'ResourceName', value: 'ASIAV6X4DRU3PHLU3GT6' },
  ]);
});

it('asks for a session by its session name first', () => {
  expect(start('ds-exec/SageMaker').lookups[0]).toEqual({ attribute: 'Username', value: 'SageMaker' });
});

it.each([
  '',
  '   ',
  '111122223333',
  'AKIAshort',
  'AROAQ3EGVOBVP2X5KLMNO',
  '0.0.0.0/0',
  '169.254.169.254',
  '198.51.100.7/99',
  'two words',
  'https://example.com/',
  'arn:aws:sagemaker:us-east-1:111122223333:endpoint/*',
  'arn:nonsense',
  '\u001b[2J',
  'x'.repeat(5000),
])('cannot use %j, and says why in one line', (text) => {
  const one = start(text);
  expect(isUsable(one)).toBe(false);
  expect(one.unused).toHaveLength(1);
  expect(one.unused[0]).not.toContain('\n');
});

it('keeps no secret key that was pasted by mistake', () => {
  const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYa1';
  expect(JSON.stringify(start(secret))).not.toContain(secret);
});

describe('console URLs', () => {
  const host = 'https://us-west-2.console.aws.amazon.com';
  it.each<[string, readonly string[]]>([
    [
      `${host}/sagemaker/home?region=us-west-2#/notebook-instances/fraud-lab`,
      ['sagemaker.notebook-instance fraud-lab'],
    ],
    [
      `${host}/sagemaker/home?region=us-west-2#/notebook-instances/lifecycle-configs/evil`,
      ['sagemaker.notebook-instance-lifecycle-config evil'],
    ],
    [`${host}/sagemaker/home?region=us-west-2#/endpoints/fraud-scorer`, ['sagemaker.endpoint fraud-scorer']],
    [
      `${host}/sagemaker/home?region=us-west-2#/endpointConfig/fraud-scorer-v4`,
      ['sagemaker.endpoint-config fraud-scorer-v4'],
    ],
    [`${host}/sagemaker/home?region=us-west-2#/jobs/miner-1`, ['sagemaker.training-job miner-1']],
    [`${host}/sagemaker/home?region=us-west-2#/processing-jobs/miner-2`, ['sagemaker.processing-job miner-2']],
    [`${host}/sagemaker/home?region=us-west-2#/transform-jobs/t`, ['sagemaker.transform-job t']],
    [`${host}/sagemaker/home?region=us-west-2#/hyper-tuning-jobs/h`, ['sagemaker.hyper-parameter-tuning-job h']],
    [`${host}/sagemaker/home?region=us-west-2#/labeling-jobs/details/l`, ['sagemaker.labeling-job l']],
    [`${host}/sagemaker/home?region=us-west-2#/models/m`, ['sagemaker.model m']],
    [
      `${host}/sagemaker/home?region=us-west-2#/studio/d-abc/user/alice`,
      ['sagemaker.user-profile alice', 'sagemaker.domain d-abc'],
    ],
    [`${host}/sagemaker/home?region=us-west-2#/clusters/c`, ['sagemaker.cluster c']],
    [
      'https://111122223333-a1b2c3d4.us-west-2.console.aws.amazon.com/sagemaker/home?region=us-west-2#/endpoints/e',
      ['sagemaker.endpoint e'],
    ],
    ['https://cn-north-1.console.amazonaws.cn/sagemaker/home?region=cn-north-1#/endpoints/e', ['sagemaker.endpoint e']],
    ['https://console.amazonaws-us-gov.com/sagemaker/home?region=us-gov-west-1#/endpoints/e', ['sagemaker.endpoint e']],
    [
      'https://us-east-1.console.aws.amazon.com/iam/home?region=us-west-2#/roles/details/ds-exec?section=permissions',
      ['iam.role ds-exec'],
    ],
    ['https://console.aws.amazon.com/iam/home#/users/alice', ['iam.user alice']],
    [
      `${host}/cloudtrailv2/home?region=us-west-2#/events/d62d890b-4886-4969-a50e-aa44d6d3d3fe`,
      ['event d62d890b-4886-4969-a50e-aa44d6d3d3fe'],
    ],
    [
      `${host}/cloudtrail/home?region=us-west-2#/events?EventId=d62d890b-4886-4969-a50e-aa44d6d3d3fe`,
      ['event d62d890b-4886-4969-a50e-aa44d6d3d3fe'],
    ],
    [
      `${host}/cloudtrailv2/home?region=us-west-2#/events?AccessKeyId=AKIAFP2DUF32SIL62RFN`,
      ['key AKIAFP2DUF32SIL62RFN'],
    ],
    [
      `${host}/cloudwatch/home?region=us-west-2#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FNotebookInstances/log-events/fraud-lab$252Fjupyter.log$3Fstart$3D0`,
      ['sagemaker.notebook-instance fraud-lab', 'logs.log-group /aws/sagemaker/NotebookInstances'],
    ],
    [
      `${host}/cloudwatch/home?region=us-west-2#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FEndpoints$252Ffraud-scorer`,
      ['sagemaker.endpoint fraud-scorer', 'logs.log-group /aws/sagemaker/Endpoints/fraud-scorer'],
    ],
    ['https://s3.console.aws.amazon.com/s3/buckets/fraud-data?region=us-west-2&tab=objects', ['s3.bucket fraud-data']],
    [
      `${host}/s3/object/fraud-data?region=us-west-2&prefix=train/a.csv`,
      ['s3.object fraud-data/train/a.csv', 's3.bucket fraud-data'],
    ],
    ['s3://fraud-data/train/a.csv', ['s3.object fraud-data/train/a.csv', 's3.bucket fraud-data']],
    [
      'https://d-1234567890.awsapps.com/start/#/console?account_id=111122223333&role_name=OnCall&destination=https%3A%2F%2Fus-west-2.console.aws.amazon.com%2Fsagemaker%2Fhome%3Fregion%3Dus-west-2%23%2Fendpoints%2Fe',
      ['sagemaker.endpoint e'],
    ],
  ])('%s', (url, expected) => expect(names(url)).toEqual(expected));

  it('takes account and Region from the address', () => {
    expect(
      readFocus('https://111122223333-a1b2c3d4.us-west-2.console.aws.amazon.com/sagemaker/home#/endpoints/e'),
    ).toMatchObject({
      account: '111122223333',
      region: 'us-west-2',
    });
  });

  it('keeps no token of a presigned URL', () => {
    const url = 'https://fraud-lab-ab12.notebook.us-east-1.sagemaker.aws/lab?authToken=SECRETSECRET';
    const one = start(url);
    expect(names(url)).toEqual(['sagemaker.notebook-instance fraud-lab-ab12', 'sagemaker.notebook-instance fraud-lab']);
    expect(JSON.stringify(one)).not.toContain('SECRET');
  });

  it.each([
    `${host}/sagemaker/home?region=us-west-2#/endpoints`,
    `${host}/guardduty/home?region=us-west-2#/findings?fId=5ac7`,
    `${host}/ec2/home?region=us-west-2#Instances:`,
    `${host}/cloudwatch/home?region=us-west-2#alarms`,
    'https://console.aws.amazon.com.evil.example/sagemaker/home#/endpoints/e',
    'https://evil.example/?x=console.aws.amazon.com',
    'https://[::1',
  ])('says why %s is of no use', (url) => {
    expect(isUsable(start(url))).toBe(false);
    expect(start(url).unused[0]).toMatch(/^could not use: /);
  });
});
