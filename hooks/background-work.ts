import { ticksOf } from '../src/shared/clock.ts';
import type { Message } from './console-state.ts';
import { change, type Desk, failureOf, say } from './desk.ts';
import { keyOrCommand } from './key-names.ts';
import { notJudging, stopJudging } from './posture-screen.ts';
import { isAskingUsers, stopAskingUsers } from './resource-screen.ts';

/** How far it is, is said this often at most, ms: it is read, not watched. */
const TELL_MS = 400;

/** What work in the background is given. */
export interface Progress {
  /** Aborted by `:stop`, or as the console ends. */
  readonly signal: AbortSignal;
  /** Says at the bottom how far it is. The text is made only when it is said. */
  readonly tell: (text: (sinceMs: number) => string) => void;
}

/** What is said at its end. */
type Ended = string | { readonly text: string; readonly tone: Message['tone'] };

/**
 * Runs work that may take long behind whatever is on screen: one of a name at a time, stopped by `:stop`. Nothing that changes AWS runs here.
 *
 * @param run Returns what is said at its end. What it throws is said, too.
 */
export function workBehind(desk: Desk, name: string, run: (progress: Progress) => Promise<Ended>): void {
  if (desk.working.has(name)) {
    say(desk, `${name}: goes on already, and says when it is done · :stop ends it`);
    return;
  }
  const aborter = new AbortController();
  desk.working.set(name, aborter);
  const begunAt = ticksOf(desk.surroundings);
  let told = Number.NEGATIVE_INFINITY;
  const tell: Progress['tell'] = (text) => {
    const now = ticksOf(desk.surroundings);
    if (aborter.signal.aborted || now - told < TELL_MS) return;
    told = now;
    change(desk, { message: { text: `${name}: ${text(now - begunAt)} (:stop)`, tone: 'plain' } });
  };
  const work = async () => {
    try {
      const ended = await run({ signal: AbortSignal.any([aborter.signal, desk.ending.signal]), tell });
      if (typeof ended === 'string') say(desk, ended);
      else say(desk, ended.text, ended.tone);
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) say(desk, [`${name}: ${failure.message}`, ...failure.nextSteps].join(' · '), 'problem');
      else if (aborter.signal.aborted) say(desk, `${name}: stopped`);
    } finally {
      desk.working.delete(name);
    }
  };
  void work();
}

/** Files, or the event history of the time before the start. */
function isLoading({ session }: Desk): boolean {
  const { loading, sources } = session.snapshot.get();
  return loading !== undefined || sources.some(({ firstLoad }) => firstLoad === 'going');
}

/** Why there is nothing to stop. */
export function nothingToStop(desk: Desk): string | undefined {
  if (desk.working.size > 0 || isLoading(desk) || notJudging(desk) === undefined || isAskingUsers(desk))
    return undefined;
  // What was confirmed is stopped where it is shown, between two of its steps.
  const goesOn = desk.session.snapshot
    .get()
    .containments.some(({ state }) => state === 'in-progress' || state === 'undoing');
  return `nothing is being read, loaded, written or collected${goesOn ? `; ${keyOrCommand(desk, 'journal')} shows the containment that goes on` : ''}`;
}

/** Ends whatever takes long and changes nothing: loads, reports, evidence, posture, who uses a resource. What was read until then stays. */
export function stopWork(desk: Desk): void {
  for (const aborter of desk.working.values()) aborter.abort(new DOMException('stopped by the operator', 'AbortError'));
  if (isLoading(desk)) desk.session.stopLoading();
  if (notJudging(desk) === undefined) stopJudging(desk);
  stopAskingUsers(desk);
}
