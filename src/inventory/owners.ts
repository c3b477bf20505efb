import { AwsCallError } from '../model/errors.ts';
import type { Details } from './details.ts';
import type { InventoryRelation } from './inventory.ts';
import type { Look } from './look.ts';

/**
 * Says of each bucket whether it is ours, by the account's own list of buckets, which is whole: a bucket that is not in it belongs to somebody
 * else, unless several accounts are ours. Where AWS does not give the list, nothing is claimed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export async function withOwners(details: Details, look: Look): Promise<Details> {
  const isOpen = ({ to, outside }: InventoryRelation) => to.kind === 's3.bucket' && outside === undefined;
  if (!details.relations.some(isOpen)) return details;
  const owned = await ownedBuckets(look);
  if (!owned) return details;
  return {
    ...details,
    relations: details.relations.map((relation) => {
      if (!isOpen(relation)) return relation;
      if (owned.has(relation.to.name))
        return { ...relation, outside: false, note: `a bucket of account ${look.account}` };
      if (look.ours.size > 1) return relation;
      return { ...relation, outside: true, note: `not among the buckets of account ${look.account}` };
    }),
  };
}

async function ownedBuckets(look: Look): Promise<ReadonlySet<string> | undefined> {
  try {
    const { value } = await look.read('s3:ListBuckets', {});
    // Without a page size AWS gives all; a token would mean that it did not.
    if (!value.Buckets || value.ContinuationToken) return undefined;
    return new Set(value.Buckets.flatMap(({ Name }) => Name ?? []));
  } catch (error) {
    if (!(error instanceof AwsCallError) || look.signal.aborted) throw error;
    // Denied or not reached: whose buckets they are stays open, which is what the relations say.
    return undefined;
  }
}
