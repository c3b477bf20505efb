import type { Plan, Step } from './action.ts';
import type { Assessment, Containment, ContainmentPhase, Radius, Verdict } from './containment.ts';
import { untilText } from './state-check.ts';
import { undoSteps } from './step.ts';

/** A plan that nobody has confirmed yet, as `contain --json` prints it. */
export interface PlannedSubject {
  readonly plan: Plan;
  readonly assessment?: Assessment | null;
  readonly reason?: string;
  /** `refused`: it was not confirmed, or must not be done. Default `planned`. */
  readonly state?: 'planned' | 'refused';
}

const stepJson = (step: Step): object =>
  step.kind === 'call'
    ? { id: step.id, kind: 'call', name: step.call.name, input: step.call.input }
    : { id: step.id, kind: 'wait', until: untilText(step.check), timeoutS: Math.round(step.atMostMs / 1_000) };

/** The public words for a state. *Written* is still in progress towards *confirmed*, which is *holding*; `verdict.effect` tells them apart. */
const publicState: { readonly [State in ContainmentPhase]: string } = {
  planned: 'planned',
  refused: 'refused',
  'in-progress': 'in-progress',
  partial: 'partial',
  failed: 'failed',
  unverified: 'unverified',
  written: 'in-progress',
  confirmed: 'confirmed',
  undoing: 'in-progress',
  undone: 'undone',
};

const verdictJson = ({
  effect,
  checks,
  provedBy,
  contradictedBy,
  stoodUntil,
  provable,
  stillOpen,
}: Verdict): object => ({
  effect,
  checks: checks.map(({ what, holds, why, at }) => ({
    what,
    result: `${holds ? 'holds' : 'does not hold'}: ${why}`,
    at: new Date(at).toISOString(),
  })),
  provedBy,
  contradictedBy: contradictedBy ?? null,
  stoodUntil: typeof stoodUntil === 'number' ? new Date(stoodUntil).toISOString() : null,
  provable: provable ?? null,
  stillOpen,
});

function radiusJson({ state, sentences, recorded }: Radius): object {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    state,
    sentences,
    ...(recorded
      ? {
          from: iso(recorded.from),
          to: iso(recorded.to),
          loadedFrom: recorded.loadedFrom === undefined ? null : iso(recorded.loadedFrom),
          callers: recorded.callers.map(({ lastAt, ...caller }) => ({ ...caller, lastAt: iso(lastAt) })),
          more: recorded.more,
          stillPasses: recorded.passing,
        }
      : {}),
  };
}

/** What was found out beside the plan; `plan` itself keeps the shape of product.md. `null`: nothing was. */
const assessmentJson = (assessment: Assessment | null | undefined): object | null =>
  assessment
    ? {
        affectedComplete: assessment.affectedComplete,
        affectedProblem: assessment.affectedProblem ?? null,
        radius: assessment.radius ? radiusJson(assessment.radius) : null,
        invocations: assessment.invocations ?? [],
        warnings: assessment.warnings ?? [],
        takes: assessment.takes ?? null,
        assumed: assessment.assumed ?? [],
      }
    : null;

function planJson(plan: Plan, undo: readonly Step[], assessment: Assessment | null | undefined): object {
  return {
    digest: plan.digest,
    params: plan.params,
    expiresAt: plan.expiresAt,
    summary: plan.summary,
    impact: plan.impact,
    evidenceLost: plan.evidenceLost,
    notRestored: plan.notRestored,
    class: plan.class,
    steps: plan.steps.map(stepJson),
    undoSteps: undo.map(stepJson),
    affected: (assessment?.affected ?? []).map(({ kind, arn, why }) => ({ kind, arn, why })),
    permissions: assessment?.permissions ?? { checked: 'pending', missing: [], notSeen: [] },
  };
}

/**
 * One containment as `contain --json` and `undo --json` print it: a stable public shape (product.md, part 2). Undo's steps carry
 * `"phase":"undo"`, since their ids count from 1 again.
 */
export function containmentJson(subject: Containment | PlannedSubject): object {
  const { plan } = subject;
  const head = {
    action: plan.action,
    target: plan.target.arn || plan.target.name,
    account: plan.account,
    region: plan.region,
  };
  if (!('steps' in subject))
    return {
      ...head,
      reason: subject.reason ?? '',
      plan: planJson(plan, undoSteps(plan), subject.assessment),
      assessment: assessmentJson(subject.assessment),
      state: subject.state ?? 'planned',
      steps: plan.steps.map(({ id }) => ({ id, state: subject.state === 'refused' ? 'skipped' : 'pending' })),
      verdict: verdictJson({ effect: 'unknown', checks: [], provedBy: null, stillOpen: plan.stillOpen ?? [] }),
      entry: null,
    };
  return {
    ...head,
    reason: subject.reason,
    plan: planJson(plan, subject.undoSteps, subject.assessment),
    assessment: assessmentJson(subject.assessment),
    state: publicState[subject.state],
    steps: subject.steps.map(({ id, phase, state, requestId, error }) => ({
      id,
      ...(phase === 'undo' ? { phase } : {}),
      state,
      ...(requestId === undefined ? {} : { requestId }),
      ...(error === undefined ? {} : { error }),
    })),
    verdict: verdictJson(subject.verdict),
    entry: subject.id,
  };
}
