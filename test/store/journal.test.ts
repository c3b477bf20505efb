import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openJournal, verifyJournal } from '../../src/store/journal.ts';
import { tailJournal } from '../../src/store/journal-tail.ts';

const path = () => join(mkdtempSync(join(tmpdir(), 'firebreak-journal-')), 'journal.jsonl');

async function written(): Promise<string> {
  const file = path();
  const journal = await openJournal(file);
  await Promise.all([1, 2, 3].map((n) => journal.append({ type: 'note', text: `line ${n} ünï ⏎` })));
  await journal.close();
  return file;
}

it('appends in order, chained, readable by the owner alone, and goes on where it was', async () => {
  const file = await written();
  expect(await verifyJournal(file)).toMatchObject({ ok: true, lines: 3 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await openJournal(file);
  expect(again.lines.map(({ entry }) => entry.text)).toEqual(['line 1 ünï ⏎', 'line 2 ünï ⏎', 'line 3 ünï ⏎']);
  const line = await again.append({ type: 'note', text: 'four', left: undefined });
  expect(line).toMatchObject({ seq: 4, prev: again.lines[2]?.hash, entry: { type: 'note', text: 'four' } });
  await again.close();
  expect(await verifyJournal(file)).toMatchObject({ ok: true, lines: 4, head: line.hash });
});

it('finds every flipped bit, and says at which line', async () => {
  const file = await written();
  const bytes = readFileSync(file);
  const lineOf = (at: number) => bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ (1 << (at % 8));
    writeFileSync(file, changed);
    const check = await verifyJournal(file);
    // A flipped line feed joins two lines or cuts the last off; all others break their own line.
    expect(check, `byte ${at}`).toMatchObject({ ok: false, line: lineOf(at) });
  }
});

it.each([
  ['removed', (lines: string[]) => lines.toSpliced(1, 1)],
  ['repeated', (lines: string[]) => lines.toSpliced(1, 0, lines[1]!)],
  ['exchanged', (lines: string[]) => [lines[0]!, lines[2]!, lines[1]!]],
])('finds a line that was %s', async (_what, change) => {
  const file = await written();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${change(lines).join('\n')}\n`);
  expect(await verifyJournal(file)).toMatchObject({ ok: false });
  await expect(openJournal(file)).rejects.toMatchObject({ code: 'JournalBroken' });
});

it.each(['\u001b[2J', '2026-13-23T20:00:00.000Z', '2026-11-23', 5, null])(
  'finds a line whose hash holds and whose time is none: %j',
  async (at) => {
    const file = await written();
    const { hash: _, ...line } = { ...JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!), at };
    const hash = createHash('sha256').update(JSON.stringify(line)).digest('hex');
    writeFileSync(file, `${JSON.stringify({ ...line, hash })}\n`);
    expect(await verifyJournal(file)).toEqual({ ok: false, line: 1, problem: 'has no time' });
  },
);

it('moves a torn last line aside and goes on', async () => {
  const file = await written();
  appendFileSync(file, '{"format":1,"seq":4,"at');
  expect(await verifyJournal(file)).toEqual({ ok: false, line: 4, problem: 'the last line is cut off' });
  const journal = await openJournal(file);
  expect(readFileSync(journal.tornLine!, 'utf8')).toBe('{"format":1,"seq":4,"at');
  await journal.append({ type: 'note', text: 'four' });
  await journal.close();
  expect(await verifyJournal(file)).toMatchObject({ ok: true, lines: 4 });
});

it('says in one line what cannot be read or written', async () => {
  await expect(verifyJournal('/nonexistent/journal.jsonl')).rejects.toMatchObject({ code: 'NotReadable' });
  await expect(openJournal('/nonexistent/journal.jsonl')).rejects.toMatchObject({
    message: '/nonexistent/journal.jsonl cannot be written: the folder does not exist',
  });
});

it('a line that is cut off within a character takes nothing of the lines before with it, and is followed once it is whole', async () => {
  const file = await written();
  const bytes = readFileSync(file);
  // The last bytes of the ⏎ in the third line are missing.
  const cut = bytes.lastIndexOf(Buffer.from('⏎')) + 1;
  writeFileSync(file, bytes.subarray(0, cut));
  const tail = await tailJournal(file);
  expect(tail.lines).toHaveLength(2);
  appendFileSync(file, bytes.subarray(cut));
  expect([await tail.read(), tail.lines.length]).toEqual([true, 3]);
  writeFileSync(file, bytes.subarray(0, cut));
  const again = await openJournal(file);
  expect(again.lines).toHaveLength(2);
  await again.close();
  expect(await verifyJournal(file)).toMatchObject({ ok: true, lines: 2 });
});
