import type { Step, WaitStep } from '../../src/containment/action.ts';
import type { Containment } from '../../src/containment/containment.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';

const minute = 60_000;

/**
 * How long AWS usually takes, ms: as its users report it, never promised. Only to say when to look up again; a wait's own limit is another.
 */
const usual: readonly (readonly [read: RegExp, until: RegExp, ms: number])[] = [
  [/NotebookInstance$/, /Stopped/, 3 * minute],
  [/NotebookInstance$/, /InService/, 5 * minute],
  [/DescribeEndpoint$/, /gone/, 2 * minute],
  [/DescribeEndpoint$/, /InService/, 8 * minute],
  [/MlflowTrackingServer/, /./, 20 * minute],
  [/InferenceComponent/, /./, 5 * minute],
  [/App/, /./, 2 * minute],
];
const otherwise = 2 * minute;

/** How long AWS usually takes for what is waited for, ms; no longer than is waited. */
export function usualMs({ check, atMostMs }: WaitStep): number {
  const until = check.until === 'gone' ? 'gone' : check.until.join(' ');
  const found = usual.find(([read, words]) => read.test(check.read.name) && words.test(until));
  return Math.min(atMostMs, found?.[2] ?? otherwise);
}

/** When a containment or an undo that runs is expected to end, epoch ms; `undefined` where no wait is left: in a moment. */
function expectedEnd({ plan, steps, undo, state }: Containment, now: number): number | undefined {
  const phase = state === 'undoing' ? 'undo' : 'do';
  const planned: readonly Step[] = phase === 'undo' ? (undo?.steps ?? []) : plan.steps;
  let end: number | undefined;
  for (const step of planned) {
    if (step.kind === 'call') continue;
    const progress = steps.find((one) => one.phase === phase && one.id === step.id);
    if (progress?.endedAt !== undefined) continue;
    end =
      progress?.startedAt === undefined
        ? (end ?? now) + usualMs(step)
        : Math.max(now, progress.startedAt + usualMs(step));
  }
  return end;
}

/** What is in flight and when somebody is wanted again. */
export interface NextDecision {
  readonly running: number;
  /** Epoch ms, a guess from how long AWS usually takes; `undefined`: in a moment, or nobody can say. */
  readonly dueAt: number | undefined;
  /** It takes longer than usual already. */
  readonly overdue: boolean;
  /** The lease will have ended by then, or has: what is confirmed runs on, the next plan wants A. */
  readonly needsArming: boolean;
}

/** When the next of the running steps is expected to end; `undefined` when nothing runs. */
export function nextDecision(
  { containments, armedUntil }: Pick<Snapshot, 'containments' | 'armedUntil'>,
  now: number,
): NextDecision | undefined {
  const running = containments.filter(({ state }) => state === 'in-progress' || state === 'undoing');
  if (running.length === 0) return undefined;
  const ends = running.flatMap((one) => expectedEnd(one, now) ?? []);
  const end = ends.length > 0 ? Math.min(...ends) : now;
  return {
    running: running.length,
    dueAt: end > now ? end : undefined,
    overdue: ends.length > 0 && end <= now,
    needsArming: armedUntil === undefined || armedUntil <= end,
  };
}
