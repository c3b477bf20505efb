import type { ConsoleSettings } from '../src/model/console-settings.ts';
import { nearest } from '../src/shared/nearest.ts';
import type { KeyBinding } from './keymap.ts';

/** Why the operator's keys cannot hold. */
export interface KeyProblem {
  readonly id: string;
  readonly what: string;
  readonly nextSteps: readonly string[];
}

/** Keys that always mean what they mean: the way back, the way out, and what presses the focused button. */
const reserved = ['Enter', 'Esc', 'Ctrl-C', 'Ctrl-L'];
/** What terminals send for another key: nobody can tell them apart. */
const sent: ReadonlyMap<string, string> = new Map([
  ['Ctrl-H', 'Backspace'],
  ['Ctrl-I', 'Tab'],
  ['Ctrl-J', 'Enter'],
  ['Ctrl-M', 'Enter'],
]);
/** What hangs on those keys stays on them. */
const fixed = ['open', 'back', 'repaint'];
const named = /^(?:Space|Tab|Shift-Tab|Backspace|Delete|Up|Down|Left|Right|PageUp|PageDown|Home|End|Ctrl-[A-Z])$/;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const isKey = (key: string): boolean =>
  named.test(key) || (/^\P{C}+$/u.test(key) && key.trim() !== '' && [...segmenter.segment(key)].length === 1);

const overlap = (a: KeyBinding, b: KeyBinding): boolean =>
  !a.panes || !b.panes || a.panes.some((pane) => b.panes?.includes(pane));

/** The key map with the operator's keys in place of the built-in ones, or what is wrong with them. */
export function rebind(
  bindings: readonly KeyBinding[],
  keys: ConsoleSettings['keys'],
):
  | { readonly keymap: readonly KeyBinding[]; readonly problem?: never }
  | { readonly keymap?: never; readonly problem: KeyProblem } {
  const ids = bindings.map(({ id }) => id).filter((id) => !fixed.includes(id));
  for (const [id, wanted] of Object.entries(keys)) {
    if (!ids.includes(id)) {
      const meant = nearest(id, ids);
      const nextSteps = [meant ? `Did you mean ${meant}?` : `Use one of ${ids.join(', ')}`];
      return { problem: { id, what: fixed.includes(id) ? 'keeps its key' : 'is no key’s name', nextSteps } };
    }
    const wrong = wanted.find((key) => !isKey(key) || reserved.includes(key) || sent.has(key));
    if (wrong !== undefined)
      return {
        problem: {
          id,
          what: reserved.includes(wrong)
            ? `${wrong} always means the same`
            : sent.has(wrong)
              ? `${wrong} is ${sent.get(wrong)} to a terminal`
              : `${wrong} is no key`,
          nextSteps: ['Write one character, or Space, Tab, Up, PageDown, Ctrl-D'],
        },
      };
  }
  const keymap = bindings.map((binding) => ({ ...binding, keys: keys[binding.id] ?? binding.keys }));
  for (const binding of keymap) {
    if (!keys[binding.id]) continue;
    for (const other of keymap) {
      const both =
        other.id !== binding.id && overlap(binding, other) && other.keys.find((key) => binding.keys.includes(key));
      if (both)
        return {
          problem: {
            id: binding.id,
            what: `${both} is already the key of ${other.id}`,
            nextSteps: [`Give ${other.id} another key too, or use a free one`],
          },
        };
    }
  }
  return { keymap };
}
