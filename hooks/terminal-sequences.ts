import type { NoticeKind } from '../src/model/console-settings.ts';
import { inAscii } from '../src/shared/ascii.ts';
import { display } from '../src/shared/display.ts';
import { loadTmuxBuffer } from './tmux-buffer.ts';

/** What stands between us and the terminal: tmux and screen pass on only what is wrapped for them. */
export type Between = 'tmux' | 'screen' | undefined;

/** Who stands between, as the environment tells. */
export function between(env: NodeJS.ProcessEnv): Between {
  if (env.TMUX) return 'tmux';
  return env.STY || /^screen/.test(env.TERM ?? '') ? 'screen' : undefined;
}

/** Terminals drop a longer OSC 52 or cut it; bytes of base64. */
const COPY_LIMIT = 75_000;
/** GNU screen cuts a string at 768 bytes, older ones at 256. */
const SCREEN_CHUNK = 240;
/** Titles and notifications are glanced at. */
const TEXT_LIMIT = 120;

function wrapped(sequence: string, by: Between): string {
  if (by === 'tmux') return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
  if (by !== 'screen') return sequence;
  let out = '';
  for (let from = 0; from < sequence.length; from += SCREEN_CHUNK)
    out += `\u001bP${sequence.slice(from, from + SCREEN_CHUNK)}\u001b\\`;
  return out;
}

/** What a terminal is sent to copy text (OSC 52); `undefined` where it is longer than terminals take. */
export function copySequence(text: string, by: Between): string | undefined {
  const encoded = Buffer.from(text).toString('base64');
  if (encoded.length > COPY_LIMIT) return undefined;
  const copy = `\u001b]52;c;${encoded}\u0007`;
  // tmux itself takes the plain one where `set-clipboard` is on, and passes the wrapped one on where `allow-passthrough` is.
  return by === 'tmux' ? copy + wrapped(copy, by) : wrapped(copy, by);
}

/** Untrusted text for outside of the screen, in one line: what ends or breaks a sequence is spelled out, and it is short. */
const told = (text: string): string => {
  const safe = display(text).replaceAll(';', ',');
  return safe.length > TEXT_LIMIT ? `${safe.slice(0, TEXT_LIMIT - 1)}…` : safe;
};

/** What names the terminal's window or tab (OSC 2). */
export const titleSequence = (text: string): string => `\u001b]2;${told(text)}\u0007`;

/** Keeps the title that the terminal has, and brings it back (XTWINOPS 22 and 23). */
export const keepTitle = '\u001b[22;2t';
export const restoreTitle = '\u001b[23;2t';

/** What tells of something while nobody looks: a bell, or a notification of the desktop (OSC 9: iTerm2, WezTerm, …; OSC 777: urxvt, foot, …). */
export function noticeSequence(kind: NoticeKind, text: string, by: Between): string {
  switch (kind) {
    case 'off':
      return '';
    case 'bell':
      return '\u0007';
    case 'osc9':
      return wrapped(`\u001b]9;${told(text)}\u0007`, by);
    case 'osc777':
      return wrapped(`\u001b]777;notify;Firebreak;${told(text)}\u0007`, by);
  }
}

/** Clicks and the wheel, in a form without a limit of columns (modes 1000 and 1006), and back. */
export const mouseOn = '\u001b[?1000h\u001b[?1006h';
export const mouseOff = '\u001b[?1006l\u001b[?1000l';

/** Pastes come as if they were typed again (mode 2004). */
export const markedPastesOff = '\u001b[?2004l';

/** What the desk does to the terminal besides drawing on it. */
export interface TerminalSignals {
  readonly copy: (text: string) => void;
  readonly copyProblem: (text: string) => string | undefined;
  readonly title: (text: string | undefined) => void;
  readonly notice: (kind: NoticeKind, text: string) => void;
  readonly mouse: (on: boolean) => void;
}

/**
 * The signals, written by `write`. The title that was there before is kept from the first of ours on, and comes back with `undefined`.
 *
 * @param ascii Titles and notifications are written like the screen.
 */
export function terminalSignals(
  write: (sequence: string) => unknown,
  env: NodeJS.ProcessEnv,
  ascii = false,
): TerminalSignals {
  const plain = ascii ? inAscii : (text: string) => text;
  const by = between(env);
  let isNamed = false;
  return {
    copy: (text) => {
      const send = () => write(copySequence(text, by) ?? '');
      if (by === 'tmux') loadTmuxBuffer(text, env, send);
      else send();
    },
    copyProblem: (text) => {
      if (env.TERM === 'dumb') return 'this terminal cannot copy (TERM=dumb)';
      return copySequence(text, by) === undefined ? 'too long to copy: terminals take 56 kB' : undefined;
    },
    title: (text) => {
      if (text === undefined) {
        if (isNamed) write(restoreTitle);
        isNamed = false;
        return;
      }
      write(`${isNamed ? '' : keepTitle}${plain(titleSequence(text))}`);
      isNamed = true;
    },
    notice: (kind, text) => {
      const sequence = plain(noticeSequence(kind, text, by));
      if (sequence !== '') write(sequence);
    },
    mouse: (on) => {
      write(on ? mouseOn : mouseOff);
    },
  };
}
