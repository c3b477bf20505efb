import type { ListedIncident } from '../src/session/incident-list.ts';
import type { KeyPress } from './key-splitter.ts';
import { selectedIndex } from './list-window.ts';
import { editText, insertText, type TextField, textField, textOf } from './text-field.ts';

/** Where the operator is in the list of incidents. */
export interface IncidentListState {
  /** Name; `undefined`: the first. */
  readonly selected: string | undefined;
  /** Filters the list. */
  readonly field: TextField;
  /** Whether keys go to the filter. */
  readonly typing: boolean;
  /** What was just said: why an incident cannot be opened. */
  readonly message: string | undefined;
}

/** How the list starts. */
export const initialList: IncidentListState = {
  selected: undefined,
  field: textField(),
  typing: false,
  message: undefined,
};

/** What a key asks of whoever shows the list. */
export type ListIntent =
  | { readonly type: 'open'; readonly name: string }
  | { readonly type: 'leave' }
  | { readonly type: 'refresh' }
  | { readonly type: 'repaint' };

/** The incidents that the filter leaves: all its words stand in name, account, alias, scenario, identity or what is open. */
export function shownIncidents(all: readonly ListedIncident[], filter: string): readonly ListedIncident[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  return all.filter(({ name, entry }) => {
    const {
      account = '',
      alias = '',
      scenario = '',
      identityArn = '',
      endpoint = '',
      open = [],
      mode = '',
    } = entry ?? {};
    const text = [name, account, alias, scenario, identityArn, endpoint, mode, ...open].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const moves: { readonly [name: string]: (page: number) => number } = {
  j: () => 1,
  Down: () => 1,
  k: () => -1,
  Up: () => -1,
  Space: (page) => page,
  PageDown: (page) => page,
  'Ctrl-F': (page) => page,
  b: (page) => -page,
  PageUp: (page) => -page,
  'Ctrl-B': (page) => -page,
  g: () => Number.NEGATIVE_INFINITY,
  Home: () => Number.NEGATIVE_INFINITY,
  G: () => Number.POSITIVE_INFINITY,
  End: () => Number.POSITIVE_INFINITY,
};

/** What a key does in the list; `page`: rows that are on screen. Pure. */
export function pressInList(
  before: IncidentListState,
  key: KeyPress,
  incidents: readonly ListedIncident[],
  page: number,
): { readonly state: IncidentListState; readonly intent?: ListIntent } {
  const state = before.message === undefined ? before : { ...before, message: undefined };
  if (key.name === 'Ctrl-C') return { state, intent: { type: 'leave' } };
  if (key.name === 'Ctrl-L') return { state, intent: { type: 'repaint' } };
  if (state.typing) return { state: typed(state, key) };
  const shown = shownIncidents(incidents, textOf(state.field));
  const index = selectedIndex(shown, state.selected, ({ name }) => name);
  const move = moves[key.name];
  if (move) {
    const to = Math.max(0, Math.min(shown.length - 1, index + move(Math.max(1, page - 1))));
    return { state: { ...state, selected: shown[to]?.name ?? state.selected } };
  }
  switch (key.name) {
    case 'Enter':
      return open(state, shown[index]);
    case '/':
      return { state: { ...state, typing: true } };
    case 'Esc':
      // Never acts: it takes the filter away, and leaving has a key of its own.
      return { state: { ...state, field: textField() } };
    case 'r':
      return { state, intent: { type: 'refresh' } };
    case 'q':
      return { state, intent: { type: 'leave' } };
    default:
      return { state };
  }
}

function typed(state: IncidentListState, key: KeyPress): IncidentListState {
  if (key.name === 'Enter') return { ...state, typing: false };
  if (key.name === 'Esc') return { ...state, typing: false, field: textField() };
  return { ...state, field: editText(state.field, key) ?? state.field };
}

/** Pasted text goes to the filter, and nowhere else. */
export const pasteInList = (state: IncidentListState, text: string): IncidentListState =>
  state.typing ? { ...state, field: insertText(state.field, text).field } : state;

function open(
  state: IncidentListState,
  chosen: ListedIncident | undefined,
): { readonly state: IncidentListState; readonly intent?: ListIntent } {
  if (!chosen) return { state };
  const problem = chosen.entry?.problem;
  if (problem) return { state: { ...state, message: `${chosen.name} cannot be opened: ${problem}` } };
  return { state, intent: { type: 'open', name: chosen.name } };
}
