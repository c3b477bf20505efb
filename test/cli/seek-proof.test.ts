import { mkdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordedEvents } from '../../src/cli/recorded-events.ts';
import { seekProof } from '../../src/cli/seek-proof.ts';
import { foldContainments } from '../../src/containment/fold.ts';
import { denyAllDocument } from '../../src/containment/policy-document.ts';
import type { JournalEntry } from '../../src/store/journal.ts';
import { openWriter } from '../../src/store/writer.ts';
import { awsError, fakeClock, fakeJournal, roleRef } from '../containment/fake-aws.ts';
import { event, stored, uuid } from '../store/stored.ts';

const account = '111122223333';
const clock = fakeClock();
const signal = new AbortController().signal;

async function contained() {
  const journal = fakeJournal([], clock);
  const target = roleRef('ds-exec');
  const call = {
    name: 'iam:PutRolePolicy',
    input: { RoleName: 'ds-exec', PolicyName: 'p', PolicyDocument: denyAllDocument },
  };
  const plan = {
    action: 'iam.role.deny-all',
    target,
    account,
    region: 'us-east-1',
    params: {},
    steps: [{ id: '1', kind: 'call', call }],
    preconditions: [],
  };
  for (const entry of [
    {
      type: 'containment-approved',
      id: 'c1',
      plan,
      reason: '',
      by: 'me',
      assessment: null,
      snapshot: { file: 'x', sha256: 'y' },
    },
    { type: 'step-starting', id: 'c1', phase: 'do', step: '1', name: call.name },
    { type: 'step-done', id: 'c1', phase: 'do', step: '1' },
    {
      type: 'containment-verified',
      id: 'c1',
      phase: 'do',
      effect: 'holding',
      checks: [{ what: '', holds: true, why: '', at: clock.now() + 60_000 }],
    },
  ])
    await journal.append(entry as unknown as JournalEntry);
  return { journal, containment: foldContainments(journal.lines)[0]! };
}

let made = 0;
const record = (afterMs: number, more: object = {}) => {
  made += 1;
  return JSON.stringify({
    eventVersion: '1.11',
    eventID: uuid(made),
    eventTime: new Date(clock.now() + afterMs).toISOString(),
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    awsRegion: 'us-east-1',
    recipientAccountId: account,
    sourceIPAddress: '198.51.100.7',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`,
      accountId: account,
      accessKeyId: 'ASIAX',
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/ds-exec`, userName: 'ds-exec' },
      },
    },
    ...more,
  });
};
const refusal = {
  errorCode: 'AccessDenied',
  errorMessage:
    'User: x is not authorized to perform: s3:ListAllMyBuckets with an explicit deny in an identity-based policy',
};

async function sought(
  pages: readonly (readonly string[])[] | Error,
  arn = 'arn:aws:sts::111122223333:assumed-role/OnCall/me',
) {
  const { journal, containment } = await contained();
  let asked = 0;
  const aws = {
    now: () => Date.now(),
    call: async (_name: string, _input: object, { region }: { region: string }) => {
      if (pages instanceof Error) throw pages;
      if (region !== 'us-east-1') return {};
      asked += 1;
      return {
        Events: (pages[asked - 1] ?? []).map((CloudTrailEvent) => ({ CloudTrailEvent })),
        ...(asked < pages.length ? { NextToken: String(asked) } : {}),
      };
    },
  };
  const identity = { arn, region: 'eu-west-1', globalRegion: 'us-east-1' };
  const found = await seekProof(containment, { aws: aws as never, identity, journal, signal });
  return {
    found,
    sightings: journal.lines.filter(({ entry }) => /-proved|-contradicted/.test(entry.type)).map(({ entry }) => entry),
  };
}

describe('proof that contain --wait looks for', () => {
  it('a later refusal proves it, on whichever page and in whichever Region, and is journalled once', async () => {
    const proof = record(61_000, refusal);
    const { found, sightings } = await sought([
      [record(62_000, { errorCode: 'Throttling' }), 'no json'],
      [proof, record(63_000, refusal)],
    ]);
    expect(found).toMatchObject({
      state: 'confirmed',
      verdict: { effect: 'proved', provedBy: JSON.parse(proof).eventID },
    });
    expect(sightings).toHaveLength(1);
  });
  it('a later call that passed contradicts it', async () => {
    const { found } = await sought([[record(61_000, refusal), record(90_000)]]);
    expect(found).toMatchObject({ state: 'failed', verdict: { effect: 'absent' } });
  });
  it('nothing, ourselves, or a history that may not be read: no attempt seen yet', async () => {
    const none = { state: 'confirmed', verdict: { effect: 'holding', provedBy: null } };
    expect((await sought([[]])).found).toMatchObject(none);
    expect(
      (await sought([[record(61_000, refusal)]], `arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`)).found,
    ).toMatchObject(none);
    expect((await sought(awsError('cloudtrail:LookupEvents', 'AccessDenied', 'denied'))).found).toMatchObject(none);
  });
});

it('a plan on the command line is held against the events of its incident, if there are any', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'firebreak-recorded-'));
  expect((await recordedEvents(stateDir, 'none', () => clock.now())).recorded).toBeUndefined();
  await expect(recordedEvents(stateDir, '../x', () => 0)).rejects.toThrow('no name for an incident');
  const path = join(stateDir, 'incidents', 'INC-1', 'events.db');
  mkdirSync(dirname(path), { recursive: true });
  const writer = openWriter(path);
  await writer.write([stored(event({ id: uuid(1), at: clock.now() - 3_600_000 }))]);
  writer.close();
  const { recorded, close } = await recordedEvents(stateDir, 'INC-1', () => clock.now());
  const holder = { type: 'role', account, name: 'ds-exec' } as const;
  const radius = await recorded?.radius([{ type: 'deny', holder, document: denyAllDocument }], [], signal);
  expect(radius).toMatchObject({
    callers: [{ name: 'ds-exec/alice', calls: 1, refused: 1 }],
    loadedFrom: clock.now() - 3_600_000,
  });
  await close();
});
