import { useInput, usePaste } from 'ink';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { type ConsoleState, type Dialog, isScreen, type Pane } from '../../hooks/console-state.ts';
import { currentPage, type Desk, guard } from '../../hooks/desk.ts';
import { dialogHints } from '../../hooks/dialog-hints.ts';
import { isFilterOnItsWay } from '../../hooks/filter-intents.ts';
import { keyNames } from '../../hooks/key-names.ts';
import { paneHints } from '../../hooks/keymap.ts';
import { pasteText, takeInput } from '../../hooks/press.ts';
import { waitingQuestion } from '../../hooks/question.ts';
import { SessionContext } from '../../hooks/session-context.ts';
import { selectedEvent } from '../../hooks/timeline-intents.ts';
import { useDesk } from '../../hooks/use-desk.ts';
import { useNow } from '../../hooks/use-now.ts';
import { useObservable } from '../../hooks/use-observable.ts';
import type { ConsoleSettings } from '../../src/model/console-settings.ts';
import type { Session } from '../../src/session/session.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { plural, safe } from '../components/text.ts';
import { clock } from '../components/time.ts';
import { codeWanted } from '../dialogs/question-view.ts';
import { sheetRoom } from '../dialogs/sheet.ts';
import { areasOf, layout } from '../layout.ts';
import { usePanes } from '../panes.tsx';
import { useSheet } from '../use-sheet.ts';
import { backWords, keyWords, openWords, restWords, type SaidSheet, wordsOf } from './dialog-words.ts';
import { keysText, news, sentence, sentences, sheetTheme, spokenKey, spokenTheme } from './spoken-text.ts';
import { useRest } from './use-rest.ts';
import type { Voice } from './voice.ts';
import { incidentWords, matchWords, messageWords, paneName, situation, typedText } from './what-changed.ts';

/** The screen that is read from: wide, so that little is cut, and never drawn. */
const SIZE = { columns: 200, rows: 60 } as const;
/** A dialog is read from a wider one: no sentence, name or policy is to be broken off in the middle. */
const SHEET_COLUMNS = 1_000;
/** So much of what was told of the incident is not told again by a dialog about it. */
const TOLD = 10;
/** New events are told of at most so often while the newest is followed. */
const ARRIVALS_MS = 60_000;

/** What was said last, to tell what is new. */
interface Heard {
  /** Epoch ms. */
  readonly at: number;
  readonly state: ConsoleState;
  readonly snapshot: Snapshot;
  readonly sheet: SaidSheet | undefined;
  readonly selected: string;
  /** What stands at the time cursor of the lanes; empty elsewhere. */
  readonly atCursor: string;
  readonly detail: readonly string[];
  /** The question that waits until what is open has been closed. */
  readonly waiting: number | undefined;
}

/** What the linear console needs. */
export interface SpokenProps {
  readonly session: Session;
  readonly settings: ConsoleSettings;
  readonly voice: Voice;
  /** To the terminal itself: titles, copies and bells. */
  readonly write: (sequence: string) => unknown;
  readonly onExit: () => void;
}

/** The console as lines to be read aloud: the same state, keys and dialogs, said as they change instead of drawn. */
export function Spoken({ session, ...props }: SpokenProps) {
  return (
    <SessionContext value={session}>
      <Speaker {...props} />
    </SessionContext>
  );
}

function Speaker({ settings, voice, write, onExit }: Omit<SpokenProps, 'session'>) {
  const { utc } = settings;
  const onFinding = useMemo(() => (text: string) => voice.say(`New ${safe(text, 600)}`), [voice]);
  const { desk, state } = useDesk({ settings, onExit, write, onFinding });
  const snapshot = useObservable(desk.session.snapshot);
  const now = useNow();
  const place = useMemo(() => layout(SIZE.columns, SIZE.rows), []);
  const height = place.type === 'too-small' ? 0 : place.body.height;
  const theme = useMemo(() => ({ ...spokenTheme, key: keyNames(desk.keymap) }), [desk]);
  const forSheet = useMemo(() => ({ ...sheetTheme, key: theme.key }), [theme]);
  const look = { utc, key: theme.key, looks: settings.accounts };
  const { body, total, extents } = usePanes({ desk, state, snapshot, place, theme, utc, now });
  const { sheet } = useSheet({
    desk,
    state,
    snapshot,
    now,
    utc,
    theme: forSheet,
    columns: SHEET_COLUMNS,
    height,
  });
  const dialog = state.dialogs.at(-1);
  const rest = useRest(desk);

  useLayoutEffect(() => {
    // The report is read from its place on: that is the line that one hears, to its last.
    const dialogRows = dialog?.type === 'report' ? 1 : sheet ? sheetRoom(sheet, height) : 0;
    Object.assign(desk.extents, extents, {
      tooSmall: false,
      wide: true,
      areas: [],
      columns: SHEET_COLUMNS,
      // Read line by line, a text ends with its last line, not where it would fit on a screen.
      dialogLines: sheet ? sheet.lines.length + (sheet.selectedLine === undefined ? dialogRows - 1 : 0) : 0,
      dialogRows,
    });
  });
  useInput((input, key) => guard(desk, () => takeInput(desk, input, key)));
  usePaste((text) => guard(desk, () => pasteText(desk, text)));

  const heard = useRef<Heard>(undefined);
  const arrivals = useRef({ at: now, events: snapshot.events });
  /** Another stretch of time was asked for; the lanes stay what they were until the store has answered. */
  const asked = useRef(false);
  /** The rows of another filter were asked for; what is selected in those of before is not what was gone to. */
  const owed = useRef(false);
  /** What was told of a filter last: a count comes from more than one place. */
  const counted = useRef({ text: '', matches: -1, problem: '', suggestion: '' });
  /** How dialogs were left, by what they are. */
  const left = useRef(new Map<string, SaidSheet>());
  /** What was told of the incident last. */
  const told = useRef<readonly string[]>([]);
  /** Keys of a pane are told when they are others than were told. */
  const keysTold = useRef('');
  useEffect(() => {
    const before = heard.current;
    const rowsOf = (pane: Pane) => paneRows(pane, body, place, state.focus);
    const detail = state.focus === 'detail' ? sentences(rowsOf('detail').slice(1)) : [];
    const selected = selectedWords(desk, state, rowsOf, utc);
    const atCursor = state.focus === 'lanes' ? (sentences(rowsOf('detail').slice(1, 2))[0] ?? '') : '';
    const whole = [selected, atCursor].filter((part) => part !== '').join('; ');
    const onItsWay = isFilterOnItsWay(desk);
    const matches = onItsWay ? undefined : total >= 0 ? total : state.filter.count;
    const waiting = waitingQuestion(desk)?.id;
    const said: string[] = [];
    if (!before) said.push(...situation(snapshot, look), `${paneName(state.focus)}: ${selected || 'nothing yet'}`);
    else {
      const words = incidentWords(before, { snapshot, at: now }, look);
      said.push(...words);
      told.current = [...told.current, ...words].slice(-TOLD);
      said.push(...messageWords(before.state.message, state.message));
      if (waiting !== undefined && waiting !== before.waiting) said.push(`${codeWanted.key} ${codeWanted.text}`);
      echo(state, before.state, voice);
    }
    let read: SaidSheet | undefined;
    if (dialog && sheet) {
      const words = wordsOf(dialog, sheet, dialogHints(desk, dialog));
      const known = left.current.get(placeName(dialog));
      const isBack = known?.dialog.id === dialog.id || state.trail.length < (before?.state.trail.length ?? 0);
      const first =
        before?.sheet?.dialog.id === dialog.id
          ? keyWords(words, before.sheet, (at) => sheet.lines.slice(at, at + 1)[0])
          : known && isBack
            ? backWords(words, known)
            : openWords(words, before?.sheet);
      // On screen the header stands above it all the time.
      const production = confirms.has(dialog.type) ? productionWords(dialog, snapshot, settings.accounts) : '';
      said.push(...first.said.map((text) => (/^(?:Dialog|Back): /.test(text) ? `${text}${production}` : text)));
      read = first.read;
      const later = restWords(words, read);
      // Where nothing is owed, what only counts on is known from now on.
      if (rest(later.said) || later.said.length === 0) {
        // What became of a containment was told already, whatever was open.
        said.push(...later.said.filter((text) => !told.current.some((one) => isTold(one, text))));
        read = later.read;
      }
      left.current.set(placeName(dialog), read);
      for (const one of left.current.keys())
        if (/^\d/.test(one) && !state.dialogs.some(({ id }) => String(id) === one)) left.current.delete(one);
    } else if (before && !dialog) {
      const wasOpen = before.state.dialogs.length > 0;
      const moved =
        state.place !== before.state.place ||
        state.resource !== before.state.resource ||
        state.column !== before.state.column;
      const isNewFilter = state.filter.text !== before.state.filter.text;
      const { filterLine } = state;
      // What is typed is on the line; that it is in force is told when it stays.
      const isKept = before.state.filterLine !== undefined && !filterLine;
      if (!filterLine && (isNewFilter || isKept)) said.push(filterWords(state));
      if (filterLine && !before.state.filterLine)
        said.push(
          `Filter: type it, Enter keeps, Escape restores, Tab completes. ${safe(typedText(state) ?? '')}`.trim(),
        );
      if (state.focus !== before.state.focus || wasOpen || isKept || (owed.current && !onItsWay)) {
        owed.current = onItsWay;
        if (!onItsWay) {
          said.push(`${paneName(state.focus)}: ${whole || 'nothing'}`);
          arrivals.current = { at: now, events: snapshot.events };
          if (state.focus === 'detail') {
            said.push(...detail.filter((line) => !whole.includes(line)));
            const more = /([\d,]+) more below (\S+)/.exec(sentence(rowsOf('detail')[0] ?? ''));
            if (more) said.push(`${more[1]} more below: ${spokenKey(more[2] ?? '')}`);
          }
          const keys = keysText(paneHints(desk).slice(0, 6));
          if (
            state.focus !== 'detail' &&
            !isKept &&
            keys !== keysTold.current &&
            (wasOpen || state.focus === 'lanes')
          ) {
            keysTold.current = keys;
            said.push(`Keys: ${keys}`);
          }
        }
      } else if (state.focus === 'detail') said.push(...news(before.detail, detail));
      else if (state.focus === 'events' && state.place.type === 'follow' && before.state.place.type === 'hold')
        said.push(`Following the newest: ${whole}`);
      else if (state.focus === 'events' && state.place.type !== before.state.place.type && selected === before.selected)
        said.push('Held here: newer events wait');
      else if (moved && selected !== before.selected) said.push(whole);
      else if (moved && atCursor !== before.atCursor) said.push(atCursor);
      if (state.column !== before.state.column) said.push(`column ${state.column ?? 'none'}`);
      if (hasOtherWindow(state, before.state)) asked.current = true;
      if (asked.current && state.focus === 'lanes' && state.lanes.shown !== before.state.lanes.shown) {
        asked.current = false;
        said.push(sentence(rowsOf('lanes')[0]?.slice(1) ?? ''));
      }
      const answer = filterLine
        ? filterLineWords(state, matches, counted.current)
        : countWords(state, matches, counted.current);
      if (!filterLine || rest(answer.said)) {
        said.push(...answer.said);
        counted.current = answer.told;
      }
      const { at, events } = arrivals.current;
      if (snapshot.events > events && Math.abs(now - at) >= ARRIVALS_MS) {
        arrivals.current = { at: now, events: snapshot.events };
        if (state.place.type === 'follow' && !filterLine)
          said.push(`${plural(snapshot.events - events, 'new event')}; newest: ${selected}`);
      }
    }
    heard.current = { at: now, state, snapshot, sheet: read, selected, atCursor, detail, waiting };
    for (const text of said) if (text !== '') voice.say(text);
  });

  if (state.crash) throw state.crash.error;
  return null;
}

/** Dialogs that send. */
const confirms: ReadonlySet<Dialog['type']> = new Set<Dialog['type']>(['plan', 'undo', 'recovery']);

/** That what would be sent goes to an account of production; empty for others. */
function productionWords(dialog: Dialog, { identity }: Snapshot, looks: ConsoleSettings['accounts']): string {
  const account = (dialog.type === 'plan' && dialog.preview?.plan.account) || identity?.account || '';
  const look = looks[account];
  return look?.production ? `, PRODUCTION account ${safe(look.name ?? account, 40)}` : '';
}

/** What one comes back to: of screens there is one of each kind. */
const placeName = ({ type, id }: Dialog): string => (isScreen(type) ? type : String(id));

/** Whether a line says the outcome or the error again that was told of the incident. */
function isTold(told: string, line: string): boolean {
  const message = line.replace(/^\w+: /, '');
  return told.endsWith(`: ${line}`) || (told.startsWith('Error: ') && message !== line && told.includes(message));
}

/** Whether the lanes were told to show another stretch of time. */
const hasOtherWindow = ({ lanes: a }: ConsoleState, { lanes: b }: ConsoleState): boolean =>
  a.span !== b.span || a.to !== b.to;

/** The rows of one pane, cut out of the screen that is read from. */
function paneRows(
  pane: Pane,
  body: readonly string[],
  place: ReturnType<typeof layout>,
  focus: Pane,
): readonly string[] {
  const area = areasOf(place, focus, undefined).find((one) => one.pane === pane);
  if (!area) return [];
  // The header stands above the body; every character of these rows is one cell or is cut by the next pane's bar.
  return body
    .slice(area.top - 2, area.top - 2 + area.height)
    .map((row) => row.slice(area.left, area.left + area.width));
}

function selectedWords(
  desk: Desk,
  { focus }: ConsoleState,
  rowsOf: (pane: Pane) => readonly string[],
  utc: boolean,
): string {
  const pointer = spokenTheme.glyphs.pointer;
  if (focus === 'resources' || focus === 'lanes')
    return sentence(
      rowsOf('resources')
        .slice(1)
        .find((row) => row.startsWith(pointer)) ?? '',
    );
  const event = selectedEvent(desk);
  if (!event) return '';
  const page = currentPage(desk);
  const row = page.rows[page.selected];
  return [
    clock(event.at, utc),
    safe(event.summary || event.action, 600),
    ...(row?.severity ? [`${row.severity} finding`] : []),
    ...(event.errorCode ? [`failed: ${safe(event.errorCode, 100)}`] : []),
    ...(row?.late ? ['arrived late'] : []),
    ...(desk.session.snapshot.get().marked.has(event.id) ? ['marked'] : []),
  ].join(', ');
}

/** Echoes what is typed. */
function echo(state: ConsoleState, before: ConsoleState, voice: Voice): void {
  const [was, is] = [typedText(before), typedText(state)];
  if (was === undefined || is === undefined || is === was) return;
  if (state.dialogs.at(-1)?.id === before.dialogs.at(-1)?.id) voice.type(safe(was), safe(is));
}

const filterWords = ({ filter }: ConsoleState): string =>
  filter.text === '' ? 'All events' : `Filter in force: ${safe(filter.text)}`;

/** What was told of a filter, and its matches. */
interface Told {
  readonly text: string;
  /** -1: none were told. */
  readonly matches: number;
  readonly problem: string;
  readonly suggestion: string;
}

/** How many match the filter in force, once. */
function countWords(
  { filter: { text } }: ConsoleState,
  matches: number | undefined,
  told: Told,
): { readonly said: readonly string[]; readonly told: Told } {
  if (text === '') return { said: [], told: { ...told, text: '', matches: -1 } };
  if (matches === undefined || matches < 0 || (told.text === text && told.matches === matches))
    return { said: [], told };
  // While one reads, more come in: those are told as new events.
  return {
    said: told.text === text && told.matches >= 0 ? [] : [matchWords(matches)],
    told: { ...told, text, matches },
  };
}

/** What there is to say of a filter that is being typed: what cannot be read, what Tab would put, how many match. */
function filterLineWords(
  state: ConsoleState,
  matches: number | undefined,
  told: Told,
): { readonly said: readonly string[]; readonly told: Told } {
  const { problem, completion, field } = state.filterLine ?? {};
  const wrong = problem ? `Cannot be read at character ${problem.at + 1}: ${safe(problem.text, 300)}` : '';
  const [first, ...more] = completion && completion.taken === undefined ? completion.suggestions : [];
  const suggestion =
    first && field?.graphemes.at(-1) === '=' ? `Tab: ${safe(first.insert, 200)}, and ${more.length} more` : '';
  const count = problem ? { said: [], told } : countWords(state, matches, told);
  return {
    said: [
      // What is missing behind `=` is what Tab offers.
      ...(wrong !== '' && wrong !== told.problem && suggestion === '' ? [wrong] : []),
      ...(suggestion !== '' && suggestion !== told.suggestion ? [suggestion] : []),
      ...count.said,
    ],
    told: { ...count.told, problem: wrong, suggestion },
  };
}
