import { type OpenDoor, openAws } from '../aws/client.ts';
import { actions } from '../containment/catalogue.ts';
import { RefusedError, UsageError } from '../model/errors.ts';
import { type OpenSession, openSession } from '../session/open-session.ts';
import { systemClock } from '../shared/clock.ts';
import { createCloudTrailLookup } from '../sources/cloudtrail-lookup.ts';
import { openIncident } from '../store/incident.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { type Invocation, textFlag, textFlags } from './command.ts';
import { setOpenJournalPath } from './open-journal-path.ts';
import { compactTime, parseTime } from './time.ts';

/** Flags of every command that talks to an AWS account. */
export const liveOptions = {
  profile: { type: 'string' },
  region: { type: 'string', multiple: true },
  'expect-account': { type: 'string' },
  'read-only': { type: 'boolean' },
  incident: { type: 'string' },
} as const;

export const liveOptionHelp = {
  profile: 'profile of the AWS configuration',
  region: 'Region to watch; may be given several times',
  'expect-account': 'refuse to go on when the credentials are of another account',
  'read-only': 'nothing can be armed',
  incident: 'name of the incident',
};

/** Opens the door to AWS as the flags and the environment say. @throws UsageError, AwsCallError, RefusedError */
export async function openDoor(
  { flags, env, signal }: Invocation,
  incident: string,
  settings: { readonly identify?: boolean } = {},
): Promise<OpenDoor> {
  const door = await openAws({
    ...optional('profile', textFlag(flags, 'profile')),
    ...optional('region', textFlags(flags, 'region')[0]),
    readOnly: flags['read-only'] === true,
    clock: systemClock,
    incident,
    env,
  });
  const expected = textFlag(flags, 'expect-account');
  if (expected !== undefined || settings.identify) {
    const identity = await door.identity(signal);
    if (expected !== undefined && identity.account !== expected)
      throw new RefusedError('OtherAccount', `these credentials are of account ${identity.account}, not ${expected}`, [
        'Choose another --profile',
      ]);
  }
  return door;
}

/** `{[name]: value}` when there is a value: what `exactOptionalPropertyTypes` wants. */
export function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}

/** A session on a live account: what `firebreak` and `firebreak watch` show. */
export async function openLiveSession(
  invocation: Invocation,
  settings: { readonly prefix: string; readonly resume?: string },
): Promise<{ readonly session: OpenSession; close(): Promise<void> }> {
  const { flags, env, global } = invocation;
  const now = systemClock.now();
  const since = parseTime(textFlag(flags, 'since') ?? '1h', now, '--since');
  if (since > now) throw new UsageError('--since lies in the future');
  const name = settings.resume ?? textFlag(flags, 'incident') ?? `${settings.prefix}-${compactTime(now)}`;
  const door = await openDoor(invocation, name);
  const incident = await openIncident({
    stateDir: await stateDirectory(global.stateDir, env),
    name,
    create: settings.resume === undefined,
  });
  setOpenJournalPath(incident.journal.path);
  const session = await openSession({
    incident,
    mode: 'live',
    clock: systemClock,
    actions,
    door,
    sources: [createCloudTrailLookup()],
    regions: [...new Set([door.region, ...textFlags(flags, 'region')])],
    since,
    ...optional('profile', textFlag(flags, 'profile')),
  });
  return {
    session,
    close: async () => {
      await session.close();
      door.close();
    },
  };
}
