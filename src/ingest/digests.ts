import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DigestFinding, DigestValidation } from '../model/digest-validation.ts';
import { UsageError } from '../model/errors.ts';
import { sha256 } from '../shared/digest.ts';
import { listSavedFiles, openBytes } from './saved-files.ts';

/** How CloudTrail names them: `111122223333_CloudTrail-Digest_us-east-1_trail_us-east-1_20261123T210000Z.json.gz`. */
const digestName = /^(\d{12})_CloudTrail-Digest_([a-z0-9-]+)_(.+)_\d{8}T\d{6}Z\.json(?:\.gz)?$/;
/** `111122223333_CloudTrail_us-east-1_20261123T2035Z_abc.json.gz`. */
const logName = /^\d{12}_CloudTrail_[a-z0-9-]+_\d{8}T\d{4}Z_\w+\.json(?:\.gz)?$/;
/** An hour of the busiest account lists some ten thousand log files. */
const mostDigestBytes = 64 * 1024 ** 2;
const mostProblems = 100;

/** A digest as CloudTrail writes it; what is not of this form does not hold. */
interface Digest {
  readonly file: string;
  /** Of the unpacked content. */
  readonly hash: string;
  /** Account, Region and trail: digests of different ones are no chain. */
  readonly chain: string;
  readonly account: string;
  readonly region: string;
  readonly object: string;
  readonly bucket: string;
  readonly from: number;
  readonly to: number;
  readonly endTime: string;
  readonly fingerprint: string;
  readonly previousObject: string | null;
  readonly previousHash: string | null;
  readonly previousSignature: string | null;
  readonly logs: readonly { readonly object: string; readonly hash: string }[];
}

/** CloudTrail's public keys by fingerprint. */
export type DigestKeys = ReadonlyMap<string, KeyObject>;

/**
 * Reads the answer of `aws cloudtrail list-public-keys`: `{"PublicKeyList":[{"Value":"<base64 of PKCS #1 DER>","Fingerprint":"…"}]}`.
 *
 * @throws UsageError
 */
export async function readDigestKeys(path: string): Promise<DigestKeys> {
  try {
    const { PublicKeyList } = JSON.parse(await readFile(path, 'utf8')) as {
      readonly PublicKeyList: readonly { readonly Value: string; readonly Fingerprint: string }[];
    };
    return new Map(
      PublicKeyList.map(({ Value, Fingerprint }) => [
        Fingerprint,
        createPublicKey({ key: Buffer.from(Value, 'base64'), format: 'der', type: 'pkcs1' }),
      ]),
    );
  } catch (error) {
    throw new UsageError(`${path}: is no list of CloudTrail's public keys: ${(error as Error).message}`, {
      cause: error,
      nextSteps: ['Save the output of: aws cloudtrail list-public-keys --start-time … --end-time …'],
    });
  }
}

/**
 * Checks the digest files among saved logs, offline: each against its signature and the hash in the next, each log file that they name against
 * its hash. The signature of a digest stands in the one after it; that of the newest is metadata of its S3 object, and is read from
 * `DIGEST.signature` (hexadecimal) where somebody saved it.
 *
 * @returns `undefined` where there are no digest files.
 */
export async function checkDigests(
  paths: readonly string[],
  keys: DigestKeys,
  signal: AbortSignal,
): Promise<DigestValidation | undefined> {
  const files = (
    await listSavedFiles(
      paths.filter((path) => path !== '-'),
      () => undefined,
    )
  ).map(({ path }) => path);
  const digestFiles = files.filter((path) => digestName.test(basename(path)));
  if (digestFiles.length === 0) return undefined;
  const problems: DigestFinding[] = [];
  const digests: Digest[] = [];
  for (const path of digestFiles) {
    signal.throwIfAborted();
    const digest = await readDigest(path);
    if ('problem' in digest) problems.push(digest);
    else digests.push(digest);
  }
  const byObject = new Map(digests.map((digest) => [digest.object, digest]));
  const next = new Map<string, Digest>();
  for (const digest of digests) if (digest.previousObject !== null) next.set(digest.previousObject, digest);

  const bad = new Set<Digest>();
  const fault = (digest: Digest, problem: string) => {
    bad.add(digest);
    problems.push({ file: digest.file, problem });
  };
  const signed = new Set<Digest>();
  let unsigned = 0;
  for (const digest of digests) {
    if (basename(digest.object) !== basename(digest.file) && basename(digest.object) !== `${basename(digest.file)}.gz`)
      fault(digest, `was renamed: it was delivered as ${basename(digest.object)}`);
    const after = next.get(digest.object);
    if (after && after.previousHash !== digest.hash)
      fault(digest, 'is not the one whose hash stands in the digest after it');
    if (digest.previousObject !== null && !byObject.has(digest.previousObject) && hasEarlier(digest, digests))
      problems.push({
        file: digest.previousObject,
        problem: `the digest is missing: the chain is broken before ${new Date(digest.from).toISOString()}`,
      });
    const signature = after?.previousSignature ?? (await savedSignature(digest.file));
    const key = keys.get(digest.fingerprint);
    if (!signature || !key) unsigned += 1;
    else if (holds(digest, signature, key)) signed.add(digest);
    else fault(digest, 'its signature does not hold');
  }

  const { states, counts } = await checkLogs(digests, files, problems, signal);
  return {
    digests: digestFiles.length,
    signed: signed.size,
    unsigned,
    ...counts,
    proved: stretches(digests, (digest) => !bad.has(digest) && states.get(digest) === true, signed),
    problems: problems.slice(0, mostProblems),
    problemsTotal: problems.length,
  };
}

const hasEarlier = (digest: Digest, all: readonly Digest[]): boolean =>
  all.some((other) => other.chain === digest.chain && other.to <= digest.from && other !== digest);

async function readDigest(path: string): Promise<Digest | DigestFinding> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of await openBytes(path, { bytes: 0 })) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > mostDigestBytes) return { file: path, problem: 'is too large for a digest' };
    }
  } catch (error) {
    return { file: path, problem: `cannot be read: ${(error as Error).message}` };
  }
  const bytes = Buffer.concat(chunks);
  const [, account = '', region = '', trail = ''] = digestName.exec(basename(path)) ?? [];
  try {
    const value = JSON.parse(bytes.toString('utf8')) as { readonly [member: string]: unknown };
    const text = (member: string) => {
      const found = value[member];
      if (typeof found !== 'string') throw new Error(`has no ${member}`);
      return found;
    };
    const orNull = (member: string) => (value[member] === null || value[member] === undefined ? null : text(member));
    const time = (member: string) => {
      const at = Date.parse(text(member));
      if (Number.isNaN(at)) throw new Error(`${member} is no time`);
      return at;
    };
    if (!Array.isArray(value.logFiles)) throw new Error('has no logFiles');
    return {
      file: path,
      hash: sha256(bytes),
      chain: `${account} ${region} ${trail}`,
      account: text('awsAccountId'),
      region,
      object: text('digestS3Object'),
      bucket: text('digestS3Bucket'),
      from: time('digestStartTime'),
      to: time('digestEndTime'),
      endTime: text('digestEndTime'),
      fingerprint: text('digestPublicKeyFingerprint'),
      previousObject: orNull('previousDigestS3Object'),
      previousHash: orNull('previousDigestHashValue'),
      previousSignature: orNull('previousDigestSignature'),
      logs: value.logFiles.map((log: { readonly s3Object?: unknown; readonly hashValue?: unknown }) => {
        if (typeof log?.s3Object !== 'string' || typeof log.hashValue !== 'string')
          throw new Error('names a log file without its hash');
        return { object: log.s3Object, hash: log.hashValue };
      }),
    };
  } catch (error) {
    return { file: path, problem: `is no digest as CloudTrail writes it: ${(error as Error).message}` };
  }
}

const savedSignature = (path: string): Promise<string | undefined> =>
  readFile(`${path}.signature`, 'utf8').then(
    (text) => (/^[0-9a-f]+$/i.test(text.trim()) ? text.trim() : undefined),
    () => undefined, // Nobody saved it.
  );

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html */
function holds(
  { endTime, bucket, object, hash, previousSignature }: Digest,
  signature: string,
  key: KeyObject,
): boolean {
  const said = `${endTime}\n${bucket}/${object}\n${hash}\n${previousSignature ?? 'null'}`;
  return verify('RSA-SHA256', Buffer.from(said), key, Buffer.from(signature, 'hex'));
}

async function checkLogs(
  digests: readonly Digest[],
  files: readonly string[],
  problems: DigestFinding[],
  signal: AbortSignal,
) {
  // Folders may have been flattened or unpacked on the way; the names are unique by CloudTrail's own making.
  const given = new Map(files.map((path) => [basename(path).replace(/\.gz$/, ''), path]));
  const listed = new Set<string>();
  const states = new Map<Digest, boolean>();
  let [logFiles, missing] = [0, 0];
  for (const digest of digests) {
    let whole = true;
    for (const { object, hash } of digest.logs) {
      signal.throwIfAborted();
      const name = basename(object).replace(/\.gz$/, '');
      listed.add(name);
      const path = given.get(name);
      if (path === undefined) {
        missing += 1;
        whole = false;
        continue;
      }
      const problem = await differs(path, hash);
      if (problem === undefined) logFiles += 1;
      else {
        whole = false;
        problems.push({ file: path, problem });
      }
    }
    states.set(digest, whole);
  }
  const unlisted = [...given].filter(([name, path]) => logName.test(basename(path)) && !listed.has(name)).length;
  return { states, counts: { logFiles, missing, unlisted } };
}

async function differs(path: string, wanted: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of await openBytes(path, { bytes: 0 })) hash.update(chunk);
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
  return hash.digest('hex') === wanted
    ? undefined
    : 'is not the log file that CloudTrail delivered: its hash is another';
}

/** Digests that follow one another and hold, joined. A digest whose hash stands in a signed one is signed with it. */
function stretches(
  digests: readonly Digest[],
  isWhole: (digest: Digest) => boolean,
  signedThemselves: ReadonlySet<Digest>,
): DigestValidation['proved'] {
  const found: { account: string; region: string; from: number; to: number; signed: boolean; last: Digest }[] = [];
  for (const chain of new Set(digests.map((digest) => digest.chain))) {
    const inOrder = digests.filter((digest) => digest.chain === chain).sort((a, b) => a.from - b.from);
    const signed = new Set<Digest>();
    for (const [index, digest] of inOrder.toReversed().entries()) {
      const after = inOrder.at(-index);
      const byNext =
        index > 0 &&
        after &&
        signed.has(after) &&
        after.previousObject === digest.object &&
        after.previousHash === digest.hash;
      if (signedThemselves.has(digest) || byNext) signed.add(digest);
    }
    let open: (typeof found)[number] | undefined;
    for (const digest of inOrder) {
      if (!isWhole(digest)) {
        open = undefined;
        continue;
      }
      const follows =
        open &&
        digest.previousObject === open.last.object &&
        digest.from === open.to &&
        signed.has(digest) === open.signed;
      if (open && follows) {
        open.to = digest.to;
        open.last = digest;
        continue;
      }
      const { account, region, from, to } = digest;
      open = { account, region, from, to, signed: signed.has(digest), last: digest };
      found.push(open);
    }
  }
  return found
    .sort((a, b) => a.from - b.from || (a.region < b.region ? -1 : 1))
    .map(({ last: _, ...stretch }) => stretch);
}
