import { type Completion, complete, valueBeingTyped } from '../src/filter/complete.ts';
import type { FilterLine } from './console-state.ts';
import { background, change, type Desk, failureOf } from './desk.ts';
import { caretUnits, type TextField, textField, textOf } from './text-field.ts';

/** What could go on at the caret, and which of it Tab has put there. */
export interface FilterCompletion extends Completion {
  /** How many events have each value; empty for fields and flags. */
  readonly events: ReadonlyMap<string, number>;
  /** What was typed before Tab took the first. */
  readonly base: string;
  /** Index in `suggestions`; `undefined` until Tab was pressed. */
  readonly taken: number | undefined;
}

/** More than one line shows. */
const MOST = 50;
/** What a person might go on from; a pasted page is none. */
const LONGEST = 2_000;

const same = (a: FilterLine | undefined, text: string, caret: number): boolean =>
  a !== undefined && textOf(a.field) === text && caretUnits(a.field) === caret;

/** Looks for what could go on at the caret: fields at once, values as soon as the store has told them. */
export function suggest(desk: Desk): void {
  const line = desk.state.get().filterLine;
  if (!line) return;
  const text = textOf(line.field);
  const caret = caretUnits(line.field);
  const at = text.length > LONGEST ? undefined : valueBeingTyped(text, caret);
  const offer = (seen: readonly { readonly value: string; readonly events: number }[]) => {
    const now = desk.state.get().filterLine;
    // Typed on meanwhile.
    if (!now || !same(now, text, caret)) return;
    const found = complete(text, caret, () => seen.map(({ value }) => value));
    const events = new Map(seen.map(({ value, events: count }) => [value, count]));
    const completion = { ...found, events, base: text, taken: undefined };
    change(desk, { filterLine: { ...now, completion } });
  };
  if (text.length > LONGEST) change(desk, { filterLine: { ...line, completion: undefined } });
  else if (!at) offer([]);
  else {
    const question = { type: 'values', ...at, limit: MOST } as const;
    background(
      desk,
      desk.session.events.ask<'values'>('filter-values', question, desk.ending.signal).then(
        ({ values }) => offer(values),
        // A newer question took its place, or the store said why it cannot: that stands below the filter anyway.
        (error: unknown) => void failureOf(desk, error),
      ),
    );
  }
}

/** Tab: puts the next suggestion where the caret stands, or the one before. @returns The field; `undefined` when there is nothing to put. */
export function completed(
  line: FilterLine,
  by: 1 | -1,
): { readonly field: TextField; readonly completion: FilterCompletion } | undefined {
  const { completion } = line;
  const count = completion?.suggestions.length ?? 0;
  if (!completion || count === 0) return undefined;
  const taken = completion.taken === undefined ? (by > 0 ? 0 : count - 1) : (completion.taken + by + count) % count;
  const { from, to, base } = completion;
  const insert = completion.suggestions[taken]?.insert ?? '';
  const before = textField(base.slice(0, from) + insert);
  const whole = textField(base.slice(0, from) + insert + base.slice(to));
  return {
    field: { graphemes: whole.graphemes, caret: before.graphemes.length },
    completion: { ...completion, taken },
  };
}
