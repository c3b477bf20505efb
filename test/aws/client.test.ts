import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Aws, ReadCall, WriteCall } from '../../src/aws/aws.ts';
import { type OpenDoor, type OpenOptions, openAws } from '../../src/aws/client.ts';
import type { AwsCallError } from '../../src/model/errors.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { type AnsweringServer, callerIdentity, json, startAnsweringServer, xml, xmlError } from './answering-server.ts';

let server: AnsweringServer;
const doors: OpenDoor[] = [];
const open = async (options: Partial<OpenOptions> = {}): Promise<OpenDoor> => {
  const door = await openAws({
    clock: systemClock,
    region: 'eu-west-1',
    endpoint: server.endpoint,
    credentials: keys,
    env: {},
    ...options,
  });
  doors.push(door);
  return door;
};
const failure = (promise: Promise<unknown>): Promise<AwsCallError> =>
  promise.then(
    () => Promise.reject(new Error('It should have failed')),
    (error) => error,
  );
/** The reading half without its types, as a table or a mistake would use it. */
const anyCall = (aws: Aws) => aws.call as unknown as (name: string, input: unknown) => Promise<unknown>;
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const role = { RoleName: 'ds-exec' };
const endpoint = { EndpointName: 'fraud-scorer' };
const stop: WriteCall = { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } };
const deny: WriteCall = {
  name: 'iam:PutRolePolicy',
  input: { RoleName: 'ds-exec', PolicyName: 'deny', PolicyDocument: '{}' },
};
const send = (door: OpenDoor, call: WriteCall, signal = new AbortController().signal) => {
  door.arming.arm();
  return door.writer.send(call, door.arming.confirm('sha256:1', [call]), signal);
};

beforeEach(async () => {
  server = await startAnsweringServer();
});
afterEach(async () => {
  for (const door of doors.splice(0)) door.close();
  await server.close();
});

test('reads over the JSON protocol, in another Region when asked, with the incident in the user agent', async () => {
  server.answer = json(200, { EndpointName: 'fraud-scorer', CreationTime: 1_767_323_045.5 });
  const { aws } = await open({ incident: 'INC fraud/lab' });
  const answer = await aws.call('sagemaker:DescribeEndpoint', endpoint, { region: 'us-east-2' });
  expect(answer.CreationTime?.toISOString()).toBe('2026-01-02T03:04:05.500Z');
  expect(server.requests[0]?.headers.authorization).toContain('/us-east-2/sagemaker/aws4_request');
  expect(server.requests[0]?.headers['user-agent']).toMatch(/firebreak\/\S+ firebreak-INC-fraud-lab/);
});

test('reads over the query protocol', async () => {
  server.answer = xml(
    200,
    '<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames><member>a</member></PolicyNames><IsTruncated>false</IsTruncated></ListRolePoliciesResult></ListRolePoliciesResponse>',
  );
  const { aws } = await open();
  expect((await aws.call('iam:ListRolePolicies', role)).PolicyNames).toEqual(['a']);
});

const describe: ReadCall = { name: 'sagemaker:DescribeEndpoint', input: endpoint };
const getRole: ReadCall = { name: 'iam:GetRole', input: role };
const jsonError = (status: number, type: string, message: string) => json(status, { __type: type, message });
const translations: readonly (readonly [
  string,
  ReadCall,
  AnsweringServer['answer'],
  Partial<AwsCallError> & { readonly requests?: number },
])[] = [
  [
    'denied, JSON',
    describe,
    jsonError(400, 'AccessDeniedException', 'User: x is not authorized to perform: sagemaker:DescribeEndpoint on y'),
    { reason: 'denied', code: 'AccessDeniedException', nextSteps: ['Needs sagemaker:DescribeEndpoint'], requests: 1 },
  ],
  [
    'denied for another permission than its own',
    describe,
    jsonError(400, 'AccessDeniedException', 'User: x is not authorized to perform: kms:Decrypt on resource: y'),
    { reason: 'denied', nextSteps: ['Needs kms:Decrypt'] },
  ],
  [
    'denied, XML',
    getRole,
    xmlError(403, 'AccessDenied', 'no\n  way'),
    { reason: 'denied', code: 'AccessDenied', message: 'no way', requestId: 'REQ-1', nextSteps: ['Needs iam:GetRole'] },
  ],
  [
    'throttled, JSON',
    { name: 'cloudtrail:LookupEvents', input: {} },
    jsonError(400, 'ThrottlingException', 'Rate exceeded'),
    { reason: 'throttled', code: 'ThrottlingException', requests: 1 },
  ],
  [
    'expired, JSON',
    describe,
    jsonError(400, 'ExpiredTokenException', 'The security token included in the request is expired'),
    { reason: 'expired', requests: 1 },
  ],
  [
    'expired, XML',
    getRole,
    xmlError(403, 'ExpiredToken', 'The security token included in the request is expired'),
    { reason: 'expired' },
  ],
  ['keys that are gone', getRole, xmlError(403, 'InvalidClientTokenId', 'invalid'), { reason: 'expired' }],
  [
    'not there, by SageMaker',
    describe,
    jsonError(400, 'ValidationException', 'Could not find endpoint "arn:aws:sagemaker:eu-west-1:1:endpoint/x".'),
    { reason: 'not-found', code: 'ValidationException' },
  ],
  [
    'a name cannot make it "not found"',
    describe,
    jsonError(400, 'ValidationException', 'Cannot update endpoint "does not exist" while it is creating'),
    { reason: 'other' },
  ],
  ['not there, typed', describe, jsonError(400, 'ResourceNotFound', 'gone'), { reason: 'not-found' }],
  [
    'not there, by IAM',
    getRole,
    xmlError(404, 'NoSuchEntity', 'The role with name x cannot be found.'),
    { reason: 'not-found', code: 'NoSuchEntity' },
  ],
  ['a quota is no throttle', getRole, xmlError(409, 'LimitExceeded', 'too many policies'), { reason: 'other' }],
  [
    'a failure of AWS, tried three times',
    describe,
    jsonError(500, 'InternalFailure', 'oops'),
    { reason: 'other', code: 'InternalFailure', outcome: 'unknown', requests: 3 },
  ],
  [
    "a proxy's page",
    describe,
    (_request, response) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      response.end('<html>Log in</html>');
    },
    { reason: 'network', code: 'BrokenAnswer', outcome: 'unknown' },
  ],
  [
    "a proxy's page that calls itself a success",
    getRole,
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html>Log in</html>');
    },
    { reason: 'network', code: 'BrokenAnswer', outcome: 'unknown' },
  ],
  [
    'a refusal that calls itself HTML, as simulators write it',
    describe,
    (_request, response) => {
      response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' });
      response.end('{"__type":"AccessDeniedException","message":"no"}');
    },
    { reason: 'denied', code: 'AccessDeniedException', outcome: 'refused' },
  ],
  [
    'an answer that is cut off',
    describe,
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"End', () => response.socket?.destroy());
    },
    { reason: 'network', outcome: 'unknown' },
  ],
  [
    'a connection that breaks',
    describe,
    (_request, response) => response.socket?.destroy(),
    { reason: 'network', code: 'ECONNRESET', outcome: 'unknown', requests: 3 },
  ],
];

test.each(translations)('%s', async (_what, call, answer, { requests, ...expected }) => {
  server.answer = answer;
  const { aws } = await open();
  const error = await failure(anyCall(aws)(call.name, call.input));
  expect(error).toMatchObject({
    name: 'AwsCallError',
    exitCode: 4,
    operation: call.name,
    region: 'eu-west-1',
    outcome: 'refused',
    ...expected,
  });
  expect(error.message).not.toMatch(/\n/);
  if (requests !== undefined) expect(server.requests).toHaveLength(requests);
});

test('an unreachable host: nothing can have happened', async () => {
  const dead = await startAnsweringServer();
  await dead.close();
  const door = await open({ endpoint: dead.endpoint });
  const { host } = new URL(dead.endpoint);
  expect(await failure(door.aws.call('iam:GetRole', role))).toMatchObject({
    reason: 'network',
    code: 'ECONNREFUSED',
    message: `cannot reach ${host}: connect ECONNREFUSED`,
  });
  expect(await failure(send(door, stop))).toMatchObject({ reason: 'network', outcome: 'refused' });
});

test('a write is tried exactly once, whatever the answer; what it did is unknown unless AWS refused', async () => {
  const door = await open();
  const outcomes: unknown[] = [];
  for (const answer of [
    jsonError(500, 'InternalFailure', 'oops'),
    jsonError(503, 'ServiceUnavailable', 'busy'),
    jsonError(400, 'ThrottlingException', 'Rate exceeded'),
    jsonError(400, 'AccessDeniedException', 'no'),
    ((_request, response) => response.socket?.destroy()) satisfies AnsweringServer['answer'],
  ]) {
    server.answer = answer;
    const before = server.requests.length;
    const { reason, outcome } = await failure(send(door, stop));
    outcomes.push([reason, outcome, server.requests.length - before]);
  }
  expect(outcomes).toEqual([
    ['other', 'unknown', 1],
    ['other', 'unknown', 1],
    ['throttled', 'refused', 1],
    ['denied', 'refused', 1],
    ['network', 'unknown', 1],
  ]);
});

test('AWS_MAX_ATTEMPTS cannot make a write try twice', async () => {
  process.env.AWS_MAX_ATTEMPTS = '5';
  try {
    server.answer = jsonError(500, 'InternalFailure', 'oops');
    await failure(send(await open(), stop));
    expect(server.requests).toHaveLength(1);
  } finally {
    delete process.env.AWS_MAX_ATTEMPTS;
  }
});

test('a write that succeeds gives its request id and sends exactly what was confirmed', async () => {
  server.answer = xml(200, '<PutRolePolicyResponse/>');
  const door = await open();
  expect(await send(door, deny)).toEqual({ requestId: 'REQ-1' });
  expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toMatchObject({
    Action: 'PutRolePolicy',
    RoleName: 'ds-exec',
    PolicyDocument: '{}',
  });
  expect(server.requests[0]?.headers.authorization).toContain('/eu-west-1/iam/aws4_request');
});

test('a write meets a new connection each time: a kept one that has just died would make it "unknown"', async () => {
  const door = await open();
  server.answer = json(200, { EndpointName: 'x' });
  await door.aws.call('sagemaker:DescribeEndpoint', endpoint);
  const sockets = new Set<unknown>();
  server.answer = (request, response) => {
    sockets.add(response.socket);
    json(200, {})(request, response);
  };
  await send(door, stop);
  await send(door, stop);
  expect(sockets.size).toBe(2);
});

test('nothing leaves without a permit that holds the very call', async () => {
  const door = await open();
  const { signal } = new AbortController();
  const refused = expect.objectContaining({ code: 'NotConfirmed', exitCode: 3 });
  await expect(door.writer.send(stop, { planDigest: 'x', calls: [stop] }, signal)).rejects.toEqual(refused);
  door.arming.arm();
  const permit = door.arming.confirm('x', [stop]);
  await expect(door.writer.send(deny, permit, signal)).rejects.toEqual(refused);
  await expect(door.writer.send({ ...stop, region: 'us-east-1' }, permit, signal)).rejects.toEqual(refused);
  const other = await open();
  await expect(other.writer.send(stop, permit, signal)).rejects.toEqual(refused);
  expect(server.requests).toHaveLength(0);
});

test('what is not on the list cannot be called, and the reading half cannot write', async () => {
  const door = await open();
  const call = anyCall(door.aws);
  for (const name of ['sagemaker:DeleteModel', 'sagemaker:DeleteEndpoint', 'toString', '__proto__']) {
    const error = await failure(call(name, {}));
    // Not an ExpectedError: it ends the program as the bug it is.
    expect(error.name).toBe('Error');
  }
  door.arming.arm();
  for (const name of ['iam:GetRole', 'sagemaker:DeleteModel']) {
    const odd = { name, input: {} } as unknown as WriteCall;
    const permit = door.arming.confirm('x', [odd]);
    expect((await failure(door.writer.send(odd, permit, new AbortController().signal))).name).toBe('Error');
  }
  expect(server.requests).toHaveLength(0);
});

test('cancelled before it left: nothing happened; cancelled on the way: unknown', async () => {
  const door = await open();
  expect(await failure(send(door, stop, AbortSignal.abort()))).toMatchObject({ reason: 'aborted', outcome: 'refused' });
  expect(server.requests).toHaveLength(0);
  const leave = new AbortController();
  server.answer = () => leave.abort();
  expect(await failure(send(door, stop, leave.signal))).toMatchObject({ reason: 'aborted', outcome: 'unknown' });
  const read = new AbortController();
  server.answer = () => read.abort();
  expect(await failure(door.aws.call('iam:GetRole', role, { signal: read.signal }))).toMatchObject({
    reason: 'aborted',
    code: 'Aborted',
  });
});

test('a host that the header would not name gets no request', async () => {
  const door = await openAws({ clock: systemClock, region: 'eu-west-1', env: {}, credentials: keys });
  doors.push(door);
  const error = await failure(door.aws.call('sagemaker:ListModels', {}, { region: 'evil' }));
  // Not an ExpectedError: our reading of the configuration and the SDK's differ.
  expect(error.name).toBe('Error');
  expect(error.message).toContain('api.sagemaker.evil.amazonaws.com, which no setting that we know of names');
});

test('closing the door ends what is in flight', async () => {
  const door = await open();
  server.answer = () => door.close();
  expect(await failure(door.aws.call('iam:GetRole', role))).toMatchObject({ reason: 'aborted' });
});

test('LookupEvents keeps to its rate, operator first', async () => {
  const door = await open({ lookupPerSecond: 20 });
  const order: string[] = [];
  server.answer = (request, response) => {
    order.push(JSON.parse(request.body).LookupAttributes?.[0].AttributeValue ?? 'sweep');
    json(200, { Events: [] })(request, response);
  };
  const started = performance.now();
  const pivot = { LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'pivot' }] } as const;
  await Promise.all([
    ...[1, 2, 3].map(() => door.aws.call('cloudtrail:LookupEvents', {})),
    door.aws.call(
      'cloudtrail:LookupEvents',
      { LookupAttributes: [...pivot.LookupAttributes] },
      { priority: 'operator' },
    ),
  ]);
  expect(order).toEqual(['sweep', 'pivot', 'sweep', 'sweep']);
  expect(performance.now() - started).toBeGreaterThan(140);
});

test("AWS's time is what its answers say, and signatures follow it at the first attempt", async () => {
  const aheadMs = 3_600_000;
  const answer = json(200, { EndpointName: 'x' });
  server.answer = (request, response) => {
    const date = new Date(Date.now() + aheadMs).toUTCString();
    const signed = String(request.headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
    if (request.operation === 'StopNotebookInstance' && Math.abs(Date.parse(signed) - Date.now() - aheadMs) > 300_000) {
      json(400, { __type: 'InvalidSignatureException', message: 'Signature expired' }, { date })(request, response);
    } else {
      response.setHeader('date', date);
      answer(request, response);
    }
  };
  const door = await open();
  expect(door.aws.now()).toBeCloseTo(Date.now(), -3);
  await door.aws.call('sagemaker:DescribeEndpoint', endpoint);
  expect(Math.abs(door.aws.now() - Date.now() - aheadMs)).toBeLessThan(1_500);
  await send(door, stop);
});

test('a clock off by an hour: the first LookupEvents succeeds too', async () => {
  const behindMs = -3_600_000;
  server.answer = (request, response) => {
    const date = new Date(Date.now() + behindMs).toUTCString();
    const signed = String(request.headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
    const wrong = Math.abs(Date.parse(signed) - Date.now() - behindMs) > 300_000;
    const refusal = { __type: 'InvalidSignatureException', message: 'Signature not yet current' };
    (wrong ? json(400, refusal, { date }) : json(200, { Events: [] }, { date }))(request, response);
  };
  const door = await open();
  expect(await door.aws.call('cloudtrail:LookupEvents', {})).toMatchObject({ Events: [] });
  expect(server.requests).toHaveLength(2);
  expect(Math.abs(door.aws.now() - Date.now() - behindMs)).toBeLessThan(1_500);
  // A write is tried once, even then.
  const other = await open();
  expect(await failure(send(other, stop))).toMatchObject({ outcome: 'refused', code: 'InvalidSignatureException' });
  expect(server.requests).toHaveLength(3);
  await send(other, stop);
});

test('identity: who, where and through what', async () => {
  server.answer = (request, response, message) =>
    request.operation === 'GetCallerIdentity'
      ? callerIdentity('arn:aws-us-gov:sts::111122223333:assumed-role/OnCall/me')(request, response)
      : xml(
          200,
          '<ListAccountAliasesResponse><ListAccountAliasesResult><AccountAliases><member>ml-prod</member></AccountAliases></ListAccountAliasesResult></ListAccountAliasesResponse>',
        )(request, response ?? message);
  const expiration = new Date('2026-11-23T22:00:00Z');
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiration };
  const { host } = new URL(server.endpoint);
  expect(await (await open({ credentials })).identity()).toEqual({
    account: '111122223333',
    alias: 'ml-prod',
    arn: 'arn:aws-us-gov:sts::111122223333:assumed-role/OnCall/me',
    partition: 'aws-us-gov',
    region: 'eu-west-1',
    globalRegion: 'us-gov-west-1',
    credentialsExpireAt: expiration.getTime(),
    endpoint: { kind: 'custom', host },
  });
  const simulated = await open({ simulated: true });
  expect((await simulated.identity()).endpoint).toEqual({ kind: 'simulated', host });
  expect((await simulated.identity()).credentialsExpireAt).toBeUndefined();
});

test('identity without the permission to read the alias', async () => {
  server.answer = (request, response) =>
    request.operation === 'GetCallerIdentity'
      ? callerIdentity('arn:aws:iam::111122223333:user/me')(request, response)
      : xmlError(403, 'AccessDenied', 'no')(request, response);
  expect(await (await open()).identity()).toMatchObject({ alias: undefined, globalRegion: 'us-east-1' });
});
