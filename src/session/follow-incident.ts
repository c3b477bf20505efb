import { join } from 'node:path';
import { actions } from '../containment/catalogue.ts';
import { choices } from '../containment/target.ts';
import { everyBroughtRule } from '../detection/brought-rules.ts';
import { builtInRules } from '../detection/built-in.ts';
import { ruleSet } from '../detection/rule-set.ts';
import { type Enrichment, loadingEnrichment } from '../inventory/enrichment.ts';
import { emptyInventory } from '../inventory/inventory.ts';
import { noCalls } from '../model/aws-call.ts';
import { ExpectedError, RefusedError } from '../model/errors.ts';
import { type Holder, holderText } from '../model/holder.ts';
import type { OpenDoors } from '../model/open-door.ts';
import { noPosture, type Posture } from '../model/posture.ts';
import type { ResourceRef } from '../model/resource.ts';
import { wholeReport } from '../report/options.ts';
import type { Clock } from '../shared/clock.ts';
import { display } from '../shared/display.ts';
import { type Observable, observable } from '../shared/observable.ts';
import { openQueries } from '../store/event-queries.ts';
import { exists } from '../store/exists.ts';
import { holderOf } from '../store/incident.ts';
import { tailJournal } from '../store/journal-tail.ts';
import type { EventQueries } from '../store/queries.ts';
import type { SessionEntry } from './decision.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { watchFindings } from './findings.ts';
import { foldDecisions, liveIn } from './fold-decisions.ts';
import { collectedFrom, collectIndicators } from './indicators.ts';
import { createPublisher } from './publisher.ts';
import { ownCallsOf, readIncident } from './read-incident.ts';
import { reduce } from './reduce.ts';
import type { ReportJob } from './report-job.ts';
import { longOnThread, reportOnThread } from './report-thread.ts';
import type { OpenSession } from './session-options.ts';
import type { Snapshot } from './snapshot.ts';
import { watchJournal } from './watch-journal.ts';

/** How often the files are looked at. */
const everyMs = 400;

/** What a console without an events file shows: a containment from the command line holds its incident, too. */
const noEvents: EventQueries = {
  window: () => ({ rows: [], total: 0 }),
  newer: () => 0,
  event: () => undefined,
  raw: () => '',
  arrived: () => [],
  refresh: () => undefined,
  setOwn: () => undefined,
  find: () => undefined,
  checkpoints: () => ({}),
  all: () => [],
  view: () => Promise.reject(new DOMException('there are no events', 'AbortError')),
  ask: () => Promise.reject(new DOMException('there are no events', 'AbortError')),
  close: async () => undefined,
};

/**
 * A session on an incident that another process has open: shows the timeline and the journal as that one writes them. It holds no door to
 * AWS, no writer and no lock, so there is nothing with which it could send, mark or note; and it does not spend the account's request rate a
 * second time.
 *
 * @throws FailedError when the journal or the store cannot be read.
 */
export async function followIncident(options: {
  readonly folder: string;
  readonly name: string;
  readonly clock: Clock;
}): Promise<OpenSession> {
  const { folder, name, clock } = options;
  const ending = new AbortController();
  const tail = await tailJournal(join(folder, 'journal.jsonl'));
  const path = join(folder, 'events.db');
  const hasEvents = await exists(path);
  const events = hasEvents ? openQueries(path) : noEvents;
  let holder = named(await holderOf(folder));
  let gone = false;

  const modeOf = (): Snapshot['mode'] =>
    tail.lines
      .map(({ entry }) => entry as unknown as SessionEntry)
      .findLast((entry) => entry.type === 'incident-opened')?.mode ?? 'saved';
  const fold = () => foldDecisions(tail.lines, gone ? new Set<string>() : liveIn(tail.lines));
  const start = emptySnapshot({ incident: { name, folder, openedAt: clock.now() }, mode: modeOf() });
  // What the last session's sources had shown says nothing about what they show now.
  const unknown = { sources: [], receivedTo: undefined, settledTo: undefined } as const;
  let counted = countOf(events);
  const publisher = createPublisher(
    {
      ...tail.lines.reduce(reduce, start),
      ...unknown,
      ...counted,
      eventsVersion: 1,
      ...fold(),
      follows: { holder, gone },
    },
    clock,
    () => events.refresh(),
  );
  const { snapshot, change, changeSoon } = publisher;
  events.setOwn(ownCallsOf(name, tail.lines));

  async function look(): Promise<void> {
    const before = tail.lines;
    if (await tail.read()) {
      const more = tail.lines.slice(before.length);
      events.setOwn(ownCallsOf(name, tail.lines));
      change({ ...more.reduce(reduce, snapshot.get()), ...unknown, ...counted, ...fold(), mode: modeOf() });
    }
    const now = countOf(events);
    // Marks move no count: they come with a line of the journal.
    if (now.events !== counted.events || tail.lines !== before) {
      counted = now;
      changeSoon({ ...now, eventsVersion: snapshot.get().eventsVersion + 1 });
    }
    const current = await holderOf(folder);
    const isGone = current === undefined;
    const next = isGone ? holder : named(current);
    if (isGone === gone && next?.pid === holder?.pid && next?.by === holder?.by) return;
    gone = isGone;
    holder = next;
    change({ follows: { holder, gone }, ...fold() });
  }
  /** As the folder has it: what the holder has not journalled yet (its sources, its doors) is not in it. */
  const reportJob = async (format: string): Promise<ReportJob> => {
    const { facts, eventsPath, own } = await readIncident(folder, name);
    return { facts, eventsPath, own, format, options: wholeReport, redaction: 'none', path: undefined };
  };
  const ended = (signal: AbortSignal) => AbortSignal.any([signal, ending.signal]);
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await clock.sleep(everyMs, ending.signal).catch(() => undefined); // Only the end wakes it.
      if (ending.signal.aborted) return;
      try {
        await look();
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        publisher.fail(error);
      }
    }
  })();

  const refusal = (): RefusedError =>
    gone
      ? new RefusedError('FollowingOnly', 'read-only: whoever had it open has ended', [
          `q, then firebreak resume ${name} takes it over`,
        ])
      : new RefusedError(
          'FollowingOnly',
          `read-only: ${holder ? display(holderText(holder)) : 'another firebreak'} has it open`,
          [`When that one ends, firebreak resume ${name} takes it over`],
        );
  const refuse = () => Promise.reject(refusal());
  const enrichments = new Map<string, Observable<Enrichment>>();
  const enrich = (ref: ResourceRef): Observable<Enrichment> => {
    const key = `${ref.kind} ${ref.arn || ref.name}`;
    const known =
      enrichments.get(key) ??
      observable<Enrichment>({
        ...loadingEnrichment(ref),
        state: 'unknown',
        why: 'this console only follows: AWS is not asked',
      });
    enrichments.set(key, known);
    return known;
  };
  /** The rules run in the other process; what they found is in the store. */
  const runningRules = async () => {
    const { events: single, correlations } = ruleSet([builtInRules(), everyBroughtRule()]);
    return { rules: [...single, ...correlations].map(({ info }) => info), states: [], problems: [] };
  };
  const findings = watchFindings({
    events,
    ingest: { rules: runningRules, explain: async () => [] },
    clock,
    ending: ending.signal,
    decisions: () => snapshot.get().decisions,
    counted: (openFindings) => {
      if (openFindings !== snapshot.get().openFindings) publisher.change({ openFindings });
    },
    failed: publisher.fail,
  });
  if (hasEvents) {
    const look = () => findings.changed(snapshot.get().eventsVersion);
    snapshot.subscribe(look);
    look();
  }
  const doors: OpenDoors = {
    doors: [],
    unknown: ['this console only follows: whoever has the incident open knows'],
    at: undefined,
  };
  return {
    snapshot,
    events,
    rejected: [],
    opened: Promise.resolve(),
    stored: async () => undefined,
    loaded: async () => undefined,
    calls: observable(noCalls),
    journal: watchJournal({
      lines: () => tail.lines,
      snapshot,
      events,
      clock,
      ending: ending.signal,
      failed: publisher.fail,
    }),
    findings: findings.findings,
    explainFinding: findings.explain,
    acceptLoss: refuse,
    judgeFinding: refuse,
    collectIndicators: (signal) =>
      collectIndicators(
        events.all(collectedFrom),
        ({ rowId }) => events.raw(rowId),
        clock,
        signal,
        snapshot.get().indicators.imported,
      ),
    judgeIndicator: refuse,
    importIndicators: refuse,
    muteRule: refuse,
    triageStep: refuse,
    runningRules,
    inventory: observable(emptyInventory),
    openDoors: observable(doors),
    posture: observable<Posture>({
      ...noPosture,
      state: 'unavailable',
      why: 'this console only follows: AWS is not asked; the report shows what the other one judged last',
    }),
    stopLoading: () => undefined,
    loadOn: () => undefined,
    judgePosture: () => undefined,
    stopPosture: () => undefined,
    enrich,
    async *usersOf() {
      yield { found: [], done: 0, total: 0, problems: ['this console only follows: AWS is not asked'], ended: true };
    },
    look: () => undefined,
    lookAround: () => undefined,
    answer: () => undefined,
    cancel: () => undefined,
    choices: (target) =>
      choices(target.kind, actions).map(({ id, title, class: kind, reversible, parameters = [] }) => ({
        action: { id, title, class: kind, reversible },
        hasParameters: parameters.length > 0,
        disabledReason: refusal().message,
      })),
    arm() {
      throw refusal();
    },
    disarm: () => undefined,
    parameters: refuse,
    plan: refuse,
    approve: refuse,
    planUndo: refuse,
    undo: refuse,
    planRecovery: refuse,
    recover: refuse,
    verify: refuse,
    focus: refuse,
    mark: refuse,
    note: refuse,
    collect: refuse,
    report: refuse,
    tag: refuse,
    saveFilter: refuse,
    attach: refuse,
    takeCon: refuse,
    document: async (format, signal) => (await reportOnThread(await reportJob(format), ended(signal))).text,
    longDocument: async (format, signal, progress) => longOnThread(await reportJob(format), ended(signal), progress),
    recordDigests: refuse,
    playbooks: () => [],
    planPlaybook: refuse,
    planBatch() {
      throw refusal();
    },
    mostTargets: 1,
    startPlaybook: refuse,
    refuseBeforeTurn() {
      throw refusal();
    },
    decideStep: refuse,
    requestHandOff: refuse,
    endPlaybook: refuse,
    async close() {
      ending.abort(new DOMException('the session ends', 'AbortError'));
      await watching;
      publisher.stop();
      await events.close();
    },
  };
}

const named = (holder: Holder | 'starting' | undefined): Holder | undefined =>
  holder === 'starting' ? undefined : holder;

/** What stands in the store now. */
function countOf(events: EventQueries): Pick<Snapshot, 'events' | 'receivedTo'> {
  const { rows, total } = events.window({ view: 'all', from: 'newest', rows: 1 });
  return { events: total, receivedTo: rows.at(-1)?.at };
}
