import type { StepOfRun } from '../src/containment/containment.ts';
import type { HandOff } from '../src/containment/hand-off.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { background, changeDialog, type Desk, openDialog, say } from './desk.ts';
import type { KeyPress } from './key-splitter.ts';

/** What others must do, on screen. */
export type HandOffDialog = Extract<Dialog, { readonly type: 'hand-off' }>;

/** What it stands for. `request`: it was asked already. */
export interface HandOffSubject {
  readonly actionId: string;
  readonly target: ResourceRef;
  readonly playbook?: StepOfRun | undefined;
  readonly request?: string;
}

/** Whether an error is one that others can mend, and how. */
export const handOffOf = (error: unknown): HandOff | undefined =>
  error instanceof Error && 'handOff' in error ? (error.handOff as HandOff) : undefined;

const bodyOf = (handOff: HandOff, { actionId, target, playbook, request }: HandOffSubject) =>
  ({ type: 'hand-off', handOff, actionId, target, playbook, request }) as const;

/** Opens the commands for others. */
export function openHandOff(desk: Desk, handOff: HandOff, subject: HandOffSubject): void {
  openDialog(desk, bodyOf(handOff, subject));
}

/** Shows the commands for others in place of the plan that was refused. @returns Whether that was still open. */
export const becomeHandOff = (desk: Desk, dialogId: number, handOff: HandOff, subject: HandOffSubject): boolean =>
  changeDialog(desk, dialogId, bodyOf(handOff, subject), { reread: true }) !== undefined;

/** The commands as somebody else's shell takes them, each with what it does before it. */
export const commandLines = ({ whom, what, commands }: HandOff): readonly string[] => [
  `# For ${display(whom)}`,
  `# ${display(what)}`,
  ...commands.flatMap(({ does, command }) => [`# ${display(does)}`, display(command)]),
];

/** A key in the dialog that is not for scrolling. */
export function pressInHandOff(desk: Desk, dialog: HandOffDialog, key: KeyPress): void {
  if (key.name === 'y' || key.name === 'Y') {
    copyText(
      desk,
      commandLines(dialog.handOff).join('\n'),
      `copied ${dialog.handOff.commands.length} commands for ${display(dialog.handOff.whom)}`,
    );
    return;
  }
  if (key.name !== 'h' || !dialog.settled || dialog.asking) return;
  if (dialog.request !== undefined) {
    say(desk, `${dialog.request} was asked already; the trail is watched for it`);
    return;
  }
  const { handOff, actionId, target, playbook } = dialog;
  changeDialog(desk, dialog.id, { asking: true });
  const work = desk.session
    .requestHandOff(handOff, { actionId, target, ...(playbook ? { playbook } : {}) })
    .then((request) => {
      changeDialog(desk, dialog.id, { request });
      say(desk, `${request}: requested is in the journal, and the trail is watched for it`);
    })
    .finally(() => changeDialog(desk, dialog.id, { asking: false }));
  background(desk, work);
}
