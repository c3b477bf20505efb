import { sameResource } from '../model/resource.ts';
import type { JournalLine } from '../store/journal.ts';
import type { Containment, ContainmentPhase } from './containment.ts';
import type { ContainmentEntry, HandOffEntry, PlaybookEntry } from './entries.ts';
import type { HandOffState } from './hand-off.ts';
import type { PlannedStep, PlaybookRun, RunStep, StepDecision, StepPhase } from './playbook.ts';

/** What was asked of others, oldest first. Pure; any prefix of a journal folds. */
export function foldHandOffs(lines: readonly JournalLine[]): readonly HandOffState[] {
  const states = new Map<string, HandOffState>();
  for (const line of lines) {
    const entry = line.entry as unknown as HandOffEntry;
    if (entry.type === 'hand-off-requested') {
      if (!Array.isArray(entry.handOff?.soughtCalls) || states.has(entry.id)) continue;
      const { id, handOff, actionId, target, playbook, by } = entry;
      states.set(id, {
        id,
        handOff,
        actionId,
        target,
        playbook,
        by,
        requestedAt: Date.parse(line.at),
        seen: undefined,
      });
    } else if (entry.type === 'hand-off-seen') {
      const state = states.get(entry.id);
      const { eventId, action, eventAt } = entry;
      if (state && !state.seen)
        states.set(entry.id, { ...state, seen: { eventId, action, eventAt, at: Date.parse(line.at) } });
    }
  }
  return [...states.values()];
}

/** What happened to a step last, and the last refusal since. */
interface Fate {
  last:
    | { readonly type: 'containment'; readonly id: string; readonly by: string; readonly at: number }
    | { readonly type: 'request'; readonly id: string; readonly by: string; readonly at: number }
    | { readonly type: 'decision'; readonly decision: StepDecision; readonly by: string; readonly at: number }
    | undefined;
  refused:
    | {
        readonly decision: Extract<StepDecision, { readonly type: 'refused' }>;
        readonly by: string;
        readonly at: number;
      }
    | undefined;
}

interface Draft {
  readonly started: Extract<PlaybookEntry, { readonly type: 'playbook-started' }>;
  readonly startedAt: number;
  readonly fates: Map<string, Fate>;
  ended: PlaybookRun['ended'];
}

function apply(drafts: Map<string, Draft>, line: JournalLine): void {
  const entry = line.entry as unknown as PlaybookEntry | HandOffEntry | ContainmentEntry;
  const at = Date.parse(line.at);
  const fateOf = (run: string, step: string): Fate | undefined => drafts.get(run)?.fates.get(step);
  switch (entry.type) {
    case 'playbook-started':
      if (!Array.isArray(entry.plan?.steps) || drafts.has(entry.id)) return;
      drafts.set(entry.id, {
        started: entry,
        startedAt: at,
        fates: new Map(entry.plan.steps.map(({ id }) => [id, { last: undefined, refused: undefined }])),
        ended: undefined,
      });
      return;
    case 'playbook-step-decided': {
      const { decision, by } = entry;
      const fate = fateOf(entry.id, entry.step);
      if (!fate) return;
      if (decision.type === 'refused') fate.refused = { decision, by, at };
      else Object.assign(fate, { last: { type: 'decision', decision, by, at }, refused: undefined });
      return;
    }
    case 'playbook-ended': {
      const draft = drafts.get(entry.id);
      if (draft) draft.ended = { by: entry.by, reason: entry.reason, at };
      return;
    }
    case 'containment-approved':
    case 'hand-off-requested': {
      const fate = entry.playbook && fateOf(entry.playbook.run, entry.playbook.step);
      const type = entry.type === 'containment-approved' ? 'containment' : 'request';
      if (fate) Object.assign(fate, { last: { type, id: entry.id, by: entry.by, at }, refused: undefined });
    }
  }
}

const phaseOf: { readonly [State in ContainmentPhase]: StepPhase } = {
  planned: 'failed',
  refused: 'failed',
  'in-progress': 'running',
  partial: 'failed',
  failed: 'failed',
  unverified: 'unverified',
  written: 'done',
  confirmed: 'done',
  undoing: 'running',
  undone: 'undone',
};

/** Nothing has to be done about it any more, or others do it. */
const isDecided = ({ state }: Pick<RunStep, 'state'>): boolean =>
  state === 'done' || state === 'already' || state === 'skipped' || state === 'requested' || state === 'seen';

const otherwise = ({ instead }: PlannedStep): readonly string[] => [
  ...(instead.length > 0 ? [`Try instead: ${instead.join(', ')}`] : []),
  'Or skip it with a reason',
];

function stepOf(
  step: PlannedStep,
  { last, refused }: Fate,
  containments: readonly Containment[],
  handOffs: readonly HandOffState[],
): RunStep {
  const none = { reason: '', next: [], by: '', at: undefined } as const;
  if (refused && last?.type !== 'containment')
    return {
      ...step,
      state: 'refused',
      reason: `${refused.decision.code}: ${refused.decision.message}`,
      next: [...refused.decision.nextSteps, ...otherwise(step)],
      by: refused.by,
      at: refused.at,
    };
  if (!last) return { ...step, ...none, state: 'open' };
  const { by, at } = last;
  if (last.type === 'decision') {
    const { decision } = last;
    return decision.type === 'skipped'
      ? { ...step, ...none, state: 'skipped', reason: decision.reason, by, at }
      : { ...step, ...none, state: 'already', reason: decision.type === 'already' ? decision.what : '', by, at };
  }
  if (last.type === 'request') {
    const handOff = handOffs.find(({ id }) => id === last.id);
    const seen = handOff?.seen;
    return {
      ...step,
      ...none,
      state: seen ? 'seen' : 'requested',
      request: last.id,
      reason: seen
        ? `${seen.action} arrived in the trail (event ${seen.eventId})`
        : `asked ${handOff?.handOff.whom ?? 'others'}`,
      by,
      at,
    };
  }
  const containment = containments.find(({ id }) => id === last.id);
  const found = phaseOf[containment?.state ?? 'in-progress'];
  const state = refused && found !== 'done' && found !== 'running' ? 'refused' : found;
  const error = containment?.steps.find((one) => one.error !== undefined)?.error;
  const next: readonly string[] =
    state === 'failed'
      ? [`Plan it again: only what is missing is sent`, ...otherwise(step)]
      : state === 'unverified'
        ? [`It may have happened: look at AWS again (${last.id})`, ...otherwise(step)]
        : state === 'undone'
          ? ['It was undone since: plan it again, or skip it with a reason']
          : state === 'refused'
            ? [...(refused?.decision.nextSteps ?? []), ...otherwise(step)]
            : [];
  return {
    ...step,
    state,
    containment: {
      id: last.id,
      state: containment?.state ?? 'in-progress',
      effect: containment?.verdict.effect ?? 'unknown',
    },
    reason: state === 'refused' ? `${refused?.decision.code}: ${refused?.decision.message}` : (error ?? ''),
    next,
    by,
    at,
  };
}

/** Steps that run and that another one has to wait for: those of an earlier purpose, and those on the same target. */
const blockers = (steps: readonly RunStep[], step: RunStep): readonly RunStep[] =>
  steps
    .slice(0, steps.indexOf(step))
    .filter(
      (one) => one.state === 'running' && (one.purpose !== step.purpose || sameResource(one.target, step.target)),
    );

/**
 * Why a step's turn has not come; `undefined`: it has. Within one purpose steps may be done in any order, and side by side: six jobs are not
 * stopped one two minutes after the other.
 */
export function whyNotYet(run: Pick<PlaybookRun, 'steps' | 'ended'>, stepId: string): string | undefined {
  const step = run.steps.find(({ id }) => id === stepId);
  if (!step) return `there is no step ${stepId}`;
  if (run.ended) return `the playbook was ended: ${run.ended.reason}`;
  if (step.state === 'running') return `step ${stepId} is under way (${step.containment?.id ?? ''})`;
  if (step.state === 'done') return `step ${stepId} is done (${step.containment?.id ?? ''})`;
  const before = run.steps.slice(0, run.steps.indexOf(step));
  const first = before.find((one) => one.purpose !== step.purpose && !isDecided(one) && one.state !== 'running');
  if (first) return `step ${first.id} (${first.title}) comes first: do it, or skip it with a reason`;
  const [blocker] = blockers(run.steps, step);
  return blocker
    ? `step ${blocker.id} (${blocker.containment?.id ?? ''}) is still under way: ${step.place}`
    : undefined;
}

/**
 * The playbooks that a journal tells of, oldest first. Pure; any prefix of a journal folds, so that a playbook stands after `kill -9` where
 * it was.
 */
export function foldPlaybooks(
  lines: readonly JournalLine[],
  containments: readonly Containment[],
  handOffs: readonly HandOffState[],
): readonly PlaybookRun[] {
  const drafts = new Map<string, Draft>();
  for (const line of lines) apply(drafts, line);
  return [...drafts.values()].map(({ started, startedAt, fates, ended }): PlaybookRun => {
    const { steps: planned, ...plan } = started.plan;
    const steps = planned.map((step) => stepOf(step, fates.get(step.id)!, containments, handOffs));
    const next = ended ? undefined : steps.find((step) => !isDecided(step) && step.state !== 'running');
    return {
      ...plan,
      id: started.id,
      by: started.by,
      startedAt,
      steps,
      next: next?.id,
      waitsFor: next ? blockers(steps, next).map(({ id }) => id) : [],
      ended,
    };
  });
}
