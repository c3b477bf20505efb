import { createInterface } from 'node:readline/promises';
import { UsageError } from '../model/errors.ts';

/** One entry of the list. */
interface Offered {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
}

/** The scenario that a line of the keyboard means: its number, its id or the beginning of one; empty is the first. */
export function chosen(offered: readonly Offered[], line: string): string | undefined {
  const text = line.trim().toLowerCase();
  if (text === '') return offered[0]?.id;
  if (/^\d+$/.test(text)) return offered[Number(text) - 1]?.id;
  const matching = offered.filter(({ id }) => id.startsWith(text));
  return matching.length === 1 ? matching[0]?.id : undefined;
}

/** Offers the list on the terminal until one is chosen. @throws UsageError when the keyboard ends first. */
export async function chooseScenario(offered: readonly Offered[], signal: AbortSignal): Promise<string> {
  const width = Math.max(...offered.map(({ id }) => id.length));
  const lines = offered.map(
    ({ id, summary }, index) =>
      `  ${index + 1}  ${id.padEnd(width)}  ${summary.slice(0, Math.max(20, (process.stdout.columns ?? 100) - width - 8))}`,
  );
  process.stdout.write(`Which drill?\n\n${lines.join('\n')}\n\n`);
  const keyboard = createInterface({ input: process.stdin, output: process.stdout });
  const gone = new Promise<never>((_, reject) => {
    keyboard.once('close', () =>
      reject(new UsageError('no drill was chosen', { nextSteps: ['Name one: firebreak scenarios'] })),
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
      process.stdout.write('There is no such drill.\n');
    }
  } finally {
    keyboard.close();
  }
}
