import { Fault } from './fault.ts';
import type { MemberRule, Members, Operation } from './operation.ts';

/** The member's name as messages and records spell it. */
export const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

const typeName = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function broken(rule: MemberRule, value: unknown): string | undefined {
  const size = typeof value === 'number' ? value : ((value as { length?: number }).length ?? 0);
  const length = typeof value === 'number' ? '' : 'length ';
  if (rule.pattern && !rule.pattern.test(String(value)))
    return `Member must satisfy regular expression pattern: ${rule.pattern.source.replace(/^\^|\$$/g, '')}`;
  if (rule.values && !rule.values.includes(String(value)))
    return `Member must satisfy enum value set: [${rule.values.join(', ')}]`;
  if (rule.min !== undefined && size < rule.min)
    return `Member must have ${length}${length ? 'greater than or equal to' : 'value greater than or equal to'} ${rule.min}`;
  if (rule.max !== undefined && size > rule.max)
    return `Member must have ${length}${length ? 'less than or equal to' : 'value less than or equal to'} ${rule.max}`;
  return undefined;
}

/**
 * Holds the input against the operation's rules.
 *
 * @throws Fault `ValidationException` that names every broken one, as AWS does; CloudWatch Logs calls it `InvalidParameterException`.
 */
export function validate(operation: Operation, input: Members): void {
  const errors: string[] = [];
  for (const [name, rule] of Object.entries(operation.input ?? {})) {
    const value = input[name];
    if (value === undefined || value === null) {
      if (rule.required)
        errors.push(`Value null at '${lowerFirst(name)}' failed to satisfy constraint: Member must not be null`);
      continue;
    }
    if (typeName(value) !== rule.type) {
      throw new Fault(
        'SerializationException',
        `${typeName(value)} value can not be converted to ${rule.type} at '${name}'`,
      );
    }
    const why = broken(rule, value);
    if (why) errors.push(`Value '${shown(value)}' at '${lowerFirst(name)}' failed to satisfy constraint: ${why}`);
  }
  if (errors.length > 0)
    throw new Fault(
      operation.service === 'logs' ? 'InvalidParameterException' : 'ValidationException',
      `${errors.length} validation error${errors.length > 1 ? 's' : ''} detected: ${errors.join('; ')}`,
    );
}

/** SageMaker's names of endpoints, models, configs and inference components. */
export const resourceName: MemberRule = {
  type: 'string',
  required: true,
  pattern: /^[a-zA-Z0-9]([-a-zA-Z0-9]{0,62}(?<!-))?$/,
  max: 63,
};
