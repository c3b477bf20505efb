import { parseFilter } from '../src/filter/parse.ts';
import { display } from '../src/shared/display.ts';
import { background, type Desk, edgeOfTime, say } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { openPalette } from './palette.ts';

/** A filter with a name: of this incident, or of the operator's file. */
export interface SavedFilter {
  readonly name: string;
  readonly text: string;
  readonly from: 'incident' | 'file';
}

/** Filters that have a name, those of the incident first; its names hide those of the file. */
export function savedFilters(desk: Desk): readonly SavedFilter[] {
  const ofIncident = desk.session.snapshot.get().savedFilters;
  return [
    ...[...ofIncident].map(([name, text]): SavedFilter => ({ name, text, from: 'incident' })),
    ...Object.entries(desk.settings.filters)
      .filter(([name]) => !ofIncident.has(name))
      .map(([name, text]): SavedFilter => ({ name, text, from: 'file' })),
  ];
}

/** Why there is none to call up. */
export function noSavedFilter(desk: Desk): string | undefined {
  return savedFilters(desk).length > 0
    ? undefined
    : 'no filter has a name yet: :save NAME gives it to the one in force';
}

/** Opens the palette on the saved filters. */
export function openSavedFilters(desk: Desk): void {
  openPalette(desk, 'use ');
}

/** Puts a saved filter in force. */
export function callUpFilter(desk: Desk, name: string): void {
  const saved = savedFilters(desk).find((one) => one.name === name.trim());
  if (!saved) {
    say(desk, `no filter is called ${display(name)}`, 'problem');
    return;
  }
  const parsed = parseFilter(saved.text, { now: edgeOfTime(desk) });
  if (parsed.ok) filterBy(desk, parsed.predicate);
  else say(desk, `filter ${display(name)}: ${parsed.problem}`, 'problem');
}

/** Gives the filter in force a name in this incident; with a minus before it, takes the name away. */
export function saveFilter(desk: Desk, argument: string): void {
  const word = argument.trim();
  const name = word.replace(/^-/, '');
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(name)) {
    say(desk, 'a name is one word of 40 characters at most', 'problem');
    return;
  }
  const { text } = desk.state.get().filter;
  const isTaken = word.startsWith('-');
  if (!isTaken && text === '') {
    say(desk, 'there is no filter to save: / filters the events', 'problem');
    return;
  }
  background(
    desk,
    desk.session
      .saveFilter(name, isTaken ? undefined : text)
      .then(() => say(desk, isTaken ? `filter ${name} is no longer saved` : `saved as ${name}: " calls it up`)),
  );
}
