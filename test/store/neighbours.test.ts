import { expect, it } from 'vitest';
import type { GraphEdge, GraphNode } from '../../src/model/graph.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { openWriter } from '../../src/store/writer.ts';
import { newStorePath } from './stored.ts';
import { assumed, call, notebook, roleArn, session, storedRecord, user } from './story.ts';

const alice = user('alice', 'AKIAALICE00000000001');
const compute = session('ds-exec', 'SageMaker', 'ASIACOMPUTE000000001');
const renewed = session('ds-exec', 'SageMaker', 'ASIACOMPUTE000000002');
const lab = { kind: 'sagemaker.notebook-instance', arn: '', name: 'Fraud-Lab' };
const records = [
  call(
    1,
    '19:00:00',
    'sagemaker:CreateNotebookInstance',
    user('bob', 'AKIABOB0000000000001'),
    notebook({ roleArn: roleArn('ds-exec') }),
  ),
  call(2, '20:01:00', 'sagemaker:CreatePresignedNotebookInstanceUrl', alice, {
    ...notebook(),
    sourceIPAddress: '198.51.100.7',
  }),
  call(3, '20:02:00', 'sagemaker:DescribeNotebookInstance', alice, notebook()),
  call(4, '20:02:00', 'sagemaker:DescribeNotebookInstance', alice, { ...notebook(), errorCode: 'AccessDenied' }),
  call(5, '20:05:00', 'sagemaker:StopNotebookInstance', compute, notebook()),
  call(6, '20:06:00', 'sagemaker:UpdateNotebookInstance', renewed, notebook({ lifecycleConfigName: 'evil' })),
  call(7, '20:10:00', 'sts:AssumeRole', renewed, assumed('deploy', 'x', 'ASIADEPLOY0000000001')),
];

async function around(node: GraphNode, order = records, limit = 50) {
  const path = newStorePath();
  const writer = openWriter(path);
  for (const record of order) await writer.write([storedRecord(record)]);
  writer.relate([
    {
      from: lab,
      role: 'lifecycle-config',
      to: { kind: 'sagemaker.notebook-instance-lifecycle-config', arn: '', name: 'evil' },
      operation: 'sagemaker:DescribeNotebookInstance',
      at: 5,
    },
  ]);
  writer.close();
  const queries = openQueries(path);
  try {
    return await queries.ask<'neighbours'>('n', { type: 'neighbours', node, limit }, new AbortController().signal);
  } finally {
    await queries.close();
  }
}
const nameOf = (node: GraphNode): string =>
  node.type === 'resource'
    ? node.ref.name
    : node.type === 'principal'
      ? node.name
      : node.type === 'key'
        ? node.accessKeyId
        : node.address;
const line = ({ from, kind, to, events, changes, errors, first, last, answered }: GraphEdge) =>
  `${nameOf(from)} ${kind} ${nameOf(to)} ${events}/${changes}/${errors} ${first?.id.slice(-1) ?? ''}-${last?.id.slice(-1) ?? ''}${answered ? ` ${answered.operation}` : ''}`;

it('joins a resource to whoever acted on it, opened it, and what it runs as, each with its proof', async () => {
  const { edges, more } = await around({ type: 'resource', ref: lab });
  expect(edges.map(line).sort()).toEqual([
    'Fraud-Lab lifecycle-config evil 0/0/0 - sagemaker:DescribeNotebookInstance',
    'Fraud-Lab named-with ds-exec 1/1/0 1-1',
    'Fraud-Lab named-with evil 1/1/0 6-6',
    'Fraud-Lab runs-as ds-exec 1/1/0 1-1',
    'alice acted-on Fraud-Lab 3/1/1 2-4',
    'alice opened Fraud-Lab 1/1/0 2-2',
    'bob created Fraud-Lab 1/1/0 1-1',
    'ds-exec/SageMaker acted-on Fraud-Lab 2/2/0 5-6',
  ]);
  expect(more).toBe(0);
  expect(edges.find(({ kind }) => kind === 'opened')?.isNew).toBe(true);
  expect(edges.find(({ kind }) => kind === 'created')?.isNew).toBe(false);
  expect((await around({ type: 'resource', ref: lab }, records, 2)).more).toBe(edges.length - 2);
});

it('takes a principal with all its keys, a key alone, and an address', async () => {
  const arn = 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker';
  expect((await around({ type: 'principal', key: arn, name: 'x' })).edges.map(line).sort()).toEqual([
    'x acted-on deploy 1/0/0 7-7',
    'x acted-on fraud-lab 2/2/0 5-6',
    'x created deploy/x 1/0/0 7-7',
    'x from 203.0.113.10 3/2/0 5-7',
    'x issued ASIADEPLOY0000000001 1/1/0 7-7',
    'x used evil 1/1/0 6-6',
    'x with ASIACOMPUTE000000001 1/1/0 5-5',
    'x with ASIACOMPUTE000000002 2/1/0 6-7',
  ]);
  expect((await around({ type: 'key', accessKeyId: 'ASIADEPLOY0000000001' })).edges.map(line)).toEqual([
    'ds-exec/SageMaker issued ASIADEPLOY0000000001 1/1/0 7-7',
  ]);
  expect((await around({ type: 'address', address: '198.51.100.7' })).edges.map(line)).toEqual([
    'alice from 198.51.100.7 1/1/0 2-2',
  ]);
  expect((await around({ type: 'address', address: '192.0.2.1' })).edges).toEqual([]);
  expect((await around({ type: 'resource', ref: { ...lab, name: 'nothing' } })).edges).toEqual([]);
});

it('is the same whatever the order of arrival', async () => {
  const plain = async (order: typeof records) =>
    JSON.stringify(await around({ type: 'resource', ref: lab }, order), (name, value: unknown) =>
      name === 'rowId' ? undefined : value,
    );
  expect(await plain(records.toReversed())).toBe(await plain(records));
  expect(await plain([...records.slice(3), ...records])).toBe(await plain(records));
});
