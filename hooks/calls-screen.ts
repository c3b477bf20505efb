import type { AwsCall, AwsCalls } from '../src/model/aws-call.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { changeDialog, type Desk, openDialog, openScreen, say, topDialog } from './desk.ts';

/** The command log on screen. */
export type CallsDialog = Extract<Dialog, { readonly type: 'calls' }>;

/** Which calls are shown, in the order in which Tab goes through them. */
export const callChoices = ['all', 'writes', 'failed'] as const;

/** Opens the AWS calls that this session made, on the newest. */
export function openCalls(desk: Desk): void {
  openScreen(desk, { type: 'calls', selected: undefined, only: 'all' });
}

/** The calls on screen, the newest first. */
export const shownCalls = ({ calls }: AwsCalls, { only }: Pick<CallsDialog, 'only'>): readonly AwsCall[] =>
  calls
    .filter(({ access, code }) => only === 'all' || (only === 'writes' ? access === 'write' : code !== ''))
    .toReversed();

/** Index of the selected call: while none was chosen the newest; when it is no longer kept, the one that stands nearest. */
export function selectedCallIndex(calls: readonly Pick<AwsCall, 'number'>[], selected: number | undefined): number {
  if (selected === undefined || calls.length === 0) return calls.length > 0 ? 0 : -1;
  // The newest first: below what has gone stands the next older one, and of the oldest only what is above is left.
  const below = calls.findIndex(({ number }) => number <= selected);
  return below >= 0 ? below : calls.length - 1;
}

/** Moves the selection; at the top it follows the newest call again. */
export function moveInCalls(desk: Desk, dialog: CallsDialog, by: number): void {
  const calls = shownCalls(desk.session.calls.get(), dialog);
  const index = Math.max(0, Math.min(calls.length - 1, selectedCallIndex(calls, dialog.selected) + by));
  changeDialog(desk, dialog.id, { selected: index === 0 ? undefined : calls[index]?.number });
}

function selectedCall(desk: Desk): AwsCall | undefined {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'calls') return undefined;
  const calls = shownCalls(desk.session.calls.get(), dialog);
  return calls[selectedCallIndex(calls, dialog.selected)];
}

/** Why there is nothing to look at. */
export const noCall = (desk: Desk): string | undefined => (selectedCall(desk) ? undefined : 'no call was made');

/** Enter: the call in full, with the input of a write. */
export function openCall(desk: Desk): void {
  const call = selectedCall(desk);
  if (call) openDialog(desk, { type: 'call', call });
}

/** Shows all calls, writes only, or those that failed. */
export function nextCallChoice(desk: Desk): void {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'calls') return;
  const only = callChoices[(callChoices.indexOf(dialog.only) + 1) % callChoices.length] ?? 'all';
  changeDialog(desk, dialog.id, { only, selected: undefined });
}

/** Copies the request id: what AWS support asks for. */
export function copyRequestId(desk: Desk): void {
  const call = selectedCall(desk);
  if (!call) return;
  if (call.requestId === '') {
    say(desk, 'no request id came back');
    return;
  }
  copyText(desk, display(call.requestId), `copied request id: ${display(call.requestId)}`);
}
