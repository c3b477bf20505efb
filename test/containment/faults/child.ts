/** A process that contains, or undoes, and ends itself by SIGKILL after a line of its journal; see `killed.ts`. */
import { foldContainments } from '../../../src/containment/fold.ts';
import { openJournal } from '../../../src/store/journal.ts';
import { actOn } from '../acting.ts';
import type { Task } from './killed.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
// JSON has no infinity.
const killAfter = task.killAfter ?? Number.POSITIVE_INFINITY;
const signal = new AbortController().signal;
const journal = await openJournal(task.journal);
let appended = 0;
const { door, runner } = await actOn(
  task,
  {
    path: journal.path,
    get lines() {
      return journal.lines;
    },
    tornLine: undefined,
    async append(entry) {
      const line = await journal.append(entry);
      appended += 1;
      if (appended >= killAfter) process.kill(process.pid, 'SIGKILL');
      return line;
    },
    close: () => journal.close(),
  },
  task.speed,
);
door.arming.arm();
const confirmation = { reason: 'fault matrix', typedName: task.target.name };
if (task.phase === 'do') {
  const { plan } = await runner.plan(task.action, task.target, task.params, signal);
  await (await runner.approve(plan, confirmation, 'child', signal)).written;
} else {
  const [containment] = foldContainments(journal.lines);
  if (!containment) throw new Error('there is nothing to undo');
  const shown = await runner.planUndo(containment, signal);
  await (await runner.undo(shown, confirmation, 'child', signal)).done;
}
runner.close();
door.close();
await journal.close();
