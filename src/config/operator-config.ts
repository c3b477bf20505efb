import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AccountLook, NoticeKind, NoticeSeverity, ThemeName } from '../model/console-settings.ts';
import { UsageError } from '../model/errors.ts';
import { fileBeginning } from '../shared/file-beginning.ts';

/** How one source is read. */
export interface SourceConfig {
  /** Profile of the AWS configuration whose credentials it is read with. */
  readonly profile?: string | undefined;
  /** Default true. */
  readonly enabled?: boolean | undefined;
}

/** What the operator has written down once, so that it need not be typed at 3 a.m. Flags win over every member. */
export interface OperatorConfig {
  /** The file; empty when there is none. */
  readonly path: string;
  readonly profiles?: readonly string[] | undefined;
  /** `all`: every Region that is on by default. */
  readonly regions?: readonly string[] | 'all' | undefined;
  readonly expectAccount?: readonly string[] | undefined;
  readonly sources?: { readonly [id: string]: SourceConfig } | undefined;
  readonly tail?:
    | {
        readonly enabled?: boolean | undefined;
        /** Live Tail sessions of one console; AWS allows an account 15. */
        readonly maxSessions?: number | undefined;
        readonly idleMinutes?: number | undefined;
      }
    | undefined;
  /** Accounts of the organisation that belong to every incident, and the role that is assumed in each. */
  readonly members?:
    | {
        /** `{account}` stands for the account. */
        readonly roleArn: string;
        readonly externalId?: string | undefined;
        readonly accounts: readonly string[];
      }
    | undefined;
  /** What containment must not do by itself. */
  readonly contain?:
    | {
        /** Names of roles and users that must go on working, besides the built-in ones; `*` stands for any text. */
        readonly breakGlass?: readonly string[] | undefined;
        /** Tags, as `key` or `key=value`, by which roles and users are kept from containment, besides the built-in one; `*` stands for any text. */
        readonly protectedTags?: readonly string[] | undefined;
        /** More targets of one action than this want their number typed. */
        readonly mostTargets?: number | undefined;
      }
    | undefined;
  /** LookupEvents a second and Region; AWS allows 2, colleagues need some. */
  readonly lookupPerSecond?: number | undefined;
  /** Files and folders of rules besides the built-in ones; relative ones from the file's own folder. */
  readonly rules?: readonly string[] | undefined;
  readonly theme?: ThemeName | undefined;
  readonly ascii?: boolean | undefined;
  readonly times?: 'utc' | 'local' | undefined;
  readonly screenReader?: boolean | undefined;
  readonly mouse?: boolean | undefined;
  /** Whether the terminal's title names the incident. */
  readonly title?: boolean | undefined;
  readonly notify?: NoticeKind | undefined;
  readonly notifyFrom?: NoticeSeverity | undefined;
  /** By the id of what they do. */
  readonly keys?: { readonly [id: string]: readonly string[] } | undefined;
  /** By account id. */
  readonly accounts?: { readonly [account: string]: AccountLook } | undefined;
  /** Filters by name. */
  readonly filters?: { readonly [name: string]: string } | undefined;
}

/** What is wrong with a member, found by whoever knows what its names mean. */
export interface MemberProblem {
  /** `['keys', 'contain']`. */
  readonly member: readonly string[];
  readonly what: string;
  readonly nextSteps: readonly string[];
}

/** What this folder cannot know by itself. */
export interface Known {
  /** Sources that there are; without them any name is taken. */
  readonly sources?: readonly string[] | undefined;
  /** Looks at what the schema took: names of keys, the text of filters. */
  readonly check?: ((config: OperatorConfig) => Promise<MemberProblem | undefined>) | undefined;
}

/** Far more than anybody writes by hand. */
const mostBytes = 1024 * 1024;

/** Where the file is looked for: the first that is named. */
export const configPath = (env: NodeJS.ProcessEnv): string =>
  env.FIREBREAK_CONFIG ||
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'firebreak', 'config.yaml');

/**
 * Reads the operator's file. Nothing is loaded when there is none.
 *
 * @throws UsageError one line: file, line and column, member, problem.
 */
export async function readConfig(env: NodeJS.ProcessEnv, known: Known = {}): Promise<OperatorConfig> {
  const path = configPath(env);
  let bytes: Buffer;
  try {
    bytes = await fileBeginning(path, mostBytes + 1);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if ((code === 'ENOENT' || code === 'ENOTDIR') && !env.FIREBREAK_CONFIG) return { path: '' };
    throw new UsageError(`${path}: ${unreadable[code] ?? `cannot be read (${code})`}`, {
      cause,
      nextSteps: [env.FIREBREAK_CONFIG ? 'Correct FIREBREAK_CONFIG, or unset it' : 'Make it readable, or remove it'],
    });
  }
  if (bytes.length > mostBytes) throw problem(path, 'is larger than 1 MB');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${path}: is not UTF-8`, { cause, nextSteps: ['Save it as UTF-8'] });
  }
  const { parseConfig } = await import('./parse-config.ts');
  const { config, at } = parseConfig(text, path, known.sources);
  const found = await known.check?.(config);
  if (found) throw problem(at(found.member), `${found.member.join('.')}: ${found.what}`, found.nextSteps);
  return config;
}

const unreadable: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'is a folder',
  EACCES: 'permission denied',
  ETIMEDOUT: 'nothing comes through it',
};

/** What is wrong with the file, in one line. */
export const problem = (where: string, what: string, nextSteps: readonly string[] = ['Correct the file']): UsageError =>
  new UsageError(`${where}: ${what}`, { nextSteps });
