import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refsOfEvent, refsOfRecord } from '../../src/indicators/of-event.ts';
import { isTellingAddress, isTellingArn, isTellingBucket, isTellingImage } from '../../src/indicators/ordinary.ts';
import { predicateOf } from '../../src/indicators/predicate.ts';
import { readIndicators } from '../../src/indicators/read-csv.ts';
import { IndicatorTally } from '../../src/indicators/tally.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import { type IndicatorRef, indicatorKinds } from '../../src/model/indicator.ts';
import { csvLine } from '../../src/report/csv.ts';
import { readIndicatorFile } from '../../src/session/indicators.ts';
import { sha256 } from '../../src/shared/digest.ts';

const account = '111122223333';
const event = (more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  id: 'e1',
  at: 1_000,
  origin: 'cloudtrail',
  action: 'sagemaker:CreateTrainingJob',
  readOnly: false,
  account,
  region: 'us-east-1',
  summary: '',
  principal: {
    type: 'IAMUser',
    arn: `arn:aws:iam::${account}:user/alice`,
    name: 'alice',
    accessKeyId: 'AKIAEXAMPLEALICE0001',
  },
  sourceIp: '198.51.100.7',
  userAgent: 'Boto3/1.0',
  errorCode: '',
  errorMessage: '',
  resources: [],
  rowId: 1,
  seenAt: 1_000,
  routes: [],
  findings: [{ rule: 'r', severity: 'high' }],
  late: false,
  marked: false,
  responder: undefined,
  repeats: 0,
  rawSha256: '',
  ...more,
});
const kindsOf = (refs: readonly IndicatorRef[]) => refs.map(({ kind, value }) => `${kind} ${value}`);

describe('what is worth looking for elsewhere', () => {
  it.each([
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    'fd00::1',
    'sagemaker.amazonaws.com',
    'AWS Internal',
    '',
  ])('the address %s is not', (address) => {
    expect(isTellingAddress(address)).toBe(false);
  });
  it.each(['198.51.100.7', '172.32.0.1', '2001:db8::1'])('the address %s is', (address) => {
    expect(isTellingAddress(address)).toBe(true);
  });
  it('roles, images and buckets that every account has are not', () => {
    expect(
      isTellingArn(`arn:aws:iam::${account}:role/aws-service-role/sagemaker.amazonaws.com/AWSServiceRoleForX`),
    ).toBe(false);
    expect(isTellingArn('arn:aws:iam::aws:policy/AdministratorAccess')).toBe(false);
    expect(isTellingArn(`arn:aws:iam::${account}:role/ds-exec`)).toBe(true);
    expect(isTellingImage('763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.0', account)).toBe(false);
    expect(isTellingImage(`${account}.dkr.ecr.us-east-1.amazonaws.com/own:1`, account)).toBe(false);
    expect(isTellingImage('999988887777.dkr.ecr.us-east-1.amazonaws.com/x:1', account)).toBe(true);
    expect(isTellingBucket(`ml-${account}`, account)).toBe(false);
    expect(isTellingBucket('fs-telemetry', account)).toBe(true);
  });
});

describe('what an event and its record hold', () => {
  it('address, key, user agent and who acted; of its resources what is another account’s or was made in IAM', () => {
    const refs = refsOfEvent(
      event({
        userAgent: '[aws-cli/2]',
        resources: [
          { kind: 'iam.user', arn: `arn:aws:iam::${account}:user/backdoor`, name: 'backdoor', relation: 'created' },
          { kind: 'iam.role', arn: 'arn:aws:iam::666677778888:role/sync', name: 'sync', relation: 'uses' },
          {
            kind: 'sagemaker.endpoint',
            arn: `arn:aws:sagemaker:us-east-1:${account}:endpoint/x`,
            name: 'x',
            relation: 'target',
          },
          { kind: 's3.bucket', arn: 'arn:aws:s3:::sink', name: 'sink', relation: 'uses' },
        ],
      }),
    );
    expect(kindsOf(refs)).toEqual([
      'address 198.51.100.7',
      'user-agent aws-cli/2',
      'access-key AKIAEXAMPLEALICE0001',
      `arn arn:aws:iam::${account}:user/alice`,
      `arn arn:aws:iam::${account}:user/backdoor`,
      'arn arn:aws:iam::666677778888:role/sync',
      'bucket sink',
    ]);
  });
  it('log lines and services hold none', () => {
    expect(refsOfEvent(event({ origin: 'cloudwatch-logs' }))).toEqual([]);
    const service = event({
      principal: { type: 'AWSService', arn: '', name: 'x.amazonaws.com' },
      sourceIp: 'x.amazonaws.com',
      userAgent: 'x.amazonaws.com',
    });
    expect(refsOfEvent(service)).toEqual([]);
  });
  it('images with their digests, sinks, and scripts by the hash of what runs', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const script = '#!/bin/bash\ncurl evil';
    const refs = refsOfRecord(
      {
        requestParameters: {
          algorithmSpecification: { trainingImage: `999988887777.dkr.ecr.us-east-1.amazonaws.com/x@${digest}` },
          outputDataConfig: { s3OutputPath: 's3://sink/x' },
          own: `s3://ml-${account}/x`,
          onStart: [{ content: Buffer.from(script).toString('base64') }],
        },
        responseElements: null,
      },
      account,
    );
    expect(kindsOf(refs).sort()).toEqual(
      [
        `image 999988887777.dkr.ecr.us-east-1.amazonaws.com/x@${digest}`,
        `digest ${digest}`,
        'bucket sink',
        `script ${sha256(script)}`,
      ].sort(),
    );
  });
  it('odd records hold none and do no harm', () => {
    for (const record of [undefined, null, 3, [], {}, { requestParameters: 'x' }, { requestParameters: [[[]]] }])
      expect(refsOfRecord(record, account)).toEqual([]);
    const wide = {
      requestParameters: Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`${at}`, { x: 1 }])),
    };
    expect(refsOfRecord(wide, account)).toEqual([]);
  });
});

it('is counted once an event, in one order whatever order they came in', () => {
  const events = [event({ id: 'b', at: 2 }), event({ id: 'a', at: 1, findings: [{ rule: 's', severity: 'low' }] })];
  const list = (given: readonly TimelineEvent[]) => {
    const tally = new IndicatorTally();
    for (const one of given) tally.add(one, undefined);
    return tally.list();
  };
  const [address] = list(events);
  expect(address).toMatchObject({
    kind: 'address',
    events: 2,
    firstAt: 1,
    lastAt: 2,
    eventIds: ['b', 'a'],
    rules: ['r', 's'],
  });
  expect(list(events).map(({ value }) => value)).toEqual(list(events.toReversed()).map(({ value }) => value));
});

it('what somebody brought is counted in the events that rules found for it, whoever’s it is', () => {
  const brought: readonly IndicatorRef[] = [
    { kind: 'network', value: '198.51.100.0/24' },
    { kind: 'bucket', value: `own-${account}` },
    { kind: 'bucket', value: 'never-seen' },
  ];
  const tally = new IndicatorTally(brought);
  const record = { requestParameters: { bucketName: `own-${account}` } };
  const own = (list: ReturnType<IndicatorTally['list']>) =>
    list.filter(({ kind }) => kind === 'network' || kind === 'bucket');
  tally.add(event({ findings: [{ rule: 'r', severity: 'high' }] }), record);
  expect(own(tally.list())).toEqual([]);
  tally.add(event({ findings: [{ rule: 'brought-network', severity: 'high' }] }), record);
  expect(own(tally.list())).toMatchObject([
    { kind: 'network', value: '198.51.100.0/24', events: 1 },
    { kind: 'bucket', value: `own-${account}`, events: 1 },
  ]);
});

it('every kind but hashes can be looked for in the events', () => {
  expect(indicatorKinds.filter((kind) => predicateOf({ kind, value: 'x' }) === undefined)).toEqual([
    'digest',
    'script',
  ]);
});

describe('lists that others wrote', () => {
  const values = (text: string) =>
    readIndicators(text).map((one) =>
      'problem' in one ? `${one.line}: ${one.problem}` : `${one.indicator.kind} ${one.indicator.value}`,
    );
  it('headings, kinds and separators as others have them', () => {
    expect(values('\ufeffindicator;Type;comment\r\n198.51.100.7;ipv4-addr;x\r\n10.0.0.0/8;ip;\r\n')).toEqual([
      'address 198.51.100.7',
      'network 10.0.0.0/8',
    ]);
    expect(values('type\tvalue\nuser agent\tkali "x"\n')).toEqual(['user-agent kali "x"']);
  });
  it('one value a line, its kind told by its form; comments and empty lines are none', () => {
    expect(
      values(
        `# from the SOC\n198.51.100.7\n\n2001:db8::/32\nAKIAEXAMPLE000000001\narn:aws:iam::1:user/x\nsha256:${'a'.repeat(64)}\n${'b'.repeat(64)}\n`,
      ),
    ).toEqual([
      'address 198.51.100.7',
      'network 2001:db8::/32',
      'access-key AKIAEXAMPLE000000001',
      'arn arn:aws:iam::1:user/x',
      `digest sha256:${'a'.repeat(64)}`,
      `script ${'b'.repeat(64)}`,
    ]);
  });
  it('each bad line is told by its number, the others are taken', () => {
    expect(values('type,value\nip,999.1.1.1\nip,198.51.100.7\nnonsense,x\nip,\nsha256,abc\ncidr,1.2.3.4/99\n')).toEqual(
      [
        '2: is no address',
        'address 198.51.100.7',
        expect.stringContaining('4: has the type "nonsense"'),
        '5: has no value',
        expect.stringContaining('6: is no SHA-256'),
        expect.stringContaining('7: is no network'),
      ],
    );
    expect(values('hello world\n')).toEqual([expect.stringContaining('1: is nothing whose kind')]);
    expect(values('')).toEqual([]);
  });
  it('what we export comes back as it was, formulas and quotation marks included', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }).filter((text) => text.trim() === text),
        (agent) => {
          const text = csvLine(['type', 'value', 'note']) + csvLine(['user-agent', `x${agent}`, '=1+1']);
          expect(readIndicators(text)).toMatchObject([{ indicator: { kind: 'user-agent', value: `x${agent}` } }]);
        },
      ),
    );
    expect(readIndicators(csvLine(['type', 'value']) + csvLine(['user-agent', '=cmd()']))).toMatchObject([
      { indicator: { value: '=cmd()' } },
    ]);
  });
});

it('a file of a hundred thousand is read in pieces, between which everything else goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-indicators-'));
  const path = join(folder, 'many.csv');
  const address = (at: number) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
  writeFileSync(
    path,
    `value,type\n${Array.from({ length: 100_000 }, (_, at) => `${address(at)},ip`).join('\n')}\nx,y\n`,
  );
  let turns = 0;
  let isReading = true;
  const turn = () => {
    turns += 1;
    if (isReading) setImmediate(turn);
  };
  setImmediate(turn);
  const { indicators, problems } = await readIndicatorFile(path);
  isReading = false;
  expect([indicators.length, problems]).toEqual([100_000, [expect.stringContaining('has more than 100,000')]]);
  expect(indicators.at(-1)).toEqual({ kind: 'address', value: address(99_999), note: '' });
  expect(turns).toBeGreaterThan(15);
  rmSync(folder, { recursive: true });
});
