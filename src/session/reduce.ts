import { type FindingDecisions, mutedKey, stepKey } from '../model/finding.ts';
import { type IndicatorNotes, indicatorKey } from '../model/indicator.ts';
import type { JournalLine } from '../store/journal.ts';
import type { SessionEntry } from './decision.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What a journal line changes in the snapshot; pure. Containments are folded beside it (`foldContainments`), and arming is not replayed:
 * a lease never outlives its process. Identity and coverage are those of the last session: a live one forgets them at its start.
 */
export function reduce(snapshot: Snapshot, line: JournalLine): Snapshot {
  const entry = line.entry as unknown as SessionEntry;
  switch (entry.type) {
    case 'incident-opened':
      // The first opening is when the incident began; a resume does not move it.
      return line.seq === 1
        ? { ...snapshot, incident: { ...snapshot.incident, openedAt: Date.parse(line.at) } }
        : snapshot;
    case 'event-marked': {
      const marked = new Set(snapshot.marked);
      if (entry.marked) marked.add(entry.eventId);
      else marked.delete(entry.eventId);
      return { ...snapshot, marked };
    }
    case 'event-tagged': {
      const tags = new Map(snapshot.tags);
      const others = (tags.get(entry.eventId) ?? []).filter((tag) => tag !== entry.tag);
      const left = entry.tagged ? [...others, entry.tag] : others;
      if (left.length > 0) tags.set(entry.eventId, left);
      else tags.delete(entry.eventId);
      return { ...snapshot, tags };
    }
    case 'focus':
      return { ...snapshot, start: entry.start };
    case 'filter-saved': {
      const savedFilters = new Map(snapshot.savedFilters);
      if (entry.text === '') savedFilters.delete(entry.name);
      else savedFilters.set(entry.name, entry.text);
      return { ...snapshot, savedFilters };
    }
    case 'note':
      return {
        ...snapshot,
        notes: [...snapshot.notes, { at: Date.parse(line.at), by: entry.by, text: entry.text, eventId: entry.eventId }],
      };
    case 'identity':
      if (entry.profile) return snapshot;
      return {
        ...snapshot,
        identity: {
          account: entry.account,
          alias: entry.alias === '' ? undefined : entry.alias,
          arn: entry.arn,
          partition: entry.partition,
          region: entry.region,
          globalRegion: entry.globalRegion,
          credentialsExpireAt: undefined,
          endpoint: entry.endpoint,
        },
      };
    case 'coverage':
      return {
        ...snapshot,
        sources: entry.sources,
        receivedTo: entry.receivedTo,
        settledTo: entry.settledTo,
        rejected: entry.rejected,
      };
    case 'digests-checked':
      return { ...snapshot, digests: entry.validation };
    case 'finding-judged':
    case 'rule-muted':
    case 'triage-step':
      return { ...snapshot, decisions: decide(snapshot.decisions, entry, Date.parse(line.at)) };
    case 'indicator-judged':
    case 'indicators-imported':
      return { ...snapshot, indicators: noted(snapshot.indicators, entry, Date.parse(line.at)) };
    case 'report-saved':
      return { ...snapshot, report: { path: entry.path, at: Date.parse(line.at) } };
    default:
      return snapshot;
  }
}

type Decision = Extract<SessionEntry, { type: 'finding-judged' | 'rule-muted' | 'triage-step' }>;

function decide(decisions: FindingDecisions, entry: Decision, at: number): FindingDecisions {
  switch (entry.type) {
    case 'finding-judged': {
      const verdicts = new Map(decisions.verdicts);
      const { finding, verdict, reason, by } = entry;
      if (verdict === 'open') verdicts.delete(finding);
      else verdicts.set(finding, { verdict, reason, at, by });
      return { ...decisions, verdicts };
    }
    case 'rule-muted':
      return { ...decisions, muted: withMember(decisions.muted, mutedKey(entry.rule, entry.actor), entry.muted) };
    case 'triage-step':
      return { ...decisions, steps: withMember(decisions.steps, stepKey(entry.finding, entry.step), entry.done) };
  }
}

type IndicatorEntry = Extract<SessionEntry, { type: 'indicator-judged' | 'indicators-imported' }>;

/** Keys of the list that was made last; made anew for any other. */
const keysOfImported = new WeakMap<IndicatorNotes['imported'], Set<string>>();
const keysOf = (imported: IndicatorNotes['imported']): Set<string> =>
  keysOfImported.get(imported) ?? new Set(imported.map(indicatorKey));

function noted({ judged, imported }: IndicatorNotes, entry: IndicatorEntry, at: number): IndicatorNotes {
  if (entry.type === 'indicator-judged') {
    const { indicator, verdict, reason, by } = entry;
    const others = judged.filter((one) => indicatorKey(one) !== indicatorKey(indicator));
    return {
      imported,
      judged: verdict === 'open' ? others : [...others, { ...indicator, verdict, reason, by, at }],
    };
  }
  const { file, by } = entry;
  const known = keysOf(imported);
  const fresh = entry.indicators.filter((one) => !known.has(indicatorKey(one)));
  const all = [...imported, ...fresh.map((one) => ({ ...one, file, by, at }))];
  for (const one of fresh) known.add(indicatorKey(one));
  // The set goes with the newer list: a file of 100,000 comes in two hundred entries, and each would key all of those before.
  keysOfImported.delete(imported);
  keysOfImported.set(all, known);
  return { judged, imported: all };
}

function withMember(set: ReadonlySet<string>, member: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (isIn) next.add(member);
  else next.delete(member);
  return next;
}
