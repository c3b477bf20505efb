import type { Command } from '../command.ts';
import { consoleOrLines } from '../console-or-lines.ts';
import { openLiveSession, watchOptionHelp, watchOptions } from '../live.ts';
import { sayGoodbye } from '../say-goodbye.ts';

export const command: Command = {
  options: watchOptions,
  optionHelp: watchOptionHelp,
  async run(invocation) {
    const { session, close } = await openLiveSession(invocation, { prefix: 'incident' });
    await consoleOrLines(session, invocation);
    await close();
    sayGoodbye(session);
    return 0;
  },
};
