import type { IncidentView } from '../report/incident-view.ts';
import type { Clock } from '../shared/clock.ts';
import { version } from '../shared/version.ts';
import type { Journal } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import type { SessionOptions } from './open-session.ts';
import type { Snapshot } from './snapshot.ts';

/** What the report is made from, as the incident stands now. */
export function incidentView(parts: {
  readonly snapshot: Snapshot;
  readonly events: Pick<EventQueries, 'all'>;
  readonly journal: Pick<Journal, 'lines'>;
  readonly clock: Clock;
  readonly options: Pick<SessionOptions, 'mode' | 'regions' | 'inputs'>;
}): IncidentView {
  const { snapshot, events, journal, options } = parts;
  const identity = snapshot.identity;
  const endpoint = identity?.endpoint;
  return {
    name: snapshot.incident.name,
    toolVersion: version,
    generatedAt: new Date(parts.clock.now()).toISOString(),
    openedAt: snapshot.incident.openedAt,
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
    notes: snapshot.notes,
    journalHead: journal.lines.at(-1)?.hash ?? '',
    leftOut: '',
    totalEvents: snapshot.events,
    events: (filter = { type: 'all' }) => events.all(filter),
  };
}
