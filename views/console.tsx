import { useInput, usePaste } from 'ink';
import { useCallback, useLayoutEffect, useMemo } from 'react';
import type { Dialog } from '../hooks/console-state.ts';
import { change, guard } from '../hooks/desk.ts';
import { dialogHints } from '../hooks/dialog-hints.ts';
import { isFilterOnItsWay } from '../hooks/filter-intents.ts';
import type { KeyPress } from '../hooks/key-splitter.ts';
import { paneHints } from '../hooks/keymap.ts';
import { pasteText, pressKey, takeInput } from '../hooks/press.ts';
import { waitingQuestion } from '../hooks/question.ts';
import { SessionContext } from '../hooks/session-context.ts';
import { useDesk } from '../hooks/use-desk.ts';
import { useMouse } from '../hooks/use-mouse.ts';
import { useNow } from '../hooks/use-now.ts';
import { useObservable } from '../hooks/use-observable.ts';
import { type Size, useSize } from '../hooks/use-size.ts';
import type { ConsoleSettings } from '../src/model/console-settings.ts';
import type { Session } from '../src/session/session.ts';
import { Rows } from './components/rows.tsx';
import { codeWanted } from './dialogs/question-view.ts';
import { sheetRoom, sheetView } from './dialogs/sheet.ts';
import { filterLineView } from './filter-line-view.ts';
import { headerView } from './header/header-view.ts';
import { hintBarView } from './hint-bar-view.ts';
import { areasOf, layout } from './layout.ts';
import { usePanes } from './panes.tsx';
import { createTheme, type Theme } from './theme/theme.ts';
import { tooSmallView } from './too-small-view.ts';
import { useSheet } from './use-sheet.ts';

/** What the console needs. `size` takes the place of the terminal's own. */
export interface ConsoleProps {
  readonly session: Session;
  readonly settings: ConsoleSettings;
  readonly onExit: () => void;
  readonly size?: Size;
  /** Paints every row again (Ctrl-L). */
  readonly onRepaint?: () => void;
}

/** The console: the whole screen, and the one place where keys come in. */
export function Console({ session, ...props }: ConsoleProps) {
  return (
    <SessionContext value={session}>
      <Screen {...props} />
    </SessionContext>
  );
}

function Screen({ settings, onExit, onRepaint, size: fixed }: Omit<ConsoleProps, 'session'>) {
  const { ascii, utc } = settings;
  const size = useSize(fixed);
  const { columns, rows } = size;
  const { desk, state } = useDesk({ settings, onExit, onRepaint });
  const theme: Theme = useMemo(
    () => createTheme({ ascii, theme: state.theme, keymap: desk.keymap }),
    [ascii, state.theme, desk.keymap],
  );
  const snapshot = useObservable(desk.session.snapshot);
  const now = useNow();
  const place = useMemo(() => layout(columns, rows), [columns, rows]);
  const { body, total, search, extents, lineRows } = usePanes({ desk, state, snapshot, place, theme, utc, now });

  const dialog = state.dialogs.at(-1);
  const height = place.type === 'too-small' ? 0 : place.body.height;
  const { sheet, openDoors } = useSheet({ desk, state, snapshot, now, utc, theme, columns, height });

  const { accounts } = settings;
  const header = useMemo(
    () => headerView({ snapshot, now, utc, looks: accounts, openDoors }, columns, theme),
    [snapshot, now, utc, accounts, openDoors, columns, theme],
  );

  useLayoutEffect(() => {
    const before = desk.extents.laneColumns * 1_000 + desk.extents.laneRows;
    Object.assign(desk.extents, extents, {
      tooSmall: place.type === 'too-small',
      wide: place.type === 'wide',
      areas: areasOf(place, state.focus, lineRows),
      dialogLines: sheet?.lines.length ?? 0,
      columns,
      dialogRows: sheet ? sheetRoom(sheet, height) : 0,
    });
    // What is asked of the store depends on the room that the lanes have.
    if (before !== extents.laneColumns * 1_000 + extents.laneRows) change(desk, {});
  });

  useInput((input, key) => guard(desk, () => takeInput(desk, input, key)));
  const hearMouse = useCallback((press: KeyPress) => guard(desk, () => pressKey(desk, press)), [desk]);
  useMouse(state.mouse && !state.away, hearMouse);
  usePaste((text) => guard(desk, () => pasteText(desk, text)));

  // While rendering, so that the error boundary restores the terminal.
  if (state.crash) throw state.crash.error;
  if (place.type === 'too-small') return <Rows rows={tooSmallView(columns, rows)} width={columns} theme={theme} />;

  // What is on its way is not what is counted yet.
  const matches = isFilterOnItsWay(desk) ? undefined : total >= 0 ? total : state.filter.count;
  const over = sheet
    ? sheetView(sheet, dialog?.scroll ?? 0, columns, height, theme)
    : state.filterLine
      ? filterLineView(state.filterLine, { matches, search }, columns, theme)
      : [];
  // Behind a confirmation or a line of text it waits until that is closed.
  const waiting = waitingQuestion(desk) ? [codeWanted] : [];
  const hints = dialog ? dialogHints(desk, dialog as Dialog) : state.filterLine ? filterHints : paneHints(desk);
  const screen = [
    ...header,
    ...body.slice(0, height - over.length),
    ...over,
    hintBarView([...waiting, ...hints], state.message, columns, theme, theme.key('errors')),
  ];
  return <Rows rows={screen} width={columns} theme={theme} />;
}

const filterHints = [
  { key: 'Enter', text: 'keep' },
  { key: 'Esc', text: 'restore' },
  { key: 'Tab', text: 'complete' },
  { key: 'Up Down', text: 'earlier filters' },
  { key: 'principal= action~ kind= resource= ip= error since=', text: '"free text"' },
];
