import type { Aws, Identity } from '../aws/aws.ts';
import type { Containment } from '../containment/containment.ts';
import { foldContainments } from '../containment/fold.ts';
import { proofWatchOf } from '../containment/proof-watch.ts';
import { historyPages } from '../inventory/event-history.ts';
import { link } from '../linking/link.ts';
import { AwsCallError } from '../model/errors.ts';
import { normalise } from '../normalise/normalise.ts';
import { type ProofWatch, watcherFor } from '../policy/proof.ts';
import { sightingOf } from '../session/proof.ts';
import type { FoundEvidence } from '../store/evidence.ts';
import type { Journal, JournalEntry } from '../store/journal.ts';

/** Of each Region: a minute has not more than a few hundred calls. */
const mostPages = 10;

/**
 * Looks for what proves or contradicts a containment in the event history of its Region and of the partition's global one, once, and journals
 * it. The history lags by minutes: that nothing is found says nothing.
 *
 * @returns The containment as the journal tells it then. A history that may not be read, or does not answer, is no failure of the containment.
 */
export async function seekProof(
  containment: Containment,
  parts: {
    readonly aws: Pick<Aws, 'call' | 'now'>;
    readonly identity: Pick<Identity, 'arn' | 'region' | 'globalRegion'>;
    readonly journal: Journal;
    readonly signal: AbortSignal;
  },
): Promise<Containment> {
  const watch = proofWatchOf(containment, Date.now() - parts.aws.now());
  if (!watch) return containment;
  const { journal, identity } = parts;
  const found: FoundEvidence[] = [];
  try {
    for (const region of new Set([identity.region, identity.globalRegion]))
      for await (const one of evidenceIn(region, watch, parts)) found.push(one);
  } catch (error) {
    // Said by "no attempt seen yet"; what was found before it failed counts.
    if (!(error instanceof AwsCallError) || error.reason === 'aborted') throw error;
  }
  const now = () => foldContainments(journal.lines).find(({ id }) => id === containment.id) ?? containment;
  for (const one of found.sort((a, b) => a.at - b.at)) {
    const sighting = sightingOf(one, now());
    if (sighting) await journal.append(sighting as unknown as JournalEntry);
  }
  return now();
}

async function* evidenceIn(
  region: string,
  watch: ProofWatch,
  { aws, identity, signal }: Parameters<typeof seekProof>[1],
): AsyncGenerator<FoundEvidence> {
  const watcher = watcherFor(watch);
  for await (const { events } of historyPages(aws, { from: watch.writtenAt, region, mostPages }, signal))
    for (const { CloudTrailEvent: text = '' } of events) {
      const normalised = normalise({ format: 'cloudtrail', text, region });
      // What cannot be placed cannot be evidence.
      if (normalised.rejected !== undefined) continue;
      const { event, record } = normalised;
      if (!event.principal || event.principal.arn === identity.arn) continue;
      const call = { ...event, principal: event.principal, resources: link(record, event) };
      const evidence = watcher.evidence(call);
      if (evidence) yield { id: watch.id, evidence, eventId: event.id, at: event.at };
    }
}
