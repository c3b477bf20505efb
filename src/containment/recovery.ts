import { parseArn } from '../model/arn.ts';
import { ExpectedError, RefusedError } from '../model/errors.ts';
import { sameResource } from '../model/resource.ts';
import type { Containment } from './containment.ts';
import type { PlannedUndo } from './runner.ts';
import { callsOf } from './step.ts';

/** One undo of a recovery. */
export interface RecoveryItem {
  readonly containment: Containment;
  /** Containments whose undo must have come first; without it this one is not begun. */
  readonly after: readonly string[];
  /** `later`: another undo of this recovery must come first before it can be looked at. */
  readonly state: 'ready' | 'later' | 'refused';
  readonly planned: PlannedUndo | undefined;
  /** Why it is refused, or cannot be looked at yet. */
  readonly refusal:
    | { readonly code: string; readonly message: string; readonly nextSteps: readonly string[] }
    | undefined;
}

/** The undo of everything, in an order that is safe. */
export interface Recovery {
  readonly items: readonly RecoveryItem[];
  /** What nothing brings back, with the reason: said before anything is sent. */
  readonly cannot: readonly { readonly containment: Containment; readonly why: string }[];
  /** Whether the incident's name must be typed: one of them opens something again, or brings back a risk. */
  readonly needsName: boolean;
}

/** How one undo of a recovery ended. */
export interface RecoveryResult {
  readonly id: string;
  readonly state: 'running' | 'undone' | 'failed' | 'refused' | 'skipped';
  readonly why: string;
  readonly error?: ExpectedError;
  readonly containment?: Containment;
}

/**
 * The order in which everything can be undone: newest first, and a role's containment before the undo of whatever acts as that role, since
 * AWS makes and starts with it. `uses` says whether a containment's target acts as a role. Pure.
 * @returns Each with the ids that must come first.
 */
export function recoveryOrder(
  containments: readonly Containment[],
  uses: (containment: Containment, roleArn: string) => boolean,
): readonly { readonly containment: Containment; readonly after: readonly string[] }[] {
  const newestFirst = containments.toReversed();
  const isRole = ({ plan }: Containment) => plan.target.kind === 'iam.role';
  const makes = ({ undoSteps }: Containment) =>
    callsOf(undoSteps).some(({ name }) => /^sagemaker:(?:Create|Start|Update)/.test(name));
  const afterOf = (containment: Containment): readonly string[] =>
    newestFirst
      .filter((other, at) => {
        if (other === containment) return false;
        if (at < newestFirst.indexOf(containment) && sameResource(other.plan.target, containment.plan.target))
          return true;
        return isRole(other) && !isRole(containment) && makes(containment) && uses(containment, other.plan.target.arn);
      })
      .map(({ id }) => id);
  const left = newestFirst.map((containment) => ({ containment, after: afterOf(containment) }));
  const ordered: typeof left = [];
  while (left.length > 0) {
    const done = new Set(ordered.map(({ containment }) => containment.id));
    const at = left.findIndex(({ after }) => after.every((id) => done.has(id)));
    // Roles wait for roles only, all others for roles and newer ones of the same target: there is no ring.
    ordered.push(...left.splice(Math.max(0, at), 1));
  }
  return ordered;
}

/** Whether a recovery takes a containment up at all. */
const stands = ({ state }: Containment): boolean => state !== 'undone' && state !== 'refused' && state !== 'planned';

/**
 * Plans the undo of everything. Reads only; what is refused is an item of the recovery, and the others are planned all the same.
 * @throws AwsCallError only where AWS cannot be asked at all; the signal's reason.
 */
export async function planRecovery(
  containments: readonly Containment[],
  parts: {
    planUndo(containment: Containment, signal: AbortSignal): Promise<PlannedUndo>;
    uses(containment: Containment, roleArn: string): boolean;
  },
  signal: AbortSignal,
): Promise<Recovery> {
  const standing = containments.filter(stands);
  const cannot = standing.flatMap((containment) => {
    const why = whyNot(containment);
    return why === undefined ? [] : [{ containment, why }];
  });
  const order = recoveryOrder(
    standing.filter((containment) => whyNot(containment) === undefined),
    parts.uses,
  );
  const items: RecoveryItem[] = [];
  for (const { containment, after } of order) {
    signal.throwIfAborted();
    try {
      const planned = await parts.planUndo(containment, signal);
      items.push({ containment, after, state: 'ready', planned, refusal: undefined });
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      // What a newer containment changed on the same target looks as if somebody else had: it is looked at again once that is undone.
      const covered =
        error.code === 'ChangedSince' &&
        items.some(
          (other) =>
            after.includes(other.containment.id) &&
            sameResource(other.containment.plan.target, containment.plan.target),
        );
      items.push({
        containment,
        after,
        state: covered ? 'later' : 'refused',
        planned: undefined,
        refusal: { code: error.code, message: error.message, nextSteps: error.nextSteps },
      });
    }
  }
  return {
    items,
    cannot,
    needsName: items.some(({ planned, containment }) => planned?.needsName ?? containment.plan.undoRisk !== undefined),
  };
}

/** Why nothing undoes it; `undefined` where undo has something to do. */
function whyNot({ state, steps, undoSteps, plan }: Containment): string | undefined {
  if (undoSteps.length > 0) return undefined;
  if (state === 'in-progress' || state === 'undoing') return 'it still runs: wait for it, or cancel it';
  const sent = steps.some((step) => step.phase === 'do' && (step.state === 'sent' || step.state === 'confirmed'));
  if (steps.some((step) => step.state === 'unknown')) return 'it is not known what of it happened: verify it first';
  if (!sent) return state === 'failed' ? 'nothing of it took effect' : 'nothing of it was sent';
  return plan.notRestored.length > 0 ? `AWS has no way back: ${plan.notRestored.join('; ')}` : 'AWS has no way back';
}

/**
 * Undoes one after the other, each verified before the next. Where one is refused or fails, what depends on it is not begun, and the rest
 * goes on. `undo` gets the plan as it is now; it decides whether that is what was confirmed.
 * @throws The signal's reason before the next one begins.
 */
export async function runRecovery(
  { items }: Recovery,
  parts: {
    planUndo(containment: Containment, signal: AbortSignal): Promise<PlannedUndo>;
    undo(
      planned: PlannedUndo,
    ): Promise<{ readonly containment: Containment; readonly error: ExpectedError | undefined }>;
    tell(result: RecoveryResult): void;
  },
  signal: AbortSignal,
): Promise<readonly RecoveryResult[]> {
  const results: RecoveryResult[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    const result = await runItem(item, results, parts, signal);
    results.push(result);
    parts.tell(result);
  }
  return results;
}

async function runItem(
  { containment, after, planned: shown, state }: RecoveryItem,
  before: readonly RecoveryResult[],
  parts: Parameters<typeof runRecovery>[1],
  signal: AbortSignal,
): Promise<RecoveryResult> {
  const { id } = containment;
  const stuck = before.find((one) => after.includes(one.id) && one.state !== 'undone');
  if (stuck) return { id, state: 'skipped', why: `it depends on ${stuck.id}, which is not undone` };
  try {
    const planned = await parts.planUndo(containment, signal);
    // A risk that nobody saw is not confirmed by what was typed for others.
    const more = planned.reopens.filter((line) => !(shown?.reopens ?? []).includes(line));
    if (shown && more.length > 0)
      throw new RefusedError(
        'PlanOutdated',
        `undoing ${id} would also do this, which was not shown: ${more.join('; ')}`,
        ['Plan the recovery again'],
      );
    if (state === 'refused' && !shown && planned.needsName)
      throw new RefusedError('PlanOutdated', `${id} could not be planned before, and wants to be looked at`, [
        'Plan the recovery again',
      ]);
    parts.tell({ id, state: 'running', why: '' });
    const { containment: now, error } = await parts.undo(planned);
    return now.state === 'undone'
      ? { id, state: 'undone', why: 'AWS reads back what was there before', containment: now }
      : {
          id,
          state: 'failed',
          why: error?.message ?? (now.verdict.checks.find(({ holds }) => !holds)?.why || `it is ${now.state}`),
          containment: now,
          ...(error ? { error } : {}),
        };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { id, state: 'refused', why: `${error.code}: ${error.message}`, error };
  }
}

/** Whether a plan, or what was read to make it, speaks of a role. `text`: the snapshot as it lies on the disk. */
export const mentionsRole = ({ plan }: Containment, text: string, roleArn: string): boolean =>
  parseArn(roleArn) !== undefined && (text.includes(roleArn) || JSON.stringify(plan).includes(roleArn));
