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
  /** Resources and detail side by side, the events below them. */
  | {
      readonly type: 'wide';
      readonly resources: PaneSize;
      readonly detail: PaneSize;
      readonly events: PaneSize;
      readonly body: PaneSize;
    };

/** The smallest terminal on which nothing important is cut. */
export const SMALLEST = { columns: 80, rows: 24 } as const;
/** From this width on two panes stand side by side. */
const WIDE = 100;
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
  const upper = Math.max(8, Math.floor(height * 0.4));
  const left = Math.min(56, Math.max(44, Math.floor(columns * 0.3)));
  return {
    type: 'wide',
    resources: { width: left, height: upper },
    detail: { width: columns - left - 1, height: upper },
    events: { width: columns, height: height - upper },
    body,
  };
}
