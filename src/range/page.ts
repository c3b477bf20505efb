import { createHash } from 'node:crypto';
import { canonicalJson } from '../shared/json.ts';
import type { Fault } from './fault.ts';
import type { Members } from './operation.ts';

/** How a list is paged: AWS names the members differently from service to service. */
export interface Paging {
  /** What is listed: a token of one list is none of another. */
  readonly list: string;
  readonly token: 'NextToken' | 'Marker';
  readonly size: string;
  /** Entries of a page unless asked otherwise. */
  readonly usual: number;
  refuse(): Fault;
}

/** One page of a list, by offset. A token is good only with the parameters it was made for; the size of a page may change. @throws Fault */
export function cutPage<Item>(
  items: readonly Item[],
  input: Members,
  { list, token, size, usual, refuse }: Paging,
): { readonly page: readonly Item[]; readonly next: string | undefined } {
  const { [token]: given, [size]: wanted, ...rest } = input;
  const question = createHash('sha256')
    .update(`${list} ${canonicalJson(rest)}`)
    .digest('base64url')
    .slice(0, 16);
  let from = 0;
  if (given !== undefined && given !== null) {
    const [offset = '', of] = Buffer.from(String(given), 'base64url').toString().split(' ');
    if (of !== question || !/^\d{1,9}$/.test(offset)) throw refuse();
    from = Number(offset);
  }
  const end = from + (typeof wanted === 'number' ? wanted : usual);
  return {
    page: items.slice(from, end),
    next: end < items.length ? Buffer.from(`${end} ${question}`).toString('base64url') : undefined,
  };
}
