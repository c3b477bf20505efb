import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRange, TurnedClock } from '../../src/range/range.ts';

/** The truth file of a story that nobody answers, from its start on, as text. */
export async function truthOf(scenario: string, seed: number, speed: number, accountMs: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'truth-'));
  try {
    const truth = join(folder, 'truth.jsonl');
    const clock = new TurnedClock();
    const range = await startRange({ scenario, seed, speed, truth }, clock);
    await clock.advance(accountMs / speed);
    await range.close();
    return await readFile(truth, 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}
