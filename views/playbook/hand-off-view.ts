import { commandLines, type HandOffDialog } from '../../hooks/hand-off.ts';
import { shortKind } from '../../src/model/resource.ts';
import { fit } from '../../src/shared/cells.ts';
import { safe, wrap } from '../components/text.ts';
import { instant } from '../components/time.ts';
import { field } from '../detail/event-lines.ts';
import { heading } from '../dialogs/confirm-footer.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';

/** What others must do: whom to ask, the exact commands, and how it is seen that they did. */
export function handOffView(dialog: HandOffDialog, context: DialogContext): Sheet {
  const { width, theme, snapshot, utc } = context;
  const { handOff, target, request } = dialog;
  const state = snapshot.handOffs.find(({ id }) => id === request);
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const seen = state?.seen;
  const footer = seen
    ? theme.paint(
        'good',
        fit(
          ` ${seen.action} arrived in the trail, event ${safe(seen.eventId, 60)}: whether that suffices, look`,
          width,
        ),
      )
    : state
      ? theme.paint(
          'finding',
          fit(` ${state.id} requested ${instant(state.requestedAt, utc)}; not seen in the trail yet`, width),
        )
      : theme.paint('plain', fit(' y copies the commands; h when they were asked: it goes into the journal', width));
  return {
    title: 'For others to do',
    whole: true,
    lines: [
      ...field('target', `${shortKind(target.kind)} ${target.name || target.arn}`, width, theme, 'title'),
      ...field('why', handOff.why, width, theme),
      ...field('ask', handOff.whom, width, theme, 'title'),
      ...field('for', handOff.what, width, theme),
      ...heading('Commands, for their shell: words in capitals are theirs to fill in', context),
      // Wrapped without an indent: what is copied by hand must not gain blanks.
      ...commandLines(handOff).flatMap((line) =>
        wrap(safe(line, 20_000), width - 2).map((part) =>
          theme.paint(line.startsWith('#') ? 'dim' : 'plain', fit(` ${part}`, width)),
        ),
      ),
      ' '.repeat(width),
      ...field('meanwhile', handOff.meanwhile, width, theme),
      ...field(
        'watched',
        handOff.soughtCalls.length === 0
          ? 'nothing in the trail would show it: ask them'
          : `the trail, for ${handOff.soughtCalls.map(({ action }) => action).join(', ')}`,
        width,
        theme,
      ),
      ...field('but', handOff.blindSpot, width, theme, 'finding'),
    ],
    footer: [rule, footer],
  };
}
