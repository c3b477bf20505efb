import type { Key } from 'ink';
import { ticksOf } from '../src/shared/clock.ts';
import { moveInCalls } from './calls-screen.ts';
import { moveInChain } from './chain-screen.ts';
import { choiceCount, planChoice } from './chooser.ts';
import { type Dialog, isScreen } from './console-state.ts';
import { arm, confirm, confirmKind, replan, undoable, undoOf } from './containment-intents.ts';
import { moveInCoverage } from './coverage-screen.ts';
import { background, change, changeDialog, closeDialog, type Desk, guard, isArmed, say, topDialog } from './desk.ts';
import { selectDoor, selectedDoorIndex } from './doors-screen.ts';
import { pasteInFilter, pressInFilter } from './filter-intents.ts';
import { moveInFindings, takeFindingReason, toggleTriage } from './findings-screen.ts';
import { offerFocus, pasteInFocus, pressInFocus } from './focus-screen.ts';
import { pressInHandOff } from './hand-off.ts';
import { helpEntries } from './help.ts';
import { moveInIndicators, takeIndicatorReason } from './indicators-screen.ts';
import { inventoryState, pasteInItemFilter, pressInItemFilter, selectInventoryItem } from './inventory-screen.ts';
import { moveInJournal } from './journal-screen.ts';
import { keyOrCommand } from './key-names.ts';
import { isPasted, type KeyPress, splitKeys } from './key-splitter.ts';
import { bindingOf, runBinding } from './keymap.ts';
import { leave } from './leave.ts';
import { clearLogFilter, moveInLogs, pasteInLogFilter, pressInLogFilter } from './logs-screen.ts';
import { notePresence } from './look.ts';
import { pressMouse } from './mouse.ts';
import { openPalette, pasteInPalette, pressInPalette } from './palette.ts';
import { otherValues, pasteInParameters, pressInParameters, selectValue } from './parameters.ts';
import { choosePivot, type PivotMode } from './pivot.ts';
import { openRun, pressInCount, pressInPlaybook, selectedStep, selectStep, takeReason } from './playbook-screen.ts';
import { moveInPosture } from './posture-screen.ts';
import { moveInPrincipal } from './principal-screen.ts';
import { pressInQuestion, takesPalette, typeInQuestion } from './question.ts';
import { confirmRecovery, openRecovery, type RecoveryDialog, recoveryConfirm, replanAll } from './recovery.ts';
import { moveInReport, pasteInReportSearch, pressInReportSearch } from './report-screen.ts';
import { moveInResource } from './resource-screen.ts';
import { screenBindingOf } from './screen-keymap.ts';
import { askLossReason, openContradiction, sendAgain, takeLossReason } from './send-again.ts';
import { editText, insertText, TEXT_LIMIT, type TextField, textField, textOf } from './text-field.ts';
import { walkBack } from './trail.ts';

/** Ctrl-C twice within this time leaves. */
const LEAVE_MS = 3000;
const interrupted = new WeakMap<Desk, number>();

/** One key, to whatever has the keys: the filter line, the dialog on top, or the panes. */
export function pressKey(desk: Desk, key: KeyPress): void {
  notePresence(desk);
  if (key.name === 'Ctrl-C') {
    interrupt(desk);
    return;
  }
  // Whatever is open: a garbled screen is when it is needed.
  if (key.name === 'Ctrl-L') {
    desk.surroundings.repaint();
    return;
  }
  if (desk.extents.tooSmall) {
    if (key.name === 'q') leave(desk);
    return;
  }
  if (key.at) {
    pressMouse(desk, key, (by) => {
      const above = topDialog(desk);
      if (above?.painted) scrollOrSelect(desk, above, by < 0 ? 'Up' : 'Down', Math.abs(by));
    });
    return;
  }
  const dialog = topDialog(desk);
  if (dialog) {
    // Pressed before the operator could have seen it: of a dialog that acts nothing was meant. Where nothing is sent from, a place or a
    // line of text, what was typed ahead is meant all the same.
    if (dialog.painted || isScreen(dialog.type) || dialog.type === 'palette' || dialog.type === 'focus')
      pressInDialog(desk, dialog, key);
    return;
  }
  if (desk.state.get().filterLine) {
    pressInFilter(desk, key);
    return;
  }
  const binding = bindingOf(desk, key.name, desk.state.get().focus);
  if (binding) runBinding(desk, binding);
}

/** The pieces of one paste follow each other at once, ms. */
const PIECES_MS = 100;
/** More of a paste than this is not kept, characters: no field holds as much. */
const MOST_PASTED = 4_000_000;
/** What is being pasted by terminals that do not say so. */
const pasting = new WeakMap<Desk, { text: string; endsAt: number; readonly callOff: () => void }>();

/** One piece of input, as Ink has it: keys, or what was pasted by a terminal that does not say so, none of which is a key. */
export function takeInput(desk: Desk, input: string, key: Partial<Key>): void {
  const now = ticksOf(desk.surroundings);
  const before = pasting.get(desk);
  const goesOn = before !== undefined && now < before.endsAt && !key.ctrl && !key.escape;
  if (!isPasted(input) && !goesOn) {
    takePasted(desk);
    for (const press of splitKeys(input, key)) pressKey(desk, press);
    return;
  }
  before?.callOff();
  const text = key.return ? '\n' : input.replaceAll(/\r\n?/g, '\n');
  // Put in as one: of a megabyte there are a thousand pieces.
  pasting.set(desk, {
    text: `${before?.text ?? ''}${text}`.slice(0, MOST_PASTED),
    endsAt: now + PIECES_MS,
    callOff: desk.surroundings.later(PIECES_MS, () => guard(desk, () => takePasted(desk))),
  });
}

function takePasted(desk: Desk): void {
  const pasted = pasting.get(desk);
  if (!pasted) return;
  pasted.callOff();
  pasting.delete(desk);
  pasteText(desk, pasted.text);
}

function interrupt(desk: Desk): void {
  const now = ticksOf(desk.surroundings);
  if (now - (interrupted.get(desk) ?? Number.NEGATIVE_INFINITY) <= LEAVE_MS) {
    desk.surroundings.exit();
    return;
  }
  interrupted.set(desk, now);
  say(desk, 'Ctrl-C once more leaves');
}

/** Text from the clipboard: to a text field; over the panes it is offered as what to start from. A pasted `y` confirms nothing. */
export function pasteText(desk: Desk, text: string): void {
  if (desk.extents.tooSmall) return;
  const dialog = topDialog(desk);
  if (!dialog) {
    if (desk.state.get().filterLine) pasteInFilter(desk, text);
    else offerFocus(desk, text);
    return;
  }
  if (dialog.type === 'palette') {
    pasteInPalette(desk, dialog, text);
    return;
  }
  if (dialog.type === 'focus') {
    pasteInFocus(desk, dialog, text);
    return;
  }
  if (dialog.type === 'inventory' && dialog.typing) {
    pasteInItemFilter(desk, dialog, text);
    return;
  }
  if (dialog.type === 'logs' && dialog.typing) {
    pasteInLogFilter(desk, dialog, text);
    return;
  }
  if (dialog.type === 'report' && dialog.typing) {
    pasteInReportSearch(desk, dialog, text);
    return;
  }
  if (!dialog.painted) return;
  if (dialog.type === 'parameters') {
    pasteInParameters(desk, dialog, text);
    return;
  }
  if (dialog.type === 'question') {
    typeInQuestion(desk, dialog, text);
    return;
  }
  const field = fieldOf(desk, dialog);
  if (!field) return;
  const { field: next, cut } = insertText(field, text);
  changeDialog(desk, dialog.id, { field: next });
  if (cut) say(desk, `pasted text was cut: a line holds ${TEXT_LIMIT.toLocaleString('en-US')} characters`, 'problem');
}

/** The text field that takes keys in a dialog just now. */
export function fieldOf(desk: Desk, dialog: Dialog): TextField | undefined {
  if (
    dialog.type === 'note' ||
    dialog.type === 'reason' ||
    dialog.type === 'loss-reason' ||
    dialog.type === 'finding-reason'
  )
    return dialog.field;
  if (dialog.type === 'indicator-reason') return dialog.field;
  if ((dialog.type === 'plan' || dialog.type === 'undo') && confirmKind(dialog) === 'name' && isArmed(desk))
    return dialog.field;
  if (dialog.type === 'recovery' && recoveryConfirm(dialog) === 'name' && isArmed(desk)) return dialog.field;
  return undefined;
}

function pressInDialog(desk: Desk, dialog: Dialog, key: KeyPress): void {
  if (dialog.type === 'question') {
    pressInQuestion(desk, dialog, key);
    return;
  }
  if (dialog.type === 'palette') {
    pressInPalette(desk, dialog, key);
    return;
  }
  if (dialog.type === 'focus') {
    pressInFocus(desk, dialog, key);
    return;
  }
  if (dialog.type === 'inventory' && pressInItemFilter(desk, dialog, key)) return;
  if (dialog.type === 'logs' && pressInLogFilter(desk, dialog, key)) return;
  if (dialog.type === 'report' && pressInReportSearch(desk, dialog, key)) return;
  if (dialog.type === 'parameters' && pressInParameters(desk, dialog, key)) return;
  if (dialog.type === 'playbook' && pressInCount(desk, dialog, key)) return;
  if (key.name === 'Esc' || (key.name === 'Backspace' && isScreen(dialog.type))) {
    goBack(desk, dialog);
    return;
  }
  const field = fieldOf(desk, dialog);
  const edited = field && editText(field, key);
  if (edited) {
    changeDialog(desk, dialog.id, { field: edited });
    return;
  }
  if (isScreen(dialog.type)) {
    const binding = screenBindingOf(key.name, dialog.type);
    if (binding) {
      runBinding(desk, binding);
      return;
    }
  }
  if (takesPalette(dialog) && bindingOf(desk, key.name, 'events')?.id === 'palette') {
    openPalette(desk);
    return;
  }
  if (scrollOrSelect(desk, dialog, key.name)) return;
  if (key.name === 'q' && dialog.type === 'leave') {
    desk.surroundings.exit();
    return;
  }
  if (key.name === 'q') {
    goBack(desk, dialog);
    return;
  }
  switch (dialog.type) {
    case 'choose':
      if (key.name === 'Enter') planChoice(desk, dialog);
      return;
    case 'plan':
    case 'undo':
      pressInConfirm(desk, dialog, key);
      return;
    case 'progress':
      if (key.name === 'z') progressUndo(desk, dialog.containmentId);
      else if (key.name === 'v') background(desk, desk.session.verify(dialog.containmentId));
      else if (key.name === 's') desk.session.cancel(dialog.containmentId);
      else if (key.name === 'c') sendAgain(desk, dialog.containmentId);
      else if (key.name === 'd') askLossReason(desk, dialog.containmentId);
      else if (key.name === 'o') openContradiction(desk, dialog.containmentId);
      else if (key.name === 'Enter') closeDialog(desk, dialog.id);
      else globalKey(desk, key, ['report']);
      return;
    case 'containments':
      pressInContainments(desk, dialog, key);
      return;
    case 'playbook':
      pressInPlaybook(desk, dialog, key);
      globalKey(desk, key, ['arm', 'report', 'journal']);
      return;
    case 'playbooks': {
      const run = desk.session.snapshot.get().playbooks[dialog.selected];
      if (key.name !== 'Enter') return;
      closeDialog(desk, dialog.id);
      if (run) openRun(desk, run);
      return;
    }
    case 'hand-off':
      if (key.name === 'Enter') closeDialog(desk, dialog.id);
      else pressInHandOff(desk, dialog, key);
      return;
    case 'reason':
      if (key.name === 'Enter') takeReason(desk, dialog);
      return;
    case 'loss-reason':
      if (key.name === 'Enter') takeLossReason(desk, dialog);
      return;
    case 'finding-reason':
      if (key.name === 'Enter') takeFindingReason(desk, dialog);
      return;
    case 'indicator-reason':
      if (key.name === 'Enter') takeIndicatorReason(desk, dialog);
      return;
    case 'note':
      if (key.name === 'Enter') saveNote(desk, dialog);
      return;
    case 'help':
      if (key.name !== 'Enter') return;
      closeDialog(desk, dialog.id);
      runHelpEntry(desk, dialog.selected);
      return;
    case 'pivot':
      pressInPivot(desk, dialog, key);
      return;
    case 'recovery':
      pressInRecovery(desk, dialog, key);
      return;
    case 'findings':
      if (/^[2-9]$/.test(key.name)) toggleTriage(desk, Number(key.name));
      else keyEverywhere(desk, key);
      return;
    case 'inventory':
    case 'doors':
    case 'chain':
    case 'journal':
    case 'calls':
    case 'posture':
    case 'report':
    case 'indicators':
    case 'coverage':
    case 'resource':
    case 'principal':
    case 'logs':
      keyEverywhere(desk, key);
      return;
    case 'raw':
    case 'document':
      if (key.name === 'v' || key.name === 'Y') page(desk, dialog);
      else if (key.name === 'Enter') closeDialog(desk, dialog.id);
      return;
    case 'call':
    case 'posture-result':
    case 'coverage-text':
    case 'errors':
    case 'identity':
    case 'heat':
    case 'leave':
      if (['Enter', 'v', 'V', 'h'].includes(key.name)) closeDialog(desk, dialog.id);
  }
}

/** Hands what is on screen to the operator's pager, whole. */
function page(desk: Desk, dialog: Extract<Dialog, { type: 'raw' | 'document' }>): void {
  const text = dialog.type === 'raw' ? desk.session.events.raw(dialog.rowId) : (dialog.text ?? '');
  if (text === '') say(desk, 'there is nothing to show yet');
  else if (!desk.surroundings.page) say(desk, 'no pager here: the terminal cannot be handed over', 'problem');
  else
    background(
      desk,
      desk.surroundings.page(text).then((problem) => {
        if (problem !== undefined) say(desk, problem, 'problem');
      }),
    );
}

function runHelpEntry(desk: Desk, index: number): void {
  const entry = helpEntries(desk)[index];
  const reason = entry?.disabledReason?.(desk);
  if (reason !== undefined) say(desk, reason);
  else entry?.run(desk);
}

const pivotKeys: { readonly [name: string]: PivotMode } = { Enter: 'replace', '+': 'stack', '-': 'leave-out' };

function pressInPivot(desk: Desk, dialog: Extract<Dialog, { type: 'pivot' }>, key: KeyPress): void {
  const mode = pivotKeys[key.name];
  if (mode) choosePivot(desk, dialog, mode);
  else if (/^[1-9]$/.test(key.name)) choosePivot(desk, dialog, 'replace', Number(key.name) - 1);
}

/** Keys of the panes that count on screens too. */
function keyEverywhere(desk: Desk, key: KeyPress): void {
  const binding = bindingOf(desk, key.name, 'events');
  if (binding?.everywhere) runBinding(desk, binding);
}

function globalKey(desk: Desk, key: KeyPress, ids: readonly string[]): void {
  const binding = bindingOf(desk, key.name, 'events');
  if (binding && ids.includes(binding.id)) runBinding(desk, binding);
}

const isArmKey = (desk: Desk, key: KeyPress): boolean => bindingOf(desk, key.name, 'events')?.id === 'arm';

function goBack(desk: Desk, dialog: Dialog): void {
  if (dialog.type === 'inventory' && textOf(dialog.field) !== '') {
    changeDialog(desk, dialog.id, { field: textField() });
    return;
  }
  if (dialog.type === 'logs' && textOf(dialog.field) !== '') {
    clearLogFilter(desk, dialog);
    return;
  }
  if (isScreen(dialog.type) && walkBack(desk)) return;
  const sending = (dialog.type === 'plan' || dialog.type === 'undo') && dialog.stage === 'sending';
  closeDialog(desk, dialog.id);
  if (sending)
    say(desk, `cancelled; had the first call gone out already, it is shown under ${keyOrCommand(desk, 'journal')}`);
}

/** Whether its parameters can be chosen anew. */
export const hasParameters = (dialog: Dialog): dialog is Extract<Dialog, { type: 'plan' }> =>
  dialog.type === 'plan' && Object.keys(dialog.params).length > 0 && dialog.stage !== 'sending';

function pressInConfirm(desk: Desk, dialog: Extract<Dialog, { type: 'plan' | 'undo' }>, key: KeyPress): void {
  // What was said about the key before must not stand below what this one starts.
  if (desk.state.get().message) change(desk, { message: undefined });
  if (isArmKey(desk, key) && !isArmed(desk)) {
    arm(desk);
    return;
  }
  if (key.name === 'r' && dialog.stage === 'failed') {
    replan(desk, dialog);
    return;
  }
  if (key.name === 'e' && hasParameters(dialog)) {
    otherValues(desk, dialog);
    return;
  }
  const kind = confirmKind(dialog);
  if (kind === 'key' && key.name === 'y') {
    confirm(desk, dialog, 'key');
    return;
  }
  if (key.name !== 'Enter' || dialog.stage === 'sending') return;
  // Enter presses the focused button, which is Cancel.
  if (kind !== 'name') closeDialog(desk, dialog.id);
  else if (textOf(dialog.field) !== '') confirm(desk, dialog, 'name');
  else say(desk, 'type the name to confirm; Esc cancels');
}

function progressUndo(desk: Desk, containmentId: string): void {
  if (undoable(desk).some(({ id }) => id === containmentId)) undoOf(desk, containmentId);
  else say(desk, 'nothing of this can be put back just now');
}

function pressInContainments(desk: Desk, dialog: Extract<Dialog, { type: 'containments' }>, key: KeyPress): void {
  const chosen = undoable(desk)[dialog.selected];
  if (!chosen) {
    if (key.name === 'Enter') closeDialog(desk, dialog.id);
    return;
  }
  if (key.name === 'z' || key.name === 'Enter') progressUndo(desk, chosen.id);
  else if (key.name === 'Z') openRecovery(desk);
}

function pressInRecovery(desk: Desk, dialog: RecoveryDialog, key: KeyPress): void {
  if (desk.state.get().message) change(desk, { message: undefined });
  if (isArmKey(desk, key) && !isArmed(desk)) {
    arm(desk);
    return;
  }
  if (key.name === 'r' && (dialog.stage === 'failed' || dialog.stage === 'running')) {
    replanAll(desk, dialog);
    return;
  }
  const kind = recoveryConfirm(dialog);
  if (kind === 'key' && key.name === 'y') {
    confirmRecovery(desk, dialog, 'key');
    return;
  }
  if (key.name !== 'Enter') return;
  // Enter presses the focused button, which is Cancel.
  if (kind !== 'name') closeDialog(desk, dialog.id);
  else if (textOf(dialog.field) !== '') confirmRecovery(desk, dialog, 'name');
  else say(desk, 'type the name of the incident to confirm; Esc cancels');
}

function saveNote(desk: Desk, dialog: Extract<Dialog, { type: 'note' }>): void {
  const text = textOf(dialog.field).trim();
  if (text === '') {
    say(desk, 'a note needs words; Esc closes');
    return;
  }
  closeDialog(desk, dialog.id);
  background(
    desk,
    desk.session.note(text, dialog.eventId).then(() => say(desk, 'note saved')),
  );
}

const steps: { readonly [name: string]: 'line-down' | 'line-up' | 'page-down' | 'page-up' | 'first' | 'last' } = {
  j: 'line-down',
  Down: 'line-down',
  k: 'line-up',
  Up: 'line-up',
  Space: 'page-down',
  PageDown: 'page-down',
  'Ctrl-F': 'page-down',
  'Ctrl-D': 'page-down',
  b: 'page-up',
  PageUp: 'page-up',
  'Ctrl-B': 'page-up',
  'Ctrl-U': 'page-up',
  g: 'first',
  Home: 'first',
  G: 'last',
  End: 'last',
};

function countOf(desk: Desk, dialog: Dialog): number {
  switch (dialog.type) {
    case 'choose':
      return choiceCount(dialog);
    case 'playbooks':
      return desk.session.snapshot.get().playbooks.length;
    case 'containments':
      return undoable(desk).length;
    case 'help':
      return helpEntries(desk).length;
    case 'pivot':
      return dialog.pivots.length;
    default:
      return 0;
  }
}

function scrollOrSelect(desk: Desk, dialog: Dialog, name: string, times = 1): boolean {
  const step = steps[name];
  if (!step) return false;
  const { dialogRows, dialogLines } = desk.extents;
  const page = Math.max(1, dialogRows - 1);
  const by = { 'line-down': times, 'line-up': -times, 'page-down': page, 'page-up': -page, first: -1e9, last: 1e9 }[
    step
  ];
  if (dialog.type === 'inventory') {
    selectInventoryItem(desk, dialog, inventoryState(desk.session.inventory.get(), dialog).index + by);
  } else if (dialog.type === 'doors') {
    selectDoor(desk, dialog, selectedDoorIndex(desk.session.openDoors.get(), dialog.selected) + by);
  } else if (dialog.type === 'chain') moveInChain(desk, dialog, by);
  else if (dialog.type === 'journal') moveInJournal(desk, dialog, by);
  else if (dialog.type === 'report') moveInReport(desk, dialog, by);
  else if (dialog.type === 'findings') moveInFindings(desk, dialog, by);
  else if (dialog.type === 'calls') moveInCalls(desk, dialog, by);
  else if (dialog.type === 'posture') moveInPosture(desk, dialog, by);
  else if (dialog.type === 'indicators') moveInIndicators(desk, dialog, by);
  else if (dialog.type === 'coverage') moveInCoverage(desk, dialog, by);
  else if (dialog.type === 'resource') moveInResource(desk, dialog, by);
  else if (dialog.type === 'principal') moveInPrincipal(desk, dialog, by);
  else if (dialog.type === 'logs') moveInLogs(desk, dialog, by);
  else if (dialog.type === 'playbook' && dialog.stage === 'ready')
    selectStep(desk, dialog, selectedStep(dialog, desk.session.snapshot.get().playbooks) + by);
  else if (dialog.type === 'parameters' && dialog.stage === 'choosing') selectValue(desk, dialog, dialog.selected + by);
  else if (
    dialog.type === 'choose' ||
    dialog.type === 'containments' ||
    dialog.type === 'playbooks' ||
    dialog.type === 'help' ||
    dialog.type === 'pivot'
  ) {
    const last = Math.max(0, countOf(desk, dialog) - 1);
    changeDialog(desk, dialog.id, { selected: Math.max(0, Math.min(last, dialog.selected + by)) });
  } else {
    const last = Math.max(0, dialogLines - dialogRows);
    changeDialog(desk, dialog.id, { scroll: Math.max(0, Math.min(last, Math.min(last, dialog.scroll) + by)) });
  }
  return true;
}
