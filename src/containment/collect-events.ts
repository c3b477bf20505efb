import type { Aws } from '../aws/aws.ts';
import { historyPageSize, historyPages } from '../inventory/event-history.ts';
import { AwsCallError } from '../model/errors.ts';
import { sha256 } from '../shared/digest.ts';
import type { Missing } from './collect.ts';

/** One record as it came. */
export interface EvidenceEvent {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly raw: string;
}

/** The target's events in the window, oldest first. */
export interface EvidenceEvents {
  /** Where they come from, in words. */
  readonly from: string;
  /** Each as `eventLine` writes it: where a screen is painted by the same thread, they are made a few at a time. */
  readonly lines: readonly string[];
}

/** A record as one line of `events.ndjson`: the text as it came, and its hash. */
export const eventLine = ({ id, at, raw }: EvidenceEvent): string =>
  `${JSON.stringify({ id, time: new Date(at).toISOString(), sha256: sha256(raw), raw })}\n`;

/** Pages; at one request a second more would keep the operator waiting. */
const pagesByName = 6;
const pagesOfService = 10;

/**
 * The target's events by CloudTrail's event history: those that AWS lists under its name, and those of SageMaker whose record holds the
 * name (few of SageMaker's records list their resources).
 */
export async function lookUpEvents(
  names: readonly string[],
  window: { readonly from: number; readonly to: number },
  door: { readonly aws: Aws; readonly region: string; readonly signal: AbortSignal; readonly missing: Missing },
): Promise<EvidenceEvents> {
  const found = new Map<string, EvidenceEvent>();
  const look = async (key: 'ResourceName' | 'EventSource', value: string, pages: number, only?: string) => {
    const what = `events of ${value} in the event history`;
    const question = { attribute: { key, value }, ...window, region: door.region, mostPages: pages };
    let isCut = false;
    try {
      for await (const { events, more } of historyPages(door.aws, question, door.signal)) {
        for (const { EventId, EventTime, CloudTrailEvent: raw } of events)
          if (EventId && raw && (only === undefined || namesIt(raw, only)))
            found.set(EventId, { id: EventId, at: EventTime?.getTime() ?? window.from, raw });
        isCut = more;
      }
    } catch (error) {
      if (!(error instanceof AwsCallError) || door.signal.aborted) throw error;
      door.missing(what, error);
      return;
    }
    if (isCut) door.missing(what, `only the newest ${pages * historyPageSize} records of the window were read`);
  };
  for (const name of names) {
    await look('ResourceName', name, pagesByName);
    await look('EventSource', 'sagemaker.amazonaws.com', pagesOfService, name);
  }
  return {
    from: 'cloudtrail:LookupEvents, management events only',
    lines: [...found.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(eventLine),
  };
}

/** Whether a record holds the name as a whole word: as a value, or at the end of an ARN. SageMaker writes ARNs in lower case. */
function namesIt(raw: string, name: string): boolean {
  const text = raw.toLowerCase();
  const wanted = name.toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1))
    if (!/[\w-]/.test(text[at - 1] ?? '') && !/[\w-]/.test(text[at + wanted.length] ?? '')) return true;
  return false;
}
