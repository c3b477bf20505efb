import { UsageError } from '../../model/errors.ts';
import { addOptionHelp, addOptions, addTo } from '../add-evidence.ts';
import type { Command } from '../command.ts';

/** Longest note, UTF-16 units: what the report shows of one. */
const LONGEST = 10_000;

export const command: Command = {
  options: addOptions,
  optionHelp: addOptionHelp,
  async run(invocation) {
    const text = invocation.positionals.join(' ').trim();
    if (text === '') throw new UsageError('note needs words', { nextSteps: ['firebreak note "…" --incident NAME'] });
    if (text.length > LONGEST)
      throw new UsageError(`a note has ${LONGEST} characters at most`, { nextSteps: ['Attach the text as a file'] });
    return addTo(invocation, 'note', async ({ by, eventId, append }) => {
      await append({ type: 'note', text, ...(eventId === undefined ? {} : { eventId }), by });
      process.stdout.write('noted\n');
    });
  },
};
