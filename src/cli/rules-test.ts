import type { Match } from '../detection/detection.ts';
import { DetectionEngine } from '../detection/engine.ts';
import { EventRecord } from '../detection/record.ts';
import type { EventRule, RuleSet } from '../detection/rule-set.ts';
import type { Rejected } from '../ingest/ingest.ts';
import { listSavedFiles, readSavedFile } from '../ingest/saved-files.ts';
import { link } from '../linking/link.ts';
import type { NormalisedEvent } from '../model/event.ts';
import { normalise } from '../normalise/normalise.ts';
import { mask } from '../report/mask.ts';
import { fit } from '../shared/cells.ts';
import { display } from '../shared/display.ts';
import { checkPaths, tellRejected } from './saved-logs.ts';
import { writeText } from './write-text.ts';

/** One record that a rule matched. */
interface Matched {
  readonly rule: string;
  readonly event: NormalisedEvent;
  /** Why; empty for a correlation, whose events are matched by its rules. */
  readonly matches: readonly Match[];
}

/** `rules test`: runs rules over saved logs and says of each match which selection, which field and which value made it. */
export async function testRules(set: RuleSet, logs: readonly string[], json: boolean): Promise<number> {
  await checkPaths(logs);
  const engine = new DetectionEngine(set);
  const met = set.events.length <= mostExplained && !json ? new PartCounts(set.events) : undefined;
  const found: Matched[] = [];
  const events: NormalisedEvent[] = [];
  const ofCorrelation = new Map<string, Set<number>>();
  const rejected: Rejected[] = [];
  let records = 0;
  const reject = (one: Rejected) => rejected.push(one);
  for (const file of await listSavedFiles(logs, reject))
    await readSavedFile(
      file,
      ({ record: raw, value }) => {
        records += 1;
        const normalised = normalise(raw, value);
        if (normalised.rejected !== undefined) {
          reject({ where: file.path, problem: `a record ${normalised.rejected}`, nextStep: 'Check this record' });
          return;
        }
        const { record } = normalised;
        const event = { ...normalised.event, resources: link(record, normalised.event) };
        met?.add(new EventRecord(event, record, raw.text));
        const { findings, hits } = engine.judge(event, record, raw.text);
        for (const { rule } of findings)
          found.push({ rule, event, matches: engine.explain(rule, event, record, raw.text) });
        if (!hits) return;
        events.push(event);
        for (const { rule, row, isLost } of engine.stored(hits, events.length - 1)) {
          const rows = ofCorrelation.get(rule) ?? new Set<number>();
          ofCorrelation.set(rule, rows);
          if (isLost) rows.delete(row);
          else rows.add(row);
        }
      },
      async () => true,
      reject,
    );
  for (const [rule, rows] of ofCorrelation)
    for (const row of rows) found.push({ rule, event: events[row]!, matches: [] });
  found.sort((a, b) => a.event.at - b.event.at);
  tellRejected(rejected, rejected.length);
  await writeText(json ? [`${JSON.stringify(found.map(asJson), null, 2)}\n`] : [...found.flatMap(asLines)]);
  if (!json) await writeText(summary(engine, found, records, met));
  return records === 0 ? 1 : 0;
}

const asJson = ({ rule, event, matches }: Matched) => ({
  rule,
  id: event.id,
  time: new Date(event.at).toISOString(),
  action: event.action,
  principal: event.principal?.name ?? null,
  matches: matches.map(({ selection, not, reasons }) => ({
    selection,
    not,
    reasons: reasons.map(({ field, wanted, value }) => ({
      field,
      wanted,
      value: value === undefined ? null : mask(value),
    })),
  })),
});

function asLines({ rule, event, matches }: Matched): readonly string[] {
  const head = `${new Date(event.at).toISOString().replace('.000Z', 'Z')}  ${rule}  ${event.action}  ${event.principal?.name ?? '-'}  ${event.id}`;
  const why = matches.flatMap(({ selection, not, reasons }) =>
    not
      ? [`  not ${selection}`]
      : reasons.map(({ field, wanted, value }) =>
          value === undefined || wanted === `is '${value}'`
            ? `  ${selection}: ${field} ${wanted}`
            : `  ${selection}: ${field} ${wanted}: ${shortened(mask(value))}`,
        ),
  );
  return [head, ...(matches.length > 0 ? why : ['  one of the events that this correlation found together'])].map(
    (line) => `${display(line)}\n`,
  );
}

const longestValue = 160;
const shortened = (value: string): string => (value.length > longestValue ? fit(value, longestValue).trimEnd() : value);

/** How often each rule matched; one that could not speak of anything is not the same as one that found nothing. */
function summary(
  engine: DetectionEngine,
  found: readonly Matched[],
  records: number,
  met: PartCounts | undefined,
): readonly string[] {
  const states = new Map(engine.states().map((state) => [state.id, state]));
  const lines = [...engine.set.events, ...engine.set.correlations]
    .filter(({ info }) => !info.silent)
    .flatMap(({ info }) => {
      const count = found.filter(({ rule }) => rule === info.id).length;
      const isEvaluated = (states.get(info.id)?.evaluated ?? 0) > 0;
      const head = `${info.id}: ${isEvaluated ? `${count} of ${records} records` : `not evaluated: ${info.unread ?? `no ${states.get(info.id)?.needs ?? ''}`}`}\n`;
      // Of a correlation that found nothing, what its rules found.
      const parts = [info.id, ...info.rules].flatMap((id) => met?.linesOf(id, id !== info.id) ?? []);
      return [head, ...(count === 0 && isEvaluated ? parts : []), ...info.notes.map((note) => `  note: ${note}\n`)];
    });
  return lines.map((line) => display(line.trimEnd()).concat('\n'));
}

/** Of more rules nobody reads why each of them found nothing. */
const mostExplained = 20;

/** How many records met each selection of a rule, and each thing that it asks: where nothing matched, that is what one wants to know. */
class PartCounts {
  readonly #rules: readonly {
    readonly rule: EventRule;
    readonly counts: { whole: number; readonly items: number[] }[];
  }[];

  constructor(rules: readonly EventRule[]) {
    this.#rules = rules.map((rule) => ({
      rule,
      counts: rule.detection.parts.map(({ items }) => ({ whole: 0, items: items.map(() => 0) })),
    }));
  }

  add(record: EventRecord): void {
    for (const { rule, counts } of this.#rules) {
      if (!rule.kinds.includes(record.kind)) continue;
      for (const [at, { test, items }] of rule.detection.parts.entries()) {
        const count = counts[at]!;
        if (test(record)) count.whole += 1;
        for (const [place, item] of items.entries()) if (item.test(record)) count.items[place]! += 1;
      }
    }
  }

  linesOf(id: string, isNamed: boolean): readonly string[] {
    const one = this.#rules.find(({ rule }) => rule.info.id === id);
    return (
      one?.rule.detection.parts.map(({ selection, items }, at) => {
        const { whole, items: each } = one.counts[at]!;
        const asked = items.map(({ said }, place) => `${said}: ${each[place]}`);
        return `  ${isNamed ? `${id}, ` : ''}${selection} is met by ${whole}${asked.length > 0 ? ` (${asked.join('; ')})` : ''}\n`;
      }) ?? []
    );
  }
}
