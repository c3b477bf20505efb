import type { Command } from '../command.ts';
import { textFlag } from '../command.ts';
import { filterFlag } from '../filter-flag.ts';
import { liveOptionHelp, liveOptions, openLiveSession } from '../live.ts';
import { streamEvents } from '../stream-events.ts';
import { tellStates } from '../tell-states.ts';
import { parseDuration } from '../time.ts';

export const command: Command = {
  options: {
    ...liveOptions,
    since: { type: 'string' },
    for: { type: 'string' },
    filter: { type: 'string' },
  },
  optionHelp: {
    ...liveOptionHelp,
    since: 'how far back: 2h, a date, an ISO time (default 1h)',
    for: 'stop after this time: 30s, 5m',
    filter: 'only events that match: principal=alice action~Create* error',
  },
  async run(invocation) {
    const { flags, global } = invocation;
    const filter = filterFlag(flags);
    const duration = textFlag(flags, 'for');
    const forMs = duration === undefined ? undefined : parseDuration(duration, '--for');
    const { session, close } = await openLiveSession(invocation, { prefix: 'watch' });
    const signal =
      forMs === undefined ? invocation.signal : AbortSignal.any([invocation.signal, AbortSignal.timeout(forMs)]);
    const endTelling = tellStates(session);
    await streamEvents(session, { json: global.json, filter, signal });
    endTelling();
    await close();
    return 0;
  },
};
