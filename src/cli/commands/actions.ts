import { actions } from '../../containment/catalogue.ts';
import { classWords } from '../../model/action-class.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global }) {
    const byId = actions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (global.json) {
      const rows = byId.map(({ id, title, class: kind, appliesTo, reversible, references }) => ({
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
    const width = Math.max(...byId.map(({ id }) => id.length));
    for (const { id, title, class: kind } of byId)
      process.stdout.write(`${id.padEnd(width)}  ${title} (${classWords[kind]})\n`);
    return 0;
  },
};
