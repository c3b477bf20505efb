/** The ingest thread: reads, parses, normalises, links and stores; the only writer of `events.db`. */
import { parentPort, workerData } from 'node:worker_threads';
import { grantsOf } from '../linking/credentials.ts';
import { link } from '../linking/link.ts';
import { ExpectedError } from '../model/errors.ts';
import type { NormalisedEvent } from '../model/event.ts';
import type { IndicatorRef } from '../model/indicator.ts';
import { normalise } from '../normalise/normalise.ts';
import { reportedState } from '../normalise/state-change.ts';
import { summarise } from '../normalise/summary.ts';
import { type EventWriter, openWriter, type StoredEvent } from '../store/writer.ts';
import { BatchBytes } from './batch-bytes.ts';
import { type Detector, startDetector } from './detector.ts';
import type { IngestProgress, Rejected } from './ingest.ts';
import { numberTwins } from './log-line-id.ts';
import type { FromIngest, OwnCalls, PortableError, ToIngest } from './messages.ts';
import { listSavedFiles, readSavedFile } from './saved-files.ts';
import type { SavedRecord } from './saved-records.ts';

const port = parentPort!;
const {
  path,
  own: ownAtStart,
  rules,
  indicators,
} = workerData as {
  readonly path: string;
  readonly own: OwnCalls | undefined;
  readonly rules: readonly string[];
  readonly indicators: readonly IndicatorRef[];
};
const tell = (message: FromIngest) => port.postMessage(message);

/** As many rejections as are kept word for word; the count goes on. */
const rejectedKept = 1_000;
const batchRecords = 4_000;
const progressEveryMs = 100;

const portable = (error: ExpectedError): PortableError => ({
  code: error.code,
  message: error.message,
  nextSteps: error.nextSteps,
});

/** Built once the thread has said that it is ready: nobody waits for it but records. */
let detector!: Detector;
let detecting: Promise<void> | undefined;
let own: OwnCalls | undefined = ownAtStart;
let version = 0;
let rejectedCount = 0;
let files: IngestProgress['files'];
let toldAt = 0;

let later: NodeJS.Timeout | undefined;

/** At most ten times a second, and never later than that: what was held back is told when its time comes. */
function tellProgress(writer: EventWriter, now: boolean): void {
  const wait = toldAt + progressEveryMs - Date.now();
  if (!now && wait > 0) {
    later ??= setTimeout(() => tellProgress(writer, true), wait);
    return;
  }
  clearTimeout(later);
  later = undefined;
  toldAt = Date.now();
  const { events, late, newestAt, findings } = writer.totals;
  tell({
    type: 'progress',
    progress: { version, events, late, newestAt, findings, rejected: rejectedCount, ...(files ? { files } : {}) },
  });
}

function reject(rejected: Rejected): void {
  rejectedCount += 1;
  if (rejectedCount <= rejectedKept) tell({ type: 'rejected', rejected });
}

/** A record as the store takes it; `undefined` when it is rejected. */
function prepare(
  { record: raw, bytes, value }: SavedRecord,
  route: string,
  seenAt: number,
  rejecting: (problem: string) => void,
): StoredEvent | undefined {
  const normalised = normalise(raw, value);
  if (normalised.rejected !== undefined) {
    rejecting(normalised.rejected);
    return undefined;
  }
  const { event, record } = normalised;
  const linked = { ...event, resources: link(record, event) };
  const isOurs = isOwn(event);
  const stored = {
    event: { ...linked, summary: summarise(linked, record, raw) },
    grants: grantsOf(record, linked),
    bytes,
    route,
    seenAt,
    late: raw.late === true,
    state: event.origin === 'eventbridge' ? reportedState(record).key : '',
    isOwn: isOurs,
  };
  // What we do ourselves looks like an attack.
  return isOurs ? stored : detector.judge(stored, record, raw.text);
}

/** The mark alone proves nothing: anybody can write it. */
const isOwn = ({ userAgent, principal }: NormalisedEvent): boolean =>
  own !== undefined && userAgent.includes(own.mark) && own.arns.includes(principal?.arn ?? '');

/**
 * One transaction after the other, whoever asks: between two batches of a load come the batches of live sources and the marks.
 */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined); // Whoever asked hears of it.
  return mine;
}
/** A load stops at its next batch when the program leaves; what is in is in. Standard input may keep it waiting for ever. */
let closing = false;
const loads = new Set<Promise<void>>();
const waitForLoadsMs = 300;

async function takeRecords(writer: EventWriter, message: Extract<ToIngest, { type: 'records' }>): Promise<void> {
  const { route, records, checkpoint, seenAt } = message;
  const batch: StoredEvent[] = [];
  for (const record of numberTwins(records)) {
    const stored = prepare({ record, bytes: Buffer.from(record.text) }, route, seenAt, (problem) =>
      reject({
        where: route,
        problem: `a record ${problem}`,
        nextStep: 'The rest is loaded; look at the source itself',
      }),
    );
    if (stored) batch.push(stored);
  }
  await inTurn(() =>
    detector.write(
      writer,
      batch,
      checkpoint === undefined ? [] : [{ route: checkpoint.key, checkpoint: checkpoint.json }],
    ),
  );
  version += 1;
  tellProgress(writer, false);
}

async function openPaths(writer: EventWriter, { id, paths }: Extract<ToIngest, { type: 'open' }>): Promise<void> {
  const kept: Rejected[] = [];
  let total = 0;
  const rejecting = (one: Rejected) => {
    total += 1;
    if (kept.length < rejectedKept) kept.push(one);
    reject(one);
  };
  const list = await listSavedFiles(paths, rejecting);
  const bytesTotal = list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let bytesBefore = 0;
  let batch: StoredEvent[] = [];
  const batchBytes = new BatchBytes();
  const store = async () => {
    const full = batch;
    batch = [];
    if (closing) return;
    await inTurn(() => detector.write(writer, full, []));
    batchBytes.forget();
    version += 1;
    tellProgress(writer, false);
  };
  await inTurn(() => writer.beginLoad());
  try {
    for (const [done, file] of list.entries()) {
      if (closing) break;
      const seenAt = Date.now();
      await readSavedFile(
        file,
        (saved) => {
          const record = { ...saved, bytes: batchBytes.add(saved.bytes) };
          const stored = prepare(record, 'file', seenAt, (problem) =>
            rejecting({
              where: file.path,
              problem: `a record ${problem}`,
              nextStep: 'Check this record; the rest is loaded',
            }),
          );
          if (stored) batch.push(stored);
        },
        async (bytesRead) => {
          files = { done, total: list.length, bytesDone: bytesBefore + bytesRead, bytesTotal };
          // What is piped in may pause for long: nothing of it waits for a full batch.
          if (batch.length >= batchRecords || (file.path === '-' && batch.length > 0)) await store();
          return !closing;
        },
        rejecting,
      );
      bytesBefore += file.sizeBytes;
    }
    if (batch.length > 0) await store();
  } finally {
    files = undefined;
    // The next start builds what is missing: leaving does not wait for it.
    if (!closing) await inTurn(() => writer.endLoad());
  }
  version += 1;
  tellProgress(writer, true);
  tell({ type: 'done', id, events: writer.totals.events, rejected: kept, rejectedTotal: total });
}

async function handle(writer: EventWriter, message: ToIngest): Promise<void> {
  if (message.type !== 'close') await detecting;
  switch (message.type) {
    case 'records':
      await takeRecords(writer, message);
      break;
    case 'open': {
      const load = openPaths(writer, message);
      loads.add(load);
      return load.finally(() => loads.delete(load));
    }
    case 'mark':
      await inTurn(() => writer.mark(message.rowId, message.marked));
      version += 1;
      tellProgress(writer, true);
      break;
    case 'relate':
      await inTurn(() => writer.relate(message.relations));
      version += 1;
      tellProgress(writer, true);
      break;
    case 'own':
      own = message.own;
      break;
    case 'rules':
      tell({ type: 'done', id: message.id, answer: detector.rules() });
      return;
    case 'explain':
      tell({ type: 'done', id: message.id, answer: detector.explain(message.rule, message.record) });
      return;
    case 'flush':
      await inTurn(() => tellProgress(writer, true));
      break;
    case 'close':
      closing = true;
      await Promise.race([
        Promise.allSettled(loads),
        new Promise((resolve) => setTimeout(resolve, waitForLoadsMs).unref()),
      ]);
      await inTurn(() => {
        tellProgress(writer, true);
        writer.close();
      });
      tell({ type: 'done', id: message.id });
      port.close();
      return;
  }
  tell({ type: 'done', id: message.id });
}

try {
  const writer = openWriter(path);
  detecting = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
    detector = await startDetector(rules, indicators);
  });
  port.on('message', (message: ToIngest) => {
    handle(writer, message).catch((error: unknown) => {
      // A bug ends the thread; it is started again and asked again.
      if (!(error instanceof ExpectedError)) throw error;
      tell({ type: 'done', id: message.id, error: portable(error) });
    });
  });
  tell({ type: 'ready', checkpoints: writer.checkpoints() });
  tellProgress(writer, true);
  await detecting;
  // What is stored already: correlations go on from it, and rules that are new speak of it too.
  await detector.replay(
    writer,
    path,
    isOwn,
    (work) => inTurn(() => (closing ? undefined : work())),
    () => {
      version += 1;
      tellProgress(writer, false);
      return !closing;
    },
  );
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  tell({ type: 'broken', error: portable(error) });
}
