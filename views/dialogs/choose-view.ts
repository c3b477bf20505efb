import type { Dialog } from '../../hooks/console-state.ts';
import { type ActionClass, classWords, needsName } from '../../src/model/action-class.ts';
import { shortKind } from '../../src/model/resource.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { safe } from '../components/text.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

type ChooseDialog = Extract<Dialog, { readonly type: 'choose' }>;

/** What a slip would cost, where there is no room for `classWords`. */
const shortWords: { readonly [Class in ActionClass]: string } = {
  seconds: 'in seconds',
  interrupts: 'interrupts',
  'not-reversible': 'NOT reversible',
  destroys: 'DESTROYS',
};

/** What can be done, by resource: the event's target first, the actor last; playbooks below. */
export function chooseView(
  { groups, playbooks, about, selected }: Pick<ChooseDialog, 'groups' | 'playbooks' | 'about' | 'selected'>,
  { width, theme }: DialogContext,
): Sheet {
  const lines: string[] = [];
  const words = width < 110 ? shortWords : classWords;
  const cost = Math.max(...Object.values(words).map(({ length }) => length));
  // As wide as the longest title, so that the words for their cost stand in one column.
  const longest = Math.max(
    0,
    ...groups.flatMap(({ choices }) => choices.map(({ action }) => cellWidth(safe(action.title, 300)))),
  );
  const room = Math.max(20, Math.min(longest, width - 5 - cost));
  let index = 0;
  let selectedLine = 0;
  let under = '';
  for (const { target, relation, choices } of groups) {
    const heading = ` ${shortKind(target.kind)} ${safe(target.name || target.arn, 200)} (${relation})`;
    lines.push(theme.paint('title', fit(heading, width)));
    for (const { action, disabledReason } of choices) {
      const chosen = index === selected;
      if (chosen) {
        selectedLine = lines.length;
        under = heading;
      }
      const why = disabledReason === undefined ? words[action.class] : safe(disabledReason, 200);
      const text = fit(`${chosen ? theme.glyphs.pointer : ' '}  ${fit(safe(action.title, 300), room)}  ${why}`, width);
      const painted = theme.paint(
        disabledReason !== undefined ? 'dim' : needsName(action.class) ? 'failed' : 'plain',
        text,
      );
      lines.push(chosen ? theme.paint('selected', painted) : painted);
      index += 1;
    }
  }
  const several = ' Playbooks: several actions in order, one confirmed after the other';
  if (playbooks.length > 0) lines.push(theme.paint('title', fit(several, width)));
  for (const { title, subject, answers, disabledReason } of playbooks) {
    const chosen = index === selected;
    if (chosen) {
      selectedLine = lines.length;
      under = several;
    }
    const on = `${shortKind(subject.kind)} ${safe(subject.name || subject.arn, 200)}`;
    const why =
      disabledReason === undefined
        ? answers
          ? `for just this call, on ${on}`
          : `on ${on}`
        : safe(disabledReason, 200);
    const text = fit(
      `${chosen ? theme.glyphs.pointer : ' '}  ${fit(safe(title, 200), Math.min(28, room))}  ${why}`,
      width,
    );
    const painted = theme.paint(disabledReason === undefined ? 'plain' : 'dim', text);
    lines.push(chosen ? theme.paint('selected', painted) : painted);
    index += 1;
  }
  return { title: `Contain: ${safe(about, 300)}`, lines, footer: [], selectedLine, under };
}
