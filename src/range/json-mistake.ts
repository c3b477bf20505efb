const token =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))/uy;

/** What may come next. */
type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/**
 * Where a text stops being JSON, since V8's messages often do not say.
 *
 * @returns The byte, from 0, at which the token begins that must not stand there; the text's size where its end is missing.
 */
export function jsonMistakeAt(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const valueEnded = (): Expected => (open.length === 0 ? 'nothing' : 'comma-or-end');
  for (;;) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) break;
    const [, mark, quoted] = found;
    const next = after(expected, mark, quoted !== undefined);
    if (next === undefined) break;
    if (next === 'open') {
      open.push(mark as '{' | '[');
      expected = mark === '{' ? 'key-or-end' : 'value-or-end';
    } else if (next === 'close') {
      if (open.pop() !== (mark === '}' ? '{' : '[')) break;
      expected = valueEnded();
    } else if (next === 'comma') expected = open.at(-1) === '{' ? 'key' : 'value';
    else expected = next === 'ended' ? valueEnded() : next;
    at = token.lastIndex;
  }
  const rest = text.slice(at);
  return Buffer.byteLength(text) - Buffer.byteLength(rest.trimStart());
}

function after(
  expected: Expected,
  mark: string | undefined,
  quoted: boolean,
): 'open' | 'close' | 'comma' | 'ended' | 'colon' | 'value' | undefined {
  switch (expected) {
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'comma-or-end':
      return mark === ',' ? 'comma' : mark === '}' || mark === ']' ? 'close' : undefined;
    case 'key':
    case 'key-or-end':
      return quoted ? 'colon' : expected === 'key-or-end' && mark === '}' ? 'close' : undefined;
    case 'value':
    case 'value-or-end':
      if (mark === undefined) return 'ended';
      if (mark === '{' || mark === '[') return 'open';
      return expected === 'value-or-end' && mark === ']' ? 'close' : undefined;
    default:
      return undefined;
  }
}
