import { actions } from '../../containment/catalogue.ts';
import { classWords } from '../../containment/class-words.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global }) {
    if (global.json) {
      const rows = actions.map(({ id, title, class: kind, appliesTo, reversible, references }) => ({
        id,
        title,
        class: kind,
        appliesTo,
        reversible,
        references,
      }));
      process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    const width = Math.max(...actions.map(({ id }) => id.length));
    for (const { id, title, class: kind } of actions)
      process.stdout.write(`${id.padEnd(width)}  ${title} (${classWords[kind]})\n`);
    return 0;
  },
};
