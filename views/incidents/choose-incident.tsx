import { useInput, usePaste } from 'ink';
import { useMemo } from 'react';
import { type IncidentListState, initialList, pasteInList, pressInList } from '../../hooks/incident-list.ts';
import { splitKeys } from '../../hooks/key-splitter.ts';
import { useNow } from '../../hooks/use-now.ts';
import { useObservable } from '../../hooks/use-observable.ts';
import { useSize } from '../../hooks/use-size.ts';
import type { ConsoleSettings } from '../../src/model/console-settings.ts';
import { ExpectedError } from '../../src/model/errors.ts';
import type { IncidentList } from '../../src/session/incident-list.ts';
import { observable, type Source } from '../../src/shared/observable.ts';
import { Rows } from '../components/rows.tsx';
import { type ConsoleStreams, fullScreen, type ScreenControls } from '../full-screen.tsx';
import { SMALLEST } from '../layout.ts';
import { createTheme } from '../theme/theme.ts';
import { tooSmallView } from '../too-small-view.ts';
import { type IncidentsModel, incidentRows, incidentsView } from './incidents-view.ts';

/** Shows the incidents of a state folder until one is chosen. @returns Its name; `undefined`: the operator left. */
export async function chooseIncident(
  list: IncidentList,
  what: { readonly folder: string; readonly settings: ConsoleSettings },
  streams: ConsoleStreams = {},
): Promise<string | undefined> {
  let name: string | undefined;
  const state = observable(initialList);
  try {
    await fullScreen(
      (controls) => (
        <Incidents
          list={list}
          state={state}
          controls={controls}
          {...what}
          onOpen={(chosen) => {
            name = chosen;
            controls.leave();
          }}
        />
      ),
      streams,
    );
  } finally {
    list.close();
  }
  return name;
}

function Incidents({
  list,
  state,
  controls,
  folder,
  settings,
  onOpen,
}: {
  readonly list: IncidentList;
  readonly state: Source<IncidentListState>;
  readonly controls: ScreenControls;
  readonly folder: string;
  readonly settings: ConsoleSettings;
  readonly onOpen: (name: string) => void;
}) {
  const { columns, rows } = useSize();
  const { ascii, theme: look, utc, accounts } = settings;
  const theme = useMemo(() => createTheme({ ascii, theme: look }), [ascii, look]);
  const incidents = useObservable(list.incidents);
  const now = useNow();
  const model: IncidentsModel = { incidents, state: useObservable(state), folder, now, utc, looks: accounts };
  const tooSmall = columns < SMALLEST.columns || rows < SMALLEST.rows;

  useInput((input, key) => {
    for (const press of splitKeys(input, key)) {
      if (tooSmall) {
        if (press.name === 'q' || press.name === 'Ctrl-C') controls.leave();
        continue;
      }
      const { state: next, intent } = pressInList(
        state.get(),
        press,
        list.incidents.get(),
        incidentRows(model, columns, rows, theme),
      );
      state.set(next);
      if (intent?.type === 'leave') controls.leave();
      else if (intent?.type === 'repaint') controls.repaint();
      else if (intent?.type === 'refresh') refresh(list, state);
      else if (intent?.type === 'open') {
        // What was typed behind it is for the console.
        onOpen(intent.name);
        return;
      }
    }
  });
  usePaste((text) => state.set(pasteInList(state.get(), text)));

  if (tooSmall) return <Rows rows={tooSmallView(columns, rows)} width={columns} theme={theme} />;
  return <Rows rows={incidentsView(model, columns, rows, theme)} width={columns} theme={theme} />;
}

/** Reads the folder again; that it cannot be read is said, anything else is a bug and thrown where bugs are. */
function refresh(list: IncidentList, state: Source<IncidentListState>): void {
  list.refresh().catch((error: unknown) => {
    if (!(error instanceof ExpectedError)) throw error;
    state.set({ ...state.get(), message: [error.message, ...error.nextSteps].join(' · ') });
  });
}
