import { scenarios } from '../../range/scenarios/catalogue.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global }) {
    const rows = scenarios.map(({ id, title, summary }) => ({ id, title, summary }));
    if (global.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else for (const { id, title, summary } of rows) process.stdout.write(`${id}  ${title}\n    ${summary}\n`);
    return 0;
  },
};
