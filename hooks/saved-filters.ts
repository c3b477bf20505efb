import { display } from '../src/shared/display.ts';
import { background, type Desk, say } from './desk.ts';
import { filterByText } from './filter-intents.ts';
import { keyName, keyOrCommand } from './key-names.ts';
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
  const saved = savedFilters(desk).find((one) => one.name === name);
  if (saved) filterByText(desk, saved.text);
  else say(desk, `no filter is called ${display(name)}`, 'problem');
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
  const { session, settings } = desk;
  const before = session.snapshot.get().savedFilters.get(name);
  const ofFile = Object.hasOwn(settings.filters, name) ? settings.filters[name] : undefined;
  if (word.startsWith('-')) {
    if (before === undefined) {
      const where = ofFile === undefined ? 'no filter is' : 'only a filter of the configuration is';
      say(desk, `${where} called ${name}`, 'problem');
      return;
    }
    const left = ofFile === undefined ? '' : ', that of the configuration counts again';
    background(
      desk,
      session.saveFilter(name, undefined).then(() => say(desk, `filter ${name} is no longer saved${left}`)),
    );
    return;
  }
  if (text === '') {
    say(desk, `there is no filter to save: ${keyOrCommand(desk, 'filter')} filters the events`, 'problem');
    return;
  }
  const instead = before ?? ofFile;
  const replaced = instead === undefined || instead === text ? '' : `; it was ${display(instead)}`;
  background(
    desk,
    session
      .saveFilter(name, text)
      .then(() => say(desk, `saved as ${name}: ${keyName(desk, 'saved-filters') || ':use'} calls it up${replaced}`)),
  );
}
