import type { OpenDoors } from '../model/open-door.ts';
import type { PostureRecord } from '../model/posture.ts';
import type { IncidentFacts } from '../report/incident-view.ts';
import { version } from '../shared/version.ts';
import type { JournalLine } from '../store/journal.ts';
import { foldEvidence } from './evidence.ts';
import { foldFindings, ruleTexts } from './fold-findings.ts';
import type { SessionOptions } from './session-options.ts';
import type { Snapshot } from './snapshot.ts';

/** What a report is made from, but for the events and what follows from them. */
export function incidentFacts(parts: {
  readonly snapshot: Snapshot;
  readonly lines: readonly JournalLine[];
  /** As they were computed just now; without them those that the journal holds. */
  readonly doors?: OpenDoors | undefined;
  /** As it was judged just now; without it that of the journal. */
  readonly posture?: PostureRecord | undefined;
  readonly options: Pick<SessionOptions, 'mode' | 'regions' | 'inputs'>;
}): IncidentFacts {
  const { snapshot, lines, options } = parts;
  const identity = snapshot.identity;
  const endpoint = identity?.endpoint;
  const evidence = foldEvidence(lines);
  const last = lines.at(-1);
  return {
    ...evidence,
    ...foldFindings(lines),
    rules: ruleTexts(),
    indicators: snapshot.indicators,
    doors: parts.doors ?? evidence.doors,
    posture: parts.posture ?? evidence.posture,
    chains: [],
    name: snapshot.incident.name,
    toolVersion: version,
    // Without a journal nothing is known that is newer than the newest event.
    asOf: last?.at ?? new Date(snapshot.receivedTo ?? snapshot.incident.openedAt).toISOString(),
    openedAt: lines.length > 0 ? snapshot.incident.openedAt : undefined,
    mode: options.mode,
    account: identity?.account ?? '',
    alias: identity?.alias ?? '',
    regions: [...new Set(snapshot.sources.map((source) => source.region).concat(options.regions ?? []))].sort(),
    identityArn: identity?.arn ?? '',
    endpointNote:
      endpoint?.kind === 'simulated'
        ? 'SIMULATED'
        : endpoint?.kind === 'custom'
          ? `CUSTOM ENDPOINT ${endpoint.host}`
          : '',
    sources: snapshot.sources,
    receivedTo: snapshot.receivedTo,
    settledTo: snapshot.settledTo,
    rejected: snapshot.rejected,
    inputs: options.inputs ?? [],
    containments: snapshot.containments,
    playbooks: snapshot.playbooks,
    handOffs: snapshot.handOffs,
    notes: snapshot.notes,
    journalHead: last?.hash ?? '',
    journalLines: lines.length,
    leftOut: '',
    totalEvents: snapshot.events,
    redaction: 'none',
  };
}
