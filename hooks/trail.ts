import { printFilter } from '../src/filter/print.ts';
import { keepAsking } from './chain-screen.ts';
import type { DialogBody } from './console-state.ts';
import { change, closeDialogs, type Desk, openDialog, screenOf } from './desk.ts';
import { isFilterOnItsWay, showFilter } from './filter-intents.ts';
import { keepLogs } from './logs-screen.ts';
import { keepPrincipal } from './principal-screen.ts';
import { followReport } from './report-screen.ts';
import { keepResource } from './resource-screen.ts';
import { lengthened, stationOf } from './station.ts';

/** Remembers where the operator is, before something leads elsewhere. */
export function remember(desk: Desk): void {
  const state = desk.state.get();
  change(desk, { trail: lengthened(state.trail, stationOf(state)) });
}

/** Leaves the screen over the panes, if there is one, so that `Esc` comes back to it. */
export function toPanes(desk: Desk): void {
  if (screenOf(desk)) remember(desk);
  closeDialogs(desk);
}

/** What keeps a screen current, begun anew when it is walked back to. */
const resumed: { readonly [Type in DialogBody['type']]?: (desk: Desk, id: number) => void } = {
  chain: keepAsking,
  report: followReport,
  resource: keepResource,
  principal: keepPrincipal,
  logs: keepLogs,
};

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
  closeDialogs(desk);
  if (screen) {
    const id = openDialog(desk, screen);
    resumed[screen.type]?.(desk, id);
  }
  return true;
}
