import { Worker } from 'node:worker_threads';
import type { Story } from '../model/drill.ts';
import { FailedError, UsageError } from '../model/errors.ts';
import { observable, type Source } from '../shared/observable.ts';
import { workerUrl } from '../shared/worker-url.ts';
import type { Range, RangeOptions } from './range.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/**
 * Starts a simulated account in its own thread.
 *
 * @throws The same as `startRange`. A bug in the thread is thrown in this one, uncaught.
 */
export async function startRangeWorker(options: RangeOptions): Promise<Range> {
  const worker = new Worker(workerUrl(import.meta.url, './worker.ts', 'range-worker'), { workerData: options });
  const ask = (message: ToWorker) => worker.postMessage(message);
  const answers = new Map<number, (state: string) => void>();
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let story: Source<Story> | undefined;
  let asked = 0;
  let gone = false;
  void exited.then(() => {
    gone = true;
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
        answers.get(message.id)?.(message.state);
        answers.delete(message.id);
      }
    });
  });
  if (!story) throw new Error('range-worker started without a story');
  return {
    ...started.range,
    story,
    state: () => {
      if (gone) return Promise.reject(new FailedError('RangeClosed', 'the simulated account is closed'));
      asked += 1;
      const id = asked;
      return new Promise((resolve) => {
        answers.set(id, resolve);
        ask({ type: 'state', id });
      });
    },
    close: async () => {
      if (!gone) ask({ type: 'close' });
      await exited;
    },
  };
}
