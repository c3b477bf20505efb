import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpectedError } from '../model/errors.ts';
import { checkSeal } from '../report/seal.ts';
import { display } from '../shared/display.ts';
import { readJournal, verifyJournal } from '../store/journal.ts';
import { recordPath } from './contents.ts';
import { type Manifest, manifestName, readManifest, signatureName } from './manifest.ts';
import { checkSignature, type SignatureCheck, type Signers } from './sign.ts';
import { unpackTar } from './tar.ts';

/** What does not hold: the first thing. */
export interface Broken {
  readonly ok: false;
  /** The file it is in, as it was given or within the bundle. */
  readonly file: string;
  readonly line?: number;
  readonly problem: string;
}

export type BundleCheck =
  | { readonly ok: true; readonly manifest: Manifest; readonly signature: SignatureCheck }
  | Broken;

/** Runs something on a bundle's folder; an archive is unpacked for it and taken away afterwards. @throws FailedError */
export async function withBundle<Result>(path: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  if ((await lstat(path)).isDirectory()) return work(path);
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-verify-'));
  try {
    await unpackTar(path, folder);
    // One folder around it all, as we pack it; others pack the contents alone.
    const [only, ...more] = await readdir(folder, { withFileTypes: true });
    return await work(only?.isDirectory() && more.length === 0 ? join(folder, only.name) : folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Checks a bundle, offline: every file against the manifest, the manifest against itself, the journal's chain and its head, the report line by
 * line, and that records, snapshots and attachments are those that events and journal speak of.
 */
export async function verifyBundle(path: string, signers?: Signers): Promise<BundleCheck> {
  try {
    return await withBundle(path, (folder) => checkFolder(folder, signers));
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'BundleBroken')
      return broken(manifestOf(error.message), error.message);
    throw error;
  }
}

const broken = (file: string, problem: string, line?: number): Broken => ({
  ok: false,
  file,
  ...(line === undefined ? {} : { line }),
  problem: problem.startsWith(`${file}: `) ? problem.slice(file.length + 2) : problem,
});

const manifestOf = (message: string): string =>
  message.startsWith(`${manifestName}: `) ? manifestName : message.slice(0, message.indexOf(': '));

async function checkFolder(folder: string, signers: Signers | undefined): Promise<BundleCheck> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined); // Missing is what is said.
  if (text === undefined) return broken(manifestName, 'is missing: this is no bundle');
  const manifest = readManifest(text);
  const signature = await checkSignature(join(folder, manifestName), signers);
  if (signature.state === 'broken') return broken(signatureName, signature.problem);

  const known = new Set([manifestName, signatureName, ...manifest.files.map((file) => file.path)]);
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const problem = await differs(join(folder, path), sizeBytes, sha256);
    if (problem) return (await where(folder, path)) ?? broken(path, problem);
  }
  const extra = await strayIn(folder, '', known);
  if (extra !== undefined) return broken(display(extra), 'is not in the manifest: it was added');
  return (await crossCheck(folder, manifest)) ?? { ok: true, manifest, signature };
}

/** Why a file is not what the manifest says. Links are not followed. */
async function differs(path: string, sizeBytes: number, sha256: string): Promise<string | undefined> {
  const facts = await lstat(path).catch(() => undefined); // Missing, or in a folder that cannot be entered.
  if (!facts) return 'is missing';
  if (!facts.isFile()) return 'is no plain file';
  if (facts.size !== sizeBytes) return `has ${facts.size} bytes where the manifest says ${sizeBytes}`;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === sha256 ? undefined : 'was changed: its hash is not the one in the manifest';
}

/** In which line, where the file can say. */
async function where(folder: string, path: string): Promise<Broken | undefined> {
  try {
    if (path === 'journal.jsonl') {
      const check = await verifyJournal(join(folder, path));
      return check.ok ? undefined : broken(path, check.problem, check.line);
    }
    if (path === 'report.md') {
      const check = checkSeal(await readFile(join(folder, path), 'utf8'));
      return check.ok ? undefined : broken(path, check.problem, check.line);
    }
  } catch (error) {
    if (!(error instanceof ExpectedError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    // It cannot be read at all: that it differs is what there is to say.
  }
  return undefined;
}

async function strayIn(folder: string, below: string, known: ReadonlySet<string>): Promise<string | undefined> {
  for (const entry of (await readdir(join(folder, below), { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const stray = entry.isDirectory() ? await strayIn(folder, path, known) : known.has(path) ? undefined : path;
    if (stray !== undefined) return stray;
  }
  return undefined;
}

/** Whether the files mean one and the same incident: somebody may have put together what is whole by itself. */
async function crossCheck(folder: string, { journal, files, missing }: Manifest): Promise<Broken | undefined> {
  const hashes = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  if (journal) {
    const check = await verifyJournal(join(folder, 'journal.jsonl'));
    if (!check.ok) return broken('journal.jsonl', check.problem, check.line);
    if (check.head !== journal.head || check.lines !== journal.lines)
      return broken(
        'journal.jsonl',
        `ends with ${check.head} after ${check.lines} lines where the manifest says ${journal.head} after ${journal.lines}`,
      );
    for (const { entry, seq } of (await readJournal(join(folder, 'journal.jsonl'))).lines) {
      const kept = keptFile(entry);
      if (!kept || missing.some((sentence) => sentence.startsWith(`${kept.file}:`))) continue;
      const hash = hashes.get(kept.file);
      if (hash === undefined) return broken(kept.file, `is missing, and line ${seq} of the journal speaks of it`);
      if (hash !== kept.sha256) return broken(kept.file, `is not the file that line ${seq} of the journal speaks of`);
    }
  }
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  const seal = checkSeal(report);
  if (!seal.ok) return broken('report.md', seal.problem, seal.line);
  if (journal && !report.includes(journal.head))
    return broken('report.md', 'speaks of another journal: the head is not this one’s');
  const lines = (await readFile(join(folder, 'events.jsonl'), 'utf8')).split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const { id, rawSha256 } = JSON.parse(line) as { readonly id: string; readonly rawSha256: string };
    if (missing.some((sentence) => sentence.startsWith(`the record of ${id}:`))) continue;
    if (hashes.get(recordPath(rawSha256)) !== rawSha256)
      return broken(
        'events.jsonl',
        `the record of event ${display(id)} is not in the bundle, or is not the one with its hash`,
        index + 1,
      );
  }
  return undefined;
}

/** A file that a journal entry says is there. */
function keptFile(entry: {
  readonly type: string;
  readonly [member: string]: unknown;
}): { readonly file: string; readonly sha256: string } | undefined {
  const kept = entry.type === 'attached' ? entry : entry.type === 'containment-approved' ? entry.snapshot : undefined;
  const { file, sha256 } = (kept ?? {}) as { readonly file?: unknown; readonly sha256?: unknown };
  return typeof file === 'string' && typeof sha256 === 'string' ? { file, sha256 } : undefined;
}
