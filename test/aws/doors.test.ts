import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenDoor, type OpenOptions, openAws } from '../../src/aws/client.ts';
import type { AwsCallError } from '../../src/model/errors.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { type AnsweringServer, callerIdentity, json, startAnsweringServer, xml, xmlError } from './answering-server.ts';
import { type AwsFiles, createAwsFiles } from './aws-files.ts';
import { createManualClock } from './manual-clock.ts';

let servers: AnsweringServer[] = [];
let files: AwsFiles;
const doors: OpenDoor[] = [];
const server = async (): Promise<AnsweringServer> => {
  const started = await startAnsweringServer();
  started.answer = json(200, { EndpointName: 'fraud-scorer' });
  servers.push(started);
  return started;
};
beforeEach(async () => {
  files = await createAwsFiles();
});
afterEach(async () => {
  for (const door of doors.splice(0)) door.close();
  for (const one of servers) await one.close();
  servers = [];
  await files.remove();
});
const open = async (options: Partial<OpenOptions>): Promise<OpenDoor> => {
  const door = await openAws({ clock: systemClock, ...options, env: { ...files.env, ...options.env } });
  doors.push(door);
  return door;
};
const failure = (promise: Promise<unknown>): Promise<AwsCallError> =>
  promise.then(
    () => Promise.reject(new Error('It should have failed')),
    (error) => error,
  );
const look = (door: OpenDoor) => door.aws.call('sagemaker:DescribeEndpoint', { EndpointName: 'fraud-scorer' });
const seen = (one: AnsweringServer) =>
  one.requests.map(
    ({ operation, headers }) =>
      `${operation} ${/Credential=(\w+)\/\d+\/([\w-]+)/.exec(String(headers.authorization))?.slice(1)}`,
  );
/** The hosts that a call would reach: told by a proxy that lets nothing through. */
async function connectedHosts(options: Partial<OpenOptions>): Promise<readonly string[]> {
  const hosts = new Set<string>();
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    hosts.add(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const error = await failure(
    look(await open({ ...options, env: { ...options.env, HTTPS_PROXY, AWS_MAX_ATTEMPTS: '1' } })),
  );
  proxy.close();
  expect(error).toMatchObject({ name: 'AwsCallError', reason: 'network' });
  return [...hosts];
}
const keys = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = s\n`;
const assumed = (accessKeyId: string) =>
  xml(
    200,
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );

test('two profiles in one process: each has its own endpoint, keys and Region, and no variable is set', async () => {
  const [prod, archive] = [await server(), await server()];
  await files.config(
    `[profile prod]\nregion = eu-west-1\nendpoint_url = ${prod.endpoint}\n${keys('AKIAPROD')}
[profile archive]\nregion = eu-central-1\nendpoint_url = ${archive.endpoint}\n${keys('AKIAARCHIVE')}`,
  );
  const before = { ...process.env };
  const [first, second] = [await open({ profile: 'prod' }), await open({ profile: 'archive' })];
  await Promise.all([look(first), look(second)]);
  await look(first);
  expect(seen(prod)).toEqual(Array(2).fill('DescribeEndpoint AKIAPROD,eu-west-1'));
  expect(seen(archive)).toEqual(['DescribeEndpoint AKIAARCHIVE,eu-central-1']);
  expect(process.env).toEqual(before);
});

test('the precedence of endpoints, by where requests arrive', async () => {
  const [service, all, section, profile] = [await server(), await server(), await server(), await server()];
  await files.config(`[profile lab]\nregion = eu-west-1\nservices = tunnels\nendpoint_url = ${profile.endpoint}\n${keys('AKIALAB')}
[services tunnels]\nsagemaker =\n  endpoint_url = ${section.endpoint}\n`);
  const variables: NodeJS.ProcessEnv = {
    AWS_ENDPOINT_URL_SAGEMAKER: service.endpoint,
    AWS_ENDPOINT_URL: all.endpoint,
  };
  const arrivals = async (env: NodeJS.ProcessEnv) => {
    const before = servers.map(({ requests }) => requests.length);
    const door = await open({ profile: 'lab', env });
    await look(door);
    await door.aws.call('cloudtrail:LookupEvents', {});
    return servers.map(({ requests }, at) =>
      requests
        .slice(before[at])
        .map(({ operation }) => operation[0])
        .join(''),
    );
  };
  expect(await arrivals(variables)).toEqual(['D', 'L', '', '']);
  expect(await arrivals({ AWS_ENDPOINT_URL: all.endpoint })).toEqual(['', 'DL', '', '']);
  expect(await arrivals({})).toEqual(['', '', 'D', 'L']);
  expect(
    await connectedHosts({ profile: 'lab', env: { ...variables, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' } }),
  ).toEqual(['api.sagemaker.eu-west-1.amazonaws.com:443']);
});

test('a role of one profile is taken on at that profile’s STS', async () => {
  const [prod, archive] = [await server(), await server()];
  for (const [one, id] of [
    [prod, 'ASIAPROD'],
    [archive, 'ASIAARCHIVE'],
  ] as const) {
    one.answer = (request, response) =>
      (request.operation === 'AssumeRole' ? assumed(id) : json(200, { EndpointName: 'x' }))(request, response);
  }
  const role = (name: string, source: string, endpoint: string) =>
    `[profile ${name}]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = ${source}\nendpoint_url = ${endpoint}\n`;
  await files.config(
    `[profile base]\n${keys('AKIABASE')}${role('prod', 'base', prod.endpoint)}${role('archive', 'base', archive.endpoint)}`,
  );
  await Promise.all([look(await open({ profile: 'prod' })), look(await open({ profile: 'archive' }))]);
  expect(seen(prod)).toEqual(['AssumeRole AKIABASE,eu-west-1', 'DescribeEndpoint ASIAPROD,eu-west-1']);
  expect(seen(archive)).toEqual(['AssumeRole AKIABASE,eu-west-1', 'DescribeEndpoint ASIAARCHIVE,eu-west-1']);
  const apart = await server();
  apart.answer = assumed('ASIAAPART');
  await look(await open({ profile: 'prod', env: { AWS_ENDPOINT_URL_STS: apart.endpoint } }));
  expect(seen(apart)).toEqual(['AssumeRole AKIABASE,eu-west-1']);
});

test('a profile’s number of attempts; the variable wins', async () => {
  const busy = await server();
  busy.answer = json(500, { __type: 'InternalFailure', message: 'oops' });
  await files.config(
    `[profile patient]\nregion = eu-west-1\nendpoint_url = ${busy.endpoint}\nmax_attempts = 2\nretry_mode = adaptive\n${keys('A')}
[profile hasty]\nregion = eu-west-1\nendpoint_url = ${busy.endpoint}\nmax_attempts = 1\n${keys('B')}`,
  );
  const [patient, hasty] = [await open({ profile: 'patient' }), await open({ profile: 'hasty' })];
  await Promise.all([failure(look(patient)), failure(look(hasty))]);
  await failure(look(await open({ profile: 'hasty', env: { AWS_MAX_ATTEMPTS: '3' } })));
  expect(
    seen(busy)
      .map((text) => text.split(' ')[1])
      .sort(),
  ).toEqual([...Array(2).fill('A,eu-west-1'), ...Array(4).fill('B,eu-west-1')]);
});

test('a process that gives expired keys, then good ones: the next call works', async () => {
  const aws = await server();
  const answer = (id: string, expiration: string) =>
    files.file(
      'keys.json',
      JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: 's', SessionToken: 't', Expiration: expiration }),
    );
  const path = await answer('ASIAOLD', '2026-01-01T00:00:00Z');
  await files.config(
    `[profile vault]\nregion = eu-west-1\nendpoint_url = ${aws.endpoint}\ncredential_process = cat "${path}"\n`,
  );
  const door = await open({ profile: 'vault' });
  expect(await failure(look(door))).toMatchObject({
    reason: 'expired',
    outcome: 'refused',
    message: expect.stringMatching(/^credential_process of profile vault: .*expired credentials/),
  });
  await answer('ASIANEW', '2099-01-01T00:00:00Z');
  await look(door);
  // AWS refuses keys whose end it alone knows: they are asked for again.
  aws.answer = (request, response) =>
    (request.headers.authorization?.includes('ASIANEW/')
      ? json(400, { __type: 'ExpiredTokenException', message: 'expired' })
      : json(200, { EndpointName: 'x' }))(request, response);
  expect(await failure(look(door))).toMatchObject({
    reason: 'expired',
    nextSteps: ['Renew what the credential_process of profile vault gives; Firebreak goes on by itself'],
  });
  await answer('ASIANEWER', '2099-01-01T00:00:00Z');
  await look(door);
  expect(seen(aws).map((text) => /ASIA\w+/.exec(text)?.[0])).toEqual(['ASIANEW', 'ASIANEW', 'ASIANEWER']);
});

test('a process that fails: what it printed, not its command line', async () => {
  await files.config(
    '[profile vault]\nregion = eu-west-1\ncredential_process = sh -c "echo sealed >&2; exit 1" --token=hunter2\n',
  );
  const error = await failure(look(await open({ profile: 'vault' })));
  expect(error).toMatchObject({ reason: 'expired', message: 'credential_process of profile vault: sealed' });
});

test('where the credentials came from, in words', async () => {
  const aws = await server();
  aws.answer = (request, response) => {
    if (request.operation === 'GetCallerIdentity')
      callerIdentity('arn:aws:iam::111122223333:user/me')(request, response);
    else if (request.operation === 'AssumeRole') assumed('ASIAROLE')(request, response);
    else xmlError(403, 'AccessDenied', 'no')(request, response);
  };
  const process = `credential_process = echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'`;
  await files.config(`[default]\n${keys('AKIADEFAULT')}[profile base]\n${keys('AKIABASE')}[profile vault]\n${process}
[profile role]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = vault\n`);
  const from = async (options: Partial<OpenOptions>, env: NodeJS.ProcessEnv = {}) => {
    const door = await open({ region: 'eu-west-1', ...options, env: { AWS_ENDPOINT_URL: aws.endpoint, ...env } });
    return (await door.identity()).credentialsFrom;
  };
  const environment = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 's' };
  const roleArn = 'arn:aws:iam::222233334444:role/R';
  expect(await from({})).toBe('profile default (keys)');
  expect(await from({}, environment)).toBe('environment');
  expect(await from({ profile: 'base' }, environment)).toBe('profile base (keys)');
  expect(await from({ profile: 'vault' })).toBe('profile vault (credential_process)');
  expect(await from({ profile: 'role' })).toBe('profile role (assumed role)');
  expect(await from({ profile: 'base', assume: { roleArn } })).toBe(`profile base (keys), then ${roleArn}`);
  expect(await from({ credentials: { accessKeyId: 'A', secretAccessKey: 's' } })).toBeUndefined();
});

test('a Region that does not exist is refused in one line, unless the endpoint is custom', async () => {
  const aws = await server();
  await expect(open({ region: 'us-esat-1' })).rejects.toMatchObject({
    exitCode: 2,
    message: 'there is no Region "us-esat-1"; the nearest is us-east-1',
  });
  await open({ region: 'us-east-9' });
  await expect(open({ region: 'eu-west-1', regions: ['eu-wets-2'] })).rejects.toMatchObject({
    message: 'there is no Region "eu-wets-2"; the nearest is eu-west-2',
  });
  await open({ region: 'us-esat-1', env: { AWS_ENDPOINT_URL: aws.endpoint } });
  await expect(open({ region: 'evil.example/', env: { AWS_ENDPOINT_URL: aws.endpoint } })).rejects.toMatchObject({
    exitCode: 2,
  });
});

test('files that cannot be read: one line that names the file', async () => {
  const config = String(files.env.AWS_CONFIG_FILE);
  await mkdir(config);
  await expect(open({ region: 'eu-west-1' })).rejects.toMatchObject({
    exitCode: 2,
    message: `cannot read the AWS configuration ${config}: it is a directory`,
  });
  const odd = await files.file('utf16', '');
  await writeFile(odd, Buffer.from('\ufeff[default]\nregion = eu-west-1\n', 'utf16le'));
  await expect(open({ region: 'eu-west-1', env: { AWS_CONFIG_FILE: odd } })).rejects.toMatchObject({
    exitCode: 2,
    message: `the AWS configuration ${odd} is not UTF-8`,
  });
  const loop = join(files.folder, 'loop');
  await symlink(loop, loop);
  await expect(open({ region: 'eu-west-1', env: { AWS_CONFIG_FILE: loop } })).rejects.toMatchObject({
    exitCode: 2,
    message: `cannot read the AWS configuration ${loop}: ELOOP`,
  });
});

test.each([
  ['AWS_MAX_ATTEMPTS', 'many', 'AWS_MAX_ATTEMPTS: "many" is no number of attempts: write one from 1 on'],
  ['AWS_RETRY_MODE', 'never', 'AWS_RETRY_MODE: "never" is none of standard, legacy, adaptive'],
  ['AWS_USE_FIPS_ENDPOINT', 'yes', 'AWS_USE_FIPS_ENDPOINT: "yes" is none of true, false'],
])('%s=%s', async (name, value, message) => {
  await expect(open({ region: 'eu-west-1', env: { [name]: value } })).rejects.toMatchObject({ exitCode: 2, message });
});

test('the profile’s certificates, FIPS and dual-stack hosts', async () => {
  await files.config(`[profile gov]\nregion = us-gov-west-1\nca_bundle = ${files.folder}/none.pem\n`);
  await expect(open({ profile: 'gov' })).rejects.toMatchObject({
    exitCode: 2,
    message: `ca_bundle of profile gov: cannot read ${files.folder}/none.pem (ENOENT)`,
  });
  await files.config(
    `[profile gov]\nregion = us-gov-west-1\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\nmax_attempts = 1\n${keys('A')}
[profile plain]\nregion = us-gov-west-1\nmax_attempts = 1\n${keys('A')}`,
  );
  expect(await connectedHosts({ profile: 'gov' })).toEqual(['api.sagemaker-fips.us-gov-west-1.api.aws:443']);
  expect(await connectedHosts({ profile: 'plain' })).toEqual(['api.sagemaker.us-gov-west-1.amazonaws.com:443']);
  const env = { AWS_USE_FIPS_ENDPOINT: 'false', AWS_USE_DUALSTACK_ENDPOINT: 'false' };
  expect(await connectedHosts({ profile: 'gov', env })).toEqual(['api.sagemaker.us-gov-west-1.amazonaws.com:443']);
});

test('a role is taken on over FIPS and the proxy too', async () => {
  await files.credentials(`[default]\n${keys('AKIADEFAULT')}`);
  const assume = { roleArn: 'arn:aws:iam::222233334444:role/R' };
  const env = { AWS_USE_FIPS_ENDPOINT: 'true' };
  expect(await connectedHosts({ region: 'us-east-2', env, assume })).toEqual(['sts-fips.us-east-2.amazonaws.com:443']);
});

test('keys that AWS refuses are fetched again, but not for every call while they stay the same', async () => {
  const aws = await server();
  aws.answer = json(400, { __type: 'ExpiredTokenException', message: 'expired' });
  const runs = join(files.folder, 'runs');
  await files.config(
    `[profile vault]\nregion = eu-west-1\nendpoint_url = ${aws.endpoint}\ncredential_process = sh -c 'echo >> "${runs}"; echo "{\\"Version\\":1,\\"AccessKeyId\\":\\"ASIA1\\",\\"SecretAccessKey\\":\\"s\\"}"'\n`,
  );
  const clock = createManualClock(Date.now());
  const door = await open({ profile: 'vault', clock });
  const runsSoFar = async () => (await readFile(runs, 'utf8')).length;
  for (const _ of [1, 2, 3, 4, 5]) expect(await failure(look(door))).toMatchObject({ reason: 'expired' });
  expect(await runsSoFar()).toBe(2);
  await clock.advance(6_000);
  for (const _ of [1, 2]) await failure(look(door));
  expect(await runsSoFar()).toBe(3);
});

test('a file that breaks while the door is open is told as expired credentials; the door goes on after it is mended', async () => {
  const aws = await server();
  const config = `[profile lab]\nregion = eu-west-1\nendpoint_url = ${aws.endpoint}\n${keys('AKIALAB')}`;
  await files.config(config);
  const door = await open({ profile: 'lab' });
  await writeFile(String(files.env.AWS_CONFIG_FILE), Buffer.from([0x5b, 0xff, 0xfe]));
  expect(await failure(look(door))).toMatchObject({ reason: 'expired', message: expect.stringContaining('not UTF-8') });
  await files.config(config);
  await look(door);
});

test('a custom endpoint with FIPS set: the host that was named is called', async () => {
  const aws = await server();
  await files.credentials(`[default]\n${keys('AKIADEFAULT')}`);
  const env = { AWS_ENDPOINT_URL: aws.endpoint, AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' };
  await look(await open({ region: 'eu-west-1', env }));
  expect(seen(aws)).toEqual(['DescribeEndpoint AKIADEFAULT,eu-west-1']);
});
