import type { Command } from '../command.ts';
import { consoleOrLines } from '../console-or-lines.ts';
import { liveOptionHelp, liveOptions, openLiveSession } from '../live.ts';
import { sayGoodbye } from '../say-goodbye.ts';

export const command: Command = {
  options: { ...liveOptions, since: { type: 'string' } },
  optionHelp: { ...liveOptionHelp, since: 'how far back: 2h, a date, an ISO time (default 1h)' },
  async run(invocation) {
    const { session, close } = await openLiveSession(invocation, { prefix: 'incident' });
    await consoleOrLines(session, invocation);
    await close();
    sayGoodbye(session);
    return 0;
  },
};
