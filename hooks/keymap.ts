import { openCalls } from './calls-screen.ts';
import { openChain } from './chain-screen.ts';
import { containEvent, containResource } from './chooser.ts';
import { collectEvidence, nothingToCollect } from './collect-evidence.ts';
import { filterByValue, moveColumn } from './column.ts';
import { isOnList, type Pane, selectedResource } from './console-state.ts';
import { openUndo, toggleArmed, undoable } from './containment-intents.ts';
import { openCoverage } from './coverage-screen.ts';
import { change, type Desk, isArmed, openDialog, openErrors, say } from './desk.ts';
import { openDoorsScreen } from './doors-screen.ts';
import { copyBrief, writeReport } from './evidence-intents.ts';
import { clearFilter, filterByResource, openFilter, toggleShown } from './filter-intents.ts';
import { openFindings } from './findings-screen.ts';
import { focusPane } from './focus-pane.ts';
import { openInventory } from './inventory-screen.ts';
import { openJournalScreen } from './journal-screen.ts';
import { fitLanes, focusLanes, moveCursor, nextMark, openLane, panLanes, zoomLanes } from './lanes.ts';
import { leave } from './leave.ts';
import { openPalette } from './palette.ts';
import { openPivot } from './pivot.ts';
import { noPlaybook, openPlaybooks } from './playbook-screen.ts';
import { noSavedFilter, openSavedFilters } from './saved-filters.ts';
import { toggleMouse } from './setting-commands.ts';
import { nobodyHere, noResourceHere, openLogsHere, openResourceHere, openWhoHere } from './things.ts';
import {
  copyArn,
  copyId,
  jumpToFailed,
  move,
  moveToEnd,
  openNote,
  pageRows,
  scrollDetail,
  selectedEvent,
  selectedRow,
  selectedSubject,
  timelineOf,
  toggleFollow,
  toggleMark,
} from './timeline-intents.ts';
import { walkBack } from './trail.ts';
import { walkCredentials } from './walk.ts';

/** A key as data: hint bar, help and the README's table come from it. */
export interface KeyBinding {
  readonly id: string;
  /** Names as `KeyPress.name` has them; the first is the one that is shown. */
  readonly keys: readonly string[];
  /** What it does, for help and the table. */
  readonly title: string;
  /** One or two words for the hint bar; absent: help only. */
  readonly hint?: string;
  /** Panes in which it is offered; absent: all. */
  readonly panes?: readonly Pane[];
  /** It counts on every screen over the panes too, where that has no such key of its own. */
  readonly everywhere?: true;
  readonly run: (desk: Desk) => void;
  /** Why it would do nothing just now. */
  readonly disabledReason?: (desk: Desk) => string | undefined;
}

const panes: readonly Pane[] = ['resources', 'lanes', 'events', 'detail'];
const noEvent = (desk: Desk) => (selectedRow(desk) ? undefined : 'no event is selected');
const noFilter = (desk: Desk) =>
  desk.state.get().filter.predicate.type === 'all' ? 'there is no filter: every event would match' : undefined;

function focusNext(desk: Desk, by: number): void {
  const index = panes.indexOf(desk.state.get().focus);
  const focus = panes[(index + by + panes.length) % panes.length] ?? 'events';
  focusPane(desk, focus, { detailScroll: 0 });
}

function open(desk: Desk): void {
  const state = desk.state.get();
  if (state.focus === 'events') {
    focusPane(desk, 'detail');
    return;
  }
  const resource = selectedSubject(desk);
  if (state.focus === 'lanes') openLane(desk);
  else if (resource) filterByResource(desk, resource);
  else if (state.focus === 'detail') openRaw(desk);
}

function openRaw(desk: Desk): void {
  const row = selectedRow(desk);
  if (row) openDialog(desk, { type: 'raw', rowId: row.rowId });
}

function back(desk: Desk): void {
  const { focus, filter, message } = desk.state.get();
  if (message) change(desk, { message: undefined });
  // Only a problem is closed by a press of its own: what went well must not stand in the way back. Read aloud, it stands nowhere.
  if (message?.tone === 'problem' && !desk.settings.screenReader) return;
  if (focus !== 'events') focusPane(desk, 'events', { detailScroll: 0 });
  else if (!walkBack(desk) && filter.predicate.type !== 'all') clearFilter(desk);
}

function contain(desk: Desk): void {
  const resource = selectedSubject(desk);
  if (resource) {
    containResource(desk, resource);
    return;
  }
  const event = isOnList(desk.state.get().focus) ? undefined : selectedEvent(desk);
  if (event) containEvent(desk, event);
  else say(desk, 'nothing is selected: the events are still searched, or there are none');
}

function openHeat(desk: Desk): void {
  const state = desk.state.get();
  const resource = state.resources?.[selectedResource(state)];
  if (resource) openDialog(desk, { type: 'heat', resource });
}

/** Every key of the console outside of dialogs, in the order in which help shows them. */
export const keymap: readonly KeyBinding[] = [
  {
    id: 'open',
    keys: ['Enter'],
    title: 'open: filter by the resource, read the event, read the raw record',
    hint: 'open',
    run: open,
  },
  {
    id: 'back',
    keys: ['Esc'],
    title: 'back: to the events, then to the filter and place before, at last to all events. Never acts',
    run: back,
  },
  {
    id: 'walk-back',
    keys: ['Backspace'],
    title: 'back to the filter, place or screen before',
    run: walkBack,
    disabledReason: (desk) => (desk.state.get().trail.length > 0 ? undefined : 'nowhere to go back to'),
  },
  {
    id: 'palette',
    keys: [':'],
    title: 'command palette: every screen, key, command and resource by name',
    hint: 'command',
    run: (desk) => openPalette(desk),
  },
  { id: 'down', keys: ['j', 'Down'], title: 'down, to newer events', run: (desk) => move(desk, 1) },
  { id: 'up', keys: ['k', 'Up'], title: 'up, to older events', run: (desk) => move(desk, -1) },
  { id: 'first', keys: ['g', 'Home'], title: 'first row', run: (desk) => moveToEnd(desk, 'first') },
  {
    id: 'last',
    keys: ['G', 'End'],
    title: 'last row; follows the newest event',
    run: (desk) => moveToEnd(desk, 'last'),
  },
  {
    id: 'page-down',
    keys: ['Space', 'Ctrl-F', 'PageDown'],
    title: 'page down',
    run: (desk) => move(desk, pageRows(desk)),
  },
  { id: 'page-up', keys: ['b', 'Ctrl-B', 'PageUp'], title: 'page up', run: (desk) => move(desk, -pageRows(desk)) },
  {
    id: 'half-down',
    keys: ['Ctrl-D'],
    title: 'half a page down',
    run: (desk) => move(desk, Math.ceil(pageRows(desk) / 2)),
  },
  {
    id: 'half-up',
    keys: ['Ctrl-U'],
    title: 'half a page up',
    run: (desk) => move(desk, -Math.ceil(pageRows(desk) / 2)),
  },
  { id: 'next-pane', keys: ['Tab'], title: 'next pane', hint: 'pane', run: (desk) => focusNext(desk, 1) },
  { id: 'previous-pane', keys: ['Shift-Tab'], title: 'previous pane', run: (desk) => focusNext(desk, -1) },
  {
    id: 'lanes',
    keys: ['l'],
    title: 'lanes: what happened to each resource over time',
    hint: 'lanes',
    panes: ['resources', 'events', 'detail'],
    run: focusLanes,
  },
  {
    id: 'lane-right',
    keys: ['l', 'Right'],
    title: 'the time cursor a column to the right; the events go with it',
    panes: ['lanes'],
    run: (desk) => moveCursor(desk, 1),
  },
  {
    id: 'lane-left',
    keys: ['h', 'Left'],
    title: 'the time cursor a column to the left; the events go with it',
    hint: 'in time',
    panes: ['lanes'],
    run: (desk) => moveCursor(desk, -1),
  },
  {
    id: 'lane-next',
    keys: ['n'],
    title: 'the next change, failure or finding of this lane',
    hint: 'next mark',
    panes: ['lanes'],
    run: (desk) => nextMark(desk, 1),
  },
  {
    id: 'lane-previous',
    keys: ['N'],
    title: 'the change, failure or finding of this lane before',
    panes: ['lanes'],
    run: (desk) => nextMark(desk, -1),
  },
  {
    id: 'lane-pan-left',
    keys: ['['],
    title: 'the lanes a third of their window back',
    hint: 'earlier',
    run: (desk) => panLanes(desk, -1),
  },
  {
    id: 'lane-pan-right',
    keys: [']'],
    title: 'the lanes a third of their window on, at last to where time is',
    run: (desk) => panLanes(desk, 1),
  },
  {
    id: 'lane-zoom-in',
    keys: ['+', '='],
    title: 'a shorter window of the lanes, down to a minute',
    hint: 'zoom',
    run: (desk) => zoomLanes(desk, -1),
  },
  {
    id: 'lane-zoom-out',
    keys: ['-'],
    title: 'a longer window of the lanes, up to 90 days',
    run: (desk) => zoomLanes(desk, 1),
  },
  { id: 'lane-fit', keys: ['0'], title: 'all that is loaded in one window of the lanes', hint: 'fit', run: fitLanes },
  {
    id: 'to-time',
    keys: ['T'],
    title: 'to a time, by typing it: 20:31, 2026-11-23 20:31 (UTC), 15m (ago)',
    hint: 'to a time',
    run: (desk) => openPalette(desk, 'at '),
  },
  {
    id: 'follow',
    keys: ['s'],
    title: 'follow the newest event, or freeze',
    hint: 'follow',
    panes: ['lanes', 'events'],
    run: toggleFollow,
    disabledReason: noEvent,
  },
  {
    id: 'shown',
    keys: ['L'],
    title: 'show log lines and our own reads too, or leave them out',
    panes: ['resources', 'lanes', 'events'],
    run: toggleShown,
  },
  {
    id: 'pivot',
    keys: ['p'],
    title:
      'pivot: follow the access key, principal, address, resource, user agent, event name or error; Enter filters by it, + adds it to the filter, - leaves it out',
    hint: 'pivot',
    run: openPivot,
    disabledReason: (desk) => (isOnList(desk.state.get().focus) ? undefined : noEvent(desk)),
  },
  {
    id: 'chain',
    keys: ['f'],
    title: 'follow the credentials: where they came from and what they led to',
    hint: 'chain',
    run: openChain,
    disabledReason: noEvent,
  },
  {
    id: 'next-of-credentials',
    keys: ['o'],
    title: 'next event of the same credentials, and of those along the chain',
    run: (desk) => walkCredentials(desk, 'newer'),
    disabledReason: noEvent,
  },
  {
    id: 'previous-of-credentials',
    keys: ['O'],
    title: 'previous event of the same credentials, and of those along the chain',
    run: (desk) => walkCredentials(desk, 'older'),
    disabledReason: noEvent,
  },
  {
    id: 'heat',
    keys: ['h'],
    title: 'why this resource is hot',
    hint: 'why hot',
    panes: ['resources'],
    run: openHeat,
    disabledReason: (desk) => (desk.state.get().resources?.length ? undefined : 'no resource is selected'),
  },
  {
    id: 'resource',
    keys: ['R'],
    title: 'the resource that is selected: state now, who, relations, events, findings, what was done and can be',
    hint: 'resource',
    everywhere: true,
    run: openResourceHere,
    disabledReason: noResourceHere,
  },
  {
    id: 'principal',
    keys: ['U'],
    title: 'the principal that is selected: keys and sessions, where from, what it did, its chain, what closes it',
    hint: 'who',
    everywhere: true,
    run: openWhoHere,
    disabledReason: nobodyHere,
  },
  {
    id: 'logs',
    keys: ['S'],
    title: 'logs: what code on SageMaker printed, as it comes, at the time of the timeline',
    hint: 'logs',
    everywhere: true,
    run: openLogsHere,
  },
  {
    id: 'inventory',
    keys: ['I'],
    title: 'inventory: what runs now, event or no event',
    hint: 'inventory',
    everywhere: true,
    run: openInventory,
  },
  {
    id: 'doors',
    keys: ['D'],
    title: 'still open: every door the attacker still has',
    hint: 'still open',
    everywhere: true,
    run: openDoorsScreen,
  },
  {
    id: 'timeline-of',
    keys: ['t'],
    title: 'the timeline of this resource',
    run: timelineOf,
    disabledReason: (desk) => (selectedSubject(desk) ? undefined : noEvent(desk)),
  },
  {
    id: 'filter',
    keys: ['/'],
    title: 'filter the events',
    hint: 'filter',
    run: openFilter,
  },
  {
    id: 'saved-filters',
    keys: ['"'],
    title: 'filters with a name: of this incident (:save NAME) and of the configuration',
    run: openSavedFilters,
    disabledReason: noSavedFilter,
  },
  {
    id: 'column-right',
    keys: ['Right'],
    title: 'choose the column that W and X are about',
    panes: ['events'],
    run: (desk) => moveColumn(desk, 1),
  },
  {
    id: 'column-left',
    keys: ['Left'],
    title: 'the column to the left',
    panes: ['events'],
    run: (desk) => moveColumn(desk, -1),
  },
  {
    id: 'only-value',
    keys: ['W'],
    title: 'only events with the selected value: of the chosen column, or the resource',
    run: (desk) => filterByValue(desk, 'stack'),
  },
  {
    id: 'without-value',
    keys: ['X'],
    title: 'leave events with the selected value out',
    run: (desk) => filterByValue(desk, 'leave-out'),
  },
  {
    id: 'next-match',
    keys: ['n'],
    title: 'next event of the filter',
    panes: ['events'],
    run: (desk) => move(desk, 1),
    disabledReason: noFilter,
  },
  {
    id: 'previous-match',
    keys: ['N'],
    title: 'previous event of the filter',
    panes: ['events'],
    run: (desk) => move(desk, -1),
    disabledReason: noFilter,
  },
  {
    id: 'next-failed',
    keys: ['e'],
    title: 'next failed event',
    run: (desk) => jumpToFailed(desk, 'newer'),
    disabledReason: noEvent,
  },
  {
    id: 'previous-failed',
    keys: ['E'],
    title: 'previous failed event',
    run: (desk) => jumpToFailed(desk, 'older'),
    disabledReason: noEvent,
  },
  { id: 'detail-down', keys: ['J'], title: 'scroll the detail down', run: (desk) => scrollDetail(desk, 1) },
  { id: 'detail-up', keys: ['K'], title: 'scroll the detail up', run: (desk) => scrollDetail(desk, -1) },
  {
    id: 'raw',
    keys: ['v'],
    title: 'the raw record, whole',
    hint: 'raw',
    panes: ['events', 'detail'],
    run: openRaw,
    disabledReason: noEvent,
  },
  {
    id: 'mark',
    keys: ['m'],
    title: 'mark the event for the report',
    hint: 'mark',
    panes: ['events', 'detail'],
    run: toggleMark,
    disabledReason: noEvent,
  },
  { id: 'note', keys: ['#'], title: 'write a note on the event', hint: 'note', run: openNote },
  { id: 'copy-id', keys: ['y'], title: 'copy the event id', run: copyId },
  { id: 'copy-arn', keys: ['Y'], title: 'copy the ARN', run: copyArn },
  {
    id: 'contain',
    keys: ['c', 'a'],
    title: 'contain: what can be done about the selection',
    hint: 'contain',
    run: contain,
  },
  {
    id: 'collect',
    keys: ['C'],
    title: 'collect evidence about the selection: reads only, armed or not',
    run: collectEvidence,
    disabledReason: nothingToCollect,
  },
  {
    id: 'undo',
    keys: ['z'],
    title: 'undo a containment',
    hint: 'undo',
    run: openUndo,
    disabledReason: (desk) => (undoable(desk).length > 0 ? undefined : 'nothing to undo'),
  },
  {
    id: 'findings',
    keys: ['F'],
    title: 'findings: what the detection rules found, why, and what to do about it',
    hint: 'findings',
    everywhere: true,
    run: openFindings,
  },
  {
    id: 'journal',
    keys: ['x'],
    title: 'journal: what was done, the state of each, undo; what other responders did',
    hint: 'journal',
    everywhere: true,
    run: openJournalScreen,
  },
  {
    id: 'calls',
    keys: ['@'],
    title: 'the AWS calls that this session made, with request ids',
    everywhere: true,
    run: openCalls,
  },
  {
    id: 'playbooks',
    keys: ['P'],
    title: 'playbooks that were started: where each stands, and its next step',
    hint: 'playbook',
    run: openPlaybooks,
    disabledReason: noPlaybook,
  },
  { id: 'arm', keys: ['A'], title: 'arm for 15 minutes, or disarm', hint: 'arm', everywhere: true, run: toggleArmed },
  { id: 'report', keys: ['w'], title: 'write the report', hint: 'report', everywhere: true, run: writeReport },
  { id: 'brief', keys: ['B'], title: 'copy a ten-line brief for a chat', run: copyBrief },
  {
    id: 'coverage',
    keys: ['V'],
    title: 'coverage: every source, its lag and its gaps; what nobody records; what watching costs',
    hint: 'coverage',
    everywhere: true,
    run: openCoverage,
  },
  {
    id: 'errors',
    keys: ['!'],
    title: 'errors of this session',
    everywhere: true,
    run: openErrors,
  },
  {
    id: 'identity',
    keys: ['i'],
    title: 'who am I',
    everywhere: true,
    run: (desk) => {
      openDialog(desk, { type: 'identity' });
    },
  },
  {
    id: 'help',
    keys: ['?'],
    title: 'help: every key, run with Enter',
    hint: 'help',
    everywhere: true,
    run: (desk) => {
      openDialog(desk, { type: 'help', selected: 0 });
    },
  },
  {
    id: 'mouse',
    keys: ['M'],
    title: 'mouse on or off: the wheel scrolls, a click selects; off, the terminal selects text',
    run: toggleMouse,
  },
  { id: 'repaint', keys: ['Ctrl-L'], title: 'paint the screen again', run: (desk) => desk.surroundings.repaint() },
  {
    id: 'suspend',
    keys: ['Ctrl-Z'],
    title: 'stop the program as the shell does (fg brings it back)',
    run: (desk) => desk.surroundings.suspend?.(),
    disabledReason: (desk) => (desk.surroundings.suspend ? undefined : 'not possible here'),
  },
  {
    id: 'quit',
    keys: ['q'],
    title: 'quit; with steps in flight the second q leaves. Ctrl-C twice always does',
    hint: 'quit',
    run: leave,
  },
];

/** The keys in force: the operator's own where the file names some. */
export const keysOf = (desk: Desk): readonly KeyBinding[] => desk.keymap ?? keymap;

/** The first key of what it does. */
export const keyOf = (desk: Desk, id: string): string =>
  keysOf(desk).find((binding) => binding.id === id)?.keys[0] ?? '';

/** The binding of a key in a pane. */
export function bindingOf(desk: Desk, name: string, pane: Pane): KeyBinding | undefined {
  return keysOf(desk).find((binding) => binding.keys.includes(name) && (binding.panes ?? panes).includes(pane));
}

/** Runs a binding, or says why not. */
export function runBinding(desk: Desk, binding: Pick<KeyBinding, 'run' | 'disabledReason'>): void {
  const reason = binding.disabledReason?.(desk);
  if (reason !== undefined) say(desk, reason);
  else binding.run(desk);
}

/** One entry of the hint bar. */
export interface Hint {
  readonly key: string;
  readonly text: string;
}

/** The order of the hint bar: what is left out on a narrow screen stands late, but for the last two. */
const hintOrder = [
  'lane-left',
  'lane-next',
  'lane-pan-left',
  'lane-zoom-in',
  'lane-fit',
  'to-time',
  'open',
  'contain',
  'undo',
  'playbooks',
  'arm',
  'filter',
  'pivot',
  'palette',
  'resource',
  'principal',
  'logs',
  'chain',
  'findings',
  'doors',
  'inventory',
  'journal',
  'heat',
  'mark',
  'note',
  'report',
  'raw',
  'follow',
  'lanes',
  'coverage',
  'next-pane',
  'help',
  'quit',
];

/** Two keys that belong together are told together. */
const partners: { readonly [id: string]: string } = {
  'lane-left': 'lane-right',
  'lane-next': 'lane-previous',
  'lane-pan-left': 'lane-pan-right',
  'lane-zoom-in': 'lane-zoom-out',
};

const hintedOf = new WeakMap<readonly KeyBinding[], readonly KeyBinding[]>();

/** The bindings that the hint bar may offer, in its order; sought once for a keymap, not for each frame. */
function hinted(bindings: readonly KeyBinding[]): readonly KeyBinding[] {
  const known = hintedOf.get(bindings);
  if (known) return known;
  const found = hintOrder.flatMap((id) => bindings.filter((binding) => binding.id === id));
  hintedOf.set(bindings, found);
  return found;
}

/** What the hint bar offers when no dialog is open. */
export function paneHints(desk: Desk): readonly Hint[] {
  const { focus, place } = desk.state.get();
  const bindings = keysOf(desk);
  return (
    hinted(bindings)
      .filter(({ panes: where }) => (where ?? panes).includes(focus))
      // How the lanes are moved is known everywhere, and told where it matters.
      .filter(({ id }) => focus === 'lanes' || !(id.startsWith('lane-') || id === 'to-time'))
      .filter(({ id }) => focus !== 'lanes' || !['chain', 'mark', 'note', 'raw'].includes(id))
      .filter(({ id, disabledReason }) => !['undo', 'playbooks'].includes(id) || disabledReason?.(desk) === undefined)
      .map(({ id, keys, hint }) => ({
        key: [keys[0] ?? '', ...(partners[id] ? [keyOf(desk, partners[id])] : [])].join(' '),
        text:
          id === 'arm' && isArmed(desk)
            ? 'disarm'
            : id === 'open' && isOnList(focus)
              ? 'its events'
              : id === 'follow'
                ? place.type === 'follow'
                  ? 'freeze'
                  : 'follow'
                : (hint ?? ''),
      }))
  );
}
