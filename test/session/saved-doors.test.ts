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
import { becomes } from '../helpers/until.ts';
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

it('of saved logs says where they end, not that they begin an hour ago', async () => {
  const stateDir = await stateDirectory(stateFolder(), {});
  const incident = await openIncident({ stateDir, name: 'doors', create: true });
  session = await openSession({ incident, mode: 'saved', clock: systemClock, actions: [], inputs: [logs] });
  await session.loaded();
  const { unknown } = await becomes(session.openDoors, ({ unknown }) =>
    unknown.some((text) => /^ways in opened after \d{4}-\d\d-\d\dT20:03Z: these are saved logs/.test(text)),
  );
  expect(unknown.filter((text) => text.startsWith('URLs opened before'))).toEqual([]);
});
