import type { Page, Row } from './kind.ts';

/** SageMaker's own limit for a page. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html */
export const pageSize = 100;

/** More of one kind in one Region are not shown; a list of thousands would hide what matters. */
export const mostRows = 500;

/**
 * Pages of a listing until it ends or `most` rows came. A token that comes back unchanged ends it: AWS does not do that, but a proxy or a
 * simulator might, and a listing must not go on for ever.
 */
export async function* paged<Item>(
  ask: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[] | undefined; readonly next: string | undefined }>,
  row: (item: Item) => Row | undefined,
  most = mostRows,
): AsyncIterable<Page> {
  let total = 0;
  for (let token: string | undefined; ; ) {
    const { items, next } = await ask(token);
    const rows = (items ?? []).flatMap((item) => row(item) ?? []);
    total += rows.length;
    const ended = !next || next === token;
    yield {
      rows: total > most ? rows.slice(0, rows.length - (total - most)) : rows,
      more: total > most || (!ended && total >= most),
    };
    if (ended || total >= most) return;
    token = next;
  }
}
