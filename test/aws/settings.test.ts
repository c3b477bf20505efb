import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveSettings } from '../../src/aws/settings.ts';

let folder: string;
let files: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-aws-'));
  files = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') };
  await writeFile(
    join(folder, 'config'),
    `# the company's
[default]
region = eu-west-1
[profile ml prod]
[profile "quoted"]
region=us-east-2 ; a comment
[profile lab]
services = tunnels
region = ap-southeast-2
endpoint_url = http://lab.internal:8080
[services tunnels]
sagemaker =
  endpoint_url = http://127.0.0.1:9000
[sso-session corp]
sso_region = us-east-1
[profile sso]
sso_session = corp
`,
  );
  await writeFile(
    join(folder, 'credentials'),
    '[keys]\naws_access_key_id = A\naws_secret_access_key = B\nregion = us-west-2\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

const resolve = (env: NodeJS.ProcessEnv, options: { profile?: string; region?: string } = {}) =>
  resolveSettings({ ownCredentials: false, env: { ...files, ...env }, ...options });
const endpointsOf = async (env: NodeJS.ProcessEnv, options = {}) =>
  Object.fromEntries([...(await resolve(env, options)).endpoints].map(([service, url]) => [service, url.host]));

test('the Region: flag, AWS_REGION, AWS_DEFAULT_REGION, profile', async () => {
  const env = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-west-1' };
  expect((await resolve(env, { region: 'sa-east-1' })).region).toBe('sa-east-1');
  expect((await resolve(env)).region).toBe('us-east-1');
  expect((await resolve({ AWS_DEFAULT_REGION: 'us-west-1' })).region).toBe('us-west-1');
  expect((await resolve({})).region).toBe('eu-west-1');
  expect((await resolve({ AWS_PROFILE: 'quoted' })).region).toBe('us-east-2');
  expect((await resolve({ AWS_PROFILE: 'quoted' }, { profile: 'keys' })).region).toBe('us-west-2');
});

test('how often and where to: the variable, then the profile', async () => {
  const config = join(folder, 'how');
  await writeFile(
    config,
    '[profile how]\nregion = eu-west-1\nmax_attempts = 7\nretry_mode = adaptive\nuse_fips_endpoint = true\nuse_dualstack_endpoint = TRUE\nca_bundle = /ca.pem\n',
  );
  const env = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'how' };
  expect(await resolve(env)).toMatchObject({
    maxAttempts: 7,
    retryMode: 'adaptive',
    fips: true,
    dualStack: true,
    certificates: { path: '/ca.pem', setBy: 'ca_bundle of profile how' },
  });
  const variables = {
    AWS_MAX_ATTEMPTS: '2',
    AWS_RETRY_MODE: 'legacy',
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    AWS_CA_BUNDLE: '/other.pem',
  };
  expect(await resolve({ ...env, ...variables })).toMatchObject({
    maxAttempts: 2,
    retryMode: 'standard',
    fips: false,
    dualStack: false,
    certificates: { path: '/other.pem', setBy: 'AWS_CA_BUNDLE' },
  });
  expect(await resolve({})).toMatchObject({ maxAttempts: 3, retryMode: 'standard', certificates: undefined });
});

test('no Region, or none that could be one', async () => {
  await expect(resolve({}, { profile: 'sso' })).rejects.toMatchObject({
    exitCode: 2,
    message: 'no Region: set --region, AWS_REGION or a profile with one',
  });
  await expect(resolve({}, { region: 'evil.example/' })).rejects.toMatchObject({ exitCode: 2 });
});

test('an unknown profile: says which there are', async () => {
  await expect(resolve({}, { profile: 'prod' })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /^no profile "prod" in .*config or .*credentials: there are default, keys, lab, .*sso$/,
    ),
  });
  await expect(
    resolve({
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      AWS_PROFILE: 'x',
    }),
  ).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/^no profile "x" in [^:]*$/) });
});

test("endpoints: the SDK's precedence", async () => {
  expect(await endpointsOf({})).toEqual({});
  expect(await endpointsOf({}, { profile: 'lab' })).toMatchObject({
    sts: 'lab.internal:8080',
    sagemaker: '127.0.0.1:9000',
  });
  expect(
    await endpointsOf({
      AWS_PROFILE: 'lab',
      AWS_ENDPOINT_URL: 'http://all:1',
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: 'http://logs:2',
    }),
  ).toMatchObject({ sts: 'all:1', sagemaker: 'all:1', logs: 'logs:2' });
  expect(await endpointsOf({ AWS_PROFILE: 'lab', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toEqual({});
  await expect(resolve({ AWS_ENDPOINT_URL: 'localhost:4566' })).rejects.toMatchObject({
    exitCode: 2,
    message: 'AWS_ENDPOINT_URL: "localhost:4566" is no http or https URL',
  });
});

test('a services section that is not there: requests would go to AWS instead', async () => {
  const config = join(folder, 'lost');
  await writeFile(config, '[profile lab]\nregion = eu-west-1\nservices = tunnels\n');
  await expect(resolve({ AWS_CONFIG_FILE: config }, { profile: 'lab' })).rejects.toMatchObject({
    exitCode: 2,
    message: `profile lab: there is no section [services tunnels] in ${config}`,
  });
});

test('whether credentials may be anywhere but in the instance', async () => {
  expect((await resolve({})).credentialsLikely).toBe(false);
  expect((await resolve({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })).credentialsLikely).toBe(true);
  expect((await resolve({}, { profile: 'keys' })).credentialsLikely).toBe(true);
  expect((await resolve({ AWS_REGION: 'us-east-1' }, { profile: 'sso' })).credentialsLikely).toBe(true);
});

test('the range: neither variables nor files have a say', async () => {
  const env = { ...files, AWS_PROFILE: 'nobody', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'nonsense' };
  const endpoint = 'http://127.0.0.1:5000';
  const settings = await resolveSettings({ ownCredentials: true, endpoint, region: 'eu-west-3', env });
  expect(settings).toMatchObject({ profile: undefined, region: 'eu-west-3' });
  expect(new Set([...settings.endpoints.values()].map(String))).toEqual(new Set([`${endpoint}/`]));
  await expect(resolveSettings({ ownCredentials: true, endpoint, env })).rejects.toMatchObject({ exitCode: 2 });
});
