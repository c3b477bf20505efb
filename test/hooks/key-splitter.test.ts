import { expect, it } from 'vitest';
import { splitKeys } from '../../hooks/key-splitter.ts';

const names = (...parameters: Parameters<typeof splitKeys>) => splitKeys(...parameters).map(({ name }) => name);

it.each([
  ['two quick keys', 'jj', {}, ['j', 'j']],
  ['text with an Enter in one read', 'ab\r', {}, ['a', 'b', 'Enter']],
  ['an Enter that was typed before the terminal was ours', ':inv\n', {}, [':', 'i', 'n', 'v', 'Enter']],
  ['that Enter alone', '\n', {}, ['Enter']],
  ['a line end of two characters', 'a\r\n', {}, ['a', 'Enter']],
  ['a grapheme of several code points', 'e\u0301👩‍👧x', {}, ['e\u0301', '👩‍👧', 'x']],
  ['a blank', ' ', {}, ['Space']],
  ['a control key', 'd', { ctrl: true }, ['Ctrl-D']],
  ['control keys in one read', '\u0004\u0004', {}, ['Ctrl-D', 'Ctrl-D']],
  ['an arrow', '', { upArrow: true }, ['Up']],
  ['Tab and Shift-Tab', '', { tab: true, shift: true }, ['Shift-Tab']],
  ['Esc and a quick key, which look like Alt', 'j', { meta: true }, ['Esc', 'j']],
  ['a key that is let go', 'y', { eventType: 'release' as const }, []],
  ['nothing', '', {}, []],
  ['NUL', '\u0000', {}, []],
])('takes apart %s', (_what, input, key, expected) => {
  expect(names(input, key)).toEqual(expected);
});

it('gives text fields the text, and only that', () => {
  expect(splitKeys('a \t', {}).map(({ text }) => text)).toEqual(['a', ' ', '']);
});
