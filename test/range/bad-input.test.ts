import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';

let range: Range;
beforeAll(async () => {
  range = await startRange({});
});
afterAll(() => range.close());

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
/** Bytes that are still held when what nobody needs is collected. */
function heldBytes(kind: 'heapUsed' | 'arrayBuffers'): number {
  collectGarbage();
  return process.memoryUsage()[kind];
}

const scope = (service: string, key = range.credentials.accessKeyId) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;

const send = (service: string, body: string | Buffer, headers: { readonly [name: string]: string } = {}) =>
  fetch(range.endpoint, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      authorization: scope(service),
      'x-amz-security-token': range.credentials.sessionToken,
      ...headers,
    },
  });
const list = (headers: { readonly [name: string]: string } = {}) =>
  send('sagemaker', '{}', {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'SageMaker.ListEndpoints',
    ...headers,
  });

describe('content that is not what it says', () => {
  test.each([
    ['JSON called a form', 'application/x-www-form-urlencoded', '{"MaxResults":1}'],
    ['a form called JSON', 'application/x-amz-json-1.1', 'Action=ListRoles&Version=2010-05-08'],
    ['XML', 'application/xml', '<a><b/></a>'],
    ['bytes', 'application/octet-stream', '\u0000\u0001\ufffd'],
    ['no end of brackets', 'application/x-amz-json-1.1', '['.repeat(200_000)],
    ['a type that is none', 'x', '{}'],
  ])('%s is an answer of AWS, never a page and never a crash', async (_what, type, body) => {
    for (const target of ['SageMaker.ListEndpoints', '']) {
      const response = await send('sagemaker', body, {
        'content-type': type,
        ...(target ? { 'x-amz-target': target } : {}),
      });
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(response.headers.get('x-amzn-requestid')).toBeTruthy();
      expect(text).not.toMatch(/<html|at \w+ \(/i);
      if (response.status !== 200) expect(text).toMatch(/"__type":"\w+"|<Code>\w+<\/Code>/);
    }
    expect((await list()).status).toBe(200);
  });
});

test('a thousand connections that are opened and dropped leave nothing behind', async () => {
  const { port } = new URL(range.endpoint);
  const texts = ['', 'POST / HTTP/1.1\r\n', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9000\r\n\r\n{"a":'];
  const drop = (text: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        if (text === '') socket.destroy();
        else socket.write(text, () => socket.destroy());
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
  const before = heldBytes('heapUsed');
  for (let round = 0; round < 10; round += 1)
    await Promise.all(Array.from({ length: 100 }, (_, index) => drop(texts[index % texts.length] ?? '')));
  expect((await list()).status).toBe(200);
  expect(heldBytes('heapUsed') - before).toBeLessThan(5 * 1024 * 1024);
});

test('bodies over 10 MB are refused one by one, and are not kept', async () => {
  const body = Buffer.alloc(11 * 1024 * 1024, 32);
  const refused = async () => {
    const response = await send('sagemaker', body, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'SageMaker.ListEndpoints',
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ __type: 'RequestEntityTooLargeException' });
  };
  await refused();
  const before = heldBytes('arrayBuffers');
  for (let round = 0; round < 12; round += 1) await refused();
  // The client itself lets go of a body only when its socket has closed: it may hold the last ones, never twelve.
  expect(heldBytes('arrayBuffers') - before).toBeLessThan(5 * body.length);
});

test('a token that has run out is told so in every protocol', async () => {
  await range.control.expireCredentials();
  try {
    const json = await list();
    expect(await json.json()).toMatchObject({ __type: 'ExpiredTokenException' });
    const query = await send('iam', 'Action=ListRoles&Version=2010-05-08', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(query.status).toBe(403);
    expect(await query.text()).toContain('<Code>ExpiredToken</Code>');
    const rest = await fetch(`${range.endpoint}/ml-prod-data-111122223333?list-type=2`, {
      headers: { authorization: scope('s3'), 'x-amz-security-token': range.credentials.sessionToken },
    });
    expect(rest.status).toBe(400);
    expect(await rest.text()).toContain('<Code>ExpiredToken</Code>');
  } finally {
    await range.control.renewCredentials();
  }
  expect((await list()).status).toBe(200);
});
