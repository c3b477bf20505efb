import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { checkDigests, readDigestKeys } from '../../src/ingest/digests.ts';
import { sha256 } from '../../src/shared/digest.ts';

const room = mkdtempSync(join(tmpdir(), 'firebreak-digests-'));
afterAll(() => rmSync(room, { recursive: true }));

/** A key pair as CloudTrail has one a Region, and a second one. */
const [pair, other] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 })) as [
  ReturnType<typeof generateKeyPairSync>,
  ReturnType<typeof generateKeyPairSync>,
];
const fingerprint = '31e8b5433410dfb61a9dc45cc65b22ff';
const account = '111122223333';
const region = 'us-east-1';
const bucket = 'trail-logs';
const hour = (n: number) =>
  new Date(Date.parse('2026-11-23T20:00:00Z') + n * 3_600_000).toISOString().replace('.000Z', 'Z');
const compact = (iso: string) => iso.replaceAll(/[-:]/g, '');

let folder: string;
let logs: string[][];
let digestPaths: string[];
let keysPath: string;
let count = 0;

/** Three hours with two log files each, chained and signed as the user guide says. */
beforeEach(() => {
  folder = join(room, `${++count}`);
  logs = [];
  digestPaths = [];
  let previous: { object: string; hash: string; signature: string } | undefined;
  for (let n = 0; n < 3; n += 1) {
    const day = hour(n).slice(0, 10).replaceAll('-', '/');
    const files = [0, 1].map((part) => {
      const object = `AWSLogs/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${compact(hour(n)).slice(0, 13)}Z_part${part}.json.gz`;
      const content = JSON.stringify({
        Records: [
          {
            eventID: `${n}-${part}`,
            eventName: 'ListModels',
            eventSource: 'sagemaker.amazonaws.com',
            eventTime: hour(n),
          },
        ],
      });
      put(object, gzipSync(content));
      return {
        s3Bucket: bucket,
        s3Object: object,
        hashValue: sha256(content),
        hashAlgorithm: 'SHA-256',
        newestEventTime: hour(n),
        oldestEventTime: hour(n),
      };
    });
    logs.push(files.map(({ s3Object }) => join(folder, s3Object)));
    const object = `AWSLogs/${account}/CloudTrail-Digest/${region}/${day}/${account}_CloudTrail-Digest_${region}_main_${region}_${compact(hour(n + 1))}.json.gz`;
    const content = JSON.stringify({
      awsAccountId: account,
      digestStartTime: hour(n),
      digestEndTime: hour(n + 1),
      digestS3Bucket: bucket,
      digestS3Object: object,
      digestPublicKeyFingerprint: fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: hour(n),
      oldestEventTime: hour(n),
      previousDigestS3Bucket: previous ? bucket : null,
      previousDigestS3Object: previous?.object ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
      previousDigestSignature: previous?.signature ?? null,
      logFiles: files,
    });
    const hash = sha256(content);
    const said = [hour(n + 1), `${bucket}/${object}`, hash, previous?.signature ?? 'null'].join('\n');
    const signature = sign('RSA-SHA256', Buffer.from(said), pair.privateKey as never).toString('hex');
    digestPaths.push(put(object, gzipSync(content)));
    // What `head-object` shows as the metadata `signature`.
    writeFileSync(`${digestPaths.at(-1)}.signature`, signature);
    previous = { object, hash, signature };
  }
  keysPath = join(folder, 'keys.txt');
  writeFileSync(keysPath, keysOf(pair));
});

function put(object: string, bytes: Uint8Array): string {
  const path = join(folder, object);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
const keysOf = (of: typeof pair) =>
  JSON.stringify({
    PublicKeyList: [
      {
        Value: (of.publicKey as unknown as { export(options: object): Buffer })
          .export({ type: 'pkcs1', format: 'der' })
          .toString('base64'),
        Fingerprint: fingerprint,
      },
    ],
  });
const check = async (keys = keysPath) =>
  checkDigests([folder], await readDigestKeys(keys), new AbortController().signal);
const edit = (path: string, how: (text: string) => string) =>
  writeFileSync(path, gzipSync(how(gunzipSync(readFileSync(path)).toString())));

it('a chain that holds proves its hours', async () => {
  expect(await check()).toEqual({
    digests: 3,
    signed: 3,
    unsigned: 0,
    logFiles: 6,
    missing: 0,
    unlisted: 0,
    proved: [{ account, region, from: Date.parse(hour(0)), to: Date.parse(hour(3)), signed: true }],
    problems: [],
    problemsTotal: 0,
  });
});

it('without the newest one’s signature all before it is proved by the one after', async () => {
  rmSync(`${digestPaths[2]}.signature`);
  expect(await check()).toMatchObject({
    signed: 2,
    unsigned: 1,
    proved: [
      { from: Date.parse(hour(0)), to: Date.parse(hour(2)), signed: true },
      { from: Date.parse(hour(2)), to: Date.parse(hour(3)), signed: false },
    ],
  });
});

it('without keys the chain is there and nobody signed it', async () => {
  expect(await checkDigests([folder], new Map(), new AbortController().signal)).toMatchObject({
    signed: 0,
    unsigned: 3,
    problemsTotal: 0,
    proved: [{ signed: false }],
  });
});

it('an edited log file is named, and its hour is not proved', async () => {
  edit(logs[1]![0]!, (text) => text.replace('ListModels', 'ListImages'));
  expect(await check()).toMatchObject({
    logFiles: 5,
    problems: [
      { file: logs[1]![0], problem: expect.stringContaining('is not the log file that CloudTrail delivered') },
    ],
    proved: [{ to: Date.parse(hour(1)) }, { from: Date.parse(hour(2)) }],
  });
});

it('a log file that is not there, or that no digest names, is counted', async () => {
  rmSync(logs[0]![1]!);
  put(
    `AWSLogs/${account}/CloudTrail/${region}/${account}_CloudTrail_${region}_20261123T2010Z_forged.json.gz`,
    gzipSync('{"Records":[]}'),
  );
  expect(await check()).toMatchObject({
    logFiles: 5,
    missing: 1,
    unlisted: 1,
    problemsTotal: 0,
    proved: [{ from: Date.parse(hour(1)) }],
  });
});

it('an edited digest breaks the hash in the next and its own signature', async () => {
  edit(digestPaths[1]!, (text) =>
    text.replace(/"hashValue":"[0-9a-f]{64}"/, `"hashValue":"${sha256('{"Records":[]}')}"`),
  );
  const found = await check();
  expect(found?.problems.filter(({ file }) => file === digestPaths[1]).map(({ problem }) => problem)).toEqual([
    'is not the one whose hash stands in the digest after it',
    'its signature does not hold',
  ]);
  expect(found?.proved).toMatchObject([{ to: Date.parse(hour(1)) }, { from: Date.parse(hour(2)) }]);
});

it('a digest that was taken out is missed', async () => {
  rmSync(digestPaths[1]!);
  expect(await check()).toMatchObject({
    problems: [
      {
        file: expect.stringContaining(basename(digestPaths[1]!)),
        problem: expect.stringContaining('the chain is broken before'),
      },
    ],
    unlisted: 2,
  });
});

it('a signature by another key does not hold', async () => {
  writeFileSync(keysPath, keysOf(other));
  expect(await check()).toMatchObject({ signed: 0, problemsTotal: 3, proved: [] });
});

it('a digest under another name, or that is none, is named', async () => {
  const moved = join(dirname(digestPaths[0]!), basename(digestPaths[0]!).replace('T210000Z', 'T220001Z'));
  writeFileSync(moved, readFileSync(digestPaths[0]!));
  rmSync(digestPaths[0]!);
  writeFileSync(digestPaths[2]!, 'nonsense');
  const found = await check();
  expect(found?.problems.map(({ problem }) => problem)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('was renamed'),
      expect.stringContaining('is no digest as CloudTrail writes it'),
    ]),
  );
});

it('keys that are none are a usage error that says what to save', async () => {
  writeFileSync(keysPath, '{}');
  await expect(check()).rejects.toThrow(/no list of CloudTrail's public keys/);
});

it('logs without digests have nothing to check', async () => {
  for (const path of digestPaths) rmSync(path);
  expect(await check()).toBeUndefined();
});
