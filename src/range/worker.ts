/** The range in its own thread, so that neither the console nor the simulated account waits for the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { FailedError, UsageError } from '../model/errors.ts';
import type { Range, RangeOptions } from './range.ts';
import { startRange } from './start-range.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const port = parentPort;
if (!port) throw new Error('range-worker must be started as a worker thread');
const say = (message: FromWorker) => port.postMessage(message);

const noFacts = { marks: [], notes: 0, snapshots: 0, containments: 0, reports: 0 };

function answer(
  { control, deeds, hint, score, state }: Range,
  {
    question,
    ms = 0,
    placement = { arn: '', status: '' },
    rules = [],
    facts = noFacts,
  }: Extract<ToWorker, { type: 'ask' }>,
): Promise<unknown> {
  if (question === 'state') return state();
  if (question === 'deeds') return deeds();
  if (question === 'hint') return hint();
  if (question === 'score') return score(facts);
  if (question === 'place') return control.place(placement);
  if (question === 'fault') return control.fault(rules);
  return question === 'refuse' ? control.refuse(ms) : control[question]();
}

try {
  const range = await startRange(workerData as RangeOptions);
  const { endpoint, account, region, credentials, briefing, story } = range;
  story.subscribe(() => say({ type: 'story', story: story.get() }));
  port.on('message', async (message: ToWorker) => {
    if (message.type === 'ask') say({ type: 'answer', id: message.id, value: await answer(range, message) });
    else {
      await range.close();
      port.close();
    }
  });
  say({ type: 'started', range: { endpoint, account, region, credentials, briefing }, story: story.get() });
} catch (error) {
  // Whatever else is thrown is a bug: it reaches the other thread as the worker's `error`.
  if (!(error instanceof UsageError || error instanceof FailedError)) throw error;
  const kind = error instanceof UsageError ? 'usage' : 'failed';
  say({ type: 'refused', kind, code: error.code, message: error.message, nextSteps: error.nextSteps });
  port.close();
}
