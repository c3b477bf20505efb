/**
 * Every action, met by every fault at each of its calls, by somebody else in between, and by `kill -9` after each line of its journal.
 * Prints what came of it and counts. `--only TEXT`: what has the text in action, fault or place. `--no-kill`, `--kill`: without, or nothing
 * but, the killed processes. On a machine that is busy with other things `FAULT_SPEED=200` gives each wait more of real time (1000 is usual).
 * Ends with 1 when an invariant did not hold.
 */
import { parseArgs } from 'node:util';
import { callsOf, undoSteps } from '../../src/containment/step.ts';
import { killed, linesOf } from './faults/killed.ts';
import { stage } from './faults/stage.ts';
import { subjects } from './faults/subjects.ts';
import { atCall, callFaults, meddled, meddlings, type Trial } from './faults/trial.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    kill: { type: 'boolean' },
    'no-kill': { type: 'boolean' },
    jobs: { type: 'string' },
  },
});
const only = values.only ?? '';
const trials: Trial[] = [];
const kept = (trial: Trial | undefined) => {
  if (!trial) return;
  trials.push(trial);
  const bad = trial.problems.length > 0 ? ` !! ${trial.problems.join(' | ').slice(0, 1500)}` : '';
  process.stdout.write(`${trial.action} · ${trial.fault} at ${trial.at}: ${trial.ended}${bad}\n`);
};
/** Trials wait most of the time: so many go on at once. */
const atOnce = Number(values.jobs ?? 3);
const queue: (() => Promise<Trial | undefined>)[] = [];
const wanted = (...words: readonly string[]) => words.join(' ').includes(only);

for (const subject of subjects) {
  const { id } = subject.action;
  if (!values.kill) {
    const s = await stage(subject);
    const calls = { do: callsOf(s.plan.steps).length, undo: callsOf(undoSteps(s.plan)).length };
    await s.close();
    for (const phase of ['do', 'undo'] as const)
      for (let at = 0; at < calls[phase]; at += 1)
        for (const fault of callFaults)
          if (wanted(id, fault.name, `${phase} ${at + 1}`)) queue.push(() => atCall(subject, phase, at, fault));
    for (const one of meddlings) if (wanted(id, one.name, one.when)) queue.push(() => meddled(subject, one));
  }
  if (!values['no-kill'] && wanted(id, 'kill -9'))
    for (const phase of ['do', 'undo'] as const)
      for (let line = (await linesOf(subject, phase)) - 1; line > 0; line -= 1)
        queue.push(() => killed(subject, phase, line));
}
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) kept(await next());
  }),
);

const broken = trials.filter(({ problems }) => problems.length > 0);
const by = (key: (trial: Trial) => string) =>
  [...Map.groupBy(trials, key)].map(([name, some]) => `  ${String(some.length).padStart(5)}  ${name}`).join('\n');
process.stdout.write(
  `\n${trials.length} trials of ${new Set(trials.map(({ action }) => action)).size} actions, ${broken.length} broken\nby fault\n${by(({ fault }) => fault)}\nby end\n${by(({ ended }) => ended)}\n`,
);
process.exitCode = broken.length > 0 ? 1 : 0;
