import { sameResource } from '../model/resource.ts';
import type { JournalLine } from '../store/journal.ts';
import type { Step } from './action.ts';
import type { Containment, ContainmentPhase, Effect, StepProgress, StepState, Verdict } from './containment.ts';
import type { ContainmentEntry } from './entries.ts';
import { isProvablePlan } from './proof-watch.ts';
import { numbered, undoSteps } from './step.ts';

type Of<Type extends ContainmentEntry['type']> = Extract<ContainmentEntry, { readonly type: Type }>;

/** One direction of a containment: its steps, what became of each, how it ended. */
interface Course {
  readonly steps: readonly Step[];
  readonly progress: Map<string, StepProgress>;
  cancelled: boolean;
  verified: Of<'containment-verified'> | undefined;
}

interface Draft {
  readonly approved: Of<'containment-approved'>;
  readonly approvedAt: number;
  readonly do: Course;
  undo: Course | undefined;
  undoApproved: Containment['undo'];
  proved: Sighting | undefined;
  contradicted: Sighting | undefined;
  accepted: Containment['accepted'] | undefined;
  holdingAt: number | undefined;
  /** When AWS last read back what was written. */
  stoodAt: number | undefined;
}

/** An event that speaks for or against a containment. */
interface Sighting {
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
}

const course = (steps: readonly Step[]): Course => ({
  steps,
  progress: new Map(),
  cancelled: false,
  verified: undefined,
});

/** What the entries that stand in the journal say; anything else in it, whoever wrote it, is passed over. */
function apply(drafts: Map<string, Draft>, line: JournalLine): void {
  const entry = line.entry as unknown as ContainmentEntry;
  const at = Date.parse(line.at);
  if (entry.type === 'containment-approved') {
    if (typeof entry.id !== 'string' || !Array.isArray(entry.plan?.steps) || drafts.has(entry.id)) return;
    drafts.set(entry.id, {
      approved: entry,
      approvedAt: at,
      do: course(entry.plan.steps),
      undo: undefined,
      undoApproved: undefined,
      proved: undefined,
      contradicted: undefined,
      accepted: undefined,
      holdingAt: undefined,
      stoodAt: undefined,
    });
    return;
  }
  const draft = drafts.get((entry as { readonly id?: string }).id ?? '');
  if (!draft) return;
  if (entry.type === 'undo-approved') {
    if (!Array.isArray(entry.steps)) return;
    draft.undo = course(entry.steps);
    draft.undoApproved = { steps: entry.steps, by: entry.by, reason: entry.reason, approvedAt: at };
    return;
  }
  if (entry.type === 'containment-proved') {
    draft.proved = { eventId: entry.eventId, at: entry.at ?? at };
    return;
  }
  if (entry.type === 'containment-contradicted') {
    draft.contradicted = { eventId: entry.eventId, at: entry.at };
    draft.accepted = undefined;
    return;
  }
  if (entry.type === 'containment-accepted') {
    draft.accepted = { by: String(entry.by), reason: String(entry.reason), at };
    return;
  }
  if (!('phase' in entry)) return;
  const of = entry.phase === 'undo' ? draft.undo : draft.do;
  if (!of) return;
  if (entry.type === 'containment-cancelled') of.cancelled = true;
  else if (entry.type === 'containment-verified') {
    of.verified = entry;
    // That it reads back is no news of what a call got past.
    if (good(entry.effect) && !isContradicted(draft)) draft.accepted = undefined;
    if (entry.phase === 'do' && good(entry.effect)) draft.stoodAt = lookedAt(entry) ?? at;
    if (entry.phase === 'do' && entry.effect === 'holding') draft.holdingAt ??= lookedAt(entry) ?? at;
    else if (entry.phase === 'do' && entry.effect === 'absent') draft.holdingAt = undefined;
  } else applyStep(of, entry, at);
}

/** When AWS was last asked for a verdict, epoch ms. */
function lookedAt({ checks }: Of<'containment-verified'>): number | undefined {
  return checks.length > 0 ? Math.max(...checks.map((check) => check.at)) : undefined;
}

function applyStep(of: Course, entry: Of<'step-starting' | 'step-done' | 'step-failed'>, at: number): void {
  const step = of.steps.find(({ id }) => id === entry.step);
  if (!step) return;
  const { id } = step;
  const { phase } = entry;
  const before = of.progress.get(id) ?? { id, phase, state: 'pending' as const };
  switch (entry.type) {
    case 'step-starting':
      of.progress.set(id, { id, phase, state: 'unknown', startedAt: at });
      break;
    case 'step-done':
      of.progress.set(id, {
        ...before,
        state: entry.already ? 'skipped' : step.kind === 'wait' ? 'confirmed' : 'sent',
        endedAt: at,
        ...(entry.requestId === undefined ? {} : { requestId: entry.requestId }),
      });
      break;
    case 'step-failed':
      of.progress.set(id, {
        ...before,
        state: entry.outcome === 'unknown' ? 'unknown' : 'failed',
        endedAt: at,
        error: `${entry.code}: ${entry.message}`,
      });
  }
}

const good = (effect: Effect | undefined): boolean =>
  effect === 'written' || effect === 'holding' || effect === 'proved';

/** Every step with its state, as a reader wants it now. */
function progressOf(of: Course, phase: 'do' | 'undo', live: boolean, stood: boolean): readonly StepProgress[] {
  const effective = stood || good(of.verified?.effect);
  const ended =
    of.cancelled || of.verified !== undefined || [...of.progress.values()].some(({ state }) => state === 'failed');
  return of.steps.map(({ id }): StepProgress => {
    const progress = of.progress.get(id) ?? { id, phase, state: 'pending' as const };
    let state: StepState = progress.state;
    // In the air, in this process: it will end, and then we know.
    if (state === 'unknown' && live && progress.endedAt === undefined) state = 'pending';
    else if (state === 'sent' && effective) state = 'confirmed';
    else if (state === 'pending' && ended) state = 'skipped';
    return { ...progress, state };
  });
}

const has = (steps: readonly StepProgress[], state: StepState): boolean => steps.some((step) => step.state === state);

function stateOf(
  draft: Draft,
  live: boolean,
  steps: readonly StepProgress[],
  undone: readonly StepProgress[],
): ContainmentPhase {
  if (draft.undo) {
    const { verified, cancelled } = draft.undo;
    if (good(verified?.effect)) return 'undone';
    if (has(undone, 'unknown')) return 'unverified';
    if (has(undone, 'failed') || cancelled) return 'partial';
    // Looked at after a crash: what was not begun was not undone, which is known.
    if (verified?.effect === 'absent' && has(undone, 'skipped')) return 'partial';
    return live && !verified ? 'undoing' : 'unverified';
  }
  const { verified, cancelled } = draft.do;
  const arrived = steps.some(
    (step) => isCall(draft.do, step.id) && (step.state === 'sent' || step.state === 'confirmed'),
  );
  if (isContradicted(draft)) return 'failed';
  if (verified?.effect === 'holding' || verified?.effect === 'proved') return 'confirmed';
  if (verified?.effect === 'written') return draft.proved ? 'confirmed' : 'written';
  if (has(steps, 'unknown')) return 'unverified';
  if (has(steps, 'failed') && !arrived) return 'failed';
  if (verified?.effect === 'unknown') return 'unverified';
  if (has(steps, 'failed')) return 'partial';
  if (cancelled) return arrived ? 'partial' : 'refused';
  if (verified) return has(steps, 'skipped') && arrived ? 'partial' : 'failed';
  if (live) return 'in-progress';
  // Intent is on the disk before each call: without one, nothing was sent.
  return draft.do.progress.size > 0 || draft.do.steps.length === 0 ? 'unverified' : 'failed';
}

const isCall = ({ steps }: Course, id: string): boolean => steps.some((step) => step.id === id && step.kind === 'call');

/** What undo would run: nothing once undone; what is left of an undo that stopped half-way; else the undo of every call that arrived. */
function undoLeft(draft: Draft, steps: readonly StepProgress[], undone: readonly StepProgress[]): readonly Step[] {
  if (draft.undo) {
    if (good(draft.undo.verified?.effect)) return [];
    const done = new Set(
      undone.filter(({ state }) => ['sent', 'confirmed', 'skipped'].includes(state)).map(({ id }) => id),
    );
    const notRun = new Set(undone.filter(({ id }) => !draft.undo?.progress.has(id)).map(({ id }) => id));
    return numbered(draft.undo.steps.filter(({ id }) => notRun.has(id) || !done.has(id)));
  }
  const arrived = steps.filter(({ state }) => state === 'sent' || state === 'confirmed');
  return undoSteps(draft.approved.plan, new Set(arrived.map(({ id }) => id)));
}

/** What was written reads back, and yet a call passed that it should have refused: the later of both sightings counts. */
const isContradicted = ({ proved, contradicted, do: { verified }, undo }: Draft): boolean =>
  contradicted !== undefined &&
  !undo &&
  good(verified?.effect) &&
  (proved === undefined || contradicted.at >= proved.at);

/** When AWS last read it back, of what it read back once and does not any more: somebody took it away. */
const stoodUntilOf = ({ stoodAt, undo, do: { verified } }: Draft): number | undefined =>
  !undo && verified?.effect === 'absent' ? stoodAt : undefined;

function verdictOf(draft: Draft): Verdict {
  const verified = draft.undo?.verified ?? draft.do.verified;
  const contradicted = isContradicted(draft);
  const standing = draft.proved && !contradicted && good(draft.do.verified?.effect) && !draft.undo;
  return {
    effect: contradicted ? 'absent' : standing ? 'proved' : (verified?.effect ?? 'unknown'),
    checks: verified?.checks ?? [],
    provedBy: draft.proved?.eventId ?? null,
    contradictedBy: contradicted ? (draft.contradicted?.eventId ?? null) : null,
    stoodUntil: stoodUntilOf(draft) ?? null,
    provable: isProvablePlan(draft.approved.plan),
    stillOpen: draft.undo ? [] : (draft.approved.plan.stillOpen ?? []),
  };
}

function ineffectiveOf({ contradictedBy, stoodUntil }: Verdict): NonNullable<Containment['ineffective']> | undefined {
  if ((contradictedBy ?? null) !== null) return 'contradicted';
  return (stoodUntil ?? null) !== null ? 'gone' : undefined;
}

function finished(draft: Draft, live: boolean): Containment {
  const { approved } = draft;
  const steps = progressOf(draft.do, 'do', live && !draft.undo, draft.stoodAt !== undefined);
  const undone = draft.undo ? progressOf(draft.undo, 'undo', live, false) : [];
  const verdict = verdictOf(draft);
  const ineffective = ineffectiveOf(verdict);
  return {
    id: approved.id,
    plan: approved.plan,
    reason: approved.reason,
    by: approved.by,
    state: stateOf(draft, live, steps, undone),
    steps: [...steps, ...undone],
    ...(draft.undoApproved ? { undo: draft.undoApproved } : {}),
    undoSteps: undoLeft(draft, steps, undone),
    verdict,
    ...(ineffective ? { ineffective } : {}),
    ...(ineffective && draft.accepted ? { accepted: draft.accepted } : {}),
    assessment: approved.assessment ?? null,
    ...(approved.playbook ? { playbook: approved.playbook } : {}),
    approvedAt: draft.approvedAt,
    ...(draft.holdingAt === undefined ? {} : { holdingAt: draft.holdingAt }),
    ...(approved.snapshot ? { snapshot: approved.snapshot } : {}),
  };
}

/**
 * The containments that a journal tells of, oldest first. Pure; any prefix of a journal folds. `live`: ids that run in this process; of
 * every other one whose end the journal does not hold, the process died, so it "may have happened" (`unverified`).
 */
export function foldContainments(
  lines: readonly JournalLine[],
  options: { readonly live?: ReadonlySet<string> } = {},
): readonly Containment[] {
  const drafts = new Map<string, Draft>();
  for (const line of lines) apply(drafts, line);
  return withSentAgain(
    [...drafts.values()].map((draft) => finished(draft, options.live?.has(draft.approved.id) ?? false)),
  );
}

/** What did stand at some time. */
const stood = ({ state }: Containment): boolean => ['written', 'confirmed', 'undoing', 'undone'].includes(state);

/** What was sent again to the same target is nobody's worry any more, and while that stands, not what undo should begin with. */
const withSentAgain = (containments: readonly Containment[]): readonly Containment[] =>
  containments.map((one, at) => {
    const again = containments
      .slice(at + 1)
      .filter(
        (later) =>
          later.plan.action === one.plan.action && sameResource(later.plan.target, one.plan.target) && stood(later),
      );
    if (again.length === 0) return one;
    const { ineffective: _, accepted: __, ...rest } = one;
    const standing = again.find(({ state }) => state === 'written' || state === 'confirmed');
    return standing ? { ...rest, sentAgainAs: standing.id } : rest;
  });
