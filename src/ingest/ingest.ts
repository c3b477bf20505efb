import type { Worker } from 'node:worker_threads';
import type { Match } from '../detection/detection.ts';
import type { RuleState } from '../detection/engine.ts';
import type { RuleInfo } from '../detection/rule.ts';
import type { RuleProblem } from '../detection/rule-error.ts';
import { FailedError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import type { KnownRelation } from '../model/graph.ts';
import type { IndicatorRef } from '../model/indicator.ts';
import { ingestThread } from './begin-thread.ts';
import type { FromIngest, OwnCalls, PortableError, SourceCheckpoint, ToBegin, ToIngest } from './messages.ts';

/** Something in the input that could not become an event. The rest of the input is loaded. */
export interface Rejected {
  /** File path, or the source's id. */
  readonly where: string;
  /** 1-based line, or byte offset, where it is known. */
  readonly line?: number;
  readonly byte?: number;
  /** `cut off in the middle (gzip)`, `is not JSON`, `has no eventID`. */
  readonly problem: string;
  readonly nextStep: string;
}

export interface IngestProgress {
  /** Grows by one with every committed batch. */
  readonly version: number;
  /** Events in the store. */
  readonly events: number;
  readonly late: number;
  /** Records that could not become events, since the start. */
  readonly rejected: number;
  /** Epoch ms of the newest event; 0 when there is none. */
  readonly newestAt: number;
  /** Changes with every finding that comes or goes. */
  readonly findings: number;
  readonly files?: {
    readonly done: number;
    readonly total: number;
    readonly bytesDone: number;
    readonly bytesTotal: number;
  };
}

/** The rules that run, what each could speak of, and what could not be loaded. */
export interface RunningRules {
  readonly rules: readonly RuleInfo[];
  readonly states: readonly RuleState[];
  readonly problems: readonly RuleProblem[];
}

/** The worker thread that reads, parses, normalises, links and judges, and the one that it has write `events.db`. */
export interface Ingest {
  /**
   * Resolves once the store is open. What is asked before waits for it.
   * @throws FailedError when it cannot be opened.
   */
  readonly opened: Promise<void>;
  /**
   * Resolves when the records are in the store: a source that waits for it is held back when the thread is behind, and goes on from
   * the right place after a failure. `route` is the source's id; the checkpoint commits with the records.
   */
  push(route: string, records: readonly RawRecord[], checkpoint?: SourceCheckpoint): Promise<void>;
  /**
   * Opens saved logs (files, folders, `-`); the worker reads them itself. Resolves when all are in, with what was rejected (at most 1,000 kept).
   * @param onStored Called when all is stored, linked and judged, before the indexes are built that make looking it up fast.
   */
  open(
    paths: readonly string[],
    onStored?: () => void,
  ): Promise<{ readonly events: number; readonly rejected: readonly Rejected[]; readonly rejectedTotal: number }>;
  /** Ends the loading of saved logs where it is: what was read stays, each file that was not read to its end is rejected. */
  stopLoading(): void;
  /** @param event Its row, or its own id: the writer finds it at once, also while a first load goes on. */
  mark(event: number | string, marked: boolean): void;
  /** Keeps what AWS answered about resources: relations that no event need prove. The same again only moves its time. @throws FailedError */
  relate(relations: readonly KnownRelation[]): Promise<void>;
  /**
   * By what our own calls are known: user agent and identity. Records that come from now on make nothing hot when they are ours.
   * @param mark Part of the user agent. @param arns Our sessions.
   */
  setOwn(mark: string, arns: readonly string[]): void;
  rules(): Promise<RunningRules>;
  /** Why a rule about single records fired on one; nothing for a correlation. */
  explain(rule: string, record: RawRecord): Promise<readonly Match[]>;
  /** Resolves when everything pushed before has been committed. */
  flush(): Promise<void>;
  /**
   * Looks for these brought indicators, and for no others, in whatever is and will be stored; not before loads that go on have ended. What they
   * are found in is known once all of it was judged anew, which takes as long as it takes.
   */
  lookFor(indicators: readonly IndicatorRef[]): Promise<void>;
  close(): Promise<void>;
}

export interface IngestOptions {
  /** `events.db`. */
  readonly path: string;
  /** Files and folders of rules besides the built-in ones. */
  readonly rules?: readonly string[];
  /** Indicators that somebody brought: they are looked for in whatever is and will be stored. */
  readonly indicators?: readonly IndicatorRef[];
  readonly onProgress: (progress: IngestProgress) => void;
  readonly onRejected?: (rejected: Rejected) => void;
  /** Called with every thread that is started; lets tests kill it. */
  readonly onThread?: (thread: Worker) => void;
}

/** A thread that dies again and again has met something that will kill the next one too. */
const mostRestarts = 3;

interface Waiting {
  readonly message: ToIngest;
  readonly onStored?: (() => void) | undefined;
  readonly resolve: (answer: Extract<FromIngest, { type: 'done' }>) => void;
  readonly reject: (error: Error) => void;
}

const closed = () => new FailedError('Closed', 'the store was closed before this was done', ['Load it again']);
const failed = ({ code, message, nextSteps }: PortableError): FailedError => new FailedError(code, message, nextSteps);

/**
 * Starts the ingest thread on an incident's `events.db` and waits until it is open.
 *
 * @throws FailedError when the store cannot be opened.
 */
export async function startIngest(options: IngestOptions): Promise<Ingest> {
  const ingest = beginIngest(options);
  await ingest.opened;
  return ingest;
}

/**
 * Starts the ingest thread on an incident's `events.db`. A thread that dies is started again and given everything that it had not
 * acknowledged: writes are idempotent by key.
 */
export function beginIngest({
  path,
  rules = [],
  indicators: broughtAtStart = [],
  onProgress,
  onRejected,
  onThread,
}: IngestOptions): Ingest {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let restarts = 0;
  let closing = false;
  /** Between the death of a thread and the next one's first word nothing is sent: it will be with all that waits. */
  let ready = false;
  let broken: FailedError | undefined;
  /** A thread that is started anew must know it before the first record. */
  let own: OwnCalls | undefined;
  let worker: Worker;
  let indicators = broughtAtStart;
  /** The thread ends because it is to begin anew, not because it died. */
  let isRenewed = false;
  const loads = new Set<Promise<unknown>>();

  const settle = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    waiting.delete(id);
    return one;
  };
  const breakDown = (error: FailedError) => {
    broken = error;
    for (const id of [...waiting.keys()]) settle(id)?.reject(error);
  };

  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      worker = ingestThread();
      worker.postMessage({ path, own, rules, indicators } satisfies ToBegin);
      onThread?.(worker);
      worker.on('message', (message: FromIngest) => {
        switch (message.type) {
          case 'ready':
            resolve();
            break;
          case 'progress':
            onProgress(message.progress);
            break;
          case 'rejected':
            onRejected?.(message.rejected);
            break;
          case 'stored':
            waiting.get(message.id)?.onStored?.();
            break;
          case 'done': {
            restarts = 0;
            const one = settle(message.id);
            if (message.error) one?.reject(failed(message.error));
            else one?.resolve(message);
            break;
          }
          case 'broken':
            breakDown(failed(message.error));
            reject(broken);
        }
      });
      // 'exit' follows; without a listener the error would end the program.
      let cause: unknown;
      worker.on('error', (error) => {
        cause = error;
      });
      worker.on('exit', () => {
        if (broken) return;
        if (closing) {
          // Whoever waits for the end has it; whatever else waited hears that it did not come.
          breakDown(closed());
          return;
        }
        if (!isRenewed) restarts += 1;
        isRenewed = false;
        ready = false;
        if (restarts > mostRestarts) {
          const error = new FailedError(
            'IngestDied',
            `the thread that stores events died ${restarts} times: ${cause instanceof Error ? cause.message : 'no reason given'}`,
            ['Report this with the input; what was acknowledged is stored'],
            cause,
          );
          breakDown(error);
          reject(error);
          return;
        }
        begin().then(resolve, reject);
      });
    });
  const begin = async () => {
    await start();
    ready = true;
    for (const { message } of waiting.values()) worker.postMessage(message);
  };
  const opened = begin();
  opened.catch(() => undefined); // Whatever is asked hears of it, too.

  const ask = (request: (id: number) => ToIngest, onStored?: () => void) =>
    new Promise<Extract<FromIngest, { type: 'done' }>>((resolve, reject) => {
      if (broken) {
        reject(broken);
        return;
      }
      const id = nextId;
      nextId += 1;
      const message = request(id);
      waiting.set(id, { message, onStored, resolve, reject });
      if (ready) worker.postMessage(message);
    });

  return {
    opened,
    async push(route, records, checkpoint) {
      await ask((id) => ({
        type: 'records',
        id,
        route,
        records,
        seenAt: Date.now(),
        ...(checkpoint === undefined ? {} : { checkpoint }),
      }));
    },
    async open(paths, onStored) {
      const load = ask((id) => ({ type: 'open', id, paths }), onStored);
      loads.add(load);
      const { events = 0, rejected = [], rejectedTotal = 0 } = await load.finally(() => loads.delete(load));
      return { events, rejected, rejectedTotal };
    },
    stopLoading() {
      ask((id) => ({ type: 'stop-loading', id })).catch(() => undefined); // Whoever waits for the load hears that the thread is gone.
    },
    mark(event, marked) {
      ask((id) => ({ type: 'mark', id, event, marked })).catch(() => undefined); // The journal has the mark; the store's is a mirror.
    },
    async relate(relations) {
      if (relations.length > 0) await ask((id) => ({ type: 'relate', id, relations }));
    },
    setOwn(mark, arns) {
      own = { mark, arns };
      ask((id) => ({ type: 'own', id, own: { mark, arns } })).catch(() => undefined); // Whatever is pushed hears that the thread is gone.
    },
    async rules() {
      return (await ask((id) => ({ type: 'rules', id }))).answer as RunningRules;
    },
    async explain(rule, record) {
      return (await ask((id) => ({ type: 'explain', id, rule, record }))).answer as readonly Match[];
    },
    async lookFor(brought) {
      indicators = brought;
      // Standard input cannot be read a second time.
      await Promise.allSettled(loads);
      await ask((id) => ({ type: 'flush', id }));
      if (closing || broken || indicators !== brought) return;
      // Rules are made when a thread begins: the next one judges all that is stored by them.
      isRenewed = true;
      ready = false;
      await worker.terminate();
    },
    async flush() {
      await ask((id) => ({ type: 'flush', id }));
    },
    async close() {
      if (closing) return;
      closing = true;
      if (broken) {
        await worker.terminate();
        return;
      }
      await ask((id) => ({ type: 'close', id })).catch(() => undefined); // It is gone already.
      breakDown(closed());
      await worker.terminate();
    },
  };
}
