import type { ResourceHeat } from '../../hooks/console-state.ts';
import { shortKind } from '../../src/model/resource.ts';
import { count, plural, safe } from '../components/text.ts';
import { instant } from '../components/time.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** Why a resource stands where it stands in the list. */
export function heatView(
  { kind, name, arn, why, isNew, events, writes, errors, lastAt }: ResourceHeat,
  { width, theme, utc }: DialogContext,
): Sheet {
  return {
    title: `Heat of ${safe(shortKind(kind), 40)} ${safe(name || arn, 200)}`,
    lines: [
      ...(why.length > 0
        ? why.flatMap((reason, index) => field(index === 0 ? 'because' : '', reason, width, theme))
        : paragraph('nothing about it asks for attention: it stands here by the number of its events', width, theme)),
      ...field('new', isNew ? 'first seen after the first tenth of what is loaded' : '', width, theme, 'finding'),
      ...field('events', `${plural(events, 'event')}, ${count(writes)} changes, ${count(errors)} failed`, width, theme),
      ...field('last', instant(lastAt, utc), width, theme),
      ...paragraph(
        'findings, refusals, changes and newness make it hot; reads by the thousand do not',
        width,
        theme,
        'dim',
      ),
    ],
    footer: [],
  };
}
