import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { accessesOf } from '../../src/cli/accesses.ts';
import { mergeSettings, overriddenBy } from '../../src/cli/settings-in-force.ts';
import { firebreak } from '../helpers/firebreak.ts';

const config = {
  path: '/c.yaml',
  profiles: ['ml-prod', 'ml-dev'],
  regions: ['eu-west-1'],
  expectAccount: ['111122223333'],
  tail: { maxSessions: 1, idleMinutes: 10 },
  members: { roleArn: 'arn:aws:iam::{account}:role/ir/Responder', externalId: 'x', accounts: ['444455556666'] },
  lookupPerSecond: 0.5,
};

it('takes flags before the file, the file before the environment, and the defaults last', () => {
  const env = { AWS_PROFILE: 'shell' };
  const file = mergeSettings({}, config, env);
  expect(file.profiles).toEqual({ value: ['ml-prod', 'ml-dev'], from: 'file', where: 'profiles' });
  expect(file.tailIdleMs).toEqual({ value: 600_000, from: 'file', where: 'tail.idleMinutes' });
  const flags = mergeSettings({ profile: ['a'], region: ['all'], 'no-tail': true }, config, env);
  expect(flags.profiles).toMatchObject({ value: ['a'], from: 'flag' });
  expect(flags.regions).toMatchObject({ value: ['all'], from: 'flag' });
  expect(flags.tail).toEqual({ value: false, from: 'flag', where: '--no-tail' });
  expect(flags.lookupPerSecond).toMatchObject({ value: 0.5, from: 'file' });
  const none = mergeSettings({}, { path: '' }, env);
  expect(none.profiles).toEqual({ value: ['shell'], from: 'environment', where: 'AWS_PROFILE' });
  expect(none.mostTargets).toEqual({ value: 5, from: 'default', where: '' });
  expect(mergeSettings({}, { path: '/c.yaml', contain: { breakGlass: ['ops-*'] } }, env).breakGlass).toEqual({
    value: ['ops-*'],
    from: 'file',
    where: 'contain.breakGlass',
  });
  expect(none.lookupPerSecond).toEqual({ value: 1, from: 'default', where: '' });
});

it('opens the profiles and then the members by their role', () => {
  const accesses = accessesOf(mergeSettings({}, config, {}));
  expect(accesses.map(({ label, profile }) => [label, profile])).toEqual([
    ['', 'ml-prod'],
    ['ml-dev', 'ml-dev'],
    ['Responder@444455556666', 'ml-prod'],
  ]);
  expect(accesses[2]?.assume).toEqual({ roleArn: 'arn:aws:iam::444455556666:role/ir/Responder', externalId: 'x' });
});

it('assumes a role by template in each account that is expected', () => {
  const flags = { 'role-arn': 'arn:aws:iam::{account}:role/IR', 'expect-account': ['111122223333', '444455556666'] };
  expect(accessesOf(mergeSettings(flags, { path: '' }, {})).map(({ label, assume }) => [label, assume])).toEqual([
    ['', { roleArn: 'arn:aws:iam::111122223333:role/IR' }],
    ['IR@444455556666', { roleArn: 'arn:aws:iam::444455556666:role/IR' }],
  ]);
});

it.each([
  [{ 'role-arn': 'arn:aws:iam::{account}:role/IR' }, 'needs the accounts'],
  [{ 'expect-account': ['12'] }, '--expect-account 12 is no account'],
  [{ 'external-id': 'x' }, '--external-id needs --role-arn'],
  [{ 'role-arn': 'arn:aws:iam::111122223333:role/IR', profile: ['a', 'b'] }, 'of one profile'],
])('refuses %j', (flags, message) => {
  expect(() => mergeSettings(flags, { path: '' }, {})).toThrow(message);
});

it('says where the file goes before the shell', () => {
  const told = (env: NodeJS.ProcessEnv) => overriddenBy(mergeSettings({}, config, env), env);
  expect(told({ AWS_PROFILE: 'shell' })).toMatch(/^profile ml-prod, ml-dev as \/c\.yaml says, not AWS_PROFILE=shell/);
  expect(told({ AWS_ACCESS_KEY_ID: 'AKIA' })).toContain('not the keys in the environment');
  expect(told({ AWS_PROFILE: 'ml-dev' })).toBeUndefined();
  expect(told({})).toBeUndefined();
});

it('prints the configuration in force and where each value came from', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'firebreak-config-')), 'c.yaml');
  writeFileSync(path, 'regions: [eu-west-1]\nsources:\n  endpoint-metrics: { enabled: false }\n');
  const env = { FIREBREAK_CONFIG: path, AWS_MAX_ATTEMPTS: '5', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  const { code, stdout } = await firebreak(['config', '--json', '--since', '2h'], { env });
  expect(code).toBe(0);
  const answer = JSON.parse(stdout) as { file: string; values: { name: string; value: unknown; from: string }[] };
  expect(answer.file).toBe(path);
  const of = (name: string) => answer.values.find((one) => one.name === name);
  expect(of('regions')).toEqual({ name: 'regions', value: ['eu-west-1'], from: 'file', where: 'regions' });
  expect(of('since')).toMatchObject({ value: '2h', from: 'flag', where: '--since' });
  expect(of('sources.endpoint-metrics')).toMatchObject({ value: { enabled: false, profile: null }, from: 'file' });
  expect(of('retry.maxAttempts')).toMatchObject({ value: 5, from: 'environment', where: 'AWS_MAX_ATTEMPTS' });
  expect(of('endpoint')).toMatchObject({ value: 'http://127.0.0.1:9/', where: 'AWS_ENDPOINT_URL' });
  expect(of('tail.maxSessions')).toMatchObject({ value: 2, from: 'default', where: null });
  const text = await firebreak(['config'], { env });
  expect(text.stdout).toMatch(/^file .*c\.yaml\n/);
  expect(text.stdout).toMatch(/sources\.endpoint-metrics +off +file sources\.endpoint-metrics\n/);
});

it('tells in one line what is wrong with the file, whatever the command', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'firebreak-config-')), 'c.yaml');
  writeFileSync(path, 'regions: [us-east-1]\nsources:\n  trail: { enabled: false }\n');
  for (const command of ['config', 'watch', 'doctor', 'whoami']) {
    const ended = await firebreak([command], { env: { FIREBREAK_CONFIG: path } });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^firebreak: .*c\.yaml:3:3: sources\.trail: there is no such source\. Next: .*\n$/);
  }
});
