import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIngest } from '../../ingest/ingest.ts';
import { FailedError, UsageError } from '../../model/errors.ts';
import { exportFormats } from '../../report/exports/catalogue.ts';
import type { IncidentView } from '../../report/incident-view.ts';
import { emptySnapshot } from '../../session/empty-snapshot.ts';
import { incidentView } from '../../session/incident-view.ts';
import { readIncident } from '../../session/read-incident.ts';
import { systemClock } from '../../shared/clock.ts';
import { openQueries } from '../../store/event-queries.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { writeFileAtomically } from '../../store/write-file.ts';
import { type Command, textFlag } from '../command.ts';
import { filterFlag } from '../filter-flag.ts';
import { checkPaths, tellRejected } from '../saved-logs.ts';
import { writeText } from '../write-text.ts';

const formats = exportFormats.map(({ id }) => id).join(' or ');

export const command: Command = {
  options: {
    incident: { type: 'string' },
    format: { type: 'string' },
    output: { type: 'string', short: 'o' },
    filter: { type: 'string' },
    force: { type: 'boolean' },
  },
  optionHelp: {
    incident: 'a saved incident instead of paths',
    format: `${formats} (default md)`,
    output: '-o FILE: a file instead of stdout',
    filter: 'only events that match',
    force: 'replace FILE if it exists',
  },
  async run({ flags, global, positionals, env }) {
    const name = textFlag(flags, 'incident');
    if ((name === undefined) === (positionals.length === 0))
      throw new UsageError('export takes either paths or --incident NAME', {
        nextSteps: ['Name a file or folder of logs, or an incident'],
      });
    const wanted = textFlag(flags, 'format') ?? 'md';
    const format = exportFormats.find(({ id }) => id === wanted);
    if (!format) throw new UsageError(`there is no format "${wanted}"`, { nextSteps: [`Use ${formats}`] });
    const filter = filterFlag(flags);
    const output = textFlag(flags, 'output');
    if (output !== undefined && flags.force !== true) await refuseExisting(output);
    const { view, close } =
      name === undefined
        ? await viewOfLogs(positionals)
        : await readIncident({ stateDir: await stateDirectory(global.stateDir, env), name, clock: systemClock });
    try {
      const text = format.write(view, filter);
      if (output === undefined) await writeText(text);
      else await writeFileAtomically(output, text);
    } finally {
      await close();
    }
    // A file in which nothing could be read is a failure; one bad record among good ones is told and counted.
    return name === undefined && view.totalEvents === 0 ? 1 : 0;
  },
};

async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined); // Missing, or told by the write itself.
  if (found)
    throw new FailedError(
      'Exists',
      `${path} exists${found.isDirectory() ? ' and is a folder' : ''}; nothing was written`,
      [found.isDirectory() ? 'Name a file' : 'Choose another name, or replace it with --force'],
    );
}

/** Loads saved logs into a store of their own that is gone afterwards. */
async function viewOfLogs(paths: readonly string[]): Promise<{ readonly view: IncidentView; close(): Promise<void> }> {
  await checkPaths(paths);
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-export-'));
  const path = join(folder, 'events.db');
  const ingest = await startIngest({ path, onProgress: () => undefined });
  const { events: count, rejected, rejectedTotal } = await ingest.open(paths);
  await ingest.close();
  const events = openQueries(path);
  tellRejected(rejected, rejectedTotal);
  const newest = events.window({ view: 'all', from: 'newest', rows: 1 }).rows.at(-1);
  const view = incidentView({
    snapshot: {
      ...emptySnapshot({ incident: { name: 'saved logs', folder, openedAt: systemClock.now() }, mode: 'saved' }),
      events: count,
      rejected: rejectedTotal,
      receivedTo: newest?.at,
    },
    events,
    journal: { lines: [] },
    clock: systemClock,
    options: { mode: 'saved', inputs: paths },
  });
  return {
    view,
    close: async () => {
      await events.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
