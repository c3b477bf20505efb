import { UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import { verifyJournal } from '../../store/journal.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global, positionals }) {
    if (positionals.length === 0)
      throw new UsageError('verify needs a file', { nextSteps: ['Name the journal.jsonl of an incident'] });
    let broken = 0;
    const results: object[] = [];
    for (const file of positionals) {
      const check = await verifyJournal(file);
      results.push({ file, ...check });
      if (!check.ok) broken += 1;
      if (global.json) continue;
      process.stdout.write(
        display(
          check.ok
            ? `${file}: ${check.lines} lines hold, head ${check.head}`
            : `${file}:${check.line}: ${check.problem}`,
        ).concat('\n'),
      );
    }
    if (global.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return broken > 0 ? 1 : 0;
  },
};
