import { fit } from '../../shared/cells.ts';
import { display } from '../../shared/display.ts';
import { listIncidents } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ global, env }) {
    const incidents = await listIncidents(await stateDirectory(global.stateDir, env));
    if (global.json) {
      process.stdout.write(`${JSON.stringify(incidents, null, 2)}\n`);
      return 0;
    }
    if (incidents.length === 0) process.stdout.write('no incidents yet\n');
    const width = Math.max(8, ...incidents.map(({ name }) => display(name).length));
    for (const one of incidents)
      process.stdout.write(
        `${fit(display(one.name), width)}  ${one.openedAt ?? 'no journal'}  ${String(one.events).padStart(9)} events${one.heldBy ? `  open in ${one.heldBy}` : ''}\n`,
      );
    return 0;
  },
};
