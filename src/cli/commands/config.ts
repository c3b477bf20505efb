import { resolveSettings, type Settings } from '../../aws/settings.ts';
import { configPath } from '../../config/operator-config.ts';
import { UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import type { Json } from '../../shared/json.ts';
import { sources } from '../../sources/catalogue.ts';
import { statePath } from '../../store/state-directory.ts';
import { accessesOf } from '../accesses.ts';
import { type Command, type Invocation, textFlag } from '../command.ts';
import { mergeConsole, operatorConfig, type SettingsOfConsole } from '../console-settings.ts';
import { liveOptionHelp, optional, watchOptionHelp, watchOptions } from '../live.ts';
import type { SaidBy, Setting } from '../setting.ts';
import { type SettingsInForce, settingsInForce } from '../settings-in-force.ts';
import { chooseSources } from '../source-flags.ts';

/** One line of the answer. */
interface Row {
  readonly name: string;
  readonly value: Json;
  /** For people, where it differs from the value. */
  readonly text?: string;
  readonly from: SaidBy;
  readonly where: string;
}

export const command: Command = {
  options: { ...watchOptions, for: { type: 'string' } },
  optionHelp: { ...watchOptionHelp, ...liveOptionHelp, for: 'as watch takes it' },
  async run(invocation) {
    const { env, global, positionals } = invocation;
    if (positionals.length > 0)
      throw new UsageError('config takes no arguments', { nextSteps: ['See firebreak config --help'] });
    const settings = await settingsInForce(invocation);
    // Wrong ids of sources and templates of roles are told here as they would be by the commands that use them.
    accessesOf(settings);
    const rows = [
      ...ownRows(settings, invocation),
      ...sourceRows(settings),
      ...consoleRows(mergeConsole(invocation.flags, await operatorConfig(env), env)),
      ...(await awsRows(settings, env)),
      stateRow(invocation),
    ];
    const file = settings.file || null;
    if (global.json) {
      const values = rows.map(({ name, value, from, where }) => ({ name, value, from, where: where || null }));
      process.stdout.write(`${JSON.stringify({ file, looksFor: configPath(env), values }, null, 2)}\n`);
      return 0;
    }
    process.stdout.write(`${display(file ? `file ${file}` : `no file (it would be ${configPath(env)})`)}\n\n`);
    const width = Math.max(...rows.map(({ name }) => name.length));
    const texts = rows.map(({ value, text }) => text ?? textOf(value));
    const middle = Math.min(60, Math.max(...texts.map((text) => text.length)));
    for (const [at, { name, from, where }] of rows.entries()) {
      const origin = from === 'default' ? from : from === 'aws-profile' ? where : `${from} ${where}`;
      process.stdout.write(display(`${name.padEnd(width)}  ${texts[at]!.padEnd(middle)}  ${origin}`).concat('\n'));
    }
    return 0;
  },
};

function textOf(value: Json): string {
  if (value === null) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(textOf).join(', ');
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

const row = (name: string, { from, where }: Setting<unknown>, value: Json, text?: string): Row => ({
  name,
  value,
  from,
  where,
  ...optional('text', text),
});

function ownRows(settings: SettingsInForce, { flags }: Invocation): readonly Row[] {
  const { profiles, regions, expectAccount, roleArn, externalId, members } = settings;
  const { tail, tailSessions, tailIdleMs, lookupPerSecond, breakGlass, protectedTags, mostTargets, rules } = settings;
  const since = textFlag(flags, 'since');
  const minutes = tailIdleMs.value === Number.POSITIVE_INFINITY ? null : tailIdleMs.value / 60_000;
  return [
    row('profiles', profiles, [...profiles.value], profiles.value.length > 0 ? undefined : 'the default credentials'),
    // The Region of a profile stands among what AWS's tools take.
    ...(regions.value.length > 0 ? [row('regions', regions, [...regions.value])] : []),
    row('expectAccount', expectAccount, [...expectAccount.value], expectAccount.value.length > 0 ? undefined : 'any'),
    row('roleArn', roleArn, roleArn.value ?? null),
    row('externalId', externalId, externalId.value ?? null),
    row('members.roleArn', members, members.value?.roleArn ?? null),
    row('members.externalId', members, members.value?.externalId ?? null),
    row('members.accounts', members, [...(members.value?.accounts ?? [])]),
    row('since', { value: since, from: since ? 'flag' : 'default', where: since ? '--since' : '' }, since ?? '1h'),
    row('lookupPerSecond', lookupPerSecond, lookupPerSecond.value),
    row('contain.breakGlass', breakGlass, [...breakGlass.value]),
    row('contain.protectedTags', protectedTags, [...protectedTags.value]),
    row('contain.mostTargets', mostTargets, mostTargets.value),
    row('rules', rules, [...rules.value], rules.value.length > 0 ? undefined : 'the built-in ones'),
    row('tail.enabled', tail, tail.value),
    row('tail.maxSessions', tailSessions, tailSessions.value),
    row('tail.idleMinutes', tailIdleMs, minutes, minutes === null ? 'never stops' : undefined),
  ];
}

function consoleRows(settings: SettingsOfConsole): readonly Row[] {
  const { keys, accounts, filters, utc, ...plain } = settings;
  // One row a member: each is looked for by its name.
  const each = <Value>(
    name: string,
    { value, ...of }: Setting<{ readonly [key: string]: Value }>,
    text: (one: Value) => string,
  ) => Object.entries(value).map(([key, one]) => row(`${name}.${key}`, { ...of, value }, text(one)));
  return [
    ...Object.entries(plain).map(([name, one]) => row(name, one, one.value)),
    row('times', utc, utc.value ? 'utc' : 'local'),
    ...each('keys', keys, (one) => one.join(' ')),
    ...each('accounts', accounts, ({ name, colour, production }) =>
      [name, production ? 'production' : '', colour].filter(Boolean).join(', '),
    ),
    ...each('filters', filters, (one) => one),
  ];
}

function sourceRows({ sourceFlags, sourceSettings }: SettingsInForce): readonly Row[] {
  const { own, byProfile } = chooseSources(sources, sourceFlags, sourceSettings);
  return sources.map(({ id }) => {
    const profile = [...byProfile].find(([, read]) => read.some((source) => source.id === id))?.[0];
    const isOn = profile !== undefined || own.some((source) => source.id === id);
    const flag = sourceFlags.find((text) => text.split(',')[0] === id);
    const isLeftOut = !isOn && sourceFlags.some((text) => !text.includes(','));
    const isSet = sourceSettings[id] !== undefined;
    const from: SaidBy = flag !== undefined || isLeftOut ? 'flag' : isSet ? 'file' : 'default';
    return {
      name: `sources.${id}`,
      value: { enabled: isOn, profile: profile ?? null },
      text: isOn ? (profile ? `on, profile ${profile}` : 'on') : 'off',
      from,
      where: from === 'flag' ? `--source ${flag ?? sourceFlags.join(' ')}` : from === 'file' ? `sources.${id}` : '',
    };
  });
}

/** What is taken from the environment and the AWS files of the first profile. */
async function awsRows(settings: SettingsInForce, env: NodeJS.ProcessEnv): Promise<readonly Row[]> {
  const regions = settings.regions.value.filter((region) => region !== 'all');
  let aws: Settings;
  try {
    aws = await resolveSettings({
      ownCredentials: false,
      env,
      ...optional('profile', settings.profiles.value[0]),
      ...optional('region', regions[0]),
      regions,
    });
  } catch (error) {
    if (!(error instanceof UsageError) || !error.message.startsWith('no Region')) throw error;
    return [{ name: 'region', value: null, text: 'none: set --region or AWS_REGION', from: 'default', where: '' }];
  }
  const of = (name: string, key: string, value: Json, text?: string): Row => {
    const where = aws.setBy.get(key) ?? '';
    return {
      name,
      value,
      from: !where ? 'default' : where.includes(' of profile ') ? 'aws-profile' : 'environment',
      where,
      ...optional('text', text),
    };
  };
  return [
    regions.length > 0 ? row('region', settings.regions, aws.region) : of('region', 'region', aws.region),
    ...endpointsOf(aws).map(({ name, service, url }) => of(name, `endpoint ${service}`, url)),
    of('retry.maxAttempts', 'max_attempts', aws.maxAttempts),
    of('retry.mode', 'retry_mode', aws.retryMode),
    of('fips', 'use_fips_endpoint', aws.fips),
    of('dualStack', 'use_dualstack_endpoint', aws.dualStack),
    of('caBundle', 'ca_bundle', aws.certificates?.path ?? null, aws.certificates ? undefined : 'the system’s'),
  ];
}

/** One for all services where it is the same. */
function endpointsOf({ endpoints, setBy }: Settings) {
  const all = [...endpoints].map(([service, { href }]) => ({ name: `endpoint.${service}`, service, url: href }));
  const [first] = all;
  const isOne = all.every(
    ({ service, url }) =>
      url === first?.url && setBy.get(`endpoint ${service}`) === setBy.get(`endpoint ${first.service}`),
  );
  return first && isOne ? [{ ...first, name: 'endpoint' }] : all;
}

function stateRow({ global, env }: Invocation): Row {
  const flag = global.stateDir !== undefined;
  const isXdg = !flag && env.XDG_STATE_HOME?.startsWith('/') === true;
  return {
    name: 'stateDir',
    value: statePath(global.stateDir, env),
    from: flag ? 'flag' : isXdg ? 'environment' : 'default',
    where: flag ? '--state-dir' : isXdg ? 'XDG_STATE_HOME' : '',
  };
}
