import { basename } from 'node:path';
import type { OpenDoor } from '../aws/client.ts';
import { profilesReaching, readProfiles } from '../aws/profiles.ts';
import { problemLine } from '../detection/rule-error.ts';
import { simplify } from '../filter/simplify.ts';
import { isUsable, leadMs, startFrom } from '../focus/start-from.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import { AwsCallError, RefusedError, UsageError } from '../model/errors.ts';
import { otherAccountSentence } from '../session/focus.ts';
import { type BroughtFile, readIndicatorFile } from '../session/indicators.ts';
import type { Session } from '../session/session.ts';
import { display } from '../shared/display.ts';
import { fileBeginning } from '../shared/file-beginning.ts';
import { type Invocation, textFlag, textFlags } from './command.ts';
import { operatorConfig } from './console-settings.ts';
import { checkPaths } from './saved-logs.ts';
import { rulesInForce } from './settings-in-force.ts';
import { compactTime, parseTime } from './time.ts';

/** Flags that say what the responder holds. */
export const startOptions = {
  alert: { type: 'string', multiple: true },
  focus: { type: 'string', multiple: true },
  rules: { type: 'string', multiple: true },
  indicators: { type: 'string', multiple: true },
} as const;

export const startOptionHelp = {
  alert: 'begin from an alert, FILE or - : GuardDuty, Security Hub, OCSF, AWS Health, CloudTrail, or any text',
  focus: 'begin from an ARN, name, access key id, role/session, address, event id or console URL; repeatable',
  rules: 'a file or folder of Sigma rules besides those that come with the program; repeatable',
  indicators: 'a list of indicators (CSV, or one a line), looked for in all that is loaded; repeatable',
};

/** `--indicators`. Lines that cannot be used are told on stderr, the others are taken. @throws FailedError, UsageError */
export async function indicatorsFlag({ flags }: Pick<Invocation, 'flags'>): Promise<readonly BroughtFile[]> {
  const files: BroughtFile[] = [];
  for (const path of textFlags(flags, 'indicators')) {
    const { indicators, problems } = await readIndicatorFile(path);
    for (const problem of problems.slice(0, problemsShown)) process.stderr.write(`firebreak: ${problem}\n`);
    if (problems.length > problemsShown)
      process.stderr.write(`firebreak: and ${problems.length - problemsShown} more lines that cannot be used\n`);
    if (indicators.length === 0)
      throw new UsageError(`${display(path)} holds no indicator that can be used`, {
        nextSteps: ['One a line, or CSV with the columns type and value'],
      });
    files.push({ file: basename(path), indicators });
  }
  return files;
}

/** `--rules`, or what the operator's file names. @throws UsageError that names the path which is not there. */
export async function rulesFlag({ flags, env }: Pick<Invocation, 'flags' | 'env'>): Promise<readonly string[]> {
  const { value } = rulesInForce(flags, await operatorConfig(env));
  await checkPaths(value);
  return value;
}

/** Says on stderr which rules of one's own could not be loaded. */
export async function tellRuleProblems(session: Pick<Session, 'runningRules'>): Promise<void> {
  const { problems } = await session.runningRules();
  for (const problem of problems.slice(0, problemsShown))
    process.stderr.write(`firebreak: ${display(problemLine(problem))}; the other rules run\n`);
  if (problems.length > problemsShown)
    process.stderr.write(`firebreak: and ${problems.length - problemsShown} more rules; see firebreak rules check\n`);
}

const problemsShown = 20;

/** An alert is a page of JSON, a day of them a few MB. */
const bytesLimit = 16 * 1024 * 1024;
const askAccountMs = 5_000;

/**
 * Reads `--alert` and `--focus`; `undefined` without them.
 * @throws UsageError a file that cannot be read, or nothing in all of it that can be used.
 */
export async function readStart({ flags }: Invocation, now: number): Promise<StartingPoint | undefined> {
  const files = textFlags(flags, 'alert');
  const focuses = textFlags(flags, 'focus');
  if (files.length === 0 && focuses.length === 0) return undefined;
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('--alert - can be given once: there is one standard input');
  const alerts: string[] = [];
  for (const file of files) alerts.push(await readText(file));
  const start = startFrom({ alerts, focuses }, now);
  if (isUsable(start)) return start;
  const [why = 'could not use: there is no ARN, access key, address, event id or console URL in it'] = start.unused;
  const where = [...files.map((file) => `--alert ${file}`), ...focuses.map((focus) => `--focus ${shortened(focus)}`)];
  throw new UsageError(display(`${where.join(' ')}: ${why.replace(/^could not use: /, '')}`), {
    nextSteps: [
      'Save the alert as its JSON, or name one thing of it with --focus: an ARN, an access key id, an address',
    ],
  });
}

/** Enough to know it again: it may be a pasted secret. */
const shortened = (text: string): string => (text.length > 12 && !/^arn:/.test(text) ? `${text.slice(0, 8)}…` : text);

/** @throws UsageError with the file, the problem and the next step. */
async function readText(file: string): Promise<string> {
  const name = file === '-' ? 'standard input' : file;
  const refuse = (problem: string, nextStep: string) =>
    new UsageError(`${display(name)}: ${problem}`, { nextSteps: [nextStep] });
  const bytes = file === '-' ? await readStandardInput() : await readFile(file, refuse);
  if (bytes.length > bytesLimit)
    throw refuse(
      `more than ${bytesLimit / 1024 / 1024} MB are no alert`,
      'Cut out the alert; for logs use firebreak open',
    );
  if (bytes.length === 0) throw refuse('it is empty', 'Save the alert again');
  // What Windows' shells write when output is redirected.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    const zero = text.indexOf('\0');
    if (zero >= 0)
      throw refuse(
        `it is no text: byte ${Buffer.byteLength(text.slice(0, zero))} is zero`,
        'Save the alert as text or JSON',
      );
    return text;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw refuse('it is no text in UTF-8', 'Save the alert as text or JSON; unpack it first if it is compressed');
  }
}

async function readFile(file: string, refuse: (problem: string, nextStep: string) => UsageError): Promise<Uint8Array> {
  try {
    // One byte more than is taken shows that there is more, also where the file has no size (a pipe).
    return await fileBeginning(file, bytesLimit + 1);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why: { readonly [code: string]: string } = {
      ENOENT: 'no such file',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
      ETIMEDOUT: 'nothing comes through it',
    };
    throw refuse(why[code ?? ''] ?? message, 'Check the path');
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of process.stdin as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length > bytesLimit) break;
  }
  return Buffer.concat(parts);
}

/** The stretch of time to read and to show: `--since`, else an hour before the first sign, else an hour. */
export interface Window {
  /** Epoch ms. */
  readonly since: number;
  readonly start: StartingPoint | undefined;
}

/**
 * Reads `--since` and `--until`. Sources read to now whatever `--until` says: it bounds what is shown, as a term of the filter that can be
 * taken out again. @throws UsageError
 */
export function windowOf({ flags }: Invocation, start: StartingPoint | undefined, now: number): Window {
  const written = textFlag(flags, 'since');
  const first = start?.firstSeen === undefined ? now - leadMs : Math.min(start.firstSeen, now) - leadMs;
  const since = written === undefined ? first : parseTime(written, now, '--since');
  if (since > now) throw new UsageError('--since lies in the future');
  const until = textFlag(flags, 'until');
  if (until === undefined) return { since, start };
  const to = parseTime(until, now, '--until');
  if (to < since)
    throw new UsageError(`--until ${until} lies before --since`, { nextSteps: ['Give an earlier --since'] });
  const whole = start ?? nothingHeld;
  return {
    since,
    start: {
      ...whole,
      filter: simplify({ type: 'and', terms: [whole.filter, { type: 'time', to }] }),
      sentences: [
        ...whole.sentences,
        `shown until ${new Date(to).toISOString()}; what came later is loaded too: take until= out of the filter`,
      ],
    },
  };
}

const nothingHeld: StartingPoint = {
  name: '',
  accounts: [],
  regions: [],
  filter: { type: 'all' },
  landing: { filters: [], newAddress: false },
  lookups: [],
  resources: [],
  keys: [],
  sentences: [],
  unused: [],
};

/** The incident is called by `--incident`, else by what it begins with. */
export const incidentName = (
  flags: Invocation['flags'],
  prefix: string,
  start: StartingPoint | undefined,
  now: number,
): string => textFlag(flags, 'incident') ?? `${start?.name || prefix}-${compactTime(now)}`;

/** Which configured profiles reach an account. */
export const profilesOf =
  (env: NodeJS.ProcessEnv) =>
  async (account: string): Promise<readonly string[]> =>
    profilesReaching(account, await readProfiles(env));

/**
 * Refuses when the alert is of accounts that none of the credentials is of: its timeline would be empty, and look calm. Where AWS does not
 * say soon whose credentials these are, the session goes on and says it later.
 * @throws RefusedError `OtherAccount` with the profiles that reach it.
 */
export async function refuseOtherAccount(
  start: StartingPoint | undefined,
  doors: readonly OpenDoor[],
  { env, signal }: Invocation,
): Promise<void> {
  if (!start || start.accounts.length === 0) return;
  const ours: string[] = [];
  for (const door of doors) {
    try {
      ours.push((await door.identity(AbortSignal.any([signal, AbortSignal.timeout(askAccountMs)]))).account);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AwsCallError || error instanceof UsageError || isTimeout(error)) return;
      throw error;
    }
  }
  if (start.accounts.some((account) => ours.includes(account))) return;
  const [account = ''] = start.accounts;
  const profiles = await profilesOf(env)(account);
  throw new RefusedError(
    'OtherAccount',
    `the alert is of another account: ${otherAccountSentence({ account, profiles }, ours)}`,
    ['Choose one of them, or give --expect-account with the account of these credentials to go on with it'],
  );
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
