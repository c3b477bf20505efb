import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { firebreak, stateFolder } from '../helpers/firebreak.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'firebreak-bad-'));
const state = stateFolder();

it.each([
  ['an unknown command', ['frobnicate'], 2, 'there is no command "frobnicate"'],
  ['an unknown flag', ['watch', '--frobnicate'], 2, '--frobnicate'],
  ['an unknown scenario', ['drill', 'no-such-drill', '--state-dir', state], 2, 'no-such-drill'],
  ['an unknown scenario of the range', ['range', '--scenario', 'x'], 2, 'x'],
  ['a number that is none', ['range', '--speed', 'fast'], 2, '--speed fast'],
  ['a time that is none', ['watch', '--region', 'us-east-1', '--since', 'noon'], 2, '--since noon'],
  ['a filter that does not parse', ['export', '/tmp', '--filter', 'nope=1'], 2, 'nope'],
  ['a path that does not exist', ['open', '/nonexistent/logs', '--state-dir', state], 2, 'no such file'],
  ['an unknown format', ['export', '/tmp', '--format', 'docx'], 2, 'docx'],
  ['a state folder that is none', ['incidents', '--state-dir', '/dev/null/x'], 1, '/dev/null/x'],
  ['an incident that does not exist', ['resume', 'none', '--state-dir', state], 2, 'none'],
  ['a hostile incident name', ['resume', '../../etc', '--state-dir', state], 2, 'no name for an incident'],
  ['no Region', ['watch', '--state-dir', state], 2, 'Region'],
  ['no credentials', ['contain', 'fraud-scorer', '--region', 'us-east-1', '--state-dir', state], 2, 'redentials'],
  ['an unknown profile', ['watch', '--profile', 'nobody', '--region', 'us-east-1', '--state-dir', state], 2, 'nobody'],
  ['an unknown redaction', ['export', '/tmp', '--redact', 'some'], 2, 'some'],
  [
    'a bundle that is to be redacted',
    ['export', '/tmp', '--format', 'bundle', '-o', '/tmp/x', '--redact', 'share'],
    2,
    'cannot be redacted',
  ],
  ['a bundle without a place', ['export', '/tmp', '--format', 'bundle'], 2, '-o'],
  ['a size that is none', ['export', '/tmp', '--max-bytes', 'small'], 2, '--max-bytes small'],
  ['a size for what is not cut', ['export', '/tmp', '--format', 'csv', '--max-bytes', '5000'], 2, 'cuts md'],
  ['keys that are none', ['export', '/etc/hostname', '--digest-keys', '/etc/hostname'], 2, 'public keys'],
  ['a signer without signers', ['verify', '/etc/hostname', '--signer', 'carol'], 2, '--allowed-signers'],
  ['a journal that does not exist', ['verify', '/nonexistent/journal.jsonl'], 1, '/nonexistent/journal.jsonl'],
])('%s: one line, the right exit code', async (_what, args, code, text) => {
  const ended = await firebreak(args);
  expect(ended.stderr).toContain(text);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(ended.code).toBe(code);
  expect(ended.stdout).toBe('');
});

it('a pipe into which nobody writes', async () => {
  const path = join(folder(), 'rules.yml');
  execFileSync('mkfifo', [path]);
  const [rules, config] = await Promise.all([
    firebreak(['rules', 'check', path]),
    firebreak(['config'], { env: { FIREBREAK_CONFIG: path } }),
  ]);
  expect(rules.stdout).toContain('cannot be read: nothing comes through it');
  expect(rules.code).toBe(1);
  expect(config).toMatchObject({ code: 2, stdout: '' });
  expect(config.stderr).toBe(
    `firebreak: ${path}: nothing comes through it. Next: Correct FIREBREAK_CONFIG, or unset it\n`,
  );
});

it('a port in use', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const ended = await firebreak(['range', '--port', String(port)]);
  server.close();
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^firebreak: port \d+ is in use\. Next: .*\n$/);
});

it('takes the good records of bad files, and names and counts the bad ones', async () => {
  const where = folder();
  const record = (id: string, more = '') =>
    `{"eventVersion":"1.11","eventTime":"2026-11-23T20:31:02Z","eventSource":"sagemaker.amazonaws.com","eventName":"StopNotebookInstance"${id === '' ? '' : `,"eventID":"${id}"`},"requestParameters":{"notebookInstanceName":"fraud-lab"${more}}}`;
  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const many = `{"Records":[${Array.from({ length: 3_000 }, (_, n) => record(uuid(n))).join(',')}]}`;
  const packed = gzipSync(many);
  writeFileSync(join(where, '1-truncated.json.gz'), packed.subarray(0, Math.floor(packed.length * 0.8)));
  writeFileSync(join(where, '2-prose.json'), 'this is not JSON\nat all\n');
  writeFileSync(join(where, '3-no-id.json'), `${record('')}\n${record(uuid(9_001))}\n`);
  writeFileSync(join(where, '4-big.json'), `${record(uuid(9_002), `,"x":"${'y'.repeat(5_000_000)}"`)}\n`);
  const ended = await firebreak(['export', where, '--format', 'jsonl']);
  const ids = ended.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids.length).toBeGreaterThan(1_000);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain(uuid(9_001));
  expect(ids).toContain(uuid(9_002));
  expect(ended.stderr).toMatch(/1-truncated\.json\.gz.*cut off.*gzip/);
  expect(ended.stderr).toMatch(/2-prose\.json:1: is not JSON/);
  expect(ended.stderr).toMatch(/3-no-id\.json.*eventID/);
  expect(ended.stderr).toContain('3 rejected, the rest is loaded');
  expect(ended.code).toBe(0);
  // Said while the lines are printed, too, not only at the end.
  const opened = await firebreak(['open', where]);
  expect(opened.stderr).toContain('3 records could not be read');
});

it('a folder without logs', async () => {
  const where = folder();
  mkdirSync(join(where, 'empty'));
  const ended = await firebreak(['export', join(where, 'empty'), '--format', 'jsonl']);
  expect(ended.stderr).toContain('holds no logs');
  expect(ended).toMatchObject({ code: 1, stdout: '' });
});

it('keeps a file that exists, unless told otherwise', async () => {
  const where = folder();
  const log = join(where, 'a.json');
  writeFileSync(log, '{"Records":[]}');
  const out = join(where, 'out.md');
  writeFileSync(out, 'mine');
  expect(await firebreak(['export', log, '-o', out])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exists'),
  });
  expect(await firebreak(['export', log, '-o', join(where, 'no', 'such', 'out.md')])).toMatchObject({ code: 1 });
});

it('says the version and helps before anything else', async () => {
  expect((await firebreak(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await firebreak(['--help'])).stdout).toContain('firebreak contain [ACTION|PLAYBOOK] TARGET');
  expect((await firebreak(['contain', '--help'])).stdout).toContain('--arm');
});

it('an output that is there, is a folder, or cannot be written: nothing is lost, nothing half-made stays', async () => {
  const where = folder();
  const log = join(where, 'log.json');
  writeFileSync(
    log,
    '{"eventVersion":"1.11","eventTime":"2026-11-23T20:31:02Z","eventSource":"sagemaker.amazonaws.com","eventName":"StopNotebookInstance","eventID":"00000000-0000-4000-8000-000000000001","requestParameters":{"notebookInstanceName":"fraud-lab"}}',
  );
  const out = join(where, 'out');
  mkdirSync(out);
  const kept = join(out, 'kept.md');
  writeFileSync(kept, 'mine');
  const to = (target: string, ...more: string[]) => firebreak(['export', log, '-o', target, ...more]);
  const [there, aFolder, forced, nowhere, bundleThere, bundleOver] = await Promise.all([
    to(kept),
    to(out),
    to(out, '--force'),
    to(join(where, 'none', 'x.md')),
    to(out, '--format', 'bundle'),
    to(out, '--format', 'bundle', '--force'),
  ]);
  for (const ended of [there, aFolder, forced, nowhere, bundleThere, bundleOver]) {
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  }
  expect(there.stderr).toContain('--force');
  expect(bundleOver.stderr).toContain('no bundle');
  expect(readFileSync(kept, 'utf8')).toBe('mine');
  expect(readdirSync(out)).toEqual(['kept.md']);
  expect((await to(kept, '--force')).code).toBe(0);
  expect(readFileSync(kept, 'utf8')).toContain('# Incident saved logs');
  expect(readdirSync(out)).toEqual(['kept.md']);
});
