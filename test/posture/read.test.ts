import { expect, it } from 'vitest';
import { emptyInventory, type Inventory } from '../../src/inventory/inventory.ts';
import { comparePosture, noPosture, postureOf, postureRecord } from '../../src/model/posture.ts';
import { checks } from '../../src/posture/catalogue.ts';
import { readPosture } from '../../src/posture/read.ts';
import { watchPosture } from '../../src/session/posture.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { observable } from '../../src/shared/observable.ts';
import { until } from '../helpers/until.ts';
import { account, answeringAws, lookAt, refused, region } from '../inventory/answering-aws.ts';
import { judge, saidBy, subjectOf } from './judge.ts';

const notebook = subjectOf('sagemaker.notebook-instance', 'lab');
const roleArn = `arn:aws:iam::${account}:role/service-role/ds-exec`;
const answers = {
  'sagemaker:DescribeNotebookInstance': { RootAccess: 'Enabled', RoleArn: roleArn },
  'iam:GetRole': { Role: {} },
};

it('reads what the resource runs as too, each thing once, and says how it comes into it', async () => {
  const posture = await judge(notebook, answers);
  expect(posture.state).toBe('done');
  expect(posture.resources).toBe(2);
  expect(posture.asked.filter((name) => name === 'sagemaker:DescribeNotebookInstance')).toHaveLength(1);
  expect(posture.read).toBe(posture.asked.length);
  const [role] = saidBy(posture, 'identity.trust', 'iam.role');
  expect(role?.resource).toMatchObject({ kind: 'iam.role', name: 'ds-exec', arn: roleArn });
  expect(role?.here).toEqual(['lab runs as it: a finding names it']);
  expect(posture.results).toEqual([...posture.results].sort(comparePosture));
  expect(posture.results[0]?.verdict).toBe('weak');
});

it('says of what is gone that it is, and of what failed why', async () => {
  const gone = await judge(notebook, {
    'sagemaker:DescribeNotebookInstance': refused('sagemaker:DescribeNotebookInstance', 'not-found'),
  });
  expect(new Set(gone.results.map(({ verdict }) => verdict))).toEqual(new Set(['not-applicable']));
  const failed = await judge(notebook, {
    'sagemaker:DescribeNotebookInstance': refused('sagemaker:DescribeNotebookInstance', 'throttled'),
  });
  expect(new Set(failed.results.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  expect(failed.results[0]?.note).toMatch(/sagemaker:DescribeNotebookInstance said throttled/);
});

it('reads a bounded number of calls, and what is beyond stays unknown', async () => {
  // A role whose list of policies never ends.
  const posture = await judge(subjectOf('iam.role', 'r'), {
    'iam:GetRole': { Role: {} },
    'iam:ListRolePolicies': { PolicyNames: Array.from({ length: 2_000 }, (_, index) => `p${index}`) },
    'iam:GetRolePolicy': { PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' },
  });
  expect(posture.asked.length).toBeLessThanOrEqual(804);
  const [one] = saidBy(posture, 'identity.wildcards', 'iam.role');
  expect(one).toMatchObject({ verdict: 'unknown', note: expect.stringMatching(/800 calls/) });
});

it('looks at a bounded number of resources, and says how many it leaves', async () => {
  const look = lookAt(answeringAws(answers));
  const seeds = Array.from({ length: 10_000 }, (_, index) => ({
    ...subjectOf('sagemaker.notebook-instance', `n${index}`),
    here: [],
    via: '',
  }));
  const place = { look, account, region, partition: 'aws', ours: new Set([account]), seeds, whole: true };
  const ofRoles = { usersOf: () => ({ users: [], unseen: [] }) };
  let end = noPosture;
  for await (const now of readPosture([{ ...place, ...ofRoles }], checks, look.signal)) end = now;
  expect(end).toMatchObject({ state: 'done', resources: 150 });
  expect(end.leftOut).toEqual(['9852 more resources of us-east-1 are not looked at: 150 are']);
});

const taken: Inventory = { ...emptyInventory, completeAt: 1 };

function watch(aws: ReturnType<typeof answeringAws>, inventory = observable(taken)) {
  const ending = new AbortController();
  const failures: unknown[] = [];
  return {
    ending,
    failures,
    ...watchPosture({
      ready: async () => undefined,
      where: () => [{ account, region, look: (signal) => lookAt(aws, signal) }],
      scope: async () => ({ seeds: [{ ...notebook, here: [], via: '' }], leftOut: ['x'] }),
      inventory,
      lookAround: () => inventory.set(taken),
      clock: systemClock,
      ending: ending.signal,
      failed: (error) => failures.push(error),
    }),
  };
}

it('begins when it is asked, once at a time, and takes the inventory first', async () => {
  const aws = answeringAws(answers);
  const watched = watch(aws, observable(emptyInventory));
  expect(watched.posture.get()).toBe(noPosture);
  watched.judge();
  watched.judge();
  await watched.settled(5_000);
  expect(watched.posture.get()).toMatchObject({ state: 'done', leftOut: ['x'] });
  expect(aws.asked.filter((name) => name === 'sagemaker:DescribeNotebookInstance')).toHaveLength(1);
  expect(watched.failures).toEqual([]);
});

it('stops when it is told to, keeps what it has, and can be asked again', async () => {
  const { promise: held, resolve: answer } = Promise.withResolvers<unknown>();
  const aws = answeringAws({ ...answers, 'sagemaker:DescribeNotebookInstance': () => held });
  const watched = watch(aws);
  watched.judge();
  await until(() => aws.asked.includes('sagemaker:DescribeNotebookInstance'), 'the first call');
  watched.stop();
  await until(() => watched.posture.get().state === 'cancelled', 'the end');
  expect(watched.failures).toEqual([]);
  answer(answers['sagemaker:DescribeNotebookInstance']);
  watched.judge();
  await watched.settled(5_000);
  expect(watched.posture.get().state).toBe('done');
});

it('says of saved logs that nobody can be asked', async () => {
  const watched = watchPosture({
    ready: async () => undefined,
    where: () => [],
    scope: async () => ({ seeds: [], leftOut: [] }),
    inventory: observable(taken),
    lookAround: () => undefined,
    clock: systemClock,
    ending: new AbortController().signal,
    failed: () => undefined,
  });
  watched.judge();
  await watched.settled(1_000);
  expect(watched.posture.get()).toMatchObject({ state: 'unavailable', why: expect.stringMatching(/saved logs/) });
});

it('keeps for the report what is weak and unknown, and counts the rest', async () => {
  expect(postureRecord(noPosture)).toBeUndefined();
  const posture = await judge(notebook, answers);
  const record = postureRecord(posture);
  expect(record?.results.every(({ verdict }) => verdict === 'weak' || verdict === 'unknown')).toBe(true);
  // What is still awaited is neither known nor unknown.
  const half = postureRecord({
    ...posture,
    state: 'reading',
    results: posture.results.map((one) => ({ ...one, verdict: 'unknown' as const, note: 'being read' })),
  });
  expect(half?.results).toEqual([]);
  expect(half?.leftOut).toEqual([`it was not read to its end: ${posture.results.length} questions were still open`]);
  expect(record?.counts.find(({ topic }) => topic === 'infrastructure security')?.weak).toBe(2);
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(postureOf(posture.results, { ...notebook, arn: notebook.arn.toUpperCase() }).length).toBeGreaterThan(5);
});
