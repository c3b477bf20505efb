import { useInput, usePaste } from 'ink';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { ConsoleState, Pane } from '../../hooks/console-state.ts';
import { currentPage, type Desk, guard } from '../../hooks/desk.ts';
import { dialogHints } from '../../hooks/dialog-hints.ts';
import { keyNames } from '../../hooks/key-names.ts';
import { paneHints } from '../../hooks/keymap.ts';
import { pasteText, takeInput } from '../../hooks/press.ts';
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
import { sheetRoom } from '../dialogs/sheet.ts';
import { areasOf, layout } from '../layout.ts';
import { usePanes } from '../panes.tsx';
import { useSheet } from '../use-sheet.ts';
import { news, sentence, sentences, spokenTheme } from './spoken-text.ts';
import type { Voice } from './voice.ts';
import {
  incidentWords,
  matchWords,
  paneName,
  type ReadSheet,
  sheetWords,
  situation,
  spokenKey,
  typedText,
} from './what-changed.ts';

/** The screen that is read from: wide, so that little is cut, and never drawn. */
const SIZE = { columns: 200, rows: 60 } as const;
/** New events are told of at most so often while the newest is followed. */
const ARRIVALS_MS = 20_000;

/** What was said last, to tell what is new. */
interface Heard {
  /** Epoch ms. */
  readonly at: number;
  readonly state: ConsoleState;
  readonly snapshot: Snapshot;
  readonly sheet: ReadSheet | undefined;
  readonly selected: string;
  /** What stands at the time cursor of the lanes; empty elsewhere. */
  readonly atCursor: string;
  readonly detail: readonly string[];
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
  const look = { utc, key: theme.key, looks: settings.accounts };
  const { body, total, extents } = usePanes({ desk, state, snapshot, place, theme, utc, now });
  const { sheet } = useSheet({ desk, state, snapshot, now, utc, theme, columns: SIZE.columns, height });
  const dialog = state.dialogs.at(-1);

  useLayoutEffect(() => {
    Object.assign(desk.extents, extents, {
      tooSmall: false,
      wide: true,
      areas: [],
      columns: SIZE.columns,
      dialogLines: sheet?.lines.length ?? 0,
      dialogRows: sheet ? sheetRoom(sheet, height) : 0,
    });
  });
  useInput((input, key) => guard(desk, () => takeInput(desk, input, key)));
  usePaste((text) => guard(desk, () => pasteText(desk, text)));

  const heard = useRef<Heard>(undefined);
  const arrivals = useRef({ at: now, events: snapshot.events });
  /** Another stretch of time was asked for; the lanes stay what they were until the store has answered. */
  const asked = useRef(false);
  /** The filter whose matches were told last: a count comes from more than one place. */
  const counted = useRef({ text: '', matches: -1 });
  useEffect(() => {
    const before = heard.current;
    const rowsOf = (pane: Pane) => paneRows(pane, body, place, state.focus);
    const detail = state.focus === 'detail' ? sentences(rowsOf('detail').slice(1)) : [];
    const selected = selectedWords(desk, state, rowsOf, utc);
    const atCursor = state.focus === 'lanes' ? (sentences(rowsOf('detail').slice(1, 2))[0] ?? '') : '';
    const whole = [selected, atCursor].filter((part) => part !== '').join('; ');
    const matches = total >= 0 ? total : state.filter.count;
    const said: string[] = [];
    if (!before) said.push(...situation(snapshot, look), `${paneName(state.focus)}: ${selected || 'nothing yet'}`);
    else {
      said.push(...incidentWords(before, { snapshot, at: now }, look));
      if (state.message && state.message !== before.state.message && !/^new \w+ finding:/.test(state.message.text))
        said.push(safe(state.message.text).replaceAll(' · ', ', '));
      said.push(...typedWords(state, before.state, voice));
    }
    let read: ReadSheet | undefined;
    if (dialog && sheet) {
      const words = sheetWords(dialog, sheet, dialogHints(desk, dialog), before?.sheet);
      said.push(...words.said);
      read = words.read;
    } else if (before && !dialog) {
      const wasOpen = before.state.dialogs.length > 0;
      const moved =
        state.place !== before.state.place ||
        state.resource !== before.state.resource ||
        state.column !== before.state.column;
      if (state.focus !== before.state.focus || wasOpen) {
        const keys = paneHints(desk)
          .slice(0, 6)
          .map(({ key, text }) => `${spokenKey(key)} ${text}`);
        said.push(`${paneName(state.focus)}: ${whole || 'nothing'}`);
        if (state.focus === 'detail') said.push(...detail);
        else if (wasOpen || state.focus === 'lanes') said.push(`Keys: ${keys.join(', ')}`);
      } else if (state.focus === 'detail') said.push(...news(before.detail, detail));
      else if (moved && selected !== before.selected) said.push(whole);
      else if (moved && atCursor !== before.atCursor) said.push(atCursor);
      if (hasOtherWindow(state, before.state)) asked.current = true;
      if (asked.current && state.focus === 'lanes' && state.lanes.shown !== before.state.lanes.shown) {
        asked.current = false;
        said.push(sentence(rowsOf('lanes')[0]?.slice(1) ?? ''));
      }
      if (before.state.filterLine && !state.filterLine) said.push(`Events: ${selected || 'nothing'}`);
      if (state.filter !== before.state.filter && state.filter.text !== before.state.filter.text)
        said.push(state.filter.text === '' ? 'All events' : `Filter in force: ${safe(state.filter.text)}`);
      if (state.filter.text === '') counted.current = { text: '', matches: -1 };
      if (
        state.filter.text !== '' &&
        matches !== undefined &&
        matches >= 0 &&
        state.filter.count !== before.state.filter.count &&
        (counted.current.text !== state.filter.text || counted.current.matches !== matches)
      ) {
        counted.current = { text: state.filter.text, matches };
        said.push(matchWords(matches));
      }
      const { at, events } = arrivals.current;
      if (snapshot.events > events && Math.abs(now - at) >= ARRIVALS_MS) {
        arrivals.current = { at: now, events: snapshot.events };
        if (state.place.type === 'follow' && !state.filterLine)
          said.push(`${plural(snapshot.events - events, 'new event')}; newest: ${selected}`);
      }
    }
    heard.current = { at: now, state, snapshot, sheet: read, selected, atCursor, detail };
    for (const text of said) if (text !== '') voice.say(text);
  });

  if (state.crash) throw state.crash.error;
  return null;
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
  { focus, column }: ConsoleState,
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
    ...(column ? [`column ${column}`] : []),
  ].join(', ');
}

/** Echoes what is typed, and says when typing begins, what cannot be read, and what Tab would put. */
function typedWords(state: ConsoleState, before: ConsoleState, voice: Voice): readonly string[] {
  const [was, is] = [typedText(before), typedText(state)];
  const { filterLine } = state;
  const said: string[] = [];
  if (filterLine && !before.filterLine)
    said.push(`Filter: type it, Enter keeps, Escape restores, Tab completes. ${safe(is ?? '')}`.trim());
  else if (is !== undefined && was !== undefined && is !== was) {
    if (state.dialogs.at(-1)?.id === before.dialogs.at(-1)?.id) voice.type(safe(was), safe(is));
  }
  const problem = filterLine?.problem;
  if (problem && problem.text !== before.filterLine?.problem?.text)
    said.push(`Cannot be read at character ${problem.at + 1}: ${safe(problem.text, 300)}`);
  const taken = filterLine?.completion?.taken;
  if (taken === undefined && filterLine?.completion && filterLine.completion !== before.filterLine?.completion) {
    const [first, ...more] = filterLine.completion.suggestions;
    if (first && filterLine.field.graphemes.at(-1) === '=')
      said.push(`Tab: ${safe(first.insert, 200)}, and ${more.length} more`);
  }
  return said;
}
