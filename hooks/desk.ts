import { type ConsoleSettings, defaultSettings, type NoticeKind } from '../src/model/console-settings.ts';
import { ExpectedError } from '../src/model/errors.ts';
import type { Session } from '../src/session/session.ts';
import { observable, type Source } from '../src/shared/observable.ts';
import {
  type ConsoleState,
  type Dialog,
  type DialogBody,
  type Failure,
  initialState,
  isScreen,
  type Message,
} from './console-state.ts';
import { type EventPage, oldestReader, pageReader } from './event-page.ts';
import type { KeyBinding } from './keymap.ts';
import type { Area } from './mouse.ts';
import { isSamePlace, lengthened, stationOf } from './station.ts';

/** What the desk needs from outside: time, the terminal, the way out. */
export interface Surroundings {
  /** Epoch ms. */
  readonly now: () => number;
  /** See `Clock`: for how long something has been going on, though somebody sets the time of day. */
  readonly ticks?: () => number;
  /** Runs something later. @returns What calls it off. */
  readonly later: (ms: number, run: () => void) => () => void;
  /** Hands text to the terminal's clipboard. */
  readonly copy: (text: string) => void;
  /** Why a text cannot be copied here; absent: every text can. */
  readonly copyProblem?: (text: string) => string | undefined;
  /** Names the terminal's window; `undefined`: as it was before. */
  readonly title?: (text: string | undefined) => void;
  /** Tells of something while nobody may be looking. */
  readonly notice?: (kind: NoticeKind, text: string) => void;
  /** Shows a record in the operator's pager. @returns Why it could not be shown. */
  readonly page?: (raw: string) => Promise<string | undefined>;
  /** Leaves the console. */
  readonly exit: () => void;
  /** Paints every row again. */
  readonly repaint: () => void;
  /** Stops the process as the shell's Ctrl-Z does; absent where that cannot be done. */
  readonly suspend?: () => void;
}

/** Rows that the panes have and what they hold; the views tell after each layout. */
export interface Extents {
  eventRows: number;
  resourceRows: number;
  detailRows: number;
  detailLines: number;
  /** Lanes on the screen and cells of each; 0 where they are not on it. */
  laneRows: number;
  laneColumns: number;
  dialogRows: number;
  dialogLines: number;
  /** Cells of a row of the screen. */
  columns: number;
  tooSmall: boolean;
  /** Where the panes stand, for the mouse. */
  areas: readonly Area[];
  /** Whether all panes are on screen at once. */
  wide: boolean;
}

/**
 * What lies in front of the operator: the state of the screen, and what every intent works on. State lives outside of React, so that two
 * keys of one read see each other's effect and everything can be tested without a terminal.
 */
export interface Desk {
  readonly session: Session;
  readonly surroundings: Surroundings;
  readonly settings: ConsoleSettings;
  /** The operator's own keys; `undefined`: the built-in ones. */
  readonly keymap: readonly KeyBinding[] | undefined;
  readonly state: Source<ConsoleState>;
  readonly extents: Extents;
  /** Rows of the timeline, as the store stands. */
  readonly page: ReturnType<typeof pageReader>;
  readonly oldest: ReturnType<typeof oldestReader>;
  /** Filters that were kept, newest first. */
  readonly history: string[];
  /** Commands that were run from the palette, newest first. */
  readonly commands: string[];
  /** Aborted when the console ends. */
  readonly ending: AbortController;
  /** Abort controllers of what dialogs are waiting for, by dialog id. */
  readonly waiting: Map<number, AbortController>;
  /** What goes on behind the screen (`workBehind`), by name. */
  readonly working: Map<string, AbortController>;
}

/** How long a message stays. */
const MESSAGE_MS = 6000;
/** Problems that can be read again. */
const MOST_SAID = 50;
/** `y` is taken this long after the dialog was painted: a slip of the previous key cannot confirm. */
const SETTLE_MS = 400;

/** What of the settings the operator may change while the console runs. */
const begunWith = ({ theme, mouse, notify, title }: ConsoleSettings) => ({ theme, mouse, notify, title });

/** An empty desk. */
export function createDesk(
  session: Session,
  surroundings: Surroundings,
  settings: ConsoleSettings = defaultSettings,
  keymap?: readonly KeyBinding[],
): Desk {
  return {
    session,
    surroundings,
    settings,
    keymap,
    state: observable({ ...initialState, ...begunWith(settings) }),
    extents: {
      eventRows: 10,
      resourceRows: 10,
      detailRows: 5,
      detailLines: 0,
      laneRows: 0,
      laneColumns: 0,
      dialogRows: 10,
      dialogLines: 0,
      columns: 80,
      tooSmall: false,
      areas: [],
      wide: true,
    },
    page: pageReader(session),
    oldest: oldestReader(session),
    history: [],
    commands: [],
    ending: new AbortController(),
    waiting: new Map(),
    working: new Map(),
  };
}

/** Changes some members of the state. */
export function change(desk: Desk, next: Partial<ConsoleState>): void {
  desk.state.set({ ...desk.state.get(), ...next });
}

/** Shows a line at the bottom for some seconds. */
export function say(desk: Desk, text: string, tone: Message['tone'] = 'plain'): void {
  const message = { text, tone };
  const { said } = desk.state.get();
  const isNew = tone === 'problem' && said.at(-1)?.text !== text;
  change(desk, {
    message,
    ...(isNew ? { said: [...said, { at: desk.surroundings.now(), text }].slice(-MOST_SAID) } : {}),
  });
  desk.surroundings.later(MESSAGE_MS, () => {
    if (desk.state.get().message === message) change(desk, { message: undefined });
  });
}

/** More of what was rejected than anybody reads; the first tell what is wrong with the rest. */
const MOST_REJECTED = 100;

/** Opens what went wrong: the session's errors, what was said at the bottom, and what of the logs could not be loaded. */
export function openErrors(desk: Desk): void {
  const rejected = desk.session.rejected.slice(0, MOST_REJECTED);
  openDialog(desk, { type: 'errors', said: desk.state.get().said, rejected });
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** An expected failure in words. Aborts are none (`undefined`), and anything else is a bug that ends the console. */
export function failureOf(desk: Desk, error: unknown): Failure | undefined {
  if (isAbort(error) || desk.ending.signal.aborted) return undefined;
  if (error instanceof ExpectedError) return { code: error.code, message: error.message, nextSteps: error.nextSteps };
  change(desk, { crash: { error } });
  return undefined;
}

/** Says an expected failure at the bottom. */
export function sayFailure(desk: Desk, error: unknown): void {
  const failure = failureOf(desk, error);
  if (failure) say(desk, [`${failure.code}: ${failure.message}`, ...failure.nextSteps].join(' · '), 'problem');
}

/** Shows an expected failure in the dialog that waited for it, or says it where that was closed meanwhile. */
export function failDialog(desk: Desk, id: number, error: unknown): void {
  const failure = failureOf(desk, error);
  if (failure && !changeDialog(desk, id, { stage: 'failed', failure }, { reread: true }))
    say(desk, `${failure.code}: ${failure.message}`, 'problem');
}

/** Runs work nobody waits for; its failure is said. */
export function background(desk: Desk, work: Promise<unknown>): void {
  work.catch((error: unknown) => sayFailure(desk, error));
}

/** Where time is for the incident: now, or in saved logs the newest event. What a typed `20:30` or `2h` counts from. Epoch ms by AWS's clock. */
export function edgeOfTime(desk: Desk): number {
  const { mode, receivedTo, clockSkewMs } = desk.session.snapshot.get();
  const now = desk.surroundings.now() - clockSkewMs;
  return mode === 'saved' ? (receivedTo ?? now) : now;
}

/** The rows on screen. */
export function currentPage(desk: Desk): EventPage {
  const { filter, place } = desk.state.get();
  return desk.page(filter.view, place, desk.extents.eventRows);
}

/** Handles what came in. A bug in it is thrown while rendering, where the error boundary restores the terminal. */
export function guard(desk: Desk, handle: () => void): void {
  try {
    handle();
  } catch (error) {
    change(desk, { crash: { error } });
  }
}

let lastDialogId = 0;

/** An id that no dialog had. */
export function nextDialogId(): number {
  lastDialogId += 1;
  return lastDialogId;
}

/** The dialog that has the keys. */
export const topDialog = (desk: Desk): Dialog | undefined => desk.state.get().dialogs.at(-1);

/** The screen that lies over the panes, whatever lies over it. */
export const screenOf = (desk: Desk): Dialog | undefined =>
  desk.state.get().dialogs.findLast(({ type }) => isScreen(type));

/** Opens a dialog above the others; a screen that is opened again begins where it was scrolled to. @returns Its id. */
export function openDialog(desk: Desk, body: DialogBody & { readonly scroll?: number }): number {
  const id = nextDialogId();
  const { scroll = 0 } = body;
  const dialogs = [...desk.state.get().dialogs, { ...body, id, painted: false, settled: false, scroll } as Dialog];
  change(desk, { dialogs, message: undefined });
  return id;
}

/** Opens a screen in place of whatever is open; `Esc` walks back to that. @returns Its id. */
export function openScreen(desk: Desk, body: DialogBody): number {
  const state = desk.state.get();
  const before = screenOf(desk);
  // Of what is no screen `Esc` closes it: only what it takes the place of is remembered.
  const isElsewhere = isScreen(body.type) ? !before || !isSamePlace(before, body) : before !== undefined;
  if (isElsewhere) change(desk, { trail: lengthened(state.trail, stationOf(state)) });
  closeDialogs(desk);
  return openDialog(desk, body);
}

/** Closes a dialog (the top one), and gives up what it was waiting for. */
export function closeDialog(desk: Desk, id: number | undefined = topDialog(desk)?.id): void {
  if (id === undefined) return;
  desk.waiting.get(id)?.abort();
  desk.waiting.delete(id);
  change(desk, { dialogs: desk.state.get().dialogs.filter((dialog) => dialog.id !== id) });
}

/** Closes every dialog but the session's question, which would only come up again. */
export function closeDialogs(desk: Desk): void {
  const { dialogs } = desk.state.get();
  const kept = dialogs.filter(({ type }) => type === 'question');
  if (kept.length === dialogs.length) return;
  for (const { id } of dialogs.filter((dialog) => !kept.includes(dialog))) {
    desk.waiting.get(id)?.abort();
    desk.waiting.delete(id);
  }
  change(desk, { dialogs: kept });
}

/**
 * Changes an open dialog. @returns Whether it was still open. With `reread` it becomes a new one that must be painted and settle again,
 * and the returned dialog's id is new.
 */
export function changeDialog(
  desk: Desk,
  id: number,
  next: Partial<DialogBody> & { readonly scroll?: number },
  options: { readonly reread?: boolean } = {},
): Dialog | undefined {
  let changed: Dialog | undefined;
  const dialogs = desk.state.get().dialogs.map((dialog) => {
    if (dialog.id !== id) return dialog;
    const fresh = options.reread ? { id: nextDialogId(), painted: false, settled: false, scroll: 0 } : {};
    changed = { ...dialog, ...next, ...fresh } as Dialog;
    return changed;
  });
  if (!changed) return undefined;
  if (changed.id !== id) {
    const waiting = desk.waiting.get(id);
    desk.waiting.delete(id);
    if (waiting) desk.waiting.set(changed.id, waiting);
  }
  change(desk, { dialogs });
  return changed;
}

/** The terminal has shown a dialog: from now on its keys count, and `y` after it has settled. */
export function dialogPainted(desk: Desk, id: number): void {
  const set = (next: Pick<Dialog, 'painted' | 'settled'>) => {
    const { dialogs } = desk.state.get();
    if (!dialogs.some((dialog) => dialog.id === id)) return;
    change(desk, { dialogs: dialogs.map((dialog) => (dialog.id === id ? { ...dialog, ...next } : dialog)) });
  };
  if (topDialog(desk)?.id !== id || topDialog(desk)?.painted) return;
  set({ painted: true, settled: false });
  desk.surroundings.later(SETTLE_MS, () => set({ painted: true, settled: true }));
}

/** Whether the lease is running. */
export function isArmed(desk: Desk): boolean {
  const until = desk.session.snapshot.get().armedUntil;
  return until !== undefined && until > desk.surroundings.now();
}
