import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configPath, readConfig } from '../../src/config/operator-config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { UsageError } from '../../src/model/errors.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'firebreak-config-'));
const messageOf = (text: string): string => {
  try {
    parseConfig(text, 'c.yaml');
  } catch (error) {
    if (error instanceof UsageError) return `${error.message} | ${error.nextSteps.join()}`;
    throw error;
  }
  return 'taken';
};

it('reads what an operator writes', () => {
  const { config } = parseConfig(
    `
profiles: [ml-prod, ml-dev]
regions: eu-west-1
expectAccount: "111122223333"
sources:
  trail-log-group: { profile: log-archive }
  endpoint-metrics: { enabled: false }
tail: { maxSessions: 1, idleMinutes: 10 }
members:
  roleArn: arn:aws:iam::{account}:role/Responder
  accounts: ["444455556666", 012345678901]
contain: { breakGlass: ["ops-*"], protectedTags: owner=platform, mostTargets: 8 }
lookupPerSecond: 0.5
rules: ./rules
theme: colour-blind
times: local
notify: osc9
keys: { contain: [c, C], mark: 9 }
accounts:
  111122223333: { name: ml-prod, production: true }
  012345678901: { colour: blue }
filters: { thief: ip=198.51.100.7 }
`,
    'c.yaml',
  );
  expect(config).toEqual({
    path: 'c.yaml',
    profiles: ['ml-prod', 'ml-dev'],
    regions: ['eu-west-1'],
    expectAccount: ['111122223333'],
    sources: { 'trail-log-group': { profile: 'log-archive' }, 'endpoint-metrics': { enabled: false } },
    tail: { maxSessions: 1, idleMinutes: 10 },
    members: { roleArn: 'arn:aws:iam::{account}:role/Responder', accounts: ['444455556666', '012345678901'] },
    contain: { breakGlass: ['ops-*'], protectedTags: ['owner=platform'], mostTargets: 8 },
    lookupPerSecond: 0.5,
    rules: ['./rules'],
    theme: 'colour-blind',
    times: 'local',
    notify: 'osc9',
    keys: { contain: ['c', 'C'], mark: ['9'] },
    accounts: { '111122223333': { name: 'ml-prod', production: true }, '012345678901': { colour: 'blue' } },
    filters: { thief: 'ip=198.51.100.7' },
  });
  expect(parseConfig('', 'c.yaml').config).toEqual({ path: 'c.yaml' });
  expect(parseConfig('regions: all', 'c.yaml').config).toMatchObject({ regions: 'all' });
});

it.each([
  ['profiles: {a: 1}', 'c.yaml:1:1: profiles: must be a text or a list'],
  ['regions: all\nregion: x', 'c.yaml:2:1: region: is not known | Did you mean regions?'],
  ['tail:\n  maxSessions: 99', 'c.yaml:2:3: tail.maxSessions: must be 0 to 10'],
  ['tail:\n  maxSession: 1', 'c.yaml:2:3: tail.maxSession: is not known | Did you mean maxSessions?'],
  ['tail: yes please', 'c.yaml:1:1: tail: must hold members of its own'],
  ['expectAccount: 12', 'c.yaml:1:1: expectAccount: '],
  ['members:\n  accounts: []', 'c.yaml:1:1: members.roleArn: is missing'],
  ['members: { roleArn: Responder, accounts: [] }', 'must be a role ARN with {account}'],
  ['- a\n- b', 'c.yaml: must hold members'],
  ['a: [1', 'c.yaml:1:'],
  ['contain:\n  mostTargets: 0', 'c.yaml:2:3: contain.mostTargets: must be 1 to 100'],
  ['contain:\n  breakglass: x', 'c.yaml:2:3: contain.breakglass: is not known | Did you mean breakGlass?'],
  ['tail: { zzzzzz: 1 }', 'c.yaml:1:9: tail.zzzzzz: is not known | Use one of enabled, maxSessions, idleMinutes'],
  ['theme: colorblind', 'c.yaml:1:1: theme: must be one of default, basic, '],
  ['theme: color-blind', '| Did you mean colour-blind?'],
  ['notify: loud', 'c.yaml:1:1: notify: must be one of off, bell, osc9, osc777'],
  ['accounts:\n  prod: {}', 'c.yaml:2:3: accounts.prod: must be an account id of 12 digits'],
  ['accounts:\n  "111122223333": { color: red }', 'color: is not known | Did you mean colour?'],
  ['accounts:\n  "111122223333": { colour: rde }', 'colour: must be one of red, yellow'],
  ['mouse: sometimes', 'c.yaml:1:1: mouse: must be true or false'],
  ['keys: { contain: [] , mark: "" }', 'keys.mark: '],
  ['sources: { x: { profil: a } }', 'sources.x.profil: is not known | Did you mean profile?'],
  ['lookupPerSecond: 50', 'c.yaml:1:1: lookupPerSecond: must be 0.1 to 2'],
])('says in one line what is wrong with %j', (text, message) => {
  const said = messageOf(text);
  expect(said).toContain(message);
  expect(said).not.toContain('\n');
});

it('looks where FIREBREAK_CONFIG, XDG and home say, and is quiet where there is none', async () => {
  expect(configPath({ FIREBREAK_CONFIG: '/a.yaml', XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe('/a.yaml');
  expect(configPath({ XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe('/x/firebreak/config.yaml');
  expect(configPath({ HOME: '/h' })).toBe('/h/.config/firebreak/config.yaml');
  expect(await readConfig({ HOME: folder() })).toEqual({ path: '' });
});

it('refuses what cannot be read, in a line', async () => {
  const home = folder();
  const path = join(home, 'config.yaml');
  await expect(readConfig({ FIREBREAK_CONFIG: path })).rejects.toThrow(`${path}: no such file`);
  mkdirSync(join(home, 'firebreak', 'config.yaml'), { recursive: true });
  await expect(readConfig({ XDG_CONFIG_HOME: home })).rejects.toThrow('is a folder');
  writeFileSync(path, Buffer.from([0x61, 0x3a, 0xff, 0xfe]));
  await expect(readConfig({ FIREBREAK_CONFIG: path })).rejects.toThrow('is not UTF-8');
  writeFileSync(path, `a: ${'x'.repeat(1024 * 1024)}`);
  await expect(readConfig({ FIREBREAK_CONFIG: path })).rejects.toThrow('larger than 1 MB');
  writeFileSync(path, 'regions: [us-east-1]');
  expect(await readConfig({ FIREBREAK_CONFIG: path })).toEqual({ path, regions: ['us-east-1'] });
});

it('says what is wrong with YAML in words of its own, with line and column', () => {
  expect(messageOf('theme: none\ntheme: basic\n')).toBe(
    'c.yaml:2:1: theme stands here a second time | Correct the file',
  );
  expect(messageOf('theme: none\n---\nascii: true\n')).toMatch(/^c\.yaml:2:1: a second document begins here/);
  expect(messageOf('? [a, b]\n: 1\n')).toMatch(/^c\.yaml:1:3: \[.* is no name/);
  expect(messageOf('theme: none\nregions: *nowhere\n')).toBe(
    'c.yaml:2:10: *nowhere stands for nothing above it | Write &nowhere before what it stands for, or quote it',
  );
  expect(messageOf('regions: &r [us-east-1]\nprofiles: *r\n')).toBe('taken');
});

it('does not let aliases grow without end', () => {
  const [first, ...more] = ['a', 'b', 'c', 'd'];
  const bomb = [
    `${first}: &${first} [x, x, x, x, x, x, x, x, x]`,
    ...more.map((name, at) => `${name}: &${name} [${`*${['a', 'b', 'c'][at]}, `.repeat(9)}x]`),
  ].join('\n');
  expect(messageOf(bomb)).toMatch(/^c\.yaml:2:\d+: \*a and other aliases are used too often \| Write it out/);
});

it('takes no list where members have names', () => {
  expect(messageOf('keys: [a]\n')).toMatch(/^c\.yaml:1:1: keys: must hold keys by the name of what they do/);
  for (const member of ['accounts', 'filters', 'sources'])
    expect(messageOf(`${member}: [{name: x}]\n`)).toMatch(new RegExp(`^c\\.yaml:1:1: ${member}: must hold`));
});

it('takes any name for one, also those that every object has', () => {
  const { config } = parseConfig('filters: { constructor: error, __proto__: ip=1.2.3.4, toString: late }\n', 'c.yaml');
  expect(Object.entries(config.filters ?? {})).toEqual([
    ['constructor', 'error'],
    ['__proto__', 'ip=1.2.3.4'],
    ['toString', 'late'],
  ]);
  expect(Object.keys(parseConfig('keys: { constructor: c }\n', 'c.yaml').config.keys ?? {})).toEqual(['constructor']);
  expect(messageOf('accounts: { constructor: { name: x } }\n')).toContain('must be an account id of 12 digits');
});

it('an id without quotes keeps its first zero, and its place', () => {
  const { config, at } = parseConfig('accounts:\n  012345678901: { name: x }\n', 'c.yaml');
  expect(config.accounts).toEqual({ '012345678901': { name: 'x' } });
  expect(at(['accounts', '012345678901'])).toBe('c.yaml:2:3');
});

it('a file that cannot be read is told in words, and one without an end is not read to it', async () => {
  const of = async (path: string) =>
    readConfig({ FIREBREAK_CONFIG: path }).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  const root = folder();
  expect(await of(join(root, 'none.yaml'))).toBe(`${join(root, 'none.yaml')}: no such file`);
  expect(await of(root)).toBe(`${root}: is a folder`);
  if (process.platform === 'linux') {
    expect(await of('/dev/zero')).toBe('/dev/zero: is larger than 1 MB');
    expect(await of('/dev/null')).toBe('taken');
  }
});
