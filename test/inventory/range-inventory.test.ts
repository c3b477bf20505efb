import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Identity } from '../../src/aws/aws.ts';
import { type OpenDoor, openAws } from '../../src/aws/client.ts';
import { type Range, startRange } from '../../src/range/range.ts';
import { createLooking, type Looking } from '../../src/session/inventory.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { until } from '../helpers/until.ts';

const ending = new AbortController();
let range: Range;
let door: OpenDoor;
let looking: Looking;
let identity: Identity;

beforeAll(async () => {
  range = await startRange({ speed: 50 });
  door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock: systemClock,
    simulated: true,
    incident: 'inventory',
  });
  identity = await door.identity();
  looking = createLooking({
    accounts: [
      {
        aws: door.aws,
        profile: '',
        region: range.region,
        regions: [range.region, 'eu-west-1'],
        identity: () => identity,
      },
    ],
    clock: systemClock,
    ending: ending.signal,
    makers: async (items) => items.map(() => ({ creator: undefined })),
    failed: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  ending.abort();
  door.close();
  await range.close();
});

it('lists what runs, with role, compute and relations, each part of it loaded', async () => {
  looking.lookAround();
  await until(() => looking.inventory.get().completeAt !== undefined, 'the first round', 30_000);
  await until(
    () => looking.inventory.get().items.every(({ notInEvents }) => notInEvents === true),
    'who made what',
    10_000,
  );
  const { items, parts, loading } = looking.inventory.get();
  expect(loading).toBe(false);
  expect(parts.filter(({ state }) => state === 'waiting' || state === 'loading')).toEqual([]);
  expect(parts.filter(({ region }) => region === 'eu-west-1')).toHaveLength(parts.length / 2);
  expect(items[0]).toMatchObject({ accelerated: true, activity: 'running' });
  expect(items.find(({ ref }) => ref.name === 'llm-gateway')).toMatchObject({
    accelerated: true,
    compute: 'ml.g5.12xlarge',
  });
  const lab = items.find(({ ref }) => ref.name === 'fraud-lab');
  expect(lab).toMatchObject({
    ref: { kind: 'sagemaker.notebook-instance' },
    account: range.account,
    region: range.region,
    state: 'InService',
    activity: 'running',
    role: { kind: 'iam.role', name: 'ds-exec' },
    compute: 'ml.t3.medium',
    internet: true,
    notInEvents: true,
    details: 'loaded',
  });
  expect(lab?.relations).toContainEqual(
    expect.objectContaining({ role: 'lifecycle-config', proof: 'sagemaker:DescribeNotebookInstance' }),
  );
  const rule = items.find(({ ref }) => ref.name === 'fraud-deploy-on-approval');
  expect(rule).toMatchObject({
    ref: { kind: 'events.rule' },
    state: 'ENABLED',
    activity: 'running',
    details: 'loaded',
  });
  expect(rule?.relations.map(({ to }) => [to.kind, to.name])).toEqual([
    ['sagemaker.model-package-group', 'fraud-models'],
    ['lambda.function', 'deploy-model'],
  ]);
  expect(parts.find(({ kind }) => kind === 'scheduler.schedule')).toMatchObject({ state: 'loaded' });
  const scorer = items.find(({ ref }) => ref.name === 'fraud-scorer');
  expect(scorer?.relations.find(({ role }) => role === 'image')?.to.name).toMatch(/@sha256:/);
});

it('says what AWS holds about one notebook, its script decoded', async () => {
  const shown = looking.enrich({ kind: 'sagemaker.notebook-instance', arn: '', name: 'fraud-lab' });
  await until(() => shown.get().state === 'loaded', 'the enrichment', 10_000);
  const { status, role, scripts, facts, problems } = shown.get();
  expect([status, role?.name, problems]).toEqual(['InService', 'ds-exec', []]);
  expect(scripts[0]).toMatchObject({
    title: 'OnStart, runs as root at every start',
    proof: 'sagemaker:DescribeNotebookInstanceLifecycleConfig',
    cut: false,
  });
  expect(scripts[0]?.text).toMatch(/^#!/);
  for (const { label, proof, at } of facts) expect([label, proof !== '' && at > 0]).toEqual([label, true]);
});

it('says what a role may do and who may take it on', async () => {
  const arn = `arn:aws:iam::${range.account}:role/ds-exec`;
  const shown = looking.enrich({ kind: 'iam.role', arn, name: 'ds-exec' });
  await until(
    () => shown.get().state === 'loaded',
    () => JSON.stringify(shown.get()),
    10_000,
  );
  expect(shown.get().scripts.map(({ title }) => title)).toContain('trust policy');
  expect(looking.enrich({ kind: 'iam.role', arn, name: 'ds-exec' })).toBe(shown);
});

it('finds everybody who runs as a role', async () => {
  const role = looking.inventory.get().items.find(({ ref }) => ref.name === 'fraud-lab')?.role;
  const found = new Map<string, string>();
  let ended = false;
  for await (const scan of looking.usersOf(role!, new AbortController().signal)) {
    for (const { ref, proof } of scan.found) found.set(`${ref.kind} ${ref.name}`, proof);
    ended = scan.ended;
  }
  expect(ended).toBe(true);
  expect(found.get('sagemaker.notebook-instance fraud-lab')).toBe('sagemaker:DescribeNotebookInstance');
  expect(found.get('sagemaker.endpoint fraud-scorer')).toBe('sagemaker:DescribeModel');
  expect([...found.keys()].filter((key) => key.startsWith('sagemaker.model'))).not.toEqual([]);
});

it('asks nobody about what lies in an account that is not logged in to', async () => {
  const arn = 'arn:aws:sagemaker:us-east-1:999999999999:endpoint/x';
  const shown = looking.enrich({ kind: 'sagemaker.endpoint', arn, name: 'x' });
  expect(shown.get()).toMatchObject({ state: 'unknown', why: expect.stringContaining('999999999999') });
});
