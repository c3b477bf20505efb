import { UsageError } from '../../model/errors.ts';
import { attachFile } from '../../session/attach.ts';
import { display } from '../../shared/display.ts';
import { addOptionHelp, addOptions, addTo } from '../add-evidence.ts';
import { type Command, textFlag } from '../command.ts';

export const command: Command = {
  options: { ...addOptions, note: { type: 'string' } },
  optionHelp: { ...addOptionHelp, note: 'what it shows, for the evidence register' },
  async run(invocation) {
    const { positionals, flags, global } = invocation;
    if (positionals.length === 0)
      throw new UsageError('attach needs a file', { nextSteps: ['Name one or several, and --incident'] });
    return addTo(invocation, 'attach', async ({ incident, by, eventId, append }) => {
      const about = { note: textFlag(flags, 'note') ?? '', ...(eventId === undefined ? {} : { eventId }) };
      const attached: object[] = [];
      for (const path of positionals) {
        const { folder, journal } = incident;
        const file = await attachFile({ path, about, by, folder, lines: journal.lines, append });
        const entry = journal.lines.findLast((line) => line.entry.type === 'attached')?.entry;
        attached.push({ path, file, sha256: entry?.sha256 });
        if (!global.json) process.stdout.write(`${display(`${path}: ${file}, SHA-256 ${entry?.sha256}`)}\n`);
      }
      if (global.json) process.stdout.write(`${JSON.stringify(attached, null, 2)}\n`);
    });
  },
};
