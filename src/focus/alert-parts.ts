import type { Indicator } from './indicator.ts';
import { addressOf, arnFacts, isKeyId } from './shapes.ts';

/** Who an alert says it was: credentials, and the name that goes with them. */
interface Credentials {
  readonly id: string;
  readonly user: string;
  /** `IAMUser`, `AssumedRole`, `Role`, `Root`, … */
  readonly userType?: string;
}

/** Adds the key, or else the user: a key is narrower, and the user's other keys are not what the alert is about. */
export function keyIndicators(
  { id, user, userType = '' }: Credentials,
  indicators: Indicator[],
  unused: string[],
): void {
  if (isKeyId(id)) {
    indicators.push({ type: 'key', id });
    return;
  }
  if (id !== '') unused.push(`${id}: this has not the shape of an access key id`);
  if (user === '') return;
  // Of a role's session alerts give the role's name alone.
  if (/role/i.test(userType) && !user.includes('/'))
    indicators.push({ type: 'resource', ref: { kind: 'iam.role', arn: '', name: user } });
  else indicators.push({ type: 'principal', name: user });
}

/** Adds an address, or says why it cannot be used; nothing for none. */
export function remoteAddress(text: string, indicators: Indicator[], unused: string[]): void {
  if (text === '') return;
  const found = addressOf(text);
  if (found && 'indicator' in found) indicators.push(found.indicator);
  else unused.push(found?.why ?? `${text}: this is no address`);
}

/** The call that was made: `CreateEndpoint`, also where it is written `sagemaker:CreateEndpoint`. */
export const apiCall = (text: string): readonly Indicator[] => {
  const name = text.slice(text.indexOf(':') + 1);
  return /^[A-Za-z][A-Za-z0-9_]{2,127}$/.test(name) ? [{ type: 'action', name }] : [];
};

/** What the ARNs among the texts name. */
export const indicatorsOfArns = (texts: readonly string[]): readonly Indicator[] =>
  texts.flatMap((text) => arnFacts(text)?.indicators ?? []);
