import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../model/errors.ts';

/** The shared AWS files, as far as we need them before the SDK is loaded: which profiles there are and what they set. */
export interface Profiles {
  /** Files that were looked for, whether they exist or not. */
  readonly files: readonly string[];
  /** Settings of each profile; nested ones are joined with a dot (`sagemaker.endpoint_url`). */
  readonly profiles: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The `[services NAME]` sections. */
  readonly services: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

type Sections = Map<string, Map<string, string>>;

/** Sections and settings of an AWS configuration file. Follows the SDK's parser, so that both see the same. */
function parseIni(text: string): Sections {
  const sections: Sections = new Map();
  let section: Map<string, string> | undefined;
  let parent = '';
  for (const line of text.split(/\r?\n/)) {
    const trimmed = (line.split(/(?:^|\s)[;#]/)[0] ?? '').trim();
    if (trimmed.startsWith('[') && trimmed.endsWith(']')) {
      const name = trimmed.slice(1, -1).replace(/^([\w-]+)\s+(["']?)(.+)\2$/, '$1 $3');
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      parent = '';
      continue;
    }
    const equals = trimmed.indexOf('=');
    if (!section || equals < 1) continue;
    const name = trimmed.slice(0, equals).trim();
    const value = trimmed.slice(equals + 1).trim();
    if (value === '') {
      parent = name;
    } else {
      if (line.trimStart() === line) parent = '';
      section.set(parent ? `${parent}.${name}` : name, value);
    }
  }
  return sections;
}

const readSections = async (file: string): Promise<Sections> => {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // Most machines have only one of the two files or none.
    if (code === 'ENOENT' || code === 'ENOTDIR') return new Map();
    const why = code === 'EISDIR' ? 'it is a directory' : code === 'EACCES' ? 'permission denied' : code;
    throw new UsageError(`cannot read the AWS configuration ${file}: ${why}`, {
      cause,
      nextSteps: ['Mend the file, or name another with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE'],
    });
  }
  try {
    return parseIni(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new UsageError(`the AWS configuration ${file} is not UTF-8`, { cause, nextSteps: ['Save it as UTF-8'] });
  }
};

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 *
 * @throws UsageError a file is there but cannot be read, or is not UTF-8: the SDK would take it for empty.
 */
export async function readProfiles(env: NodeJS.ProcessEnv): Promise<Profiles> {
  const folder = join(env.HOME || env.USERPROFILE || homedir(), '.aws');
  const files = [
    env.AWS_CONFIG_FILE || join(folder, 'config'),
    env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'),
  ] as const;
  const [config, credentials] = await Promise.all([readSections(files[0]), readSections(files[1])]);
  const profiles: Sections = new Map();
  const services: Sections = new Map();
  for (const [title, settings] of config) {
    const [kind, name] = title === 'default' ? ['profile', 'default'] : title.split(' ', 2);
    if (kind === 'profile' && name) profiles.set(name, settings);
    if (kind === 'services' && name) services.set(name, settings);
  }
  for (const [name, settings] of credentials) {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...settings]));
  }
  return { files, profiles, services };
}

/**
 * Names of the profiles whose credentials are of an account: they take on a role there, or Identity Center gives them one. Profiles that
 * hold keys do not say whose they are.
 */
export function profilesReaching(account: string, { profiles }: Pick<Profiles, 'profiles'>): readonly string[] {
  return [...profiles]
    .filter(
      ([, settings]) =>
        settings.get('sso_account_id') === account || settings.get('role_arn')?.split(':')[4] === account,
    )
    .map(([name]) => name)
    .sort();
}
