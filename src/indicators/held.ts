import type { IndicatorKind } from '../model/indicator.ts';
import { scriptMembers } from '../model/lifecycle-script.ts';
import { sha256 } from '../shared/digest.ts';

type Json = { readonly [member: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Bounds what one record can cost. Ours. */
const mostTexts = 2_000;
const longestText = 20_000;

const held = (kind: IndicatorKind, value: string): string => `${kind} ${value}`;

/**
 * Whatever an event names that somebody may have on a list (`access-key AKIA…`, `bucket …`), whoever's it is: with its record, not with what is
 * made of it. Addresses and user agents of CloudTrail records are fields of their own and are not among them.
 */
export function heldBy(record: Json, message: string | undefined): readonly string[] {
  const found = new Set<string>();
  if (message !== undefined) lookIn(message.slice(0, longestText), found, true);
  const waiting: (readonly [string, unknown])[] = [
    ['', record.userIdentity],
    ['', record.requestParameters],
    ['', record.responseElements],
    ['', record.resources],
  ];
  for (let seen = 0; waiting.length > 0 && seen < mostTexts; seen += 1) {
    const [name, value] = waiting.pop()!;
    if (Array.isArray(value)) for (const one of value.slice(0, mostTexts)) waiting.push([name, one]);
    else if (isObject(value)) for (const entry of Object.entries(value).slice(0, mostTexts)) waiting.push(entry);
    else if (typeof value === 'string' && value !== '') ofMember(name, value.slice(0, longestText), found);
  }
  return [...found];
}

function ofMember(name: string, text: string, found: Set<string>): void {
  if (scriptMembers.has(name)) {
    found.add(held('script', sha256(Buffer.from(text, 'base64'))));
    return;
  }
  if (/^bucket(?:Name)?$/i.test(name)) found.add(held('bucket', text));
  lookIn(text, found, false);
}

/** @param isLine A line of a log: addresses stand nowhere but in its text. */
function lookIn(text: string, found: Set<string>, isLine: boolean): void {
  // Nearly all texts are short words: what has none of these signs holds nothing.
  if (!/[:.]|^A[KS]IA/.test(text)) return;
  for (const [key] of text.matchAll(/\bA[KS]IA[0-9A-Z]{12,124}\b/g)) found.add(held('access-key', key));
  for (const [arn] of text.matchAll(/\barn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:[^\s"',\\<>]{1,1024}/g)) {
    found.add(held('arn', arn));
    const bucket = /^arn:[\w-]+:s3:::([a-z0-9][a-z0-9.-]{2,62})/.exec(arn)?.[1];
    if (bucket !== undefined) found.add(held('bucket', bucket));
  }
  for (const [, bucket] of text.matchAll(/\bs3:\/\/([a-z0-9][a-z0-9.-]{2,62})/g)) found.add(held('bucket', bucket!));
  for (const [image] of text.matchAll(/\b\d{12}\.dkr\.ecr[.-][\w.-]+\/[^\s"',\\]{1,400}/g)) {
    found.add(held('image', image));
    // Of whatever tag.
    found.add(held('image', image.replace(/[:@][^/]*$/, '')));
  }
  for (const [digest] of text.matchAll(/\bsha256:[0-9a-f]{64}\b/g)) found.add(held('digest', digest));
  if (!isLine) return;
  for (const [address] of text.matchAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g))
    found.add(held('address', address));
}
