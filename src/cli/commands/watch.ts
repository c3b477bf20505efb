import { simplify } from '../../filter/simplify.ts';
import { refuseHeld } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import type { Command } from '../command.ts';
import { textFlag } from '../command.ts';
import { filterFlag } from '../filter-flag.ts';
import { openLiveSession, watchOptionHelp, watchOptions } from '../live.ts';
import { streamEvents } from '../stream-events.ts';
import { tellStates } from '../tell-states.ts';
import { parseDuration } from '../time.ts';

export const command: Command = {
  options: {
    ...watchOptions,
    'findings-only': { type: 'boolean' },
    for: { type: 'string' },
    filter: { type: 'string' },
  },
  optionHelp: {
    ...watchOptionHelp,
    'findings-only': 'only events on which a detection rule fired',
    for: 'stop after this time: 30s, 5m',
    filter: 'only events that match: principal=alice action~Create* error',
  },
  async run(invocation) {
    const { flags, global } = invocation;
    const filter = filterFlag(flags);
    const duration = textFlag(flags, 'for');
    const forMs = duration === undefined ? undefined : parseDuration(duration, '--for');
    const name = textFlag(flags, 'incident');
    if (name !== undefined) await refuseHeld(await stateDirectory(global.stateDir, invocation.env), name);
    const { session, close } = await openLiveSession(invocation, { prefix: 'watch' });
    const signal =
      forMs === undefined ? invocation.signal : AbortSignal.any([invocation.signal, AbortSignal.timeout(forMs)]);
    const endTelling = tellStates(session);
    const start = session.snapshot.get().start?.filter ?? { type: 'all' };
    const both = simplify({ type: 'and', terms: [start, filter] });
    await streamEvents(session, {
      json: global.json,
      filter: both,
      findingsOnly: flags['findings-only'] === true,
      signal,
    });
    endTelling();
    await close();
    return 0;
  },
};
