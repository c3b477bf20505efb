import { isIP } from 'node:net';
import { isCidr } from '../filter/matches.ts';
import { resourceOfArn } from '../linking/arn-resource.ts';
import { parseArn } from '../model/arn.ts';
import type { Indicator } from './indicator.ts';

/**
 * What ids look like. Access key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 * CloudTrail's event ids are UUIDs.
 */
export const isKeyId = (text: string): boolean => /^(?:AKIA|ASIA)[A-Z0-9]{12,124}$/.test(text);
export const isEventId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
export const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);
/** Wide enough for Regions that open tomorrow, narrow enough for a host's name to be none. */
export const isRegionName = (text: string): boolean =>
  /^(?:us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov|us-iso[a-z]?|eu-isoe|eusc-de)-(?:(?:north|south|east|west|central)+-)?\d$/.test(
    text,
  ) || /^(?:us-gov|us-iso[a-z]?|eu-isoe|cn|eusc-de)-[a-z]+-\d$/.test(text);

/** An address or network as events can be asked for it, or why not: `undefined` when the text is neither. */
export function addressOf(text: string): { readonly indicator: Indicator } | { readonly why: string } | undefined {
  const [address = '', length, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return undefined;
  if (length !== undefined && !isCidr(text)) return { why: `${text} is no network` };
  // Calls never come from there: the metadata service, the machine itself, or nobody.
  if (/^(?:127\.|169\.254\.|0\.|22[4-9]\.|2[3-5]\d\.)/.test(address) || /^(?:::1?$|fe80:|ff)/i.test(address))
    return { why: `${text}: no call comes from such an address` };
  if (length !== undefined && Number(length) < (family === 4 ? 8 : 16))
    return { why: `${text} is too wide to tell anybody apart` };
  const whole = length !== undefined && Number(length) === (family === 4 ? 32 : 128);
  return { indicator: { type: 'address', value: whole ? address : text } };
}

/** What an ARN says about where to look. */
export interface ArnFacts {
  readonly indicators: readonly Indicator[];
  /** Empty where the ARN leaves it out. */
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/**
 * Indicators of an ARN: a session is a principal and its role a resource. `undefined` when the text is no ARN or names nothing by itself
 * (wildcards).
 */
export function arnFacts(text: string): ArnFacts | undefined {
  const arn = parseArn(text);
  if (!arn || !/^aws(?:-[a-z]+)*$/.test(arn.partition)) return undefined;
  const account = isAccountId(arn.account) ? arn.account : '';
  const region = isRegionName(arn.region) ? arn.region : '';
  const facts = { account, region, partition: arn.partition };
  const [, role, session] = /^assumed-role\/([^/]+)\/(.+)$/.exec(arn.resource) ?? [];
  if (arn.service === 'sts' && role && session)
    return { ...facts, indicators: [{ type: 'principal', name: `${role}/${session}` }] };
  if (arn.service === 'iam' && arn.resource === 'root')
    return { ...facts, indicators: [{ type: 'principal', name: 'root' }] };
  const ref = resourceOfArn(text);
  return ref ? { ...facts, indicators: [{ type: 'resource', ref }] } : undefined;
}
