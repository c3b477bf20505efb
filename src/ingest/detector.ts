import { createHash } from 'node:crypto';
import { broughtRules } from '../detection/brought-rules.ts';
import { builtInRules } from '../detection/built-in.ts';
import type { Match } from '../detection/detection.ts';
import { DetectionEngine, type EventHits, type LaterFinding } from '../detection/engine.ts';
import { readRules } from '../detection/read-rules.ts';
import { type RuleSet, ruleSet } from '../detection/rule-set.ts';
import { link } from '../linking/link.ts';
import type { NormalisedEvent, RawRecord } from '../model/event.ts';
import type { IndicatorRef } from '../model/indicator.ts';
import { normalise } from '../normalise/normalise.ts';
import { EventReader } from '../store/event-reader.ts';
import { openForReading } from '../store/schema.ts';
import type { Checkpoint, EventWriter, StoredEvent } from '../store/writer.ts';
import type { RunningRules } from './ingest.ts';
import { rawRecordOf } from './raw-of.ts';

/** An event with what the correlations are told of it once it is in the store. */
interface JudgedEvent extends StoredEvent {
  readonly hits?: EventHits;
}

/** The rules beside the store: what they say of events on their way in, and of those that are in already. */
export interface Detector {
  /** The event with what the rules say of it. */
  judge(stored: StoredEvent, record: { readonly [member: string]: unknown }, text: string): JudgedEvent;
  /** Writes a batch, then tells the correlations what of it is new, and writes what they say. @throws FailedError */
  write(writer: EventWriter, batch: readonly JudgedEvent[], checkpoints: readonly Checkpoint[]): Promise<void>;
  /**
   * Runs the rules over what is stored: over all of it when it was not judged to its end by these rules, else over as much as correlations
   * need to go on.
   * @param goOn Called after each piece; stops when it says `false`.
   */
  replay(
    writer: EventWriter,
    path: string,
    isOwn: (event: NormalisedEvent) => boolean,
    inTurn: (work: () => void) => Promise<void>,
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

  const told = (pairs: readonly (readonly [EventHits, number])[]): readonly LaterFinding[] => [
    ...pairs.flatMap(([hits, row]) => engine.stored(hits, row)),
    ...engine.settle(),
  ];
  /** What the disk refused; its rows are stored. */
  let owed: readonly LaterFinding[] = [];
  /** Whatever was stored before this start was read again. */
  let hasReplayed = false;

  return {
    judge(stored, record, text) {
      const { findings, hits } = engine.judge(stored.event, record, text);
      return findings.length > 0 || hits ? { ...stored, findings, ...(hits ? { hits } : {}) } : stored;
    },
    async write(writer, batch, checkpoints) {
      const pairs: (readonly [EventHits, number])[] = [];
      await writer.write(batch, checkpoints, ({ hits }, row) => {
        if (hits) pairs.push([hits, row]);
      });
      owed = [...owed, ...told(pairs)];
      writer.changeFindings(owed, hasReplayed ? writer.lastRow : undefined);
      owed = [];
    },
    async replay(writer, path, isOwn, inTurn, goOn) {
      const rules = digestOf(set);
      const last = writer.lastRow;
      const isOther = writer.rules !== rules;
      // Until all of it is judged it counts as judged by none: whoever is ended in between begins again.
      if (isOther) await inTurn(() => writer.forgetFindings());
      const database = openForReading(path);
      try {
        const reader = new EventReader(database);
        const page = database.prepare(`select id from event where id > ? and id <= ? order by id limit ${pieceEvents}`);
        // Up to here all was said before by the same rules; of what came then, whoever was ended may have said nothing.
        const toldTo = isOther ? 0 : Math.min(writer.toldTo, last);
        let after = Math.max(0, Math.min(toldTo, last - replayed));
        for (;;) {
          const isTold = after < toldTo;
          const rows = page.all(after, isTold ? toldTo : last).map(({ id }) => id as number);
          if (rows.length === 0 && isTold) {
            after = toldTo;
            continue;
          }
          if (rows.length === 0) {
            await inTurn(() => {
              writer.changeFindings(owed);
              owed = [];
              writer.judgedBy(rules);
              hasReplayed = true;
            });
            return;
          }
          after = rows.at(-1)!;
          await inTurn(() => {
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
            writer.changeFindings([...findings.filter(isNews), ...together.flat(), ...engine.settle().filter(isNews)]);
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
