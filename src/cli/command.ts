import type { ParseArgsOptionsConfig } from 'node:util';

/** Flags that every command takes, before or after its name. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly colour: boolean;
  readonly ascii: boolean;
  readonly local: boolean;
  /** `--state-dir`; `undefined`: the XDG state folder. */
  readonly stateDir: string | undefined;
}

export type FlagValue = string | boolean | (string | boolean)[] | undefined;

/** What a command is given to run with. */
export interface Invocation {
  readonly global: GlobalFlags;
  readonly flags: { readonly [name: string]: FlagValue };
  readonly positionals: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** What a command does; one file in `commands/`, loaded only when it is called. */
export interface Command {
  readonly options: ParseArgsOptionsConfig;
  /** One line an option, for `--help`. */
  readonly optionHelp: { readonly [name: string]: string };
  /** @returns The exit code. */
  run(invocation: Invocation): Promise<number>;
}

/** A command as the help lists it. */
export interface CommandEntry {
  /** Empty: what `firebreak` alone does. */
  readonly name: string;
  /** `firebreak contain [ACTION] TARGET`. */
  readonly usage: string;
  readonly summary: string;
  /** It stores events, from saved logs alone or for as long as it runs: the thread that does takes as long to begin as the command, and begins beside it. */
  readonly stores?: 'saved' | 'live';
  load(): Promise<Command>;
}

/** A flag that takes one text. */
export function textFlag(flags: Invocation['flags'], name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** A flag that may be given several times. */
export function textFlags(flags: Invocation['flags'], name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value)
    ? value.filter((one) => typeof one === 'string')
    : typeof value === 'string'
      ? [value]
      : [];
}
