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

it('lists what runs, with role, compute and relations, and says what it could not list', async () => {
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
  expect(items[0]).toMatchObject({ ref: { name: 'llm-gateway' }, accelerated: true });
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
  const scorer = items.find(({ ref }) => ref.name === 'fraud-scorer');
  expect(scorer?.relations.find(({ role }) => role === 'image')?.to.name).toMatch(/@sha256:/);
});
