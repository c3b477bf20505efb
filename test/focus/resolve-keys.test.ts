import { expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { printFilter } from '../../src/filter/print.ts';
import { resolveKeys } from '../../src/focus/resolve-keys.ts';
import { startFrom } from '../../src/focus/start-from.ts';
import { AwsCallError } from '../../src/model/errors.ts';
import { completeStart, startFromText } from '../../src/session/focus.ts';

const key = 'AKIAFP2DUF32SIL62RFN';
const { signal } = new AbortController();

function failure(operation: string, reason: AwsCallError['reason']): AwsCallError {
  return new AwsCallError({ operation, code: 'X', message: 'no network', reason, outcome: 'refused' });
}

/** A table of answers; what throws is thrown. Remembers what was asked. */
function fakeAws(answers: { readonly [operation: string]: unknown }): { readonly aws: Aws; readonly asked: string[] } {
  const asked: string[] = [];
  const aws = {
    call: async (name: string) => {
      asked.push(name);
      const answer = answers[name];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as Aws;
  return { aws, asked };
}
const lastUsed = {
  UserName: 'alice',
  AccessKeyLastUsed: { LastUsedDate: new Date('2026-11-23T20:31:00Z'), Region: 'eu-west-1', ServiceName: 'sagemaker' },
};

it('names the user, the last use and its Region', async () => {
  const { aws } = fakeAws({
    'sts:GetAccessKeyInfo': { Account: '111122223333' },
    'iam:GetAccessKeyLastUsed': lastUsed,
  });
  expect(await resolveKeys([key], { aws, account: '111122223333', signal })).toEqual({
    sentences: [
      `${key} is of user alice in account 111122223333, last used 2026-11-23T20:31:00.000Z in eu-west-1 for sagemaker`,
    ],
    unused: [],
    otherAccounts: [],
    regions: ['eu-west-1'],
  });
});

it('does not ask IAM about a key of another account, or a temporary one', async () => {
  const { aws, asked } = fakeAws({ 'sts:GetAccessKeyInfo': { Account: '444455556666' } });
  const other = await resolveKeys([key], { aws, account: '111122223333', signal });
  expect(other.otherAccounts).toEqual(['444455556666']);
  await resolveKeys(['ASIAV6X4DRU3PHLU3GT6'], { aws, account: undefined, signal });
  expect(asked).toEqual(['sts:GetAccessKeyInfo', 'sts:GetAccessKeyInfo']);
});

it.each<[AwsCallError['reason'], string]>([
  ['denied', 'needs sts:GetAccessKeyInfo'],
  ['throttled', 'throttled by AWS'],
  ['network', 'no network'],
  ['aborted', 'did not answer in 10 s'],
])('says that it was %s and goes on', async (reason, said) => {
  const { aws } = fakeAws({
    'sts:GetAccessKeyInfo': failure('sts:GetAccessKeyInfo', reason),
    'iam:GetAccessKeyLastUsed': lastUsed,
  });
  const { unused, sentences } = await resolveKeys([key], { aws, account: '111122223333', signal });
  expect(unused.join()).toContain(said);
  expect(sentences.join()).toContain('user alice');
});

it('stops when it is told to', async () => {
  const gone = AbortSignal.abort();
  const { aws } = fakeAws({ 'sts:GetAccessKeyInfo': failure('sts:GetAccessKeyInfo', 'aborted') });
  await expect(resolveKeys([key], { aws, account: undefined, signal: gone })).rejects.toThrow();
});

it('lists the profiles that reach an account which is not ours', async () => {
  const { aws } = fakeAws({ 'sts:GetAccessKeyInfo': { Account: '444455556666' } });
  const done = await completeStart(startFrom({ focuses: [key] }, Date.now()), {
    aws,
    accounts: () => [{ account: '111122223333' } as never],
    profilesOf: async (account) => [`to-${account}`],
    signal,
  });
  expect(done.otherAccounts).toEqual([{ account: '444455556666', profiles: ['to-444455556666'] }]);
  expect(done.unused.join()).toContain('reached by --profile to-444455556666');
});

it('says that a thing is of another account, and nothing of those that name none', async () => {
  const of = async (...focuses: readonly string[]) =>
    (
      await completeStart(startFrom({ focuses }, Date.now()), {
        aws: undefined,
        accounts: () => [{ account: '111122223333' } as never],
        profilesOf: async () => [],
        signal,
      })
    ).unused.join();
  expect(await of('arn:aws:sagemaker:us-east-1:444455556666:endpoint/x')).toContain('account 444455556666 is not');
  expect(await of('arn:aws:s3:::bucket', 'arn:aws:iam::111122223333:role/r', 'arn:aws:iam::aws:policy/P')).toBe('');
});

it('reads a paste that is an alert whole, and of any other text its beginning, and says so', () => {
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  const paste = `who is this?\n${key}\n${'x '.repeat(2_000_000)}\n198.51.100.7`;
  const start = startFromText(paste, clock);
  expect([start.keys, printFilter(start.filter)]).toEqual([[key], `key=${key}`]);
  expect(start.unused.join()).toContain('could not use: the text after its first 64,000 characters');
  const record = (n: number) => ({
    eventID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    eventName: 'StopNotebookInstance',
    eventSource: 'sagemaker.amazonaws.com',
    eventTime: '2026-11-23T20:31:02Z',
    userIdentity: { accessKeyId: n === 299 ? key : 'AKIAIOSFODNN7EXAMPLE' },
    requestParameters: { padding: 'x'.repeat(1_000) },
  });
  expect(startFromText(JSON.stringify([...Array(300).keys()].map(record)), clock).keys).toContain(key);
});
