import { UsageError } from '../../model/errors.ts';
import { isTag } from '../../model/evidence.ts';
import { display } from '../../shared/display.ts';
import { addOptionHelp, addOptions, addTo } from '../add-evidence.ts';
import { type Command, textFlag } from '../command.ts';

export const command: Command = {
  options: { ...addOptions, remove: { type: 'boolean' } },
  optionHelp: { ...addOptionHelp, remove: 'take the tags off' },
  async run(invocation) {
    const { positionals, flags } = invocation;
    if (positionals.length === 0 || textFlag(flags, 'event') === undefined)
      throw new UsageError('tag needs a word and an event', {
        nextSteps: ['firebreak tag entry-point --incident NAME --event ID'],
      });
    const odd = positionals.find((tag) => !isTag(tag));
    if (odd !== undefined)
      throw new UsageError(`"${display(odd.slice(0, 80))}" is no tag: one word of 60 characters at most`);
    return addTo(invocation, 'tag', async ({ by, eventId = '', append }) => {
      const tagged = flags.remove !== true;
      for (const tag of positionals) await append({ type: 'event-tagged', eventId, tag, tagged, by });
      process.stdout.write(`${tagged ? 'tagged' : 'no longer tagged'}: ${positionals.join(', ')}\n`);
    });
  },
};
