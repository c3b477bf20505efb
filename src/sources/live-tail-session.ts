import type { Aws } from '../aws/aws.ts';
import type { ItemOf } from '../aws/operations.ts';
import { AwsCallError } from '../model/errors.ts';
import { groupMeant } from './log-line.ts';
import type { LogLine, TailItem } from './tail-hub.ts';

/** What came in one update: AWS sends one a second, also an empty one. */
export interface LiveTailUpdate {
  /** AWS's time when it came, epoch ms. */
  readonly at: number;
  readonly lines: readonly LogLine[];
  /** Lines are missing: there were more than 500, or one of a group that cannot be told. */
  readonly sampled: boolean;
}

const linesOf = (
  results: NonNullable<ItemOf<'logs:StartLiveTail'>['sessionUpdate']>['sessionResults'],
  groups: readonly string[],
  now: number,
): readonly (LogLine | undefined)[] => {
  // An update brings hundreds of lines of ten groups at most.
  const known = new Map<string, string | undefined>();
  const meant = (identifier: string) => {
    if (!known.has(identifier)) known.set(identifier, groupMeant(identifier, groups));
    return known.get(identifier);
  };
  return (Array.isArray(results) ? results : []).map((result) => {
    const group = meant(result?.logGroupIdentifier ?? '');
    if (group === undefined || !result) return undefined;
    const ingestedAt = result.ingestionTime ?? now;
    return {
      group,
      stream: result.logStreamName ?? '',
      at: result.timestamp ?? ingestedAt,
      ingestedAt,
      message: result.message ?? '',
    };
  });
};

/**
 * One Live Tail session, from the request to its end. The connection is drained as fast as it brings: AWS drops lines, without a word, of
 * who does not keep up. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
 *
 * @returns Why it ended: AWS's error, or `undefined` when AWS ended it without one or `signal` aborted.
 */
export async function runLiveTail(session: {
  readonly aws: Aws;
  readonly region: string;
  /** ARNs without `:*`, at most ten. */
  readonly groups: readonly string[];
  readonly signal: AbortSignal;
  /** The session stands: what is ingested from now on comes. */
  readonly opened: () => void;
  readonly updated: (update: LiveTailUpdate) => void;
}): Promise<AwsCallError | undefined> {
  const { aws, region, groups, signal } = session;
  let open = false;
  try {
    for await (const item of aws.stream(
      'logs:StartLiveTail',
      { logGroupIdentifiers: [...groups] },
      { region, signal },
    )) {
      if (signal.aborted) return undefined;
      if (!open && (item.sessionStart || item.sessionUpdate)) {
        open = true;
        session.opened();
      }
      if (!item.sessionUpdate) continue;
      const { sessionMetadata, sessionResults } = item.sessionUpdate;
      const at = aws.now();
      const told = linesOf(sessionResults, groups, at);
      const lines = told.filter((line) => line !== undefined);
      session.updated({ at, lines, sampled: sessionMetadata?.sampled === true || lines.length < told.length });
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof AwsCallError)) throw error;
    return error;
  }
  return undefined;
}

/** What a session that ended means, and how long to wait before the next. */
export interface TailVerdict {
  readonly reason: (TailItem & { readonly type: 'unavailable' })['reason'];
  readonly why: string;
  readonly permission?: string;
  /** `soon`: 1 to 30 s with jitter. `stubborn`: asking again soon is pointless; 1 to 10 min. The others have times of their own. */
  readonly wait: 'soon' | 'slot' | 'denied' | 'expired' | 'stubborn';
}

const permission = 'logs:StartLiveTail';

/** Judges the end of a session, also of one that never stood. */
export function judgeTail(error: AwsCallError | undefined): TailVerdict {
  if (!error) return { reason: 'refused', why: 'AWS ended the Live Tail session', wait: 'soon' };
  const { code, message, reason, outcome } = error;
  if (code === 'LimitExceededException')
    return {
      reason: 'no-slot',
      why: "no free session: all of the account's Live Tail sessions are in use",
      wait: 'slot',
    };
  switch (reason) {
    case 'denied':
      return { reason: 'denied', why: `Live Tail is not allowed: ${permission}`, permission, wait: 'denied' };
    case 'expired':
      return { reason: 'expired', why: message, wait: 'expired' };
    case 'throttled':
      return { reason: 'no-slot', why: `Live Tail is throttled: ${message}`, wait: 'soon' };
    case 'network': {
      // A host that does not exist, or a page where no AWS stands, will not be another one in a second.
      const nobody = /^(?:ENOTFOUND|BrokenAnswer)$/.test(code);
      const why = `Live Tail is not there: ${message}`;
      return { reason: code === 'BrokenAnswer' ? 'refused' : 'unreachable', why, wait: nobody ? 'stubborn' : 'soon' };
    }
    default: {
      const ended = /^Session(?:Timeout|Streaming)Exception$/.test(code);
      const why = ended || message === code ? code : `${code}: ${message}`;
      return { reason: 'refused', why, wait: ended || outcome === 'unknown' ? 'soon' : 'stubborn' };
    }
  }
}
