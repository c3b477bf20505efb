import { validationFault } from './fault.ts';
import { type MemberRule, type Members, optionalText } from './operation.ts';
import { cutPage } from './page.ts';

/** A list operation's row and what it is sorted and filtered by. */
export interface Listed {
  readonly name: string;
  readonly status?: string;
  readonly createdAt: number;
  readonly modifiedAt?: number;
}

/** Members that all list operations of SageMaker share. */
export const listRules: { readonly [member: string]: MemberRule } = {
  MaxResults: { type: 'number', min: 1, max: 100 },
  NextToken: { type: 'string', max: 8192 },
  NameContains: { type: 'string', max: 63 },
  SortBy: { type: 'string' },
  SortOrder: { type: 'string', values: ['Ascending', 'Descending'] },
  StatusEquals: { type: 'string' },
};

const seconds = (value: unknown): number | undefined => (typeof value === 'number' ? value * 1000 : undefined);

function wanted(item: Listed, input: Members): boolean {
  const contains = optionalText(input, 'NameContains')?.toLowerCase();
  const modifiedAt = item.modifiedAt ?? item.createdAt;
  const after = seconds(input.CreationTimeAfter ?? input.CreatedAfter);
  const before = seconds(input.CreationTimeBefore ?? input.CreatedBefore);
  const modifiedAfter = seconds(input.LastModifiedTimeAfter ?? input.ModifiedTimeAfter);
  const modifiedBefore = seconds(input.LastModifiedTimeBefore ?? input.ModifiedTimeBefore);
  return (
    (contains === undefined || item.name.toLowerCase().includes(contains)) &&
    (input.StatusEquals === undefined || input.StatusEquals === item.status) &&
    (after === undefined || item.createdAt >= after) &&
    (before === undefined || item.createdAt <= before) &&
    (modifiedAfter === undefined || modifiedAt >= modifiedAfter) &&
    (modifiedBefore === undefined || modifiedAt <= modifiedBefore)
  );
}

/**
 * One page of a SageMaker list, newest first unless asked otherwise; ten a page is SageMaker's default.
 *
 * @param member Output member that holds the rows.
 * @throws Fault on a token of another question.
 */
export function listPage<Item extends Listed>(
  items: Iterable<Item>,
  input: Members,
  member: string,
  row: (item: Item) => Members,
): Members {
  // Some families shout: `CREATION_TIME`.
  const by = String(input.SortBy ?? 'CreationTime')
    .replaceAll('_', '')
    .toLowerCase();
  const key = (item: Item): string | number =>
    by === 'name'
      ? item.name
      : by === 'status'
        ? (item.status ?? '')
        : by === 'lastmodifiedtime'
          ? (item.modifiedAt ?? item.createdAt)
          : item.createdAt;
  const sign = input.SortOrder === 'Ascending' ? 1 : -1;
  const sorted = [...items]
    .filter((item) => wanted(item, input))
    .sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? -sign : sign;
      return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    });
  const { page, next } = cutPage(sorted, input, {
    list: member,
    token: 'NextToken',
    size: 'MaxResults',
    usual: 10,
    refuse: () => validationFault('Invalid NextToken'),
  });
  return { [member]: page.map(row), ...(next === undefined ? {} : { NextToken: next }) };
}
