import { describe, expect, it } from 'vitest';
import { expanded, holds } from '../../src/policy/condition.ts';
import { globMatches } from '../../src/policy/glob.ts';
import type { KeyValue } from '../../src/policy/request.ts';

/** A policy variable, as policies write it. */
const variable = (key: string): string => `\${${key}}`;

describe('globMatches', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['s3:Get*', 's3:GetObject', true],
    ['s3:Get*', 's3:PutObject', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*b*c', 'aabbcc', true],
    ['*b*c', 'aabbcd', false],
    ['arn:aws:s3:::data/*', 'arn:aws:s3:::data/a/b', true],
    ['arn:aws:s3:::data', 'arn:aws:s3:::data/a', false],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, text, fits) => expect(globMatches(pattern, text)).toBe(fits));

  it('ends on a pattern that an attacker made to take for ever', () => {
    const before = performance.now();
    expect(globMatches(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe('holds', () => {
  const keys =
    (values: { readonly [key: string]: KeyValue }) =>
    (name: string): KeyValue =>
      values[name] ?? 'unknown';
  const at = keys({
    'aws:tokenissuetime': ['2026-11-23T20:00:00.000Z'],
    'aws:sourceip': ['198.51.100.7'],
    'aws:principalarn': ['arn:aws:iam::111122223333:role/team/ds-exec'],
    'aws:username': ['alice'],
    'aws:viaawsservice': ['false'],
    'aws:tagkeys': ['team', 'cost'],
    'aws:sourceidentity': 'absent',
  });
  it.each([
    ['DateLessThan', 'aws:TokenIssueTime', ['2026-11-23T20:00:01Z'], true],
    ['DateLessThan', 'aws:TokenIssueTime', ['2026-11-23T20:00:00Z'], false],
    ['DateGreaterThan', 'aws:TokenIssueTime', ['1000000000'], true],
    ['StringEquals', 'aws:username', ['bob', 'alice'], true],
    ['StringEquals', 'AWS:UserName', ['Alice'], false],
    ['StringEqualsIgnoreCase', 'aws:username', ['ALICE'], true],
    ['StringNotEquals', 'aws:username', ['bob', 'carol'], true],
    ['StringNotEquals', 'aws:username', ['bob', 'alice'], false],
    ['StringLike', 'aws:username', ['a*e'], true],
    ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::*:role/team/*'], true],
    ['ArnEquals', 'aws:PrincipalArn', ['arn:aws:iam::111122223333:role/ds-exec'], false],
    ['ArnLike', 'aws:PrincipalArn', ['arn:*:role/team/ds-exec'], false],
    ['ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::111122223333:role/other*'], true],
    ['IpAddress', 'aws:SourceIp', ['198.51.100.0/24'], true],
    ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '2001:db8::/32'], false],
    ['NotIpAddress', 'aws:SourceIp', ['198.51.100.0/24'], false],
    ['IpAddress', 'aws:SourceIp', ['nonsense/99'], false],
    ['Bool', 'aws:ViaAWSService', ['FALSE'], true],
    ['Null', 'aws:SourceIdentity', ['true'], true],
    ['Null', 'aws:username', ['true'], false],
    // A key that is surely not there.
    ['StringEquals', 'aws:SourceIdentity', ['x'], false],
    ['StringNotEquals', 'aws:SourceIdentity', ['x'], true],
    ['StringEqualsIfExists', 'aws:SourceIdentity', ['x'], true],
    ['ForAllValues:StringEquals', 'aws:SourceIdentity', ['x'], true],
    ['ForAnyValue:StringEquals', 'aws:SourceIdentity', ['x'], false],
    // Several values.
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['team', 'cost', 'env'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['team'], false],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['team'], true],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['team'], true],
    // What records do not hold.
    ['StringEquals', 'aws:SourceVpc', ['vpc-1'], undefined],
    ['StringEqualsIfExists', 'aws:SourceVpc', ['vpc-1'], undefined],
    ['Null', 'aws:SourceVpc', ['true'], undefined],
    ['BinaryEquals', 'aws:username', ['x'], undefined],
  ] as const)('%s %s %j: %s', (operator, key, values, truth) =>
    expect(holds({ operator, key, values }, at)).toBe(truth),
  );

  it('fills in variables where the version knows them', () => {
    const condition = { operator: 'StringEquals', key: 'aws:username', values: [`${variable('aws:username')}`] };
    expect(holds(condition, at, true)).toBe(true);
    expect(holds(condition, at)).toBe(false);
    expect(expanded(`home/${variable('aws:username')}/*`, at)).toBe('home/alice/*');
    expect(expanded(`${variable('aws:SourceIdentity')}`, at)).toBe('absent');
    expect(expanded(`${variable("aws:SourceIdentity, 'nobody'")}`, at)).toBe('nobody');
    expect(expanded(`${variable('aws:SourceVpc')}`, at)).toBeUndefined();
  });
});
