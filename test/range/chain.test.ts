import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeNotebookInstanceCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, expect, test } from 'vitest';
import { resourceOfArn } from '../../src/linking/arn-resource.ts';
import { type Range, startRange } from '../../src/range/range.ts';
import { chainOf } from '../../src/store/chain.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { newStorePath } from '../store/stored.ts';
import { storedRecord } from '../store/story.ts';
import { clientsOf } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const open: Range[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((range) => range.close()));
});

test('the default drill: from the first suspicious event to what the stolen role read', async () => {
  const clock = new ManualClock();
  const range = await startRange({ scenario: 'presigned-url-hijack' }, clock);
  open.push(range);
  const { logs, sagemaker } = clientsOf(range);
  await clock.advance(12 * 60_000);
  const records: { readonly [member: string]: unknown }[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: 'aws-cloudtrail-logs-111122223333-main',
        ...(nextToken ? { nextToken } : {}),
      }),
    );
    for (const { message } of page.events ?? []) records.push(JSON.parse(message ?? '{}'));
    nextToken = page.nextToken;
  } while (nextToken);
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write(records.map((record) => storedRecord(record)));
  // The notebook was made long ago; what it runs as the inventory learns from this answer.
  const { NotebookInstanceArn = '', RoleArn = '' } = await sagemaker.send(
    new DescribeNotebookInstanceCommand({ NotebookInstanceName: 'fraud-lab' }),
  );
  const answered = { operation: 'sagemaker:DescribeNotebookInstance', role: 'role', at: clock.now() };
  writer.relate([{ from: resourceOfArn(NotebookInstanceArn)!, to: resourceOfArn(RoleArn)!, ...answered }]);
  writer.close();
  const database = openForReading(path);
  const first = database
    .prepare(
      `select event.id as id from event join value on value.id = event.address and value.text = '198.51.100.7' order by at, event.id limit 1`,
    )
    .get()?.id;
  const { links, at, searched } = chainOf(database, Number(first));
  expect(at).toBe(0);
  const names = links.map(({ handover, name, parent }) => [parent, handover, name]);
  expect(names.slice(0, 3)).toEqual([
    [undefined, 'origin', 'alice'],
    [0, 'presigned', 'fraud-lab'],
    [1, 'compute', 'ds-exec/SageMaker'],
  ]);
  expect(links[2]?.why).toContain('fraud-lab runs as ds-exec (sagemaker:DescribeNotebookInstance)');
  expect(links[2]?.actions.map(({ action }) => action)).toContain('s3:GetObject');
  expect(searched[0]?.lookup).toEqual({ attribute: 'ResourceName', value: links[0]?.accessKeyId });
  // And back: from the read to the key.
  const read = links[2]?.actions.find(({ action }) => action === 's3:GetObject')?.first.rowId;
  const back = chainOf(database, read ?? 0);
  expect(back.links.map(({ name }) => name).slice(0, 3)).toEqual(['alice', 'fraud-lab', 'ds-exec/SageMaker']);
  expect(back.at).toBe(2);
  database.close();
});
