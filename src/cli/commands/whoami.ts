import type { Identity } from '../../aws/aws.ts';
import { UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import { accessesOf } from '../accesses.ts';
import type { Command } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor, settingsToUse } from '../live.ts';

export const command: Command = {
  options: liveOptions,
  optionHelp: liveOptionHelp,
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError('whoami takes no arguments', { nextSteps: ['See firebreak whoami --help'] });
    const settings = await settingsToUse(invocation);
    const readOnly = flags['read-only'] === true;
    const identities: Identity[] = [];
    for (const access of accessesOf(settings)) {
      const door = await openDoor(invocation, 'whoami', { settings, access });
      try {
        identities.push(await door.identity(signal));
      } finally {
        door.close();
      }
    }
    if (global.json) {
      const [first, ...others] = identities.map((identity) => identityJson(identity, readOnly));
      process.stdout.write(
        `${JSON.stringify(others.length > 0 ? { accounts: [first, ...others] } : first, null, 2)}\n`,
      );
    } else process.stdout.write(identities.map((identity) => identityText(identity, readOnly)).join('\n'));
    return 0;
  },
};

const expiryOf = ({ credentialsExpireAt: until }: Identity): string | undefined =>
  until === undefined ? undefined : new Date(until).toISOString();

/** The keys of a session end, whether or not whoever gave them says when; a user's may last. */
const unsaidExpiry = ({ arn }: Identity): string =>
  /:(?:user\/|root$)/.test(arn)
    ? 'never, as far as they say'
    : 'not known: these keys are temporary and do not say when they end';

function identityJson(identity: Identity, readOnly: boolean): object {
  const { account, alias, arn, partition, region, globalRegion, endpoint, credentialsFrom } = identity;
  return {
    account,
    alias: alias ?? null,
    arn,
    partition,
    region,
    globalRegion,
    endpoint,
    credentialsFrom: credentialsFrom ?? null,
    credentialsExpireAt: expiryOf(identity) ?? null,
    readOnly,
  };
}

function identityText(identity: Identity, readOnly: boolean): string {
  const { kind, host } = identity.endpoint;
  const rows = [
    ['account', `${identity.account}${identity.alias ? ` (${identity.alias})` : ''}`],
    ['identity', identity.arn],
    ['Region', `${identity.region}, global services in ${identity.globalRegion}`],
    ['endpoint', kind === 'aws' ? host || 'AWS' : `${kind === 'simulated' ? 'SIMULATED' : 'CUSTOM ENDPOINT'} ${host}`],
    ['credentials', identity.credentialsFrom ?? 'not known'],
    ['expire', expiryOf(identity) ?? unsaidExpiry(identity)],
    ['can act', readOnly ? 'no: --read-only' : 'after arming'],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(12)} ${display(value)}\n`).join('');
}
