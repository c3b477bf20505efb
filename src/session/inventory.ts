import type { Aws, Identity } from '../aws/aws.ts';
import { kinds } from '../inventory/catalogue.ts';
import { createEnricher, type Enrichment, type Exposure } from '../inventory/enrichment.ts';
import { emptyInventory, type Inventory, type InventoryItem, type InventoryRelation } from '../inventory/inventory.ts';
import { type Look, lookThrough, type ReadHow, Reads } from '../inventory/look.ts';
import { createLookAround, type Maker, type Place } from '../inventory/look-around.ts';
import { type UserScan, usersOf } from '../inventory/users-of.ts';
import { parseArn, partitionOf } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import { type Observable, observable } from '../shared/observable.ts';

/** One account that can be asked. */
export interface AskedAccount {
  readonly aws: Aws;
  readonly profile: string;
  /** The Region it works in by itself. */
  readonly region: string;
  readonly regions: readonly string[];
  /** `undefined` until AWS has said. */
  identity(): Identity | undefined;
}

/** The part of a session that asks AWS what there is. */
export interface Looking {
  readonly inventory: Observable<Inventory>;
  lookAround(): void;
  /** @param changedAt Epoch ms of its newest event: an older answer is asked for again. */
  enrich(ref: ResourceRef, changedAt?: number): Observable<Enrichment>;
  usersOf(ref: ResourceRef, signal: AbortSignal): AsyncIterable<UserScan>;
  /** Every account and Region that can be asked, the session's own first; empty for saved logs. */
  places(): readonly { readonly account: string; readonly region: string; look(signal: AbortSignal): Look }[];
  /** Calls that were sent for it. */
  calls(): number;
}

/** @param accounts The session's own first; empty for saved logs. */
export function createLooking(options: {
  readonly accounts: readonly AskedAccount[];
  readonly clock: Clock;
  readonly ending: AbortSignal;
  makers(items: readonly InventoryItem[]): Promise<readonly Maker[] | undefined>;
  /** Relations that AWS's answers prove, with the time of the answer. */
  found?(ref: ResourceRef, relations: readonly InventoryRelation[], at: number): void;
  /** URLs that may be open, by the events. */
  exposuresOf?(ref: ResourceRef): readonly Exposure[];
  onChange?(): void;
  /** Somebody who does not listen to it needs the inventory. */
  isWanted?(): boolean;
  failed(error: unknown): void;
}): Looking {
  const { accounts, clock, ending } = options;
  const reads = new Map(accounts.map((account) => [account, new Reads(account.aws, ending)]));
  const ours = () => new Set(accounts.flatMap(({ identity }) => identity()?.account ?? []));
  const look = (account: AskedAccount, region: string, how: ReadHow): Look => {
    const identity = account.identity();
    return lookThrough(
      reads.get(account)!,
      { account: identity?.account ?? '', region, partition: identity?.partition ?? partitionOf(region), ours: ours() },
      how,
    );
  };
  const lookOf = (ref: ResourceRef, signal: AbortSignal, changedAt?: number): Look | string => {
    const [own] = accounts;
    if (!own) return 'these are saved logs: there is no account to ask';
    const arn = parseArn(ref.arn);
    const there = arn?.account ? accounts.find(({ identity }) => identity()?.account === arn.account) : own;
    // Before AWS has said who we are, the session's own credentials are the best guess there is.
    if (!there && own.identity()) return `account ${arn?.account} is none of those that are logged in to`;
    const account = there ?? own;
    return look(account, arn?.region || account.region, { signal, priority: 'operator', changedAt });
  };

  const places = accounts.flatMap((account): Place[] =>
    account.regions.map((region) => ({
      profile: account.profile,
      region,
      account: () => account.identity()?.account ?? '',
      look: (signal) => look(account, region, { signal, priority: 'background' }),
      refresh: () => reads.get(account)!.refresh(region),
    })),
  );
  const around =
    places.length === 0
      ? undefined
      : createLookAround({
          places,
          kinds,
          clock,
          ending,
          makers: options.makers,
          onChange: () => options.onChange?.(),
          onDetails: (ref, { relations }) => options.found?.(ref, relations, clock.now()),
          isWanted: () => options.isWanted?.() ?? false,
        });
  return {
    inventory: around?.inventory ?? observable(emptyInventory),
    lookAround: () => around?.lookAround(),
    enrich: createEnricher({
      kinds,
      clock,
      ending,
      lookOf: (ref, changedAt) => lookOf(ref, ending, changedAt),
      exposuresOf: (ref) => options.exposuresOf?.(ref) ?? [],
      found: ({ ref, relations, at = clock.now() }) => options.found?.(ref, relations, at),
      failed: options.failed,
    }),
    async *usersOf(ref, signal) {
      const there = lookOf(ref, signal);
      if (typeof there === 'string') {
        yield { found: [], done: 0, total: 0, problems: [there], ended: true };
        return;
      }
      yield* usersOf(ref, there, kinds);
    },
    places: () =>
      accounts.flatMap((account) =>
        [...new Set([account.region, ...account.regions])].map((region) => ({
          account: account.identity()?.account ?? '',
          region,
          look: (signal: AbortSignal) => look(account, region, { signal, priority: 'background' }),
        })),
      ),
    calls: () => [...reads.values()].reduce((sum, { calls }) => sum + calls, 0),
  };
}
