import { shortKind } from '../src/model/resource.ts';
import {
  type ConsoleState,
  type DialogBody,
  type Filter,
  isScreen,
  type Pane,
  resourceKey,
  screenTitles,
} from './console-state.ts';
import type { Place } from './event-page.ts';

/** Where the operator was: filter, place, pane, and the screen that lay over the panes. */
export interface Station {
  readonly filter: Pick<Filter, 'text' | 'predicate'>;
  readonly place: Place;
  readonly focus: Pane;
  readonly resource: string | undefined;
  readonly detailScroll: number;
  /** The screen as it was left, its selection included. */
  readonly screen: DialogBody | undefined;
}

/** Stations that are kept; nobody walks further. */
const MOST = 50;

/** Where the operator is. `before`: the filter in force before it was typed over. */
export function stationOf(
  state: Pick<ConsoleState, 'place' | 'focus' | 'resource' | 'detailScroll' | 'dialogs' | 'filter'>,
  before: Pick<Filter, 'text' | 'predicate'> = state.filter,
): Station {
  const { place, focus, resource, detailScroll, dialogs } = state;
  const { text, predicate } = before;
  const screen = dialogs.findLast(({ type }) => isScreen(type));
  return { filter: { text, predicate }, place, focus, resource, detailScroll, screen };
}

/** The trail with one station more. */
export const lengthened = (trail: readonly Station[], station: Station): readonly Station[] =>
  [...trail, station].slice(-MOST);

/** Whether two screens are the same place: then nothing lies between them to walk back to. */
export function isSamePlace(one: DialogBody, other: DialogBody): boolean {
  if (one.type !== other.type) return false;
  if (one.type === 'chain' && other.type === 'chain') return one.rowId === other.rowId;
  if (one.type === 'resource' && other.type === 'resource') return resourceKey(one.ref) === resourceKey(other.ref);
  if (one.type === 'principal' && other.type === 'principal') return one.who === other.who;
  if (one.type === 'report' && other.type === 'report') return one.format === other.format;
  return true;
}

/** What a screen is called on the way to another, in a word or two; untrusted where it is a name. */
export function screenName(screen: DialogBody): string {
  if (screen.type === 'resource') return `${shortKind(screen.ref.kind)} ${screen.ref.name || screen.ref.arn}`;
  if (screen.type === 'principal') return screen.name;
  return isScreen(screen.type) ? screenTitles[screen.type] : screen.type;
}

/** What a station is called: its screen, else its filter; empty for the timeline as a whole. Untrusted. */
export const stationName = ({ screen, filter }: Station): string => (screen ? screenName(screen) : filter.text);

/** The way to where the operator is, the oldest first, without what repeats or says nothing. Untrusted. */
export function crumbsOf(trail: readonly Station[]): readonly string[] {
  const told = trail.map(stationName);
  return told.filter((name, index) => name !== '' && name !== told[index - 1]);
}
