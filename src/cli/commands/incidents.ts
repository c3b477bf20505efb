import { readIncidents } from '../../session/incident-list.ts';
import { systemClock } from '../../shared/clock.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import type { Command } from '../command.ts';
import { incidentLines } from '../tell-incidents.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global, env }) {
    const incidents = await readIncidents(await stateDirectory(global.stateDir, env), systemClock.now());
    for (const line of incidentLines(incidents, global.json)) process.stdout.write(`${line}\n`);
    return 0;
  },
};
