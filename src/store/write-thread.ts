import { Worker } from 'node:worker_threads';
import type { KnownRelation } from '../model/graph.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { fromErrorData } from './error-data.ts';
import type { BatchMemory, EventBatch } from './event-batch.ts';
import type { FromWriter, ToOpen, ToWriter, WriterCall, WriterState } from './write-messages.ts';
import type { Checkpoint, EventWriter, FindingChange, StoreTotals } from './writer.ts';

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** It makes hardly any garbage: what events are made of stays with whoever packs them. */
const youngGenerationMb = 8;

/**
 * The writer of an `events.db` in a thread of its own, as another thread sees it. Whatever is asked is done in the order in which it was asked;
 * nobody has to wait for one before asking for the next. A thread that dies takes the one that asks with it.
 */
export class WriteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #giveBack: (memory: BatchMemory) => void;
  #next = 1;
  #state: WriterState = { totals: { events: 0, late: 0, newestAt: 0, findings: 0 }, rules: 0, toldTo: 0, lastRow: 0 };
  #closing = false;
  /** Rejects when the store, once `open` named it, cannot be opened. @throws FailedError */
  readonly ready: Promise<void>;

  /** @param giveBack Takes the memory of batches that were written. */
  constructor(giveBack: (memory: BatchMemory) => void) {
    this.#giveBack = giveBack;
    this.#worker = new Worker(workerUrl(import.meta.url, './write-worker.ts', 'write-worker'), {
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromWriter) => {
        switch (message.type) {
          case 'ready':
            this.#state = message.state;
            resolve();
            break;
          case 'broken':
            this.#closing = true;
            reject(fromErrorData(message.error));
            break;
          case 'done':
            this.#settle(message);
        }
      });
    });
    this.#worker.on('error', (error) => {
      throw error;
    });
    this.#worker.on('exit', () => {
      if (!this.#closing) throw new Error('the thread that writes the store ended');
    });
  }

  /** Opens an `events.db`; asked once, before anything else. */
  open(path: string): void {
    this.#worker.postMessage({ path } satisfies ToOpen);
  }

  /** As of the last answer. */
  get totals(): StoreTotals {
    return this.#state.totals;
  }

  get rules(): number {
    return this.#state.rules;
  }

  get toldTo(): number {
    return this.#state.toldTo;
  }

  get lastRow(): number {
    return this.#state.lastRow;
  }

  /** @throws FailedError */
  writeBatch(batch: EventBatch, checkpoints: readonly Checkpoint[] = []): Promise<Uint32Array> {
    return this.#ask('writeBatch', [batch, checkpoints], [batch.numbers.buffer, batch.keys.buffer, batch.bytes.buffer]);
  }

  async changeFindings(changes: readonly FindingChange[], toldTo?: number): Promise<void> {
    await this.#ask('changeFindings', [changes, toldTo]);
  }

  async forgetFindings(): Promise<void> {
    await this.#ask('forgetFindings', []);
  }

  async judgedBy(rules: number, toldTo: number): Promise<void> {
    await this.#ask('judgedBy', [rules, toldTo]);
  }

  async beginLoad(): Promise<void> {
    await this.#ask('beginLoad', []);
  }

  async endLoad(): Promise<void> {
    await this.#ask('endLoad', []);
  }

  async mark(event: number | string, marked: boolean): Promise<void> {
    await this.#ask('mark', [event, marked]);
  }

  async relate(relations: readonly KnownRelation[]): Promise<void> {
    await this.#ask('relate', [relations]);
  }

  /** After everything that was asked before. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#ask('close', []);
  }

  #ask<Call extends WriterCall>(
    call: Call,
    args: Parameters<EventWriter[Call]>,
    moved: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<EventWriter[Call]>> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, args } as ToWriter, moved);
    });
  }

  #settle({ id, state, answer, memory, error }: Extract<FromWriter, { type: 'done' }>): void {
    this.#state = state;
    if (memory) this.#giveBack(memory);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(fromErrorData(error));
    else waiting?.resolve(answer as never);
  }
}
