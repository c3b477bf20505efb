import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf } from './clients.ts';
import { inside } from './inside.ts';
import { ManualClock } from './manual-clock.ts';

const minute = 60_000;
const group = 'aws-cloudtrail-logs-111122223333-main';
const data = 'ml-prod-data-111122223333';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function calm() {
  const range = await startRange({});
  open.push(range);
  return range;
}

/** A request as S3's clients send it; what it is signed with is not looked at. */
function ask(
  range: Range,
  path: string,
  options: { method?: string; host?: string; headers?: Record<string, string>; unsigned?: true } = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const { port } = new URL(range.endpoint);
  const { accessKeyId, sessionToken } = range.credentials;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: {
          host: options.host ?? `127.0.0.1:${port}`,
          ...(options.unsigned
            ? {}
            : {
                authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/us-east-1/s3/aws4_request, Signature=x`,
                'x-amz-security-token': sessionToken,
              }),
          ...options.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('latin1'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('S3 over HTTP', () => {
  test('lists a bucket, by path and by host, page by page', async () => {
    const range = await calm();
    const byPath = await ask(range, `/${data}?list-type=2&prefix=fraud%2F&max-keys=2`);
    expect(byPath.status).toBe(200);
    expect(byPath.body).toContain('<Key>fraud/README.md</Key>');
    expect(byPath.body).toContain('<KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>');
    const token = /<NextContinuationToken>([^<]+)/.exec(byPath.body)?.[1] ?? '';
    const next = await ask(
      range,
      `/?list-type=2&prefix=fraud%2F&max-keys=100&continuation-token=${encodeURIComponent(token)}`,
      { host: `${data}.localhost:1` },
    );
    expect(next.body).toContain('<IsTruncated>false</IsTruncated>');
    expect([...next.body.matchAll(/<Key>([^<]+)/g)].map(([, key]) => key)).toEqual([
      'fraud/train/2026-09.csv',
      'fraud/train/2026-10.csv',
      'fraud/train/2026-11.csv',
      'fraud/validation/holdout.csv',
    ]);
    const folders = await ask(range, `/${data}?delimiter=%2F`);
    expect([...folders.body.matchAll(/<CommonPrefixes><Prefix>([^<]+)/g)].map(([, prefix]) => prefix)).toEqual([
      'churn/',
      'fraud/',
      'recsys/',
    ]);
  });

  test('gives objects, whole, in part, or their size alone', async () => {
    const range = await calm();
    const whole = await ask(range, `/${data}/fraud/labels/chargebacks.csv`);
    expect(whole).toMatchObject({ status: 200, headers: { 'content-type': 'text/csv', 'content-length': '96256' } });
    expect(whole.body.startsWith('transaction_id,')).toBe(true);
    expect(whole.body).toHaveLength(96_256);
    const part = await ask(range, `/${data}/fraud/labels/chargebacks.csv`, { headers: { range: 'bytes=5-9' } });
    expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 5-9/96256' } });
    expect(part.body).toBe(whole.body.slice(5, 10));
    const head = await ask(range, `/${data}/fraud/labels/chargebacks.csv`, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '96256' }, body: '' });
    expect((await ask(range, `/${data}`, { method: 'HEAD' })).status).toBe(200);
  });

  test.each([
    ['a missing key', `/${data}/none`, {}, 404, 'NoSuchKey'],
    ['a missing bucket', '/nobody-has-this?list-type=2', {}, 404, 'NoSuchBucket'],
    ['nobody', `/${data}?list-type=2`, { unsigned: true as const }, 400, undefined],
    ['what is not served', `/${data}?versioning`, {}, 501, 'NotImplemented'],
    ['a path that is none', '/%zz', {}, 400, 'InvalidURI'],
    ['a wrong token', `/${data}?list-type=2`, { headers: { 'x-amz-security-token': 'x' } }, 403, 'InvalidAccessKeyId'],
    [
      'a range outside of the object',
      `/${data}/fraud/README.md`,
      { headers: { range: 'bytes=9999-' } },
      416,
      'InvalidRange',
    ],
  ])('%s', async (_what, path, options, status, code) => {
    const range = await calm();
    const answer = await ask(range, path, options);
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(answer.body).toContain(`<Code>${code}</Code>`);
  });

  test('a presigned URL works until it has run out', async () => {
    const range = await calm();
    const signed = (at: number) =>
      `/${data}/fraud/README.md?${new URLSearchParams({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Credential': `${range.credentials.accessKeyId}/20261123/us-east-1/s3/aws4_request`,
        'X-Amz-Date': `${new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`,
        'X-Amz-Expires': '60',
        'X-Amz-Security-Token': range.credentials.sessionToken,
        'X-Amz-Signature': 'secret',
      })}`;
    expect((await ask(range, signed(Date.now()), { unsigned: true })).status).toBe(200);
    const late = await ask(range, signed(Date.now() - 5 * minute), { unsigned: true });
    expect(late.status).toBe(403);
    expect(late.body).toContain('Request has expired');
  });
});

describe('data events of S3', () => {
  test('are in the group of the trail alone, with bucket, key, bytes and how they were signed', async () => {
    const account = await inside();
    open.push(account);
    account.call('s3:GetObject', { Bucket: data, Key: 'fraud/labels/chargebacks.csv' });
    account.call('s3:ListObjectsV2', { Bucket: data, Prefix: 'fraud/', Query: { 'list-type': '2', prefix: 'fraud/' } });
    account.call('s3:ListBuckets');
    await account.clock.advance(2 * minute);
    const records = account.delivered().filter(({ eventSource }) => eventSource === 's3.amazonaws.com');
    const named = (name: string) => records.find(({ eventName }) => eventName === name);
    expect(named('GetObject')).toMatchObject({
      eventCategory: 'Data',
      managementEvent: false,
      readOnly: true,
      requestParameters: {
        bucketName: data,
        key: 'fraud/labels/chargebacks.csv',
        Host: `${data}.s3.us-east-1.amazonaws.com`,
      },
      additionalEventData: { bytesTransferredOut: 96_256, AuthenticationMethod: 'AuthHeader' },
      resources: [
        { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${data}/fraud/labels/chargebacks.csv` },
        { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${data}` },
      ],
    });
    expect(named('ListObjects')).toMatchObject({
      eventCategory: 'Data',
      requestParameters: { 'list-type': '2', prefix: 'fraud/', bucketName: data },
      resources: [{ ARNPrefix: `arn:aws:s3:::${data}/` }, { type: 'AWS::S3::Bucket' }],
    });
    expect(named('ListBuckets')).toMatchObject({ eventCategory: 'Management', managementEvent: true });
    const history = account.trail.published(account.region.name).map(({ name }) => name);
    expect(history).toContain('ListBuckets');
    expect(history).not.toContain('GetObject');
    expect(history).not.toContain('ListObjects');
  });

  test('without a trail they are nowhere', async () => {
    const account = await inside({ trail: false, workloads: true });
    open.push(account);
    account.call('s3:GetObject', { Bucket: data, Key: 'fraud/README.md' });
    await account.clock.advance(5 * minute);
    expect(account.truth().filter(({ kind }) => kind === 'cloudtrail').length).toBeGreaterThan(0);
    expect(account.trail.published(account.region.name).some(({ source }) => source === 's3.amazonaws.com')).toBe(
      false,
    );
  });

  test('the notebook reads under the same session name from an address within AWS', async () => {
    const account = await inside({ workloads: true });
    open.push(account);
    await account.clock.advance(5 * minute);
    const reads = account.delivered().filter(({ eventName }) => eventName === 'GetObject');
    expect(reads.filter(({ sourceIPAddress }) => sourceIPAddress === '10.0.92.14').length).toBeGreaterThan(3);
    // Jobs read from other addresses, all of them AWS's own.
    for (const record of reads)
      expect(record).toMatchObject({
        sourceIPAddress: expect.stringMatching(/^10\./),
        userIdentity: { arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker' },
      });
  });
});

test('the default drill: the stolen session reads the training data within minutes', async () => {
  const clock = new ManualClock();
  const range = await startRange({ scenario: 'presigned-url-hijack' }, clock);
  open.push(range);
  const start = clock.now();
  await clock.advance(4 * minute);
  const { logs } = clientsOf(range);
  const found: { [name: string]: string | undefined }[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName: group, startTime: start, ...(nextToken ? { nextToken } : {}) }),
    );
    for (const { message } of page.events ?? []) found.push(JSON.parse(message ?? '{}'));
    nextToken = page.nextToken;
  } while (nextToken);
  const records = found as unknown as {
    eventName: string;
    sourceIPAddress: string;
    userIdentity: { type: string; accessKeyId?: string; arn?: string; invokedBy?: string };
    requestParameters: { key?: string; notebookInstanceName?: string } | null;
    responseElements: { credentials?: { accessKeyId: string } } | null;
  }[];
  const minted = records.find(({ eventName }) => eventName === 'CreatePresignedNotebookInstanceUrl');
  expect(minted).toMatchObject({
    sourceIPAddress: '198.51.100.7',
    userIdentity: { type: 'IAMUser' },
    requestParameters: { notebookInstanceName: 'fraud-lab' },
  });
  const issued = records.filter(({ userIdentity }) => userIdentity.invokedBy === 'sagemaker.amazonaws.com');
  const keys = issued.map(({ responseElements }) => responseElements?.credentials?.accessKeyId);
  const stolen = records.filter(
    ({ eventName, sourceIPAddress }) => eventName === 'GetObject' && sourceIPAddress === '198.51.100.7',
  );
  expect(stolen.map(({ requestParameters }) => requestParameters?.key)).toEqual([
    'fraud/train/2026-10.csv',
    'fraud/train/2026-11.csv',
    'fraud/labels/chargebacks.csv',
    'fraud-model-v3/model.tar.gz',
  ]);
  for (const { userIdentity } of stolen) {
    expect(userIdentity.arn).toBe('arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker');
    expect(keys).toContain(userIdentity.accessKeyId);
  }
});

const present = spawnSync('aws', ['--version'], { timeout: 20_000 }).status === 0;
if (!present) process.stderr.write('s3.test.ts: AWS CLI skipped: there is no `aws` on this machine\n');

describe.skipIf(!present)('the AWS CLI', () => {
  test('lists and fetches', { timeout: 180_000 }, async () => {
    const range = await calm();
    const folder = await mkdtemp(join(tmpdir(), 'range-'));
    try {
      const aws = async (...args: readonly string[]) => {
        const { stdout } = await promisify(execFile)(
          'aws',
          ['--endpoint-url', range.endpoint, '--output', 'json', ...args],
          {
            env: {
              PATH: process.env.PATH,
              HOME: '/nonexistent',
              AWS_REGION: range.region,
              AWS_DEFAULT_REGION: range.region,
              AWS_ACCESS_KEY_ID: range.credentials.accessKeyId,
              AWS_SECRET_ACCESS_KEY: range.credentials.secretAccessKey,
              AWS_SESSION_TOKEN: range.credentials.sessionToken,
              AWS_PAGER: '',
            },
          },
        );
        return JSON.parse(stdout || '{}');
      };
      const file = join(folder, 'object');
      const [{ Buckets }, { Contents }, fetched] = await Promise.all([
        aws('s3api', 'list-buckets'),
        aws('s3api', 'list-objects-v2', '--bucket', data, '--prefix', 'fraud/train/'),
        aws('s3api', 'get-object', '--bucket', data, '--key', 'fraud/labels/chargebacks.csv', file),
      ]);
      expect(Buckets.map(({ Name }: { Name: string }) => Name)).toContain(data);
      expect(Contents).toHaveLength(3);
      expect(fetched).toMatchObject({ ContentLength: 96_256, ContentType: 'text/csv' });
      expect(await readFile(file)).toHaveLength(96_256);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
