import { createInterface } from 'node:readline/promises';
import { UsageError } from '../model/errors.ts';
import { inAscii } from '../shared/ascii.ts';
import { cellWidth, fit } from '../shared/cells.ts';
import { display } from '../shared/display.ts';
import { wrap } from '../shared/wrap.ts';

/** One entry of the list. */
interface Offered {
  /** May be the name of a folder that anybody made. */
  readonly id: string;
  /** Safe to show. */
  readonly summary: string;
}

/** What a line of the keyboard means: an id, a number of the list, or the beginning of one id; empty is the first. */
export function chosen(offered: readonly Offered[], line: string): string | undefined {
  const text = line.trim().toLowerCase();
  if (text === '') return offered[0]?.id;
  const same = offered.find(({ id }) => id.toLowerCase() === text);
  if (same) return same.id;
  if (/^\d+$/.test(text)) return offered[Number(text) - 1]?.id;
  const matching = offered.filter(({ id }) => id.toLowerCase().startsWith(text));
  return matching.length === 1 ? matching[0]?.id : undefined;
}

/** The list on a terminal of that many cells, numbered; nothing is cut. */
export function listed(offered: readonly Offered[], columns: number): string {
  const width = Math.max(...offered.map(({ id }) => cellWidth(display(id))));
  const before = width + 7;
  return offered
    .flatMap(({ id, summary }, index) =>
      wrap(summary, Math.max(20, columns - before - 1)).map((line, row) =>
        row === 0 ? `  ${index + 1}  ${fit(display(id), width)}  ${line}` : ' '.repeat(before) + line,
      ),
    )
    .join('\n');
}

/** Offers a list on the terminal, line by line, until one of it is chosen. @throws UsageError when the keyboard ends first. */
export async function chooseByLine(
  what: {
    /** `drill`: what one of them is called. */
    readonly noun: string;
    readonly offered: readonly Offered[];
    /** Where the same list is to be had without a question. */
    readonly command: string;
    readonly ascii: boolean;
  },
  signal: AbortSignal,
): Promise<string> {
  const { noun, offered, command, ascii } = what;
  const list = listed(offered, process.stdout.columns ?? 100);
  process.stdout.write(`Which ${noun}?\n\n${ascii ? inAscii(list) : list}\n\n`);
  const keyboard = createInterface({ input: process.stdin, output: process.stdout });
  const gone = new Promise<never>((_, reject) => {
    keyboard.once('close', () =>
      reject(new UsageError(`no ${noun} was chosen`, { nextSteps: [`Name one: ${command}`] })),
    );
  });
  // It is raced once a question; between two of them nobody listens.
  gone.catch(() => undefined);
  try {
    for (;;) {
      const line = await Promise.race([
        keyboard.question(`1-${offered.length} or a name (Enter: 1) `, { signal }),
        gone,
      ]);
      const id = chosen(offered, line);
      if (id !== undefined) return id;
      process.stdout.write(`There is no such ${noun}.\n`);
    }
  } finally {
    keyboard.close();
  }
}
