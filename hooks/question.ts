import { type Dialog, isScreen } from './console-state.ts';
import { change, changeDialog, closeDialog, type Desk, openDialog, say } from './desk.ts';
import type { KeyPress } from './key-splitter.ts';
import { editText, insertText, textField, textOf } from './text-field.ts';

type QuestionDialog = Extract<Dialog, { readonly type: 'question' }>;

/** Digits of an MFA code. */
export const CODE_LENGTH = 6;

/** Dialogs that are only read. Above any other, keys meant for what is typed or confirmed there would go astray. */
const readOnly: ReadonlySet<Dialog['type']> = new Set<Dialog['type']>([
  'heat',
  'raw',
  'document',
  'call',
  'posture-result',
  'hint',
  'score',
  'errors',
  'identity',
  'coverage',
  'help',
  'progress',
  'containments',
]);

/** Whether the palette can be called over a dialog: every screen, and whatever else is only read. */
export const takesPalette = ({ type }: Dialog): boolean => isScreen(type) || readOnly.has(type);

/** Whether no key that is pressed there could be taken for a digit of a code. */
const isOnlyRead = (dialog: Dialog): boolean =>
  takesPalette(dialog) && dialog.type !== 'findings' && !('typing' in dialog && dialog.typing);

const questionDialog = (desk: Desk) =>
  desk.state.get().dialogs.find((dialog): dialog is QuestionDialog => dialog.type === 'question');

/** The question that waits until what is open has been closed. */
export function waitingQuestion(desk: Desk) {
  const { question } = desk.session.snapshot.get();
  const { answeredQuestion } = desk.state.get();
  return question && question.id !== answeredQuestion && questionDialog(desk)?.questionId !== question.id
    ? question
    : undefined;
}

/** Opens the dialog of the session's question as soon as it is in nobody's way, and closes it when it is settled. @returns What ends it. */
export function watchQuestion(desk: Desk): () => void {
  const look = () => {
    const open = questionDialog(desk);
    if (open && open.questionId !== desk.session.snapshot.get().question?.id) {
      closeDialog(desk, open.id); // Tells us again.
      return;
    }
    const question = waitingQuestion(desk);
    const { dialogs, filterLine } = desk.state.get();
    if (!question || filterLine || !dialogs.every(isOnlyRead)) return;
    openDialog(desk, {
      type: 'question',
      questionId: question.id,
      device: question.device,
      profile: question.profile,
      field: textField(),
    });
  };
  const ends = [desk.session.snapshot.subscribe(look), desk.state.subscribe(look)];
  look();
  return () => {
    for (const end of ends) end();
  };
}

function answer(desk: Desk, dialog: QuestionDialog, code: string | undefined): void {
  change(desk, { answeredQuestion: dialog.questionId });
  closeDialog(desk, dialog.id);
  desk.session.answer(dialog.questionId, code);
}

/** A key in the dialog. It came up unasked: until it has settled, Enter and Esc are taken for keys that were meant for something else. */
export function pressInQuestion(desk: Desk, dialog: QuestionDialog, key: KeyPress): void {
  if (key.name === 'Esc' || key.name === 'q') {
    if (!dialog.settled) return;
    answer(desk, dialog, undefined);
    say(desk, 'no code given: what needs it stays expired until it asks again');
    return;
  }
  if (key.name === 'Enter') {
    const code = textOf(dialog.field);
    if (!dialog.settled) return;
    if (code.length !== CODE_LENGTH) {
      say(desk, `an MFA code has ${CODE_LENGTH} digits; Esc declines`);
      return;
    }
    answer(desk, dialog, code);
    return;
  }
  if (key.text !== '') typeInQuestion(desk, dialog, key.text);
  else {
    const field = editText(dialog.field, key);
    if (field) changeDialog(desk, dialog.id, { field });
  }
}

/** Digits go into the field, as long as there is room; everything else is for something else. */
export function typeInQuestion(desk: Desk, dialog: QuestionDialog, text: string): void {
  const room = CODE_LENGTH - textOf(dialog.field).length;
  const digits = text.replaceAll(/[^0-9]/g, '').slice(0, Math.max(0, room));
  if (digits !== '') changeDialog(desk, dialog.id, { field: insertText(dialog.field, digits).field });
}
