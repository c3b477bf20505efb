import type { ReadName } from '../aws/operations.ts';
import type { DetailsBuilder } from './details.ts';
import { refOfArn } from './refs.ts';

interface PageOf<Item> {
  readonly items: readonly Item[] | undefined;
  readonly next: string | undefined;
}

/** A role or user may have ten of each; more is a mistake of a simulator. */
const mostPolicies = 50;

/** Everything that a paged listing gives, bounded. */
async function all<Item>(page: (marker: string | undefined) => Promise<PageOf<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let marker: string | undefined; ; ) {
    const { items: more, next } = await page(marker);
    items.push(...(more ?? []));
    if (!next || next === marker || items.length >= mostPolicies) return items.slice(0, mostPolicies);
    marker = next;
  }
}

/** The policies of a role or a user: those attached by name, those inline in full. */
export async function readPolicies(
  details: DetailsBuilder,
  of: {
    attached(
      marker: string | undefined,
    ): Promise<PageOf<{ readonly PolicyArn?: string | undefined; readonly PolicyName?: string | undefined }>>;
    readonly attachedBy: ReadName;
    inline(marker: string | undefined): Promise<PageOf<string>>;
    document(name: string): Promise<string | undefined>;
    readonly documentBy: ReadName;
  },
): Promise<void> {
  for (const { PolicyArn, PolicyName } of await all((marker) => of.attached(marker))) {
    details.relate('policy', refOfArn(PolicyArn), of.attachedBy);
    details.fact('attached policy', PolicyName, of.attachedBy);
  }
  for (const name of await all((marker) => of.inline(marker)))
    details.document(`inline policy ${name}`, await of.document(name), of.documentBy);
}
