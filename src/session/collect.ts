import type { Aws, Identity } from '../aws/aws.ts';
import { collectEvidence, type Evidence } from '../containment/collect.ts';
import { type EvidenceEvents, eventLine } from '../containment/collect-events.ts';
import { type Collection, collection } from '../containment/collection.ts';
import type { Predicate } from '../filter/predicate.ts';
import type { ResourceRef } from '../model/resource.ts';
import { version } from '../shared/version.ts';
import type { EventQueries } from '../store/queries.ts';
import { writeFolderAtomically } from '../store/write-folder.ts';
import type { SessionEntry } from './decision.ts';
import type { CollectedEvidence } from './session.ts';
import { wholeView } from './whole-view.ts';

/** Records of one target that go into a folder; the rest stays in the incident's store. */
const mostEvents = 3_000;
/** Each costs a piece of a block to unpack, on the thread that paints. */
const pageRows = 12;

/** What the journal keeps of a collection. */
export function evidenceEntry(folder: string, { manifest, manifestSha256, files }: Collection): SessionEntry {
  return {
    type: 'evidence-collected',
    folder,
    manifestSha256,
    targets: manifest.targets.map(({ kind, arn, name }) => ({ kind, arn: arn ?? '', name })),
    files: files.length,
    missing: manifest.targets.reduce((sum, { missing }) => sum + missing.length, 0),
    by: manifest.by,
    reason: manifest.reason,
  };
}

/** The target's records in the incident's store, the newest where there are too many; read a page at a time, so that keys get their turn. */
async function storedEvents(
  events: EventQueries,
  target: ResourceRef,
  window: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<EvidenceEvents & { readonly more: boolean }> {
  const value = target.arn || target.name;
  // What an identity did is about it as much as what was done to it.
  const acts = ({ 'iam.role': 'principal', 'iam.user': 'principal', 'iam.access-key': 'key' } as const)[target.kind];
  const filter: Predicate = {
    type: 'and',
    terms: [
      {
        type: 'or',
        terms: [
          // By name too: not every record says enough for an ARN, and too much is better than too little.
          ...[...new Set([value, target.name])]
            .filter(Boolean)
            .map((each) => ({ type: 'field', field: 'resource', op: 'is', value: each }) as const),
          ...(acts ? [{ type: 'field', field: acts, op: 'is', value } as const] : []),
        ],
      },
      { type: 'time', from: window.from, to: window.to },
    ],
  };
  const view = await wholeView(events, 'evidence', filter, signal);
  /** Newest first. */
  const lines: string[] = [];
  let known: string | undefined;
  let from: Parameters<EventQueries['window']>[0]['from'] = 'newest';
  let more = false;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = events.window({ view, from, rows: pageRows, direction: 'older' });
    const fresh = rows.toReversed().filter(({ id }) => id !== known);
    for (const { id, at, rowId } of fresh) lines.push(eventLine({ id, at, raw: events.raw(rowId) }));
    known = fresh.at(-1)?.id ?? known;
    const oldest = rows[0];
    if (lines.length >= mostEvents) {
      more = true;
      break;
    }
    if (!oldest || fresh.length === 0 || rows.length < pageRows) break;
    from = { at: oldest.at, rowId: oldest.rowId };
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { from: 'the incident’s store', lines: lines.slice(0, mostEvents).toReversed(), more };
}

/**
 * Collects evidence into the incident's folder and journals it. Needs no lease: it sends nothing that changes anything.
 * @throws AwsCallError when AWS does not say who we are, FailedError for the disk, the signal's reason.
 */
export async function collectInto(
  parts: {
    readonly incident: { readonly name: string; readonly folder: string };
    readonly events: EventQueries;
    /** Who can be asked about a target. */
    doorOf(target: ResourceRef): { readonly aws: Aws; identity(signal?: AbortSignal): Promise<Identity> };
    readonly window: { readonly from: number; readonly to: number };
    readonly by: string;
    append(entry: SessionEntry): Promise<void>;
  },
  targets: readonly ResourceRef[],
  signal: AbortSignal,
  progress: (what: string) => void,
): Promise<CollectedEvidence> {
  const { incident, events, window } = parts;
  const found: Evidence[] = [];
  let now = window.to;
  for (const target of targets) {
    const door = parts.doorOf(target);
    found.push(
      await collectEvidence(target, {
        aws: door.aws,
        identity: await door.identity(signal),
        signal,
        window,
        progress: (what) => progress(`${target.name || target.arn}: ${what}`),
        async events(of, _names, _aws, missing) {
          const stored = await storedEvents(events, of, window, signal);
          if (stored.more) missing('its events', `only the newest ${mostEvents} are here; all are in the incident`);
          return stored;
        },
      }),
    );
    now = door.aws.now();
  }
  const made = collection(found, {
    tool: version,
    incident: incident.name,
    by: parts.by,
    reason: '',
    at: now,
  });
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  // Two within one second are two folders.
  const folder = `${incident.folder}/evidence/${stamp}-${made.manifestSha256.slice(0, 6)}`;
  await writeFolderAtomically(folder, made.files);
  const entry = evidenceEntry(folder, made);
  await parts.append(entry);
  return {
    folder,
    files: made.files.length,
    missing: found.flatMap(({ missing }) => missing),
  };
}
