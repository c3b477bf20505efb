import { UsageError } from '../model/errors.ts';
import type { EventSource } from '../sources/source.ts';

/** Which sources are read, and with whose credentials. */
export interface SourceChoice {
  /** Read with the session's own credentials. */
  readonly own: readonly EventSource[];
  /** Read with another profile's: the trail's log group is often in a log archive account. */
  readonly byProfile: ReadonlyMap<string, readonly EventSource[]>;
}

/** What the configuration says of sources, by id. */
export interface SourceSettings {
  readonly [id: string]: { readonly profile?: string | undefined; readonly enabled?: boolean | undefined };
}

/**
 * Reads `--source ID` and `--source ID,profile=NAME`. Sources named without a profile are the only ones read; a profile moves its source to
 * other credentials and leaves the rest as they are.
 *
 * @param settings What the configuration says of a source; the flags win.
 * @throws UsageError that lists the ids.
 */
export function chooseSources(
  all: readonly EventSource[],
  flags: readonly string[],
  settings: SourceSettings = {},
): SourceChoice {
  const ids = all.map(({ id }) => id);
  const known = (id: string, where: string) => {
    if (!ids.includes(id))
      throw new UsageError(`${where}: there is no source "${id}"`, { nextSteps: [`Use one of ${ids.join(', ')}`] });
    return id;
  };
  const only = new Set<string>();
  const profiles = new Map<string, string>();
  for (const [id, { profile }] of Object.entries(settings)) {
    known(id, 'configuration');
    if (profile) profiles.set(id, profile);
  }
  for (const flag of flags) {
    const [id = '', ...rest] = flag.split(',');
    known(id, '--source');
    if (rest.length === 0) only.add(id);
    for (const part of rest) {
      const [name, value] = part.split('=');
      if (name !== 'profile' || !value)
        throw new UsageError(`--source ${flag}: "${part}" is not understood`, {
          nextSteps: [`Write --source ${id},profile=NAME`],
        });
      profiles.set(id, value);
    }
  }
  const enabled = all.filter(({ id }) =>
    only.size > 0 ? only.has(id) || flags.some((flag) => flag.startsWith(`${id},`)) : settings[id]?.enabled !== false,
  );
  const byProfile = new Map<string, readonly EventSource[]>();
  for (const source of enabled) {
    const profile = profiles.get(source.id);
    if (profile) byProfile.set(profile, [...(byProfile.get(profile) ?? []), source]);
  }
  return { own: enabled.filter(({ id }) => !profiles.has(id)), byProfile };
}
