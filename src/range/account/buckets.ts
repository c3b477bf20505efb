import { Fault } from '../fault.ts';
import type { Statement } from '../iam/policy.ts';
import { Random } from '../random.ts';

/** A bucket. Its name is unique in the whole of S3, so the account also knows some that are not its own. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  /** The account it belongs to. */
  readonly owner: string;
  readonly region: string;
  readonly createdAt: number;
  /** Bucket policy as it was put. */
  policy: string | undefined;
  /** What is enforced: lags behind what was put. */
  enforced: readonly Statement[];
  readonly tags: Map<string, string>;
  /** By key. */
  readonly objects: Map<string, StoredObject>;
}

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
  /** What was put; without it the content is made from the key, always the same. */
  readonly content?: Buffer;
}

/** @throws Fault `NoSuchBucket`. */
export function findBucket(buckets: ReadonlyMap<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw new Fault('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

/** @throws Fault `NoSuchBucket`, `NoSuchKey`. */
export function findObject(buckets: ReadonlyMap<string, Bucket>, bucket: string, key: string): StoredObject {
  const object = findBucket(buckets, bucket).objects.get(key);
  if (!object) throw new Fault('NoSuchKey', 'The specified key does not exist.', 404);
  return object;
}

/** The name of the bucket that an ARN of a bucket or an object speaks of; `undefined` for everything else. */
export const bucketOf = (arn: string): string | undefined => /^arn:aws:s3:::([^/*?]+)/.exec(arn)?.[1];

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

const made = new WeakMap<StoredObject, Buffer>();

/** The object's bytes. Tables hold rows, so that who looks at stolen data sees data; archives are noise. */
export function contentOf(object: StoredObject): Buffer {
  const known = object.content ?? made.get(object);
  if (known) return known;
  const content = makeContent(object);
  // Workloads read the same few objects again and again.
  made.set(object, content);
  return content;
}

function makeContent(object: StoredObject): Buffer {
  const chance = new Random(`content ${object.key}`);
  if (/\.(csv|jsonl)$/.test(object.key)) {
    const rows = ['transaction_id,amount_eur,country,card_hash,label'];
    for (let size = 0; size < object.size; size += rows.at(-1)?.length ?? 0)
      rows.push(
        `${chance.letters(12)},${chance.between(1, 900).toFixed(2)},${chance.pick(['DE', 'FR', 'NL', 'US'])},${chance.letters(16)},${chance.next() < 0.02 ? 1 : 0}`,
      );
    return Buffer.from(rows.join('\n')).subarray(0, object.size);
  }
  const content = Buffer.alloc(object.size);
  for (let at = 0; at + 4 <= content.length; at += 4) content.writeUInt32LE(Math.floor(chance.next() * 2 ** 32), at);
  return content;
}

/** One page of a bucket's listing. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of the page when there is more. */
  readonly last: string | undefined;
}

/**
 * Keys in their byte order, those that share what lies before the next delimiter as one.
 *
 * @param after Only what comes behind this key or prefix.
 */
export function listObjects(
  bucket: Bucket,
  wanted: { readonly prefix: string; readonly delimiter: string; readonly after: string; readonly max: number },
): ObjectPage {
  const { after, delimiter, max, prefix } = wanted;
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1));
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const key of keys) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    if (entry <= after || entry === last) continue;
    if (objects.length + prefixes.length >= max) return { objects, prefixes, last };
    last = entry;
    if (cut < 0) objects.push(bucket.objects.get(key) as StoredObject);
    else prefixes.push(entry);
  }
  return { objects, prefixes, last: undefined };
}
