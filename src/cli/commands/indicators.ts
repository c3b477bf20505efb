import { basename } from 'node:path';
import { matches } from '../../filter/matches.ts';
import { collectedFrom, predicateOf } from '../../indicators/predicate.ts';
import { FailedError, UsageError } from '../../model/errors.ts';
import type { TimelineEvent } from '../../model/event.ts';
import { type IndicatorRef, indicatorKey, type SeenIndicator } from '../../model/indicator.ts';
import { csvLine } from '../../report/csv.ts';
import { collectIndicators, importEntries, readIndicatorFile } from '../../session/indicators.ts';
import { readIncident } from '../../session/read-incident.ts';
import { openReportView } from '../../session/report-view.ts';
import { systemClock } from '../../shared/clock.ts';
import { display } from '../../shared/display.ts';
import { existingIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { addTo } from '../add-evidence.ts';
import { type Command, type Invocation, textFlag } from '../command.ts';
import { writeText } from '../write-text.ts';

/** One row of the list, and of `--json`. */
interface Row {
  readonly type: string;
  readonly value: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Events of findings and marks that hold it. */
  readonly events: number;
  /** Events of the whole incident that hold it; `null` of what stands only inside of records. */
  readonly inIncident: number | null;
  readonly eventIds: readonly string[];
  readonly rules: readonly string[];
  readonly verdict: 'own' | 'benign' | null;
  readonly reason: string;
  /** The file that it was brought in. */
  readonly from: string | null;
  readonly note: string;
}

export const command: Command = {
  options: { incident: { type: 'string' }, format: { type: 'string' }, import: { type: 'string' } },
  optionHelp: {
    incident: 'the incident whose findings and marks are read',
    format: 'text, csv or json (default text)',
    import: 'add the indicators of this CSV file to the incident; they are looked for in its events',
  },
  async run(invocation) {
    const { flags, global, positionals, env, signal } = invocation;
    const name = textFlag(flags, 'incident');
    const format = textFlag(flags, 'format') ?? (global.json ? 'json' : 'text');
    if (name === undefined || positionals.length > 0)
      throw new UsageError('indicators needs an incident', {
        nextSteps: ['Name it with --incident; firebreak incidents lists them'],
      });
    if (!['text', 'csv', 'json'].includes(format))
      throw new UsageError(`there is no format "${display(format)}"`, { nextSteps: ['Use text, csv or json'] });
    const stateDir = await stateDirectory(global.stateDir, env);
    const folder = await existingIncident(stateDir, name);
    const file = textFlag(flags, 'import');
    if (file !== undefined) await bring(file, invocation);
    const source = await readIncident(folder, name);
    for (const problem of source.problems) process.stderr.write(`firebreak: ${display(problem)}\n`);
    const { view, close } = await openReportView(source.facts, source, signal);
    try {
      const { list, isCut } = await collectIndicators(
        view.events(collectedFrom),
        (event) => {
          const bytes = view.raw?.(event);
          return bytes && Buffer.from(bytes).toString();
        },
        systemClock,
        signal,
        view.indicators.imported,
      );
      if (isCut) process.stderr.write('firebreak: there are more indicators than are kept; the first are listed\n');
      const { judged, imported } = view.indicators;
      const known = new Set(list.map(indicatorKey));
      const rows = rowsOf([...list, ...imported.filter((one) => !known.has(indicatorKey(one)))], {
        judged,
        imported,
        events: view.events(),
      });
      await writeText(render(rows, format));
    } finally {
      await close();
    }
    return 0;
  },
};

/** Adds a file's indicators to the incident. Lines that cannot be used are told, each with its problem; the others are taken. @throws FailedError */
async function bring(file: string, invocation: Invocation): Promise<void> {
  const { indicators: good, problems } = await readIndicatorFile(file);
  for (const problem of problems) process.stderr.write(`firebreak: ${problem}\n`);
  if (good.length === 0)
    throw new FailedError('NoIndicators', `${display(file)} holds no indicator that can be used`, [
      'One a line, or CSV with the columns type and value',
    ]);
  await addTo(invocation, 'indicators', async ({ incident, by, append }) => {
    for (const entry of importEntries(basename(file), good, by)) await append(entry);
    process.stderr.write(`firebreak: ${good.length} indicators added to ${incident.name}\n`);
  });
}

function rowsOf(
  refs: readonly (IndicatorRef & Partial<SeenIndicator>)[],
  parts: {
    readonly judged: readonly (IndicatorRef & { readonly verdict: 'own' | 'benign'; readonly reason: string })[];
    readonly imported: readonly (IndicatorRef & { readonly note: string; readonly file: string })[];
    readonly events: Iterable<TimelineEvent>;
  },
): readonly Row[] {
  const asked = refs.map((ref) => ({ ref, predicate: predicateOf(ref), count: 0, first: '', firstAt: 0, lastAt: 0 }));
  for (const event of parts.events)
    for (const one of asked) {
      if (!one.predicate || !matches(one.predicate, event)) continue;
      if (one.count === 0) one.first = event.id;
      one.firstAt = one.count === 0 ? event.at : Math.min(one.firstAt, event.at);
      one.lastAt = Math.max(one.lastAt, event.at);
      one.count += 1;
    }
  const by = <One extends IndicatorRef>(all: readonly One[]) => new Map(all.map((one) => [indicatorKey(one), one]));
  const [verdicts, brought] = [by(parts.judged), by(parts.imported)];
  return asked.map(({ ref, predicate, count, first, firstAt, lastAt }) => {
    const key = indicatorKey(ref);
    const iso = (at: number | undefined) => (at === undefined || at === 0 ? null : new Date(at).toISOString());
    return {
      type: ref.kind,
      value: ref.value,
      firstSeen: iso(ref.firstAt ?? firstAt),
      lastSeen: iso(ref.lastAt ?? lastAt),
      events: ref.events ?? 0,
      inIncident: predicate ? count : null,
      eventIds: ref.eventIds ?? (first === '' ? [] : [first]),
      rules: ref.rules ?? [],
      verdict: verdicts.get(key)?.verdict ?? null,
      reason: verdicts.get(key)?.reason ?? '',
      from: brought.get(key)?.file ?? null,
      note: brought.get(key)?.note ?? '',
    };
  });
}

function render(rows: readonly Row[], format: string): readonly string[] {
  if (format === 'json') return [`${JSON.stringify(rows, null, 2)}\n`];
  if (format === 'csv')
    return [
      csvLine([
        'type',
        'value',
        'first_seen',
        'last_seen',
        'events',
        'in_incident',
        'event_ids',
        'rules',
        'verdict',
        'reason',
        'from',
        'note',
      ]),
      ...rows.map((row) =>
        csvLine([
          row.type,
          row.value,
          row.firstSeen ?? '',
          row.lastSeen ?? '',
          String(row.events),
          row.inIncident === null ? '' : String(row.inIncident),
          row.eventIds.join(' '),
          row.rules.join(' '),
          row.verdict ?? '',
          row.reason,
          row.from ?? '',
          row.note,
        ]),
      ),
    ];
  if (rows.length === 0) return ['no indicators: nothing was found or marked\n'];
  return rows.map((row) => {
    const seen = row.inIncident === null ? `${row.events}` : `${row.events} of ${row.inIncident}`;
    const said = [row.verdict && `${row.verdict}: ${row.reason}`, row.from && `from ${row.from}`].filter(Boolean);
    return `${display(`${row.type.padEnd(11)} ${row.value}  ${seen} events  ${row.firstSeen ?? 'never seen'}${said.length > 0 ? `  (${said.join('; ')})` : ''}`)}\n`;
  });
}
