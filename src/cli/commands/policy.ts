import { UsageError } from '../../model/errors.ts';
import type { Command } from '../command.ts';
import { actionsFor } from '../doctor/permissions.ts';

/** `application-autoscaling` as the id of a statement, which takes letters and digits only. */
const sidOf = (service: string): string =>
  service
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');

/** The IAM policy that lets an identity do what this program can send, and nothing else: one statement a service. */
export function policyFor(mode: 'read' | 'contain'): object {
  const actions = actionsFor(mode === 'read' ? ['read', 'stream'] : ['read', 'stream', 'write']);
  const services = [...new Set(actions.map((action) => action.split(':')[0] ?? ''))];
  return {
    Version: '2012-10-17',
    Statement: services.map((service) => ({
      Sid: `Firebreak${sidOf(service)}`,
      Effect: 'Allow',
      Action: actions.filter((action) => action.startsWith(`${service}:`)),
      Resource: '*',
    })),
  };
}

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ positionals }) {
    const [mode, ...more] = positionals;
    if ((mode !== 'read' && mode !== 'contain') || more.length > 0)
      throw new UsageError('policy takes one word: read or contain', {
        nextSteps: ['Use firebreak policy read to watch, firebreak policy contain to act as well'],
      });
    process.stdout.write(`${JSON.stringify(policyFor(mode), null, 2)}\n`);
    process.stderr.write(
      'firebreak: "Resource" is "*": what an incident touches is not known before; narrow it to your account\n',
    );
    return 0;
  },
};
