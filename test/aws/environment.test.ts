import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AnsweringServer, callerIdentity, json, startAnsweringServer } from './answering-server.ts';

/** The SDK reads the environment of the process: each of these runs in one of its own. */
let server: AnsweringServer;
let folder: string;
beforeEach(async () => {
  server = await startAnsweringServer();
  folder = await mkdtemp(join(tmpdir(), 'firebreak-aws-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const client = new URL('../../src/aws/client.ts', import.meta.url).href;
const clock = new URL('../../src/shared/clock.ts', import.meta.url).href;

async function run(script: string, env: NodeJS.ProcessEnv = {}) {
  const source = `import { openAws } from '${client}'; import { systemClock as clock } from '${clock}';
    const show = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
    const fail = (error) => show({ name: error.name, code: error.code, reason: error.reason, message: error.message, nextSteps: error.nextSteps, exitCode: error.exitCode });
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return {
    stderr,
    shown: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}
const me = callerIdentity('arn:aws:iam::111122223333:user/me');

test('no SDK package is loaded before the first call, and then only that of its service', async () => {
  const { shown, stderr } = await run(
    `import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ load: (url, context, next) => { loaded.add(/node_modules\\/(@[^/]+\\/client-[^/]+|@(?:aws-sdk|smithy)\\/[^/]+)/.exec(url)?.[1]); return next(url, context); } });
    const packages = () => [...loaded].filter(Boolean).sort();
    const { openAws: open } = await import('${client}?traced');
    const door = await open({ clock, region: 'us-east-1', endpoint: '${server.endpoint}', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    show(packages());
    await door.aws.call('cloudtrail:LookupEvents', {});
    show(packages().filter((name) => name.includes('client-')));
    door.close();`,
  );
  expect(stderr).toBe('');
  expect(shown).toEqual([[], ['@aws-sdk/client-cloudtrail']]);
});

test('the header tells where requests really go: endpoint_url of the profile', async () => {
  const config = join(folder, 'config');
  await writeFile(
    config,
    `[profile lab]\nregion = us-east-1\nendpoint_url = ${server.endpoint}\naws_access_key_id = AKIALAB\naws_secret_access_key = b\n`,
  );
  server.answer = me;
  const { shown, stderr } = await run(
    `const door = await openAws({ clock, profile: 'lab' }); show(await door.identity()); door.close();`,
    // Both sources of credentials: the SDK would print five lines about it.
    { AWS_CONFIG_FILE: config, AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'c' },
  );
  expect(stderr).toBe('');
  expect(shown[0]).toMatchObject({
    account: '111122223333',
    endpoint: { kind: 'custom', host: new URL(server.endpoint).host },
  });
  expect(server.requests[0]?.headers.authorization).toContain('Credential=AKIALAB/');
});

test('one service elsewhere is enough for CUSTOM ENDPOINT', async () => {
  server.answer = me;
  const { shown } = await run(
    `const door = await openAws({ clock }); show((await door.identity()).endpoint); door.close();`,
    {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_ENDPOINT_URL_STS: server.endpoint,
      AWS_ENDPOINT_URL_IAM: server.endpoint,
      AWS_ENDPOINT_URL_SAGEMAKER: 'http://tunnel.internal:9000',
    },
  );
  expect(shown).toEqual([{ kind: 'custom', host: `${new URL(server.endpoint).host}, tunnel.internal:9000` }]);
});

test('what the environment says after the door was opened has no say', async () => {
  server.answer = me;
  const { shown } = await run(
    `const door = await openAws({ clock, region: 'us-east-1', endpoint: '${server.endpoint}' });
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1'; process.env.AWS_PROFILE = 'nobody';
    show((await door.identity()).endpoint); show(process.env.AWS_PROFILE); door.close();`,
    { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
  );
  expect(shown).toEqual([{ kind: 'custom', host: new URL(server.endpoint).host }, 'nobody']);
});

test('no credentials: one line, what to do, and no wait for a metadata service that is not there', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { shown, stderr } = await run(
    `const door = await openAws({ clock }); const started = performance.now();
    await door.identity().catch(fail); show(performance.now() - started);
    await door.aws.call('iam:GetRole', { RoleName: 'x' }).catch(fail); door.close();`,
    {
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    },
  );
  silent.closeAllConnections();
  silent.close();
  expect(stderr).toBe('');
  expect(shown[0]).toMatchObject({
    name: 'UsageError',
    exitCode: 2,
    message: 'no AWS credentials found',
    nextSteps: ['Run `aws configure`, set AWS_PROFILE, or try `firebreak drill`'],
  });
  expect(shown[1]).toBeLessThan(3_500);
  expect(shown[2]).toMatchObject({ name: 'AwsCallError', reason: 'expired', code: 'CredentialsNotFound' });
});

const sso = (sections: string) =>
  `[profile corp]\nregion = us-east-1\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = OnCall\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n${sections}`;

test('an SSO session that is renewed with `aws sso login` is picked up by itself', async () => {
  const config = join(folder, 'config');
  await writeFile(
    config,
    sso(`[profile chained]\nrole_arn = arn:aws:iam::222233334444:role/R\nsource_profile = corp\n`),
  );
  server.answer = (request, response, message) => {
    if (request.operation === 'GetCallerIdentity') me(request, response);
    else if (message.url?.startsWith('/federation/credentials'))
      json(200, {
        roleCredentials: {
          accessKeyId: 'ASIASSO',
          secretAccessKey: 's',
          sessionToken: 't',
          expiration: Date.now() + 3_600_000,
        },
      })(request, response);
    else json(403, {})(request, response);
  };
  const { shown, stderr } = await run(
    `import { mkdirSync, writeFileSync } from 'node:fs'; import { createHash } from 'node:crypto'; import { homedir } from 'node:os';
    const door = await openAws({ clock, profile: 'corp' }); const chained = await openAws({ clock, profile: 'chained', region: 'us-east-1' });
    await door.identity().catch(fail); await chained.identity().catch(fail);
    const token = (expiresAt) => { mkdirSync(homedir() + '/.aws/sso/cache', { recursive: true });
      writeFileSync(homedir() + '/.aws/sso/cache/' + createHash('sha1').update('corp').digest('hex') + '.json', JSON.stringify({ accessToken: 'a', expiresAt })); };
    token('2026-01-01T00:00:00Z'); await door.identity().catch(fail);
    token(new Date(Date.now() + 3600000).toISOString()); show((await door.identity()).credentialsFrom); door.close(); chained.close();`,
    { AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL: server.endpoint },
  );
  expect(stderr).toBe('');
  const expired = { name: 'AwsCallError', reason: 'expired', nextSteps: ['Run `aws sso login --profile corp`'] };
  expect(shown).toEqual([
    expect.objectContaining(expired),
    expect.objectContaining(expired),
    expect.objectContaining(expired),
    'profile corp (sso)',
  ]);
  expect(server.requests.find(({ operation }) => operation === 'GetCallerIdentity')?.headers.authorization).toContain(
    'Credential=ASIASSO/',
  );
});

test('an SSO session that ended: names the command', async () => {
  const config = join(folder, 'config');
  await writeFile(config, sso(''));
  const { shown, stderr } = await run(
    `const door = await openAws({ clock, profile: 'corp' }); await door.identity().catch(fail); door.close();`,
    { AWS_CONFIG_FILE: config },
  );
  expect(stderr).toBe('');
  expect(shown[0]).toMatchObject({
    name: 'AwsCallError',
    reason: 'expired',
    exitCode: 4,
    nextSteps: ['Run `aws sso login --profile corp`'],
  });
  expect(shown[0].message).not.toContain('\n');
});

test('renewed credentials are picked up without a restart', async () => {
  const file = join(folder, 'credentials');
  await writeFile(file, '[default]\naws_access_key_id = AKIAOLD\naws_secret_access_key = b\n');
  server.answer = (request, response) =>
    request.headers.authorization?.includes('AKIAOLD')
      ? json(400, {
          __type: 'ExpiredTokenException',
          message: 'The security token included in the request is expired',
        })(request, response)
      : json(200, { EndpointName: 'x' })(request, response);
  const { shown, stderr } = await run(
    `import { writeFileSync } from 'node:fs';
    const door = await openAws({ clock, endpoint: '${server.endpoint}', region: 'us-east-1' });
    const call = () => door.aws.call('sagemaker:DescribeEndpoint', { EndpointName: 'x' });
    await call().catch(fail);
    writeFileSync('${file}', '[default]\\naws_access_key_id = AKIANEW\\naws_secret_access_key = b\\n');
    show((await call()).EndpointName); door.close();`,
    { AWS_SHARED_CREDENTIALS_FILE: file },
  );
  expect(stderr).toBe('');
  expect(shown).toEqual([expect.objectContaining({ reason: 'expired' }), 'x']);
});

test('a hostile environment does not reach the range', async () => {
  const { shown, stderr } = await run(
    `const door = await openAws({ clock, region: 'us-east-1', endpoint: '${server.endpoint}', simulated: true, env: {}, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    for (const [name, input] of [['sagemaker:ListEndpoints', {}], ['logs:FilterLogEvents', { logGroupName: 'x' }], ['cloudtrail:LookupEvents', {}]]) await door.aws.call(name, input).then(() => show(name), fail);
    door.close();`,
    {
      AWS_PROFILE: 'nobody',
      AWS_REGION: 'not a region',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_MAX_ATTEMPTS: 'many',
      AWS_RETRY_MODE: 'never',
      AWS_ENDPOINT_URL: 'http://evil.example',
      AWS_CA_BUNDLE: '/nowhere',
      HTTP_PROXY: 'http://127.0.0.1:1',
    },
  );
  expect(stderr).toBe('');
  expect(shown).toEqual(['sagemaker:ListEndpoints', 'logs:FilterLogEvents', 'cloudtrail:LookupEvents']);
});

test('a proxy is used, but never for loopback', async () => {
  const proxied: string[] = [];
  const proxy = createServer((request, response) => {
    proxied.push(request.url ?? '');
    response.writeHead(502).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { shown } = await run(
    `const keys = { accessKeyId: 'a', secretAccessKey: 'b' };
    const near = await openAws({ clock, region: 'us-east-1', endpoint: '${server.endpoint}', credentials: keys });
    for (const endpoint of ['${server.endpoint}', 'http://aws.example:81']) {
      process.env.AWS_ENDPOINT_URL = endpoint;
      const door = await openAws({ clock, region: 'us-east-1', credentials: keys });
      await door.aws.call('cloudtrail:LookupEvents', {}).then(() => show('direct'), fail);
      door.close();
    }
    near.close();`,
    { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
  );
  proxy.close();
  expect(shown[0]).toBe('direct');
  expect(shown[1]).toMatchObject({ reason: 'network' });
  expect(proxied).toEqual(['http://aws.example:81/']);
});

test('a bundle of certificates that cannot be read', async () => {
  const { shown } = await run(`await openAws({ clock, region: 'us-east-1' }).catch(fail);`, {
    AWS_CA_BUNDLE: '/nowhere',
  });
  expect(shown[0]).toMatchObject({ exitCode: 2, message: 'AWS_CA_BUNDLE: cannot read /nowhere (ENOENT)' });
});
