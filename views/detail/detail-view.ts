import type { TimelineEvent } from '../../src/model/event.ts';
import type { MetricSeries } from '../../src/model/metric.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import type { Note } from '../../src/session/snapshot.ts';
import { fill, titleLine } from '../components/pane.ts';
import { count } from '../components/text.ts';
import { figuresText, seriesOf, sparkline } from '../resources/endpoint-metrics.ts';
import type { Theme } from '../theme/theme.ts';
import { eventLines, field, paragraph, rawLines } from './event-lines.ts';
import { type ResourceDetail, resourceLines } from './resource-lines.ts';

/** Measurements, and until when. Absent where nothing is measured: for saved logs. */
export interface Metrics {
  readonly series: readonly MetricSeries[];
  /** Epoch ms. */
  readonly to: number;
}

/** The figures of the endpoints among these, and the lane of the last 30 minutes. */
function metricLines(
  resources: readonly ResourceRef[],
  metrics: Metrics | undefined,
  width: number,
  theme: Theme,
): string[] {
  if (!metrics) return [];
  return resources.flatMap((resource) => [
    ...field('metrics', figuresText(metrics.series, resource, metrics.to), width, theme),
    ...(seriesOf(metrics.series, resource).some(({ metric }) => metric === 'Invocations')
      ? field(
          '',
          'invocations, 30 min',
          width,
          theme,
          'plain',
          undefined,
          `${sparkline(metrics.series, resource, metrics.to, 15, theme)} `,
        )
      : []),
  ]);
}

/** What the detail pane shows: the selected event, the selected resource, or a text. */
export type DetailModel =
  | {
      readonly type: 'event';
      readonly event: TimelineEvent;
      readonly raw: string;
      readonly notes: readonly Note[];
      /** Words that responders hung on it. */
      readonly tags: readonly string[];
      readonly metrics: Metrics | undefined;
    }
  | ({ readonly type: 'resource'; readonly metrics: Metrics | undefined } & ResourceDetail)
  | { readonly type: 'text'; readonly lines: readonly string[] };

/** All lines of the detail, each exactly `width` cells. */
export function detailLines(model: DetailModel, width: number, theme: Theme, utc: boolean): string[] {
  switch (model.type) {
    case 'text':
      return model.lines.flatMap((line) => paragraph(line, width, theme, 'dim'));
    case 'event':
      return [
        ...eventLines(model.event, model.notes, model.tags, width, theme, utc),
        ...metricLines(model.event.resources, model.metrics, width, theme),
        ' '.repeat(width),
        ...rawLines(model.raw, width, { wrapped: false }),
      ];
    case 'resource':
      return resourceLines(model, metricLines([model.ref], model.metrics, width, theme), width, theme, utc);
  }
}

/** The detail pane, its title included, from all its lines. */
export function detailView(
  lines: readonly string[],
  options: { readonly scroll: number; readonly focused: boolean },
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const room = Math.max(0, height - 1);
  const top = Math.max(0, Math.min(lines.length - room, options.scroll));
  const below = lines.length - top - room;
  const right = below > 0 ? `${count(below)} more ${theme.glyphs.down} J` : top > 0 ? `end ${theme.glyphs.up} K` : '';
  return [
    titleLine('Detail', width, theme, { focused: options.focused, right }),
    ...fill(lines.slice(top, top + room), width, room),
  ];
}
