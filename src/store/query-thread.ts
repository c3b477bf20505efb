import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Predicate } from '../filter/predicate.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { fromErrorData } from './error-data.ts';
import type { OwnCalls } from './event-reader.ts';
import type { Questions, QuestionType, ViewId } from './queries.ts';
import type { FromQueryWorker, ToQueryWorker } from './query-messages.ts';
import { RowListReader } from './row-list.ts';

interface Slot {
  /** The view that is shown, and the one before it: a screen may draw that once more. */
  shown: readonly ViewId[];
  wanted: ViewId | undefined;
}

/** Questions make much that lives no longer than they; V8 would let its nursery grow to 60 MB and keep it. */
const youngGenerationMb = 16;

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly message: ToQueryWorker;
}

/** The UI thread's side of the query worker: starts it with the first question, starts it again when it dies. */
export class QueryThread {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #lists = new Map<ViewId, RowListReader>();
  readonly #filters = new Map<ViewId, Predicate>();
  readonly #slots = new Map<string, Slot>();
  readonly #asked = new Map<string, number>();
  /** Views by their id, questions by theirs, which is negative. */
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #own: OwnCalls | undefined;
  #next = 1;
  #deaths = 0;

  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
  }

  setOwn(own: OwnCalls): void {
    this.#own = own;
    this.#worker?.postMessage({ type: 'own', own } satisfies ToQueryWorker);
  }

  list(view: ViewId): RowListReader | undefined {
    return this.#lists.get(view);
  }

  /**
   * Slots share the view of a filter: what a screen shows, what it showed before and what others show are often the same, each a list that grows
   * with the events.
   */
  async view(slot: string, filter: Predicate, signal: AbortSignal): Promise<ViewId> {
    signal.throwIfAborted();
    const state = this.#slots.get(slot) ?? { shown: [], wanted: undefined };
    this.#slots.set(slot, state);
    if (state.wanted !== undefined) this.#giveUp(state.wanted, replaced());
    state.wanted = undefined;
    const view = this.#held(filter) ?? (await this.#made(state, filter, signal));
    const shown = [view, ...state.shown.filter((other) => other !== view)];
    state.shown = shown.slice(0, 2);
    for (const older of shown.slice(2)) this.#release(older);
    return view;
  }

  /** The view of an equal filter that some slot shows. */
  #held(filter: Predicate): ViewId | undefined {
    for (const { shown } of this.#slots.values())
      for (const view of shown) if (isDeepStrictEqual(this.#filters.get(view), filter)) return view;
    return undefined;
  }

  async #made(state: Slot, filter: Predicate, signal: AbortSignal): Promise<ViewId> {
    const view = this.#take();
    state.wanted = view;
    this.#filters.set(view, filter);
    try {
      await this.#send(view, { type: 'view', view, filter }, signal);
      return view;
    } catch (error) {
      this.#drop(view);
      throw error;
    } finally {
      if (state.wanted === view) state.wanted = undefined;
    }
  }

  async ask(slot: string, question: Questions[QuestionType]['question'], signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const id = this.#take();
    const before = this.#asked.get(slot);
    if (before !== undefined) this.#giveUp(-before, replaced());
    this.#asked.set(slot, id);
    try {
      return await this.#send(-id, { type: 'ask', id, question }, signal);
    } finally {
      if (this.#asked.get(slot) === id) this.#asked.delete(slot);
    }
  }

  /** Views take in what was committed now, not at the worker's next look. */
  refresh(): void {
    if (this.#filters.size > 0) this.#worker?.postMessage({ type: 'look' } satisfies ToQueryWorker);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new DOMException('The store was closed', 'AbortError'));
    this.#waiting.clear();
    worker?.removeAllListeners();
    await worker?.terminate();
  }

  #take(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  #send(key: number, message: ToQueryWorker, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abort = () => this.#giveUp(key, signal.reason);
      const end =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          signal.removeEventListener('abort', abort);
          settle(value);
        };
      this.#waiting.set(key, { resolve: end(resolve), reject: end(reject), message });
      signal.addEventListener('abort', abort, { once: true });
      this.#post(message);
      this.#hold();
    });
  }

  /** Nobody who waits may find the process gone; nobody else is held by the thread. */
  #hold(): void {
    if (this.#waiting.size > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #post(message: ToQueryWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(workerUrl(import.meta.url, './query-worker.ts', 'query-worker'), {
      workerData: { path: this.#path, own: this.#own },
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    worker.on('message', (message: FromQueryWorker) => this.#hear(message));
    let failure: unknown = new Error('The query thread ended');
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => this.#buried(worker, failure));
    worker.unref();
    return worker;
  }

  #hear(message: FromQueryWorker): void {
    switch (message.type) {
      case 'ready':
        break;
      case 'rows': {
        // A view that was dropped meanwhile.
        if (!this.#filters.has(message.view)) break;
        this.#lists.set(message.view, new RowListReader(message.shared));
        this.#settle(message.view)?.resolve(undefined as never);
        this.#onChange();
        break;
      }
      case 'answer':
        this.#settle(-message.id)?.resolve(message.answer as never);
        break;
      case 'changed':
        this.#onChange();
        break;
      case 'failed':
        // What was shown of it stays readable; whoever asks for it again has it searched anew.
        if (message.view !== undefined) this.#filters.delete(message.view);
        this.#settle(message.view ?? -(message.id ?? 0))?.reject(fromErrorData(message.error));
        break;
    }
  }

  #settle(key: number): Waiting | undefined {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    this.#deaths = 0;
    this.#hold();
    return waiting;
  }

  #giveUp(key: number, reason: unknown): void {
    const waiting = this.#settle(key);
    if (!waiting) return;
    if (key < 0) this.#worker?.postMessage({ type: 'cancel', id: -key } satisfies ToQueryWorker);
    waiting.reject(reason);
  }

  /** A slot shows it no longer. */
  #release(view: ViewId): void {
    for (const { shown } of this.#slots.values()) if (shown.includes(view)) return;
    this.#drop(view);
  }

  #drop(view: ViewId): void {
    this.#filters.delete(view);
    this.#lists.delete(view);
    this.#worker?.postMessage({ type: 'drop', view } satisfies ToQueryWorker);
  }

  /** What was shown stays readable; what was asked is asked again, unless the thread dies of it. */
  #buried(worker: Worker, failure: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#deaths += 1;
    if (this.#deaths > 2) {
      for (const { reject } of this.#waiting.values()) reject(failure);
      this.#waiting.clear();
      // Nobody keeps them current any more: whoever asks again has a new one.
      this.#filters.clear();
      return;
    }
    const messages: ToQueryWorker[] = [...this.#filters].map(([view, filter]) => ({ type: 'view', view, filter }));
    for (const { message } of this.#waiting.values()) if (message.type === 'ask') messages.push(message);
    for (const message of messages) this.#post(message);
    this.#hold();
  }
}

const replaced = () => new DOMException('A newer question took its place', 'AbortError');
