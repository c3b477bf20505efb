import type { Dialog } from '../../hooks/console-state.ts';
import { CODE_LENGTH } from '../../hooks/question.ts';
import { fieldLine } from '../components/field-line.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** What is told of the question while it waits behind what is open. */
export const codeWanted = { key: 'MFA', text: 'code wanted: close this first' };

/** Asks for the code of an MFA device. The stream goes on behind it. */
export function questionView(
  dialog: Extract<Dialog, { readonly type: 'question' }>,
  { width, theme }: DialogContext,
): Sheet {
  return {
    title: 'MFA code wanted',
    lines: [
      ...field('device', dialog.device, width, theme, 'title'),
      ...field('profile', dialog.profile || 'default', width, theme),
      ...paragraph(
        'AWS wants a code before it gives new credentials. What needs them waits; everything else goes on.',
        width,
        theme,
        'dim',
      ),
    ],
    footer: [
      theme.paint('dim', theme.glyphs.rule.repeat(width)),
      fieldLine(`${CODE_LENGTH} digits: `, dialog.field, width, theme),
    ],
  };
}
