import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firebreak, start, stateFolder } from '../helpers/firebreak.ts';
import { firstAccount, secondAccount, startTwoAccounts, type TwoAccounts } from './two-accounts.ts';

let accounts: TwoAccounts;
beforeAll(async () => {
  accounts = await startTwoAccounts(['--scenario', 'presigned-url-hijack', '--speed', '20']);
}, 30_000);
afterAll(() => accounts.stop());

interface Line {
  readonly account: string;
  readonly source: string;
  readonly userAgent: string;
  readonly routes: readonly string[];
  readonly principal: { readonly arn: string; readonly name: string };
}

interface Seen {
  readonly lines: readonly Line[];
  readonly stderr: string;
  /** Calls that an account's trail recorded. */
  count(account: string): number;
}

/** Watches until the condition holds, a minute at most, and ends. */
async function watchUntil(args: readonly string[], isEnough: (seen: Seen) => boolean, extra: NodeJS.ProcessEnv = {}) {
  const env = { ...accounts.env, ...extra };
  const child = start(['watch', '--json', '--state-dir', stateFolder(), '--for', '60s', ...args], env);
  const lines: Line[] = [];
  const counts = new Map<string, number>();
  let rest = '';
  let stderr = '';
  let isEnding = false;
  const look = () => {
    if (isEnding || !isEnough({ lines, stderr, count: (account) => counts.get(account) ?? 0 })) return;
    // A second interrupt would be "at once".
    isEnding = true;
    child.kill('SIGINT');
  };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = JSON.parse(part) as Line;
      lines.push(line);
      if (line.source === 'cloudtrail') counts.set(line.account, (counts.get(line.account) ?? 0) + 1);
    }
    look();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, lines, stderr, count: (account: string) => counts.get(account) ?? 0 };
}

const enough = ({ count }: Seen) => count(firstAccount) > 50 && count(secondAccount) > 50;

it('makes one incident of several profiles', { timeout: 120_000 }, async () => {
  const polled = /trail-log-group us-east-1 \(profile ml-dev\): polling: .*not allowed/;
  const { code, stderr, count } = await watchUntil(
    ['--profile', 'ml-prod', '--profile', 'ml-dev'],
    (seen) => enough(seen) && polled.test(seen.stderr),
  );
  expect(code).toBe(0);
  expect(count(firstAccount)).toBeGreaterThan(50);
  expect(count(secondAccount)).toBeGreaterThan(50);
  expect(stderr).toMatch(/cloudtrail-lookup us-east-1 \(profile ml-dev\): polling/);
  expect(stderr).toMatch(polled);
});

it('reaches members of an organisation by the role that the file names', { timeout: 120_000 }, async () => {
  const path = join(accounts.folder, 'members.yaml');
  writeFileSync(
    path,
    `profiles: [ml-prod]
members:
  roleArn: arn:aws:iam::{account}:role/OnCall
  externalId: shared
  accounts: ["${firstAccount}", "${secondAccount}"]
`,
  );
  const isOwn = ({ principal }: Line) => principal?.name === 'OnCall/firebreak-INC-7';
  const { code, stderr, count, lines } = await watchUntil(
    ['--incident', 'INC-7', '--no-tail'],
    (seen) => enough(seen) && seen.lines.some(isOwn),
    { FIREBREAK_CONFIG: path },
  );
  expect(code).toBe(0);
  expect(count(firstAccount)).toBeGreaterThan(50);
  expect(count(secondAccount)).toBeGreaterThan(50);
  expect(stderr).toMatch(new RegExp(`cloudtrail-lookup us-east-1 \\(as OnCall@${secondAccount}\\): polling`));
  // The session's own account stands in the list too, and is read once.
  expect(stderr).not.toContain(`OnCall@${firstAccount}`);
  const roles = accounts.assumed.filter((form) => form.get('ExternalId') === 'shared');
  expect(new Set(roles.map((form) => form.get('RoleSessionName')))).toEqual(new Set(['firebreak-INC-7']));
  // What we do there is recorded under that name.
  const own = lines.filter(isOwn);
  expect(own.length).toBeGreaterThan(0);
  for (const { account, userAgent } of own) {
    expect(account).toBe(secondAccount);
    expect(userAgent).toContain('firebreak-INC-7');
  }
});

it('reads one source with other credentials', { timeout: 120_000 }, async () => {
  const wanted = [/trail-log-group us-east-1 \(profile ml-dev\): 1 polled/, /cloudtrail-lookup us-east-1: polling/];
  const { stderr } = await watchUntil(['--profile', 'ml-prod', '--source', 'trail-log-group,profile=ml-dev'], (seen) =>
    wanted.every((text) => text.test(seen.stderr)),
  );
  for (const text of wanted) expect(stderr).toMatch(text);
  expect(stderr).not.toMatch(/trail-log-group us-east-1:/);
});

it('says who each of them is, and refuses an account that is not expected', { timeout: 120_000 }, async () => {
  const { env } = accounts;
  const who = await firebreak(['whoami', '--json', '--profile', 'ml-prod', '--profile', 'ml-dev'], { env });
  expect(
    (JSON.parse(who.stdout) as { accounts: { account: string }[] }).accounts.map(({ account }) => account),
  ).toEqual([firstAccount, secondAccount]);
  const refused = await firebreak(
    ['watch', '--profile', 'ml-prod', '--profile', 'ml-dev', '--expect-account', firstAccount, '--for', '5s'],
    { env: { ...env, XDG_STATE_HOME: stateFolder() } },
  );
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain(`these credentials are of account ${secondAccount}, not ${firstAccount}`);
  const template = await firebreak(
    [
      'whoami',
      '--json',
      '--profile',
      'ml-prod',
      '--role-arn',
      'arn:aws:iam::{account}:role/OnCall',
      '--expect-account',
      secondAccount,
    ],
    { env },
  );
  expect(JSON.parse(template.stdout)).toMatchObject({
    account: secondAccount,
    credentialsFrom: `profile ml-prod (keys), then arn:aws:iam::${secondAccount}:role/OnCall`,
    credentialsExpireAt: expect.stringMatching(/Z$/),
  });
});
