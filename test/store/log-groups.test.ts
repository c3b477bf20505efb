import { expect, it } from 'vitest';
import { openQueries } from '../../src/store/event-queries.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored } from './stored.ts';

const at = Date.parse('2026-11-23T20:31:02Z');
const line = (id: string, group: string, later: number) =>
  stored(event({ id, at: at + later, origin: 'cloudwatch-logs', action: `logs:${group}`, readOnly: undefined }));

it('counts the lines of each group, the last heard first, those that come later too, and no calls of CloudWatch Logs', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([
    line('a', '/aws/sagemaker/TrainingJobs', 0),
    line('b', 'no/slash first', 5),
    stored(event({ id: 'c', at: at + 9, action: 'logs:DeleteLogGroup' })),
  ]);
  const queries = openQueries(path);
  const groups = async () => {
    const answer = await queries.ask<'log-groups'>('g', { type: 'log-groups' }, new AbortController().signal);
    return answer.groups.map(({ name, lines, lastAt }) => [name, lines, lastAt - at]);
  };
  try {
    expect(await groups()).toEqual([
      ['no/slash first', 1, 5],
      ['/aws/sagemaker/TrainingJobs', 1, 0],
    ]);
    await writer.write([line('d', '/aws/sagemaker/TrainingJobs', 7)]);
    expect(await groups()).toEqual([
      ['/aws/sagemaker/TrainingJobs', 2, 7],
      ['no/slash first', 1, 5],
    ]);
  } finally {
    await queries.close();
    writer.close();
  }
});
