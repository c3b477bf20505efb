import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { wholeReport } from '../../src/report/options.ts';
import { openSession } from '../../src/session/open-session.ts';
import { type ReportJob, runReportJob } from '../../src/session/report-job.ts';
import { reportOnThread } from '../../src/session/report-thread.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openIncident } from '../../src/store/incident.ts';
import { stateDirectory } from '../../src/store/state-directory.ts';
import { stateFolder } from '../helpers/firebreak.ts';
import { view } from '../report/views.ts';
import { call, user } from '../store/story.ts';

const logs = join(mkdtempSync(join(tmpdir(), 'firebreak-logs-')), 'cloudtrail.json');
writeFileSync(
  logs,
  JSON.stringify({
    Records: [1, 2, 3].map((n) => call(n, `20:0${n}:00`, 'sagemaker:StopNotebookInstance', user('alice'))),
  }),
);
let session: OpenSession | undefined;
afterEach(async () => {
  await session?.close();
});

const documentTitle = /^# /;

/** A report without events, into a folder of its own or back. */
function job(path?: string): ReportJob {
  const { events: _events, ...facts } = view({});
  return { facts, eventsPath: undefined, own: undefined, format: 'md', options: wholeReport, redaction: 'none', path };
}

it('a report that is given up is told so: it writes nothing, and its thread makes the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-report-'));
  const aborter = new AbortController();
  let threads = 0;
  // It is given up while its thread begins, so before the first line is written.
  const count = () => {
    threads += 1;
    aborter.abort(new Error('given up'));
  };
  process.on('worker', count);
  try {
    await expect(reportOnThread(job(join(folder, 'report.md')), aborter.signal)).rejects.toThrow('given up');
    const { text } = await reportOnThread(job(), new AbortController().signal);
    expect(text).toMatch(documentTitle);
    expect(threads).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    process.off('worker', count);
  }
});

it('a report looks whether anybody waits for it between pieces of its text and leaves nothing half-written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-report-'));
  const waits = { read: () => undefined, check: () => undefined };
  const check = () => {
    throw new Error('nobody waits');
  };
  const made = (watch: typeof waits) =>
    runReportJob(job(join(folder, 'report.md')), new AbortController().signal, undefined, watch);
  await expect(made({ ...waits, check })).rejects.toThrow('nobody waits');
  expect(readdirSync(folder)).toEqual([]);
  await made(waits);
  expect(readdirSync(folder)).toEqual(['report.md']);
});

it('makes reports one after the other, at once, after one that failed and after one that was given up', async () => {
  const stateDir = await stateDirectory(stateFolder(), {});
  const incident = await openIncident({ stateDir, name: 'reports', create: true });
  session = await openSession({ incident, mode: 'saved', clock: systemClock, actions: [], inputs: [logs] });
  await session.loaded();
  const made = (format: string, signal = new AbortController().signal) => session!.document(format, signal);
  const jsonl = await made('jsonl');
  expect(jsonl.trim().split('\n')).toHaveLength(3);
  expect(await made('jsonl')).toBe(jsonl);
  const together = await Promise.all([made('jsonl'), made('md'), made('jsonl')]);
  expect(together).toEqual([jsonl, expect.stringMatching(documentTitle), jsonl]);

  await expect(made('no-such')).rejects.toMatchObject({ code: 'NoSuchFormat' });
  expect(await made('jsonl')).toBe(jsonl);

  const aborter = new AbortController();
  const givenUp = made('md', aborter.signal);
  aborter.abort(new Error('given up'));
  await expect(givenUp).rejects.toThrow('given up');
  expect(await made('jsonl')).toBe(jsonl);
});
