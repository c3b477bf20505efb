import { createHash } from 'node:crypto';
import { broughtRules } from '../detection/brought-rules.ts';
import { builtInRules } from '../detection/built-in.ts';
import type { Match } from '../detection/detection.ts';
import { DetectionEngine, type EventHits, type Judged, type LaterFinding } from '../detection/engine.ts';
import { readRules } from '../detection/read-rules.ts';
import { type RuleSet, ruleSet } from '../detection/rule-set.ts';
import { link } from '../linking/link.ts';
import { ExpectedError } from '../model/errors.ts';
import type { NormalisedEvent, RawRecord } from '../model/event.ts';
import type { IndicatorRef } from '../model/indicator.ts';
import { normalise } from '../normalise/normalise.ts';
import type { BatchPacker } from '../store/batch-packer.ts';
import type { EventBatch } from '../store/event-batch.ts';
import { EventReader } from '../store/event-reader.ts';
import { openForReading } from '../store/schema.ts';
import type { Checkpoint, EventWriter, StoredEvent } from '../store/writer.ts';
import type { RunningRules } from './ingest.ts';
import { rawRecordOf } from './raw-of.ts';

/** An event with what the correlations are told of it once it is in the store. */
export interface JudgedEvent extends StoredEvent {
  readonly hits?: EventHits | undefined;
}

/** Judged events, packed for the store, and what correlations are told of each once it is in. */
export class JudgedBatch {
  readonly #packer: BatchPacker;
  #hits: EventHits[] = [];
  #hitAt: number[] = [];

  /** @param packer The store's. */
  constructor(packer: BatchPacker) {
    this.#packer = packer;
  }

  get count(): number {
    return this.#packer.count;
  }

  get sizeBytes(): number {
    return this.#packer.sizeBytes;
  }

  add(judged: JudgedEvent): void {
    if (judged.hits) {
      this.#hits.push(judged.hits);
      this.#hitAt.push(this.#packer.count);
    }
    this.#packer.add(judged);
  }

  take(): TakenBatch {
    const taken = { events: this.#packer.take(), hits: this.#hits, hitAt: this.#hitAt };
    this.#hits = [];
    this.#hitAt = [];
    return taken;
  }
}

interface TakenBatch {
  readonly events: EventBatch;
  readonly hits: readonly EventHits[];
  /** Of each of the hits, the place of its event in the batch. */
  readonly hitAt: readonly number[];
}

/** The writer of the events, in this thread or in another one. */
type Store = Pick<EventWriter, 'lastRow' | 'rules' | 'toldTo'> & {
  readonly [Name in 'writeBatch' | 'changeFindings' | 'forgetFindings' | 'judgedBy']: (
    ...args: Parameters<EventWriter[Name]>
  ) => ReturnType<EventWriter[Name]> | Promise<ReturnType<EventWriter[Name]>>;
};

/** The rules beside the store: what they say of events on their way in, and of those that are in already. */
export interface Detector {
  /** What the rules say of an event. */
  judge(event: NormalisedEvent, record: { readonly [member: string]: unknown }, text: string): Judged;
  /**
   * Writes a batch, then tells the correlations what of it is new, and writes what they say. The next may be given before this one is
   * done: they are written, and told, in their order.
   *
   * @throws FailedError
   */
  write(store: Store, batch: TakenBatch, checkpoints: readonly Checkpoint[]): Promise<void>;
  /**
   * Runs the rules over what is stored: over all of it when it was not judged to its end by these rules, else over as much as correlations
   * need to go on. Asks the store at once to forget what other rules found: nothing that is written after the call is forgotten.
   * @param inTurn Does a piece, or leaves it. @param goOn Called after each piece; stops when it says `false`.
   * @throws FailedError The disk refused: the next start reads all of it again.
   */
  replay(
    store: Store,
    path: string,
    isOwn: (event: NormalisedEvent) => boolean,
    inTurn: (work: () => void | Promise<void>) => Promise<void>,
    goOn: () => boolean,
  ): Promise<void>;
  rules(): RunningRules;
  explain(rule: string, record: RawRecord): readonly Match[];
}

/**
 * Events that are read again when nothing about the rules changed, so that correlations go on and known addresses stay known. What is older
 * is forgotten. Ours: some four seconds beside everything else.
 */
const replayed = 200_000;
const pieceEvents = 1_000;

/** @param paths Files and folders of rules besides the built-in ones. @param indicators What somebody brought, to be looked for. */
export async function startDetector(
  paths: readonly string[],
  indicators: readonly IndicatorRef[] = [],
): Promise<Detector> {
  const own = paths.length > 0 ? [await readRules(paths)] : [];
  const set = ruleSet([builtInRules(), broughtRules(indicators), ...own]);
  const engine = new DetectionEngine(set);

  /** What the disk refused; its rows are stored. */
  let owed: readonly LaterFinding[] = [];
  /** Whatever was stored before this start was read again. */
  let hasReplayed = false;
  /** The newest row that correlations have been told of, since this start. */
  let lastTold = 0;

  let telling: Promise<void> = Promise.resolve();
  /**
   * Writes what is owed, and this. One after the other: what the disk refuses of one must stand in the next, or a finding would come after it
   * was taken back, and the store would count as told what is only owed. @param toldTo As of the store.
   */
  function tell(store: Store, findings: readonly LaterFinding[], toldTo?: number): Promise<void> {
    const told = telling.then(async () => {
      owed = [...owed, ...findings];
      await store.changeFindings(owed, toldTo);
      owed = [];
    });
    telling = told.catch(() => undefined); // Whoever tells hears it.
    return told;
  }

  return {
    judge: (event, record, text) => engine.judge(event, record, text),
    async write(store, { events, hits, hitAt }, checkpoints) {
      const rows = await store.writeBatch(events, checkpoints);
      const later: LaterFinding[] = [];
      for (let place = 0; place < hits.length; place += 1) {
        const hit = hits[place]!;
        const row = rows[hitAt[place]!]!;
        if (row === 0) continue;
        const more = engine.stored(hit, row);
        if (more.length > 0) later.push(...more);
      }
      later.push(...engine.settle());
      const toldTo = Math.max(lastTold, rows.findLast((row) => row !== 0) ?? 0);
      await tell(store, later, hasReplayed ? toldTo : undefined);
      lastTold = toldTo;
    },
    async replay(store, path, isOwn, inTurn, goOn) {
      const rules = digestOf(set);
      const last = store.lastRow;
      const isOther = store.rules !== rules;
      // Until all of it is judged it counts as judged by none: whoever is ended in between begins again.
      if (isOther) await inTurn(() => store.forgetFindings());
      const database = openForReading(path);
      try {
        const reader = new EventReader(database);
        const page = database.prepare(`select id from event where id > ? and id <= ? order by id limit ${pieceEvents}`);
        // Up to here all was said before by the same rules; of what came then, whoever was ended may have said nothing.
        const toldTo = isOther ? 0 : Math.min(store.toldTo, last);
        let after = Math.max(0, Math.min(toldTo, last - replayed));
        for (;;) {
          const isTold = after < toldTo;
          const rows = page.all(after, isTold ? toldTo : last).map(({ id }) => id as number);
          if (rows.length === 0 && isTold) {
            after = toldTo;
            continue;
          }
          if (rows.length === 0) {
            await inTurn(async () => {
              await tell(store, []);
              await store.judgedBy(rules, Math.max(last, lastTold));
              hasReplayed = true;
            });
            return;
          }
          after = rows.at(-1)!;
          await inTurn(async () => {
            const findings: LaterFinding[] = [];
            const pairs: (readonly [EventHits, number])[] = [];
            for (const stored of reader.eventsOf(rows)) {
              const row = stored.rowId;
              const raw = rawRecordOf(stored, Buffer.from(reader.rawBytes(row)).toString());
              const normalised = normalise(raw);
              if (normalised.rejected !== undefined) continue;
              const { record } = normalised;
              const event = { ...normalised.event, resources: link(record, normalised.event) };
              if (isOwn(event)) continue;
              const judged = engine.judge(event, record, raw.text);
              for (const finding of judged.findings) findings.push({ ...finding, row, isLost: false });
              if (judged.hits) pairs.push([judged.hits, row]);
            }
            // What came meanwhile was judged without what is read here.
            const isNews = ({ row }: LaterFinding) => !isTold || row > last;
            const together = pairs.map(([hits, row]) => engine.stored(hits, row)).filter((later) => later.some(isNews));
            await tell(store, [
              ...findings.filter(isNews),
              ...together.flat(),
              ...engine.settle().filter(isNews),
            ]).catch((error: unknown) => {
              // What a full disk refused is owed, and goes with whatever is told next; the end does not come before it was written.
              if (!(error instanceof ExpectedError)) throw error;
            });
          });
          if (!goOn()) return;
          // Whatever else waits has its turn.
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        database.close();
      }
    },
    rules: () => ({
      rules: [...set.events, ...set.correlations].map(({ info }) => info),
      states: engine.states(),
      problems: set.problems,
    }),
    explain(rule, raw) {
      const normalised = normalise(raw);
      if (normalised.rejected !== undefined) return [];
      const { event, record } = normalised;
      return engine.explain(rule, { ...event, resources: link(record, event) }, record, raw.text);
    },
  };
}

/** The rules as a number that the store keeps: 48 bits of their digest. Never 0, which is a store that no rules have seen. */
function digestOf({ events, correlations }: RuleSet): number {
  const text = JSON.stringify([events, correlations].map((rules) => rules.map(({ source }) => source)));
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16) + 1;
}
