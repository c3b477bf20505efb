import { type MemberProblem, type OperatorConfig, readConfig } from '../config/operator-config.ts';
import { parseFilter } from '../filter/parse.ts';
import { type ConsoleSettings, defaultSettings } from '../model/console-settings.ts';
import { display } from '../shared/display.ts';
import { sources } from '../sources/catalogue.ts';
import type { Invocation } from './command.ts';
import { type Setting, setting } from './setting.ts';

/** Each of the console's settings with who said it. */
export type SettingsOfConsole = { readonly [Name in keyof ConsoleSettings]: Setting<ConsoleSettings[Name]> };

/** What was read, by the environment that says where the file lies. */
const read = new WeakMap<NodeJS.ProcessEnv, Promise<OperatorConfig>>();

/** The operator's file, read once: it may be a pipe, and all of a session goes by the same. @throws UsageError what is wrong with it, in one line. */
export function operatorConfig(env: NodeJS.ProcessEnv): Promise<OperatorConfig> {
  const known = read.get(env) ?? readConfig(env, { sources: sources.map(({ id }) => id), check });
  read.set(env, known);
  return known;
}

/** What the file's own folder does not know: Regions, names of keys, and how a filter is read. */
async function check({ regions, keys, filters }: OperatorConfig): Promise<MemberProblem | undefined> {
  if (regions !== undefined && typeof regions !== 'string') {
    const { nearestRegion, isRegion } = await import('../aws/regions.ts');
    const wrong = regions.find((region) => region !== 'all' && !isRegion(region));
    if (wrong !== undefined)
      return {
        member: ['regions'],
        what: `there is no Region ${display(wrong)}`,
        nextSteps: [`Did you mean ${nearestRegion(wrong)}?`],
      };
  }
  for (const [name, text] of Object.entries(filters ?? {})) {
    const parsed = parseFilter(text, { now: 0 });
    if (!parsed.ok)
      return {
        member: ['filters', name],
        what: `${parsed.problem} (at character ${parsed.at + 1} of the filter)`,
        nextSteps: ['Try it behind / in the console'],
      };
  }
  if (!keys) return undefined;
  // The key map knows every screen: loaded only by who gives keys.
  const [{ keymap }, { rebind }] = await Promise.all([
    import('../../hooks/keymap.ts'),
    import('../../hooks/rebind.ts'),
  ]);
  const { problem } = rebind(keymap, keys);
  return problem && { member: ['keys', problem.id], what: problem.what, nextSteps: problem.nextSteps };
}

/** `true`, `1` and the like; `undefined` where it says nothing. */
const truth = (text: string | undefined): boolean | undefined =>
  text === undefined || text === '' ? undefined : !/^(?:0|false|no|off)$/i.test(text);

/** Terminals that know neither faint nor bright. */
const plainTerminal = /^(?:linux|vt\d|ansi|cygwin|xterm-16color$|xterm-color$)/;

/** Puts flags, environment and file together. Pure. */
export function mergeConsole(
  flags: Invocation['flags'],
  config: OperatorConfig,
  env: NodeJS.ProcessEnv,
): SettingsOfConsole {
  const isDumb = env.TERM === 'dumb';
  return {
    theme: setting(
      defaultSettings.theme,
      [flags['no-color'] === true ? 'none' : undefined, 'flag', '--no-color'],
      [env.NO_COLOR ? 'none' : undefined, 'environment', 'NO_COLOR'],
      [isDumb ? 'none' : undefined, 'environment', 'TERM'],
      [config.theme, 'file', 'theme'],
      [plainTerminal.test(env.TERM ?? '') ? 'basic' : undefined, 'environment', 'TERM'],
    ),
    ascii: setting(
      defaultSettings.ascii,
      [flags.ascii === true ? true : undefined, 'flag', '--ascii'],
      [config.ascii, 'file', 'ascii'],
    ),
    utc: setting(
      defaultSettings.utc,
      [flags.utc === true ? true : undefined, 'flag', '--utc'],
      [flags.local === true ? false : undefined, 'flag', '--local'],
      [config.times && config.times === 'utc', 'file', 'times'],
    ),
    screenReader: setting(
      defaultSettings.screenReader,
      [truth(env.INK_SCREEN_READER), 'environment', 'INK_SCREEN_READER'],
      [config.screenReader, 'file', 'screenReader'],
      // A terminal that cannot move its cursor can only be written to line by line.
      [isDumb ? true : undefined, 'environment', 'TERM'],
    ),
    mouse: setting(defaultSettings.mouse, [config.mouse, 'file', 'mouse']),
    title: setting(defaultSettings.title, [config.title, 'file', 'title']),
    notify: setting(defaultSettings.notify, [config.notify, 'file', 'notify']),
    notifyFrom: setting(defaultSettings.notifyFrom, [config.notifyFrom, 'file', 'notifyFrom']),
    keys: setting(defaultSettings.keys, [config.keys, 'file', 'keys']),
    accounts: setting(defaultSettings.accounts, [config.accounts, 'file', 'accounts']),
    filters: setting(defaultSettings.filters, [config.filters, 'file', 'filters']),
  };
}

/** How this console is to be seen and heard. @throws UsageError the file cannot be used. */
export async function consoleSettings({ flags, env }: Pick<Invocation, 'flags' | 'env'>): Promise<ConsoleSettings> {
  const merged = mergeConsole(flags, await operatorConfig(env), env);
  const values = Object.entries(merged).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(values) as ConsoleSettings;
}
