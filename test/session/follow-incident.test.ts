import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { actions } from '../../src/containment/catalogue.ts';
import type { RefusedError } from '../../src/model/errors.ts';
import { followIncident } from '../../src/session/follow-incident.ts';
import { openSession } from '../../src/session/open-session.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openIncident } from '../../src/store/incident.ts';
import { stateDirectory } from '../../src/store/state-directory.ts';
import { firebreak, stateFolder } from '../helpers/firebreak.ts';
import { until } from '../helpers/until.ts';
import { call, user } from '../store/story.ts';

const logs = join(mkdtempSync(join(tmpdir(), 'firebreak-logs-')), 'cloudtrail.json');
writeFileSync(
  logs,
  JSON.stringify({
    Records: [1, 2, 3].map((n) => call(n, `20:0${n}:00`, 'sagemaker:StopNotebookInstance', user('alice'))),
  }),
);
const open: OpenSession[] = [];
afterEach(async () => {
  for (const session of open.splice(0)) await session.close();
});

async function holding(name: string) {
  const stateDir = await stateDirectory(stateFolder(), {});
  const incident = await openIncident({ stateDir, name, create: true });
  const session = await openSession({
    incident,
    mode: 'saved',
    clock: systemClock,
    actions,
    inputs: [logs],
  });
  open.push(session);
  await session.loaded();
  return { stateDir, incident, session };
}
async function following(folder: string, name: string) {
  const session = await followIncident({ folder, name, clock: systemClock });
  open.push(session);
  return session;
}
const texts = (session: OpenSession) => session.journal.get().map(({ what }) => what);

it('shows what the holder writes as it writes it, and who that is', async () => {
  const { incident, session } = await holding('shared');
  await incident.tellHolder('arn:aws:sts::111122223333:assumed-role/OnCall/carol');
  const second = await following(incident.folder, 'shared');
  expect(second.snapshot.get()).toMatchObject({
    mode: 'saved',
    armedUntil: undefined,
    events: session.snapshot.get().events,
    follows: { gone: false, holder: { pid: process.pid, by: expect.stringContaining('carol') } },
  });
  const end = second.journal.subscribe(() => undefined);
  await session.note('who is bob?');
  const [first] = session.events.window({ view: 'all', from: 'newest', rows: 1 }).rows;
  await session.mark(first!.id, true);
  await until(() => second.snapshot.get().marked.has(first!.id), 'the mark', 10_000);
  expect(texts(second)).toContain('who is bob?');
  expect(second.snapshot.get().notes).toHaveLength(1);
  await until(() => second.events.event(first!.rowId)?.marked === true, 'the mark in the timeline', 10_000);
  end();
});

it('can send, mark and note nothing, and leaves no trace', async () => {
  const { incident } = await holding('mine');
  const second = await following(incident.folder, 'mine');
  const before = readFileSync(join(incident.folder, 'journal.jsonl'), 'utf8');
  const signal = new AbortController().signal;
  const target = { kind: 'sagemaker.endpoint', arn: '', name: 'x' };
  const tries: readonly (() => unknown)[] = [
    () => second.arm(),
    () => second.mark('e', true),
    () => second.note('x'),
    () => second.plan('sagemaker.endpoint.delete', target, {}, signal),
    () => second.planUndo('c1', signal),
    () => second.planRecovery(signal),
    () => second.verify('c1'),
    () => second.collect([target], signal, () => undefined),
    () => second.report(),
    () => second.focus('x', signal),
  ];
  for (const attempt of tries) {
    const error = await (async () => attempt())().then(
      () => undefined,
      (refused: RefusedError) => refused,
    );
    expect(error).toMatchObject({ code: 'FollowingOnly', exitCode: 3 });
    expect(error!.message).toContain(`pid ${process.pid}`);
  }
  expect(second.choices(target).every(({ disabledReason }) => disabledReason?.startsWith('read-only'))).toBe(true);
  expect(readFileSync(join(incident.folder, 'journal.jsonl'), 'utf8')).toBe(before);
});

it('says when the holder is gone, however it went, and who takes it over', async () => {
  const stateDir = await stateDirectory(stateFolder(), {});
  const module = new URL('../../src/store/incident.ts', import.meta.url).href;
  const holder = spawn(
    process.execPath,
    [
      '-e',
      `import(${JSON.stringify(module)}).then((m) => m.openIncident({ stateDir: ${JSON.stringify(stateDir)}, name: 'dies', create: true })).then(async (i) => { await i.journal.append({ type: 'note', text: 'before' }); console.log('held'); setInterval(() => {}, 1000); })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const folder = join(stateDir, 'incidents', 'dies');
  const second = await following(folder, 'dies');
  expect(second.snapshot.get()).toMatchObject({ events: 0, follows: { gone: false, holder: { pid: holder.pid } } });
  // Half a line, as a process leaves it that dies while it writes.
  appendFileSync(join(folder, 'journal.jsonl'), '{"format":1,"seq":2');
  holder.kill('SIGKILL');
  await until(() => second.snapshot.get().follows?.gone === true, 'the holder gone', 10_000);
  expect(() => second.arm()).toThrow(/has ended/);
  // A stale label, whoever has that pid now, keeps nobody out.
  const next = await openIncident({ stateDir, name: 'dies', create: false });
  await until(() => second.snapshot.get().follows?.holder?.pid === process.pid, 'the next holder', 10_000);
  expect(second.snapshot.get().follows?.gone).toBe(false);
  await next.journal.append({ type: 'note', text: 'after', by: 'me' });
  await until(() => second.snapshot.get().notes.length === 2, 'the note of the next holder', 10_000);
  expect(second.snapshot.get().errors).toEqual([]);
  await next.close();
});

it('refuses a held incident on the command line: one line, exit code 3', async () => {
  const { stateDir, incident } = await holding('held');
  const env = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAX',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  for (const args of [
    ['watch', '--for', '2s'],
    ['contain', 'sagemaker.endpoint.delete', 'x', '--arm'],
    ['undo', 'c1'],
    ['collect', 'x'],
  ]) {
    const ended = await firebreak([...args, '--incident', 'held', '--state-dir', stateDir], { env });
    expect([args[0], ended.code, ended.stdout]).toEqual([args[0], 3, '']);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain(`pid ${process.pid}`);
  }
  const resumed = await firebreak(['resume', 'held', '--state-dir', stateDir], { env });
  expect([resumed.code, resumed.stderr.trim().split('\n').length]).toEqual([3, 1]);
  expect(incident.journal.lines.length).toBeGreaterThan(0);
});

it('a look at who holds it never keeps the next holder out', async () => {
  const stateDir = await stateDirectory(stateFolder(), {});
  const first = await openIncident({ stateDir, name: 'busy', create: true });
  await first.close();
  const module = new URL('../../src/store/incident.ts', import.meta.url).href;
  // Another process looks all the time.
  const looker = spawn(
    process.execPath,
    [
      '-e',
      `import(${JSON.stringify(module)}).then(async (m) => { console.log('looks'); for (;;) await m.holderOf(${JSON.stringify(join(stateDir, 'incidents', 'busy'))}); })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => looker.stdout.once('data', resolve));
  try {
    for (let n = 0; n < 20; n += 1) await (await openIncident({ stateDir, name: 'busy', create: false })).close();
  } finally {
    looker.kill('SIGKILL');
  }
});
