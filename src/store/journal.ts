import { type FileHandle, open, readFile } from 'node:fs/promises';
import { FailedError } from '../model/errors.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { sha256 } from '../shared/digest.ts';
import type { Json } from '../shared/json.ts';
import { notWritable, writeFileAtomically } from './write-file.ts';

/** Anything worth keeping: a decision, a call about to be made, its result. `type` says which members follow. */
export interface JournalEntry {
  readonly type: string;
  readonly [member: string]: Json | undefined;
}

/** One line of `journal.jsonl`. `hash` is SHA-256 over the line's JSON without `hash` (which comes last); `prev` chains it. */
export interface JournalLine {
  readonly format: 1;
  /** Counts from 1. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `hash` of the line before; 64 zeros for the first. */
  readonly prev: string;
  readonly entry: JournalEntry;
  readonly hash: string;
}

/** What we did and decided, append-only and hash-chained. */
export interface Journal {
  readonly path: string;
  /** What stood in the file when it was opened, and all that was appended since. */
  readonly lines: readonly JournalLine[];
  /** Where a torn last line was moved to when the journal was opened: the process that wrote it died in the middle. */
  readonly tornLine: string | undefined;
  /** Returns when the line is on the disk (fsync). Calls are serialised. @throws FailedError `NotWritable`; nothing half-written stays. */
  append(entry: JournalEntry): Promise<JournalLine>;
  close(): Promise<void>;
}

/** Whether a journal holds, or the first line that does not. */
export type JournalCheck =
  | { readonly ok: true; readonly lines: number; readonly head: string }
  | { readonly ok: false; readonly line: number; readonly problem: string };

const firstPrev = '0'.repeat(64);

/** What a journal file holds, and what stands after its last whole line. @throws FailedError when a line in the middle does not hold. */
export async function readJournal(
  path: string,
): Promise<{ readonly lines: readonly JournalLine[]; readonly torn: string }> {
  const { lines, torn, broken } = await scan(path);
  if (broken)
    throw new FailedError('JournalBroken', `${path}:${broken.line}: ${broken.problem}`, [
      'Keep the file as it is: it is evidence; work on in a new incident',
    ]);
  return { lines, torn };
}

/** Checks every line's hash, number and chain. A torn last line does not hold either. @throws FailedError `NotReadable` */
export async function verifyJournal(path: string): Promise<JournalCheck> {
  const { lines, torn, broken } = await scan(path);
  if (broken) return { ok: false, ...broken };
  if (torn !== '') return { ok: false, line: lines.length + 1, problem: 'the last line is cut off' };
  return { ok: true, lines: lines.length, head: lines.at(-1)?.hash ?? firstPrev };
}

async function scan(path: string): Promise<{
  readonly lines: readonly JournalLine[];
  readonly torn: string;
  readonly broken?: { readonly line: number; readonly problem: string };
}> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FailedError(
      'NotReadable',
      `${path} cannot be read: ${code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : message}`,
      ['Name the journal.jsonl of an incident'],
      cause,
    );
  }
  return scanText(text, undefined);
}

/** Whole lines that follow a line which was read before. @throws FailedError `JournalBroken` */
export function readLines(path: string, text: string, before: JournalLine | undefined): readonly JournalLine[] {
  const { lines, broken } = scanText(text, before);
  if (broken)
    throw new FailedError('JournalBroken', `${path}:${broken.line}: ${broken.problem}`, [
      'Keep the file as it is: it is evidence; work on in a new incident',
    ]);
  return lines;
}

function scanText(
  text: string,
  before: JournalLine | undefined,
): {
  readonly lines: readonly JournalLine[];
  readonly torn: string;
  readonly broken?: { readonly line: number; readonly problem: string };
} {
  const parts = text.split('\n');
  // Every whole line ends in a line feed, so what follows the last one was cut off.
  const torn = parts.pop() ?? '';
  const lines: JournalLine[] = [];
  let prev = before?.hash ?? firstPrev;
  for (const [index, part] of parts.entries()) {
    const line = (before?.seq ?? 0) + index + 1;
    const parsed = parseLine(part);
    if (!parsed) return { lines, torn, broken: { line, problem: 'is not a journal line' } };
    if (parsed.format !== 1)
      return { lines, torn, broken: { line, problem: `is of format ${parsed.format}: a newer firebreak wrote it` } };
    if (parsed.prev !== prev || parsed.seq !== line)
      return {
        lines,
        torn,
        broken: { line, problem: 'does not follow the line before: one was removed, added or moved' },
      };
    if (formatLine(parsed) !== part || hashOf(parsed) !== parsed.hash)
      return { lines, torn, broken: { line, problem: 'was changed: its hash does not match' } };
    if (!isTime(parsed.at)) return { lines, torn, broken: { line, problem: 'has no time' } };
    lines.push(parsed);
    prev = parsed.hash;
  }
  return { lines, torn };
}

function parseLine(text: string): JournalLine | undefined {
  try {
    const value = JSON.parse(text) as Partial<JournalLine> | null;
    return typeof value?.hash === 'string' && typeof value.entry?.type === 'string'
      ? (value as JournalLine)
      : undefined;
  } catch {
    return undefined; // Not JSON: the caller names the line.
  }
}

/** A journal may come from anybody, with hashes that hold: its times are read as times, and shown as they are. */
const isTime = (at: unknown): boolean =>
  typeof at === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) && !Number.isNaN(Date.parse(at));

const hashOf = ({ format, seq, at, prev, entry }: Omit<JournalLine, 'hash'>): string =>
  sha256(JSON.stringify({ format, seq, at, prev, entry }));

const formatLine = ({ format, seq, at, prev, entry, hash }: JournalLine): string =>
  JSON.stringify({ format, seq, at, prev, entry, hash });

/** Lines as they stand in a file. */
export const journalText = (lines: readonly JournalLine[]): string =>
  lines.map((line) => `${formatLine(line)}\n`).join('');

/**
 * Opens a journal for appending; makes it when it is missing. A torn last line is moved beside it, not thrown away.
 *
 * @throws FailedError `JournalBroken`, `NotWritable`
 */
export async function openJournal(path: string, clock: Clock = systemClock): Promise<Journal> {
  let file: FileHandle;
  try {
    file = await open(path, 'a', 0o600);
  } catch (cause) {
    throw notWritable(path, cause);
  }
  const { lines: found, torn } = await readJournal(path).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  let tornLine: string | undefined;
  let size = (await file.stat()).size;
  if (torn !== '') {
    tornLine = `${path}.torn-${found.length + 1}`;
    await writeFileAtomically(tornLine, torn);
    // Whole lines measure what they are written as; the text of what was cut off may not: the cut may lie within a character.
    size = Buffer.byteLength(journalText(found));
    await file.truncate(size);
    await file.sync();
  }
  const lines = [...found];
  let turn: Promise<unknown> = Promise.resolve();
  const write = async (entry: JournalEntry): Promise<JournalLine> => {
    const body = {
      format: 1 as const,
      seq: lines.length + 1,
      at: new Date(clock.now()).toISOString(),
      prev: lines.at(-1)?.hash ?? firstPrev,
      // As it will be read again: without `undefined`, dates as text.
      entry: JSON.parse(JSON.stringify(entry)) as JournalEntry,
    };
    const line: JournalLine = { ...body, hash: hashOf(body) };
    const bytes = Buffer.from(`${formatLine(line)}\n`);
    try {
      await file.appendFile(bytes);
      await file.sync();
    } catch (cause) {
      // A full disk may have taken half the line: the next append must not follow a torn one.
      await file.truncate(size).catch(() => undefined);
      throw notWritable(path, cause);
    }
    size += bytes.length;
    lines.push(line);
    return line;
  };
  return {
    path,
    lines,
    tornLine,
    append: (entry) => {
      const next = turn.then(() => write(entry));
      turn = next.catch(() => undefined); // The caller hears of it; the next entry gets its own chance.
      return next;
    },
    close: async () => {
      await turn;
      await file.close();
    },
  };
}
