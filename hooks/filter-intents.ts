import { parseFilter } from '../src/filter/parse.ts';
import type { Predicate } from '../src/filter/predicate.ts';
import { printFilter } from '../src/filter/print.ts';
import { countText, roughly, shareText, type Work } from '../src/model/work.ts';
import { ticksOf } from '../src/shared/clock.ts';
import { display } from '../src/shared/display.ts';
import { type ConsoleState, everything, type Filter } from './console-state.ts';
import { background, change, closeDialogs, type Desk, edgeOfTime, failureOf, say, screenOf } from './desk.ts';
import type { EventPage } from './event-page.ts';
import { completed, type FilterCompletion, suggest } from './filter-completion.ts';
import { focusPane } from './focus-pane.ts';
import type { KeyPress } from './key-splitter.ts';
import { ownIdentities, shownPredicate } from './shown.ts';
import { lengthened, stationOf } from './station.ts';
import { editText, insertText, TEXT_LIMIT, type TextField, textField, textOf } from './text-field.ts';
import { remember, toPanes } from './trail.ts';

/** How many filters `↑` brings back. */
const HISTORY = 50;

/** Opens the filter line on the filter in force, or on a text that is to be corrected. */
export function openFilter(desk: Desk, text?: string): void {
  const { filter } = desk.state.get();
  change(desk, {
    filterLine: { field: textField(filter.text), before: filter, problem: undefined, back: 0, typed: filter.text },
    message: undefined,
  });
  if (text === undefined) suggest(desk);
  else typedFilter(desk, textField(text));
}

/** Filters by what was written down, under that text; what cannot be read stands on the filter line, with what is wrong with it. */
export function filterByText(desk: Desk, text: string): void {
  const parsed = parseFilter(text, { now: edgeOfTime(desk) });
  if (parsed.ok) {
    filterBy(desk, parsed.predicate, { text: text.trim() });
    return;
  }
  toPanes(desk);
  openFilter(desk, text);
}

/** A key while the filter is typed. */
export function pressInFilter(desk: Desk, key: KeyPress): void {
  const line = desk.state.get().filterLine;
  if (!line) return;
  if (key.name === 'Enter') {
    keepFilter(desk);
    return;
  }
  if (key.name === 'Esc') {
    onTheirWay.delete(desk);
    change(desk, { filterLine: undefined, filter: line.before });
    return;
  }
  if (key.name === 'Tab' || key.name === 'Shift-Tab') {
    const next = completed(line, key.name === 'Tab' ? 1 : -1);
    // With nothing else to go on to, what follows it is offered: after a field, its values.
    const isOnly = line.completion?.suggestions.length === 1;
    if (next) typedFilter(desk, next.field, isOnly ? undefined : next.completion);
    return;
  }
  if (key.name === 'Up' || key.name === 'Down') {
    const typed = line.back === 0 ? textOf(line.field) : line.typed;
    // What stands on the line already, the filter in force at first, is no step.
    const earlier = desk.history.filter((text) => text !== typed.trim());
    const back = Math.max(0, Math.min(earlier.length, line.back + (key.name === 'Up' ? 1 : -1)));
    if (back === line.back) return;
    change(desk, { filterLine: { ...line, back, typed } });
    typedFilter(desk, textField(back === 0 ? typed : earlier[back - 1]));
    return;
  }
  const field = editText(line.field, key);
  if (!field || field === line.field) return;
  if (textOf(field) === textOf(line.field)) {
    change(desk, { filterLine: { ...line, field } });
    suggest(desk);
  } else typedFilter(desk, field);
}

/** Text from the clipboard, into the filter line. */
export function pasteInFilter(desk: Desk, text: string): void {
  const line = desk.state.get().filterLine;
  if (!line) return;
  const { field, cut } = insertText(line.field, text);
  typedFilter(desk, field);
  if (cut) say(desk, `pasted text was cut: a line holds ${TEXT_LIMIT.toLocaleString('en-US')} characters`, 'problem');
}

/** @param completion Where the text comes from one: it stays, so that Tab goes on to the next. */
function typedFilter(desk: Desk, field: TextField, completion?: FilterCompletion): void {
  const line = desk.state.get().filterLine;
  if (!line) return;
  const text = textOf(field);
  const parsed = parseFilter(text, { now: edgeOfTime(desk) });
  const problem = parsed.ok ? undefined : { at: parsed.at, text: parsed.problem };
  // What was said of the text before, a paste that was cut, is not said of this one.
  change(desk, { filterLine: { ...line, field, problem, completion }, message: undefined });
  if (!completion) suggest(desk);
  if (parsed.ok) showFilter(desk, text, parsed.predicate);
}

/** Enter: the filter stays. */
function keepFilter(desk: Desk): void {
  const line = desk.state.get().filterLine;
  if (!line) return;
  if (line.problem) {
    // It stands on the line already; read aloud, it stands nowhere.
    if (desk.settings.screenReader) say(desk, `cannot be read: ${display(line.problem.text)}`, 'problem');
    return;
  }
  const text = textOf(line.field).trim();
  keepInHistory(desk, text);
  const state = desk.state.get();
  const trail = text === line.before.text ? state.trail : lengthened(state.trail, stationOf(state, line.before));
  // The view may still be on its way; the title names the filter once it is in force.
  change(desk, { filterLine: undefined, trail });
}

/** The newest first, each once. */
function keepInHistory(desk: Desk, text: string): void {
  if (text === '') return;
  const known = desk.history.indexOf(text);
  if (known >= 0) desk.history.splice(known, 1);
  desk.history.unshift(text);
  desk.history.length = Math.min(desk.history.length, HISTORY);
}

/** Filters by one resource. */
export function filterByResource(desk: Desk, resource: { readonly arn: string; readonly name: string }): void {
  filterBy(desk, { type: 'field', field: 'resource', op: 'is', value: resource.name || resource.arn });
}

/**
 * Filters by what was chosen instead of typed; `Esc` comes back to where the operator was.
 *
 * @param along Holds from when the filter is in force. @param text As it was written down: times that count from now keep counting from then.
 */
export function filterBy(
  desk: Desk,
  predicate: Predicate,
  { text = printFilter(predicate), ...along }: Partial<ConsoleState> & { readonly text?: string } = {},
): void {
  keepInHistory(desk, text);
  const state = desk.state.get();
  const isHere = text === state.filter.text && state.focus === 'events' && !screenOf(desk) && !isFilterOnItsWay(desk);
  // The same filter again leads nowhere that Esc would have to come back from; a place in it does.
  if (!isHere || along.place) remember(desk);
  closeDialogs(desk);
  focusPane(desk, 'events');
  showFilter(desk, text, predicate, along);
}

/** Shows everything again. */
export function clearFilter(desk: Desk): void {
  showFilter(desk, '', everything.predicate);
}

/** Log lines and our own reads: leaves them out, or shows them too. */
export function toggleShown(desk: Desk): void {
  change(desk, { shown: desk.state.get().shown === 'all' ? 'actions' : 'all' });
  showAgain(desk);
}

/** Live incidents and drills begin without log lines; who our own reads are by is known as soon as AWS has said. @returns Ends it. */
export function watchShown(desk: Desk): () => void {
  const { snapshot } = desk.session;
  if (snapshot.get().mode === 'saved') return () => undefined;
  change(desk, { shown: 'actions' });
  let own: string | undefined;
  const show = () => {
    const { filterLine, shown } = desk.state.get();
    // While a filter is typed its own preview asks for the view.
    if (shown === 'actions' && !filterLine) showAgain(desk);
  };
  const end = snapshot.subscribe(() => {
    const now = ownIdentities(snapshot.get()).join(' ');
    if (now === own) return;
    own = now;
    show();
  });
  own = ownIdentities(snapshot.get()).join(' ');
  show();
  return end;
}

/** What a desk asked for. */
interface Asked extends Pick<Filter, 'text' | 'predicate'> {
  /** When, by `Surroundings.ticks`. */
  readonly since: number;
  /** What changes with it: a place in the new list means nothing in the old one. */
  readonly along: Partial<ConsoleState>;
}

/** What was asked for last, of the desks whose answer is still on its way: the filter in force is an older one. */
const onTheirWay = new WeakMap<Desk, Asked>();

/** Whether the filter in force is about to be replaced. */
export const isFilterOnItsWay = (desk: Desk): boolean => onTheirWay.has(desk);

/**
 * How far the search for a filter is: of the one that was asked for last, its first page may still be on its way; or its older events are. Empty
 * when all is found.
 */
export function searchText(desk: Desk, { searched }: Pick<EventPage, 'searched'>, brief: boolean): string {
  const { events } = desk.session.snapshot.get();
  const asked = onTheirWay.get(desk);
  const now = ticksOf(desk.surroundings);
  if (asked) return searching({ done: 0, total: events, sinceMs: now - asked.since }, brief);
  const { since } = desk.state.get().filter;
  return searched === undefined
    ? ''
    : searching({ done: searched * events, total: events, sinceMs: now - since }, brief);
}

/** Before it has found anything it may take long, too: then for how long it has. */
function searching(work: Work, brief: boolean): string {
  const took = work.done === 0 && work.sinceMs >= 1_000 ? `, for ${roughly(work.sinceMs)}` : '';
  if (!brief)
    return `searching ${work.done === 0 ? `${work.total.toLocaleString('en')} events` : countText(work, 'events')}${took}`;
  return `searching${work.done === 0 ? took : ` ${shareText(work.done / work.total, work.sinceMs)}`}`;
}

/** Asks again for what is wanted, since what stands behind every filter is another. */
function showAgain(desk: Desk): void {
  const { text, predicate, along } = onTheirWay.get(desk) ?? { ...desk.state.get().filter, along: {} };
  showFilter(desk, text, predicate, along);
}

/** Asks for the view and its count; what is on screen stays until the view is there, and is named by its own text. `along` changes with it. */
export function showFilter(desk: Desk, text: string, predicate: Predicate, along: Partial<ConsoleState> = {}): void {
  const { shown } = desk.state.get();
  onTheirWay.delete(desk);
  if (predicate.type === 'all' && shown === 'all') {
    change(desk, { filter: everything, ...along });
    return;
  }
  const { signal } = desk.ending;
  // Two slots in turn: the view that Esc goes back to must not be replaced by what is being typed.
  const before = desk.state.get().filterLine?.before ?? desk.state.get().filter;
  const slot = before.slot === 'timeline-a' ? 'timeline-b' : 'timeline-a';
  const wanted = shownPredicate(shown, predicate, desk.session.snapshot.get());
  const mine: Asked = { text, predicate, along, since: ticksOf(desk.surroundings) };
  onTheirWay.set(desk, mine);
  const isLast = () => onTheirWay.get(desk) === mine;
  const work = async () => {
    try {
      const view = await desk.session.events.view(slot, wanted, signal);
      if (!isLast()) return;
      onTheirWay.delete(desk);
      change(desk, {
        filter: { text: text.trim(), predicate, view, slot, count: undefined, since: ticksOf(desk.surroundings) },
        ...along,
      });
      const count = await desk.session.events.ask<'count'>('timeline-count', { type: 'count', filter: wanted }, signal);
      const leftOut =
        count === 0 && wanted !== predicate
          ? await desk.session.events.ask<'count'>('timeline-count', { type: 'count', filter: predicate }, signal)
          : 0;
      const current = desk.state.get().filter;
      if (current.view === view) change(desk, { filter: { ...current, count, leftOut } });
    } catch (error) {
      if (isLast()) onTheirWay.delete(desk);
      const failure = failureOf(desk, error);
      if (failure) say(desk, `filter: ${failure.message}`, 'problem');
    }
  };
  background(desk, work());
}
