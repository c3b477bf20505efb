import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../aws/aws.ts';
import { createRunner } from '../containment/runner.ts';
import { beginIngest, type Rejected } from '../ingest/ingest.ts';
import { parseArn } from '../model/arn.ts';
import { noCalls } from '../model/aws-call.ts';
import { scopeOf } from '../posture/scope.ts';
import { observable } from '../shared/observable.ts';
import { version } from '../shared/version.ts';
import { openQueries } from '../store/event-queries.ts';
import type { JournalEntry, JournalLine } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import { makeStore } from '../store/schema.ts';
import { createAttention } from './attention.ts';
import { createBeginning } from './begin.ts';
import { collectInto } from './collect.ts';
import { containmentIntents, savedLogs } from './contain.ts';
import { createCoverage } from './coverage.ts';
import type { SessionEntry } from './decision.ts';
import { decisionIntents } from './decisions.ts';
import { watchDrill } from './drill.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { watchFindings } from './findings.ts';
import { startFromText } from './focus.ts';
import { followFeeds } from './follow-feeds.ts';
import { watchHandOffs } from './hand-offs.ts';
import { hostileIn } from './hostile.ts';
import { createLooking } from './inventory.ts';
import { createLease } from './lease.ts';
import { watchDoors } from './open-doors.ts';
import { playbookIntents } from './playbooks.ts';
import { watchPosture } from './posture.ts';
import { watchProof } from './proof.ts';
import { createPublisher } from './publisher.ts';
import { createReach } from './reach.ts';
import { ownCallsOf } from './read-incident.ts';
import { recordedCalls } from './recorded-calls.ts';
import { recoveryIntents } from './recover.ts';
import { reduce } from './reduce.ts';
import { reportIntents } from './reports.ts';
import type { Feed, OpenSession, SessionOptions } from './session-options.ts';
import { watchJournal } from './watch-journal.ts';
import { watchStanding } from './watch-standing.ts';

const closeWithinMs = 900;
/** An incident that was told nothing else begins so long ago. */
const usualSinceMs = 60 * 60_000;
/** Evidence goes back at least so far, whatever the session was told to read. */
const evidenceMs = 24 * 60 * 60_000;
/** Then a focus goes on without knowing whose account this is. */
const identifyWithinMs = 10_000;

/** Opens the incident's journal and store, starts the sources, and keeps one snapshot of it all. */
export async function openSession(options: SessionOptions): Promise<OpenSession> {
  const { incident, clock, door, mode, drill } = options;
  const { journal } = incident;
  const ending = new AbortController();
  let by = process.env.USER ?? 'operator';

  const replayed = journal.lines.reduce(
    reduce,
    emptySnapshot({
      incident: { name: incident.name, folder: incident.folder, openedAt: clock.now() },
      mode,
      drill: drill ? { briefing: drill.briefing, story: drill.story.get() } : undefined,
    }),
  );
  // Opened below; nothing is gathered for the screen before.
  let queries: EventQueries | undefined;
  const publisher = createPublisher(
    // Who we are and what the sources show now is asked anew: yesterday's answer must not look like today's.
    mode === 'saved'
      ? replayed
      : {
          ...replayed,
          identity: undefined,
          endpoint: door?.endpoint,
          sources: [],
          receivedTo: undefined,
          settledTo: undefined,
        },
    clock,
    () => queries?.refresh(),
  );
  const { snapshot, change, changeSoon, fail } = publisher;

  const coverage = createCoverage(clock);
  const rejected: Rejected[] = [];
  let findings: ReturnType<typeof watchFindings> | undefined;
  const loadingSince = clock.now();
  const sinceMs = options.since ?? loadingSince - usualSinceMs;
  const isReadable = makeStore(incident.eventsPath);
  const ingest = beginIngest({
    path: incident.eventsPath,
    rules: options.rules ?? [],
    indicators: [
      ...snapshot.get().indicators.imported,
      ...(options.indicators ?? []).flatMap(({ indicators }) => indicators),
    ].map(({ kind, value }) => ({ kind, value })),
    onProgress: ({ version: eventsVersion, events: count, late, rejected: bad, newestAt, findings: found, files }) => {
      findings?.changed(found);
      publisher.changeSoon({
        eventsVersion,
        events: count,
        late,
        rejected: bad,
        receivedTo: newestAt > 0 ? newestAt : undefined,
        settledTo: coverage.settledTo(),
        loading: files
          ? {
              filesDone: files.done,
              filesTotal: files.total,
              bytesDone: files.bytesDone,
              bytesTotal: files.bytesTotal,
              startedAt: loadingSince,
            }
          : undefined,
      });
    },
    onRejected: (one) => {
      if (rejected.length < 1_000) rejected.push(one);
    },
  });
  if (!options.early || !isReadable) await ingest.opened;
  const events = openQueries(incident.eventsPath);
  queries = events;

  findings = watchFindings({
    events,
    ingest,
    clock,
    ending: ending.signal,
    decisions: () => snapshot.get().decisions,
    counted: (openFindings) => {
      if (openFindings !== snapshot.get().openFindings) change({ openFindings });
    },
    failed: fail,
  });
  const { findings: foundNow, changed: findingsChanged, recount, explain } = findings;
  // What an incident that is opened again holds.
  findingsChanged(0);

  const feeds: readonly Feed[] = door
    ? [{ door, profile: '', regions: options.regions ?? [], sources: options.sources ?? [] }, ...(options.feeds ?? [])]
    : [];
  const accounts = new Map<Feed, Identity>();
  const reach = door
    ? createReach(
        feeds.map((feed) => ({
          door: feed.door,
          account: () => accounts.get(feed)?.account ?? '',
        })),
        (there) =>
          createRunner({
            aws: there.aws,
            writer: there.writer,
            arming: there.arming,
            journal,
            clock,
            actions: options.actions,
            identity: () => there.identity(ending.signal),
            incident: incident.name,
            saveSnapshot: (name, json) => incident.saveSnapshot(name, json),
            onEntry: (line) => journalled(line),
            hostile,
            recorded: recordedCalls({
              events,
              now: () => there.aws.now(),
              since: options.since,
              suspectKeys: () => snapshot.get().start?.keys ?? [],
            }),
            ...(options.breakGlass ? { breakGlass: options.breakGlass } : {}),
            ...(options.protectedTags ? { protectedTags: options.protectedTags } : {}),
            ...(options.speed === undefined ? {} : { speed: options.speed }),
          }),
      )
    : undefined;
  const hostile = () =>
    hostileIn(events, {
      own: ownArns,
      signal: ending.signal,
      doorsBehind: (id) => doors.behind(id).map(({ what }) => what),
    })();
  const looking = createLooking({
    accounts: feeds.map((feed) => ({
      aws: feed.door.aws,
      profile: feed.profile,
      region: feed.door.region,
      regions: feed.regions,
      identity: () => accounts.get(feed),
    })),
    clock,
    ending: ending.signal,
    makers: async (items) => {
      const { makers } = await events.ask<'makers'>(
        'makers',
        { type: 'makers', resources: items.map(({ ref }) => ref) },
        ending.signal,
      );
      return makers.map((maker) => ({ creator: maker?.name }));
    },
    onChange: () => doors.look(),
    isWanted: () => doors.watchers() > 0,
    exposuresOf: (ref) => doors.exposuresOf(ref),
    found: (from, relations, at) => {
      ingest
        .relate(relations.map(({ role, to, proof }) => ({ from, role, to, operation: proof, at })))
        // The graph can do without: what AWS said stays on the screen.
        .catch(() => undefined);
    },
    failed: publisher.fail,
  });
  const oldestLoaded = () => events.window({ view: 'all', from: 'oldest', rows: 1 }).rows[0]?.at;
  const posture = watchPosture({
    ready: () =>
      Promise.race([Promise.all(following.identified), clock.sleep(identifyWithinMs, ending.signal)]).then(
        () => undefined,
      ),
    where: looking.places,
    async scope(signal) {
      const { suspects } = await events.ask<'callers'>('posture', { type: 'callers' }, signal);
      const { groups, rules } = foundNow.get();
      return scopeOf({
        groups,
        titleOf: (rule) => rules.get(rule)?.title ?? rule,
        suspects,
        focus: snapshot.get().start?.resources ?? [],
        contained: snapshot.get().containments.map(({ plan }) => plan.target),
        inventory: looking.inventory.get(),
        own: ownArns,
      });
    },
    inventory: looking.inventory,
    lookAround: looking.lookAround,
    clock,
    ending: ending.signal,
    failed: publisher.fail,
  });
  const containment = containmentIntents({
    reach,
    actions: options.actions,
    journal,
    publisher,
    by: () => by,
    ending: ending.signal,
  });
  const lease = createLease({ feeds, clock, publisher, append, by: () => by });
  const recovery = recoveryIntents({
    runnerOf: containment.runnerOf,
    publisher,
    incident: incident.name,
    readSnapshot: (file) => readFile(join(incident.folder, file), 'utf8'),
    refold: containment.refold,
    by: () => by,
    armed: lease.isArmed,
    ending: ending.signal,
  });
  const { mark, arns } = ownCallsOf(incident.name, journal.lines);
  const ownArns = new Set(arns);
  const ofPlaybooks = playbookIntents({
    reach,
    actions: options.actions,
    journal,
    events,
    looking,
    snapshot: snapshot.get,
    journalled: (line) => journalled(line),
    by: () => by,
    own: ownArns,
    now: () => door?.aws.now() ?? clock.now(),
    ...(options.mostTargets === undefined ? {} : { mostTargets: options.mostTargets }),
    ending: ending.signal,
  });
  function journalled(line: JournalLine): void {
    change(reduce(snapshot.get(), line));
    // Marks and notes come by the hundred and tell nothing of containments.
    if (/^(containment|step|undo|playbook|hand-off)-/.test(line.entry.type)) containment.refold();
    if (/^(finding|rule)-/.test(line.entry.type)) recount();
  }
  async function append(entry: SessionEntry): Promise<void> {
    journalled(await journal.append(entry as unknown as JournalEntry));
  }
  const { bring, ...deciding } = decisionIntents({
    events,
    ingest,
    clock,
    publisher,
    folder: incident.folder,
    journal,
    append,
    acceptedLoss: async (id, reason) =>
      journalled(await journal.append({ type: 'containment-accepted', id, reason, by })),
    by: () => by,
  });
  containment.refold();

  await append({
    type: 'incident-opened',
    tool: version,
    mode,
    inputs: options.inputs ?? [],
    scenario: drill?.briefing.scenario ?? '',
    ...(options.drilled ? { drilled: { ...options.drilled, startedAt: drill?.story.get().startedAt ?? 0 } } : {}),
    regions: options.regions ?? [],
    profile: options.profile ?? '',
    ...(options.rules && options.rules.length > 0 ? { rules: options.rules } : {}),
    ...(options.flags ? { flags: options.flags } : {}),
  });
  await bring(options.indicators ?? []);

  const begun = options.start ?? snapshot.get().start;
  const attention = createAttention({
    resources: begun?.resources ?? options.wanted?.resources ?? [],
    lookups: [...(begun?.lookups ?? []), ...(options.wanted?.lookups ?? [])],
  });
  events.setOwn({ mark, arns: ownArns });
  const doors = watchDoors({
    events,
    snapshot,
    inventory: looking.inventory.get,
    lookAgain: looking.lookAround,
    offers: (target) =>
      containment.choices(target).flatMap(({ action, disabledReason }) => (disabledReason ? [] : [action.id])),
    ours: () => new Set([...accounts.values()].map(({ account }) => account)),
    own: ownArns,
    now: () => door?.aws.now() ?? clock.now(),
    // Saved logs begin where they begin, whatever the time is.
    since: () => (mode === 'saved' ? (oldestLoaded() ?? clock.now()) : sinceMs),
    clock,
    ending: ending.signal,
    failed: fail,
  });
  watchProof({
    events,
    snapshot,
    clock,
    ending: ending.signal,
    append: async (entry) => journalled(await journal.append(entry)),
    failed: fail,
  });
  if (reach)
    watchStanding({ events, snapshot, clock, ending: ending.signal, verify: containment.verify, failed: fail });
  watchHandOffs({
    events,
    snapshot,
    append: async (entry) => journalled(await journal.append(entry as unknown as JournalEntry)),
    clock,
    ending: ending.signal,
    failed: fail,
  });
  ingest.setOwn(mark, [...ownArns]);
  const following = followFeeds({
    feeds,
    accounts,
    ingest,
    checkpoints: events.checkpoints(),
    coverage,
    wanted: attention.wanted,
    tails: options.tails,
    since: sinceMs,
    clock,
    publisher,
    ending: ending.signal,
    async told(feed, identity) {
      const isMain = feed.door === door;
      accounts.set(feed, identity);
      ownArns.add(identity.arn);
      ingest.setOwn(mark, [...ownArns]);
      if (isMain) {
        by = identity.arn;
        await incident.tellHolder(identity.arn);
      }
      const { account, alias, arn, partition, region, globalRegion, endpoint } = identity;
      await append({
        type: 'identity',
        ...(isMain ? {} : { profile: feed.profile }),
        account,
        alias: alias ?? '',
        arn,
        partition,
        region,
        globalRegion,
        endpoint,
      });
      if (isMain) change({ identity });
      change({
        accounts: feeds.flatMap((one) => {
          const known = accounts.get(one);
          return known ? [{ account: known.account, alias: known.alias, profile: one.profile, arn: known.arn }] : [];
        }),
      });
    },
  });
  const beginning = createBeginning({
    events,
    attention,
    aws: door?.aws,
    accounts: () => [...accounts.values()],
    profilesOf: options.profilesOf,
    widen: (named) => (mode === 'live' ? following.widen(named) : []),
    clock,
    publisher,
    ending: ending.signal,
    append,
    by: () => by,
  });
  const endQuestions = options.questions?.pending.subscribe(() =>
    change({ question: options.questions?.pending.get() }),
  );

  if (begun) {
    beginning.begin(begun);
    // Nobody waits for it: the sources read meanwhile. Who we are decides whose the keys are.
    void Promise.race([
      Promise.all(following.identified),
      clock.sleep(identifyWithinMs, ending.signal).catch(() => undefined),
    ])
      .then(() => (options.start ? beginning.complete(options.start, ending.signal) : undefined))
      .catch((error: unknown) => ending.signal.aborted || fail(error));
  }

  let loading: Promise<void> = Promise.resolve();
  let storing: Promise<void> = loading;
  if (options.inputs && options.inputs.length > 0) {
    // Until the worker has looked at the files, nobody knows how much it is; that something comes is known.
    change({
      loading: { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, startedAt: loadingSince },
    });
    const { promise: stored, resolve } = Promise.withResolvers<void>();
    const onStored = () => {
      // Whoever prints now says what could not be read, too.
      publisher.flush();
      resolve();
    };
    loading = ingest.open(options.inputs, onStored).then(({ rejected: all }) => {
      rejected.splice(0, rejected.length, ...all);
      changeSoon({ loading: undefined });
      publisher.flush();
    });
    storing = Promise.race([stored, loading]);
    storing.catch(() => undefined);
    // Whoever awaits `loaded()` hears of it; nobody need.
    loading.catch((error: unknown) => {
      change({ loading: undefined });
      fail(error);
    });
  }
  const drilled =
    drill && watchDrill(drill, { folder: incident.folder, lines: () => journal.lines, change, failed: fail });

  const reports = reportIntents({
    incident,
    options,
    doors: doors.openDoors,
    posture,
    own: { mark, arns: ownArns },
    clock,
    publisher,
    ending: ending.signal,
    isLive: door !== undefined,
    flushed: () => ingest.flush(),
    append,
  });

  return {
    snapshot,
    events,
    rejected,
    opened: ingest.opened,
    stored: () => storing,
    loaded: () => loading,
    stopLoading() {
      if (snapshot.get().loading) ingest.stopLoading();
      attention.hold(true);
    },
    loadOn: () => attention.hold(false),
    recordDigests: reports.recordDigests,
    look(at) {
      attention.look(at);
      following.lookUpIn(at.lookups);
      following.touch();
    },
    async focus(text, signal) {
      const start = startFromText(text, clock);
      beginning.begin(start);
      return beginning.complete(start, AbortSignal.any([signal, ending.signal]));
    },
    answer: (id, text) => options.questions?.answer(id, text),
    choices: containment.choices,
    parameters: containment.parameters,
    plan: containment.plan,
    approve: containment.approve,
    cancel: containment.cancel,
    planUndo: containment.planUndo,
    undo: containment.undo,
    findings: foundNow,
    explainFinding: explain,
    runningRules: () => ingest.rules(),
    calls: options.calls ?? observable(noCalls),
    journal: watchJournal({ lines: () => journal.lines, snapshot, events, clock, ending: ending.signal, failed: fail }),
    planRecovery: recovery.planRecovery,
    recover: recovery.recover,
    verify: containment.verify,
    ...ofPlaybooks,
    inventory: looking.inventory,
    lookAround() {
      looking.lookAround();
      doors.look();
    },
    openDoors: doors.openDoors,
    posture: posture.posture,
    judgePosture: posture.judge,
    stopPosture: posture.stop,
    enrich: looking.enrich,
    usersOf: looking.usersOf,
    arm: lease.arm,
    disarm: lease.disarm,
    async collect(targets, signal, progress) {
      if (!door) throw savedLogs();
      await ingest.flush();
      events.refresh();
      return collectInto(
        {
          incident,
          events,
          doorOf: (target) => {
            const account = parseArn(target.arn)?.account;
            return (feeds.find((feed) => account && accounts.get(feed)?.account === account) ?? feeds[0]!).door;
          },
          window: { from: Math.min(sinceMs, clock.now() - evidenceMs), to: door.aws.now() },
          by,
          append,
        },
        targets,
        AbortSignal.any([signal, ending.signal]),
        progress,
      );
    },
    ...(drill && drilled ? { drill: { hint: () => drill.hint(), score: () => drilled.score() } } : {}),
    report: reports.report,
    document: reports.document,
    longDocument: reports.longDocument,
    ...deciding,
    async close() {
      ending.abort(new DOMException('the session ends', 'AbortError'));
      reach?.close();
      drilled?.end();
      endQuestions?.();
      lease.stop();
      // A source that hangs in the network must not keep the operator (promise 9): a second, then we go.
      await Promise.race([
        (async () => {
          await following.ended();
          await ingest.flush();
          publisher.flush();
          await events.close();
          // Last: whoever closes the store last puts all of it into its one file. The log beside it would be left behind by a copy.
          await ingest.close();
        })(),
        new Promise((resolve) => setTimeout(resolve, closeWithinMs).unref()),
      ]);
      publisher.stop();
      await reports
        .recordCoverage()
        .then(() => append({ type: 'incident-closed', by }))
        .catch(() => undefined); // The disk is full or gone: what was journalled before stays.
      await incident.close();
    },
  };
}
