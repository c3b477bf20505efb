import { request } from 'node:http';
import { connect } from 'node:net';
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';

let range: Range;
beforeAll(async () => {
  range = await startRange({});
});
afterAll(() => range.close());

const signed = (service: string, accessKeyId = range.credentials.accessKeyId, region = 'us-east-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/${region}/${service}/aws4_request, SignedHeaders=host, Signature=x`,
  'x-amz-security-token': range.credentials.sessionToken,
});
const post = (body: string, headers: Record<string, string>) =>
  fetch(range.endpoint, { method: 'POST', body, headers });
const json = (target: string, body = '{}', headers: Record<string, string> = signed('sagemaker')) =>
  post(body, { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...headers });
const form = (body: string, headers: Record<string, string> = signed('iam')) =>
  post(body, { 'content-type': 'application/x-www-form-urlencoded', ...headers });

describe('awsJson', () => {
  test.each(['SageMaker.ListEndpoints', 'com.amazonaws.sagemaker.SageMaker.ListEndpoints'])(
    'serves %s',
    async (target) => {
      const response = await json(target);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
      expect(Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now())).toBeLessThan(5000);
      const { Endpoints } = (await response.json()) as { Endpoints: { EndpointName: string; CreationTime: number }[] };
      expect(Endpoints.map(({ EndpointName }) => EndpointName).sort()).toEqual([
        'churn-canary',
        'fraud-scorer',
        'llm-gateway',
        'recsys-ranker',
      ]);
      // Seconds, not milliseconds and not text.
      expect(Endpoints[0]?.CreationTime).toBeLessThan(Date.now() / 1000);
    },
  );

  test.each([
    ['an unknown operation', () => json('SageMaker.MakeCoffee'), 400, 'UnknownOperationException'],
    ['an unknown service', () => json('Nothing.ListEndpoints'), 400, 'UnknownOperationException'],
    ['no target', () => post('{}', signed('sagemaker')), 400, 'UnknownOperationException'],
    ['broken JSON', () => json('SageMaker.ListEndpoints', '{'), 400, 'SerializationException'],
    ['JSON that is no object', () => json('SageMaker.ListEndpoints', '[1]'), 400, 'SerializationException'],
    [
      'a member of the wrong type',
      () => json('SageMaker.DescribeEndpoint', '{"EndpointName":7}'),
      400,
      'SerializationException',
    ],
    ['no authorization', () => json('SageMaker.ListEndpoints', '{}', {}), 403, 'MissingAuthenticationTokenException'],
    [
      'an unknown key',
      () => json('SageMaker.ListEndpoints', '{}', signed('sagemaker', 'AKIAUNKNOWN')),
      400,
      'UnrecognizedClientException',
    ],
    [
      'a wrong session token',
      () => json('SageMaker.ListEndpoints', '{}', { ...signed('sagemaker'), 'x-amz-security-token': 'x' }),
      400,
      'UnrecognizedClientException',
    ],
    [
      '11 MB',
      () => json('SageMaker.ListEndpoints', ' '.repeat(11 * 1024 * 1024)),
      413,
      'RequestEntityTooLargeException',
    ],
  ])('%s', async (_what, send, status, type) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('json');
    expect(response.headers.get('x-amzn-requestid')).toBeTruthy();
    expect(await response.json()).toMatchObject({ __type: type, message: expect.any(String) });
  });

  test('validation names what is wrong as AWS does', async () => {
    const missing = (await (await json('SageMaker.DescribeEndpoint')).json()) as { message: string };
    expect(missing.message).toBe(
      "1 validation error detected: Value null at 'endpointName' failed to satisfy constraint: Member must not be null",
    );
    const wrong = (await (await json('SageMaker.DescribeEndpoint', '{"EndpointName":"a b"}')).json()) as {
      message: string;
    };
    expect(wrong.message).toMatch(
      /^1 validation error detected: Value 'a b' at 'endpointName' failed to satisfy constraint: Member must satisfy regular/,
    );
  });

  test('another Region is another, empty place', async () => {
    const response = await json('SageMaker.ListEndpoints', '{}', signed('sagemaker', undefined, 'eu-west-1'));
    expect(await response.json()).toEqual({ Endpoints: [] });
  });
});

describe('query', () => {
  test('serves IAM with entities and URL-encoded policies', async () => {
    const response = await form('Action=GetRole&Version=2010-05-08&RoleName=ds-exec');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/xml');
    const text = await response.text();
    expect(text).toMatch(
      /^<GetRoleResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><GetRoleResult><Role>/,
    );
    expect(text).toContain('<AssumeRolePolicyDocument>%7B%22Version%22');
    expect(text).toContain('<Arn>arn:aws:iam::111122223333:role/service-role/ds-exec</Arn>');
  });

  test('is told apart by the credential scope when the version is missing', async () => {
    const text = await (await form('Action=GetCallerIdentity', signed('sts'))).text();
    expect(text).toContain('<Arn>arn:aws:sts::111122223333:assumed-role/OnCall/on-call</Arn>');
  });

  test.each([
    ['an unknown action', () => form('Action=MakeCoffee&Version=2010-05-08'), 400, 'InvalidAction'],
    [
      'an unknown key',
      () => form('Action=ListRoles&Version=2010-05-08', signed('iam', 'AKIAX')),
      403,
      'InvalidClientTokenId',
    ],
    ['no authorization', () => form('Action=ListRoles&Version=2010-05-08', {}), 403, 'MissingAuthenticationToken'],
    ['what is not there', () => form('Action=GetRole&Version=2010-05-08&RoleName=nobody'), 404, 'NoSuchEntity'],
    [
      'a policy that is none',
      () => form('Action=PutRolePolicy&Version=2010-05-08&RoleName=ds-exec&PolicyName=p&PolicyDocument=%7B'),
      400,
      'MalformedPolicyDocument',
    ],
    [
      'a role that AWS owns',
      () =>
        form(
          `Action=PutRolePolicy&Version=2010-05-08&RoleName=AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint&PolicyName=p&PolicyDocument=${encodeURIComponent('{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}')}`,
        ),
      400,
      'UnmodifiableEntity',
    ],
    ['a missing member', () => form('Action=GetRole&Version=2010-05-08'), 400, 'ValidationError'],
  ])('%s', async (_what, send, status, code) => {
    const response = await send();
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).toMatch(/^<ErrorResponse .*<RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/);
    expect(text).toContain(`<Code>${code}</Code>`);
  });
});

/** `fetch` does not let us choose the Host header. */
function withHost(host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(range.endpoint);
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        headers: { host, 'x-amz-target': 'SageMaker.ListEndpoints', ...signed('sagemaker') },
      },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end('{}');
  });
}

describe('the server', () => {
  test.each(['127.0.0.1:9', 'localhost:9', 'localhost', '[::1]:9'])('answers to Host %s', async (host) => {
    expect((await withHost(host)).status).toBe(200);
  });

  test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])(
    'refuses Host %s',
    async (host) => {
      const { status, body } = await withHost(host);
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ __type: 'AccessDeniedException' });
    },
  );

  test('survives clients that go away', async () => {
    const { port } = new URL(range.endpoint);
    for (const text of ['POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n\r\n{', 'nonsense\r\n\r\n', '']) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(text, () => socket.destroy());
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    expect((await json('SageMaker.ListEndpoints')).status).toBe(200);
  });

  test('a port in use is an expected error', async () => {
    const port = Number(new URL(range.endpoint).port);
    await expect(startRange({ port })).rejects.toMatchObject({
      code: 'PortInUse',
      exitCode: 1,
      message: `port ${port} is in use`,
      nextSteps: ['Choose another with --port, or 0 for any free one'],
    });
  });

  test('an unknown scenario is a usage error that lists them', async () => {
    await expect(startRange({ scenario: 'nope' })).rejects.toMatchObject({
      exitCode: 2,
      message: 'there is no scenario "nope"',
      nextSteps: [expect.stringContaining('presigned-url-hijack')],
    });
  });
});

describe('the AWS SDK', () => {
  test('pages, and reads times', async () => {
    const { sagemaker } = clientsOf(range);
    const first = await sagemaker.send(new ListEndpointsCommand({ MaxResults: 3 }));
    const second = await sagemaker.send(new ListEndpointsCommand({ MaxResults: 3, NextToken: first.NextToken }));
    expect(first.Endpoints).toHaveLength(3);
    expect(second).toMatchObject({ Endpoints: [expect.anything()] });
    expect(second.NextToken).toBeUndefined();
    expect(first.Endpoints?.[0]?.CreationTime).toBeInstanceOf(Date);
  });

  test('assumes a role and acts as it', async () => {
    const { sts } = clientsOf(range);
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::111122223333:role/ci-deployer',
        RoleSessionName: 'me',
        DurationSeconds: 900,
      }),
    );
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/ci-deployer/me');
    expect((Credentials?.Expiration?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(900_000);
    const session = clientsOf(range, {
      accessKeyId: Credentials?.AccessKeyId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    });
    expect(await session.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/ci-deployer/me',
    });
    const refused = await refusal(
      session.sts.send(
        new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/OnCall', RoleSessionName: 'me' }),
      ),
    );
    expect(refused.name).toMatch(/^AccessDenied/);
  });
});
