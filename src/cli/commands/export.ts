import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type Manifest, manifestName } from '../../evidence/manifest.ts';
import { signFile } from '../../evidence/sign.ts';
import { writeBundle } from '../../evidence/write-bundle.ts';
import { readDigestKeys } from '../../ingest/digests.ts';
import { FailedError, UsageError } from '../../model/errors.ts';
import { exportFormats } from '../../report/exports/catalogue.ts';
import type { RedactionProfile } from '../../report/incident-view.ts';
import { readIncident } from '../../session/read-incident.ts';
import { prepare, runReportJob } from '../../session/report-job.ts';
import { openReportView } from '../../session/report-view.ts';
import { display } from '../../shared/display.ts';
import { existingIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag } from '../command.ts';
import { filterFlag } from '../filter-flag.ts';
import { numberFlag } from '../number-flag.ts';
import { reportOfLogs } from '../report-of-logs.ts';
import { parseTime } from '../time.ts';
import { writeText } from '../write-text.ts';

const formats = [...exportFormats.map(({ id }) => id), 'bundle'].join(', ');
const profiles: readonly RedactionProfile[] = ['none', 'share', 'public'];

export const command: Command = {
  options: {
    incident: { type: 'string' },
    format: { type: 'string' },
    output: { type: 'string', short: 'o' },
    filter: { type: 'string' },
    all: { type: 'boolean' },
    since: { type: 'string' },
    'max-bytes': { type: 'string' },
    redact: { type: 'string' },
    sign: { type: 'string' },
    'digest-keys': { type: 'string' },
    force: { type: 'boolean' },
  },
  optionHelp: {
    incident: 'a saved incident instead of paths',
    format: `${formats} (default md)`,
    output: '-o FILE: a file instead of stdout',
    filter: 'only events that match',
    all: 'every event in the timeline, not only those that were marked or found',
    since: 'for changes: since when (default: since the last session was closed)',
    'max-bytes': 'md: cut to this size, and say what was cut; 65536 fits a GitHub issue',
    redact: `${profiles.join(', ')} (default none): pseudonyms for accounts, addresses, keys and names`,
    'digest-keys': 'CloudTrail’s public keys, to check digest files among the paths',
    sign: 'sign it with this SSH key (a bundle, or the file of -o)',
    force: 'replace FILE if it exists',
  },
  async run({ flags, global, positionals, env, signal }) {
    // What is read is kept, what is written is garbage at once: a young generation that grew would only touch memory, a quarter of all.
    setFlagsFromString('--semi-space-growth-factor=1');
    const name = textFlag(flags, 'incident');
    if ((name === undefined) === (positionals.length === 0))
      throw new UsageError('export takes either paths or --incident NAME', {
        nextSteps: ['Name a file or folder of logs, or an incident'],
      });
    const format = textFlag(flags, 'format') ?? 'md';
    if (format !== 'bundle' && !exportFormats.some(({ id }) => id === format))
      throw new UsageError(`there is no format "${display(format)}"`, { nextSteps: [`Use one of ${formats}`] });
    const redaction = textFlag(flags, 'redact') ?? 'none';
    if (!isProfile(redaction))
      throw new UsageError(`there is no redaction profile "${display(redaction)}"`, {
        nextSteps: [`Use one of ${profiles.join(', ')}`],
      });
    if (format === 'bundle' && redaction !== 'none')
      throw new UsageError('a bundle holds records as they came, which cannot be redacted', {
        nextSteps: ['Share the report: --format md with --redact', 'Leave out --redact'],
      });
    const maxBytes = numberFlag(flags, 'max-bytes', { min: 1_000, max: 1e9, whole: true });
    if (maxBytes !== undefined && format !== 'md')
      throw new UsageError(`--max-bytes cuts md, not ${format}`, { nextSteps: ['Leave it out, or use --format md'] });
    const since = textFlag(flags, 'since');
    const asked = {
      filter: filterFlag(flags), // A mistake in it is told before anything is read.
      everything: flags.all === true,
      zone: global.local ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined,
      maxBytes,
      since: since === undefined ? undefined : parseTime(since, Date.now(), '--since'),
    };
    const path = textFlag(flags, 'output');
    if (path === undefined && format === 'bundle')
      throw new UsageError('a bundle needs a place', { nextSteps: ['Name a folder or a .tar.gz with -o'] });
    const key = textFlag(flags, 'sign');
    if (key !== undefined && path === undefined)
      throw new UsageError('--sign signs a file', { nextSteps: ['Name it with -o'] });
    if (path !== undefined) await refuseExisting(path, flags.force === true, format === 'bundle');
    const keysPath = textFlag(flags, 'digest-keys');
    const source =
      name === undefined
        ? await reportOfLogs(positionals, keysPath === undefined ? new Map() : await readDigestKeys(keysPath), signal)
        : {
            ...(await readIncident(await existingIncident(await stateDirectory(global.stateDir, env), name), name)),
            close: async () => undefined,
          };
    const { mode, receivedTo } = source.facts;
    // As in the console: of saved logs, 2h are the last two of them.
    const options = mode === 'saved' ? { ...asked, filter: filterFlag(flags, receivedTo) } : asked;
    try {
      for (const problem of source.problems) process.stderr.write(`firebreak: ${display(problem)}\n`);
      if (format === 'bundle' && path !== undefined) {
        const { view, close } = await openReportView(source.facts, source, signal, (opened) =>
          prepare(opened, options, format),
        );
        try {
          const bundle = { view, options, lines: source.lines ?? [], folder: source.folder };
          tellBundle(path, await writeBundle(bundle, path, key));
        } finally {
          await close();
        }
      } else {
        await runReportJob({ ...source, format, options, redaction, path }, signal, (piece) => writeText([piece]));
        if (key !== undefined && path !== undefined) await signFile(path, key);
      }
    } finally {
      await source.close();
    }
    // A file in which nothing could be read is a failure; one bad record among good ones is told and counted.
    return name === undefined && source.facts.totalEvents === 0 ? 1 : 0;
  },
};

const isProfile = (text: string): text is RedactionProfile => (profiles as readonly string[]).includes(text);

function tellBundle(path: string, { files, events, journal, missing }: Manifest): void {
  for (const sentence of missing) process.stderr.write(`firebreak: not in the bundle: ${display(sentence)}\n`);
  process.stderr.write(
    `${display(path)}: ${files.length} files, ${events} events with their records as they came (secrets in them included)${journal ? `, journal head ${journal.head}` : ''}\n`,
  );
}

/** Nothing that is there is written over unless that was asked for; a folder only where it is a bundle. @throws FailedError `Exists` */
async function refuseExisting(path: string, force: boolean, isBundle: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined); // Missing, or told by the write itself.
  if (!found) return;
  if (!found.isFile() && !found.isDirectory())
    throw new FailedError('Exists', `${path} is no file; nothing was written`, [
      'Leave out -o and redirect the output',
    ]);
  const isOurs =
    !found.isDirectory() || (isBundle && (await stat(join(path, manifestName)).catch(() => undefined)) !== undefined);
  if (force && isOurs) return;
  if (force)
    throw new FailedError('Exists', `${path} is a folder${isBundle ? ' and no bundle' : ''}; nothing was written`, [
      'Name another',
    ]);
  throw new FailedError(
    'Exists',
    `${path} exists${found.isDirectory() ? ' and is a folder' : ''}; nothing was written`,
    [isOurs ? 'Choose another name, or replace it with --force' : 'Name a file'],
  );
}
