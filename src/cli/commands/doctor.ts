import { UsageError } from '../../model/errors.ts';
import { systemClock } from '../../shared/clock.ts';
import { accessesOf } from '../accesses.ts';
import type { Command } from '../command.ts';
import { examinationJson, examinationText } from '../doctor/examination-text.ts';
import { type Examination, examine } from '../doctor/examine.ts';
import { liveOptionHelp, liveOptions, openDoor, regionsToWatch, settingsToUse } from '../live.ts';

export const command: Command = {
  options: liveOptions,
  optionHelp: liveOptionHelp,
  async run(invocation) {
    const { global, positionals, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError('doctor takes no arguments', { nextSteps: ['See firebreak doctor --help'] });
    const settings = await settingsToUse(invocation);
    const examinations: Examination[] = [];
    for (const access of accessesOf(settings)) {
      const door = await openDoor(invocation, 'doctor', { settings, access });
      try {
        examinations.push(
          await examine({
            aws: door.aws,
            identity: await door.identity(signal),
            regions: regionsToWatch(settings, door),
            now: systemClock.now,
            signal,
          }),
        );
      } finally {
        door.close();
      }
    }
    if (global.json) {
      const [first, ...others] = examinations.map(examinationJson);
      process.stdout.write(
        `${JSON.stringify(others.length > 0 ? { accounts: [first, ...others] } : first, null, 2)}\n`,
      );
    } else process.stdout.write(examinations.map((one) => examinationText(one, { ascii: global.ascii })).join('\n'));
    return 0;
  },
};
