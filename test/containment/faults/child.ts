/** A process that contains, or undoes, and ends itself by SIGKILL after a line of its journal; see `killed.ts`. */
import { openAws } from '../../../src/aws/client.ts';
import { actions } from '../../../src/containment/catalogue.ts';
import { foldContainments } from '../../../src/containment/fold.ts';
import { createRunner } from '../../../src/containment/runner.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { sha256 } from '../../../src/shared/digest.ts';
import { openJournal } from '../../../src/store/journal.ts';
import type { Task } from './killed.ts';
import { speed } from './stage.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
// JSON has no infinity.
const killAfter = task.killAfter ?? Number.POSITIVE_INFINITY;
const signal = new AbortController().signal;
const journal = await openJournal(task.journal);
const door = await openAws({
  region: task.region,
  endpoint: task.endpoint,
  credentials: task.credentials,
  clock: systemClock,
  simulated: true,
  lookupPerSecond: 1000,
  incident: 'contract',
});
let appended = 0;
const runner = createRunner({
  aws: door.aws,
  writer: door.writer,
  arming: door.arming,
  journal: {
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
  clock: systemClock,
  actions,
  identity: () => door.identity(),
  incident: 'contract',
  saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
  speed,
});
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
