import { UsageError } from '../../model/errors.ts';
import { readFaultPlan, startRange } from '../../range/range.ts';
import { systemClock } from '../../shared/clock.ts';
import { type Command, textFlag } from '../command.ts';
import { optional } from '../live.ts';
import { numberFlag } from '../number-flag.ts';
import { parseTime } from '../time.ts';

/** @throws UsageError when it lies in the future: no event may. */
function started(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const now = systemClock.now();
  const start = parseTime(text, now, '--start');
  if (start > now) throw new UsageError('--start lies in the future');
  return start;
}

export const command: Command = {
  options: {
    'check-signatures': { type: 'boolean' },
    faults: { type: 'string' },
    'no-traffic': { type: 'boolean' },
    'no-trail': { type: 'boolean' },
    port: { type: 'string' },
    rate: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
    start: { type: 'string' },
    truth: { type: 'string' },
  },
  optionHelp: {
    'check-signatures': 'refuses requests that were not signed with the secret of their key',
    faults: 'a JSON file that says what goes wrong (default: nothing)',
    'no-traffic': 'nothing in the account works by itself',
    'no-trail': 'the account has only its event history',
    port: 'port on 127.0.0.1 (default: any free one)',
    rate: 'so many more log lines and records a second (default 0)',
    scenario: 'the attack that runs in it (default: none, a calm account)',
    seed: 'another story of the same scenario (default 1)',
    speed: 'divides durations (default 1)',
    start: 'when it begins: 2h (ago), a date, an ISO time; its clock goes on from there (default now)',
    truth: 'a file that gets one JSON line a published record',
  },
  async run({ flags, positionals, signal }) {
    if (positionals.length > 0)
      throw new UsageError('range takes no arguments', { nextSteps: ['See firebreak range --help'] });
    const faults = textFlag(flags, 'faults');
    const range = await startRange({
      ...optional('faults', faults === undefined ? undefined : readFaultPlan(faults)),
      ...optional('checkSignatures', flags['check-signatures'] === true ? true : undefined),
      ...optional('traffic', flags['no-traffic'] === true ? false : undefined),
      ...optional('trail', flags['no-trail'] === true ? false : undefined),
      ...optional('rate', numberFlag(flags, 'rate', { min: 0, max: 10_000 })),
      ...optional('port', numberFlag(flags, 'port', { min: 0, max: 65_535, whole: true })),
      ...optional('scenario', textFlag(flags, 'scenario')),
      ...optional('seed', numberFlag(flags, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true })),
      ...optional('speed', numberFlag(flags, 'speed', { min: 0.1, max: 1000 })),
      ...optional('start', started(textFlag(flags, 'start'))),
      ...optional('truth', textFlag(flags, 'truth')),
    });
    process.stdout.write(
      [
        `export AWS_ENDPOINT_URL=${range.endpoint}`,
        `export AWS_REGION=${range.region}`,
        `export AWS_DEFAULT_REGION=${range.region}`,
        `export AWS_ACCESS_KEY_ID=${range.credentials.accessKeyId}`,
        `export AWS_SECRET_ACCESS_KEY=${range.credentials.secretAccessKey}`,
        `export AWS_SESSION_TOKEN=${range.credentials.sessionToken}`,
        '',
      ].join('\n'),
    );
    process.stderr.write('firebreak: simulated account, until Ctrl-C\n');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await range.close();
    return 0;
  },
};
