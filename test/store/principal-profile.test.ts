import { expect, it } from 'vitest';
import { openQueries } from '../../src/store/event-queries.ts';
import { openWriter } from '../../src/store/writer.ts';
import { newStorePath } from './stored.ts';
import { assumed, call, notebook, roleArn, session, storedRecord, user } from './story.ts';

const alice = user('alice', 'AKIAALICE00000000001');
const exec = session('ds-exec', 'SageMaker', 'ASIACOMPUTE000000001');
const deploy = session('deploy', 'x', 'ASIADEPLOY0000000001');
const records = [
  call(1, '19:00:00', 'sagemaker:ListNotebookInstances', alice),
  call(2, '19:05:00', 'sagemaker:DescribeNotebookInstance', alice, notebook()),
  call(3, '20:01:00', 'sagemaker:CreatePresignedNotebookInstanceUrl', alice, {
    ...notebook(),
    sourceIPAddress: '198.51.100.7',
  }),
  call(4, '20:02:00', 'iam:AttachRolePolicy', alice, {
    errorCode: 'AccessDenied',
    awsRegion: 'eu-west-1',
    userAgent: 'curl',
  }),
  call(5, '20:05:00', 'sts:AssumeRole', alice, assumed('deploy', 'x', 'ASIADEPLOY0000000001')),
  call(6, '20:06:00', 'sagemaker:StopNotebookInstance', deploy, notebook()),
  call(7, '20:07:00', 's3:GetObject', exec),
];

async function profile(who: string, order = records) {
  const path = newStorePath();
  const writer = openWriter(path);
  for (const record of order) await writer.write([storedRecord(record)]);
  writer.close();
  const queries = openQueries(path);
  try {
    return await queries.ask<'profile'>('p', { type: 'profile', who }, new AbortController().signal);
  } finally {
    await queries.close();
  }
}

it('tells keys, addresses, what was done by service, what was handed out, and what it had never done before', async () => {
  const of = await profile('arn:aws:iam::111122223333:user/alice');
  expect([of.events, of.changes, of.errors, of.isNew]).toEqual([5, 2, 1, false]);
  expect(of.keys.map(({ accessKeyId, events }) => [accessKeyId, events])).toEqual([['AKIAALICE00000000001', 5]]);
  expect(of.addresses.map(({ address, events }) => [address, events])).toEqual([
    ['203.0.113.10', 4],
    ['198.51.100.7', 1],
  ]);
  expect(of.services.map(({ service, events, changes, errors }) => [service, events, changes, errors])).toEqual([
    ['iam', 1, 1, 1],
    ['sagemaker', 3, 1, 0],
    ['sts', 1, 0, 0],
  ]);
  expect(of.services[1]?.actions[0]?.action).toBe('sagemaker:CreatePresignedNotebookInstanceUrl');
  expect(of.handedOut.map(({ type, name, by }) => [type, name, by.action])).toEqual([
    ['key', 'ASIADEPLOY0000000001', 'sts:AssumeRole'],
    ['door', 'fraud-lab', 'sagemaker:CreatePresignedNotebookInstanceUrl'],
  ]);
  expect(of.firsts.map(({ what, value }) => `${what} ${value}`)).toEqual([
    'action sts:AssumeRole',
    'service sts',
    'Region eu-west-1',
    'action iam:AttachRolePolicy',
    'service iam',
    'user agent curl',
    'action sagemaker:CreatePresignedNotebookInstanceUrl',
    'address 198.51.100.7',
  ]);
  expect(of.firsts.find(({ value }) => value === 'iam:AttachRolePolicy')?.event?.action).toBe('iam:AttachRolePolicy');
  expect(of.last?.action).toBe('sts:AssumeRole');
});

it('says since when a session has its key, until when, and by which record', async () => {
  const of = await profile('deploy/x');
  expect(of.isNew).toBe(true);
  expect(of.firsts).toEqual([]);
  const [key] = of.keys;
  expect([key?.accessKeyId, key?.by?.action, key?.issuedAt]).toEqual([
    'ASIADEPLOY0000000001',
    'sts:AssumeRole',
    Date.parse('2026-11-23T20:05:00Z'),
  ]);
});

it('takes a role for all its sessions, a name for who bears it, and knows nothing of nobody', async () => {
  const role = await profile(roleArn('ds-exec'));
  expect(role.identities.map(({ name }) => name)).toEqual(['ds-exec/SageMaker']);
  expect((await profile('alice')).events).toBe(5);
  const nobody = await profile("x' or 1=1 --");
  expect([nobody.events, nobody.keys, nobody.services, nobody.last]).toEqual([0, [], [], undefined]);
});

it('is the same in whatever order the records came', async () => {
  const one = await profile('alice');
  const other = await profile('alice', [...records].reverse());
  const rowless = (of: typeof one) =>
    JSON.parse(JSON.stringify(of, (name, value) => (name === 'rowId' ? undefined : value)));
  expect(rowless(other)).toEqual(rowless(one));
});
