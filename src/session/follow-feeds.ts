import type { Identity } from '../aws/aws.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { Observable } from '../shared/observable.ts';
import type { Lookup, SourceContext, Wanted } from '../sources/source.ts';
import type { TailHub } from '../sources/tail-hub.ts';
import type { Coverage } from './coverage.ts';
import { followSource } from './follow-source.ts';
import type { Publisher } from './publisher.ts';
import type { Feed, SessionOptions } from './session-options.ts';

/** Regions of one partition; others have other credentials. */
const family = (region: string): string => /^(?:cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/.exec(region)?.[0] ?? '';
const regionName = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;
/** More than a partition's Regions that anybody looks into in one incident. */
const mostLookedUpIn = 12;

/** The readers of a session: one for each source, profile and Region. */
export interface Following {
  /** Look-ups may name a Region that nobody reads: there a reader is started that reads nothing else. Records name Regions, so the name is checked. */
  lookUpIn(lookups: readonly Lookup[]): void;
  /** Reads these Regions, too, of the session's own partition: no other one takes these credentials. @returns Those that were not read before. */
  widen(regions: readonly string[]): readonly string[];
  /** Somebody is there: Live Tail sessions are worth their money. */
  touch(): void;
  /** Resolve when AWS has said who stands behind each feed, the session's own first. */
  readonly identified: readonly Promise<void>[];
  /** Resolves when every reader has ended. */
  readonly ended: () => Promise<unknown>;
}

/** The sources start at once; who we are is asked beside them, and asked again until AWS answers. */
export function followFeeds(parts: {
  /** The session's own first. */
  readonly feeds: readonly Feed[];
  readonly accounts: ReadonlyMap<Feed, Identity>;
  readonly ingest: Pick<Ingest, 'push'>;
  /** How far each source had been read, by the checkpoint's key. */
  readonly checkpoints: { readonly [key: string]: Json };
  readonly coverage: Coverage;
  readonly wanted: Observable<Wanted>;
  readonly tails: SessionOptions['tails'];
  /** Epoch ms. */
  readonly since: number;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly ending: AbortSignal;
  /** AWS said who stands behind a feed. */
  told(feed: Feed, identity: Identity): Promise<void>;
}): Following {
  const { feeds, accounts, ingest, coverage, clock, publisher, ending } = parts;
  const { snapshot, change, changeSoon, fail } = publisher;
  const [main] = feeds;
  const following: Promise<void>[] = [];
  const hubs: TailHub[] = [];
  const working = new Set(main?.regions);
  const lookedUpIn = new Set<string>();

  const tailsOf = (feed: Feed, region: string): TailHub | undefined => {
    const tails = parts.tails?.(feed.door.aws, region);
    if (!tails) return undefined;
    hubs.push(tails);
    tails.meter.subscribe(() => {
      const meters = hubs.map(({ meter }) => meter.get());
      changeSoon({
        tails: {
          openSessions: meters.reduce((sum, { openSessions }) => sum + openSessions, 0),
          minutes: meters.reduce((sum, { minutes }) => sum + minutes, 0),
        },
      });
    });
    return tails;
  };

  const follow = (feed: Feed, region: string, part: SourceContext['part']) => {
    const { aws } = feed.door;
    const tails = part === 'working' ? tailsOf(feed, region) : undefined;
    for (const source of feed.sources) {
      if (part !== 'working' && !source.everywhere) continue;
      const key = `${source.id} ${feed.profile}/${region}`;
      // Of a Region that is only looked up in, nothing is promised to be settled.
      if (source.settles && part !== 'focus') coverage.await(key);
      const checkpoint = parts.checkpoints[key];
      following.push(
        followSource({
          source,
          aws,
          clock,
          region,
          part,
          profile: feed.profile,
          account: () => accounts.get(feed)?.account ?? '',
          wanted: parts.wanted,
          ...(tails ? { tails } : {}),
          since: parts.since,
          ...(checkpoint === undefined ? {} : { checkpoint }),
          signal: ending,
          push: (records, json) => ingest.push(source.id, records, json === undefined ? undefined : { key, json }),
          publish: (status) => {
            coverage.tell(key, status);
            changeSoon({
              sources: coverage.statuses(),
              settledTo: coverage.settledTo(),
              clockSkewMs: Math.round(clock.now() - (main?.door.aws ?? aws).now()),
            });
          },
          measured: (series, chargedRequests) => {
            const same = new Set(series.map(({ resource, metric }) => `${resource} ${metric}`));
            const { metrics, chargedMetricRequests } = snapshot.get();
            change({
              metrics: [...metrics.filter(({ resource, metric }) => !same.has(`${resource} ${metric}`)), ...series],
              chargedMetricRequests: chargedMetricRequests + chargedRequests,
            });
          },
          failed: fail,
        }),
      );
    }
  };

  const identify = async (feed: Feed) => {
    for (let waitMs = 1_000; !ending.aborted; waitMs = Math.min(waitMs * 2, 30_000)) {
      try {
        const identity = await feed.door.identity(ending);
        await parts.told(feed, identity);
        // IAM and the global STS endpoint are recorded in one Region only: without it, half the attack is missing.
        if (!feed.regions.includes(identity.globalRegion)) follow(feed, identity.globalRegion, 'global');
        return;
      } catch (error) {
        if (ending.aborted) return;
        fail(error);
        await clock.sleep(waitMs, ending).catch(() => undefined); // Aborted: the loop's condition ends it.
      }
    }
  };

  for (const feed of feeds) for (const region of feed.regions) follow(feed, region, 'working');
  return {
    lookUpIn(lookups) {
      for (const { region } of lookups) {
        if (!main || region === undefined || !regionName.test(region)) continue;
        const isRead = working.has(region) || region === accounts.get(main)?.globalRegion || lookedUpIn.has(region);
        if (isRead || family(region) !== family(main.door.region) || lookedUpIn.size >= mostLookedUpIn) continue;
        lookedUpIn.add(region);
        follow(main, region, 'focus');
      }
    },
    widen(regions) {
      if (!main) return [];
      const missing = regions.filter((region) => !working.has(region) && family(region) === family(main.door.region));
      for (const region of missing) {
        working.add(region);
        follow(main, region, 'working');
      }
      return missing;
    },
    touch() {
      for (const hub of hubs) hub.touch();
    },
    identified: feeds.map(identify),
    ended: () => Promise.all(following),
  };
}
