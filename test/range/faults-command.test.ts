import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { command } from '../../src/cli/commands/range.ts';

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'range-'));
  printed = '';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const run = (flags: { readonly [name: string]: string | boolean }, signal = AbortSignal.abort()) =>
  command.run({
    global: { json: false, colour: false, ascii: false, local: false, stateDir: undefined },
    flags,
    positionals: [],
    env: {},
    signal,
  });

test('--faults that is wrong is a usage error, and nothing is started', async () => {
  const path = join(folder, 'faults.json');
  writeFileSync(path, '{"tails": {"cut": 2}}');
  await expect(run({ faults: path })).rejects.toMatchObject({
    exitCode: 2,
    message: `${path}: tails.cut 2 is not a number from 0 to 1`,
  });
  await expect(run({ rate: 'fast' })).rejects.toMatchObject({ exitCode: 2 });
  expect(printed).toBe('');
});

test('faults, no trail and a rate reach the range', async () => {
  const path = join(folder, 'faults.json');
  writeFileSync(path, '{"rules": [{"operation": "sts:*", "fault": "denied"}]}');
  const ended = new AbortController();
  const done = run({ faults: path, 'no-trail': true, rate: '100' }, ended.signal);
  await vi.waitFor(() => expect(printed).toContain('until Ctrl-C'), 20_000);
  const value = (name: string) => new RegExp(`^export ${name}=(.*)$`, 'm').exec(printed)?.[1] ?? '';
  const ask = (headers: Record<string, string>, service: string, body: string) =>
    fetch(value('AWS_ENDPOINT_URL'), {
      method: 'POST',
      body,
      headers: {
        ...headers,
        'x-amz-security-token': value('AWS_SESSION_TOKEN'),
        authorization: `AWS4-HMAC-SHA256 Credential=${value('AWS_ACCESS_KEY_ID')}/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
      },
    }).then((response) => response.text());
  const json = (target: string, service: string, input: object) =>
    ask({ 'x-amz-target': target }, service, JSON.stringify(input));
  expect(await ask({}, 'sts', 'Action=GetCallerIdentity&Version=2011-06-15')).toContain('<Code>AccessDenied</Code>');
  expect(await json('CloudTrail_20131101.DescribeTrails', 'cloudtrail', {})).toBe('{"trailList":[]}');
  await vi.waitFor(async () => {
    const lines = await json('Logs_20140328.FilterLogEvents', 'logs', {
      logGroupName: '/aws/sagemaker/Endpoints/fraud-scorer',
      startTime: 1,
      filterPattern: '"INFO:load:item"',
    });
    expect(lines).toContain('INFO:load:item');
  });
  ended.abort();
  expect(await done).toBe(0);
});
