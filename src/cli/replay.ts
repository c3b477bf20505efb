import { openAws } from '../aws/client.ts';
import type { Plan, Step } from '../containment/action.ts';
import type { Score } from '../model/drill.ts';
import { ExpectedError, FailedError } from '../model/errors.ts';
import { startRange, TurnedClock } from '../range/range.ts';
import { responderFacts } from '../session/drill.ts';
import type { JournalLine } from '../store/journal.ts';

/** What the responder sent in a drill, and when, ms after its start. */
interface SentCall {
  readonly afterMs: number;
  readonly region: string;
  readonly call: Extract<Step, { kind: 'call' }>['call'];
}

/** How a drill was begun. */
export interface Drilled {
  readonly scenario: string;
  readonly seed: number;
  readonly speed: number;
  /** Epoch ms. */
  readonly startedAt: number;
}

/** @throws FailedError `NotADrill` when the journal is none of a drill, or of one from before this was kept. */
export function drilledOf(lines: readonly JournalLine[]): Drilled {
  for (const { entry } of lines) {
    const drilled = entry.drilled as Omit<Drilled, 'scenario'> | undefined;
    if (entry.type === 'incident-opened' && entry.mode === 'drill' && drilled)
      return { ...drilled, scenario: String(entry.scenario) };
  }
  throw new FailedError('NotADrill', 'this incident holds no drill that can be played again', [
    'List them with firebreak incidents: drills begin with drill-',
  ]);
}

/** Every call that the journal says was sent, in order, with the input that was confirmed. */
function sentCalls(lines: readonly JournalLine[], startedAt: number): readonly SentCall[] {
  const plans = new Map<string, Plan>();
  const undos = new Map<string, readonly Step[]>();
  const sent: SentCall[] = [];
  for (const { at, entry } of lines) {
    const id = String(entry.id);
    if (entry.type === 'containment-approved') plans.set(id, entry.plan as unknown as Plan);
    if (entry.type === 'undo-approved') undos.set(id, entry.steps as unknown as readonly Step[]);
    if (entry.type !== 'step-starting') continue;
    const plan = plans.get(id);
    const step = (entry.phase === 'undo' ? undos.get(id) : plan?.steps)?.find((one) => one.id === entry.step);
    if (plan && step?.kind === 'call')
      sent.push({ afterMs: Date.parse(at) - startedAt, region: plan.region, call: step.call });
  }
  return sent;
}

/** The longest that a story lasts after the last call, ms of the account's time. */
const atMostMs = 40 * 60_000;

/**
 * Plays a drill again without anybody waiting: the same scenario, seed, speed and start, and what the responder sent, each call when it was
 * sent.
 */
export async function replay(lines: readonly JournalLine[], tell: (text: string) => void): Promise<Score> {
  const { scenario, seed, speed, startedAt } = drilledOf(lines);
  const calls = sentCalls(lines, startedAt);
  const clock = new TurnedClock(startedAt);
  const range = await startRange({ scenario, seed, speed }, clock);
  const door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    simulated: true,
    clock,
    incident: 'replay',
    env: {},
  });
  const { signal } = new AbortController();
  try {
    for (const { afterMs, call, region } of calls) {
      await clock.advance(Math.max(0, startedAt + afterMs - clock.now()));
      const located = { region, ...call };
      door.arming.arm();
      try {
        await door.writer.send(located, door.arming.confirm('replay', [located]), signal);
        tell(`+${Math.round(afterMs / 1000)} s  ${call.name}`);
      } catch (error) {
        // Refused then or now: the story goes on either way.
        if (!(error instanceof ExpectedError)) throw error;
        tell(`+${Math.round(afterMs / 1000)} s  ${call.name}: ${error.code}`);
      }
    }
    // As long as somebody was there: a drill that was left ends where it was left.
    const leftAt = Date.parse(lines.at(-1)?.at ?? '');
    const until = Math.min(leftAt, clock.now() + atMostMs / speed);
    while (range.story.get().state === 'running' && clock.now() < until) await clock.advance(1_000);
    return await range.score(responderFacts(lines));
  } finally {
    door.close();
    await range.close();
  }
}
