import { type ResourceHeat, resourceKey } from '../../hooks/console-state.ts';
import { LANE_STEPS } from '../../hooks/lane-window.ts';
import { topFor } from '../../hooks/list-window.ts';
import { columnAt, type Lane, type LaneWindow } from '../../src/model/lane.ts';
import { shortKind } from '../../src/model/resource.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { fill } from '../components/pane.ts';
import { cell, cutMiddle, safe } from '../components/text.ts';
import { clock, day, span } from '../components/time.ts';
import type { Meaning, Theme } from '../theme/theme.ts';
import { type LaneCell, type LaneScale, laneCells, type OurMark } from './lane-cells.ts';

/** What the lanes are drawn from. */
export interface LanesModel {
  /** Rows of the resource list beside them, `undefined` until the store has answered. */
  readonly resources: readonly ResourceHeat[] | undefined;
  readonly selected: number;
  readonly focused: boolean;
  /** The last answer of the store; what is drawn is its window, so that nothing jumps while the next is on its way. */
  readonly shown: { readonly window: LaneWindow; readonly lanes: ReadonlyMap<string, Lane> } | undefined;
  /** What we did, by the resource's key. */
  readonly ours: ReadonlyMap<string, readonly OurMark[]>;
  readonly scale: Omit<LaneScale, 'window' | 'most'>;
  readonly utc: boolean;
  /** Names stand before the lanes: no resource list is beside them. */
  readonly named: boolean;
}

/** Cells of the names where no list stands beside. */
export const laneNames = (width: number): number => Math.min(30, Math.max(16, Math.floor(width * 0.28)));

/** The lanes, one a resource in the order of the list, the axis in their title. */
export function lanesView(model: LanesModel, width: number, height: number, theme: Theme): string[] {
  const room = Math.max(0, height - 1);
  const list = model.resources ?? [];
  const names = model.named ? laneNames(width) : 0;
  const { shown } = model;
  if (!shown || list.length === 0) {
    const none = model.resources === undefined || (list.length > 0 && !shown) ? 'reading…' : 'no resources named yet';
    const rows = [fit('', width), theme.paint('dim', fit(`   ${none}`, width))];
    return [axis(undefined, model, names, width, theme), ...fill(rows, width, room)];
  }
  const top = topFor(model.selected, list.length, room);
  const visible = list.slice(top, top + room);
  const lanes = visible.map((resource) => shown.lanes.get(resourceKey(resource)));
  const most = Math.max(1, ...lanes.flatMap((lane) => lane?.columns.map(({ reads }) => reads) ?? []));
  const scale: LaneScale = { ...model.scale, window: shown.window, most };
  const cursor = scale.cursorAt === undefined ? -1 : columnAt(shown.window, scale.cursorAt);
  const rows = visible.map((resource, index) => {
    const isSelected = top + index === model.selected;
    const ours = model.ours.get(resourceKey(resource)) ?? [];
    const cells = laneCells(lanes[index], ours, scale, theme);
    const name = names > 0 ? nameCell(resource, isSelected, model.focused, names, theme) : '';
    const free = Math.max(0, width - names - cells.length);
    const inverse = isSelected && model.focused ? cursor : -1;
    return `${name}${painted(cells.slice(0, width - names), inverse, theme)}${' '.repeat(free)}`;
  });
  return [axis(shown.window, model, names, width, theme), ...fill(rows, width, room)];
}

function nameCell(resource: ResourceHeat, selected: boolean, focused: boolean, width: number, theme: Theme): string {
  const kind = Math.min(6, Math.max(4, Math.floor(width / 4)));
  const text = fit(
    `${selected ? theme.glyphs.pointer : ' '}${cell(shortKind(resource.kind), kind)} ${cutMiddle(safe(resource.name || resource.arn, 512), width - kind - 3)}`,
    width - 1,
  );
  return `${selected && focused ? theme.paint('selected', text) : text}${theme.paint('dim', theme.glyphs.bar)}`;
}

/** Cells of one meaning are painted together. */
function painted(cells: readonly LaneCell[], inverse: number, theme: Theme): string {
  let line = '';
  let run = '';
  let meaning: Meaning = 'plain';
  const flush = () => {
    line += theme.paint(meaning, run);
    run = '';
  };
  for (const [column, each] of cells.entries()) {
    if (column === inverse) {
      flush();
      line += theme.paint('selected', each.glyph);
      continue;
    }
    if (each.meaning !== meaning) flush();
    meaning = each.meaning;
    run += each.glyph;
  }
  flush();
  return line;
}

/** The title line with the times below which the columns stand, and where the cursor is. */
function axis(window: LaneWindow | undefined, model: LanesModel, names: number, width: number, theme: Theme): string {
  const { rule, pointer } = theme.glyphs;
  const cells = Array.from({ length: width }, () => rule);
  const put = (at: number, text: string) => {
    for (const [index, glyph] of [...text].entries()) if (at + index < width) cells[at + index] = glyph;
  };
  const title = `${model.focused ? pointer : ' '}Lanes`;
  const head = window ? `${title}, ${windowText(window, model)} ` : `${title} `;
  put(0, head);
  let taken = cellWidth(head);
  if (window) {
    const column = model.scale.cursorAt === undefined ? -1 : columnAt(window, model.scale.cursorAt);
    const cursor = column >= 0 && column < window.columns ? names + column : -1;
    for (const [index, text] of labelsOf(window, model.utc).entries()) {
      const at = names + ((index + 1) * window.columns) / LANE_STEPS;
      const label = ` ${text} `;
      const start = Math.floor(at - label.length / 2);
      if (start <= taken || start + label.length > width) continue;
      // The cursor's mark is worth more than one label of five.
      if (cursor > start && cursor < start + label.length - 1) continue;
      put(start, label);
      taken = start + label.length;
    }
    if (cursor >= cellWidth(head)) cells[cursor] = theme.glyphs.lane.cursor;
  }
  const text = cells.join('');
  const first = text.slice(0, title.length);
  return `${theme.paint(model.focused ? 'selected' : 'title', first)}${theme.paint(model.focused ? 'plain' : 'dim', text.slice(title.length))}`;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** `30m`; the day too where it is not that of where time is, and the year alone where a label tells a day. */
function windowText(window: LaneWindow, { scale, utc }: Pick<LanesModel, 'scale' | 'utc'>): string {
  const { from, to } = window;
  const length = span(to - from);
  const [first, last, now] = [from, to - 1, scale.edge].map((at) => day(at, utc)) as [string, string, string];
  const year = (of: string) => of.slice(0, -6);
  if (labelsOf(window, utc).some((label) => label.includes('-'))) {
    const years = year(first) === year(last) ? year(first) : `${year(first)}/${year(last).slice(-2)}`;
    return year(first) === year(now) && year(last) === year(now) ? length : `${length} ${years}`;
  }
  if (first === now && last === now) return length;
  return `${length} ${year(first) === year(now) ? first.slice(-5) : first}`;
}

/** What stands between the steps of a window. */
const labelsOf = (window: LaneWindow, utc: boolean): readonly string[] =>
  Array.from({ length: LANE_STEPS - 1 }, (_, index) =>
    labelOf(window.from + ((index + 1) * (window.to - window.from)) / LANE_STEPS, window, utc),
  );

/** As much of a time as the window needs: seconds in minutes, the day over days. */
function labelOf(at: number, { from, to }: LaneWindow, utc: boolean): string {
  const length = to - from;
  const date = day(at, utc).slice(5);
  const time = clock(at, utc);
  if (length >= 3 * DAY) return length >= 6 * DAY && time === '00:00:00' ? date : `${date} ${time.slice(0, 5)}`;
  if (length >= 12 * 3_600_000 && time === '00:00:00') return date;
  // Quarters of an hour have their sixths at half minutes.
  return length < 6 * MINUTE || (length / LANE_STEPS) % MINUTE !== 0 ? time : time.slice(0, 5);
}
