import type { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { NormalisedEvent } from '../../src/model/event.ts';
import { callersOf } from '../../src/store/callers.ts';
import { makersOf } from '../../src/store/makers.ts';
import { recordsOf } from '../../src/store/records.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const at = Date.parse('2026-11-23T20:00:00Z');
const withRecord = (of: NormalisedEvent, record: object) =>
  stored(of, { bytes: Buffer.from(JSON.stringify({ eventID: of.id, ...record })) });
const mint = (n: number, more: Partial<NormalisedEvent> = {}) =>
  withRecord(
    event({
      id: uuid(n),
      at: at + n,
      action: 'sagemaker:CreatePresignedNotebookInstanceUrl',
      readOnly: false,
      ...more,
    }),
    {
      requestParameters: { notebookInstanceName: `n${n}` },
      responseElements: null,
    },
  );
const groups = (limit = 10) => [{ actions: ['sagemaker:CreatePresignedNotebookInstanceUrl'], limit }];

it('gives the records of accepted calls, each once, in order of arrival', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([mint(3), mint(1), mint(2, { errorCode: 'AccessDenied' }), stored(event({ id: uuid(9) }))]);
  const database: DatabaseSync = openForReading(path);
  const first = recordsOf(database, groups(), 0);
  expect(first.records.map(({ request }) => request)).toEqual([
    { notebookInstanceName: 'n3' },
    { notebookInstanceName: 'n1' },
  ]);
  expect(first).toMatchObject({ last: 4, cut: false });
  await writer.write([mint(4)]);
  const more = recordsOf(database, groups(), first.last);
  expect(more.records.map(({ event: { id } }) => id)).toEqual([uuid(4)]);
  expect(recordsOf(database, groups(), more.last)).toEqual({ records: [], last: more.last, cut: false });
  expect(recordsOf(database, groups(2), 0)).toMatchObject({
    cut: true,
    records: [{ request: { notebookInstanceName: 'n3' } }, { request: { notebookInstanceName: 'n4' } }],
  });
  expect(recordsOf(database, [{ actions: ['sagemaker:Never'], limit: 5 }], 0).records).toEqual([]);
  writer.close();
});

it('takes a record out of its EventBridge envelope, and can do without one', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([
    withRecord(event({ id: uuid(1), action: 'a:B' }), { detail: { requestParameters: { x: 1 } } }),
    stored(event({ id: uuid(2), action: 'a:B' }), { bytes: Buffer.from('{') }),
  ]);
  const { records } = recordsOf(openForReading(path), [{ actions: ['a:B'], limit: 5 }], 0);
  expect(records.map(({ request }) => request)).toEqual([{ x: 1 }, null]);
  writer.close();
});

it('knows from where code on compute calls, who else calls from there, and whom a mark makes suspect', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const code = {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::1:assumed-role/ds-exec/SageMaker',
    name: 'ds-exec/SageMaker',
    accessKeyId: 'ASIA1',
  };
  const alice = { type: 'IAMUser', arn: 'arn:aws:iam::1:user/alice', name: 'alice', accessKeyId: 'AKIA1' };
  await writer.write([
    stored(event({ id: uuid(1), at, principal: code, sourceIp: '10.0.0.1' })),
    stored(event({ id: uuid(2), at: at + 5, principal: code, sourceIp: '198.51.100.7' })),
  ]);
  const database = openForReading(path);
  expect(callersOf(database).compute[0]?.addresses.map(({ address, people }) => [address, people])).toEqual([
    ['198.51.100.7', []],
    ['10.0.0.1', []],
  ]);
  await writer.write([
    stored(event({ id: uuid(3), at: at + 9, principal: alice, sourceIp: '198.51.100.7' })),
    stored(event({ id: uuid(4), at: at + 10, principal: code, sourceIp: '198.51.100.7' })),
  ]);
  expect(callersOf(database).compute).toHaveLength(1);
  expect(callersOf(database).compute[0]?.addresses[0]).toMatchObject({
    events: 2,
    people: ['alice'],
    eventId: uuid(4),
    lastAt: at + 10,
  });
  expect(callersOf(database).suspects.principals).toEqual([]);
  writer.mark(3, true);
  expect(callersOf(database).suspects).toMatchObject({
    principals: [{ ...alice, eventId: uuid(3) }],
    addresses: ['198.51.100.7'],
    resources: [{ name: 'Fraud-Scorer' }],
  });
  writer.close();
});

it('knows who made a resource, whichever way a record spells it; a refused call made nothing', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const arn = 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/scorer';
  const made = (n: number, name: string, withArn: string, more: Partial<NormalisedEvent> = {}) =>
    stored(
      event({
        id: uuid(n),
        at: at + n,
        resources: [{ kind: 'sagemaker.endpoint', arn: withArn, name, relation: 'created' }],
        ...more,
      }),
    );
  await writer.write([
    made(1, 'Scorer', ''),
    made(2, 'Scorer', arn, { principal: { type: 'IAMUser', arn: 'a', name: 'mallory' } }),
    made(3, 'Other', '', { errorCode: 'AccessDenied' }),
  ]);
  const database = openForReading(path);
  const kind = 'sagemaker.endpoint';
  expect(
    makersOf(database, [
      { kind, arn, name: 'Scorer' },
      { kind, arn: '', name: 'Other' },
      { kind: 'sagemaker.model', arn: '', name: 'Scorer' },
    ]),
  ).toEqual([{ name: 'mallory', at: at + 2 }, undefined, undefined]);
  writer.close();
});
