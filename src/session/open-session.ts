import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Identity } from '../aws/aws.ts';
import { createRunner } from '../containment/runner.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import { type Rejected, startIngest } from '../ingest/ingest.ts';
import { parseArn } from '../model/arn.ts';
import { noCalls } from '../model/aws-call.ts';
import { RefusedError } from '../model/errors.ts';
import { indicatorKey } from '../model/indicator.ts';
import { postureRecord } from '../model/posture.ts';
import { scopeOf } from '../posture/scope.ts';
import { wholeReport } from '../report/options.ts';
import { observable } from '../shared/observable.ts';
import { version } from '../shared/version.ts';
import type { Lookup, SourceContext, Wanted } from '../sources/source.ts';
import type { TailHub } from '../sources/tail-hub.ts';
import { openQueries } from '../store/event-queries.ts';
import type { JournalEntry, JournalLine } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import { attachFile } from './attach.ts';
import { collectInto } from './collect.ts';
import { containmentIntents, savedLogs } from './contain.ts';
import type { SessionEntry } from './decision.ts';
import { watchDrill } from './drill.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { watchFindings } from './findings.ts';
import { completeStart, startFromText } from './focus.ts';
import { followSource } from './follow-source.ts';
import { watchHandOffs } from './hand-offs.ts';
import { hostileIn } from './hostile.ts';
import { incidentFacts } from './incident-view.ts';
import { collectedFrom, collectIndicators, importEntries, readIndicatorFile } from './indicators.ts';
import { createLooking } from './inventory.ts';
import { watchLanding } from './landing.ts';
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
import type { ReportJob } from './report-job.ts';
import { longOnThread, reportOnThread } from './report-thread.ts';
import type { Feed, OpenSession, SessionOptions } from './session-options.ts';
import type { SourceStatus } from './snapshot.ts';
import { watchJournal } from './watch-journal.ts';
import { watchStanding } from './watch-standing.ts';

/** CloudTrail promises nothing; AWS names 15 minutes as the usual bound. */
const settleMs = 15 * 60_000;
const closeWithinMs = 900;
/** While armed it is looked at this often how long that still lasts, and told when it has moved by more than a second. */
const leaseLookMs = 2_000;
const leaseMovedMs = 1_000;
/** Evidence goes back at least so far, whatever the session was told to read. */
const evidenceMs = 24 * 60 * 60_000;
/** Doors that the journal keeps: those of suspects come first. */
const mostDoorsKept = 200;
/** A report waits so long for the posture that is being read. */
const postureWithinMs = 5_000;
/** Then a focus goes on without knowing whose account this is. */
const identifyWithinMs = 10_000;

/** Regions of one partition; others have other credentials. */
const family = (region: string): string => /^(?:cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/.exec(region)?.[0] ?? '';
const regionName = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;
/** More than a partition's Regions that anybody looks into in one incident. */
const mostLookedUpIn = 12;

const withoutSame = (lookups: readonly Lookup[]): readonly Lookup[] => [
  ...new Map(lookups.map((lookup) => [`${lookup.attribute} ${lookup.value} ${lookup.region ?? ''}`, lookup])).values(),
];

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
  // Opened once the ingest thread has made the file; nothing is gathered for the screen before.
  let queries: EventQueries | undefined;
  const publisher = createPublisher(
    // Who we are and what the sources show now is asked anew: yesterday's answer must not look like today's.
    mode === 'saved'
      ? replayed
      : { ...replayed, identity: undefined, sources: [], receivedTo: undefined, settledTo: undefined },
    clock,
    () => queries?.refresh(),
  );
  const { snapshot, change, changeSoon, fail } = publisher;

  const statuses = new Map<string, SourceStatus>();
  const settling = new Set<string>();
  function settledTo(): number | undefined {
    const sources = [...statuses].filter(([key]) => settling.has(key)).map(([, status]) => status);
    if (sources.length === 0) return undefined;
    const covered = sources.map(({ coveredTo }) => coveredTo);
    if (covered.some((to) => to === undefined)) return undefined;
    const lagMs = Math.max(settleMs, ...sources.map(({ lag }) => lag?.p99Ms ?? 0));
    return Math.min(...(covered as number[]), clock.now()) - lagMs;
  }

  const rejected: Rejected[] = [];
  let findings: ReturnType<typeof watchFindings> | undefined;
  const loadingSince = clock.now();
  const ingest = await startIngest({
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
        settledTo: settledTo(),
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
  const posture = watchPosture({
    ready: () =>
      Promise.race([Promise.all(identified), clock.sleep(identifyWithinMs, ending.signal)]).then(() => undefined),
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
  const recovery = recoveryIntents({
    runnerOf: containment.runnerOf,
    publisher,
    incident: incident.name,
    readSnapshot: (file) => readFile(join(incident.folder, file), 'utf8'),
    refold: containment.refold,
    by: () => by,
    armed: () => (door?.arming.armedUntil() ?? 0) > clock.now(),
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
  const append = async (entry: SessionEntry) => journalled(await journal.append(entry as unknown as JournalEntry));
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
  const known = new Set(snapshot.get().indicators.imported.map(indicatorKey));
  for (const { file, indicators } of options.indicators ?? []) {
    const fresh = indicators.filter((one) => !known.has(indicatorKey(one)));
    for (const entry of importEntries(file, fresh, by)) await append(entry);
  }

  const following: Promise<void>[] = [];
  const begun = options.start ?? snapshot.get().start;
  /** What the session was opened with, or focused on since: it stays wanted behind what is on the screen. */
  let focused: Wanted = {
    resources: begun?.resources ?? options.wanted?.resources ?? [],
    lookups: [...(begun?.lookups ?? []), ...(options.wanted?.lookups ?? [])],
  };
  const wanted = observable<Wanted>(focused);
  const hubs: TailHub[] = [];
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
    since: options.since ?? clock.now() - 60 * 60_000,
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
  const sinceMs = options.since ?? clock.now() - 60 * 60_000;
  const follow = (feed: Feed, region: string, part: SourceContext['part']) => {
    const { aws } = feed.door;
    const tails = part === 'working' ? options.tails?.(aws, region) : undefined;
    if (tails) {
      hubs.push(tails);
      tails.meter.subscribe(() => {
        const meters = hubs.map(({ meter }) => meter.get());
        changeSoon({
          tails: {
            openSessions: meters.reduce((sum, { openSessions }) => sum + openSessions, 0),
            minutes: meters.reduce((sum, { minutes }) => sum + minutes, 0),
          },
        });
      });
    }
    for (const source of feed.sources) {
      if (part !== 'working' && !source.everywhere) continue;
      const key = `${source.id} ${feed.profile}/${region}`;
      // Of a Region that is only looked up in, nothing is promised to be settled.
      if (source.settles && part !== 'focus') settling.add(key);
      const checkpoint = ingest.checkpoints[key];
      following.push(
        followSource({
          source,
          aws,
          clock,
          region,
          part,
          profile: feed.profile,
          account: () => accounts.get(feed)?.account ?? '',
          wanted,
          ...(tails ? { tails } : {}),
          since: sinceMs,
          ...(checkpoint === undefined ? {} : { checkpoint }),
          signal: ending.signal,
          push: (records, json) => ingest.push(source.id, records, json === undefined ? undefined : { key, json }),
          publish: (status) => {
            statuses.set(key, status);
            changeSoon({
              sources: [...statuses.values()],
              settledTo: settledTo(),
              clockSkewMs: Math.round(clock.now() - (door?.aws ?? aws).now()),
            });
          },
          measured: (series, chargedRequests) => {
            const same = new Set(series.map(({ resource, metric }) => `${resource} ${metric}`));
            const { metrics, chargedMetricRequests } = snapshot.get();
            change({
              metrics: [...metrics.filter(({ resource, metric }) => !same.has(`${resource} ${metric}`)), ...series],
              chargedMetricRequests: chargedMetricRequests + chargedRequests,
            });
          },
          failed: fail,
        }),
      );
    }
  };
  const working = new Set<string>();
  const lookedUpIn = new Set<string>();
  /** Look-ups may name a Region that nobody reads: there a reader is started that reads nothing else. Records name Regions, so the name is checked. */
  const lookUpIn = (lookups: readonly Lookup[]) => {
    const main = feeds[0];
    for (const { region } of lookups) {
      if (!main || region === undefined || !regionName.test(region)) continue;
      const isRead = working.has(region) || region === accounts.get(main)?.globalRegion || lookedUpIn.has(region);
      if (isRead || family(region) !== family(main.door.region) || lookedUpIn.size >= mostLookedUpIn) continue;
      lookedUpIn.add(region);
      follow(main, region, 'focus');
    }
  };
  for (const feed of feeds) for (const region of feed.regions) follow(feed, region, 'working');
  for (const region of options.regions ?? []) working.add(region);

  let endLanding = new AbortController();
  /** Lands, looks up, and reads the Regions that are named and not read yet. */
  const begin = (start: StartingPoint) => {
    endLanding.abort();
    endLanding = new AbortController();
    // Whatever happens next, an incident that is opened again begins here. Then it is in the journal already.
    if (snapshot.get().start !== start) append({ type: 'focus', start, by }).catch(fail);
    change({ start, landing: undefined });
    watchLanding(events, start.landing, AbortSignal.any([ending.signal, endLanding.signal]), (landing) =>
      change({ landing }),
    ).catch(fail);
    focused = { resources: start.resources, lookups: start.lookups };
    const { resources, lookups, held = false } = wanted.get();
    wanted.set({
      held,
      resources: [...start.resources, ...resources],
      lookups: withoutSame([...start.lookups, ...lookups]),
    });
  };
  /** Of the session's own partition only: no other one takes these credentials. */
  const widen = async ({ regions: named }: StartingPoint): Promise<readonly string[]> => {
    const [main] = feeds;
    if (!main || mode !== 'live') return [];
    const missing = named.filter((region) => !working.has(region) && family(region) === family(main.door.region));
    for (const region of missing) {
      working.add(region);
      follow(main, region, 'working');
    }
    return missing;
  };
  const complete = async (start: StartingPoint, signal: AbortSignal): Promise<StartingPoint> => {
    const whole = await completeStart(start, {
      aws: door?.aws,
      accounts: () => [...accounts.values()],
      profilesOf: options.profilesOf,
      signal,
    });
    const added = await widen(whole);
    const done =
      added.length === 0 ? whole : { ...whole, sentences: [...whole.sentences, `also reading ${added.join(', ')}`] };
    await append({ type: 'focus', start: done, by });
    // A line at the bottom is gone in seconds: among the errors it can be read again.
    const { errors } = snapshot.get();
    const notes = done.unused.map((what) => ({ at: clock.now(), what, nextSteps: [] }));
    if (notes.length > 0) change({ errors: [...errors, ...notes] });
    return done;
  };
  const endQuestions = options.questions?.pending.subscribe(() =>
    change({ question: options.questions?.pending.get() }),
  );

  /** The sources start at once; who we are is asked beside them, and asked again until AWS answers. */
  const identify = async (feed: Feed) => {
    const { identity: ask } = feed.door;
    const isMain = feed.door === door;
    for (let waitMs = 1_000; !ending.signal.aborted; waitMs = Math.min(waitMs * 2, 30_000)) {
      try {
        const { account, alias, arn, partition, region, globalRegion, endpoint, ...rest } = await ask(ending.signal);
        accounts.set(feed, { account, alias, arn, partition, region, globalRegion, endpoint, ...rest });
        ownArns.add(arn);
        ingest.setOwn(mark, [...ownArns]);
        if (isMain) {
          by = arn;
          await incident.tellHolder(arn);
        }
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
        if (isMain) change({ identity: { account, alias, arn, partition, region, globalRegion, endpoint, ...rest } });
        change({
          accounts: feeds.flatMap((one) => {
            const known = accounts.get(one);
            return known ? [{ account: known.account, alias: known.alias, profile: one.profile, arn: known.arn }] : [];
          }),
        });
        // IAM and the global STS endpoint are recorded in one Region only: without it, half the attack is missing.
        if (!feed.regions.includes(globalRegion)) follow(feed, globalRegion, 'global');
        return;
      } catch (error) {
        if (ending.signal.aborted) return;
        fail(error);
        await clock.sleep(waitMs, ending.signal).catch(() => undefined); // Aborted: the loop's condition ends it.
      }
    }
  };
  const identified = feeds.map(identify);
  if (begun) {
    begin(begun);
    // Nobody waits for it: the sources read meanwhile. Who we are decides whose the keys are.
    void Promise.race([Promise.all(identified), clock.sleep(identifyWithinMs, ending.signal).catch(() => undefined)])
      .then(() => (options.start ? complete(options.start, ending.signal) : undefined))
      .catch((error: unknown) => ending.signal.aborted || fail(error));
  }

  let loading: Promise<void> = Promise.resolve();
  if (options.inputs && options.inputs.length > 0) {
    // Until the worker has looked at the files, nobody knows how much it is; that something comes is known.
    change({
      loading: { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, startedAt: loadingSince },
    });
    loading = ingest.open(options.inputs).then(({ rejected: all }) => {
      rejected.splice(0, rejected.length, ...all);
      changeSoon({ loading: undefined });
      publisher.flush();
    });
    // Whoever awaits `loaded()` hears of it; nobody need.
    loading.catch((error: unknown) => {
      change({ loading: undefined });
      fail(error);
    });
  }
  const drilled =
    drill && watchDrill(drill, { folder: incident.folder, lines: () => journal.lines, change, failed: fail });

  /** The lease ends by itself: the header must not say ARMED a second longer. */
  let leaseTimer: NodeJS.Timeout | undefined;
  const watchLease = () => {
    clearTimeout(leaseTimer);
    const until = door?.arming.armedUntil();
    const shown = snapshot.get().armedUntil;
    // Told again only where it moved: when somebody sets the time of day.
    if (until === undefined || shown === undefined || Math.abs(until - shown) > leaseMovedMs)
      change({ armedUntil: until });
    if (until === undefined) return;
    const leftMs = until - clock.now();
    leaseTimer = setTimeout(watchLease, Math.min(leaseLookMs, Math.max(10, leftMs + 10))).unref();
  };
  let postureKeptAt: number | undefined;
  const recordCoverage = async () => {
    const { sources, receivedTo, settledTo: settled, rejected: bad } = snapshot.get();
    await append({
      type: 'coverage',
      sources,
      ...(receivedTo === undefined ? {} : { receivedTo }),
      ...(settled === undefined ? {} : { settledTo: settled }),
      rejected: bad,
    });
    const open = doors.openDoors.get();
    if (open.at !== undefined)
      await append({ type: 'still-open', doors: { ...open, doors: open.doors.slice(0, mostDoorsKept) } });
    const judged = postureRecord(posture.posture.get());
    if (judged && judged.at !== postureKeptAt) {
      postureKeptAt = judged.at;
      await append({ type: 'posture-judged', posture: judged });
    }
  };
  /** What a report is made from, as everything stands now. */
  const reportJob = async (format: string, path?: string): Promise<ReportJob> => {
    await ingest.flush();
    publisher.flush();
    const open = doors.openDoors.get();
    const facts = incidentFacts({
      snapshot: snapshot.get(),
      lines: journal.lines,
      doors: open.at === undefined ? undefined : open,
      posture: postureRecord(posture.posture.get()),
      options,
    });
    return {
      // Nothing need have been journalled of late for somebody to ask how it stands now.
      facts: path === undefined ? { ...facts, asOf: new Date(clock.now()).toISOString() } : facts,
      eventsPath: incident.eventsPath,
      own: { mark, arns: ownArns },
      format,
      options: wholeReport,
      redaction: 'none',
      path,
    };
  };

  const markEvent = async (eventId: string, marked: boolean) => {
    await append({ type: 'event-marked', eventId, marked, by });
    const row = events.find(eventId);
    if (row !== undefined) ingest.mark(row, marked);
  };

  return {
    snapshot,
    events,
    rejected,
    loaded: () => loading,
    stopLoading() {
      if (snapshot.get().loading) ingest.stopLoading();
      wanted.set({ ...wanted.get(), held: true });
    },
    loadOn: () => wanted.set({ ...wanted.get(), held: false }),
    async recordDigests(validation) {
      await append({ type: 'digests-checked', validation });
      const notes = validation.problems.map(({ file, problem }) => ({
        at: clock.now(),
        what: `${file}: ${problem}`,
        nextSteps: ['Fetch the file again; keep this one, it is evidence'],
      }));
      if (notes.length > 0) change({ errors: [...snapshot.get().errors, ...notes] });
    },
    look(at) {
      // What the session was opened with stays wanted, behind what the operator asked for since.
      wanted.set({
        resources: at.resources.length > 0 ? at.resources : focused.resources,
        lookups: withoutSame([...at.lookups, ...focused.lookups]),
        held: wanted.get().held ?? false,
      });
      lookUpIn(at.lookups);
      for (const hub of hubs) hub.touch();
    },
    async focus(text, signal) {
      const start = startFromText(text, clock);
      begin(start);
      return complete(start, AbortSignal.any([signal, ending.signal]));
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
    async acceptLoss(id, reason) {
      if (reason.trim() === '') throw new RefusedError('NoReason', 'a few words why, for the journal and the report');
      if (!snapshot.get().containments.find((one) => one.id === id)?.ineffective)
        throw new RefusedError('NothingToAccept', `${id} works, as far as is known`);
      journalled(await journal.append({ type: 'containment-accepted', id, reason: reason.trim(), by }));
    },
    async judgeFinding(group, verdict, reason) {
      await append({ type: 'finding-judged', finding: group.key, rule: group.rule, verdict, reason, by });
      if (verdict !== 'evidence') return;
      const { marked } = snapshot.get();
      for (const eventId of group.eventIds) if (!marked.has(eventId)) await markEvent(eventId, true);
    },
    async collectIndicators(signal) {
      await ingest.flush();
      events.refresh();
      const { imported } = snapshot.get().indicators;
      return collectIndicators(events.all(collectedFrom), ({ rowId }) => events.raw(rowId), clock, signal, imported);
    },
    async judgeIndicator(indicator, verdict, reason) {
      await append({ type: 'indicator-judged', indicator, verdict, reason, by });
    },
    async importIndicators(path) {
      const { indicators, problems } = await readIndicatorFile(path);
      for (const entry of importEntries(basename(path), indicators, by)) await append(entry);
      const brought = snapshot.get().indicators.imported.map(({ kind, value }) => ({ kind, value }));
      ingest.lookFor(brought).catch(() => undefined); // The thread is gone: whoever asks it next says so.
      return { added: indicators.length, problems };
    },
    async muteRule(rule, actor, muted, reason) {
      await append({ type: 'rule-muted', rule, actor, muted, reason, by });
    },
    async triageStep(finding, step, done) {
      await append({ type: 'triage-step', finding, step, done, by });
    },
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
    arm() {
      if (!door) throw savedLogs();
      const until = Math.min(...feeds.map((feed) => feed.door.arming.arm()));
      watchLease();
      append({ type: 'armed', until: new Date(until).toISOString(), by }).catch(fail);
    },
    disarm() {
      for (const feed of feeds) feed.door.arming.disarm();
      watchLease();
      append({ type: 'disarmed', by }).catch(fail);
    },
    mark: markEvent,
    async note(text, eventId) {
      await append({ type: 'note', text, ...(eventId === undefined ? {} : { eventId }), by });
    },
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
    async tag(eventId, tag, tagged) {
      await append({ type: 'event-tagged', eventId, tag, tagged, by });
    },
    async saveFilter(name, text = '') {
      await append({ type: 'filter-saved', name, text, by });
    },
    async attach(path, about) {
      return attachFile({ path, about, by, folder: incident.folder, lines: journal.lines, append });
    },
    async takeCon(who = by) {
      await append({ type: 'con-taken', who, by });
      return who;
    },
    ...(drill && drilled ? { drill: { hint: () => drill.hint(), score: () => drilled.score() } } : {}),
    async report(signal = ending.signal, progress) {
      // Asked for with the report: what is in within seconds stands in it.
      if (door && posture.posture.get().state === 'idle') posture.judge();
      await posture.settled(postureWithinMs);
      await recordCoverage();
      const path = `${incident.folder}/report.md`;
      const { sha256 } = await reportOnThread(
        await reportJob('md', path),
        AbortSignal.any([signal, ending.signal]),
        progress,
      );
      await append({ type: 'report-saved', path, sha256 });
      return path;
    },
    async document(format, signal) {
      const job = await reportJob(format);
      return (await reportOnThread(job, AbortSignal.any([signal, ending.signal]))).text;
    },
    async longDocument(format, signal, progress) {
      const job = await reportJob(format);
      return longOnThread(job, AbortSignal.any([signal, ending.signal]), progress);
    },
    async close() {
      ending.abort(new DOMException('the session ends', 'AbortError'));
      reach?.close();
      drilled?.end();
      endQuestions?.();
      clearTimeout(leaseTimer);
      // A source that hangs in the network must not keep the operator (promise 9): a second, then we go.
      await Promise.race([
        (async () => {
          await Promise.all(following);
          await ingest.flush();
          await ingest.close();
          publisher.flush();
          await events.close();
        })(),
        new Promise((resolve) => setTimeout(resolve, closeWithinMs).unref()),
      ]);
      publisher.stop();
      await recordCoverage()
        .then(() => append({ type: 'incident-closed', by }))
        .catch(() => undefined); // The disk is full or gone: what was journalled before stays.
      await incident.close();
    },
  };
}
