import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openSession } from '../../src/session/open-session.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openIncident } from '../../src/store/incident.ts';
import { stateDirectory } from '../../src/store/state-directory.ts';
import { stateFolder } from '../helpers/firebreak.ts';
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
