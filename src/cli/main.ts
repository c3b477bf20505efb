import { parseArgs } from 'node:util';
import { ExpectedError, UsageError } from '../model/errors.ts';
import { display } from '../shared/display.ts';
import { version } from '../shared/version.ts';
import { notWritable } from '../store/write-file.ts';
import type { Command, CommandEntry, FlagValue, Invocation } from './command.ts';
import { commands, valueFlags } from './commands/catalogue.ts';
import { errorLine } from './error-line.ts';
import { openJournalPath } from './open-journal-path.ts';

const globalOptions = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  ascii: { type: 'boolean' },
  utc: { type: 'boolean' },
  local: { type: 'boolean' },
  'state-dir': { type: 'string' },
} as const;

const globalHelp: { readonly [name: string]: string } = {
  help: 'this text, or the command’s',
  version: 'the program’s version',
  json: 'machine-readable output',
  'no-color': 'no colour (also NO_COLOR)',
  ascii: 'no box-drawing characters',
  local: 'show times in the local zone (default --utc)',
  'state-dir': 'where incidents are kept (default: the XDG state folder)',
};

/** Runs the program; sets the exit code. The only place that turns errors into text on stderr. */
export async function main(args: readonly string[]): Promise<void> {
  // `firebreak watch | head`: the reader has gone, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    const failed = notWritable('standard output', error);
    process.stderr.write(`${errorLine(failed)}\n`);
    process.exit(failed.exitCode);
  });
  const interrupted = new AbortController();
  let interrupts = 0;
  const interrupt = () => {
    interrupts += 1;
    interrupted.abort(new DOMException('interrupted', 'AbortError'));
    // Ctrl-C twice always leaves at once, whatever still hangs (promise 9).
    if (interrupts > 1) process.exit(130);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const bug = (error: unknown) => {
    reportBug(error);
    process.exit(70);
  };
  process.on('uncaughtException', bug);
  process.on('unhandledRejection', bug);
  try {
    process.exitCode = await run(args, interrupted.signal);
  } catch (error) {
    if (!(error instanceof ExpectedError)) return bug(error);
    process.stderr.write(`${errorLine(error)}\n`);
    process.exitCode = error.exitCode;
  }
  // Workers, sockets and timers of a hung network must not keep an ended program alive.
  const settle = setTimeout(() => process.exit(), 500);
  settle.unref();
}

function reportBug(error: unknown): void {
  const journal = openJournalPath();
  process.stderr.write(
    `firebreak: this is a bug: ${display(error instanceof Error ? (error.stack ?? error.message) : String(error)).replaceAll('\\u{a}', '\n')}\n`,
  );
  if (journal) process.stderr.write(`What was done is in the journal: ${journal}\n`);
}

async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const name = args.find((word, at) => !word.startsWith('-') && !takesValue(args[at - 1]));
  const known = name === undefined ? undefined : commands.find((command) => command.name === name);
  if (name !== undefined && !known)
    throw new UsageError(`there is no command "${name}"`, {
      nextSteps: [
        `Use one of ${commands
          .map((command) => command.name)
          .filter(Boolean)
          .join(', ')}`,
      ],
    });
  const entry = known ?? commands.find((command) => command.name === '')!;
  const wantsHelp = args.includes('--help') || args.includes('-h');
  if (wantsHelp && !known) {
    process.stdout.write(programHelp());
    return 0;
  }
  if (entry.stores && !wantsHelp) (await import('./begin-storing.ts')).beginStoring(entry.stores);
  const command = await entry.load();
  if (wantsHelp) {
    process.stdout.write(commandHelp(entry, command));
    return 0;
  }
  const { values, positionals } = parse(entry, command, args);
  if (values.version) {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const invocation: Invocation = {
    global: {
      json: values.json === true,
      colour: values['no-color'] !== true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
      ascii: values.ascii === true,
      local: values.local === true && values.utc !== true,
      stateDir: values['state-dir'] as string | undefined,
    },
    flags: values,
    positionals: known ? positionals.slice(1) : positionals,
    env: process.env,
    signal,
  };
  return command.run(invocation);
}

/** Whether the word before takes the next one as its value, so that `--region eu-west-1 watch` finds its command. */
function takesValue(before: string | undefined): boolean {
  if (before === undefined || !before.startsWith('--') || before.includes('=')) return false;
  return valueFlags.has(before.slice(2));
}

function parse(
  entry: CommandEntry,
  command: Command,
  args: readonly string[],
): { values: Record<string, FlagValue>; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      options: { ...globalOptions, ...command.options },
      allowPositionals: true,
    }) as {
      values: Record<string, FlagValue>;
      positionals: string[];
    };
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/\. To specify a positional.*/s, '') : String(error);
    throw new UsageError(message, { nextSteps: [`See firebreak ${entry.name} --help`.replace('  ', ' ')] });
  }
}

function programHelp(): string {
  const width = Math.max(...commands.map((command) => command.usage.length));
  return [
    'Firebreak: a terminal console for security incidents on Amazon SageMaker.',
    '',
    ...commands.map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`),
    '',
    'Flags for every command:',
    ...Object.entries(globalHelp).map(([flag, text]) => `  --${flag.padEnd(12)} ${text}`),
    '',
    'Exit codes: 0 fine · 1 failed · 2 usage · 3 refused · 4 AWS said no · 5 sent but not (or only partly) effective · 70 a bug',
    '',
  ].join('\n');
}

function commandHelp(entry: CommandEntry, command: Command): string {
  const flags = { ...command.optionHelp, ...globalHelp };
  return [
    entry.usage,
    '',
    entry.summary,
    '',
    ...Object.entries(flags).map(([flag, text]) => `  --${flag.padEnd(14)} ${text}`),
    '',
  ].join('\n');
}
