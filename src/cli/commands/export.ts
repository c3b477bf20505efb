import { stat } from 'node:fs/promises';
import { FailedError, UsageError } from '../../model/errors.ts';
import { exportFormats } from '../../report/exports/catalogue.ts';
import type { RedactionProfile } from '../../report/incident-view.ts';
import { readIncident } from '../../session/read-incident.ts';
import { runReportJob } from '../../session/report-job.ts';
import { display } from '../../shared/display.ts';
import { existingIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag } from '../command.ts';
import { filterFlag } from '../filter-flag.ts';
import { numberFlag } from '../number-flag.ts';
import { reportOfLogs } from '../report-of-logs.ts';
import { parseTime } from '../time.ts';
import { writeText } from '../write-text.ts';

const formats = [...exportFormats.map(({ id }) => id)].join(', ');
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
    force: 'replace FILE if it exists',
  },
  async run({ flags, global, positionals, env, signal }) {
    const name = textFlag(flags, 'incident');
    if ((name === undefined) === (positionals.length === 0))
      throw new UsageError('export takes either paths or --incident NAME', {
        nextSteps: ['Name a file or folder of logs, or an incident'],
      });
    const format = textFlag(flags, 'format') ?? 'md';
    if (!exportFormats.some(({ id }) => id === format))
      throw new UsageError(`there is no format "${display(format)}"`, { nextSteps: [`Use one of ${formats}`] });
    const redaction = textFlag(flags, 'redact') ?? 'none';
    if (!isProfile(redaction))
      throw new UsageError(`there is no redaction profile "${display(redaction)}"`, {
        nextSteps: [`Use one of ${profiles.join(', ')}`],
      });
    const maxBytes = numberFlag(flags, 'max-bytes', { min: 1_000, max: 1e9, whole: true });
    if (maxBytes !== undefined && format !== 'md')
      throw new UsageError(`--max-bytes cuts md, not ${format}`, { nextSteps: ['Leave it out, or use --format md'] });
    const since = textFlag(flags, 'since');
    const options = {
      filter: filterFlag(flags),
      everything: flags.all === true,
      zone: global.local ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined,
      maxBytes,
      since: since === undefined ? undefined : parseTime(since, Date.now(), '--since'),
    };
    const path = textFlag(flags, 'output');
    if (path !== undefined && flags.force !== true) await refuseExisting(path);
    const source =
      name === undefined
        ? await reportOfLogs(positionals)
        : {
            ...(await readIncident(await existingIncident(await stateDirectory(global.stateDir, env), name), name)),
            close: async () => undefined,
          };
    try {
      for (const problem of source.problems) process.stderr.write(`firebreak: ${display(problem)}\n`);
      await runReportJob({ ...source, format, options, redaction, path }, signal, (piece) => writeText([piece]));
    } finally {
      await source.close();
    }
    // A file in which nothing could be read is a failure; one bad record among good ones is told and counted.
    return name === undefined && source.facts.totalEvents === 0 ? 1 : 0;
  },
};

const isProfile = (text: string): text is RedactionProfile => (profiles as readonly string[]).includes(text);

/** Nothing that is there is written over unless that was asked for. @throws FailedError `Exists` */
async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined); // Missing, or told by the write itself.
  if (found)
    throw new FailedError(
      'Exists',
      `${path} exists${found.isDirectory() ? ' and is a folder' : ''}; nothing was written`,
      [found.isDirectory() ? 'Name a file' : 'Choose another name, or replace it with --force'],
    );
}
