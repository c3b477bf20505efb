import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eagerEnv, firebreak, start, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import { eventually } from '../helpers/until.ts';
import { retold, savedAlerts } from './fixture.ts';

interface Line {
  readonly id: string;
  readonly time: string;
  readonly action: string;
  readonly sourceIp: string;
  readonly principal: { readonly accessKeyId: string } | null;
}

const folder = mkdtempSync(join(tmpdir(), 'firebreak-alerts-'));
const attacker = '198.51.100.7';

/** Starts the program and reads its first line of JSON; then it is interrupted, and has to end. */
async function firstLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly line: Line; readonly stderr: string }> {
  const child = start([...args, '--json', '--state-dir', stateFolder()], env);
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    for await (const text of createInterface({ input: child.stdout! }))
      if (text.startsWith('{')) return { line: JSON.parse(text) as Line, stderr };
    throw new Error(`no event was printed: ${stderr}`);
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

// Programs that wait for a trail, each with a folder of its own: they wait side by side.
describe.concurrent('the five saved alerts on the drill they are of', () => {
  let range: Awaited<ReturnType<typeof startRangeProcess>>;
  let key = '';
  let mint: { readonly id: string; readonly at: number };
  /** Epoch ms of the key's first call from the attacker's address. */
  let firstUse = 0;

  beforeAll(async () => {
    range = await startRangeProcess(['--scenario', 'presigned-url-hijack', '--speed', '20']);
    Object.assign(range.env, eagerEnv());
    const config = {
      endpoint: range.endpoint,
      region: 'us-east-1',
      credentials: {
        accessKeyId: range.env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: range.env.AWS_SECRET_ACCESS_KEY!,
        sessionToken: range.env.AWS_SESSION_TOKEN!,
      },
    };
    const keys = await new IAMClient(config).send(new ListAccessKeysCommand({ UserName: 'alice' }));
    key = keys.AccessKeyMetadata![0]!.AccessKeyId!;
    const trail = new CloudTrailClient(config);
    const callsOfHis = async () => {
      const { Events = [] } = await trail.send(
        new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: key }] }),
      );
      return Events.filter(({ CloudTrailEvent }) => CloudTrailEvent?.includes(`"${attacker}"`));
    };
    const isMint = ({ EventName }: { readonly EventName?: string | undefined }) =>
      EventName === 'CreatePresignedNotebookInstanceUrl';
    const calls = await eventually(callsOfHis, (found) => found.some(isMint), 100_000);
    const found = calls.find(isMint)!;
    mint = { id: found.EventId!, at: found.EventTime!.getTime() };
    firstUse = Math.min(...calls.map(({ EventTime }) => EventTime!.getTime()));
    for (const name of savedAlerts) writeFileSync(join(folder, `${name}.json`), retold(name, { key, at: mint.at }));
  }, 120_000);
  afterAll(() => range?.stop());

  it.each(savedAlerts)(
    'watch --alert %s prints the event first',
    async (name) => {
      const { line } = await firstLine(
        ['watch', '--no-tail', '--for', '60s', '--alert', join(folder, `${name}.json`)],
        range.env,
      );
      expect(line).toMatchObject({ sourceIp: attacker, principal: { accessKeyId: key } });
      if (name === 'aws-health') expect(Date.parse(line.time)).toBe(firstUse);
      else expect(line.id).toBe(mint.id);
    },
    150_000,
  );

  it('asks AWS whose key it is, and keeps all of it for resume', async () => {
    const state = stateFolder();
    const told = async (args: readonly string[], what: string): Promise<readonly Line[]> => {
      const child = start([...args, '--no-tail', '--json', '--state-dir', state], range.env);
      const lines: Line[] = [];
      createInterface({ input: child.stdout! }).on('line', (text) => lines.push(JSON.parse(text) as Line));
      const ended = new Promise((resolve) => child.on('close', resolve));
      let stderr = '';
      await new Promise<void>((resolve, reject) => {
        child.stderr!.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
          if (stderr.includes(what)) resolve();
        });
        void ended.then(() => reject(new Error(`${what} was not said: ${stderr}`)));
      });
      child.kill('SIGINT');
      await ended;
      return lines;
    };
    await told(
      ['watch', '--incident', 'kept', '--focus', key],
      `${key} is of user alice in account 111122223333, last used`,
    );
    await told(['resume', 'kept'], `focus on access key ${key}`);
  }, 90_000);

  it('refuses the alert of another account and names the profile that reaches it', async () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, retold('guardduty-api', { key, at: mint.at }).replaceAll('111122223333', '444455556666'));
    const config = join(folder, 'config');
    writeFileSync(
      config,
      '[profile audit]\nrole_arn = arn:aws:iam::444455556666:role/Audit\nsource_profile = x\n[profile sso]\nsso_account_id = 444455556666\n[profile no]\nsso_account_id = 999988887777\n',
    );
    const { code, stderr } = await firebreak(['watch', '--alert', file, '--for', '1s', '--state-dir', stateFolder()], {
      env: { ...range.env, AWS_CONFIG_FILE: config },
    });
    expect(code).toBe(3);
    expect(stderr).toContain(
      'account 444455556666 is not the account of these credentials, 111122223333: reached by --profile audit or sso',
    );
  }, 60_000);

  it('shows nothing after --until', async () => {
    const until = new Date(mint.at).toISOString();
    const { stdout } = await firebreak(
      ['watch', '--no-tail', '--for', '8s', '--until', until, '--json', '--state-dir', stateFolder()],
      { env: range.env },
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Line);
    expect(lines.length).toBeGreaterThan(0);
    expect(Math.max(...lines.map(({ time }) => Date.parse(time)))).toBeLessThanOrEqual(mint.at);
  }, 60_000);

  it('begins a drill from the alert by one command', async () => {
    // The drill has an account of its own, made of the same seed: alice has the same key.
    const { line } = await firstLine(
      ['drill', 'presigned-url-hijack', '--speed', '40', '--alert', join(folder, 'guardduty-eventbridge.json')],
      {},
    );
    expect(line).toMatchObject({
      action: 'sagemaker:CreatePresignedNotebookInstanceUrl',
      sourceIp: attacker,
      principal: { accessKeyId: key },
    });
  }, 90_000);
});

describe('what cannot be used', () => {
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  it.each<[string, () => readonly string[], string]>([
    ['no such file', () => ['--alert', join(folder, 'missing.json')], 'no such file'],
    ['a folder', () => ['--alert', folder], 'it is a folder'],
    ['an empty file', () => ['--alert', file('empty', '')], 'it is empty'],
    ['a binary', () => ['--alert', file('binary', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1))], 'byte 4 is zero'],
    ['no UTF-8', () => ['--alert', file('latin', Uint8Array.of(0x1f, 0x8b, 0xff))], 'no text in UTF-8'],
    ['50 MB', () => ['--alert', file('large', Buffer.alloc(50 * 1024 * 1024, 'x'))], 'more than 16 MB are no alert'],
    ['JSON that is no alert', () => ['--alert', file('other.json', '{"hello":["world"]}')], 'there is no ARN'],
    ['an unknown shape', () => ['--focus', '\u001b[2Jtwo words'], 'it is no ARN, name'],
    ['a time after', () => ['--focus', 'x', '--since', '1h', '--until', '2h'], 'lies before --since'],
  ])(
    '%s: one line, exit 2',
    async (_title, args, expected) => {
      const { code, stdout, stderr } = await firebreak(['watch', ...args(), '--state-dir', stateFolder()]);
      expect(stderr).toContain(expected);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).not.toContain('\u001b');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    },
    30_000,
  );

  it('an alert on standard input', async () => {
    const { code, stderr } = await firebreak(['watch', '--alert', '-', '--state-dir', stateFolder()], { input: '{}' });
    expect({ code, stderr }).toMatchObject({ code: 2 });
  }, 30_000);

  it('open --alert filters saved logs and says where it lands', async () => {
    const record = (id: string, sourceIPAddress: string) => ({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        userName: 'alice',
        accessKeyId: 'AKIAFP2DUF32SIL62RFN',
        accountId: '111122223333',
      },
      eventTime: '2026-11-23T20:31:02Z',
      eventSource: 'sagemaker.amazonaws.com',
      eventName: 'CreatePresignedNotebookInstanceUrl',
      awsRegion: 'us-east-1',
      sourceIPAddress,
      eventID: id,
      eventType: 'AwsApiCall',
      recipientAccountId: '111122223333',
    });
    const [theirs, other] = ['d62d890b-4886-4969-a50e-aa44d6d3d3fe', 'd62d890b-4886-4969-a50e-aa44d6d3d3ff'] as const;
    const logs = file(
      'trail.json',
      JSON.stringify({
        Records: [
          {
            ...record(other, '203.0.113.9'),
            userIdentity: { type: 'IAMUser', userName: 'bob', accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
          },
          record(theirs, attacker),
        ],
      }),
    );
    const alert = new URL('../fixtures/alerts/guardduty-api.json', import.meta.url).pathname;
    const { code, stdout, stderr } = await firebreak([
      'open',
      logs,
      '--alert',
      alert,
      '--json',
      '--state-dir',
      stateFolder(),
    ]);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => (JSON.parse(text) as Line).id),
    ).toEqual([theirs]);
    expect(stderr).toContain(`lands on 2026-11-23T20:31:02.000Z`);
  }, 30_000);
});
