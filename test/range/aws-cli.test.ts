import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';

const present = spawnSync('aws', ['--version'], { timeout: 20_000 }).status === 0;
if (!present) process.stderr.write('aws-cli.test.ts skipped: there is no `aws` on this machine\n');

/** What the commands print, as far as the test looks into it. */
interface Output {
  readonly Endpoints: readonly { readonly EndpointName: string }[];
  readonly PolicyNames: readonly string[];
  readonly Arn: string;
  readonly Events: readonly { readonly CloudTrailEvent: string }[];
}

let range: Range;
beforeAll(async () => {
  // Lags of minutes pass in a fraction of a second; the clock is the real one, since the CLI waits for nobody's.
  range = await startRange({ speed: 500 });
});
afterAll(() => range.close());

async function aws(...args: readonly string[]): Promise<Output> {
  const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', range.endpoint, '--output', 'json', ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      AWS_REGION: range.region,
      AWS_DEFAULT_REGION: range.region,
      AWS_ACCESS_KEY_ID: range.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: range.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: range.credentials.sessionToken,
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
      AWS_PAGER: '',
    },
  });
  return JSON.parse(stdout || '{}');
}

describe.skipIf(!present)('the AWS CLI', () => {
  test('reads, deletes, and finds its own deletion in the trail', { timeout: 60_000 }, async () => {
    const [{ Endpoints }, { PolicyNames }, identity] = await Promise.all([
      aws('sagemaker', 'list-endpoints'),
      aws('iam', 'list-role-policies', '--role-name', 'ds-exec'),
      aws('sts', 'get-caller-identity'),
      aws('sagemaker', 'delete-endpoint', '--endpoint-name', 'fraud-scorer'),
    ]);
    expect(Endpoints.map(({ EndpointName }) => EndpointName)).toContain('recsys-ranker');
    expect(PolicyNames).toEqual(['ds-exec-data', 'ds-exec-iam']);
    expect(identity.Arn).toBe('arn:aws:sts::111122223333:assumed-role/OnCall/on-call');
    const { Events } = await aws(
      'cloudtrail',
      'lookup-events',
      '--lookup-attributes',
      'AttributeKey=EventName,AttributeValue=DeleteEndpoint',
    );
    expect(Events).toMatchObject([
      {
        EventName: 'DeleteEndpoint',
        ReadOnly: 'false',
        Username: 'on-call',
        Resources: [{ ResourceName: 'fraud-scorer' }],
      },
    ]);
    expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '{}').userAgent).toContain('aws-cli');
  });
});
