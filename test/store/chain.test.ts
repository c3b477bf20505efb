import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CredentialChain } from '../../src/model/chain.ts';
import type { KnownRelation } from '../../src/model/graph.ts';
import { chainOf } from '../../src/store/chain.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter, type StoredEvent } from '../../src/store/writer.ts';
import { newStorePath, uuid } from './stored.ts';
import { assumed, call, notebook, roleArn, session, storedRecord, user } from './story.ts';

const theirs = { sourceIPAddress: '198.51.100.7' };
const alice = user('alice', 'AKIAALICE00000000001');
const compute = session('ds-exec', 'SageMaker', 'ASIACOMPUTE000000001');
const renewed = session('ds-exec', 'SageMaker', 'ASIACOMPUTE000000002');
const deploy = session('deploy', 'x', 'ASIADEPLOY0000000001');

/** A stolen key opens a notebook; its code reads data and goes on to another role. Bob opened the notebook before, and made it. */
const story = [
  call(
    1,
    '19:00:00',
    'sagemaker:CreateNotebookInstance',
    user('bob', 'AKIABOB0000000000001'),
    notebook({ roleArn: roleArn('ds-exec') }),
  ),
  call(2, '19:30:00', 'sagemaker:CreatePresignedNotebookInstanceUrl', user('bob', 'AKIABOB0000000000001'), notebook()),
  call(3, '20:00:00', 'sts:GetCallerIdentity', alice, theirs),
  call(4, '20:01:00', 'sagemaker:CreatePresignedNotebookInstanceUrl', alice, {
    ...theirs,
    ...notebook({ sessionExpirationDurationInSeconds: 43_200 }),
  }),
  call(5, '20:05:00', 's3:GetObject', compute, { ...theirs, requestParameters: { bucketName: 'payments', key: 'a' } }),
  call(6, '20:06:00', 's3:GetObject', renewed, { ...theirs, requestParameters: { bucketName: 'payments', key: 'b' } }),
  call(7, '20:06:00', 'iam:PutRolePolicy', renewed, {
    ...theirs,
    requestParameters: { roleName: 'ds-exec', policyName: 'x' },
  }),
  call(8, '20:10:00', 'sts:AssumeRole', renewed, { ...theirs, ...assumed('deploy', 'x', 'ASIADEPLOY0000000001') }),
  call(9, '20:10:00', 'sagemaker:UpdateEndpoint', deploy, { requestParameters: { endpointName: 'fraud-scorer' } }),
  call(10, '20:11:00', 'iam:CreateAccessKey', deploy, {
    requestParameters: { userName: 'backdoor' },
    responseElements: { accessKey: { accessKeyId: 'AKIABACKDOOR00000001', userName: 'backdoor', status: 'Active' } },
  }),
];

async function chains(
  batches: readonly (readonly StoredEvent[])[],
  known: readonly KnownRelation[] = [],
): Promise<(n: number) => CredentialChain> {
  const path = newStorePath();
  const writer = openWriter(path);
  for (const batch of batches) await writer.write(batch);
  writer.relate(known);
  writer.close();
  const database = openForReading(path);
  const row = database.prepare('select id from event where key = ?');
  return (n) => chainOf(database, Number(row.get(Buffer.from(uuid(n).replaceAll('-', ''), 'hex'))?.id));
}
const lines = ({ links }: CredentialChain) =>
  links.map(({ parent, handover, name, accessKeyId, certainty, by, actions }) =>
    [
      parent ?? '-',
      handover,
      name,
      accessKeyId,
      certainty,
      by?.id.slice(-2) ?? '',
      actions.map(({ action }) => action).join(' '),
    ].join(' | '),
  );

const whole = [
  '- | origin | alice | AKIAALICE00000000001 | recorded |  | sagemaker:CreatePresignedNotebookInstanceUrl sts:GetCallerIdentity',
  '0 | presigned | fraud-lab |  | recorded | 04 | ',
  '1 | compute | ds-exec/SageMaker | ASIACOMPUTE000000001 | inferred |  | iam:PutRolePolicy s3:GetObject sts:AssumeRole',
  '2 | issued | deploy/x | ASIADEPLOY0000000001 | recorded | 08 | iam:CreateAccessKey sagemaker:UpdateEndpoint',
  '3 | issued | backdoor | AKIABACKDOOR00000001 | recorded | 0a | ',
];

it('goes from the stolen key over URL, notebook and role to what was read and made, from wherever it is asked', async () => {
  const chain = await chains([story.map((one) => storedRecord(one))]);
  expect(lines(chain(3))).toEqual(whole);
  expect(chain(3).at).toBe(0);
  expect(lines(chain(5))).toEqual(whole);
  expect(chain(5).at).toBe(2);
  const asked = chain(9);
  expect(lines(asked)).toEqual(whole.map((line) => line.replace('ASIACOMPUTE000000001', 'ASIACOMPUTE000000002')));
  expect(asked.at).toBe(3);
  expect(asked.links[2]).toMatchObject({
    keys: 2,
    events: 4,
    why: 'fraud-lab runs as ds-exec (sagemaker:CreateNotebookInstance 19:00:00); it was opened 9 min before; from the same address, 198.51.100.7',
    otherwise: [{ id: uuid(2) }],
    first: { id: uuid(5) },
  });
  expect(asked.links[1]?.until).toBe(Date.parse('2026-11-24T08:06:00Z'));
  expect(asked.links[3]?.until).toBe(Date.parse('2026-11-23T21:10:00Z'));
  expect(asked.links[4]).toMatchObject({
    events: 0,
    why: expect.stringContaining('no event that is loaded was made with it'),
  });
  expect(asked.searched).toEqual([
    {
      what: 'the CreateAccessKey that made AKIAALICE00000000001 is not among the events of us-east-1 from 2026-11-23 19:00 to 2026-11-23 20:11',
      lookup: { attribute: 'ResourceName', value: 'AKIAALICE00000000001' },
      regions: ['us-east-1'],
    },
  ]);
});

it('finds a way in that came after the same reader was asked', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const stored = (...numbers: readonly number[]) =>
    writer.write(numbers.map((number) => storedRecord(story[number - 1]!)));
  await stored(1, 2, 3, 5);
  const database = openForReading(path);
  const row = database.prepare('select id from event where key = ?');
  const chain = (n: number) =>
    chainOf(database, Number(row.get(Buffer.from(uuid(n).replaceAll('-', ''), 'hex'))?.id)).links.flatMap(
      ({ handover, by }) => (handover === 'presigned' && by ? [by.id] : []),
    );
  expect(chain(5)).toEqual([uuid(2)]);
  // Late, and opened before what was known of.
  await stored(4);
  expect(chain(5)).toEqual([uuid(4)]);
  database.close();
  writer.close();
});

it('claims no order for what one second holds', async () => {
  const again = call(11, '20:10:00', 'sts:AssumeRole', renewed, assumed('deploy', 'y', 'ASIADEPLOY0000000002'));
  const chain = await chains([[...story, again].map((one) => storedRecord(one))]);
  const { links, sameSecond } = chain(5);
  expect(sameSecond.map((group) => group.map((index) => links[index]?.accessKeyId))).toEqual([
    ['ASIADEPLOY0000000001', 'ASIADEPLOY0000000002'],
  ]);
});

it('gives the same chains whatever the order, the repetitions and the batches', async () => {
  const events = story.map((one) => storedRecord(one));
  const plain = (chain: CredentialChain) =>
    JSON.stringify(chain, (name, value: unknown) => (name === 'rowId' ? undefined : value));
  const all = (chain: (n: number) => CredentialChain) => [3, 5, 7, 9].map((n) => plain(chain(n)));
  const expected = all(await chains([events]));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...events.keys(), ...events.keys()], { minLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
      async (order, sizes) => {
        const batches: StoredEvent[][] = [];
        for (let from = 0, turn = 0; from < order.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          batches.push(order.slice(from, from + size).map((n) => events[n]!));
          from += size;
        }
        expect(all(await chains(batches))).toEqual(expected);
      },
    ),
    { numRuns: 8 },
  );
});

it('says where it looked for a parent that is not loaded, and what AWS answered in its place', async () => {
  const events = [story[4]!, story[3]!].map((one) => storedRecord(one));
  const elsewhere = storedRecord({ ...story[4]!, sourceIPAddress: '203.0.113.77' });
  const alone = (await chains([[elsewhere, events[1]!]]))(5);
  expect(lines(alone)).toEqual(['- | origin | ds-exec/SageMaker | ASIACOMPUTE000000001 | recorded |  | s3:GetObject']);
  expect(alone.searched[0]?.what).toContain('nothing that runs as ds-exec is known');
  // Nobody says what the notebook runs as, but its code called from where it was opened.
  const likely = await chains([events]);
  for (const asked of [5, 4]) {
    expect(likely(asked).links.map(({ name }) => name)).toEqual(['alice', 'fraud-lab', 'ds-exec/SageMaker']);
    expect(likely(asked).links[2]?.why).toMatch(
      /^what fraud-lab runs as is not known: ask AWS;.* the same address, 198\.51\.100\.7/,
    );
  }
  const ref = (kind: string, name: string, arn = '') => ({ kind, arn, name });
  const answered = await chains(
    [events],
    [
      {
        from: ref('sagemaker.notebook-instance', 'fraud-lab'),
        role: 'role',
        to: ref('iam.role', 'ds-exec', roleArn('ds-exec')),
        operation: 'sagemaker:DescribeNotebookInstance',
        at: 1,
      },
    ],
  );
  expect(lines(answered(5))).toEqual(
    whole
      .slice(0, 3)
      .map((line) =>
        line
          .replace('iam:PutRolePolicy s3:GetObject sts:AssumeRole', 's3:GetObject')
          .replace(' sts:GetCallerIdentity', ''),
      ),
  );
  expect(answered(5).links[2]?.why).toContain('sagemaker:DescribeNotebookInstance');
  const child = (await chains([[storedRecord(story[8]!)]]))(9);
  expect(child.searched).toEqual([
    expect.objectContaining({
      what: expect.stringMatching(
        /^the AssumeRole that issued ASIADEPLOY0000000001 is not among the events of us-east-1 from/,
      ),
      lookup: { attribute: 'ResourceName', value: 'ASIADEPLOY0000000001' },
    }),
  ]);
});

it('ends where roles assume each other in a ring, and where a key issued itself', async () => {
  const a = (n: number) => session('a', 's', `ASIAA${n.toString().padStart(15, '0')}`);
  const b = (n: number) => session('b', 's', `ASIAB${n.toString().padStart(15, '0')}`);
  const ring = Array.from({ length: 60 }, (_, n) =>
    n % 2 === 0
      ? call(
          n + 1,
          `20:00:${String(n).padStart(2, '0')}`,
          'sts:AssumeRole',
          a(n),
          assumed('b', 's', `ASIAB${(n + 1).toString().padStart(15, '0')}`),
        )
      : call(
          n + 1,
          `20:00:${String(n).padStart(2, '0')}`,
          'sts:AssumeRole',
          b(n),
          assumed('a', 's', `ASIAA${(n + 1).toString().padStart(15, '0')}`),
        ),
  );
  const self = call(99, '20:30:00', 'sts:AssumeRole', deploy, assumed('deploy', 'x', 'ASIADEPLOY0000000001'));
  const chain = await chains([[...ring, self].map((one) => storedRecord(one))]);
  expect(chain(99).links).toHaveLength(1);
  const { links, at } = chain(50);
  expect(links.length).toBeGreaterThan(32);
  expect(links[at]?.accessKeyId).toBe('ASIAB000000000000049');
  expect(new Set(links.map(({ accessKeyId }) => accessKeyId)).size).toBe(links.length);
});

it('shows the most telling of ten thousand child sessions and counts the rest', async () => {
  const many = Array.from({ length: 10_000 }, (_, n) => {
    const key = `ASIACHILD${String(n).padStart(11, '0')}`;
    return call(n + 1, '20:20:00', 'sts:AssumeRole', alice, assumed('deploy', `s${n}`, key));
  });
  const used = call(20_000, '20:30:00', 'iam:DeleteRole', session('deploy', 's7000', 'ASIACHILD00000007000'), {
    requestParameters: { roleName: 'ds-exec' },
  });
  const chain = await chains([[...many, used].map((one) => storedRecord(one))]);
  const from = performance.now();
  const { links, more, at } = chain(500);
  expect(links).toHaveLength(13);
  expect(links[at + 1]).toMatchObject({ accessKeyId: 'ASIACHILD00000007000', actions: [{ action: 'iam:DeleteRole' }] });
  expect(more).toEqual([{ parent: at, links: 10_000 - 12 }]);
  // Far from a second even on a busy machine; the bench measures it.
  expect(performance.now() - from).toBeLessThan(5_000);
});

it('finds the sign-in behind keys of a console session, and whoever exchanged keys for it', async () => {
  const browser = {
    ...user('carol', 'ASIACONSOLE000000001'),
    sessionContext: { attributes: { creationDate: '2026-11-23T20:00:02Z' } },
  };
  const chain = await chains([
    [
      call(1, '20:00:03', 'signin:ConsoleLogin', user('carol'), { responseElements: { ConsoleLogin: 'Success' } }),
      call(2, '20:05:00', 'iam:CreateUser', browser, { requestParameters: { userName: 'x' } }),
    ].map((one) => storedRecord(one)),
  ]);
  expect(lines(chain(2))).toEqual([
    '- | origin | carol |  | recorded |  | signin:ConsoleLogin',
    '0 | console | carol | ASIACONSOLE000000001 | inferred | 01 | iam:CreateUser',
  ]);
  expect(lines(chain(1))).toEqual(lines(chain(2)));
});

it('says that records which an older Firebreak stored were not read for what they hand over', () => {
  const path = newStorePath();
  writeFileSync(path, gunzipSync(readFileSync(new URL('./fixtures/events-format-2.db.gz', import.meta.url))));
  const database = openForReading(path);
  const { links, searched } = chainOf(database, 4);
  expect(links.map(({ name }) => name)).toEqual(['deploy/x']);
  expect(searched[0]?.what).toContain('older Firebreak');
});

it('has nothing to say of services and of rows that are not there', async () => {
  const service = { type: 'AWSService', invokedBy: 'sagemaker.amazonaws.com' };
  const chain = await chains([[storedRecord(call(1, '20:00:00', 'sts:AssumeRole', service))]]);
  expect(chain(1)).toEqual({ links: [], at: -1, searched: [], sameSecond: [], more: [] });
  expect(chain(404).at).toBe(-1);
});

it('has a read of data among the first actions, however many changes there are', async () => {
  const writes = [
    'PutRolePolicy',
    'CreateUser',
    'CreateAccessKey',
    'AttachUserPolicy',
    'DeleteRole',
    'TagRole',
    'PutUserPolicy',
  ];
  const events = [
    ...writes.map((name, n) => call(20 + n, '20:20:00', `iam:${name}`, alice, theirs)),
    call(40, '20:21:00', 'kms:Decrypt', alice, theirs),
    ...[50, 51, 52].map((n) =>
      call(n, '20:22:00', 's3:GetObject', alice, {
        ...theirs,
        requestParameters: { bucketName: 'payments', key: `${n}` },
      }),
    ),
  ];
  const { links, at } = (await chains([events.map((record) => storedRecord(record))]))(20);
  const actions = links[at]?.actions.map(({ action }) => action) ?? [];
  expect(actions.slice(0, 5).every((action) => action.startsWith('iam:') || action === 's3:GetObject')).toBe(true);
  expect(actions.indexOf('s3:GetObject')).toBe(4);
  expect(actions.indexOf('kms:Decrypt')).toBe(8);
  expect(new Set(actions).size).toBe(9);
  expect(links[at]?.actions.filter(({ isChange }) => !isChange).map(({ action }) => action)).toEqual(['s3:GetObject']);
});
