import type { ChoiceGroup } from '../../hooks/console-state.ts';
import { shortKind } from '../../src/model/resource.ts';
import { fit } from '../../src/shared/cells.ts';
import { safe } from '../components/text.ts';
import type { DialogContext } from './context.ts';
import { classWord } from './plan-view.ts';
import type { Sheet } from './sheet.ts';

/** What can be done, by resource: the event's target first, the actor last. */
export function chooseView(
  groups: readonly ChoiceGroup[],
  about: string,
  selected: number,
  { width, theme }: DialogContext,
): Sheet {
  const lines: string[] = [];
  let index = 0;
  let selectedLine = 0;
  for (const { target, relation, choices } of groups) {
    lines.push(
      theme.paint(
        'dim',
        fit(` ${shortKind(target.kind)} ${safe(target.name || target.arn, 200)} (${relation})`, width),
      ),
    );
    for (const { action, disabledReason } of choices) {
      const chosen = index === selected;
      if (chosen) selectedLine = lines.length;
      const words = disabledReason === undefined ? classWord(action.class) : safe(disabledReason, 200);
      const room = Math.max(20, Math.min(width - 30, 70));
      const text = fit(
        `${chosen ? theme.glyphs.pointer : ' '}  ${fit(safe(action.title, 300), room)}  ${words}`,
        width,
      );
      const grave = action.class === 'destroys' || action.class === 'not-reversible';
      const painted = theme.paint(disabledReason !== undefined ? 'dim' : grave ? 'failed' : 'plain', text);
      lines.push(chosen ? theme.paint('selected', painted) : painted);
      index += 1;
    }
  }
  return { title: `Contain: ${safe(about, 300)}`, lines, footer: [], selectedLine };
}
