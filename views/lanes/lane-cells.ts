import { columnAt, type Lane, type LaneColumn, type LaneWindow, stateTone } from '../../src/model/lane.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { safe } from '../components/text.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

/** One cell of a lane. */
export interface LaneCell {
  readonly glyph: string;
  readonly meaning: Meaning;
}

/** What we did about a resource, as a mark. Epoch ms. */
export interface OurMark {
  readonly at: number;
  readonly state: 'running' | 'done' | 'failed';
}

/** What all lanes of a window share. Epoch ms. */
export interface LaneScale {
  readonly window: LaneWindow;
  /** Reads of the fullest column of all lanes on screen. */
  readonly most: number;
  /** Before it nothing is loaded; `undefined`: there are no events. */
  readonly loadedFrom: number | undefined;
  /** Up to here late events are unlikely. */
  readonly settledTo: number | undefined;
  /** Where time is; nothing can have happened after it. */
  readonly edge: number;
  /** Stretches that a source could not read. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  readonly cursorAt: number | undefined;
}

/** How dense reads are, in nine steps: each is twice the one before, so that nothing jumps when one more arrives. 0 for none. */
export function density(reads: number, most: number): number {
  if (reads <= 0) return 0;
  // Steps are counted down from the fullest column's power of two, but up from 1 where there is room for that.
  const top = Math.max(7, Math.ceil(Math.log2(Math.max(1, most))));
  return Math.max(1, Math.min(8, 8 - top + Math.floor(Math.log2(reads))));
}

/** The verb of an operation, for a label: `stop`, `presign`. */
export function shortAction(action: string): string {
  if (/^Create(?:PreSigned|Presigned)/.test(action)) return 'presign';
  return (/^[A-Z]+[a-z]+/.exec(action)?.[0] ?? action).toLowerCase().slice(0, 12);
}

/** The column that a time falls in, and 0 or the last for what began before or ends after the window. */
const inside = (window: LaneWindow, at: number): number =>
  Math.max(0, Math.min(window.columns - 1, columnAt(window, at)));

type Layers = (LaneCell | undefined)[];

function stretch(layers: Layers, window: LaneWindow, from: number, to: number, cell: LaneCell): void {
  if (to < window.from || from >= window.to) return;
  layers.fill(cell, inside(window, from), inside(window, to) + 1);
}

/**
 * One lane, a cell a column. What lies on top, in this order: findings, what we did, failures, changes, reads as density; below them ways in as
 * hatched stretches, the state that AWS reported as a line, and where nothing is known.
 */
export function laneCells(
  lane: Lane | undefined,
  ours: readonly OurMark[],
  scale: LaneScale,
  theme: Theme,
): LaneCell[] {
  const { window, edge, settledTo, cursorAt, loadedFrom } = scale;
  const { lane: glyphs } = theme.glyphs;
  const cells: Layers = Array.from({ length: window.columns }, () => undefined);
  const isFree = Array.from({ length: window.columns }, () => true);
  if (loadedFrom === undefined || loadedFrom > window.from)
    stretch(cells, window, window.from, (loadedFrom ?? edge) - 1, { glyph: glyphs.unknown, meaning: 'dim' });
  for (const gap of scale.gaps) stretch(cells, window, gap.from, gap.to, { glyph: glyphs.gap, meaning: 'problem' });
  if (!lane) return finished(cells);
  const labels: { readonly column: number; readonly text: string; readonly meaning: Meaning }[] = [];
  drawStates(lane, cells, labels);
  for (const { from, until } of lane.exposures) {
    const end = until ?? edge;
    if (end < window.from || from >= window.to) continue;
    // Hatched: the state shows through between.
    for (let column = inside(window, from); column <= inside(window, end); column += 1)
      if (column % 2 === 0 || !cells[column] || cells[column]?.glyph === ' ')
        cells[column] = { glyph: glyphs.exposed, meaning: 'finding' };
  }
  const take = (column: number, cell: LaneCell) => {
    cells[column] = cell;
    isFree[column] = false;
  };
  for (const column of lane.columns) {
    const cell = columnCell(column, scale, theme);
    if (cell) take(column.column, cell);
    if (column.changes > 0 && column.action !== '')
      labels.push({ column: column.column, text: shortAction(safe(column.action, 80)), meaning: 'write' });
  }
  for (const { at, state } of ours) {
    const column = columnAt(window, at);
    if (column < 0 || column >= window.columns || lane.columns.some((each) => each.column === column && isGrave(each)))
      continue;
    const glyph = { running: theme.glyphs.running, done: theme.glyphs.done, failed: theme.glyphs.failed }[state];
    take(column, { glyph, meaning: state === 'failed' ? 'failed' : 'good' });
  }
  for (const label of labels) write(label, cells, isFree);
  return finished(cells);

  function drawStates({ states }: Lane, layers: Layers, told: typeof labels): void {
    for (const [index, { at, status }] of states.entries()) {
      const end = states[index + 1]?.at ?? edge;
      if (end < window.from || at >= window.to) continue;
      const tone = stateTone(status);
      const looks: { readonly [Tone in typeof tone]: LaneCell } = {
        steady: { glyph: glyphs.steady, meaning: 'good' },
        changing: { glyph: glyphs.changing, meaning: 'finding' },
        ended: { glyph: ' ', meaning: 'dim' },
        failed: { glyph: glyphs.broken, meaning: 'failed' },
      };
      stretch(layers, window, at, Math.max(at, end - 1), looks[tone]);
      if (at >= window.from)
        told.push({ column: inside(window, at) - 1, text: safe(status, 80), meaning: looks[tone].meaning });
    }
  }

  /** Lines that run through all lanes stand only where there is nothing else. */
  function finished(layers: Layers): LaneCell[] {
    const settled = settledTo === undefined ? -1 : columnAt(window, settledTo);
    const cursor = cursorAt === undefined ? -1 : columnAt(window, cursorAt);
    return layers.map((cell, column) => {
      if (cell && cell.glyph !== ' ') return cell;
      if (column === cursor) return { glyph: theme.glyphs.bar, meaning: 'dim' };
      if (column === settled) return { glyph: glyphs.settled, meaning: 'dim' };
      return cell ?? { glyph: ' ', meaning: 'plain' };
    });
  }
}

const isGrave = ({ severity }: LaneColumn): boolean => severity !== undefined && severity !== 'informational';

function columnCell(column: LaneColumn, { most }: LaneScale, theme: Theme): LaneCell | undefined {
  const { severity, changes, failed, ours, reads } = column;
  const { glyphs } = theme;
  if (severity === 'critical') return { glyph: glyphs.finding, meaning: 'failed' };
  if (severity === 'high') return { glyph: glyphs.finding, meaning: 'finding' };
  if (severity === 'medium' || severity === 'low') return { glyph: glyphs.lane.minor, meaning: 'finding' };
  if (ours > 0) return { glyph: glyphs.done, meaning: 'good' };
  if (failed > 0) return { glyph: glyphs.failed, meaning: 'failed' };
  if (changes > 0) return { glyph: glyphs.write, meaning: 'write' };
  const step = glyphs.spark[density(reads, most)];
  return reads > 0 && step !== undefined ? { glyph: step, meaning: 'plain' } : undefined;
}

/** Writes a label behind its mark where that many cells and one more are free of marks. */
function write(
  { column, text, meaning }: { readonly column: number; readonly text: string; readonly meaning: Meaning },
  cells: Layers,
  isFree: boolean[],
): void {
  const width = cellWidth(text);
  // Only letters of one cell each: a label stands in cells.
  if (width !== text.length || text === '') return;
  const first = column + 2;
  for (let at = first - 1; at <= first + width; at += 1)
    if (at >= cells.length || (at >= 0 && isFree[at] === false)) return;
  for (const [index, glyph] of [...text].entries()) {
    cells[first + index] = { glyph, meaning };
    isFree[first + index] = false;
  }
  cells[first - 1] ??= { glyph: ' ', meaning: 'plain' };
  isFree[first - 1] = false;
}
