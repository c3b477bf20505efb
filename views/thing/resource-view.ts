import type { ResourceDialog } from '../../hooks/resource-screen.ts';
import type { ThingRows } from '../../hooks/thing-rows.ts';
import { shortKind } from '../../src/model/resource.ts';
import { cutMiddle, plural, safe } from '../components/text.ts';
import { stateText } from '../detail/resource-lines.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';
import { figuresText } from '../resources/endpoint-metrics.ts';
import type { Meaning } from '../theme/theme.ts';
import { agoText, countAgainst, failureText, thingView } from './thing-view.ts';

/** One resource: its state now and what speaks against it at the top, then all that is known of it. */
export function resourceView(dialog: ResourceDialog, rows: ThingRows, context: DialogContext): Sheet {
  const { snapshot, utc, now, width, theme } = context;
  const { ref, known, enrichment, failure, selected } = dialog;
  const state = stateText(enrichment, utc);
  const against = countAgainst(rows);
  const contained = rows.filter((row) => row.type === 'row' && row.containment).length;
  const last = known?.events.rows.at(-1);
  const total = known?.events.total ?? -1;
  const dot = ` ${theme.glyphs.dot} `;
  const metrics = snapshot.mode === 'saved' ? '' : figuresText(snapshot.metrics, ref, Math.ceil(now / 60_000) * 60_000);
  const facts = [
    known?.maker?.name ? `made by ${safe(known.maker.name, 60)}` : '',
    known ? (total < 0 ? 'events: being counted' : plural(total, 'event')) : 'looking at the events…',
    last ? `last ${agoText(last.at, now)}` : '',
    contained > 0 ? plural(contained, 'containment') : '',
    safe(metrics, 200),
  ].filter(Boolean);
  const problem = failure && failureText(failure);
  return thingView(
    {
      title: `Resource ${safe(shortKind(ref.kind), 40)} ${cutMiddle(safe(ref.name || ref.arn, 300), Math.max(16, Math.floor(width / 3)))}`,
      right: against > 0 ? `${against} against it` : '',
      head: [
        {
          text: `state now: ${safe(state.text || 'not known', 300)}`,
          meaning: against > 0 && state.meaning === 'plain' ? 'finding' : state.meaning,
        },
        problem
          ? { text: safe(problem, 400), meaning: 'problem' as Meaning }
          : { text: facts.join(dot), meaning: 'plain' as Meaning },
      ],
      rows,
      selected,
    },
    context,
  );
}
