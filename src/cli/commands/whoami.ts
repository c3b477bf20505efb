import { UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import type { Command } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor } from '../live.ts';

export const command: Command = {
  options: liveOptions,
  optionHelp: liveOptionHelp,
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError('whoami takes no arguments', { nextSteps: ['See firebreak whoami --help'] });
    const door = await openDoor(invocation, 'whoami');
    try {
      const identity = await door.identity(signal);
      const readOnly = flags['read-only'] === true;
      const until = identity.credentialsExpireAt;
      const { kind, host } = identity.endpoint;
      if (global.json) {
        const { account, alias, arn, partition, region, globalRegion, credentialsFrom } = identity;
        const answer = {
          account,
          alias: alias ?? null,
          arn,
          partition,
          region,
          globalRegion,
          endpoint: identity.endpoint,
          credentialsFrom: credentialsFrom ?? null,
          credentialsExpireAt: until === undefined ? null : new Date(until).toISOString(),
          readOnly,
        };
        process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
        return 0;
      }
      const rows = [
        ['account', `${identity.account}${identity.alias ? ` (${identity.alias})` : ''}`],
        ['identity', identity.arn],
        ['Region', `${identity.region}, global services in ${identity.globalRegion}`],
        [
          'endpoint',
          kind === 'aws' ? host || 'AWS' : `${kind === 'simulated' ? 'SIMULATED' : 'CUSTOM ENDPOINT'} ${host}`,
        ],
        ['credentials', identity.credentialsFrom ?? 'not known'],
        ['expire', until === undefined ? 'never, as far as they say' : new Date(until).toISOString()],
        ['can act', readOnly ? 'no: --read-only' : 'after arming'],
      ] as const;
      process.stdout.write(rows.map(([name, value]) => `${name.padEnd(12)} ${display(value)}\n`).join(''));
      return 0;
    } finally {
      door.close();
    }
  },
};
