/** The thread that writes: the only writer of `events.db`. */
import { parentPort } from 'node:worker_threads';
import { ExpectedError } from '../model/errors.ts';
import { toErrorData } from './error-data.ts';
import type { BatchMemory } from './event-batch.ts';
import type { FromWriter, ToOpen, ToWriter, WriterState } from './write-messages.ts';
import { type EventWriter, openWriter } from './writer.ts';

const port = parentPort!;
const tell = (message: FromWriter, moved: readonly ArrayBuffer[] = []) => port.postMessage(message, moved);

const stateOf = ({ totals, rules, toldTo, lastRow }: EventWriter): WriterState => ({ totals, rules, toldTo, lastRow });

function answer(writer: EventWriter, { id, call, args }: ToWriter): void {
  const memory = call === 'writeBatch' ? memoryOf(args[0]) : undefined;
  const given = memory ? { memory } : {};
  const moved = memory ? [memory.numbers.buffer, memory.keys.buffer, memory.bytes.buffer] : [];
  try {
    const told = (writer[call] as (...given: unknown[]) => unknown)(...args);
    tell({ type: 'done', id, state: stateOf(writer), answer: told, ...given }, moved);
  } catch (error) {
    // A bug ends the thread, and the one that asks with it; both are started again.
    if (!(error instanceof ExpectedError)) throw error;
    tell({ type: 'done', id, state: stateOf(writer), error: toErrorData(error), ...given }, moved);
  }
  if (call === 'close') port.close();
}

const memoryOf = ({ numbers, keys, bytes }: BatchMemory): BatchMemory => ({ numbers, keys, bytes });

port.once('message', ({ path }: ToOpen) => {
  try {
    const writer = openWriter(path);
    port.on('message', (message: ToWriter) => answer(writer, message));
    tell({ type: 'ready', state: stateOf(writer) });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    tell({ type: 'broken', error: toErrorData(error) });
  }
});
