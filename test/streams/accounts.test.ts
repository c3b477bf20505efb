import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firebreak, stateFolder } from '../helpers/firebreak.ts';
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

async function watch(args: readonly string[], extra: NodeJS.ProcessEnv = {}) {
  const ended = await firebreak(['watch', '--json', '--state-dir', stateFolder(), '--for', '12s', ...args], {
    env: { ...accounts.env, ...extra },
  });
  const lines = ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const count = (account: string) =>
    lines.filter((line) => line.account === account && line.source === 'cloudtrail').length;
  return { ...ended, lines, count };
}

it('makes one incident of several profiles', { timeout: 60_000 }, async () => {
  const { code, stderr, count } = await watch(['--profile', 'ml-prod', '--profile', 'ml-dev']);
  expect(code).toBe(0);
  expect(count(firstAccount)).toBeGreaterThan(50);
  expect(count(secondAccount)).toBeGreaterThan(50);
  expect(stderr).toMatch(/cloudtrail-lookup us-east-1 \(profile ml-dev\): polling/);
  expect(stderr).toMatch(/trail-log-group us-east-1 \(profile ml-dev\): polling: .*not allowed/);
});

it('reaches members of an organisation by the role that the file names', { timeout: 60_000 }, async () => {
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
  const { code, stderr, count, lines } = await watch(['--incident', 'INC-7', '--no-tail'], { FIREBREAK_CONFIG: path });
  expect(code).toBe(0);
  expect(count(firstAccount)).toBeGreaterThan(50);
  expect(count(secondAccount)).toBeGreaterThan(50);
  expect(stderr).toMatch(new RegExp(`cloudtrail-lookup us-east-1 \\(as OnCall@${secondAccount}\\): polling`));
  // The session's own account stands in the list too, and is read once.
  expect(stderr).not.toContain(`OnCall@${firstAccount}`);
  const roles = accounts.assumed.filter((form) => form.get('ExternalId') === 'shared');
  expect(new Set(roles.map((form) => form.get('RoleSessionName')))).toEqual(new Set(['firebreak-INC-7']));
  // What we do there is recorded under that name.
  const own = lines.filter(({ principal }) => principal?.name === 'OnCall/firebreak-INC-7');
  expect(own.length).toBeGreaterThan(0);
  for (const { account, userAgent } of own) {
    expect(account).toBe(secondAccount);
    expect(userAgent).toContain('firebreak-INC-7');
  }
});

it('reads one source with other credentials', { timeout: 60_000 }, async () => {
  const { stderr } = await watch(['--profile', 'ml-prod', '--source', 'trail-log-group,profile=ml-dev']);
  expect(stderr).toMatch(/trail-log-group us-east-1 \(profile ml-dev\): 1 polled/);
  expect(stderr).not.toMatch(/trail-log-group us-east-1:/);
  expect(stderr).toMatch(/cloudtrail-lookup us-east-1: polling/);
});

it('says who each of them is, and refuses an account that is not expected', { timeout: 60_000 }, async () => {
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
