import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSession } from '../../src/session/open-session.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openIncident } from '../../src/store/incident.ts';
import { stateDirectory } from '../../src/store/state-directory.ts';
import { stateFolder } from '../helpers/firebreak.ts';
import { call, user } from '../store/story.ts';

const logs = join(mkdtempSync(join(tmpdir(), 'firebreak-logs-')), 'cloudtrail.json');
writeFileSync(
  logs,
  JSON.stringify({ Records: [call(1, '20:01:00', 'sagemaker:StopNotebookInstance', user('alice'))] }),
);

it('leaves all events in their one file, as whoever copies it takes for granted', async () => {
  const stateDir = await stateDirectory(stateFolder(), {});
  const incident = await openIncident({ stateDir, name: 'left', create: true });
  const session = await openSession({ incident, mode: 'saved', clock: systemClock, actions: [], inputs: [logs] });
  await session.loaded();
  await session.close();
  expect(readdirSync(incident.folder).filter((name) => name.startsWith('events.db'))).toEqual(['events.db']);
});
