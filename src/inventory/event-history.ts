import type { Aws } from '../aws/aws.ts';
import type { OutputOf } from '../aws/operations.ts';

/** What CloudTrail says of one event. `CloudTrailEvent`: the record itself. */
export type HistoryEvent = NonNullable<OutputOf<'cloudtrail:LookupEvents'>['Events']>[number];

/** Events are kept in pages of fifty. */
export const historyPageSize = 50;

/** What the event history of one Region is asked. */
export interface HistoryQuestion {
  /** One attribute, exactly; without one: everything. */
  readonly attribute?: { readonly key: HistoryAttribute; readonly value: string };
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms; without it: now. */
  readonly to?: number;
  /** Another one than the session's. */
  readonly region?: string;
  /** The history takes two requests a second and Region, of everybody in the account. */
  readonly mostPages: number;
}

export type HistoryAttribute = 'AccessKeyId' | 'EventName' | 'EventSource' | 'ReadOnly' | 'ResourceName' | 'Username';

/**
 * Reads the event history of 90 days page by page, newest first, for an operator who waits. `more`: there are events that are older than this
 * page's; where it is so of the last page, not all of the window was read. Management events only, minutes late.
 *
 * @throws AwsCallError
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export async function* historyPages(
  aws: Pick<Aws, 'call'>,
  { attribute, from, to, region, mostPages }: HistoryQuestion,
  signal: AbortSignal,
): AsyncGenerator<{ readonly events: readonly HistoryEvent[]; readonly more: boolean }> {
  // A token is good only with the question that it was given for: window and all are the same on every page.
  const question = {
    ...(attribute ? { LookupAttributes: [{ AttributeKey: attribute.key, AttributeValue: attribute.value }] } : {}),
    StartTime: new Date(from),
    ...(to === undefined ? {} : { EndTime: new Date(to) }),
    MaxResults: historyPageSize,
  };
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await aws.call(
      'cloudtrail:LookupEvents',
      { ...question, ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator', ...(region === undefined ? {} : { region }) },
    );
    NextToken = answer.NextToken;
    yield { events: answer.Events ?? [], more: NextToken !== undefined && NextToken !== '' };
    if (!NextToken) return;
  }
}
