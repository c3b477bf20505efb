import { Worker } from 'node:worker_threads';
import type { Story } from '../model/drill.ts';
import { FailedError, UsageError } from '../model/errors.ts';
import { observable, type Source } from '../shared/observable.ts';
import { workerUrl } from '../shared/worker-url.ts';
import type { Range, RangeOptions } from './range.ts';
import type { FromWorker, Question, ToWorker } from './worker-messages.ts';

/**
 * Starts a simulated account in its own thread.
 *
 * @throws The same as `startRange`. A bug in the thread is thrown in this one, uncaught.
 */
export async function startRangeWorker(options: RangeOptions): Promise<Range> {
  const worker = new Worker(workerUrl(import.meta.url, './worker.ts', 'range-worker'), { workerData: options });
  const ask = (message: ToWorker) => worker.postMessage(message);
  const answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let story: Source<Story> | undefined;
  let asked = 0;
  let gone = false;
  const closed = () => new FailedError('RangeClosed', 'the simulated account is closed');
  void exited.then(() => {
    gone = true;
    for (const { reject } of answers.values()) reject(closed());
    answers.clear();
  });

  const started = await new Promise<Extract<FromWorker, { type: 'started' }>>((resolve, reject) => {
    const fail = (error: unknown) => reject(error);
    worker.once('error', fail);
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'started') {
        // From now on an error of the thread is nobody's to catch.
        worker.off('error', fail);
        story = observable(message.story);
        resolve(message);
      } else if (message.type === 'refused')
        reject(
          message.kind === 'usage'
            ? new UsageError(message.message, { nextSteps: message.nextSteps })
            : new FailedError(message.code, message.message, message.nextSteps),
        );
      else if (message.type === 'story') story?.set(message.story);
      else {
        answers.get(message.id)?.resolve(message.value);
        answers.delete(message.id);
      }
    });
  });
  if (!story) throw new Error('range-worker started without a story');
  /** The answer's type is the question's: the thread answers with what `Range` says. */
  const question = <Value>(
    name: Question,
    more: Pick<Extract<ToWorker, { type: 'ask' }>, 'ms' | 'placement' | 'rules' | 'facts'> = {},
  ): Promise<Value> => {
    if (gone) return Promise.reject(closed());
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      answers.set(id, { resolve: (value) => resolve(value as Value), reject });
      ask({ type: 'ask', id, question: name, ...more });
    });
  };
  return {
    ...started.range,
    story,
    state: () => question('state'),
    deeds: () => question('deeds'),
    hint: () => question('hint'),
    score: (facts) => question('score', { facts }),
    control: {
      openTails: () => question('openTails'),
      refuse: (ms) => question('refuse', { ms }),
      expireCredentials: () => question('expireCredentials'),
      renewCredentials: () => question('renewCredentials'),
      requests: () => question('requests'),
      fault: (rules) => question('fault', { rules }),
      place: (placement) => question('place', { placement }),
    },
    close: async () => {
      if (!gone) ask({ type: 'close' });
      await exited;
    },
  };
}
