import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { historyPages } from '../../src/inventory/event-history.ts';

const { signal } = new AbortController();

/** A history of so many pages, one event each. */
function history(pages: number) {
  const asked: { readonly input: unknown; readonly options: object | undefined }[] = [];
  const call: Aws['call'] = async (_name, input, options) => {
    asked.push({ input, options });
    const page = asked.length;
    return { Events: [{ EventId: `e${page}` }], ...(page < pages ? { NextToken: `t${page}` } : {}) } as never;
  };
  return { aws: { call }, asked };
}

async function read(pages: number, mostPages: number) {
  const { aws, asked } = history(pages);
  const attribute = { key: 'EventName', value: 'CreateEndpoint' } as const;
  const found: [string | undefined, boolean][] = [];
  for await (const { events, more } of historyPages(
    aws,
    { attribute, from: 1_000, to: 2_000, region: 'eu-west-1', mostPages },
    signal,
  ))
    found.push([events[0]?.EventId, more]);
  return { found, asked };
}

describe('historyPages', () => {
  it('reads to the end, the same question on each page, with the token of the one before', async () => {
    const { found, asked } = await read(3, 8);
    expect(found).toEqual([
      ['e1', true],
      ['e2', true],
      ['e3', false],
    ]);
    const question = {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateEndpoint' }],
      StartTime: new Date(1_000),
      EndTime: new Date(2_000),
      MaxResults: 50,
    };
    expect(asked.map(({ input }) => input)).toEqual([
      question,
      { ...question, NextToken: 't1' },
      { ...question, NextToken: 't2' },
    ]);
    for (const { options } of asked) expect(options).toEqual({ signal, priority: 'operator', region: 'eu-west-1' });
  });
  it('stops where it has read enough, and says that there is more', async () => {
    const { found, asked } = await read(3, 2);
    expect(found.at(-1)).toEqual(['e2', true]);
    expect(asked).toHaveLength(2);
  });
});
