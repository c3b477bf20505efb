import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { kinds } from '../../src/inventory/catalogue.ts';
import { askAbout, createEnricher } from '../../src/inventory/enrichment.ts';
import { compareItems, type InventoryItem } from '../../src/inventory/inventory.ts';
import { lookThrough, Reads } from '../../src/inventory/look.ts';
import { createLookAround, type LookAround } from '../../src/inventory/look-around.ts';
import { usersOf } from '../../src/inventory/users-of.ts';
import { until } from '../helpers/until.ts';
import { type Answers, account, answeringAws, handClock, lookAt, refused, region } from './answering-aws.ts';

const arn = (rest: string) => `arn:aws:sagemaker:${region}:${account}:${rest}`;
const role = { kind: 'iam.role', arn: `arn:aws:iam::${account}:role/ds-exec`, name: 'ds-exec' };
const endings: AbortController[] = [];
afterEach(() => {
  for (const ending of endings.splice(0)) ending.abort();
});

/** An inventory of one account and Region over a table. */
function around(answers: Answers, more: Partial<Parameters<typeof createLookAround>[0]> = {}) {
  const ending = new AbortController();
  endings.push(ending);
  const aws = answeringAws(answers);
  const reads = new Reads(aws, ending.signal);
  const clock = handClock();
  const look: LookAround = createLookAround({
    places: [
      {
        profile: '',
        region,
        account: () => account,
        look: (signal) =>
          lookThrough(
            reads,
            { account, region, partition: 'aws', ours: new Set([account]) },
            { signal, priority: 'background' },
          ),
        refresh: () => reads.refresh(region),
      },
    ],
    kinds,
    clock,
    ending: ending.signal,
    ...more,
  });
  return { look, aws, clock, ending };
}

const notebook = {
  'sagemaker:ListNotebookInstances': {
    NotebookInstances: [
      {
        NotebookInstanceName: 'Lab',
        NotebookInstanceArn: arn('notebook-instance/lab'),
        NotebookInstanceStatus: 'InService',
        LastModifiedTime: new Date(5),
      },
    ],
  },
  'sagemaker:DescribeNotebookInstance': {
    NotebookInstanceStatus: 'InService',
    RoleArn: role.arn,
    InstanceType: 'ml.g4dn.xlarge',
    DirectInternetAccess: 'Enabled',
  },
};

it('denied everywhere: every part says which permission is missing, and nothing throws', async () => {
  const { look } = around({ '*': refused('sagemaker:ListAnything') });
  look.lookAround();
  await look.settled();
  const { items, parts, completeAt } = look.inventory.get();
  expect(items).toEqual([]);
  expect(completeAt).toBeDefined();
  expect(parts.length).toBeGreaterThan(20);
  for (const part of parts)
    expect(part).toMatchObject({ state: 'denied', why: 'sagemaker:ListAnything', at: undefined });
});

it('throttled: failed with AWS’s words, what was there stays, and the next round mends it', async () => {
  const { look, aws, clock } = around(notebook);
  look.lookAround();
  await look.settled();
  aws.answers = { '*': refused('x', 'throttled') };
  clock.at += 60_000;
  look.lookAround();
  await look.settled();
  const part = () => look.inventory.get().parts.find(({ kind }) => kind === 'sagemaker.notebook-instance');
  expect(part()).toMatchObject({ state: 'failed', why: 'x said throttled', items: 1 });
  expect(part()?.at).toBeDefined();
  expect(look.inventory.get().items.map(({ ref }) => ref.name)).toEqual(['Lab']);
  aws.answers = {};
  clock.at += 60_000;
  look.lookAround();
  await look.settled();
  expect(part()).toMatchObject({ state: 'loaded', items: 0 });
  expect(look.inventory.get().items).toEqual([]);
});

it('describes once what does not change, again what does', async () => {
  const { look, aws, clock } = around(notebook);
  const describes = () => aws.asked.filter((name) => name === 'sagemaker:DescribeNotebookInstance').length;
  const round = async () => {
    clock.at += 60_000;
    look.lookAround();
    await look.settled();
  };
  await round();
  expect(look.inventory.get().items[0]).toMatchObject({
    role,
    accelerated: true,
    internet: true,
    compute: 'ml.g4dn.xlarge',
    details: 'loaded',
  });
  await round();
  expect(describes()).toBe(1);
  aws.answers = {
    ...notebook,
    'sagemaker:ListNotebookInstances': {
      NotebookInstances: [
        {
          NotebookInstanceName: 'Lab',
          NotebookInstanceArn: arn('notebook-instance/lab'),
          NotebookInstanceStatus: 'InService',
          LastModifiedTime: new Date(9),
        },
      ],
    },
  };
  await round();
  expect(describes()).toBe(2);
});

it('takes up what is refused seldom, and asks again as soon as it is looked at again only after a rest', async () => {
  const { look, aws, clock } = around({ '*': refused('x') });
  look.lookAround();
  await look.settled();
  const asked = aws.asked.length;
  clock.at += 60_000;
  look.lookAround();
  await look.settled();
  expect(aws.asked.length).toBe(asked);
  clock.at += 5 * 60_000;
  look.lookAround();
  await look.settled();
  expect(aws.asked.length).toBe(2 * asked);
});

it('begins when somebody listens, and ends with the session', async () => {
  const { look, aws, ending } = around(notebook);
  expect(aws.asked).toEqual([]);
  look.inventory.subscribe(() => undefined);
  ending.abort();
  await look.settled();
  const asked = aws.asked.length;
  look.lookAround();
  await look.settled();
  expect(aws.asked.length).toBe(asked);
  expect(asked).toBeLessThan(10);
});

it('says who made what, and what nobody recorded', async () => {
  const { look } = around(notebook, { makers: async (items) => items.map(() => ({ creator: 'mallory' })) });
  look.lookAround();
  await look.settled();
  await until(() => look.inventory.get().items[0]?.notInEvents === false, 'the maker');
  expect(look.inventory.get().items[0]?.creator).toBe('mallory');
});

it('has one order, whatever the order of arrival', () => {
  const item = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    activity: fc.constantFrom('running' as const, 'changing' as const, 'idle' as const),
    accelerated: fc.boolean(),
    createdAt: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  });
  const toItem = (one: {
    name: string;
    region: string;
    activity: InventoryItem['activity'];
    accelerated: boolean;
    createdAt: number | undefined;
  }) => ({ ref: { kind: 'k', arn: '', name: one.name }, ...one }) as unknown as InventoryItem;
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { selector: ({ name, region: where }) => `${name} ${where}` }),
      fc.infiniteStream(fc.nat()),
      (list, chance) => {
        const items = list.map(toItem);
        const sorted = [...items].sort(compareItems);
        const shuffled = items
          .map((one) => ({ one, at: chance.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(shuffled.sort(compareItems).map((one) => JSON.stringify(one))).toEqual(
          sorted.map((one) => JSON.stringify(one)),
        );
      },
    ),
  );
});

it('one question is one call, however many ask', async () => {
  const aws = answeringAws({});
  const look = lookAt(aws);
  await Promise.all([1, 2, 3].map(() => look.read('sagemaker:DescribeModel', { ModelName: 'm' })));
  await look.read('sagemaker:DescribeModel', { ModelName: 'm' });
  expect(aws.asked).toEqual(['sagemaker:DescribeModel']);
});

it('enrichment says denied, gone, failed and unknown as what they are', async () => {
  const stateOf = async (answer: unknown, kind = 'sagemaker.endpoint') => {
    let last = '';
    for await (const { state, why } of askAbout(
      { kind, arn: '', name: 'x' },
      lookAt(answeringAws({ '*': answer })),
      kinds,
    ))
      last = `${state}: ${why}`;
    return last;
  };
  expect(await stateOf(refused('sagemaker:DescribeEndpoint'))).toBe('denied: sagemaker:DescribeEndpoint');
  expect(await stateOf(refused('x', 'not-found'))).toBe('gone: not found');
  expect(await stateOf(refused('x', 'throttled'))).toBe('failed: x said throttled');
  expect(await stateOf({}, 'ec2.instance')).toBe('unknown: nothing is read about this kind of resource');
});

it('enrichment gives the same observable, and asks again after a minute', async () => {
  const aws = answeringAws({ 'iam:GetRole': { Role: {} } });
  const clock = handClock();
  const enrich = createEnricher({
    kinds,
    clock,
    ending: new AbortController().signal,
    lookOf: () => lookAt(aws),
    failed: () => undefined,
  });
  const shown = enrich(role);
  await until(() => shown.get().state === 'loaded', 'the answer');
  const asked = aws.asked.length;
  expect(enrich(role)).toBe(shown);
  expect(aws.asked.length).toBe(asked);
  clock.at += 61_000;
  expect(enrich({ ...role, name: 'DS-EXEC' })).toBe(shown);
  await until(() => aws.asked.length > asked, 'the second question');
});

it('enrichment asks again when something happened since, and not more often than every 5 s', async () => {
  const aws = answeringAws({ 'iam:GetRole': { Role: {} } });
  const clock = handClock();
  const slept: number[] = [];
  clock.sleep = async (ms) => {
    slept.push(ms);
  };
  const changes: (number | undefined)[] = [];
  const enrich = createEnricher({
    kinds,
    clock,
    ending: new AbortController().signal,
    lookOf: (_, changedAt) => {
      changes.push(changedAt);
      return lookAt(aws);
    },
    failed: () => undefined,
  });
  const shown = enrich(role, 1_000);
  await until(() => shown.get().state === 'loaded', 'the answer');
  enrich(role, 1_000);
  enrich(role, 900);
  expect(changes).toEqual([1_000]);
  clock.at += 2_000;
  enrich(role, 2_000);
  enrich(role, 3_000);
  await until(() => changes.length === 2, 'the second question');
  expect(changes).toEqual([1_000, 3_000]);
  expect(slept).toEqual([3_000]);
});

it('finds who uses a role and a script, and says what it could not see', async () => {
  const answers: Answers = {
    ...notebook,
    'sagemaker:DescribeNotebookInstance': {
      NotebookInstanceStatus: 'Stopped',
      RoleArn: role.arn.toUpperCase().replace('ARN:AWS:IAM', 'arn:aws:iam').replace(':ROLE/', ':role/'),
      NotebookInstanceLifecycleConfigName: 'evil',
    },
    'sagemaker:ListTrainingJobs': refused('sagemaker:ListTrainingJobs'),
    'sagemaker:ListModels': { Models: [{ ModelName: 'm' }, { ModelName: 'other' }] },
    'sagemaker:DescribeModel': ({ ModelName }: { ModelName: string }) => ({
      ExecutionRoleArn: ModelName === 'm' ? role.arn : 'arn:aws:iam::1:role/other',
    }),
  };
  const scans = async (wanted: Parameters<typeof usersOf>[0]) => {
    const all = [];
    for await (const scan of usersOf(wanted, lookAt(answeringAws(answers)), kinds)) all.push(scan);
    return all;
  };
  const all = await scans(role);
  const last = all.at(-1);
  expect(last?.found.map(({ ref, activity, proof }) => [ref.name, activity, proof])).toEqual([
    ['Lab', 'idle', 'sagemaker:DescribeNotebookInstance'],
    ['m', 'idle', 'sagemaker:DescribeModel'],
  ]);
  expect(last).toMatchObject({ ended: true, problems: ['training jobs: denied: needs sagemaker:ListTrainingJobs'] });
  expect(last?.done).toBe(last?.total);
  expect(all.slice(0, -1).every(({ ended }) => !ended)).toBe(true);
  const evil = (await scans({ kind: 'sagemaker.notebook-instance-lifecycle-config', arn: '', name: 'EVIL' })).at(-1);
  expect(evil?.found.map(({ ref, why }) => [ref.name, why])).toEqual([['Lab', 'starts with it']]);
});

it('a scan that is left asks nothing more', async () => {
  const aws = answeringAws(notebook);
  for await (const scan of usersOf(role, lookAt(aws), kinds)) {
    expect(scan.ended).toBe(false);
    break;
  }
  expect(aws.asked.length).toBe(1);
  const aborter = new AbortController();
  aborter.abort(new Error('left'));
  await expect(usersOf(role, lookAt(aws, aborter.signal), kinds)[Symbol.asyncIterator]().next()).rejects.toThrow(
    'left',
  );
});
