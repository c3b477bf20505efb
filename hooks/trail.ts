import { printFilter } from '../src/filter/print.ts';
import { keepAsking } from './chain-screen.ts';
import { type ConsoleState, type DialogBody, type Filter, isScreen, type Pane } from './console-state.ts';
import { change, closeDialogs, type Desk, openDialog } from './desk.ts';
import type { Place } from './event-page.ts';
import { isFilterOnItsWay, showFilter } from './filter-intents.ts';
import { followReport } from './report-screen.ts';

/** Where the operator was: filter, place, pane, and the screen that lay over the panes. */
export interface Station {
  readonly filter: Pick<Filter, 'text' | 'predicate'>;
  readonly place: Place;
  readonly focus: Pane;
  readonly resource: string | undefined;
  readonly detailScroll: number;
  /** The inventory, the doors or the chain, as it was left. */
  readonly screen: DialogBody | undefined;
}

/** Stations that are kept; nobody walks further. */
const MOST = 50;

/** Where the operator is. `before`: the filter in force before it was typed over. */
export function stationOf(state: ConsoleState, before: Pick<Filter, 'text' | 'predicate'> = state.filter): Station {
  const { place, focus, resource, detailScroll, dialogs } = state;
  const { text, predicate } = before;
  const screen = dialogs.findLast(({ type }) => isScreen(type));
  return { filter: { text, predicate }, place, focus, resource, detailScroll, screen };
}

/** The trail with one station more. */
export const lengthened = (trail: readonly Station[], station: Station): readonly Station[] =>
  [...trail, station].slice(-MOST);

/** Remembers where the operator is, before something leads elsewhere. */
export function remember(desk: Desk): void {
  const state = desk.state.get();
  change(desk, { trail: lengthened(state.trail, stationOf(state)) });
}

/** Back to the last station. @returns Whether there was one. */
export function walkBack(desk: Desk): boolean {
  const { trail, filter } = desk.state.get();
  const station = trail.at(-1);
  if (!station) return false;
  const { place, focus, resource, detailScroll, screen } = station;
  change(desk, { trail: trail.slice(0, -1) });
  const there = { place, focus, resource, detailScroll };
  const isInForce = !isFilterOnItsWay(desk) && printFilter(filter.predicate) === printFilter(station.filter.predicate);
  if (isInForce) change(desk, there);
  else showFilter(desk, station.filter.text, station.filter.predicate, there);
  if (screen) {
    closeDialogs(desk);
    const id = openDialog(desk, screen);
    if (screen.type === 'chain') keepAsking(desk, id);
    if (screen.type === 'report') followReport(desk, id);
  }
  return true;
}
