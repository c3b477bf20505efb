import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { foldContainments } from '../../../src/containment/fold.ts';
import { RefusedError } from '../../../src/model/errors.ts';
import { openJournal } from '../../../src/store/journal.ts';
import { actOn } from '../acting.ts';
import { signal } from '../identity-range.ts';
import { type Stage, stage, usualSpeed } from './stage.ts';
import type { Subject } from './subjects.ts';
import { approveMoved, holdState, holdUndo, type Trial } from './trial.ts';

/** What the child is told, as JSON in its first argument. */
export interface Task {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Stage['g']['range']['credentials'];
  readonly action: string;
  readonly target: Stage['target'];
  readonly params: Stage['plan']['params'];
  readonly journal: string;
  readonly phase: 'do' | 'undo';
  /** It ends itself by SIGKILL once so many lines were appended. */
  readonly killAfter: number;
  readonly speed: number;
}

const child = new URL('./child.ts', import.meta.url).pathname;

/** Runs a phase in a process of its own. @returns Whether it was killed. */
async function inChild(s: Stage, phase: 'do' | 'undo', killAfter: number): Promise<boolean> {
  const { credentials, endpoint, region } = s.g.range;
  const task: Task = {
    endpoint,
    region,
    credentials,
    action: s.subject.action.id,
    target: s.target,
    params: s.plan.params,
    journal: s.journalPath,
    phase,
    killAfter,
    speed: s.speed,
  };
  const running = spawn(process.execPath, [child, JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, by] = (await once(running, 'exit')) as [number | null, string | null];
  if (by !== 'SIGKILL' && code !== 0) throw new Error(`the child ended with ${code ?? by}`);
  return by === 'SIGKILL';
}

/** How many lines a phase appends when nothing goes wrong. */
export async function linesOf(subject: Subject, phase: 'do' | 'undo'): Promise<number> {
  const s = await stage(subject);
  try {
    let lines = 0;
    const count = () => {
      lines += 1;
    };
    if (phase === 'do') s.onLine = count;
    const { containment } = await (await approveMoved(s)).written;
    if (phase === 'do') return lines;
    if (containment.undoSteps.length === 0) return 0;
    s.onLine = count;
    s.g.door.arming.arm();
    const shown = await s.g.runner.planUndo(containment, signal);
    const confirmation = { reason: 'fault matrix', typedName: s.target.name };
    await (await s.g.runner.undo(shown, confirmation, 'test', signal)).done;
    return lines;
  } finally {
    await s.close();
  }
}

/** Kills the process that contains or undoes after a line of the journal, and takes it up in another one. */
export async function killed(subject: Subject, phase: 'do' | 'undo', line: number): Promise<Trial> {
  const trial = await killedAt(usualSpeed, subject, phase, line);
  // A job goes on for minutes of the range: it may have ended by itself before the process had begun.
  return trial.ended === endedBefore ? killedAt(usualSpeed / 20, subject, phase, line) : trial;
}

const endedBefore = 'ended before';

async function killedAt(speed: number, subject: Subject, phase: 'do' | 'undo', line: number): Promise<Trial> {
  const s = await stage(subject, speed);
  const done = { action: subject.action.id, fault: 'kill -9', at: `${phase}, line ${line}` };
  try {
    if (phase === 'undo') await inChild(s, 'do', Number.POSITIVE_INFINITY);
    if (!(await inChild(s, phase, line))) return { ...done, ended: endedBefore, problems: ['it was not killed'] };
    const { ended, problems } = await takenUp(s, phase);
    const why = await s.journalHolds();
    return {
      ...done,
      ended,
      problems: why === undefined ? problems : [...problems, `the journal does not verify: ${why}`],
    };
  } catch (error) {
    return { ...done, ended: 'threw', problems: [(error as Error).stack ?? String(error)] };
  } finally {
    await s.close();
  }
}

/** As the next process does it: verify, take waits up, undo. */
async function takenUp(s: Stage, phase: 'do' | 'undo'): Promise<{ ended: string; problems: string[] }> {
  const journal = await openJournal(s.journalPath);
  const { door, runner } = await actOn(s.g.range, journal, s.speed);
  const here: Stage = { ...s, g: { ...s.g, door, runner } };
  try {
    const [shown] = foldContainments(journal.lines);
    if (!shown) return { ended: 'nothing was approved', problems: [] };
    let { containment } = await runner.verifyNow(shown, signal);
    if (phase === 'do')
      try {
        ({ containment } = await (await runner.resume(containment)).written);
      } catch (error) {
        // Calls are left, which want a new plan: that is for the operator.
        if (!(error instanceof RefusedError)) throw error;
      }
    // What AWS is still about to do is neither done nor undone; whoever looks again later sees it.
    for (const end = performance.now() + 30_000; containment.state === 'unverified' && performance.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ({ containment } = await runner.verifyNow(containment, signal));
    }
    const problems = phase === 'do' ? await holdState(here, containment, undefined) : [];
    if (containment.state === 'unverified')
      problems.push(`is unverified, though AWS answers: ${JSON.stringify(containment.steps)}`);
    if (containment.state === 'undone') return { ended: `${shown.state}, then undone`, problems };
    const after = await holdUndo(here, containment);
    return {
      ended: `${shown.state}, then ${containment.state}, ${after.ended}`,
      problems: [...problems, ...after.problems],
    };
  } finally {
    runner.close();
    door.close();
    await journal.close();
  }
}
