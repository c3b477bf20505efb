import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ExpectedError } from '../model/errors.ts';
import { version } from '../shared/version.ts';
import { notWritable } from '../store/write-file.ts';
import { type BundleSource, bundleContents, type Content } from './contents.ts';
import { type BundleFile, type Manifest, manifestName, manifestText, signatureName } from './manifest.ts';
import { bundleReadMe } from './read-me.ts';
import { signFile } from './sign.ts';
import { type Packed, packTar } from './tar.ts';

/** Whether a bundle of this name is an archive; else it is a folder. */
export const isArchive = (path: string): boolean => /\.(?:tar\.gz|tgz)$/i.test(path);

/**
 * Writes a bundle whole or not at all: into a folder beside the target, which is renamed when everything is on the disk. What stood there is
 * replaced only then.
 *
 * @param signWith A private key, or a public one whose private half an agent holds. @returns The manifest. @throws FailedError
 */
export async function writeBundle(
  source: BundleSource,
  target: string,
  signWith: string | undefined,
): Promise<Manifest> {
  const archive = isArchive(target);
  const beside = join(dirname(resolve(target)), `.${randomBytes(6).toString('hex')}.tmp`);
  const folder = archive ? await mkdtemp(join(tmpdir(), 'firebreak-bundle-')) : beside;
  try {
    if (!archive) await mkdir(folder, { mode: 0o700 });
    const manifest = await fill(folder, source);
    if (signWith !== undefined) await signFile(join(folder, manifestName), signWith);
    if (archive) await packTar(beside, packed(folder, manifest, signWith !== undefined));
    await replace(beside, target);
    return manifest;
  } catch (error) {
    throw error instanceof ExpectedError || (error as NodeJS.ErrnoException).code === undefined
      ? error
      : notWritable(target, error);
  } finally {
    await rm(beside, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string, source: BundleSource): Promise<Manifest> {
  const { view, lines } = source;
  const missing: string[] = [];
  const files: BundleFile[] = [];
  let events = 0;
  const put = async (content: Content) => {
    files.push(await write(folder, content));
  };
  for await (const content of bundleContents(source, missing)) {
    if (content.path === 'events.jsonl')
      for (const chunk of content.chunks() as Iterable<Uint8Array>) events = count(chunk);
    await put(content);
  }
  const last = lines.at(-1);
  const about: Omit<Manifest, 'files'> = {
    format: 1,
    tool: `Firebreak ${version}`,
    incident: view.name,
    asOf: view.asOf,
    journal: last ? { lines: lines.length, head: last.hash } : null,
    events,
    missing,
  };
  await put(text('README.txt', bundleReadMe(about)));
  const inOrder = () => files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  await put(
    text(
      'SHA256SUMS',
      inOrder()
        .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
        .join(''),
    ),
  );
  const manifest: Manifest = { ...about, files: inOrder() };
  await write(folder, text(manifestName, manifestText(manifest)));
  return manifest;
}

const text = (path: string, content: string): Content => {
  const bytes = Buffer.from(content);
  return { path, sizeBytes: bytes.length, chunks: () => [bytes] };
};

function count(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines += 1;
  return lines;
}

async function write(folder: string, { path, chunks }: Content): Promise<BundleFile> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(target, 'wx', 0o600);
  try {
    for await (const chunk of chunks()) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await file.writeFile(chunk);
    }
    // Thousands of records would each wait for the disk; what names them all is written last.
    if (!path.startsWith('records/')) await file.sync();
  } finally {
    await file.close();
  }
  return { path, sizeBytes, sha256: hash.digest('hex') };
}

/** The manifest comes first: who unpacks it knows at once what to expect. */
async function* packed(folder: string, { files, incident }: Manifest, isSigned: boolean): AsyncIterable<Packed> {
  // Who unpacks it gets one folder, not its contents all over the place.
  const root = `${incident.replaceAll(/[^A-Za-z0-9_-]/g, '-').replace(/^[^A-Za-z0-9]+/, '')}-evidence`;
  for (const path of [manifestName, ...(isSigned ? [signatureName] : []), ...files.map((file) => file.path)]) {
    const file = join(folder, path);
    const { size } = await stat(file);
    yield {
      path: `${root}/${path}`,
      sizeBytes: size,
      chunks: size < 1024 ** 2 ? [await readFile(file)] : (createReadStream(file) as AsyncIterable<Uint8Array>),
    };
  }
}

/** Puts the new one in the place of what was there, which goes last. */
async function replace(made: string, target: string): Promise<void> {
  const old = join(dirname(resolve(target)), `.${basename(target)}.${randomBytes(6).toString('hex')}.old`);
  const before = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(made, target);
  } catch (error) {
    if (before) await rename(old, target);
    throw error;
  }
  if (before) await rm(old, { recursive: true, force: true });
}
