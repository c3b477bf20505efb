import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { OperatorConfig } from '../config/operator-config.ts';
import { defaultMostTargets } from '../containment/playbook-runs.ts';
import { UsageError } from '../model/errors.ts';
import { type Invocation, textFlag, textFlags } from './command.ts';
import { operatorConfig } from './console-settings.ts';
import { hasTerminal } from './has-terminal.ts';
import { type Setting, setting } from './setting.ts';
import type { SourceSettings } from './source-flags.ts';
import { defaultSessions } from './tail-factory.ts';

/** Accounts that are reached through a role of the same name. */
export interface MemberRoles {
  /** `{account}` stands for the account. */
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  readonly accounts: readonly string[];
}

/** What holds for this run: flags, then the operator's file, then what AWS's tools would take, then the defaults. */
export interface SettingsInForce {
  /** The operator's file; empty when there is none. */
  readonly file: string;
  /** Empty: the environment's keys or the default profile. */
  readonly profiles: Setting<readonly string[]>;
  /** `all` among them: every Region that is on by default. Empty: the Region of each profile. */
  readonly regions: Setting<readonly string[]>;
  readonly expectAccount: Setting<readonly string[]>;
  /** Assumed over the first profile's credentials. */
  readonly roleArn: Setting<string | undefined>;
  readonly externalId: Setting<string | undefined>;
  readonly members: Setting<MemberRoles | undefined>;
  readonly sourceFlags: readonly string[];
  readonly sourceSettings: SourceSettings;
  readonly tail: Setting<boolean>;
  readonly tailSessions: Setting<number>;
  /** ms; `Infinity`: never. */
  readonly tailIdleMs: Setting<number>;
  readonly lookupPerSecond: Setting<number>;
  /** Names of roles and users that are kept from containment, besides the built-in ones. */
  readonly breakGlass: Setting<readonly string[]>;
  /** Tags by which roles and users are kept from containment, besides the built-in one. */
  readonly protectedTags: Setting<readonly string[]>;
  /** More targets of one action than this want their number typed. */
  readonly mostTargets: Setting<number>;
  /** Files and folders of rules besides the built-in ones, absolute. */
  readonly rules: Setting<readonly string[]>;
}

/** Half of what AWS allows an account and Region. */
const defaultLookups = 1;

/** `undefined` where a flag that may be repeated was not given. */
const given = (flags: Invocation['flags'], name: string): readonly string[] | undefined => {
  const values = textFlags(flags, name);
  return values.length > 0 ? values : undefined;
};

/** Live Tail is billed: without a person at the keys it stops after three hours, unless it was said for how long to watch. */
const idleByDefault = (flags: Invocation['flags']): number =>
  hasTerminal() ? 30 * 60_000 : flags.for === undefined ? 3 * 3_600_000 : Number.POSITIVE_INFINITY;

/** Puts flags and file together. Pure. @throws UsageError two flags that cannot both hold. */
export function mergeSettings(
  flags: Invocation['flags'],
  config: OperatorConfig,
  env: NodeJS.ProcessEnv,
): SettingsInForce {
  const regions = typeof config.regions === 'string' ? [config.regions] : config.regions;
  const idle = config.tail?.idleMinutes;
  const expectAccount = setting<readonly string[]>(
    [],
    [given(flags, 'expect-account'), 'flag', '--expect-account'],
    [config.expectAccount, 'file', 'expectAccount'],
  );
  const noAccount = expectAccount.value.find((account) => !/^\d{12}$/.test(account));
  if (noAccount !== undefined)
    throw new UsageError(`--expect-account ${noAccount} is no account`, { nextSteps: ['Write its twelve digits'] });
  const template = textFlag(flags, 'role-arn');
  const isTemplate = template?.includes('{account}') === true;
  const externalId = textFlag(flags, 'external-id');
  if (externalId !== undefined && template === undefined)
    throw new UsageError('--external-id needs --role-arn', { nextSteps: ['Name the role to assume'] });
  const named = expectAccount.value.length > 0 ? expectAccount.value : (config.members?.accounts ?? []);
  if (isTemplate && named.length === 0)
    throw new UsageError('--role-arn with {account} needs the accounts', {
      nextSteps: ['Name each with --expect-account, or all as members.accounts in the configuration'],
    });
  const profiles = setting<readonly string[]>(
    [],
    [given(flags, 'profile'), 'flag', '--profile'],
    [config.profiles, 'file', 'profiles'],
    [env.AWS_PROFILE ? [env.AWS_PROFILE] : undefined, 'environment', 'AWS_PROFILE'],
  );
  if (template !== undefined && profiles.value.length > 1)
    throw new UsageError('--role-arn is assumed with the credentials of one profile', {
      nextSteps: ['Name one --profile; for several accounts write {account} in the role'],
    });
  return {
    file: config.path,
    profiles,
    regions: setting<readonly string[]>([], [given(flags, 'region'), 'flag', '--region'], [regions, 'file', 'regions']),
    expectAccount,
    roleArn: setting<string | undefined>(undefined, [isTemplate ? undefined : template, 'flag', '--role-arn']),
    externalId: setting<string | undefined>(undefined, [externalId, 'flag', '--external-id']),
    members: setting<MemberRoles | undefined>(
      undefined,
      [
        template !== undefined && isTemplate ? { roleArn: template, externalId, accounts: named } : undefined,
        'flag',
        '--role-arn',
      ],
      [config.members, 'file', 'members'],
    ),
    sourceFlags: textFlags(flags, 'source'),
    sourceSettings: config.sources ?? {},
    tail: setting(
      true,
      [flags['no-tail'] === true ? false : undefined, 'flag', '--no-tail'],
      [config.tail?.enabled, 'file', 'tail.enabled'],
    ),
    tailSessions: setting(defaultSessions, [config.tail?.maxSessions, 'file', 'tail.maxSessions']),
    tailIdleMs: setting(idleByDefault(flags), [
      idle === undefined ? undefined : idle * 60_000,
      'file',
      'tail.idleMinutes',
    ]),
    breakGlass: setting<readonly string[]>([], [config.contain?.breakGlass, 'file', 'contain.breakGlass']),
    protectedTags: setting<readonly string[]>([], [config.contain?.protectedTags, 'file', 'contain.protectedTags']),
    rules: rulesInForce(flags, config),
    mostTargets: setting(defaultMostTargets, [config.contain?.mostTargets, 'file', 'contain.mostTargets']),
    lookupPerSecond: setting(defaultLookups, [config.lookupPerSecond, 'file', 'lookupPerSecond']),
  };
}

/** Whose rules run besides the built-in ones. A relative path of the file is one from where the file lies, `~` is home. */
export function rulesInForce(flags: Invocation['flags'], config: OperatorConfig): Setting<readonly string[]> {
  const ofFile = (path: string) =>
    /^~\//.test(path) ? join(homedir(), path.slice(2)) : resolve(dirname(config.path), path);
  return setting<readonly string[]>(
    [],
    [given(flags, 'rules')?.map((path) => resolve(path)), 'flag', '--rules'],
    [config.rules?.map(ofFile), 'file', 'rules'],
  );
}

/** What holds for this run. @throws UsageError the file or the flags cannot be used. */
export const settingsInForce = async ({ flags, env }: Invocation): Promise<SettingsInForce> =>
  mergeSettings(flags, await operatorConfig(env), env);

/** Where the file's profiles go before what the shell names; `undefined` where they do not. */
export function overriddenBy({ file, profiles }: SettingsInForce, env: NodeJS.ProcessEnv): string | undefined {
  if (profiles.from !== 'file') return undefined;
  const shell =
    env.AWS_PROFILE && !profiles.value.includes(env.AWS_PROFILE)
      ? `AWS_PROFILE=${env.AWS_PROFILE}`
      : env.AWS_ACCESS_KEY_ID && !env.AWS_PROFILE
        ? 'the keys in the environment'
        : undefined;
  return shell && `profile ${profiles.value.join(', ')} as ${file} says, not ${shell}; --profile wins over both`;
}
