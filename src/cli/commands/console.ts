import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag } from '../command.ts';
import { consoleOrLines } from '../console-or-lines.ts';
import { followHeld } from '../follow.ts';
import { openLiveSession, watchOptionHelp, watchOptions } from '../live.ts';
import { sayGoodbye } from '../say-goodbye.ts';

export const command: Command = {
  options: watchOptions,
  optionHelp: watchOptionHelp,
  async run(invocation) {
    const { flags, global, env } = invocation;
    const name = textFlag(flags, 'incident');
    const followed =
      name === undefined ? undefined : await followHeld(await stateDirectory(global.stateDir, env), name);
    const { session, close } = followed ?? (await openLiveSession(invocation, { prefix: 'incident', console: true }));
    await consoleOrLines(session, invocation);
    await close();
    sayGoodbye(session);
    return 0;
  },
};
