import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/shared/digest.ts';
import { openIncident } from '../../src/store/incident.ts';
import { incidentPlaces, summarise } from '../../src/store/incident-list.ts';
import { stateDirectory } from '../../src/store/state-directory.ts';

const stateDir = () => stateDirectory(mkdtempSync(join(tmpdir(), 'firebreak-incident-')), {});
const listIncidents = async (dir: string) =>
  Promise.all((await incidentPlaces(dir)).map(async (place) => (await summarise(place)).summary));
const module = new URL('../../src/store/incident.ts', import.meta.url).href;

it('is a folder for the owner alone, with its snapshots', async () => {
  const incident = await openIncident({ stateDir: await stateDir(), name: 'INC-42', create: true });
  expect(statSync(incident.folder).mode & 0o777).toBe(0o700);
  const { file, sha256: hash } = await incident.saveSnapshot('../c1 evil', { a: 1 });
  expect(file).toBe('snapshots/.._c1_evil.json');
  expect(hash).toBe(sha256(readFileSync(join(incident.folder, file))));
  await incident.close();
});

it.each(['../x', '', '.hidden', 'a/b', 'a\u0007b', 'x'.repeat(121), '-flag'])('refuses the name %j', async (name) => {
  await expect(openIncident({ stateDir: '/nonexistent', name, create: true })).rejects.toMatchObject({ code: 'Usage' });
});

it('has one writer: another process is told who holds it, and gets it after kill -9', async () => {
  const dir = await stateDir();
  const open = `import(${JSON.stringify(module)}).then((m) => m.openIncident({ stateDir: ${JSON.stringify(dir)}, name: 'held', create: true }))`;
  const other = (script: string) => execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  const incident = await openIncident({ stateDir: dir, name: 'held', create: true });
  expect(await listIncidents(dir)).toMatchObject([
    { name: 'held', heldBy: expect.stringContaining(`pid ${process.pid}`) },
  ]);
  expect(other(`${open}.catch((e) => console.log(\`\${e.exitCode} \${e.message}\`))`)).toContain(
    `3 incident held is open in another`,
  );
  await incident.close();
  expect(() => other(`${open}.then(() => process.kill(process.pid, 'SIGKILL'))`)).toThrow();
  const again = await openIncident({ stateDir: dir, name: 'held', create: false });
  await again.close();
  expect(await listIncidents(dir)).toMatchObject([{ name: 'held', heldBy: null }]);
});

it('says what does not exist or cannot be written', async () => {
  await expect(openIncident({ stateDir: await stateDir(), name: 'none', create: false })).rejects.toMatchObject({
    exitCode: 2,
  });
  await expect(stateDirectory('/proc/firebreak', {})).rejects.toMatchObject({ exitCode: 1, code: 'NotWritable' });
  expect(await stateDirectory(undefined, { XDG_STATE_HOME: await stateDir() })).toMatch(/\/firebreak$/);
});
