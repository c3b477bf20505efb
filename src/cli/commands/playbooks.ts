import { playbooks } from '../../containment/playbooks/catalogue.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global }) {
    if (global.json) {
      const rows = playbooks.map(({ id, title, appliesTo, findings, answers, steps, references }) => ({
        id,
        title,
        appliesTo,
        findings,
        answers,
        steps: steps.map(({ purpose, actions, handOff, why }) => ({ purpose, actions, handOff: handOff ?? null, why })),
        references,
      }));
      process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    const width = Math.max(...playbooks.map(({ id }) => id.length));
    for (const { id, title, appliesTo } of playbooks)
      process.stdout.write(`${id.padEnd(width)}  ${title} (on ${appliesTo.join(', ')})\n`);
    return 0;
  },
};
