import { UsageError } from '../../model/errors.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Command } from '../command.ts';
import { examinationJson, examinationText } from '../doctor/examination-text.ts';
import { examine } from '../doctor/examine.ts';
import { liveOptionHelp, liveOptions, openDoor, regionsToWatch } from '../live.ts';

export const command: Command = {
  options: liveOptions,
  optionHelp: liveOptionHelp,
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError('doctor takes no arguments', { nextSteps: ['See firebreak doctor --help'] });
    const door = await openDoor(invocation, 'doctor');
    try {
      const examination = await examine({
        aws: door.aws,
        identity: await door.identity(signal),
        regions: regionsToWatch(flags, door),
        now: systemClock.now,
        signal,
      });
      process.stdout.write(
        global.json
          ? `${JSON.stringify(examinationJson(examination), null, 2)}\n`
          : examinationText(examination, { ascii: global.ascii }),
      );
      return 0;
    } finally {
      door.close();
    }
  },
};
