import { AwsCallError } from '../model/errors.ts';

/** An answer, or why there is none. */
export type Attempt<Value> =
  | { readonly value: Value; readonly missing?: never }
  | { readonly value?: never; readonly missing: 'not-found' | 'denied'; readonly operation: string };

/**
 * A read that a plan can do without: what could not be read cannot be put back, and the plan says so.
 * @throws Every failure but "not found" and "denied": a throttled read is no answer.
 */
export async function attempt<Value>(read: Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await read };
  } catch (error) {
    if (error instanceof AwsCallError && (error.reason === 'not-found' || error.reason === 'denied'))
      return { missing: error.reason, operation: error.operation };
    throw error;
  }
}

/** Every item of a listing that AWS gives in pages. */
export async function allPages<Item>(
  page: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[] | undefined; readonly next: string | undefined }>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let token: string | undefined; ; ) {
    const { items, next } = await page(token);
    all.push(...(items ?? []));
    if (!next) return all;
    token = next;
  }
}
