import { type FocusDialog, filterText } from '../../hooks/focus-screen.ts';
import { fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { count, plural, safe } from '../components/text.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** Lines of a paste that are shown. */
const SHOWN = 5;

/** What one starts from: the field or the paste, then what was made of it and what could not be used. */
export function focusView(dialog: FocusDialog, { width, theme }: DialogContext): Sheet {
  const { pasted, stage, result, failure } = dialog;
  const lines = pasted?.split(/\r\n|\r|\n/) ?? [];
  const held =
    pasted === undefined
      ? [fieldLine('start from: ', dialog.field, width, theme)]
      : [
          theme.paint(
            'title',
            fit(` pasted: ${plural(lines.length, 'line')}, ${count(pasted.length)} characters`, width),
          ),
          ...lines.slice(0, SHOWN).map((line) => theme.paint('dim', fit(`   ${safe(line, width * 2)}`, width))),
          ...(lines.length > SHOWN ? [theme.paint('dim', fit('   …', width))] : []),
        ];
  const said = {
    typing: paragraph(
      'an ARN, a name, an access key, role/session, an address, an event id, an AWS console URL, or a whole alert as it was pasted (GuardDuty, Security Hub, OCSF, AWS Health)',
      width,
      theme,
      'dim',
    ),
    asking: paragraph('reading it and asking AWS about it…', width, theme, 'write'),
    failed: failure
      ? [
          ...paragraph(`${failure.code}: ${failure.message}`, width, theme, 'problem'),
          ...failure.nextSteps.flatMap((step, index) => field(index === 0 ? 'next' : '', step, width, theme)),
        ]
      : [],
    done: result
      ? [
          ...result.unused.flatMap((text, index) =>
            field(index === 0 ? 'not used' : '', text, width, theme, 'problem'),
          ),
          ...result.sentences.flatMap((text, index) => field(index === 0 ? 'used' : '', text, width, theme, 'good')),
          ...field('filter', filterText(result) || 'none: nothing in it can be asked of events', width, theme),
          ...result.lookups.flatMap(({ attribute, value }, index) =>
            field(index === 0 ? 'look-ups' : '', `${attribute} ${value} in the event history`, width, theme),
          ),
          ...(result.otherAccounts ?? []).flatMap(({ account, profiles }) =>
            field(
              'account',
              profiles.length > 0
                ? `${account} is another account: reached by --profile ${profiles.join(', ')}`
                : `${account} is another account, and no configured profile reaches it`,
              width,
              theme,
              'problem',
            ),
          ),
        ]
      : [],
  }[stage];
  return {
    title: 'Focus: start from what you hold',
    lines: [...held, fit('', width), ...said],
    footer: [],
  };
}
