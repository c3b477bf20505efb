import { useMemo } from 'react';
import { type ConsoleState, isScreen } from '../hooks/console-state.ts';
import { undoable } from '../hooks/containment-intents.ts';
import type { Desk } from '../hooks/desk.ts';
import { helpEntries } from '../hooks/help.ts';
import { matchDisabled } from '../hooks/palette.ts';
import { rowsOfPrincipal } from '../hooks/principal-screen.ts';
import { rowsOfResource } from '../hooks/resource-screen.ts';
import { crumbsOf } from '../hooks/station.ts';
import type { ThingRows } from '../hooks/thing-rows.ts';
import { useCalm } from '../hooks/use-calm.ts';
import { useObservable } from '../hooks/use-observable.ts';
import type { Inventory } from '../src/inventory/inventory.ts';
import { noCalls } from '../src/model/aws-call.ts';
import { noPosture } from '../src/model/posture.ts';
import type { Findings } from '../src/session/findings.ts';
import type { JournalRow } from '../src/session/journal-rows.ts';
import type { Snapshot } from '../src/session/snapshot.ts';
import { observable } from '../src/shared/observable.ts';
import { crumbText } from './components/crumbs.ts';
import { type DialogExtras, dialogView } from './dialogs/dialog-view.ts';
import type { Sheet } from './dialogs/sheet.ts';
import { useLogLines } from './logs/use-log-lines.ts';
import type { Theme } from './theme/theme.ts';

const noAssessment = observable(undefined);
const noInventory = observable<Inventory>({ items: [], parts: [], loading: false, completeAt: undefined });
const noJournal = observable<readonly JournalRow[]>([]);
const nothingFound = observable<Findings>({
  groups: [],
  rules: new Map(),
  states: new Map(),
  problems: [],
  at: undefined,
});
const notJudged = observable(noPosture);
const nothingCalled = observable(noCalls);
/** Screens that say what the rules found. */
const saysFindings: ReadonlySet<string> = new Set(['findings', 'coverage', 'resource', 'principal']);
const noThings: ThingRows = [];
/** Lists that fill in by the part are drawn at most this often, ms. */
const CALM_MS = 100;

/** The dialog on top as it is drawn, and how many doors of suspects are open. Of what fills in by itself only what is on screen is listened to. */
export function useSheet({
  desk,
  state,
  snapshot,
  now,
  utc,
  theme,
  columns,
  height,
}: {
  readonly desk: Desk;
  readonly state: ConsoleState;
  readonly snapshot: Snapshot;
  /** Epoch ms. */
  readonly now: number;
  readonly utc: boolean;
  readonly theme: Theme;
  readonly columns: number;
  /** Rows that it may take; 0: nothing is drawn. */
  readonly height: number;
}): { readonly sheet: Sheet | undefined; readonly openDoors: number } {
  const dialog = state.dialogs.at(-1);
  const { trail } = state;
  const assessment = useObservable(
    dialog?.type === 'plan' && dialog.preview ? dialog.preview.assessment : noAssessment,
  );
  const doors = useCalm(desk.session.openDoors, CALM_MS);
  const inventory = useCalm(
    dialog?.type === 'inventory' || dialog?.type === 'resource' ? desk.session.inventory : noInventory,
    CALM_MS,
  );
  const journal = useCalm(dialog?.type === 'journal' ? desk.session.journal : noJournal, CALM_MS);
  const calls = useCalm(dialog?.type === 'calls' ? desk.session.calls : nothingCalled, CALM_MS);
  const findings = useCalm(dialog && saysFindings.has(dialog.type) ? desk.session.findings : nothingFound, CALM_MS);
  const posture = useCalm(
    dialog?.type === 'posture' || dialog?.type === 'resource' ? desk.session.posture : notJudged,
    CALM_MS,
  );
  const rawRow = dialog?.type === 'raw' ? dialog.rowId : undefined;
  const raw = useMemo(() => (rawRow === undefined ? '' : desk.session.events.raw(rawRow)), [desk, rawRow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are made of what these hold, through the session
  const things = useMemo((): ThingRows => {
    if (dialog?.type === 'resource') return rowsOfResource(desk, dialog);
    return dialog?.type === 'principal' ? rowsOfPrincipal(desk, dialog) : noThings;
  }, [desk, dialog, inventory, doors, findings, posture, snapshot.containments, snapshot.decisions]);
  const logs = useLogLines(desk, dialog, snapshot.eventsVersion, height);
  const sheet = useMemo(() => {
    if (!dialog || height === 0) return undefined;
    const extras: DialogExtras = {
      assessment,
      raw,
      paletteDisabled: dialog.type === 'palette' ? (match) => matchDisabled(desk, match) : () => undefined,
      inventory,
      openDoors: doors,
      findings,
      posture,
      things,
      logs,
      containments: dialog.type === 'containments' ? undoable(desk) : [],
      journal,
      calls,
      mostTargets: desk.session.mostTargets,
      help:
        dialog.type === 'help'
          ? helpEntries(desk).map((entry) => ({ entry, disabled: entry.disabledReason?.(desk) }))
          : [],
    };
    const made = dialogView(dialog, extras, { snapshot, now, utc, theme, width: columns });
    return isScreen(dialog.type) ? { ...made, before: crumbText(crumbsOf(trail), theme, columns / 3) } : made;
  }, [
    desk,
    dialog,
    trail,
    assessment,
    raw,
    inventory,
    doors,
    journal,
    calls,
    findings,
    posture,
    things,
    logs,
    snapshot,
    now,
    utc,
    theme,
    columns,
    height,
  ]);
  return { sheet, openDoors: doors.doors.filter(({ suspect }) => suspect).length };
}
