import { permissionsFor } from '../../containment/action-calls.ts';
import { actions } from '../../containment/catalogue.ts';
import { findAction } from '../../containment/find-action.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import type { Command } from '../command.ts';
import { actionsFor } from '../doctor/permissions.ts';

/** `application-autoscaling` as the id of a statement, which takes letters and digits only. */
const sidOf = (service: string): string =>
  service
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');

/** One statement a service. */
function documentOf(allowed: readonly string[]): object {
  const services = [...new Set(allowed.map((action) => action.split(':')[0] ?? ''))];
  return {
    Version: '2012-10-17',
    Statement: services.map((service) => ({
      Sid: `Firebreak${sidOf(service)}`,
      Effect: 'Allow',
      Action: allowed.filter((action) => action.startsWith(`${service}:`)),
      Resource: '*',
    })),
  };
}

/** The IAM policy that lets an identity do what this program can send, and nothing else. */
export const policyFor = (mode: 'read' | 'contain'): object =>
  documentOf(actionsFor(mode === 'read' ? ['read', 'stream'] : ['read', 'stream', 'write']));

/**
 * The policy for watching, and for these actions with their undo alone.
 * @throws UsageError for an unknown action, RefusedError `PermissionsNotKnown`
 */
export function policyForActions(ids: readonly string[]): object {
  const needed = ids.flatMap((id) => {
    const found = permissionsFor(findAction(actions, id));
    if (!found)
      throw new RefusedError('PermissionsNotKnown', `what ${id} needs is not written down by itself`, [
        'Use firebreak policy contain, which covers every action',
      ]);
    return found;
  });
  return documentOf([...new Set([...actionsFor(['read', 'stream']), ...needed])].sort());
}

export const command: Command = {
  options: {},
  optionHelp: {},
  async run({ positionals }) {
    const [mode, ...ids] = positionals;
    if ((mode !== 'read' && mode !== 'contain') || (mode === 'read' && ids.length > 0))
      throw new UsageError('policy takes read, or contain and the ids of actions', {
        nextSteps: ['Use firebreak policy read to watch, firebreak policy contain [ACTION…] to act as well'],
      });
    const policy = ids.length > 0 ? policyForActions(ids) : policyFor(mode);
    process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
    process.stderr.write(
      'firebreak: "Resource" is "*": what an incident touches is not known before; narrow it to your account\n',
    );
    return 0;
  },
};
