import { actions } from '../containment/catalogue.ts';
import type { Containment } from '../containment/containment.ts';
import { containmentJson } from '../containment/containment-json.ts';
import type { RecordedCalls } from '../containment/recorded-calls.ts';
import type { Hostile } from '../containment/reopening.ts';
import { type ApprovalInput, createRunner, type Outcome, type Runner } from '../containment/runner.ts';
import { systemClock } from '../shared/clock.ts';
import { display } from '../shared/display.ts';
import type { Incident } from '../store/incident.ts';
import type { JournalLine } from '../store/journal.ts';
import { type Invocation, textFlag, textFlags } from './command.ts';
import { errorLine } from './error-line.ts';
import type { GuardedDoor } from './live.ts';
import { setOpenJournalPath } from './open-journal-path.ts';

/** A runner that plans and prints; it has no incident, so it cannot act. */
export function planningRunner(door: GuardedDoor, name: string, signal: AbortSignal, recorded?: RecordedCalls): Runner {
  const none = () => {
    throw new Error('a plan that is only printed writes no journal');
  };
  return createRunner({
    ...shared(door, name, signal),
    ...(recorded ? { recorded } : {}),
    journal: { path: '', lines: [], tornLine: undefined, append: none, close: async () => undefined },
    saveSnapshot: none,
  });
}

/**
 * A runner that acts in an incident and prints its progress (nothing with `--json`), with the operator's confirmation as the flags give
 * it. From here on a crash names the incident's journal.
 */
export function actingRunner(
  door: GuardedDoor,
  incident: Incident,
  { flags, global, signal }: Invocation,
  hostile?: () => Promise<Hostile>,
): { readonly runner: Runner; readonly confirmation: ApprovalInput } {
  setOpenJournalPath(incident.journal.path);
  const typedName = textFlags(flags, 'confirm').at(-1);
  return {
    runner: createRunner({
      ...shared(door, incident.name, signal),
      journal: incident.journal,
      saveSnapshot: (name, json) => incident.saveSnapshot(name, json),
      ...(hostile ? { hostile } : {}),
      onEntry: (line) => {
        const text = global.json ? undefined : progressLine(line);
        if (text !== undefined) process.stdout.write(`${text}\n`);
      },
    }),
    confirmation: { reason: textFlag(flags, 'reason') ?? '', ...(typedName === undefined ? {} : { typedName }) },
  };
}

const shared = (door: GuardedDoor, incident: string, signal: AbortSignal) => ({
  aws: door.aws,
  writer: door.writer,
  arming: door.arming,
  clock: systemClock,
  actions,
  identity: () => door.identity(signal),
  incident,
  breakGlass: door.breakGlass,
  protectedTags: door.protectedTags,
});

/** A line of the journal about a containment as progress on the terminal; `undefined` for what is no progress. */
export function progressLine({ at, entry }: JournalLine): string | undefined {
  const time = at.slice(11, 19);
  const step = `${entry.phase === 'undo' ? 'undo ' : ''}${entry.step}`;
  switch (entry.type) {
    case 'step-starting':
      return display(`${time}  ${step}  ${entry.name}`);
    case 'step-done':
      return display(`${time}  ${step}  done${entry.requestId ? `, request ${entry.requestId}` : ''}`);
    case 'step-failed':
      return display(
        `${time}  ${step}  ${entry.outcome === 'unknown' ? 'no answer, it may have happened' : 'refused'}: ${entry.code}: ${entry.message}`,
      );
    case 'containment-cancelled':
      return `${time}  cancelled`;
    case 'containment-verified': {
      const checks = entry.checks as readonly { what: string; holds: boolean; why: string }[];
      return [
        display(`${time}  ${entry.phase === 'undo' ? 'undo ' : ''}${entry.effect}`),
        ...checks.map(({ what, holds, why }) =>
          display(`          ${holds ? 'holds' : 'does not hold'}: ${what}: ${why}`),
        ),
      ].join('\n');
    }
    default:
      return undefined;
  }
}

/** Prints how it ended. @returns The exit code: 0 effective, 4 AWS refused before anything changed, 5 sent but not (only partly) effective. */
export function tellOutcome({ containment, error }: Outcome, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(containmentJson(containment), null, 2)}\n`);
  else process.stdout.write(`${outcomeText(containment)}\n`);
  if (error) process.stderr.write(`${errorLine(error)}\n`);
  switch (containment.state) {
    case 'written':
    case 'confirmed':
    case 'undone':
      return 0;
    case 'failed':
      return error?.exitCode ?? 5;
    default:
      return 5;
  }
}

const outcomeWords: { readonly [State in Containment['state']]: string } = {
  planned: 'planned',
  refused: 'refused: nothing was sent',
  'in-progress': 'still in progress',
  partial: 'only a part was sent or took effect',
  failed: 'failed',
  unverified: 'sent, but its effect could not be seen: it may have happened',
  written: 'written: AWS reads back what was sent (holding is known after 60 s: --wait)',
  confirmed: 'holding: still so after 60 s',
  undoing: 'still being undone',
  undone: 'undone: AWS reads back what was there before',
};

function proofWords({ effect, provedBy, contradictedBy, provable }: Containment['verdict']): string {
  if (contradictedBy) return `A call passed that it should have refused: event ${contradictedBy}.`;
  if (provedBy && effect === 'proved') return `Proved: a later attempt was refused, event ${provedBy}.`;
  if (effect !== 'written' && effect !== 'holding') return '';
  return provable === false ? 'It refuses no calls, so no refused attempt can prove it.' : 'No attempt seen yet.';
}

const wordsOf = ({ state, verdict }: Pick<Containment, 'state' | 'verdict'>): string => {
  if (verdict.contradictedBy) return 'not effective';
  return typeof verdict.stoodUntil === 'number'
    ? `no longer in force: AWS read it back until ${new Date(verdict.stoodUntil).toISOString()}`
    : outcomeWords[state];
};

function outcomeText({ id, plan, state, verdict }: Containment): string {
  return display(
    `${id} ${plan.action} ${plan.target.name}: ${wordsOf({ state, verdict })}. ${proofWords(verdict)}`,
  ).trimEnd();
}
