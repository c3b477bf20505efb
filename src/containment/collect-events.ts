import type { Aws } from '../aws/aws.ts';
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

/** Pages of fifty; at one request a second more would keep the operator waiting. */
const pagesByName = 6;
const pagesOfService = 10;

/**
 * The target's events by CloudTrail's event history: those that AWS lists under its name, and those of SageMaker whose record holds the
 * name (few of SageMaker's records list their resources).
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export async function lookUpEvents(
  names: readonly string[],
  window: { readonly from: number; readonly to: number },
  door: { readonly aws: Aws; readonly region: string; readonly signal: AbortSignal; readonly missing: Missing },
): Promise<EvidenceEvents> {
  const found = new Map<string, EvidenceEvent>();
  const look = async (key: 'ResourceName' | 'EventSource', value: string, pages: number, only?: string) => {
    const what = `events of ${value} in the event history`;
    let next: string | undefined;
    for (let page = 0; page < pages; page += 1) {
      try {
        const answer = await door.aws.call(
          'cloudtrail:LookupEvents',
          {
            LookupAttributes: [{ AttributeKey: key, AttributeValue: value }],
            StartTime: new Date(window.from),
            EndTime: new Date(window.to),
            MaxResults: 50,
            ...(next ? { NextToken: next } : {}),
          },
          { region: door.region, signal: door.signal, priority: 'operator' },
        );
        for (const { EventId, EventTime, CloudTrailEvent: raw } of answer.Events ?? [])
          if (EventId && raw && (only === undefined || namesIt(raw, only)))
            found.set(EventId, { id: EventId, at: EventTime?.getTime() ?? window.from, raw });
        next = answer.NextToken;
      } catch (error) {
        if (!(error instanceof AwsCallError) || door.signal.aborted) throw error;
        door.missing(what, error);
        return;
      }
      if (!next) return;
    }
    door.missing(what, `only the newest ${pages * 50} records of the window were read`);
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
