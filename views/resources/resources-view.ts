import { type ResourceHeat, resourceKey } from '../../hooks/console-state.ts';
import { topFor } from '../../hooks/list-window.ts';
import { mostResources } from '../../hooks/watch-resources.ts';
import type { MetricSeries } from '../../src/model/metric.ts';
import { shortKind } from '../../src/model/resource.ts';
import { fit } from '../../src/shared/cells.ts';
import { fill, titleLine } from '../components/pane.ts';
import { cell, cellRight, count, cutMiddle, safe } from '../components/text.ts';
import type { Meaning, Theme } from '../theme/theme.ts';
import { sparkline } from './endpoint-metrics.ts';

/** What the resources pane is drawn from. */
export interface ResourcesModel {
  /** `undefined` until the store has answered. */
  readonly resources: readonly ResourceHeat[] | undefined;
  readonly selected: number;
  readonly focused: boolean;
  /** Keys of resources with a containment that is written or on its way. */
  readonly contained: ReadonlySet<string>;
  readonly metrics: readonly MetricSeries[];
  /** Epoch ms of the end of the metrics' lane. */
  readonly metricsTo: number;
}

function looks(
  resource: ResourceHeat,
  contained: boolean,
  theme: Theme,
): { readonly meaning: Meaning; readonly glyph: string } {
  if (contained) return { meaning: 'good', glyph: theme.glyphs.done };
  if (resource.errors > 0) return { meaning: 'failed', glyph: theme.glyphs.failed };
  if (resource.writes > 0) return { meaning: 'write', glyph: theme.glyphs.write };
  return { meaning: 'plain', glyph: theme.glyphs.read };
}

/** Cells of the metrics' lane: parts of 30 minutes, where the names keep enough; 0 without one. */
function laneWidth(metrics: readonly MetricSeries[], free: number): number {
  if (!metrics.some(({ metric }) => metric === 'Invocations')) return 0;
  return [15, 10].find((cells) => free - cells - 1 >= 13) ?? 0;
}

/** The resources pane, its title included. */
export function resourcesView(model: ResourcesModel, width: number, height: number, theme: Theme): string[] {
  const list = model.resources ?? [];
  const room = Math.max(0, height - 1);
  const top = topFor(model.selected, list.length, room);
  const kindWidth = Math.min(10, Math.max(4, Math.floor(width / 6)));
  const countWidth = 7;
  const free = width - 4 - kindWidth - 1 - countWidth - 1;
  const lane = laneWidth(model.metrics, free);
  const nameWidth = Math.max(1, free - (lane ? lane + 1 : 0));
  const rows = list.slice(top, top + room).map((resource, index) => {
    const selected = top + index === model.selected;
    const { meaning, glyph } = looks(resource, model.contained.has(resourceKey(resource)), theme);
    const line = fit(
      `${selected ? theme.glyphs.pointer : ' '}${glyph}${resource.isNew ? theme.glyphs.fresh : ' '}${cell(shortKind(resource.kind), kindWidth)} ${fit(cutMiddle(safe(resource.name || resource.arn, 512), nameWidth), nameWidth)}${lane ? ` ${sparkline(model.metrics, resource, model.metricsTo, lane, theme)}` : ''}${cellRight(count(resource.events), countWidth)} `,
      width,
    );
    const painted = theme.paint(meaning, line);
    // Without the focus the pointer is enough: two inverse rows would compete.
    return selected && model.focused ? theme.paint('selected', painted) : painted;
  });
  const none = model.resources === undefined ? 'reading…' : 'no resources named yet';
  const body = list.length > 0 ? rows : [fit('', width), theme.paint('dim', fit(`   ${none}`, width))];
  const title = titleLine('Resources by heat', width, theme, {
    focused: model.focused,
    right:
      list.length > room
        ? `${count(model.selected + 1)}/${count(list.length)}${list.length >= mostResources ? '+' : ''}`
        : '',
  });
  return [title, ...fill(body, width, room)];
}
