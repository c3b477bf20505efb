import { type ChainLink, type CredentialChain, firstActions } from '../src/model/chain.ts';
import { isCompute } from '../src/model/principal.ts';

/** One row of the chain as a tree. Rows with a `key` can be selected. */
export type ChainRow =
  | {
      readonly type: 'link';
      readonly key: string;
      readonly link: number;
      readonly branch: Branch;
    }
  /** Why the link stands there. */
  | { readonly type: 'why'; readonly link: number; readonly branch: Branch }
  | {
      readonly type: 'action';
      readonly key: string;
      readonly link: number;
      readonly action: number;
      readonly branch: Branch;
    }
  /** Links that were left out below one. */
  | { readonly type: 'more'; readonly links: number; readonly branch: Branch }
  /** Where a parent was looked for. */
  | { readonly type: 'search'; readonly key: string; readonly search: number };

/** Where a row stands in the tree. */
export interface Branch {
  /** For each step on the way from the origin, the nearest `NEAREST` of them, whether a line goes on past the row. */
  readonly past: readonly boolean[];
  /** Whether the way is longer than that. */
  readonly deeper: boolean;
  /** Whether the link is the last of its parent; `undefined` for an origin. */
  readonly last: boolean | undefined;
  /** Whether others came within the same second: then no arrow leads to it. */
  readonly sameSecond: boolean;
  /** Whether links hang below it. */
  readonly hasChildren: boolean;
}

/** Steps of the way to a row that are kept: more than a screen has room for, and a chain of thousands stays as cheap as it is long. */
const NEAREST = 32;

/** Links by their parent; what names a parent that comes later, or itself, counts as an origin: a cycle is no tree. */
function childrenOf(links: CredentialChain['links']): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const [index, { parent }] of links.entries()) {
    const under = parent !== undefined && parent >= 0 && parent < index ? parent : -1;
    const list = children.get(under);
    if (list) list.push(index);
    else children.set(under, [index]);
  }
  return children;
}

/** No two the same: what comes again says so. */
function distinct(keys: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  return keys.map((key) => {
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return before > 0 ? `${key} again ${before}` : key;
  });
}

/** Whether a link gets another key every few hours and stays the same: code on SageMaker, also before its second key is seen. */
export const isRenewed = ({ keys, name }: Pick<ChainLink, 'keys' | 'name'>): boolean =>
  keys > 1 || isCompute({ type: 'AssumedRole', name });

/**
 * What the links are known by, whatever is found before or among them: by their access key; where there is none, or another every few
 * hours, by who or what it is. No two are the same.
 */
export const linkKeys = ({ links }: Pick<CredentialChain, 'links'>): readonly string[] =>
  distinct(
    links.map((link) =>
      link.accessKeyId !== '' && !isRenewed(link)
        ? `link ${link.accessKeyId}`
        : `link ${link.name} ${link.resource?.arn || link.resource?.name || ''}`,
    ),
  );

/** What the searches are known by: what is looked for, however far back that has been. */
export const searchKeys = ({ searched }: Pick<CredentialChain, 'searched'>): readonly string[] =>
  distinct(searched.map(({ what, lookup }) => `search ${lookup ? `${lookup.attribute} ${lookup.value}` : what}`));

/** Between the key of a link and what was done with it. */
export const BELOW = '\n';

const known = new WeakMap<CredentialChain, { few?: readonly ChainRow[]; all?: readonly ChainRow[] }>();

/** The chain as rows: each link, why it stands there, what was done with it, then what hangs below it; at the end where a parent was looked for. */
export function chainRows(chain: CredentialChain, all: boolean): readonly ChainRow[] {
  const kept = known.get(chain) ?? {};
  const made = kept[all ? 'all' : 'few'] ?? rowsOf(chain, all);
  known.set(chain, { ...kept, [all ? 'all' : 'few']: made });
  return made;
}

function rowsOf(chain: CredentialChain, all: boolean): readonly ChainRow[] {
  const children = childrenOf(chain.links);
  const grouped = new Set(chain.sameSecond.filter((group) => group.length > 1).flat());
  const keys = linkKeys(chain);
  const rows: ChainRow[] = [];
  // Not by recursion: a chain of thousands of roles is what an attacker can make.
  const stack: (Pick<Branch, 'past' | 'deeper' | 'last'> & { readonly link: number })[] = (children.get(-1) ?? [])
    .toReversed()
    .map((link) => ({ link, past: [], deeper: false, last: undefined }));
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { link, past, deeper, last } = next;
    const here = chain.links[link];
    if (!here) continue;
    const below = children.get(link) ?? [];
    const left = chain.more?.find(({ parent }) => parent === link)?.links ?? 0;
    const branch: Branch = {
      past,
      deeper,
      last,
      sameSecond: grouped.has(link),
      hasChildren: below.length > 0 || left > 0,
    };
    const key = keys[link] ?? '';
    rows.push({ type: 'link', key, link, branch });
    if (here.why !== '') rows.push({ type: 'why', link, branch });
    for (const [action, { action: name }] of here.actions.slice(0, all ? undefined : firstActions).entries())
      rows.push({ type: 'action', key: `${key}${BELOW}${name}`, link, action, branch });
    const inside = last === undefined ? past : [...past, !last].slice(-NEAREST);
    const isDeeper = deeper || inside.length < past.length + (last === undefined ? 0 : 1);
    if (left > 0) rows.push({ type: 'more', links: left, branch });
    for (const [index, child] of below.toReversed().entries())
      stack.push({ link: child, past: inside, deeper: isDeeper, last: index === 0 });
  }
  const rest = chain.more?.find(({ parent }) => parent === undefined)?.links ?? 0;
  if (rest > 0)
    rows.push({
      type: 'more',
      links: rest,
      branch: { past: [], deeper: false, last: undefined, sameSecond: false, hasChildren: false },
    });
  for (const [search, key] of searchKeys(chain).entries()) rows.push({ type: 'search', key, search });
  return rows;
}

/** Whether a row can be selected. */
export const isSelectable = (row: ChainRow): row is Extract<ChainRow, { readonly key: string }> => 'key' in row;

/** How a link came to be, in a word or two. */
export const handoverWords: { readonly [Handover in ChainLink['handover']]: string } = {
  origin: '',
  issued: 'issued to',
  presigned: 'presigned URL to',
  console: 'console sign-in of',
  compute: 'code runs as',
};
