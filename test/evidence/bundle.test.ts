import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Manifest, manifestText } from '../../src/evidence/manifest.ts';
import { verifyBundle } from '../../src/evidence/verify-bundle.ts';
import { verifyReport } from '../../src/evidence/verify-report.ts';
import { writeBundle } from '../../src/evidence/write-bundle.ts';
import { wholeReport } from '../../src/report/options.ts';
import { readIncident } from '../../src/session/read-incident.ts';
import { openReportView } from '../../src/session/report-view.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { openIncident } from '../../src/store/incident.ts';
import { verifyJournal } from '../../src/store/journal.ts';
import { idOf, makeIncident } from './incident.ts';

const signal = new AbortController().signal;
const room = mkdtempSync(join(tmpdir(), 'firebreak-bundle-test-'));
let made: Awaited<ReturnType<typeof makeIncident>>;
let number = 0;
/** A fresh path. */
const place = (name = 'bundle') => join(room, `${++number}-${name}`);

async function bundleTo(target: string, key?: string, { folder, name } = made): Promise<Manifest> {
  const read = await readIncident(folder, name);
  const { view, close } = await openReportView(read.facts, read, signal);
  try {
    return await writeBundle({ view, options: wholeReport, lines: read.lines, folder: read.folder }, target, key);
  } finally {
    await close();
  }
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

const flip = (path: string, at: number) => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  writeFileSync(path, bytes);
};

/** A copy of the bundle in which something is done. */
function tampered(how: (folder: string) => void): string {
  const folder = place();
  cpSync(whole, folder, { recursive: true });
  how(folder);
  return folder;
}
let whole: string;
let archived: string;

beforeAll(async () => {
  made = await makeIncident();
  whole = place('whole');
  await bundleTo(whole);
  archived = place('whole.tar.gz');
  await bundleTo(archived);
});
afterAll(() => {
  rmSync(room, { recursive: true });
  rmSync(made.stateDir, { recursive: true });
});

describe('a bundle', () => {
  it('holds report, journal, the marked records byte for byte, attachments, coverage and a manifest of it all', async () => {
    const files = filesOf(whole);
    expect(files.filter((path) => path.startsWith('records/'))).toHaveLength(3);
    expect(files).toEqual(
      expect.arrayContaining([
        'MANIFEST.json',
        'README.txt',
        'SHA256SUMS',
        'attachments/1-screen_shot__1_.png',
        'coverage.json',
        'events.jsonl',
        'journal.jsonl',
        'report.md',
      ]),
    );
    const check = await verifyBundle(whole);
    expect(check).toMatchObject({
      ok: true,
      manifest: { events: 3, missing: [], tool: expect.stringContaining('Firebreak') },
      signature: { state: 'none' },
    });
    // As CloudTrail's file has them: pretty-printed, in one array.
    const log = readFileSync(made.log, 'utf8');
    for (const path of files.filter((one) => one.startsWith('records/'))) {
      const bytes = readFileSync(join(whole, path), 'utf8');
      expect(log).toContain(bytes);
      expect(path).toBe(`records/${sha256(bytes)}.json`);
    }
    expect(readFileSync(join(whole, 'journal.jsonl'), 'utf8')).toBe(
      readFileSync(join(made.folder, 'journal.jsonl'), 'utf8'),
    );
  });

  it('takes nothing from outside of the incident’s folder, whatever its journal names', async () => {
    const other = await makeIncident('outside');
    const incident = await openIncident({ stateDir: other.stateDir, name: other.name, create: false });
    symlinkSync(other.log, join(other.folder, 'attachments/9-link'));
    const outside = ['../../log.json', other.log, 'attachments/9-link'];
    const bytes = readFileSync(other.log);
    const about = { name: 'x', sizeBytes: bytes.length, sha256: sha256(bytes), note: '', by: 'mallory' };
    for (const file of outside) await incident.journal.append({ type: 'attached', file, ...about });
    await incident.close();
    const target = join(place('deep'), 'in', 'it');
    mkdirSync(join(target, '..'), { recursive: true });
    const { files, missing } = await bundleTo(target, undefined, other);
    expect(missing.map((sentence) => sentence.split(': ')[0])).toEqual(outside);
    expect(files.filter(({ sha256: hash }) => hash === about.sha256)).toEqual([]);
    expect(filesOf(join(target, '../..')).filter((path) => path.endsWith('log.json'))).toEqual([]);
    expect(await verifyBundle(target)).toMatchObject({ ok: true });
    rmSync(other.stateDir, { recursive: true });
  });

  it('can be checked without the program', () => {
    expect(spawnSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: whole }).status).toBe(0);
  });

  it('is the same bytes for the same incident, as a folder and as an archive', async () => {
    const again = place('again');
    await bundleTo(again);
    for (const path of filesOf(whole))
      expect(readFileSync(join(again, path)).equals(readFileSync(join(whole, path))), path).toBe(true);
    const two = place('two.tar.gz');
    await bundleTo(two);
    expect(readFileSync(archived).equals(readFileSync(two))).toBe(true);
    expect(await verifyBundle(archived)).toMatchObject({ ok: true });
    const listed = execFileSync('tar', ['tzf', archived], { encoding: 'utf8' }).trim().split('\n');
    expect(listed.map((path) => path.replace(/^inc-evidence\//, '')).sort()).toEqual(filesOf(whole));
  });
});

describe('verify', () => {
  it('names the file in which one bit was flipped, whichever it is', async () => {
    for (const path of filesOf(whole)) {
      const length = readFileSync(join(whole, path)).length;
      for (const at of new Set([0, Math.floor(length / 2), length - 1])) {
        const check = await verifyBundle(tampered((folder) => flip(join(folder, path), at)));
        expect(check, `${path} at ${at}`).toMatchObject({ ok: false, file: path });
      }
    }
  });

  it('names the file whichever bit of whichever file was flipped', async () => {
    const copy = place();
    cpSync(whole, copy, { recursive: true });
    const files = filesOf(copy).map((path) => ({ path, length: readFileSync(join(copy, path)).length }));
    const anyBit = fc
      .constantFrom(...files.filter(({ length }) => length > 0))
      .chain(({ path, length }) => fc.record({ path: fc.constant(path), at: fc.nat(length - 1), bit: fc.nat(7) }));
    await fc.assert(
      fc.asyncProperty(anyBit, async ({ path, at, bit }) => {
        const file = join(copy, path);
        const before = readFileSync(file);
        const after = Buffer.from(before);
        after[at] = (after[at] ?? 0) ^ (1 << bit);
        writeFileSync(file, after);
        expect(await verifyBundle(copy)).toMatchObject({ ok: false, file: path });
        writeFileSync(file, before);
      }),
      { seed: 9, numRuns: 120 },
    );
    expect(await verifyBundle(copy)).toMatchObject({ ok: true });
  });

  it('finds every flipped bit of the manifest itself', async () => {
    const length = readFileSync(join(whole, 'MANIFEST.json')).length;
    const copy = place();
    cpSync(whole, copy, { recursive: true });
    for (let at = 0; at < length; at += 23) {
      flip(join(copy, 'MANIFEST.json'), at);
      expect(await verifyBundle(copy), `byte ${at}`).toMatchObject({ ok: false, file: 'MANIFEST.json' });
      flip(join(copy, 'MANIFEST.json'), at);
    }
    expect(await verifyBundle(copy)).toMatchObject({ ok: true });
  });

  it('names the line of an edited report and of a journal that lost one', async () => {
    const report = readFileSync(join(whole, 'report.md'), 'utf8').split('\n');
    const row = report.findIndex((line) => line.includes('AttachRolePolicy') && line.startsWith('| 2026'));
    const edited = await verifyBundle(
      tampered((folder) =>
        writeFileSync(
          join(folder, 'report.md'),
          report.with(row, report[row]!.replace('AccessDenied', 'Accepted')).join('\n'),
        ),
      ),
    );
    expect(edited).toMatchObject({
      ok: false,
      file: 'report.md',
      line: row + 1,
      problem: expect.stringContaining('was changed: | 2026-11-23T20:33:02Z'),
    });
    const journal = readFileSync(join(whole, 'journal.jsonl'), 'utf8').split('\n');
    const cut = await verifyBundle(
      tampered((folder) => writeFileSync(join(folder, 'journal.jsonl'), journal.toSpliced(3, 1).join('\n'))),
    );
    expect(cut).toMatchObject({
      ok: false,
      file: 'journal.jsonl',
      line: 4,
      problem: expect.stringContaining('one was removed'),
    });
    for (const [how, changed] of [
      ['reordered', [...journal.slice(0, 2), journal[3]!, journal[2]!, ...journal.slice(4)]],
      ['told twice', [...journal.slice(0, 3), journal[2]!, ...journal.slice(3)]],
    ] as const) {
      const check = await verifyBundle(
        tampered((folder) => writeFileSync(join(folder, 'journal.jsonl'), changed.join('\n'))),
      );
      expect(check, how).toMatchObject({ ok: false, file: 'journal.jsonl', line: how === 'reordered' ? 3 : 4 });
    }
    const short = await verifyBundle(
      tampered((folder) => writeFileSync(join(folder, 'journal.jsonl'), `${journal.slice(0, -2).join('\n')}\n`)),
    );
    expect(short).toMatchObject({ ok: false, file: 'journal.jsonl' });
  });

  it('finds what is missing, added, or no file', async () => {
    expect(await verifyBundle(tampered((folder) => rmSync(join(folder, 'coverage.json'))))).toMatchObject({
      ok: false,
      file: 'coverage.json',
      problem: 'is missing',
    });
    expect(
      await verifyBundle(tampered((folder) => writeFileSync(join(folder, 'records', 'more.json'), '{}'))),
    ).toMatchObject({ ok: false, file: 'records/more.json', problem: expect.stringContaining('was added') });
    const linked = tampered((folder) => {
      rmSync(join(folder, 'coverage.json'));
      symlinkSync(join(whole, 'coverage.json'), join(folder, 'coverage.json'));
    });
    expect(await verifyBundle(linked)).toMatchObject({ ok: false, file: 'coverage.json', problem: 'is no plain file' });
    expect(await verifyBundle(tampered((folder) => rmSync(join(folder, 'MANIFEST.json'))))).toMatchObject({
      ok: false,
      file: 'MANIFEST.json',
    });
  });

  /** Somebody who can write a manifest puts together what is whole by itself. */
  function remade(
    folder: string,
    change: (manifest: { -readonly [Member in keyof Manifest]: Manifest[Member] }) => void,
  ) {
    const { sha256: _, ...manifest } = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8'));
    manifest.files = manifest.files.map((file: { path: string }) => {
      try {
        const bytes = readFileSync(join(folder, file.path));
        return { ...file, sizeBytes: bytes.length, sha256: sha256(bytes) };
      } catch {
        return file; // One that is made up.
      }
    });
    change(manifest);
    writeFileSync(join(folder, 'MANIFEST.json'), manifestText(manifest));
  }

  it('holds the parts against each other even where the manifest was made anew', async () => {
    const otherJournal = await verifyBundle(
      tampered((folder) => {
        const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n');
        writeFileSync(join(folder, 'journal.jsonl'), `${lines.slice(0, -2).join('\n')}\n`);
        remade(folder, () => undefined);
      }),
    );
    expect(otherJournal).toMatchObject({
      ok: false,
      file: 'journal.jsonl',
      problem: expect.stringContaining('where the manifest says'),
    });
    const otherPicture = await verifyBundle(
      tampered((folder) => {
        writeFileSync(join(folder, 'attachments/1-screen_shot__1_.png'), 'another picture');
        remade(folder, () => undefined);
      }),
    );
    expect(otherPicture).toMatchObject({
      ok: false,
      file: 'attachments/1-screen_shot__1_.png',
      problem: expect.stringContaining('of the journal speaks of'),
    });
    const lessRecords = await verifyBundle(
      tampered((folder) => {
        const [first = ''] = filesOf(folder).filter((path) => path.startsWith('records/'));
        rmSync(join(folder, first));
        remade(folder, (manifest) => {
          manifest.files = manifest.files.filter(({ path }) => path !== first);
        });
      }),
    );
    expect(lessRecords).toMatchObject({ ok: false, file: 'events.jsonl' });
  });

  it.each(['../outside', '/etc/passwd', 'a/../../b', 'C:\\x', 'records/.hidden', 'x\u0000y'])(
    'refuses %s as a name',
    async (path) => {
      const check = await verifyBundle(
        tampered((folder) =>
          remade(folder, (manifest) => {
            manifest.files = [...manifest.files, { path, sizeBytes: 1, sha256: 'a'.repeat(64) }];
          }),
        ),
      );
      expect(check).toMatchObject({
        ok: false,
        file: 'MANIFEST.json',
        problem: expect.stringContaining('would not lie in the bundle'),
      });
    },
  );

  it('of a newer version says so', async () => {
    const check = await verifyBundle(
      tampered((folder) => remade(folder, (manifest) => Object.assign(manifest, { format: 2 }))),
    );
    expect(check).toMatchObject({
      ok: false,
      file: 'MANIFEST.json',
      problem: expect.stringContaining('a newer firebreak wrote it'),
    });
  });
});

describe('an archive', () => {
  it('in which a bit was flipped is never taken for whole, wherever it was', async () => {
    const { length } = readFileSync(archived);
    // The gzip header's time and system are not checked by anything, and hold nothing.
    for (let at = 10; at < length; at += Math.ceil(length / 25)) {
      const copy = place('b.tar.gz');
      cpSync(archived, copy);
      flip(copy, at);
      expect(await verifyBundle(copy), `byte ${at}`).toMatchObject({ ok: false });
    }
    const cut = place('cut.tar.gz');
    writeFileSync(cut, readFileSync(archived).subarray(0, length - 100));
    expect(await verifyBundle(cut)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/no whole archive|cut off/),
    });
  });

  it.each(['../evil', '/tmp/evil', 'a/../../evil'])('that holds %s writes nothing', async (path) => {
    const archive = place('evil.tar.gz');
    const tar = gunzipSync(readFileSync(archived));
    tar.fill(0, 0, 100);
    tar.write(path, 0, 'latin1');
    tar.write('        ', 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    writeFileSync(archive, gzipSync(tar));
    expect(await verifyBundle(archive)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('would not lie in the bundle'),
    });
  });

  /** The archive, its first header changed, with a checksum that fits. */
  function crafted(change: (tar: Buffer<ArrayBuffer>) => Buffer<ArrayBuffer>): string {
    const archive = place('crafted.tar.gz');
    const tar = change(gunzipSync(readFileSync(archived)) as Buffer<ArrayBuffer>);
    tar.write('        ', 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    writeFileSync(archive, gzipSync(tar));
    return archive;
  }

  it.each([
    ['a hard link', '1'],
    ['a symbolic link', '2'],
    ['a character device', '3'],
    ['a block device', '4'],
    ['a pipe', '6'],
    ['an extended header', 'x'],
    ['a long name of GNU tar', 'L'],
  ])('with %s in it is refused', async (_, type) => {
    const archive = crafted((tar) => {
      tar.write(type, 156, 'latin1');
      tar.write('/etc/passwd', 157, 'latin1');
      return tar;
    });
    expect(await verifyBundle(archive)).toMatchObject({ ok: false, problem: expect.stringContaining('no plain file') });
  });

  it('with a file in it twice is refused: which one counts nobody could say', async () => {
    const archive = crafted((tar) => {
      const size = Number.parseInt(tar.toString('latin1', 124, 136), 8);
      const entry = tar.subarray(0, 512 + Math.ceil(size / 512) * 512);
      return Buffer.concat([tar.subarray(0, entry.length), entry, tar.subarray(entry.length)]);
    });
    expect(await verifyBundle(archive)).toMatchObject({ ok: false, problem: expect.stringMatching(/holds .* twice/) });
  });

  it('that unpacks to very much more than it is stops before it has', async () => {
    const archive = crafted((tar) => {
      // What it says of itself is believed only so far: nothing of it need follow.
      tar.write('77777777777\0', 124, 'latin1');
      return tar;
    });
    // A folder of its own: others verify bundles at the same time.
    const scratch = place('scratch');
    mkdirSync(scratch);
    vi.stubEnv('TMPDIR', scratch);
    try {
      expect(await verifyBundle(archive)).toMatchObject({
        ok: false,
        problem: expect.stringContaining('unpacks to more than a bundle can be'),
      });
    } finally {
      vi.unstubAllEnvs();
    }
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('with a link in it is refused', async () => {
    const folder = place('links');
    mkdirSync(folder);
    symlinkSync('/etc/passwd', join(folder, 'report.md'));
    const archive = place('links.tar.gz');
    execFileSync('tar', ['czf', archive, '-C', folder, 'report.md']);
    expect(await verifyBundle(archive)).toMatchObject({ ok: false, problem: expect.stringContaining('no plain file') });
  });
});

describe('a bare report', () => {
  it('holds by itself, and against the incident it lies in', async () => {
    const bare = place('bare.md');
    cpSync(join(whole, 'report.md'), bare);
    expect(await verifyReport(bare, undefined)).toMatchObject({ ok: true, records: 3, against: [] });
    const checked = await verifyReport(bare, made.folder);
    expect(checked).toMatchObject({ ok: true, against: [expect.stringContaining('the journal'), '3 stored records'] });
  });

  it('that was remade with other hashes or another journal does not hold against the incident', async () => {
    const text = readFileSync(join(whole, 'report.md'), 'utf8');
    const { sealLines } = await import('../../src/report/seal.ts');
    const remade = (change: (line: string) => string) => {
      const all = text.split('\n');
      const told = all.slice(0, all.indexOf('## Verification')).map(change);
      const path = place('remade.md');
      writeFileSync(path, `${[...told, ...sealLines(told)].join('\n')}\n`);
      return path;
    };
    const hash = remade((line) =>
      line.startsWith(`| \`${idOf(3)}\``) ? line.replace(/`[0-9a-f]{64}` \|$/, `\`${'0'.repeat(64)}\` |`) : line,
    );
    expect(await verifyReport(hash, made.folder)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(`the record of ${idOf(3)} has the hash`),
    });
    const time = remade((line) =>
      line.startsWith(`| \`${idOf(3)}\``) ? line.replace('20:33:02Z', '20:34:02Z') : line,
    );
    expect(await verifyReport(time, made.folder)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('happened at 2026-11-23T20:33:02'),
    });
    const head = remade((line) => line.replace(/(Journal head \(SHA-256\) \| `)[0-9a-f]{64}/, `$1${'1'.repeat(64)}`));
    expect(await verifyReport(head, made.folder)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('stands nowhere in'),
    });
  });
});

describe.skipIf(spawnSync('ssh-keygen', ['-?']).error !== undefined)('a signature', () => {
  const keyOf = (name: string) => {
    const key = place(name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
    return key;
  };
  const signersOf = (key: string) => {
    const file = place('signers');
    const [type, material] = readFileSync(`${key}.pub`, 'utf8').split(' ');
    writeFileSync(file, `carol ${type} ${material}\n`);
    return { file, who: 'carol' };
  };

  it('says whose key it was, and holds against those who may sign', async () => {
    const key = keyOf('key');
    const archive = place('signed.tar.gz');
    await bundleTo(archive, key);
    expect(await verifyBundle(archive)).toMatchObject({
      ok: true,
      signature: { state: 'holds', by: expect.stringContaining('ED25519 key SHA256:') },
    });
    expect(await verifyBundle(archive, signersOf(key))).toMatchObject({
      ok: true,
      signature: { by: expect.stringContaining('carol, ') },
    });
    expect(await verifyBundle(archive, signersOf(keyOf('other')))).toMatchObject({
      ok: false,
      file: 'MANIFEST.json.sig',
    });
    expect(await verifyBundle(whole, signersOf(key))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('there is no signature'),
    });
  });

  it('that was changed is named', async () => {
    const folder = place('signed');
    await bundleTo(folder, keyOf('key'));
    flip(join(folder, 'MANIFEST.json.sig'), 120);
    expect(await verifyBundle(folder)).toMatchObject({ ok: false, file: 'MANIFEST.json.sig' });
  });

  it('cannot be made with what is no key, and then nothing is written', async () => {
    const target = place('unsigned');
    await expect(bundleTo(target, join(room, 'no-key'))).rejects.toMatchObject({ code: 'NotSigned' });
    expect(readdirSync(room)).not.toContain(target.slice(room.length + 1));
    expect(readdirSync(room).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it('a journal that lost a line is named by the line', async () => {
  const path = place('journal.jsonl');
  const lines = readFileSync(join(made.folder, 'journal.jsonl'), 'utf8').split('\n');
  writeFileSync(path, lines.toSpliced(2, 1).join('\n'));
  expect(await verifyJournal(path)).toMatchObject({ ok: false, line: 3 });
});
