import type { Page, Row } from './kind.ts';

/** SageMaker's own limit for a page. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html */
export const pageSize = 100;

/** More of one kind in one Region are not shown; a list of thousands would hide what matters. */
export const mostRows = 500;

/** Listings that cannot be narrowed to what is wanted (an account may have a million schedules) are read this far. */
export const mostPages = 30;

/** The items of all pages, at most `most`; for short lists. A token that comes back unchanged ends it. */
export async function allOf<Item>(
  ask: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[] | undefined; readonly next: string | undefined }>,
  most = mostRows,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let token: string | undefined; ; ) {
    const { items, next } = await ask(token);
    all.push(...(items ?? []));
    if (!next || next === token || all.length >= most) return all;
    token = next;
  }
}

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
  let pages = 0;
  for (let token: string | undefined; ; ) {
    const { items, next } = await ask(token);
    pages += 1;
    const rows = (items ?? []).flatMap((item) => row(item) ?? []);
    total += rows.length;
    const ended = !next || next === token;
    yield {
      rows: total > most ? rows.slice(0, rows.length - (total - most)) : rows,
      more: total > most || (!ended && (total >= most || pages >= mostPages)),
    };
    if (ended || total >= most || pages >= mostPages) return;
    token = next;
  }
}
