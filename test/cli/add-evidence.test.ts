import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { command as attach } from '../../src/cli/commands/attach.ts';
import { command as note } from '../../src/cli/commands/note.ts';
import { command as tag } from '../../src/cli/commands/tag.ts';
import { readIncident } from '../../src/session/read-incident.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { openIncident } from '../../src/store/incident.ts';
import { verifyJournal } from '../../src/store/journal.ts';
import { idOf, makeIncident } from '../evidence/incident.ts';

let made: Awaited<ReturnType<typeof makeIncident>>;
const room = mkdtempSync(join(tmpdir(), 'firebreak-attach-'));
beforeAll(async () => {
  made = await makeIncident();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(room, { recursive: true });
  rmSync(made.stateDir, { recursive: true });
});

const run = (command: Command, positionals: readonly string[], flags: Record<string, string | boolean> = {}) =>
  command.run({
    global: { json: false, colour: false, ascii: false, local: false, stateDir: made.stateDir },
    flags: { incident: made.name, ...flags },
    positionals,
    env: { USER: 'carol' },
    signal: new AbortController().signal,
  });

it('attaches files, notes and tags without a console: journalled, hashed, in the report’s facts', async () => {
  const picture = join(room, '=evil|`name`.png');
  writeFileSync(picture, 'a picture');
  expect(await run(attach, [picture], { note: 'the console that night', event: idOf(1) })).toBe(0);
  expect(await run(note, ['called', 'the data team'], { event: idOf(3) })).toBe(0);
  expect(await run(tag, ['entry-point', 'odd'], { event: idOf(3) })).toBe(0);
  expect(await run(tag, ['odd'], { event: idOf(3), remove: true })).toBe(0);
  const { facts, folder } = await readIncident(made.folder, made.name);
  const attached = facts.attachments.at(-1);
  expect(attached).toMatchObject({
    name: '=evil|`name`.png',
    note: 'the console that night',
    by: 'carol',
    eventId: idOf(1),
    sha256: sha256('a picture'),
  });
  expect(attached?.file).toMatch(/^attachments\/\d+-[A-Za-z0-9._-]+$/);
  expect(readFileSync(join(folder, attached?.file ?? ''), 'utf8')).toBe('a picture');
  expect(facts.notes.at(-1)).toMatchObject({ text: 'called the data team', by: 'carol', eventId: idOf(3) });
  expect(facts.tags.filter(({ eventId, by }) => eventId === idOf(3) && by === 'carol').map((one) => one.tag)).toEqual([
    'entry-point',
  ]);
  expect(await verifyJournal(join(made.folder, 'journal.jsonl'))).toMatchObject({ ok: true });
});

it.each([
  ['no file', () => run(attach, []), 'needs a file'],
  ['a file that is not there', () => run(attach, [join(room, 'none')]), 'no such file'],
  ['a folder', () => run(attach, [room]), 'it is a folder'],
  ['no incident', () => run(attach, ['x'], { incident: 'none' }), 'there is no incident'],
  ['an event that is not there', () => run(note, ['x'], { event: 'e-none' }), 'there is no event "e-none"'],
  ['no words', () => run(note, [' ']), 'needs words'],
  ['a tag of two words', () => run(tag, ['two words'], { event: idOf(1) }), 'is no tag'],
  ['a tag without an event', () => run(tag, ['x']), 'a word and an event'],
])('says what is wrong with %s, and writes nothing', async (_, tried, problem) => {
  const before = readFileSync(join(made.folder, 'journal.jsonl'), 'utf8');
  await expect(tried()).rejects.toThrow(problem);
  expect(readFileSync(join(made.folder, 'journal.jsonl'), 'utf8')).toBe(before);
});

it('is refused while a console has the incident open', async () => {
  const held = await openIncident({ stateDir: made.stateDir, name: made.name, create: false });
  try {
    await expect(run(note, ['x'])).rejects.toMatchObject({ code: 'IncidentHeld' });
  } finally {
    await held.close();
  }
});
