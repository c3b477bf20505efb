import type { OfferedParameter, Plan } from '../../src/containment/action.ts';
import type { Containment } from '../../src/containment/containment.ts';
import { foldHandOffs, foldPlaybooks } from '../../src/containment/fold-playbooks.ts';
import { planBatch } from '../../src/containment/plan-playbook.ts';
import { createPlaybookRuns } from '../../src/containment/playbook-runs.ts';
import type { Match } from '../../src/detection/detection.ts';
import { compile, valuesOf } from '../../src/filter/matches.ts';
import type { FilterField, Predicate } from '../../src/filter/predicate.ts';
import { type Enrichment, loadingEnrichment } from '../../src/inventory/enrichment.ts';
import { emptyInventory, type Inventory } from '../../src/inventory/inventory.ts';
import type { UserScan } from '../../src/inventory/users-of.ts';
import { type AwsCalls, noCalls } from '../../src/model/aws-call.ts';
import type { CredentialChain } from '../../src/model/chain.ts';
import { RefusedError } from '../../src/model/errors.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import { stepKey } from '../../src/model/finding.ts';
import type { GraphEdge } from '../../src/model/graph.ts';
import { longText } from '../../src/model/long-text.ts';
import { noDoorsYet, type OpenDoors } from '../../src/model/open-door.ts';
import { noPosture, type Posture } from '../../src/model/posture.ts';
import { emptyProfile, type PrincipalProfile } from '../../src/model/principal-profile.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { type Findings, noFindings } from '../../src/session/findings.ts';
import { type CollectedIndicators, noIndicators } from '../../src/session/indicators.ts';
import type { JournalRow } from '../../src/session/journal-rows.ts';
import type { Session } from '../../src/session/session.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { observable, type Source } from '../../src/shared/observable.ts';
import type { JournalEntry, JournalLine } from '../../src/store/journal.ts';
import type { EventQueries, ResourceHeat } from '../../src/store/queries.ts';
import {
  assessment,
  plannedPlaybook,
  plan as planOf,
  rawOf,
  rowOf,
  snapshot as snapshotOf,
  story,
} from './fixtures.ts';
import { lanesOf } from './lanes-of.ts';
import { focusResult } from './situation.ts';

/** A session in memory: rows, plans that do nothing, and a record of what it was asked. */
export interface FakeSession extends Session {
  readonly snapshot: Source<Snapshot>;
  readonly inventory: Source<Inventory>;
  readonly openDoors: Source<OpenDoors>;
  readonly findings: Source<Findings>;
  /** Calls that matter, in order: `arm`, `approve test.seconds role`, … */
  readonly asked: string[];
  /** Rejects the next `approve` as outdated, and the plan after it differs. */
  outdateNext(): void;
  /** Every `plan` fails with this. */
  failPlans(error: unknown): void;
  add(...events: readonly TimelineEvent[]): void;
  /** Lets running containments end. */
  finish(id: string): void;
  /** Steps stay in flight until `finish`. */
  hold: boolean;
}

const classOf: { readonly [kind: string]: readonly Plan['class'][] } = {
  'sagemaker.endpoint': ['destroys', 'seconds'],
  'sagemaker.notebook-instance': ['interrupts'],
  'iam.role': ['seconds'],
  'sagemaker.training-job': ['not-reversible'],
};
const titles: { readonly [Class in Plan['class']]: string } = {
  destroys: 'Stop endpoint: delete it, keep its config',
  interrupts: 'Stop notebook: keeps its volume',
  seconds: 'Deny everything to it',
  'not-reversible': 'Stop the job for good',
};

const position = (event: { readonly at: number; readonly rowId: number }) => event;
const before = (a: { at: number; rowId: number }, b: { at: number; rowId: number }) => a.at - b.at || a.rowId - b.rowId;

/** Makes one; `events` default to the story. */
export function fakeSession(
  options: {
    readonly events?: readonly TimelineEvent[];
    readonly snapshot?: Partial<Snapshot>;
    readonly inventory?: Inventory;
    readonly posture?: Posture;
    readonly rejected?: Session['rejected'];
    readonly openDoors?: OpenDoors;
    readonly findings?: Findings;
    readonly indicators?: CollectedIndicators;
    readonly explained?: readonly Match[];
    readonly calls?: AwsCalls;
    readonly journal?: readonly JournalRow[];
    readonly chain?: CredentialChain;
    readonly profile?: PrincipalProfile;
    readonly edges?: readonly GraphEdge[];
    /** What a reverse scan finds. */
    readonly users?: readonly UserScan[];
    readonly enrich?: (ref: ResourceRef) => Enrichment;
    /** What actions want to be told; absent: nothing. Those that destroy something want nothing. */
    readonly parameters?: (signal: AbortSignal) => Promise<readonly OfferedParameter[]>;
    /** A playbook is offered for every resource with an action. */
    readonly playbooks?: boolean;
    readonly now?: () => number;
  } = {},
): FakeSession {
  const now = options.now ?? (() => Date.now());
  let events = [...(options.events ?? story())].sort(before);
  const snapshot = observable(snapshotOf({ events: events.length, ...options.snapshot }));
  const views = new Map<number, { slot: string; filter: Predicate }>();
  const asked: string[] = [];
  let lastView = 0;
  let outdated = false;
  let changed = false;
  let failure: unknown;
  let version = 1;
  const set = (next: Partial<Snapshot>) => snapshot.set({ ...snapshot.get(), ...next });
  const marked = (event: TimelineEvent) => ({ ...event, marked: snapshot.get().marked.has(event.id) });
  const listOf = (view: number | 'all') => {
    if (view === 'all') return events;
    const known = views.get(view);
    if (!known) throw new Error(`view ${view} was replaced`);
    const matches = compile(known.filter);
    return events.filter((event) => matches(marked(event)));
  };
  const queries: EventQueries = {
    setOwn() {},
    checkpoints: () => ({}),
    window({ view, from, rows, direction = 'older' }) {
      const list = listOf(view);
      const older = direction === 'older';
      let slice: readonly TimelineEvent[];
      if (from === 'newest') slice = older ? list.slice(-rows) : list.slice(-1);
      else if (from === 'oldest') slice = older ? list.slice(0, 1) : list.slice(0, rows);
      else if (older) slice = list.filter((event) => before(position(event), from) <= 0).slice(-rows);
      else slice = list.filter((event) => before(position(event), from) >= 0).slice(0, rows);
      return { rows: rows > 0 ? slice.map((event) => rowOf(marked(event))) : [], total: list.length };
    },
    newer: ({ view, than, limit }) =>
      Math.min(limit, listOf(view).filter((event) => before(position(event), than) > 0).length),
    event: (rowId) => events.find((event) => event.rowId === rowId),
    raw: (rowId) => {
      const event = events.find((each) => each.rowId === rowId);
      return event ? rawOf(event) : '';
    },
    arrived: (rowId, limit) => events.filter((event) => event.rowId > rowId).slice(0, limit),
    refresh: () => {},
    find: (id) => events.find((event) => event.id === id)?.rowId,
    all: (filter) => events.filter(compile(filter)),
    async view(slot, filter, signal) {
      signal.throwIfAborted();
      await Promise.resolve();
      for (const [id, known] of views) if (known.slot === slot) views.delete(id);
      lastView += 1;
      views.set(lastView, { slot, filter });
      return lastView;
    },
    async ask(_slot, question, signal) {
      signal.throwIfAborted();
      await Promise.resolve();
      if (question.type === 'makers') return { makers: question.resources.map(() => undefined) } as never;
      if (question.type === 'records') return { records: [], last: 0, cut: false } as never;
      if (question.type === 'callers')
        return { compute: [], suspects: { principals: [], addresses: [], resources: [] } } as never;
      if (question.type === 'named') return { events: [] } as never;
      if (question.type === 'findings') return { groups: [] } as never;
      if (question.type === 'lanes') return lanesOf(events, question) as never;
      if (question.type === 'values') return { values: seenValues(events, question) } as never;
      if (question.type === 'count') return events.filter(compile(question.filter)).length as never;
      if (question.type === 'evidence') return { found: [], last: 0 } as never;
      if (question.type === 'radius')
        return {
          from: question.from,
          to: question.to,
          loadedFrom: undefined,
          callers: [],
          more: { callers: 0, calls: 0, refused: 0 },
          passing: [],
          hasSuspects: false,
          unsaidWhy: [],
        } as never;
      if (question.type === 'log-groups') return { groups: logGroupsIn(events) } as never;
      if (question.type === 'profile') return (options.profile ?? emptyProfile) as never;
      if (question.type === 'neighbours') return { node: question.node, edges: options.edges ?? [], more: 0 } as never;
      if (question.type === 'chain')
        return (options.chain ?? { links: [], at: -1, searched: [], sameSecond: [], more: [] }) as never;
      const heat = new Map<string, ResourceHeat>();
      for (const event of events)
        for (const { kind, arn, name } of event.resources) {
          const old = heat.get(arn) ?? {
            kind,
            arn,
            name,
            events: 0,
            writes: 0,
            errors: 0,
            lastAt: 0,
            why: [],
            isNew: false,
          };
          heat.set(arn, {
            ...old,
            events: old.events + 1,
            writes: old.writes + (event.readOnly === false ? 1 : 0),
            errors: old.errors + (event.errorCode ? 1 : 0),
            lastAt: event.at,
          });
        }
      return [...heat.values()]
        .sort((a, b) => b.events + 10 * b.writes - a.events - 10 * a.writes)
        .slice(0, question.limit) as never;
    },
    close: async () => {},
  };
  const armed = () => (snapshot.get().armedUntil ?? 0) > now();
  const change = (id: string, next: (old: Containment) => Partial<Containment>) =>
    set({
      containments: snapshot.get().containments.map((each) => (each.id === id ? { ...each, ...next(each) } : each)),
    });
  const refuseUnarmed = () => {
    if (!armed()) throw new RefusedError('NotArmed', 'not armed', ['Press A']);
  };

  // The real ones, on a journal in memory: what a playbook may do is theirs to say.
  const lines: JournalLine[] = [];
  const fold = () => {
    const handOffs = foldHandOffs(lines);
    set({ handOffs, playbooks: foldPlaybooks(lines, snapshot.get().containments, handOffs) });
  };
  const append = async (entry: JournalEntry): Promise<JournalLine> => {
    const at = new Date(now()).toISOString();
    const line: JournalLine = { format: 1, seq: lines.length + 1, at, prev: '', entry, hash: '' };
    lines.push(line);
    fold();
    return line;
  };
  const playbookRuns = createPlaybookRuns({
    journal: { lines, append },
    containments: () => snapshot.get().containments,
    runnerOf: () => {
      throw new Error('the fake session plans by itself');
    },
    by: () => 'carol',
  });

  const session: FakeSession = {
    mostTargets: 5,
    playbooks: (subjects) => {
      const subject = options.playbooks ? subjects.find(({ kind }) => kind in classOf) : undefined;
      return subject
        ? [{ id: 'test-playbook', title: 'Test playbook', subject, answers: true, disabledReason: undefined }]
        : [];
    },
    async planPlaybook(id, subject, _event, signal) {
      asked.push(`plan playbook ${id} ${subject.name}`);
      await Promise.resolve();
      signal.throwIfAborted();
      if (failure) throw failure;
      return plannedPlaybook(subject);
    },
    planBatch: (actionId, targets, params) =>
      planBatch({ id: actionId, title: titles[actionId.slice('test.'.length) as Plan['class']] }, targets, params),
    async startPlaybook(plan, typedCount) {
      asked.push(`start ${plan.playbook}`);
      return playbookRuns.start(plan, typedCount);
    },
    refuseBeforeTurn: (of) => void playbookRuns.refuseBeforeTurn(of),
    async decideStep(of, decision) {
      asked.push(`${decision.type} ${of.run} ${of.step}`);
      await playbookRuns.decide(of, decision);
    },
    requestHandOff: (handOff, what) => playbookRuns.request(handOff, what),
    endPlaybook: (run, reason) => playbookRuns.end(run, reason),
    snapshot,
    events: queries,
    asked,
    inventory: observable(options.inventory ?? emptyInventory),
    openDoors: observable(options.openDoors ?? noDoorsYet),
    posture: observable(options.posture ?? noPosture),
    rejected: options.rejected ?? [],
    stopLoading() {
      asked.push('stop loading');
    },
    async acceptLoss(id, reason) {
      asked.push(`accept ${id}: ${reason}`);
    },
    loadOn() {
      asked.push('load on');
    },
    judgePosture() {
      asked.push('judge posture');
    },
    stopPosture() {
      asked.push('stop posture');
    },
    findings: observable(options.findings ?? noFindings),
    explainFinding: async () => options.explained ?? [],
    async judgeFinding(group, verdict, reason) {
      asked.push(`judge ${group.rule} ${verdict} ${reason}`.trim());
    },
    collectIndicators: async () => options.indicators ?? noIndicators,
    async judgeIndicator({ kind, value }, verdict, reason) {
      asked.push(`indicator ${kind} ${value} ${verdict} ${reason}`.trim());
    },
    async importIndicators(path) {
      asked.push(`import ${path}`);
      return { added: 2, problems: [`${path}:3: is no address`] };
    },
    async muteRule(rule, actor, muted, reason) {
      asked.push(`${muted ? 'mute' : 'unmute'} ${rule} ${actor} ${reason}`.trim());
    },
    async triageStep(finding, step, done) {
      asked.push(`${done ? 'done' : 'not done'} ${step}`);
      const steps = new Set(snapshot.get().decisions.steps);
      if (done) steps.add(stepKey(finding, step));
      else steps.delete(stepKey(finding, step));
      set({ decisions: { ...snapshot.get().decisions, steps } });
    },
    runningRules: async () => ({ rules: [], states: [], problems: [] }),
    calls: observable(options.calls ?? noCalls),
    journal: observable(options.journal ?? []),
    lookAround() {
      asked.push('look around');
    },
    async collect(targets, signal, progress) {
      asked.push(`collect ${targets.map(({ name }) => name).join(' ')}`);
      progress(`${targets[0]?.name}: policies and tags`);
      await Promise.resolve();
      signal.throwIfAborted();
      return {
        folder: '/state/incidents/x/evidence/1',
        files: 12,
        missing: [{ what: 'tags', why: 'denied', permission: 'sagemaker:ListTags' }],
      };
    },
    async focus(text, signal) {
      asked.push(`focus ${text.slice(0, 40)}`);
      await Promise.resolve();
      signal.throwIfAborted();
      if (text.includes('nothing'))
        throw new RefusedError('NothingToStartFrom', 'nothing in it can be used', ['Paste an ARN']);
      return focusResult;
    },
    enrich: (ref) => {
      asked.push(`enrich ${ref.name}`);
      return observable({ ...(options.enrich?.(ref) ?? loadingEnrichment(ref)), ref });
    },
    async *usersOf() {
      yield* options.users ?? [{ found: [], done: 0, total: 0, problems: [], ended: true }];
    },
    look() {},
    answer(id, text) {
      asked.push(`answer ${id} ${text}`);
      set({ question: undefined });
    },
    hold: false,
    outdateNext: () => {
      outdated = true;
    },
    failPlans: (error) => {
      failure = error;
    },
    add(...more) {
      events = [...events, ...more].sort(before);
      version += 1;
      set({ events: events.length, eventsVersion: version });
    },
    arm() {
      asked.push('arm');
      set({ armedUntil: now() + 15 * 60_000 });
    },
    disarm() {
      asked.push('disarm');
      set({ armedUntil: undefined });
    },
    choices: (target) =>
      (classOf[target.kind] ?? []).map((kind) => ({
        action: { id: `test.${kind}`, title: titles[kind], class: kind, reversible: kind !== 'not-reversible' },
        hasParameters: options.parameters !== undefined && kind !== 'destroys',
        disabledReason: undefined,
      })),
    async parameters(actionId, target, signal) {
      asked.push(`parameters ${actionId} ${target.name}`);
      await Promise.resolve();
      signal.throwIfAborted();
      return (await options.parameters?.(signal)) ?? [];
    },
    async plan(actionId: string, target: ResourceRef, params, signal) {
      if (options.parameters) asked.push(`plan ${actionId} ${JSON.stringify(params)}`);
      await Promise.resolve();
      signal.throwIfAborted();
      if (failure) throw failure;
      const kind = actionId.slice('test.'.length) as Plan['class'];
      const made = planOf(kind, target);
      const steps = changed
        ? [...made.steps, { ...made.steps[0], id: String(made.steps.length + 1) } as (typeof made.steps)[number]]
        : made.steps;
      return { plan: { ...made, params, steps }, assessment: observable(assessment) };
    },
    async approve(preview, confirmation, signal) {
      asked.push(`approve ${preview.plan.action} ${preview.plan.target.name} ${confirmation.typedName ?? ''}`.trim());
      await Promise.resolve();
      signal.throwIfAborted();
      refuseUnarmed();
      if (outdated) {
        outdated = false;
        changed = true;
        throw new RefusedError('PlanOutdated', 'it changed', []);
      }
      const id = `c${snapshot.get().containments.length + 1}`;
      const { plan } = preview;
      const containment: Containment = {
        id,
        plan,
        reason: confirmation.reason,
        by: 'carol',
        state: 'in-progress',
        steps: plan.steps.map((step) => ({ id: step.id, phase: 'do', state: 'sent', startedAt: now() })),
        undoSteps: plan.steps.flatMap((step) => (step.kind === 'call' ? (step.undo ?? []) : [])),
        verdict: { effect: 'unknown', checks: [], provedBy: null, stillOpen: [] },
        assessment,
        approvedAt: now(),
      };
      set({ containments: [...snapshot.get().containments, containment] });
      if (confirmation.playbook)
        await append({ type: 'containment-approved', id, playbook: { ...confirmation.playbook }, by: 'carol' });
      if (!session.hold) setTimeout(() => session.finish(id), 20);
      return id;
    },
    finish(id) {
      change(id, (old) => ({
        state: old.state === 'undoing' ? 'undone' : 'written',
        steps: old.steps.map((step) => ({ ...step, state: 'confirmed', endedAt: now() })),
        verdict: { ...old.verdict, effect: old.state === 'undoing' ? 'absent' : 'written' },
      }));
      fold();
    },
    cancel: (id) => {
      asked.push(`cancel ${id}`);
    },
    async planUndo(containmentId, signal) {
      await Promise.resolve();
      signal.throwIfAborted();
      const containment = snapshot.get().containments.find(({ id }) => id === containmentId);
      if (!containment) throw new RefusedError('NothingToUndo', 'there is nothing to undo');
      return {
        containment,
        steps: containment.undoSteps,
        reopens: [],
        comesBack: [`gives ${containment.plan.target.name} back`],
        notRestored: containment.plan.notRestored,
        needsName: containment.plan.class === 'interrupts',
      };
    },
    async undo(preview, confirmation, signal) {
      asked.push(`undo ${preview.containment.id} ${confirmation.typedName ?? ''}`.trim());
      await Promise.resolve();
      signal.throwIfAborted();
      refuseUnarmed();
      const { id } = preview.containment;
      change(id, (old) => ({
        state: 'undoing',
        steps: [
          ...old.steps,
          ...old.undoSteps.map((step) => ({
            id: step.id,
            phase: 'undo' as const,
            state: 'sent' as const,
            startedAt: now(),
          })),
        ],
      }));
      if (!session.hold) setTimeout(() => session.finish(id), 20);
    },
    async planRecovery(signal) {
      await Promise.resolve();
      signal.throwIfAborted();
      const standing = snapshot
        .get()
        .containments.filter(({ state }) => state !== 'undone')
        .toReversed();
      const items = standing
        .filter(({ undoSteps }) => undoSteps.length > 0)
        .map((containment, at) => ({
          containment,
          after: [],
          state: at === 2 ? ('refused' as const) : ('ready' as const),
          refusal:
            at === 2 ? { code: 'ChangedSince', message: 'somebody else changed it since', nextSteps: [] } : undefined,
          planned:
            at === 2
              ? undefined
              : {
                  containment,
                  steps: containment.undoSteps,
                  reopens: at === 0 ? [`gives ${containment.plan.target.name} to a session still marked hostile`] : [],
                  comesBack: [`${containment.plan.target.name} as it was`],
                  notRestored: containment.plan.notRestored,
                  needsName: at === 0,
                },
        }));
      const cannot = standing
        .filter(({ undoSteps }) => undoSteps.length === 0)
        .map((containment) => ({ containment, why: 'AWS has no way back' }));
      return { items, cannot, needsName: items.some(({ planned }) => planned?.needsName) };
    },
    async recover(recovery, confirmation) {
      asked.push(`recover ${recovery.items.length} ${confirmation.typedName ?? ''}`.trim());
      await Promise.resolve();
      refuseUnarmed();
      set({
        recovery: {
          items: recovery.items.map(({ containment: { id } }) => ({ id, state: 'undone' as const, why: '' })),
          running: false,
        },
      });
    },
    async verify(id) {
      asked.push(`verify ${id}`);
    },
    async mark(eventId, on) {
      asked.push(`${on ? 'mark' : 'unmark'} ${eventId}`);
      const next = new Set(snapshot.get().marked);
      if (on) next.add(eventId);
      else next.delete(eventId);
      set({ marked: next });
    },
    async note(text, eventId) {
      asked.push(`note ${text}`);
      set({ notes: [...snapshot.get().notes, { at: now(), by: 'carol', text, eventId }] });
    },
    async tag(eventId, tag, tagged) {
      asked.push(`${tagged ? 'tag' : 'untag'} ${eventId} ${tag}`);
    },
    async saveFilter(name, text = '') {
      asked.push(`save-filter ${name} ${text}`.trim());
      const next = new Map(snapshot.get().savedFilters);
      if (text === '') next.delete(name);
      else next.set(name, text);
      set({ savedFilters: next });
    },
    async attach(path) {
      asked.push(`attach ${path}`);
      return 'attachments/1-file';
    },
    async takeCon(who = 'carol') {
      asked.push(`con ${who}`);
      return who;
    },
    async document(format) {
      asked.push(`document ${format}`);
      return `${format} of this incident\n`;
    },
    async longDocument(format) {
      asked.push(`document ${format}`);
      return longText([`# ${format} of this incident\n`]);
    },
    async report() {
      asked.push('report');
      return '/tmp/incidents/INC-fraud-lab/report.md';
    },
    close: async () => {},
  };
  return session;
}

/** What the store would say of values, for completion. */
function seenValues(
  events: readonly TimelineEvent[],
  { field, typed, limit }: { readonly field: FilterField; readonly typed: string; readonly limit: number },
): readonly { readonly value: string; readonly events: number }[] {
  const counts = new Map<string, number>();
  for (const event of events)
    for (const value of valuesOf(field, event)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, seen]) => ({ value, events: seen }))
    .filter(({ value }) => value.toLowerCase().includes(typed.toLowerCase()))
    .sort((a, b) => b.events - a.events)
    .slice(0, limit);
}

/** The log groups of these events, as the store counts them. */
function logGroupsIn(events: readonly TimelineEvent[]) {
  const groups = new Map<string, { name: string; lines: number; lastAt: number }>();
  for (const { origin, action, at } of events) {
    if (origin !== 'cloudwatch-logs') continue;
    const name = action.slice('logs:'.length);
    const before = groups.get(name) ?? { name, lines: 0, lastAt: 0 };
    groups.set(name, { name, lines: before.lines + 1, lastAt: Math.max(before.lastAt, at) });
  }
  return [...groups.values()].sort((a, b) => b.lastAt - a.lastAt);
}
