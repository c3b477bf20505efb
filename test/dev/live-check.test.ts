import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';

const program = new URL('../../src/dev/live-check.ts', import.meta.url).pathname;
let range: Range;
beforeAll(async () => {
  range = await startRange({ speed: 2000 });
});
afterAll(() => range.close());

/** Runs live-check with the credentials of the range, and no others. */
function liveCheck(...words: readonly string[]) {
  const { accessKeyId, secretAccessKey, sessionToken } = range.credentials;
  const env = {
    PATH: process.env.PATH,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  return new Promise<{ readonly code: number; readonly out: string; readonly problem: string }>((resolve) =>
    execFile(process.execPath, [program, ...words], { env }, (error, out, problem) =>
      resolve({ code: error ? Number(error.code) : 0, out, problem }),
    ),
  );
}
const requests = async () => Object.keys(await range.control.requests()).length;
const agreed = () => ['--i-have-read-the-list', '--region', 'us-east-1', '--endpoint', range.endpoint];

describe('live-check', () => {
  it.each([
    ['nothing', []],
    ['the account alone', ['--account', '111122223333']],
    ['the list alone', ['--i-have-read-the-list']],
  ])('given %s: prints what it would do, sends nothing, and ends with 3', async (_, words) => {
    const { code, out, problem } = await liveCheck(...words);
    expect(code).toBe(3);
    expect(out).toContain('Nothing was sent.');
    // Every claim of the facts, part 9, that can be measured from outside.
    for (const id of [
      'deny-cuts-open-session',
      'mint-redaction',
      'revoke-and-compute',
      'user-settings-merge',
      'endpoint-state-errors',
    ])
      expect(out).toContain(`${id}: `);
    expect(problem).toContain('--i-have-read-the-list --account ID');
    expect(await requests()).toBe(0);
  });
  it('another account, or an endpoint that is not on this machine: refused', async () => {
    const other = await liveCheck(...agreed(), '--account', '999988887777');
    expect([other.code, other.problem]).toEqual([
      3,
      expect.stringContaining('are of 111122223333, not of 999988887777'),
    ]);
    expect(Object.keys(await range.control.requests())).toEqual(['sts:GetCallerIdentity']);
    const away = await liveCheck(
      '--i-have-read-the-list',
      '--account',
      '111122223333',
      '--region',
      'us-east-1',
      '--endpoint',
      'http://198.51.100.7',
    );
    expect([away.code, away.problem]).toEqual([3, expect.stringContaining('is for a range')]);
  }, 30_000);
  it('dry run on the range: says that it is one, measures, and leaves the account as it was', async () => {
    const before = await range.state();
    const only = [
      'inline-quotas',
      'notebook-state-errors',
      'user-settings-merge',
      'endpoint-state-errors',
      'deny-cuts-open-session',
    ];
    const { code, out } = await liveCheck(
      ...agreed(),
      ...['--account', '111122223333', '--domain-id', 'd-7kq2mzx4wv1p', '--endpoint-config', 'fraud-scorer-v3'],
      ...only.flatMap((id) => ['--only', id]),
    );
    expect(out).toContain('SIMULATED');
    expect(out).toMatch(/^measured {2}inline-quotas: role: \d+ characters were taken/m);
    expect(out).toMatch(/^measured {2}notebook-state-errors: Pending: stop ValidationException/m);
    expect(out).toMatch(/^measured {2}user-settings-merge: the other app's settings stay/m);
    expect(out).toMatch(/^measured {2}endpoint-state-errors: Creating: delete ValidationException/m);
    // What a range has nothing to show for is not measured, and the exit code says that something was not.
    expect(out).toMatch(/^NOT MEASURED {2}deny-cuts-open-session/m);
    expect(code).toBe(1);
    expect(out).not.toContain('NOT DELETED');
    expect(JSON.parse(await range.state())).toEqual(JSON.parse(before));
  }, 60_000);
});
