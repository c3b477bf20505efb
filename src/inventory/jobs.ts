import type { ListScope, Page, Row } from './kind.ts';
import type { Look } from './look.ts';
import { paged, pageSize } from './pages.ts';

const recentMs = 86_400_000;
/** Of what ended lately, as many as a person reads; what runs is listed to the usual bound. */
const mostRecent = 100;

/** What every listing of jobs takes. */
export interface JobQuery {
  readonly StatusEquals?: string;
  readonly LastModifiedTimeAfter?: Date;
  readonly SortBy: 'CreationTime';
  readonly SortOrder: 'Descending';
  readonly MaxResults: number;
  readonly NextToken?: string;
}

/**
 * Jobs that run, by each of the states that say so, and then those that changed in the last day. A job that is in both comes twice; who
 * gathers them keeps one.
 */
export async function* jobPages<Item>(
  look: Look,
  scope: ListScope,
  states: readonly string[],
  ask: (query: JobQuery) => Promise<{ readonly items: readonly Item[] | undefined; readonly next: string | undefined }>,
  row: (item: Item) => Row,
): AsyncIterable<Page> {
  const order = { SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: pageSize } as const;
  const token = (NextToken: string | undefined) => (NextToken ? { NextToken } : {});
  for (const StatusEquals of states) yield* paged((next) => ask({ ...order, StatusEquals, ...token(next) }), row);
  if (scope === 'running') return;
  // To the minute: the same question within a minute is one.
  const LastModifiedTimeAfter = new Date(Math.floor((look.now() - recentMs) / 60_000) * 60_000);
  // That not everything that has ended is listed is meant so.
  for await (const page of paged((next) => ask({ ...order, LastModifiedTimeAfter, ...token(next) }), row, mostRecent))
    yield { rows: page.rows, more: false };
}
