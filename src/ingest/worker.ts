/** The ingest thread: reads, parses, normalises, links and stores; the only writer of `events.db`. */
import { parentPort, workerData } from 'node:worker_threads';
import { link } from '../linking/link.ts';
import { ExpectedError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import { normalise } from '../normalise/normalise.ts';
import { summarise } from '../normalise/summary.ts';
import { type EventWriter, openWriter, type StoredEvent } from '../store/writer.ts';
import type { IngestProgress, Rejected } from './ingest.ts';
import type { FromIngest, PortableError, ToIngest } from './messages.ts';
import { listSavedFiles, readSavedFile } from './saved-files.ts';

const port = parentPort!;
const { path } = workerData as { readonly path: string };
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

let version = 0;
let rejectedCount = 0;
let files: IngestProgress['files'];
let toldAt = 0;

function tellProgress(writer: EventWriter, now: boolean): void {
  if (!now && Date.now() - toldAt < progressEveryMs) return;
  toldAt = Date.now();
  const { events, late, newestAt } = writer.totals;
  tell({
    type: 'progress',
    progress: { version, events, late, newestAt, rejected: rejectedCount, ...(files ? { files } : {}) },
  });
}

function reject(rejected: Rejected): void {
  rejectedCount += 1;
  if (rejectedCount <= rejectedKept) tell({ type: 'rejected', rejected });
}

/** A record as the store takes it; `undefined` when it is rejected. */
function prepare(
  raw: RawRecord,
  route: string,
  seenAt: number,
  rejecting: (problem: string) => void,
): StoredEvent | undefined {
  const normalised = normalise(raw);
  if (normalised.rejected !== undefined) {
    rejecting(normalised.rejected);
    return undefined;
  }
  const { event, record } = normalised;
  const linked = { ...event, resources: link(record, event) };
  return {
    event: { ...linked, summary: summarise(linked, record, raw) },
    bytes: Buffer.from(raw.text),
    route,
    seenAt,
    late: raw.late === true,
  };
}

async function store(writer: EventWriter, batch: readonly StoredEvent[]): Promise<void> {
  await writer.write(batch);
  version += 1;
}

async function takeRecords(writer: EventWriter, message: Extract<ToIngest, { type: 'records' }>): Promise<void> {
  const { route, records, checkpoint, seenAt } = message;
  const batch: StoredEvent[] = [];
  for (const raw of records) {
    const stored = prepare(raw, route, seenAt, (problem) =>
      reject({ where: route, problem, nextStep: 'The rest is loaded; see the source’s own record' }),
    );
    if (stored) batch.push(stored);
  }
  await writer.write(batch, checkpoint === undefined ? [] : [{ route, checkpoint }]);
  version += 1;
  tellProgress(writer, true);
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
  let bytesDone = 0;
  let batch: StoredEvent[] = [];
  writer.beginLoad();
  try {
    for (const [done, file] of list.entries()) {
      files = { done, total: list.length, bytesDone, bytesTotal };
      await readSavedFile(
        file,
        async (records) => {
          const seenAt = Date.now();
          for (const raw of records) {
            const stored = prepare(raw, 'file', seenAt, (problem) =>
              rejecting({
                where: file.path,
                problem: `a record ${problem}`,
                nextStep: 'Check this record; the rest is loaded',
              }),
            );
            if (stored) batch.push(stored);
            if (batch.length >= batchRecords) {
              await store(writer, batch);
              batch = [];
              tellProgress(writer, false);
            }
          }
        },
        rejecting,
      );
      bytesDone += file.sizeBytes;
    }
    if (batch.length > 0) await store(writer, batch);
  } finally {
    files = undefined;
    writer.endLoad();
  }
  version += 1;
  tellProgress(writer, true);
  tell({ type: 'done', id, events: writer.totals.events, rejected: kept, rejectedTotal: total });
}

async function handle(writer: EventWriter, message: ToIngest): Promise<void> {
  switch (message.type) {
    case 'records':
      await takeRecords(writer, message);
      break;
    case 'open':
      return openPaths(writer, message);
    case 'mark':
      writer.mark(message.rowId, message.marked);
      version += 1;
      tellProgress(writer, true);
      break;
    case 'flush':
      break;
    case 'close':
      writer.close();
      tell({ type: 'done', id: message.id });
      port.close();
      return;
  }
  tell({ type: 'done', id: message.id });
}

try {
  const writer = openWriter(path);
  // One request after the other: a batch is a transaction, and nothing may come between.
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (message: ToIngest) => {
    turn = turn
      .then(() => handle(writer, message))
      .catch((error: unknown) => {
        if (!(error instanceof ExpectedError)) throw error;
        tell({ type: 'done', id: message.id, error: portable(error) });
      });
  });
  tell({ type: 'ready', checkpoints: writer.checkpoints() });
  tellProgress(writer, true);
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  tell({ type: 'broken', error: portable(error) });
}
