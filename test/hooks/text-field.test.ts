import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitKeys } from '../../hooks/key-splitter.ts';
import {
  caretUnits,
  editText,
  insertText,
  TEXT_LIMIT,
  type TextField,
  textField,
  textOf,
} from '../../hooks/text-field.ts';

const press = (field: TextField, name: string, text = '') => editText(field, { name, text }) ?? field;

it('edits by graphemes', () => {
  const field = textField('ae\u0301👩‍👧');
  expect(caretUnits(field)).toBe('ae\u0301👩‍👧'.length);
  expect(textOf(press(field, 'Backspace'))).toBe('ae\u0301');
  expect(textOf(press(press(field, 'Backspace'), 'Backspace'))).toBe('a');
  expect(textOf(press(press(field, 'Home'), 'x', 'x'))).toBe('xae\u0301👩‍👧');
  expect(textOf(press(textField('one two  '), 'Ctrl-W'))).toBe('one ');
  expect(textOf(press(textField('one'), 'Ctrl-U'))).toBe('');
});

it('leaves keys alone that are not for text', () => {
  expect(editText(textField('a'), { name: 'Enter', text: '' })).toBeUndefined();
  expect(editText(textField('a'), { name: 'Up', text: '' })).toBeUndefined();
});

it('cuts a paste and says so, and makes lines one', () => {
  const { field, cut } = insertText(textField('ab'), 'x'.repeat(1_000_000));
  expect(textOf(field)).toHaveLength(TEXT_LIMIT);
  expect(cut).toBe(true);
  expect(textOf(insertText(textField(), 'a\r\nb\n\nc').field)).toBe('a b c');
});

it('keeps the caret inside whatever is pressed', () => {
  const keys = fc.constantFrom(
    'Left',
    'Right',
    'Home',
    'End',
    'Backspace',
    'Delete',
    'Ctrl-W',
    'Ctrl-U',
    'a',
    '👩‍👧',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 60 }), (names) => {
      let field = textField();
      for (const name of names)
        for (const key of name.length > 1 && /^[A-Z]/.test(name) ? [{ name, text: '' }] : splitKeys(name, {}))
          field = editText(field, key) ?? field;
      expect(field.caret).toBeGreaterThanOrEqual(0);
      expect(field.caret).toBeLessThanOrEqual(field.graphemes.length);
    }),
  );
});
