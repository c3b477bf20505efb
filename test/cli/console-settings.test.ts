import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { consoleSettings, mergeConsole, operatorConfig } from '../../src/cli/console-settings.ts';
import { rulesInForce } from '../../src/cli/settings-in-force.ts';
import { defaultSettings } from '../../src/model/console-settings.ts';
import { firebreak } from '../helpers/firebreak.ts';

function written(text: string): { readonly path: string; readonly env: NodeJS.ProcessEnv } {
  const path = join(mkdtempSync(join(tmpdir(), 'firebreak-config-')), 'c.yaml');
  writeFileSync(path, text);
  return { path, env: { FIREBREAK_CONFIG: path } };
}

it('takes what flags and environment say of the terminal before the file', () => {
  const file = { path: '/c.yaml', theme: 'high-contrast', ascii: true, times: 'local' } as const;
  expect(mergeConsole({}, file, {}).theme).toEqual({ value: 'high-contrast', from: 'file', where: 'theme' });
  expect(mergeConsole({}, file, { NO_COLOR: '1' }).theme).toMatchObject({ value: 'none', where: 'NO_COLOR' });
  expect(mergeConsole({ 'no-color': true }, file, {}).theme).toMatchObject({ value: 'none', where: '--no-color' });
  expect(mergeConsole({}, { path: '' }, { TERM: 'linux' }).theme).toMatchObject({ value: 'basic', where: 'TERM' });
  expect(mergeConsole({}, file, { TERM: 'linux' }).theme).toMatchObject({ value: 'high-contrast' });
  expect(mergeConsole({}, file, {}).ascii.value).toBe(true);
  expect(mergeConsole({}, file, {}).utc).toEqual({ value: false, from: 'file', where: 'times' });
  expect(mergeConsole({ utc: true }, file, {}).utc).toMatchObject({ value: true, from: 'flag' });
  expect(mergeConsole({}, { path: '' }, {}).theme).toEqual({ value: 'default', from: 'default', where: '' });
});

it('speaks instead of drawing where a screen reader or a terminal without a cursor asks for it', () => {
  const spoken = (env: NodeJS.ProcessEnv, screenReader?: boolean) =>
    mergeConsole({}, { path: '', screenReader }, env).screenReader.value;
  expect(spoken({ INK_SCREEN_READER: 'true' })).toBe(true);
  expect(spoken({ INK_SCREEN_READER: '0' }, true)).toBe(false);
  expect(spoken({ TERM: 'dumb' })).toBe(true);
  expect(spoken({ TERM: 'dumb' }, false)).toBe(false);
  expect(spoken({}, true)).toBe(true);
  expect(spoken({})).toBe(false);
});

it('reads everything the console is told by the file', async () => {
  const { env } = written('keys: { contain: Q }\nfilters: { thief: ip=198.51.100.7 }\nmouse: true\n');
  expect(await consoleSettings({ flags: {}, env })).toEqual({
    ...defaultSettings,
    mouse: true,
    keys: { contain: ['Q'] },
    filters: { thief: 'ip=198.51.100.7' },
  });
  expect(await consoleSettings({ flags: {}, env: { HOME: '/nonexistent' } })).toEqual(defaultSettings);
});

it.each([
  ['keys:\n  contian: x', '2:3: keys.contian: is no key’s name', 'Did you mean contain?'],
  ['keys:\n  contain: j', '2:3: keys.contain: j is already the key of down', 'Give down another key'],
  ['keys:\n  contain: Enter', '2:3: keys.contain: Enter always means the same', 'Write one character'],
  ['keys:\n  contain: Ctrl-M', '2:3: keys.contain: Ctrl-M is Enter to a terminal', 'Write one character'],
  ['keys:\n  contain: constructor', '2:3: keys.contain: constructor is no key', 'Write one character'],
  ['keys:\n  contain: Ctrl-Shift-Q', '2:3: keys.contain: Ctrl-Shift-Q is no key', 'Write one character'],
  ['keys:\n  back: x', '2:3: keys.back: keeps its key', ''],
  ['filters:\n  thief: "ip=(("', '2:3: filters.thief: ', 'Try it behind / in the console'],
])('says where the file is wrong, whatever the command: %j', async (text, problem, next) => {
  const { env, path } = written(text);
  await expect(consoleSettings({ flags: {}, env })).rejects.toThrow(`${path}:${problem}`);
  await expect(consoleSettings({ flags: {}, env })).rejects.toMatchObject({
    nextSteps: [expect.stringContaining(next)],
  });
});

it('reads the file once: a pipe gives it once, and all of a session goes by the same', async () => {
  const { env, path } = written('theme: basic\n');
  const first = await operatorConfig(env);
  rmSync(path);
  expect(await operatorConfig(env)).toBe(first);
});

it('names rules from where the file lies, and --rules in their place', () => {
  const config = { path: '/etc/firebreak/c.yaml', rules: ['rules', '/abs'] };
  expect(rulesInForce({}, config)).toMatchObject({ value: ['/etc/firebreak/rules', '/abs'], from: 'file' });
  expect(rulesInForce({ rules: ['/mine'] }, config)).toMatchObject({ value: ['/mine'], from: 'flag' });
});

it('prints each setting of the console with who said it, and refuses a drill with a broken file', async () => {
  const { env, path } = written(
    'theme: high-contrast\nkeys: { contain: Q }\naccounts: { 111122223333: { name: ml-prod, production: true } }\ncontain: { protectedTags: [owner=platform] }\n',
  );
  mkdirSync(join(path, '..', 'rules'));
  const { stdout, code } = await firebreak(['config', '--json', '--ascii'], { env });
  expect(code).toBe(0);
  const { values } = JSON.parse(stdout) as { values: { name: string; value: unknown; from: string }[] };
  const of = (name: string) => values.find((one) => one.name === name);
  expect(of('theme')).toMatchObject({ value: 'high-contrast', from: 'file' });
  expect(of('ascii')).toMatchObject({ value: true, from: 'flag', where: '--ascii' });
  expect(of('notify')).toMatchObject({ value: 'bell', from: 'default' });
  expect(of('keys.contain')).toMatchObject({ value: 'Q', from: 'file' });
  expect(of('accounts.111122223333')).toMatchObject({ value: 'ml-prod, production' });
  expect(of('contain.protectedTags')).toMatchObject({ value: ['owner=platform'], from: 'file' });
  const broken = written('keys: { contian: x }\n');
  const drilled = await firebreak(['drill', 'presigned-url-hijack'], { env: broken.env });
  expect(drilled.code).toBe(2);
  expect(drilled.stderr).toContain(`${broken.path}:1:9: keys.contian: is no key’s name. Next: Did you mean contain?`);
});

it('says of a misspelt Region where it stands and which is meant', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'firebreak-settings-')), 'c.yaml');
  writeFileSync(path, 'theme: none\nregions: [us-esat-1]\n');
  await expect(consoleSettings({ flags: {}, env: { FIREBREAK_CONFIG: path } })).rejects.toMatchObject({
    message: `${path}:2:1: regions: there is no Region us-esat-1`,
    nextSteps: ['Did you mean us-east-1?'],
  });
  writeFileSync(path, 'regions: [us-east-9, all]\n');
  await expect(consoleSettings({ flags: {}, env: { FIREBREAK_CONFIG: path } })).resolves.toBeDefined();
});
