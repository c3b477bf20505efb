import { parseArn } from '../model/arn.ts';
import { activityOf } from './activity.ts';
import { type Details, isAccelerated } from './details.ts';
import type { InventoryItem } from './inventory.ts';
import type { InventoryKind, Row } from './kind.ts';
import type { Maker, Place } from './look-around.ts';

/** What tells one item from another; ARNs of SageMaker are told apart without case. */
export const itemKey = ({ ref, region }: Pick<InventoryItem, 'ref' | 'region'>): string =>
  `${ref.kind} ${region} ${(ref.arn || ref.name).toLowerCase()}`;

/** The item of a listing's row; what was described before stays as long as the row shows no change. */
export function listed(
  row: Row,
  kind: InventoryKind,
  place: Place,
  known: InventoryItem | undefined,
  listedAt: number,
): InventoryItem {
  const { ref, state, createdAt, modifiedAt } = row;
  const base = {
    ref,
    state,
    activity: activityOf(state),
    createdAt: createdAt ?? known?.createdAt,
    modifiedAt: modifiedAt ?? known?.modifiedAt,
    listedAt,
  };
  if (known) {
    const changed = known.state !== state || (modifiedAt !== undefined && known.modifiedAt !== modifiedAt);
    return { ...known, ...base, ...(changed && kind.describe ? { details: 'waiting', detailsWhy: '' } : {}) };
  }
  return {
    ...base,
    account: parseArn(ref.arn)?.account || place.account(),
    region: place.region,
    role: undefined,
    creator: undefined,
    compute: row.compute,
    accelerated: isAccelerated(row.compute),
    internet: undefined,
    notInEvents: undefined,
    relations: [],
    readAt: undefined,
    details: kind.describe ? 'waiting' : 'loaded',
    detailsWhy: '',
  };
}

/** With what Describe said. */
export const withDetails = (item: InventoryItem, details: Details, readAt: number): InventoryItem => ({
  ...item,
  ...(details.state ? { state: details.state, activity: activityOf(details.state) } : {}),
  role: details.role,
  createdAt: details.createdAt ?? item.createdAt,
  modifiedAt: details.modifiedAt ?? item.modifiedAt,
  creator: details.creator ?? item.creator,
  compute: details.compute ?? item.compute,
  accelerated: details.compute === undefined ? item.accelerated : details.accelerated,
  internet: details.internet,
  relations: details.relations,
  readAt,
  details: 'loaded',
  detailsWhy: details.problems.join('; '),
});

/** With who made it, by the events. What AWS itself names stays. */
export const withMaker = (item: InventoryItem, { creator }: Maker): InventoryItem => ({
  ...item,
  creator: item.creator ?? creator,
  notInEvents: creator === undefined,
});
