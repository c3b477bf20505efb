import { isOnList, type Pane } from '../hooks/console-state.ts';
import type { Area } from '../hooks/mouse.ts';

/** Cells of one pane. */
export interface PaneSize {
  readonly width: number;
  /** Title line included. */
  readonly height: number;
}

/** Which pane has how many cells. */
export type Layout =
  | { readonly type: 'too-small' }
  /** One list at a time; the detail of five lines below it. */
  | { readonly type: 'single'; readonly main: PaneSize; readonly detail: PaneSize; readonly body: PaneSize }
  /** Resources and their lanes side by side, the events below them, the detail at the bottom. */
  | {
      readonly type: 'wide';
      readonly resources: PaneSize;
      readonly lanes: PaneSize;
      readonly detail: PaneSize;
      readonly events: PaneSize;
      readonly body: PaneSize;
      /** Too low for three tiers: the detail stands beside the resources, and the lanes take its place while they have the keys. */
      readonly low: boolean;
    };

/** The smallest terminal on which nothing important is cut. */
export const SMALLEST = { columns: 80, rows: 24 } as const;
/** From this width on two panes stand side by side. */
const WIDE = 100;
/** From this many rows of the body on three tiers have enough each. */
const HIGH = 31;
const HEADER = 2;
const HINTS = 1;

/** The layout of a terminal; a function of its size alone. */
export function layout(columns: number, rows: number): Layout {
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return { type: 'too-small' };
  const height = rows - HEADER - HINTS;
  const body = { width: columns, height };
  if (columns < WIDE) {
    const detail = Math.max(6, Math.min(12, Math.floor(height / 3.5)));
    return {
      type: 'single',
      main: { width: columns, height: height - detail },
      detail: { width: columns, height: detail },
      body,
    };
  }
  const low = height < HIGH;
  const upper = low ? Math.max(8, Math.floor(height * 0.4)) : Math.min(24, Math.floor(height * 0.3));
  const left = Math.min(56, Math.max(44, Math.floor(columns * 0.3)));
  const right = { width: columns - left - 1, height: upper };
  const lower = low ? 0 : Math.max(8, Math.min(18, Math.floor(height * 0.27)));
  return {
    type: 'wide',
    resources: { width: left, height: upper },
    lanes: right,
    detail: low ? right : { width: columns, height: lower },
    events: { width: columns, height: height - upper - lower },
    body,
    low,
  };
}

/**
 * Where the panes stand on the screen, for the mouse.
 * @param rowOfLine Which event stands on which line of its pane; `undefined`: lines are rows.
 */
export function areasOf(place: Layout, focus: Pane, rowOfLine: Area['rowOfLine']): readonly Area[] {
  const at = (pane: Pane, top: number, left: number, { width, height }: PaneSize): Area => ({
    pane,
    top: HEADER + top,
    left,
    width,
    height,
    ...(pane === 'events' && rowOfLine ? { rowOfLine } : {}),
  });
  switch (place.type) {
    case 'too-small':
      return [];
    case 'single':
      return focus === 'detail'
        ? [at('detail', 0, 0, place.body)]
        : [at(isOnList(focus) ? focus : 'events', 0, 0, place.main), at('detail', place.main.height, 0, place.detail)];
    case 'wide':
      return [
        at('resources', 0, 0, place.resources),
        ...(place.low
          ? [at(focus === 'lanes' ? 'lanes' : 'detail', 0, place.resources.width + 1, place.lanes)]
          : [
              at('lanes', 0, place.resources.width + 1, place.lanes),
              at('detail', place.resources.height + place.events.height, 0, place.detail),
            ]),
        at('events', place.resources.height, 0, place.events),
      ];
  }
}
