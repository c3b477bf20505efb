import { type ResourceHeat, resourceKey } from '../../hooks/console-state.ts';
import type { LanesState } from '../../hooks/lane-window.ts';
import { columnAt, columnStart, type LaneColumn, type LaneExposure } from '../../src/model/lane.ts';
import { plural } from '../components/text.ts';
import { clock, day, moment } from '../components/time.ts';
import { field } from '../detail/event-lines.ts';
import { untilText } from '../doors/doors-view.ts';
import type { Theme } from '../theme/theme.ts';
import type { LaneScale } from './lane-cells.ts';
import type { SharedScale } from './use-lane-scale.ts';

/** What happened in a column, in one line; untrusted. */
export function columnText({ reads, changes, failed, ours, action, severity }: LaneColumn): string {
  const said = [
    severity ? `finding of severity ${severity}` : '',
    changes > 0 ? `${plural(changes, 'change')}${action ? `, the first ${action}` : ''}` : '',
    ours > 0 ? `${ours} of them ours` : '',
    failed > 0 ? `${failed} refused or failed` : '',
    reads > 0 ? plural(reads, 'read') : '',
  ];
  return said.filter((text) => text !== '').join(' · ');
}

/** Lines that say what stands at the cursor of the selected lane; each exactly `width` cells. */
export function laneReadout(
  resource: ResourceHeat,
  shown: LanesState['shown'],
  scale: SharedScale & Pick<LaneScale, 'cursorAt'>,
  utc: boolean,
  width: number,
  theme: Theme,
): string[] {
  const { cursorAt } = scale;
  const lane = shown?.lanes.get(resourceKey(resource));
  if (!shown || !lane || cursorAt === undefined) return [];
  const { window } = shown;
  const column = columnAt(window, cursorAt);
  if (column < 0 || column >= window.columns)
    return field(
      'at cursor',
      `${moment(cursorAt, scale.edge, utc)} is outside of this window`,
      width,
      theme,
      'dim',
      LABEL,
    );
  const from = columnStart(window, column);
  const to = columnStart(window, column + 1);
  const facts = lane.columns.find((each) => each.column === column);
  const state = lane.states.findLast(({ at }) => at < to);
  const open = lane.exposures.filter((each) => each.from < to && (each.until === undefined || each.until > from));
  const gaps = scale.gaps.filter((gap) => gap.from < to && gap.to >= from);
  const text = [
    facts
      ? columnText(facts)
      : scale.loadedFrom !== undefined && to <= scale.loadedFrom
        ? 'not loaded'
        : from > scale.edge
          ? 'not yet'
          : 'nothing recorded',
    state ? `state ${state.status} since ${moment(state.at, scale.edge, utc)}` : '',
    ...byWho(open).map(
      ({ who, count, until }) =>
        `${count === 1 ? 'way in' : `${count} ways in`} of ${who || 'somebody'}${until === undefined ? ', no known end' : until > scale.edge ? `, ${untilText(until, scale.edge)} more` : `, until ${moment(until, scale.edge, utc)}`}`,
    ),
    scale.settledTo !== undefined && to > scale.settledTo && from <= scale.edge
      ? 'not settled: late events may follow'
      : '',
    ...gaps.map(({ why }) => `not read: ${why}`),
    lane.complete ? '' : 'older events are still being read',
  ].filter((each) => each !== '');
  return field(
    when(from, to, scale.edge, utc),
    text.join(' · '),
    width,
    theme,
    facts?.severity ? 'finding' : 'title',
    LABEL,
  );
}

const MINUTE = 60_000;

/** The stretch of a column: its beginning, its end where there is room for it; days and years only where they are not those of `now`. */
function when(from: number, to: number, now: number, utc: boolean): string {
  const [first, last, today] = [from, to, now].map((at) => day(at, utc)) as [string, string, string];
  const [begin, end] = [clock(from, utc), clock(to, utc)];
  if (first.slice(0, -6) !== today.slice(0, -6)) return `${first} ${begin.slice(0, 5)}`;
  const date = first.slice(-5);
  if (to - from < MINUTE) return first === today ? begin : `${date} ${begin}`;
  return first === today && last === today
    ? `${begin.slice(0, 5)} to ${end.slice(0, 5)}`
    : `${date} ${begin.slice(0, 5)}`;
}

/** Ways in of one principal are told as one, by the one that stays open longest. */
function byWho(exposures: readonly LaneExposure[]): readonly (LaneExposure & { readonly count: number })[] {
  const found = new Map<string, LaneExposure & { readonly count: number }>();
  for (const each of exposures) {
    const known = found.get(each.who);
    const isLonger = !known || each.until === undefined || (known.until !== undefined && each.until > known.until);
    found.set(each.who, { ...(isLonger ? each : known), count: (known?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

const LABEL = 17;
