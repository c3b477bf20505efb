import { type OpenDoor, openAws } from '../aws/client.ts';
import { partitionOfRegion, regionsOf } from '../aws/regions.ts';
import { actions } from '../containment/catalogue.ts';
import { RefusedError, UsageError } from '../model/errors.ts';
import { type Feed, type OpenSession, openSession } from '../session/open-session.ts';
import { createQuestions } from '../session/questions.ts';
import { systemClock } from '../shared/clock.ts';
import { sources } from '../sources/catalogue.ts';
import { openIncident } from '../store/incident.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { askMfaOnTerminal, canAsk } from './ask-mfa.ts';
import { type Invocation, textFlag, textFlags } from './command.ts';
import { hasTerminal } from './console-or-lines.ts';
import { setOpenJournalPath } from './open-journal-path.ts';
import { chooseSources } from './source-flags.ts';
import { defaultSessions, tailFactory } from './tail-factory.ts';
import { compactTime, parseTime } from './time.ts';

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
  'role-arn': 'role to assume with these credentials; {account} is replaced for members of an organisation',
  'external-id': 'external id that the role asks for',
  'expect-account': 'refuse to go on when credentials are of another account; one for each account',
  'read-only': 'nothing can be armed',
  incident: 'name of the incident',
};

/** Flags of the commands that watch. */
export const watchOptions = {
  ...liveOptions,
  since: { type: 'string' },
  source: { type: 'string', multiple: true },
  'no-tail': { type: 'boolean' },
} as const;

export const watchOptionHelp = {
  ...liveOptionHelp,
  since: 'how far back: 2h, a date, an ISO time (default 1h)',
  source: 'read only this source (may be repeated); ID,profile=NAME reads it with other credentials',
  'no-tail': 'no Live Tail, which is billed by the minute: log groups are polled',
};

/** Who is asked for an MFA code: the terminal before the console is there, the console afterwards. */
export interface Asking {
  /** Set once the console can ask. */
  ask: ((device: string, profile: string) => Promise<string>) | undefined;
}

const askingOnTerminal = (): Asking => ({ ask: canAsk() ? askMfaOnTerminal : undefined });

/** Opens the door to AWS as the flags and the environment say. @throws UsageError, AwsCallError, RefusedError */
export async function openDoor(
  { flags, env, signal }: Invocation,
  incident: string,
  settings: {
    readonly identify?: boolean;
    /** Default: the first `--profile`. */
    readonly profile?: string;
    readonly roleArn?: string;
    readonly asking?: Asking;
    readonly lookupPerSecond?: number;
  } = {},
): Promise<OpenDoor> {
  const roleArn = settings.roleArn ?? textFlag(flags, 'role-arn');
  const externalId = textFlag(flags, 'external-id');
  if (externalId !== undefined && roleArn === undefined)
    throw new UsageError('--external-id needs --role-arn', { nextSteps: ['Name the role to assume'] });
  const asking = settings.asking ?? askingOnTerminal();
  const named = textFlags(flags, 'region').filter((region) => region !== 'all');
  const door = await openAws({
    ...optional('profile', settings.profile ?? textFlags(flags, 'profile')[0]),
    ...optional('region', named[0]),
    regions: named,
    ...optional('lookupPerSecond', settings.lookupPerSecond),
    ...(roleArn === undefined ? {} : { assume: { roleArn, ...optional('externalId', externalId) } }),
    ...(asking.ask ? { mfaCode: (device: string, profile: string) => asking.ask!(device, profile) } : {}),
    readOnly: flags['read-only'] === true,
    clock: systemClock,
    incident,
    env,
  });
  const expected = textFlags(flags, 'expect-account');
  try {
    if (expected.length > 0 || settings.identify) {
      const identity = await door.identity(signal);
      if (expected.length > 0 && !expected.includes(identity.account))
        throw new RefusedError(
          'OtherAccount',
          `these credentials are of account ${identity.account}, not ${expected.join(' or ')}`,
          ['Choose another --profile'],
        );
    }
  } catch (error) {
    door.close();
    throw error;
  }
  return door;
}

/** `{[name]: value}` when there is a value: what `exactOptionalPropertyTypes` wants. */
export function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}

/** Live Tail is billed: without a person at the keys it stops after three hours, unless it was said for how long to watch. */
const idleMs = (flags: Invocation['flags']): number =>
  hasTerminal() ? 30 * 60_000 : flags.for === undefined ? 3 * 3_600_000 : Number.POSITIVE_INFINITY;

/** The Regions that the flags name; the door's own where they name none. */
export function regionsToWatch(flags: Invocation['flags'], door: OpenDoor): readonly string[] {
  const named = textFlags(flags, 'region');
  const all = named.includes('all') ? regionsOf(partitionOfRegion(door.region) ?? 'aws') : [];
  return [...new Set([door.region, ...named.filter((region) => region !== 'all'), ...all])];
}

/** A session on live accounts: what `firebreak` and `firebreak watch` show. */
export async function openLiveSession(
  invocation: Invocation,
  settings: { readonly prefix: string; readonly resume?: string },
): Promise<{ readonly session: OpenSession; close(): Promise<void> }> {
  const { flags, env, global } = invocation;
  const now = systemClock.now();
  const since = parseTime(textFlag(flags, 'since') ?? '1h', now, '--since');
  if (since > now) throw new UsageError('--since lies in the future');
  const name = settings.resume ?? textFlag(flags, 'incident') ?? `${settings.prefix}-${compactTime(now)}`;
  const chosen = chooseSources(sources, textFlags(flags, 'source'));
  const asking = askingOnTerminal();
  const doors: OpenDoor[] = [];
  const opened = async (profile?: string) => {
    const door = await openDoor(invocation, name, {
      asking,
      ...(profile === undefined ? {} : { profile }),
    });
    doors.push(door);
    return door;
  };
  try {
    const [first, ...others] = [...new Set(textFlags(flags, 'profile'))];
    const door = await opened(first);
    const regions = regionsToWatch(flags, door);
    const feeds: Feed[] = [];
    for (const profile of others) {
      const another = await opened(profile);
      feeds.push({
        door: another,
        profile,
        // Without --region each account is watched in the Region of its own profile.
        regions: regionsToWatch(flags, another),
        sources: chosen.own,
      });
    }
    for (const [profile, own] of chosen.byProfile) {
      const another = await openDoor({ ...invocation, flags: { ...flags, 'expect-account': undefined } }, name, {
        asking,
        profile,
      });
      doors.push(another);
      feeds.push({ door: another, profile, regions: regionsToWatch(flags, another), sources: own });
    }
    const incident = await openIncident({
      stateDir: await stateDirectory(global.stateDir, env),
      name,
      create: settings.resume === undefined,
    });
    setOpenJournalPath(incident.journal.path);
    const questions = createQuestions();
    const places = regions.length + feeds.reduce((sum, feed) => sum + feed.regions.length, 0);
    const session = await openSession({
      incident,
      mode: 'live',
      clock: systemClock,
      actions,
      door,
      sources: chosen.own,
      regions,
      feeds,
      questions,
      ...(flags['no-tail'] === true
        ? {}
        : { tails: tailFactory({ maxSessions: defaultSessions, places, idleMs: idleMs(flags) }) }),
      since,
      ...optional('profile', first),
      flags: {
        ...optional('roleArn', textFlag(flags, 'role-arn')),
        ...optional('externalId', textFlag(flags, 'external-id')),
        profiles: others,
        sources: textFlags(flags, 'source'),
      },
    });
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
