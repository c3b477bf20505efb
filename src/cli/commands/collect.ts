import { actions } from '../../containment/catalogue.ts';
import { type CollectParts, collectEvidence, type Evidence } from '../../containment/collect.ts';
import { lookUpEvents } from '../../containment/collect-events.ts';
import { resolveEvidenceTarget } from '../../containment/collect-target.ts';
import { collection, type Manifest } from '../../containment/collection.ts';
import { UsageError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { evidenceEntry } from '../../session/collect.ts';
import { systemClock } from '../../shared/clock.ts';
import { display } from '../../shared/display.ts';
import { version } from '../../shared/version.ts';
import { type Incident, openIncident } from '../../store/incident.ts';
import type { JournalEntry } from '../../store/journal.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { refuseFilledFolder, writeFolderAtomically } from '../../store/write-folder.ts';
import { type Command, type Invocation, textFlag } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor } from '../live.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { compactTime, parseTime } from '../time.ts';

const dayMs = 24 * 60 * 60_000;

export const command: Command = {
  options: {
    ...liveOptions,
    output: { type: 'string', short: 'o' },
    since: { type: 'string' },
    until: { type: 'string' },
    reason: { type: 'string' },
  },
  optionHelp: {
    ...liveOptionHelp,
    output: '-o DIR: where to write it (default: the incident’s folder, else evidence-TIME here)',
    since: 'events from: 2h, a date, an ISO time (default 24h)',
    until: 'events until (default now)',
    reason: 'why, for the manifest and the journal',
    incident: 'incident whose journal is to hold it',
  },
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    if (positionals.length === 0)
      throw new UsageError('collect takes one or more targets', { nextSteps: ['Give an ARN or a name'] });
    const now = systemClock.now();
    const since = textFlag(flags, 'since');
    const until = textFlag(flags, 'until');
    const window = {
      from: since === undefined ? now - dayMs : parseTime(since, now, '--since'),
      to: until === undefined ? now : parseTime(until, now, '--until'),
    };
    if (window.from >= window.to) throw new UsageError('--since must come before --until');
    const wantedName = textFlag(flags, 'incident');
    const output = textFlag(flags, 'output');
    // Before AWS is asked a hundred things: where it is to go must be free.
    if (output !== undefined) await refuseFilledFolder(output);
    const incident = wantedName === undefined ? undefined : await openFor(invocation, wantedName);
    try {
      const door = await openDoor(invocation, wantedName ?? 'collect');
      try {
        const identity = await door.identity(signal);
        const targets: ResourceRef[] = [];
        for (const text of positionals) {
          const target = await resolveEvidenceTarget(text, actions, { aws: door.aws, identity, signal });
          if (
            !targets.some(({ kind, arn, name }) => kind === target.kind && arn === target.arn && name === target.name)
          )
            targets.push(target);
        }
        const found: Evidence[] = [];
        for (const target of targets) {
          const parts: CollectParts = {
            aws: door.aws,
            identity,
            signal,
            window,
            events: (_target, names, aws, missing) =>
              lookUpEvents(names, window, { aws, region: identity.region, signal, missing }),
            progress: (what) => {
              if (!global.json) process.stderr.write(`${display(`${target.name}: reading ${what}`)}\n`);
            },
          };
          found.push(await collectEvidence(target, parts));
        }
        const made = collection(found, {
          tool: version,
          incident: wantedName ?? null,
          by: identity.arn,
          reason: textFlag(flags, 'reason') ?? '',
          at: door.aws.now(),
        });
        // Two within one second are two folders.
        const stamp = `${compactTime(now)}-${made.manifestSha256.slice(0, 6)}`;
        const folder = output ?? (incident ? `${incident.folder}/evidence/${stamp}` : `evidence-${stamp}`);
        await writeFolderAtomically(folder, made.files);
        if (incident) {
          const line = await incident.journal.append(evidenceEntry(folder, made) as unknown as JournalEntry);
          process.stderr.write(`firebreak: journal ${incident.journal.path}, line ${line.seq}\n`);
        }
        tell(folder, made.manifest, global.json);
        // Nothing of the target itself: AWS said no, and that is how it ends.
        return found.some(({ targetRead }) => targetRead === 'denied') ? 4 : 0;
      } finally {
        door.close();
      }
    } finally {
      await incident?.close();
    }
  },
};

async function openFor({ global, env }: Invocation, name: string): Promise<Incident> {
  const incident = await openIncident({ stateDir: await stateDirectory(global.stateDir, env), name, create: true });
  setOpenJournalPath(incident.journal.path);
  return incident;
}

function tell(folder: string, manifest: Manifest, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ folder, ...manifest }, null, 2)}\n`);
  else
    for (const { kind, name, files, events, state, folder: part } of manifest.targets)
      process.stdout.write(
        `${display(`${kind} ${name}${state === 'read' ? '' : ` (${state})`}: ${files.length} files, ${events} events in ${folder}/${part}`)}\n`,
      );
  for (const { name, missing } of manifest.targets)
    for (const { what, why, permission } of missing)
      process.stderr.write(
        `${display(`firebreak: not read for ${name}: ${what}: ${permission ? `needs ${permission}` : why}`)}\n`,
      );
}
