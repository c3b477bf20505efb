import type { NormalisedEvent } from '../model/event.ts';
import type { IndicatorRef } from '../model/indicator.ts';
import { scriptMembers } from '../model/lifecycle-script.ts';
import { sha256 } from '../shared/digest.ts';
import { isTellingAddress, isTellingAgent, isTellingArn, isTellingBucket, isTellingImage } from './ordinary.ts';

/** The part of an event that indicators are taken from. */
export type HoldsIndicators = Pick<
  NormalisedEvent,
  'origin' | 'account' | 'principal' | 'sourceIp' | 'userAgent' | 'resources'
>;

/**
 * What an event holds, as it stands in the store: addresses, keys, user agents, who acted, what was made, and what of another account it names.
 * Names of the account's own resources are no indicators: nobody else has them.
 */
export function refsOfEvent({
  origin,
  account,
  principal,
  sourceIp,
  userAgent,
  resources,
}: HoldsIndicators): readonly IndicatorRef[] {
  if (origin !== 'cloudtrail') return [];
  const refs: IndicatorRef[] = [];
  if (isTellingAddress(sourceIp)) refs.push({ kind: 'address', value: sourceIp });
  // S3 writes it in brackets.
  const agent = userAgent.replace(/^\[(.*)\]$/, '$1');
  if (isTellingAgent(agent)) refs.push({ kind: 'user-agent', value: agent });
  if (principal && principal.type !== 'AWSService') {
    if (principal.accessKeyId) refs.push({ kind: 'access-key', value: principal.accessKeyId });
    const arn = principal.issuerArn ?? principal.arn;
    if (isTellingArn(arn)) refs.push({ kind: 'arn', value: arn });
  }
  for (const { kind, arn, name, relation } of resources) {
    if (kind === 's3.bucket' && isTellingBucket(name, account)) refs.push({ kind: 'bucket', value: name });
    if (kind === 'iam.access-key' && relation === 'created') refs.push({ kind: 'access-key', value: name });
    const owner = /^arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):/.exec(arn)?.[1];
    const isForeign = owner !== undefined && account !== '' && owner !== account;
    if ((isForeign || (relation === 'created' && kind.startsWith('iam.'))) && isTellingArn(arn))
      refs.push({ kind: 'arn', value: arn });
  }
  return refs;
}

type Json = { readonly [member: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Bounds what one record can cost. Ours. */
const mostTexts = 2_000;

/** What only the record itself says: images, their digests, buckets that something is written to, scripts by their hashes. */
export function refsOfRecord(record: unknown, account: string): readonly IndicatorRef[] {
  if (!isObject(record)) return [];
  const refs: IndicatorRef[] = [];
  const waiting: (readonly [string, unknown])[] = [
    ['', record.requestParameters],
    ['', record.responseElements],
  ];
  for (let seen = 0; waiting.length > 0 && seen < mostTexts; seen += 1) {
    const [name, value] = waiting.pop()!;
    if (Array.isArray(value)) waiting.push(...value.slice(0, mostTexts).map((one) => [name, one] as const));
    else if (isObject(value)) waiting.push(...Object.entries(value).slice(0, mostTexts));
    else if (typeof value === 'string') refs.push(...refsOfText(name, value, account));
  }
  return refs;
}

function refsOfText(member: string, text: string, account: string): readonly IndicatorRef[] {
  if (scriptMembers.has(member) && text !== '') return [{ kind: 'script', value: sha256(Buffer.from(text, 'base64')) }];
  const refs: IndicatorRef[] = [];
  const image = /^\d{12}\.dkr\.ecr[.-][\w.-]+\/\S{1,400}$/.test(text) ? text : undefined;
  const digest = /(?:@|^)(sha256:[0-9a-f]{64})$/.exec(text)?.[1];
  if (image && isTellingImage(image, account)) refs.push({ kind: 'image', value: image });
  if (digest) refs.push({ kind: 'digest', value: digest });
  const [, bucket] = /^(?:s3:\/\/|arn:[\w-]+:s3:::)([a-z0-9][a-z0-9.-]{2,62})/.exec(text) ?? [];
  if (bucket !== undefined && isTellingBucket(bucket, account)) refs.push({ kind: 'bucket', value: bucket });
  return refs;
}
