import { useStdin } from 'ink';
import { useEffect } from 'react';
import type { KeyPress } from './key-splitter.ts';

/** What a terminal says of the mouse (SGR, mode 1006): button, column, row, and whether it was pressed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins with an escape
const report = /\u001b\[<(\d{1,5});(\d{1,5});(\d{1,5})([Mm])/g;
/** The longest beginning of a report that may still go on in the next read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins with an escape
const unfinished = /\u001b(?:\[(?:<[\d;]{0,18})?)?$/;

const names: { readonly [button: string]: string } = { 0: 'Click', 64: 'WheelUp', 65: 'WheelDown' };

/** Presses of the first button and notches of the wheel in what was read, and what the next read may complete. */
export function mousePresses(read: string): { readonly presses: readonly KeyPress[]; readonly rest: string } {
  const presses = [...read.matchAll(report)].flatMap(([, button = '', column, row, end]): readonly KeyPress[] => {
    const name = names[button];
    // Its release and the other buttons are nothing.
    if (name === undefined || end === 'm') return [];
    return [{ name, text: '', at: { column: Number(column) - 1, row: Number(row) - 1 } }];
  });
  return { presses, rest: unfinished.exec(read)?.[0] ?? '' };
}

/**
 * Hears the mouse while `on`. Ink throws away what is no key, so that it is heard beside Ink: `data` tells what Ink's own reads took, and
 * reads nothing by itself as long as Ink listens.
 */
export function useMouse(on: boolean, handle: (press: KeyPress) => void): void {
  const { stdin } = useStdin();
  useEffect(() => {
    if (!on) return;
    let rest = '';
    const hear = (chunk: Buffer | string) => {
      const heard = mousePresses(rest + chunk.toString());
      rest = heard.rest;
      for (const press of heard.presses) handle(press);
    };
    stdin.on('data', hear);
    return () => {
      stdin.off('data', hear);
    };
  }, [on, stdin, handle]);
}
