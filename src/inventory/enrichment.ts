import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import { type Observable, observable, type Source } from '../shared/observable.ts';
import { type Details, type Fact, merged, permissionOf, type Script, whyNot } from './details.ts';
import type { InventoryRelation } from './inventory.ts';
import type { InventoryKind } from './kind.ts';
import type { Look } from './look.ts';
import { withOwners } from './owners.ts';

/** A way in by URL that may be open, with its countdown. */
export interface Exposure {
  /** "alice, from 198.51.100.7". */
  readonly who: string;
  /** Epoch ms of the mint. */
  readonly at: number;
  /** Until when the URL itself can be opened; `undefined`: AWS does not say. */
  readonly urlUntil: number | undefined;
  /** Until when what it opened lives. */
  readonly until: number | undefined;
  readonly eventId: string;
}

/** What AWS says about one resource or principal now. Holds text of AWS: pass `display` before a screen. */
export interface Enrichment {
  readonly ref: ResourceRef;
  /** `unknown`: there is nothing to ask about this kind, or nobody to ask. */
  readonly state: 'loading' | 'loaded' | 'denied' | 'gone' | 'failed' | 'unknown';
  /** The missing permission when denied, else AWS's words or why nobody can be asked. */
  readonly why: string;
  /** AWS's own word: `InService`; empty where there is none. */
  readonly status: string;
  readonly role: ResourceRef | undefined;
  readonly facts: readonly Fact[];
  readonly relations: readonly InventoryRelation[];
  readonly scripts: readonly Script[];
  readonly exposures: readonly Exposure[];
  /** What could not be read besides, a sentence each. */
  readonly problems: readonly string[];
  /** Epoch ms of the answer; `undefined` before the first. */
  readonly at: number | undefined;
}

/** Before anything is known. */
export const loadingEnrichment = (ref: ResourceRef): Enrichment => ({
  ref,
  state: 'loading',
  why: '',
  status: '',
  role: undefined,
  facts: [],
  relations: [],
  scripts: [],
  exposures: [],
  problems: [],
  at: undefined,
});

/** Asks AWS about a resource: what its kind says first, then what is worth further calls. Never throws but for the signal and bugs. */
export async function* askAbout(
  ref: ResourceRef,
  look: Look,
  kinds: readonly InventoryKind[],
): AsyncIterable<Enrichment> {
  const empty = loadingEnrichment(ref);
  const kind = kinds.find(({ id }) => id === ref.kind);
  if (!kind?.describe) {
    yield { ...empty, state: 'unknown', why: whyUnknown(ref.kind) };
    return;
  }
  let details: Details;
  try {
    details = await withOwners(await kind.describe(ref, look), look);
    yield enriched(empty, details, look.now(), kind.more !== undefined);
    if (!kind.more) return;
    details = await withOwners(merged(details, await kind.more(ref, look, details)), look);
    yield enriched(empty, details, look.now(), false);
  } catch (error) {
    if (!(error instanceof AwsCallError) || look.signal.aborted) throw error;
    const state = error.reason === 'denied' ? 'denied' : error.reason === 'not-found' ? 'gone' : 'failed';
    yield { ...empty, state, why: state === 'denied' ? permissionOf(error) : whyNot(error), at: look.now() };
  }
}

const enriched = (empty: Enrichment, details: Details, at: number, more: boolean): Enrichment => ({
  ...empty,
  state: more ? 'loading' : 'loaded',
  status: details.state,
  role: details.role,
  facts: details.facts,
  relations: details.relations,
  scripts: details.scripts,
  problems: details.problems,
  at,
});

const whyUnknown = (kind: string): string =>
  kind === 's3.bucket' || kind === 's3.object'
    ? 'what a bucket holds and whom it lets in is not read here'
    : 'nothing is read about this kind of resource';

const freshMs = 60_000;
/** Something that changes all the time is asked about this often at most. */
const pauseMs = 5_000;
const mostKept = 300;

interface Kept {
  readonly shown: Source<Enrichment>;
  /** Epoch ms of the last question. */
  askedAt: number;
  /** Epoch ms of the newest event that is known. */
  changedAt: number;
  asking: boolean;
}

/**
 * Answers `enrich` for a whole session: one observable a resource, asked again when it is older than a minute and somebody asks, and when
 * something happened to it since.
 */
export function createEnricher(options: {
  readonly kinds: readonly InventoryKind[];
  readonly clock: Clock;
  readonly ending: AbortSignal;
  /** Who can be asked about it; a sentence when nobody can. */
  lookOf(ref: ResourceRef, changedAt?: number): Look | string;
  /** URLs that may be open, by the events. */
  exposuresOf?(ref: ResourceRef): readonly Exposure[];
  /** What was found out, for the graph. */
  found?(enrichment: Enrichment): void;
  failed(error: unknown): void;
}): (ref: ResourceRef, changedAt?: number) => Observable<Enrichment> {
  const { clock, ending } = options;
  const kept = new Map<string, Kept>();

  async function ask(ref: ResourceRef, entry: Kept): Promise<void> {
    const { changedAt } = entry;
    const look = options.lookOf(ref, changedAt);
    if (typeof look === 'string') {
      const exposures = options.exposuresOf?.(ref) ?? [];
      entry.shown.set({ ...loadingEnrichment(ref), state: 'unknown', why: look, exposures });
      return;
    }
    const before = entry.shown.get();
    try {
      for await (const next of askAbout(ref, look, options.kinds)) {
        // What is on the screen stays there until the new answer is whole.
        if (next.state !== 'loading' || before.at === undefined)
          entry.shown.set({ ...next, exposures: options.exposuresOf?.(ref) ?? [] });
        if (next.state === 'loaded') options.found?.(next);
      }
    } catch (error) {
      if (!ending.aborted) options.failed(error);
    }
  }

  /** Asks until what was asked is not older than what is known to have happened. */
  async function askUntilNewest(ref: ResourceRef, entry: Kept): Promise<void> {
    entry.asking = true;
    try {
      for (let asked = Number.NaN; asked !== entry.changedAt; ) {
        const waitMs = entry.askedAt + pauseMs - clock.now();
        if (waitMs > 0) await clock.sleep(waitMs, ending);
        asked = entry.changedAt;
        entry.askedAt = clock.now();
        await ask(ref, entry);
      }
    } catch {
      // Only the end of the session wakes a sleeper.
    } finally {
      entry.asking = false;
    }
  }

  return (ref, changedAt = 0) => {
    const key = `${ref.kind} ${(ref.arn || ref.name).toLowerCase()}`;
    const entry = kept.get(key) ?? {
      shown: observable(loadingEnrichment(ref)),
      askedAt: Number.NEGATIVE_INFINITY,
      changedAt,
      asking: false,
    };
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > mostKept) {
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    }
    const isNews = changedAt > entry.changedAt;
    if (isNews) entry.changedAt = changedAt;
    if (!entry.asking && (isNews || clock.now() - entry.askedAt > freshMs) && !ending.aborted)
      void askUntilNewest(ref, entry);
    return entry.shown;
  };
}
