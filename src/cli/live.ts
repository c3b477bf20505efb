import { type CallLog, createCallLog } from '../aws/call-log.ts';
import { type OpenDoor, openAws } from '../aws/client.ts';
import { partitionOfRegion, regionsOf } from '../aws/regions.ts';
import { actions } from '../containment/catalogue.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import { RefusedError } from '../model/errors.ts';
import { openSession } from '../session/open-session.ts';
import { createQuestions } from '../session/questions.ts';
import type { Feed, OpenSession } from '../session/session-options.ts';
import { systemClock } from '../shared/clock.ts';
import { display } from '../shared/display.ts';
import { sources } from '../sources/catalogue.ts';
import type { EventSource } from '../sources/source.ts';
import { openIncident } from '../store/incident.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { type Access, accessesOf } from './accesses.ts';
import { askMfaOnTerminal, canAsk } from './ask-mfa.ts';
import { type Invocation, textFlag } from './command.ts';
import { besideLoading } from './console-or-lines.ts';
import { hasTerminal } from './has-terminal.ts';
import { keepHeapsSmall } from './keep-heaps-small.ts';
import { setOpenJournalPath } from './open-journal-path.ts';
import { overriddenBy, type SettingsInForce, settingsInForce } from './settings-in-force.ts';
import { chooseSources } from './source-flags.ts';
import {
  incidentName,
  indicatorsFlag,
  profilesOf,
  readStart,
  refuseOtherAccount,
  rulesFlag,
  startOptionHelp,
  startOptions,
  tellRuleProblems,
  windowOf,
} from './start-flags.ts';
import { tailFactory } from './tail-factory.ts';

const askAccountMs = 5_000;

/** Flags of every command that talks to an AWS account. */
export const liveOptions = {
  profile: { type: 'string', multiple: true },
  region: { type: 'string', multiple: true },
  'role-arn': { type: 'string' },
  'external-id': { type: 'string' },
  'expect-account': { type: 'string', multiple: true },
  'read-only': { type: 'boolean' },
  incident: { type: 'string' },
} as const;

export const liveOptionHelp = {
  profile: 'profile of the AWS configuration; several make one incident of several accounts',
  region: 'Region to watch; may be given several times; "all": every Region that is on by default',
  'role-arn': 'role to assume with these credentials; {account} stands for each --expect-account, one role an account',
  'external-id': 'external id that the role asks for',
  'expect-account': 'refuse to go on when credentials are of another account; one for each account',
  'read-only': 'nothing can be armed',
  incident: 'name of the incident',
};

/** Flags of the commands that watch. */
export const watchOptions = {
  ...liveOptions,
  ...startOptions,
  since: { type: 'string' },
  until: { type: 'string' },
  source: { type: 'string', multiple: true },
  'no-tail': { type: 'boolean' },
} as const;

export const watchOptionHelp = {
  ...liveOptionHelp,
  ...startOptionHelp,
  since: 'how far back: 2h, a date, an ISO time (default 1h, or an hour before what --alert first saw)',
  until: 'show nothing after this: 2h, a date, an ISO time',
  source: 'read only this source (may be repeated); ID,profile=NAME reads it with other credentials',
  'no-tail': 'no Live Tail, which is billed by the minute: log groups are polled',
};

/** Who is asked for an MFA code: the terminal before the console is there, the console afterwards. */
export interface Asking {
  /** Set once the console can ask. */
  ask: ((device: string, profile: string) => Promise<string>) | undefined;
}

const askingOnTerminal = (): Asking => ({ ask: canAsk() ? askMfaOnTerminal : undefined });

/** A door, and what the operator's file says of whom not to touch. */
export type GuardedDoor = OpenDoor & {
  readonly breakGlass: readonly string[];
  readonly protectedTags: readonly string[];
  readonly mostTargets: number;
};

/**
 * Opens one door to AWS as the flags, the operator's file and the environment say.
 *
 * @param options Default: the session's own credentials.
 * @throws UsageError, AwsCallError, RefusedError
 */
export async function openDoor(
  invocation: Invocation,
  incident: string,
  options: {
    readonly settings?: SettingsInForce;
    readonly access?: Access;
    readonly asking?: Asking;
    readonly calls?: CallLog;
  } = {},
): Promise<GuardedDoor> {
  const { flags, env, signal } = invocation;
  const settings = options.settings ?? (await settingsToUse(invocation));
  const { profile, assume, expect } = options.access ?? accessesOf(settings)[0];
  const asking = options.asking ?? askingOnTerminal();
  const named = settings.regions.value.filter((region) => region !== 'all');
  const door = await openAws({
    ...optional('profile', profile),
    ...optional('region', named[0]),
    regions: named,
    lookupPerSecond: settings.lookupPerSecond.value,
    ...optional('assume', assume),
    ...(asking.ask ? { mfaCode: (device: string, of: string) => asking.ask!(device, of) } : {}),
    readOnly: flags['read-only'] === true,
    clock: systemClock,
    incident,
    env,
    ...optional('calls', options.calls),
  });
  try {
    if (expect.length > 0) {
      const { account } = await door.identity(signal);
      if (!expect.includes(account))
        throw new RefusedError(
          'OtherAccount',
          `these credentials are of account ${account}, not ${expect.join(' or ')}`,
          ['Choose another --profile'],
        );
    }
  } catch (error) {
    door.close();
    throw error;
  }
  return Object.assign(door, {
    breakGlass: settings.breakGlass.value,
    protectedTags: settings.protectedTags.value,
    mostTargets: settings.mostTargets.value,
  });
}

/** What holds for this run; says on stderr where the operator's file goes before the shell: another account must not come as a surprise. */
export async function settingsToUse(invocation: Invocation): Promise<SettingsInForce> {
  const settings = await settingsInForce(invocation);
  const overridden = overriddenBy(settings, invocation.env);
  if (overridden) process.stderr.write(`firebreak: ${display(overridden)}\n`);
  return settings;
}

/** `{[name]: value}` when there is a value: what `exactOptionalPropertyTypes` wants. */
export function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}

/** The Regions that the settings name; the door's own where they name none. */
export function regionsToWatch(settings: SettingsInForce, door: OpenDoor): readonly string[] {
  const named = settings.regions.value;
  const all = named.includes('all') ? regionsOf(partitionOfRegion(door.region) ?? 'aws') : [];
  return [...new Set([door.region, ...named.filter((region) => region !== 'all'), ...all])];
}

/** The account behind a door, if AWS says so soon. */
const accountOf = (door: OpenDoor, signal: AbortSignal): Promise<string | undefined> =>
  door.identity(AbortSignal.any([signal, AbortSignal.timeout(askAccountMs)])).then(
    ({ account }) => account,
    // It is only asked so that no account is read twice, which costs calls and nothing else; the session asks again and shows the failure.
    () => undefined,
  );

/** Where nothing else names a Region, the alert's are watched. */
const withRegionsOf = (start: StartingPoint | undefined, settings: SettingsInForce): SettingsInForce =>
  settings.regions.value.length > 0 || !start || start.regions.length === 0
    ? settings
    : { ...settings, regions: { ...settings.regions, value: start.regions } };

/** A session on live accounts: what `firebreak` and `firebreak watch` show; `console`: the console is loaded meanwhile. */
export async function openLiveSession(
  invocation: Invocation,
  opening: { readonly prefix: string; readonly resume?: string; readonly console?: boolean },
): Promise<{ readonly session: OpenSession; close(): Promise<void> }> {
  keepHeapsSmall();
  const { flags, env, global } = invocation;
  const now = systemClock.now();
  const rules = await rulesFlag(invocation);
  const indicators = await indicatorsFlag(invocation);
  const { since, start } = windowOf(invocation, await readStart(invocation, now), now);
  const name = opening.resume ?? incidentName(flags, opening.prefix, start, now);
  const settings = withRegionsOf(start, await settingsToUse(invocation));
  const [own, ...others] = accessesOf(settings);
  const chosen = chooseSources(sources, settings.sourceFlags, settings.sourceSettings);
  const asking = askingOnTerminal();
  const doors: OpenDoor[] = [];
  const calls = createCallLog();
  const opened = async (access: Access) => {
    const door = await openDoor(invocation, name, { settings, access, asking, calls });
    doors.push(door);
    return door;
  };
  try {
    const door = await opened(own);
    const regions = regionsToWatch(settings, door);
    const feeds: Feed[] = [];
    const feed = async (access: Access, read: readonly EventSource[]) => {
      const another = await opened(access);
      // Without --region each account is watched in the Region of its own profile.
      feeds.push({ door: another, profile: access.label, regions: regionsToWatch(settings, another), sources: read });
    };
    const ownAccount = others.some(({ member }) => member) ? await accountOf(door, invocation.signal) : undefined;
    for (const access of others) if (!access.member || access.member !== ownAccount) await feed(access, chosen.own);
    // A role that is assumed in the incident's account is not one of the account that keeps the logs.
    for (const [profile, read] of chosen.byProfile)
      await feed({ profile, assume: undefined, label: profile, member: undefined, expect: [] }, read);
    if (settings.expectAccount.value.length === 0) await refuseOtherAccount(start, doors, invocation);
    const incident = await openIncident({
      stateDir: await stateDirectory(global.stateDir, env),
      name,
      create: opening.resume === undefined,
    });
    setOpenJournalPath(incident.journal.path);
    const questions = createQuestions();
    const places = regions.length + feeds.reduce((sum, feed) => sum + feed.regions.length, 0);
    const open = (early: boolean) =>
      openSession({
        incident,
        early,
        mode: 'live',
        clock: systemClock,
        actions,
        breakGlass: settings.breakGlass.value,
        protectedTags: settings.protectedTags.value,
        mostTargets: settings.mostTargets.value,
        door,
        sources: chosen.own,
        regions,
        feeds,
        questions,
        calls: calls.calls,
        ...(settings.tail.value
          ? {
              tails: tailFactory({
                maxSessions: settings.tailSessions.value,
                places,
                idleMs: settings.tailIdleMs.value,
              }),
            }
          : {}),
        since,
        rules,
        indicators,
        ...optional('start', start),
        profilesOf: profilesOf(env),
        ...optional('profile', own.profile),
        flags: {
          ...optional('roleArn', textFlag(flags, 'role-arn')),
          ...optional('externalId', textFlag(flags, 'external-id')),
          profiles: settings.profiles.value.slice(1),
          sources: settings.sourceFlags,
          expectAccount: settings.expectAccount.value,
        },
      });
    const session = await (opening.console ? besideLoading(open) : open(false));
    if (rules.length > 0) await tellRuleProblems(session);
    if (hasTerminal()) asking.ask = (device, profile) => questions.askMfa(device, profile);
    return {
      session,
      close: async () => {
        await session.close();
        for (const one of doors) one.close();
      },
    };
  } catch (error) {
    for (const one of doors) one.close();
    throw error;
  }
}
