/** The ingest thread: reads, parses, normalises, links, judges and packs; what it packs another thread stores meanwhile. */
import { isatty } from 'node:tty';
import { parentPort } from 'node:worker_threads';
import { unjudged } from '../detection/engine.ts';
import { grantsOf } from '../linking/credentials.ts';
import { link } from '../linking/link.ts';
import { ExpectedError } from '../model/errors.ts';
import type { NormalisedEvent, RawRecord } from '../model/event.ts';
import { normalise } from '../normalise/normalise.ts';
import { reportedState } from '../normalise/state-change.ts';
import { summarise } from '../normalise/summary.ts';
import type { Checkpoint } from '../store/writer.ts';
import { type Detector, JudgedBatch, type JudgedEvent, startDetector } from './detector.ts';
import type { IngestProgress, Rejected } from './ingest.ts';
import { numberTwins } from './log-line-id.ts';
import type { FromIngest, OwnCalls, PortableError, ToIngest } from './messages.ts';
import { packer, store, toBegin } from './opened-store.ts';
import { listSavedFiles, readSavedFile } from './saved-files.ts';
import type { SavedRecord } from './saved-records.ts';

const port = parentPort!;
const { path, own: ownAtStart, rules, indicators } = await toBegin;
const tell = (message: FromIngest) => port.postMessage(message);

/** As many rejections as are kept word for word; the count goes on. */
const rejectedKept = 1_000;
/** A batch: a transaction. Of small records so many, of large ones so much. */
const batchRecords = 2_000;
const batchBytes = 4 * 1024 * 1024;
/** The first of a load is small: somebody waits for something to read. */
const firstRecords = 200;
/** Batches of a load that the store has not answered for: it works on one while the next are made, also while it waits for the disk, as every 30 MB. */
const mostUnderWay = 4;
const progressEveryMs = 100;

const portable = (error: ExpectedError): PortableError => ({
  code: error.code,
  message: error.message,
  nextSteps: error.nextSteps,
});

const collected = new JudgedBatch(packer);

let detector!: Detector;
let detecting: Promise<void> | undefined;
let own: OwnCalls | undefined = ownAtStart;
let version = 0;
let rejectedCount = 0;
let files: IngestProgress['files'];
let toldAt = Number.NEGATIVE_INFINITY;

let later: NodeJS.Timeout | undefined;

/** At most ten times a second, and never later than that: what was held back is told when its time comes. */
function tellProgress(now: boolean): void {
  // Not the time of day: set back by an hour, nothing would be told for an hour.
  const wait = toldAt + progressEveryMs - performance.now();
  if (!now && wait > 0) {
    later ??= setTimeout(() => tellProgress(true), wait);
    return;
  }
  clearTimeout(later);
  later = undefined;
  toldAt = performance.now();
  const { events, late, newestAt, findings } = store.totals;
  tell({
    type: 'progress',
    progress: { version, events, late, newestAt, findings, rejected: rejectedCount, ...(files ? { files } : {}) },
  });
}

function reject(rejected: Rejected): void {
  rejectedCount += 1;
  if (rejectedCount <= rejectedKept) tell({ type: 'rejected', rejected });
}

/** So many records go through each step together. */
const together = 32;

/**
 * Records as the store takes them, without those that are rejected. One step is done for all of them, then the next: each is more code than a
 * processor keeps at hand beside that of the others, and taken in turns they cost a sixth more.
 */
function prepare(
  records: readonly SavedRecord[],
  route: string,
  seenAt: number,
  rejecting: (problem: string) => void,
): readonly JudgedEvent[] {
  const known: {
    // Filled in where it is: nobody else has it yet, and a copy of each of a million is garbage.
    readonly event: { -readonly [Member in keyof NormalisedEvent]: NormalisedEvent[Member] };
    readonly record: { readonly [member: string]: unknown };
    readonly raw: RawRecord;
    readonly bytes: Uint8Array;
  }[] = [];
  for (const { record: raw, bytes, value } of records) {
    const normalised = normalise(raw, value);
    if (normalised.rejected !== undefined) rejecting(normalised.rejected);
    else known.push({ event: normalised.event, record: normalised.record, raw, bytes });
  }
  for (const { event, record } of known) event.resources = link(record, event);
  for (const { event, record, raw } of known) event.summary = summarise(event, record, raw);
  const grants = known.map(({ event, record }) => grantsOf(record, event));
  return known.map(({ event, record, raw, bytes }, place) => {
    const isOurs = isOwn(event);
    // What we do ourselves looks like an attack.
    const { findings, hits } = isOurs ? unjudged : detector.judge(event, record, raw.text);
    return {
      event,
      grants: grants[place]!,
      bytes,
      route,
      seenAt,
      late: raw.late === true,
      state: event.origin === 'eventbridge' ? reportedState(record).key : '',
      isOwn: isOurs,
      findings,
      hits,
    };
  });
}

/** The mark alone proves nothing: anybody can write it. */
const isOwn = ({ userAgent, principal }: NormalisedEvent): boolean =>
  own !== undefined && userAgent.includes(own.mark) && own.arns.includes(principal?.arn ?? '');

/** Batches that the store has not answered for, and findings that are not told yet. */
const underWay = new Set<Promise<void>>();

/** Gives what is collected to the store. The promise is settled once it is there; whoever does not wait for it must not lose its error. */
function storeCollected(checkpoints: readonly Checkpoint[]): Promise<void> {
  const written = detector.write(store, collected.take(), checkpoints).then(() => {
    version += 1;
    tellProgress(false);
  });
  const ended = () => underWay.delete(written);
  underWay.add(written);
  written.then(ended, ended);
  return written;
}

/** Whose events are collected: before those of another they are given to the store, so that nobody's failure is another's. */
let collecting: (() => void) | undefined;
function collectFor(give: () => void): void {
  if (collecting !== give) collecting?.();
  collecting = give;
}

/** A load stops at its next batch when the program leaves; what is in is in. Standard input may keep it waiting for ever. */
let closing = false;
/** Nobody wants the rest of the saved logs. */
let stopped = false;
const loads = new Set<Promise<void>>();
const waitForLoadsMs = 300;

async function takeRecords(message: Extract<ToIngest, { type: 'records' }>): Promise<void> {
  const { route, records, checkpoint, seenAt } = message;
  collecting?.();
  const numbered = numberTwins(records);
  const rejecting = (problem: string) =>
    reject({
      where: route,
      problem: `a record ${problem}`,
      nextStep: 'The rest is loaded; look at the source itself',
    });
  for (let at = 0; at < numbered.length; at += together) {
    const saved = numbered.slice(at, at + together).map((record) => ({ record, bytes: Buffer.from(record.text) }));
    for (const event of prepare(saved, route, seenAt, rejecting)) collected.add(event);
  }
  await storeCollected(checkpoint === undefined ? [] : [{ route: checkpoint.key, checkpoint: checkpoint.json }]);
}

async function openPaths({ id, paths }: Extract<ToIngest, { type: 'open' }>): Promise<void> {
  // Before anything is waited for: it can be stopped while its files are listed.
  stopped = false;
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
  const given: Promise<void>[] = [];
  let due = firstRecords;
  const give = () => {
    collecting = undefined;
    due = batchRecords;
    const written = storeCollected([]);
    written.catch(() => undefined); // Waited for below.
    given.push(written);
  };
  const notRead = (path: string, problem: string) =>
    rejecting({ where: path, problem: `${problem}: loading was stopped`, nextStep: 'Open it again for the rest' });
  await store.beginLoad();
  try {
    for (const [done, file] of list.entries()) {
      if (closing) break;
      if (stopped) {
        notRead(file.path, 'was not read');
        continue;
      }
      const seenAt = Date.now();
      const problemOf = (problem: string) =>
        rejecting({
          where: file.path,
          problem: `a record ${problem}`,
          nextStep: 'Check this record; the rest is loaded',
        });
      const waiting: SavedRecord[] = [];
      const take = () => {
        for (const event of prepare(waiting, 'file', seenAt, problemOf)) {
          collectFor(give);
          collected.add(event);
          if (collected.count >= due || collected.sizeBytes >= batchBytes) give();
        }
        waiting.length = 0;
      };
      await readSavedFile(
        file,
        (saved) => {
          if (waiting.push(saved) === together) take();
        },
        async (bytesRead) => {
          take();
          files = { done, total: list.length, bytesDone: bytesBefore + bytesRead, bytesTotal };
          // What is piped in may pause for long: nothing of it waits for a full batch.
          if (file.path === '-' && collecting === give) give();
          while (given.length > mostUnderWay) await given.shift();
          return !closing && !stopped;
        },
        rejecting,
      );
      if (stopped && !closing) notRead(file.path, 'was not read to its end');
      bytesBefore += file.sizeBytes;
    }
    if (collecting === give) give();
    for (const written of given) await written;
    tellProgress(true);
    tell({ type: 'stored', id });
  } finally {
    files = undefined;
    // The next start builds what is missing: leaving does not wait for it.
    if (!closing) await store.endLoad();
  }
  version += 1;
  tellProgress(true);
  tell({ type: 'done', id, events: store.totals.events, rejected: kept, rejectedTotal: total });
}

async function handle(message: ToIngest): Promise<void> {
  if (message.type !== 'close') await detecting;
  switch (message.type) {
    case 'records':
      await takeRecords(message);
      break;
    case 'open': {
      const load = openPaths(message);
      loads.add(load);
      return load.finally(() => loads.delete(load));
    }
    case 'mark':
      await store.mark(message.event, message.marked);
      version += 1;
      tellProgress(true);
      break;
    case 'relate':
      await store.relate(message.relations);
      version += 1;
      tellProgress(true);
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
    case 'stop-loading':
      stopped = true;
      break;
    case 'flush':
      await Promise.allSettled([...underWay]);
      tellProgress(true);
      break;
    case 'close':
      closing = true;
      await Promise.race([
        Promise.allSettled(loads),
        new Promise((resolve) => setTimeout(resolve, waitForLoadsMs).unref()),
      ]);
      await Promise.allSettled([...underWay]);
      tellProgress(true);
      await store.close();
      tell({ type: 'done', id: message.id });
      port.close();
      return;
  }
  tell({ type: 'done', id: message.id });
}

try {
  // Rules take as long to be made ready as the thread that writes: both begin at once. At a terminal somebody waits for what the store holds,
  // and the first screen has the processors.
  let made = isatty(1) ? undefined : startDetector(rules, indicators);
  made?.catch(() => undefined); // Waited for below, once it is known whether there is a store.
  await store.ready;
  tell({ type: 'ready' });
  tellProgress(true);
  made ??= startDetector(rules, indicators);
  let replaying!: Promise<void>;
  detecting = made.then((ready) => {
    detector = ready;
    // What is stored already: correlations go on from it, and rules that are new speak of it too. Begun before the first record is taken.
    replaying = detector.replay(
      store,
      path,
      isOwn,
      async (work) => {
        if (!closing) await work();
      },
      () => {
        version += 1;
        tellProgress(false);
        return !closing;
      },
    );
  });
  port.on('message', (message: ToIngest) => {
    handle(message).catch((error: unknown) => {
      // A bug ends the thread; it is started again and asked again.
      if (!(error instanceof ExpectedError)) throw error;
      tell({ type: 'done', id: message.id, error: portable(error) });
    });
  });
  await detecting;
  await replaying.catch((error: unknown) => {
    // What comes is stored and judged all the same, as soon as there is room.
    if (!(error instanceof ExpectedError)) throw error;
    reject({
      where: 'what is stored',
      problem: `was not judged by the rules to its end: ${error.message}`,
      nextStep: 'Make room, then open the incident again',
    });
  });
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  tell({ type: 'broken', error: portable(error) });
}
