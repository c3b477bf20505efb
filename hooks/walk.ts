import type { Predicate } from '../src/filter/predicate.ts';
import type { CredentialChain } from '../src/model/chain.ts';
import type { EventRow } from '../src/model/event.ts';
import { linkPredicate } from './chain-screen.ts';
import { background, change, currentPage, type Desk, failureOf, say } from './desk.ts';
import { placeAt } from './event-page.ts';
import { goToEvent } from './go-to.ts';
import { keyOrCommand } from './key-names.ts';
import { selectedRow } from './timeline-intents.ts';

/** The events of every link of a chain. `undefined` when no link has any. */
export function chainPredicate({ links }: Pick<CredentialChain, 'links'>): Predicate | undefined {
  const seen = new Set<string>();
  const terms = links.flatMap((link) => {
    const predicate = linkPredicate(link);
    const key = predicate && JSON.stringify(predicate);
    if (!predicate || key === undefined || seen.has(key)) return [];
    seen.add(key);
    return [predicate];
  });
  return terms.length > 1 ? { type: 'or', terms } : terms[0];
}

/** One step after the other: quick presses are as many steps. */
const walking = new WeakMap<Desk, Promise<void>>();

/** To the next (newer) or previous event of the same credentials, and of those that they came from and led to. */
export function walkCredentials(desk: Desk, direction: 'newer' | 'older'): void {
  const next = (walking.get(desk) ?? Promise.resolve()).then(() => step(desk, direction));
  walking.set(
    desk,
    next.catch(() => undefined),
  ); // The failure is said by `background`.
  background(desk, next);
}

async function step(desk: Desk, direction: 'newer' | 'older'): Promise<void> {
  const row = selectedRow(desk);
  if (!row) return;
  const { events } = desk.session;
  const { signal } = desk.ending;
  try {
    const chain = await events.ask<'chain'>('walk', { type: 'chain', rowId: row.rowId }, signal);
    const predicate = chainPredicate(chain);
    if (!predicate) {
      say(desk, 'the record names no credentials');
      return;
    }
    const view = await events.view('credentials', predicate, signal);
    const found = events.window({ view, from: { at: row.at, rowId: row.rowId }, rows: 2, direction }).rows;
    const next = (direction === 'newer' ? found : found.toReversed()).find(({ rowId }) => rowId !== row.rowId);
    if (next) land(desk, row, next, predicate);
    else say(desk, `no ${direction} event of these credentials, nor of those along the chain`);
  } catch (error) {
    const failure = failureOf(desk, error);
    if (failure) say(desk, failure.message, 'problem');
  }
}

function land(desk: Desk, from: EventRow, next: EventRow, predicate: Predicate): void {
  const { events } = desk.session;
  const { view } = desk.state.get().filter;
  const position = { at: next.at, rowId: next.rowId };
  const inView = events.window({ view, from: position, rows: 1 }).rows.some(({ rowId }) => rowId === next.rowId);
  if (inView)
    change(desk, { focus: 'events', place: placeAt(currentPage(desk), next, desk.extents.eventRows), detailScroll: 0 });
  else goToEvent(desk, position, predicate);
  if (next.principalName !== from.principalName)
    say(desk, `on to ${next.principalName}: ${keyOrCommand(desk, 'chain')} shows the chain`);
  else if (!inView) say(desk, 'the filter hid it: now the events of the whole chain; Esc goes back');
}
