import { noDecisions } from '../model/finding.ts';
import { noIndicatorNotes } from '../model/indicator.ts';
import type { Snapshot } from './snapshot.ts';

/** The snapshot before anything is known. */
export function emptySnapshot(
  facts: Pick<Snapshot, 'incident' | 'mode'> & { readonly drill?: Snapshot['drill'] },
): Snapshot {
  return {
    incident: facts.incident,
    mode: facts.mode,
    drill: facts.drill,
    follows: undefined,
    identity: undefined,
    endpoint: undefined,
    eventsVersion: 0,
    events: 0,
    late: 0,
    rejected: 0,
    digests: undefined,
    receivedTo: undefined,
    settledTo: undefined,
    loading: undefined,
    sources: [],
    accounts: [],
    tails: { openSessions: 0, minutes: 0 },
    chargedMetricRequests: 0,
    metrics: [],
    question: undefined,
    clockSkewMs: 0,
    containments: [],
    playbooks: [],
    handOffs: [],
    recovery: undefined,
    armedUntil: undefined,
    notes: [],
    savedFilters: new Map(),
    marked: new Set(),
    tags: new Map(),
    openFindings: 0,
    decisions: noDecisions,
    indicators: noIndicatorNotes,
    errors: [],
    start: undefined,
    landing: undefined,
    report: undefined,
  };
}
