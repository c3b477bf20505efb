import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainmentAction, Params, Plan } from '../../../src/containment/action.ts';
import { PlanOutdatedError } from '../../../src/containment/plan-outdated-error.ts';
import type { Running } from '../../../src/containment/runner.ts';
import { AwsCallError, RefusedError } from '../../../src/model/errors.ts';
import type { ResourceRef } from '../../../src/model/resource.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { openJournal, verifyJournal } from '../../../src/store/journal.ts';
import { type Ground, ground, signal } from '../identity-range.ts';
import type { StateCase } from './cases.ts';

/** Fast enough that AWS's minutes are blinks, slow enough that what is looked at can be seen. */
const speed = 2000;

/** A cell of the table. */
export interface Cell {
  readonly action: string;
  readonly kind: string;
  readonly state: string;
  /** What comes of it, in few words; begins with `!` when the contract is broken. */
  readonly result: string;
}

/** What undo does not put back: where in the account's state, and how the plan must say so. */
export const named: readonly { readonly path: RegExp; readonly says: RegExp }[] = [
  {
    path: /^regions\.\d+\.things\.\d+\.status: .*"(Created|Updated|MaintenanceComplete|\w+Failed)" → "Started"/,
    says: /Started|missed|could not log/,
  },
  { path: /UserSettings\.ExecutionRole: nothing → /, says: /no role of its own/ },
  { path: /ApprovalDescription|LastModifiedBy/, says: /description|who/i },
  { path: /\.console: true → false/, says: /password/ },
  { path: /status: "ENABLED_WITH_ALL[A-Z_]*" → "ENABLED"/, says: /ENABLED_WITH_ALL/ },
  { path: /endpoints\.\d+\.status: "\w+" → "InService"/, says: /its state \w+: undo makes it anew/ },
];

/** What differs, a line each: `regions.0.things.3.status: "Created" → "Started"`. */
export function differences(before: unknown, after: unknown, at = ''): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const objects = [before, after].every((one) => one !== null && typeof one === 'object');
  if (!objects) {
    const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));
    return [`${at}: ${text(before)} → ${text(after)}`];
  }
  const [one, other] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
    differences(one[name], other[name], at === '' ? name : `${at}.${name}`),
  );
}

/** The value that the action offers first for each parameter; `undefined` when one has none. */
async function offered(g: Ground, action: string, target: ResourceRef): Promise<Params | undefined> {
  const values = (await g.runner.parameters(action, target, signal)).map(
    ({ name, choices }) => [name, choices?.[0]] as const,
  );
  return values.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(values) as Params);
}

async function approved(g: Ground, plan: Plan): Promise<Running> {
  const confirmation = { reason: 'state table', typedName: plan.target.name };
  g.door.arming.arm();
  try {
    return await g.runner.approve(plan, confirmation, 'test', signal);
  } catch (error) {
    // As an operator would: what changed meanwhile is looked at and confirmed once more.
    if (!(error instanceof PlanOutdatedError)) throw error;
    return g.runner.approve(error.plan, confirmation, 'test', signal);
  }
}

const refusalWords = (error: unknown): string => {
  if (error instanceof RefusedError) return `refused: \`${error.code}\``;
  if (error instanceof AwsCallError && error.reason === 'not-found') return 'not there';
  throw error;
};

/** The way there and back. @returns The cell's result. */
async function through(g: Ground, action: ContainmentAction, one: StateCase, typed: string): Promise<string> {
  let target: ResourceRef;
  try {
    target = await g.target(action.id, typed);
  } catch (error) {
    return refusalWords(error);
  }
  const before = await g.range.state();
  const state = async () => JSON.parse(await g.range.state()) as unknown;
  let plan: Plan;
  let params: Params | undefined;
  try {
    params = await offered(g, action.id, target);
    if (params === undefined) return 'nothing fits';
    plan = await g.plan(action.id, target, params);
  } catch (error) {
    const words = refusalWords(error);
    return (await g.range.state()) === before ? words : '! refused, and something changed';
  }
  // Jobs move by themselves; that planning sends nothing is the door's to see to.
  const planned = action.reversible ? differences(JSON.parse(before), await state()) : [];
  if (planned.length > 0) return `! planning changed ${planned.join('; ')}`;
  if (plan.steps.length === 0) return 'so already';
  const onlyWaits = plan.steps.every(({ kind }) => kind === 'wait');

  const running = await approved(g, plan);
  // Only what the plan waits for: anything else would be a change that undo is then asked to take back.
  const released = plan.steps[0]?.kind === 'wait';
  if (released) await one.release?.(g);
  const written = await running.written;
  const told = () => JSON.stringify([written.error?.message, written.containment.verdict.checks]);
  if (written.containment.state !== 'written') return `! ${written.containment.state}: ${told()}`;
  const again = await g.plan(action.id, target, params);
  if (again.steps.length > 0) return `! planning again still holds ${again.summary}`;
  const { containment } = await running.holding;
  if (containment.state !== 'confirmed') return `! ${containment.state}: ${JSON.stringify(containment.verdict.checks)}`;
  if (onlyWaits) return 'waited for, nothing sent';
  if (differences(JSON.parse(before), await state()).length === 0) return '! confirmed, and nothing changed';

  if (containment.undoSteps.length === 0)
    return action.reversible && plan.notRestored.length === 0
      ? '! no undo, and the plan said nothing'
      : 'done, no undo';
  try {
    const undo = await g.runner.undo(
      await g.runner.planUndo(containment, signal),
      { reason: 'state table', typedName: target.name },
      'test',
      signal,
    );
    const undone = await undo.done;
    if (undone.containment.state !== 'undone')
      return `! undo ${undone.containment.state}: ${undone.error?.message ?? JSON.stringify(undone.containment.verdict.checks)}`;
  } catch (error) {
    return `done; undo ${refusalWords(error)}`;
  }
  // A state that ended by itself is not undo's to bring back.
  const left = differences(JSON.parse(before), await state()).filter(
    (line) => !(released && line.includes(`.status: "${one.state}"`)),
  );
  const untold = left.filter(
    (line) =>
      !named.some(({ path, says }) => path.test(line) && plan.notRestored.some((sentence) => says.test(sentence))),
  );
  if (untold.length > 0) return `! undo left, untold: ${untold.join('; ')}`;
  return left.length === 0 ? 'done, undone' : 'done, undone but for what the plan names';
}

/** Runs one action on one state of its target, on an account of its own, with a journal on disk that must verify. */
export async function runCell(action: ContainmentAction, one: StateCase): Promise<Cell> {
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  const path = join(folder, 'journal.jsonl');
  const journal = await openJournal(path);
  const g = await ground(speed, systemClock, { journal });
  let result: string;
  try {
    result = await through(g, action, one, await one.reach(g));
  } catch (error) {
    result = `! ${(error as Error).stack ?? String(error)}`;
  } finally {
    await g.close();
    await journal.close();
  }
  const check = await verifyJournal(path);
  rmSync(folder, { recursive: true });
  return {
    action: action.id,
    kind: one.kind,
    state: one.state,
    result: check.ok ? result : `! the journal does not verify: line ${check.line}: ${check.problem}`,
  };
}
