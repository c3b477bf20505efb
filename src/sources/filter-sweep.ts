import type { Aws } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import { createTally, inPieces, type NumberedLine } from './log-line.ts';
import { createSeenIds } from './seen-ids.ts';

/** A walk through the lines of one group by their times, from its first to its last page. */
export interface FilterSweep {
  /** Times of lines, both ends included, epoch ms. */
  readonly from: number;
  readonly to: number;
  /**
   * The next page. A call that fails may be made again: the same page is asked for, unless its token was the reason; then the walk begins
   * anew with the next call.
   *
   * @throws AwsCallError
   */
  next(signal: AbortSignal): Promise<{ readonly lines: readonly NumberedLine[]; readonly done: boolean }>;
}

/** Lines of so many different events are told apart; AWS gives pages of up to 10,000. */
const remembered = 50_000;
/** After so many lost tokens without a page in between, they are not the reason. */
const mostLostTokens = 5;
const tokenLost = /^(?:InvalidParameter|InvalidNextToken|Validation|ExpiredNextToken)/;

/**
 * Reads with FilterLogEvents: times are those of the lines, not of their ingestion; a page may be empty although more follow.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function createFilterSweep(walk: {
  readonly aws: Aws;
  readonly region: string;
  /** ARN without `:*`. */
  readonly group: string;
  readonly from: number;
  readonly to: number;
}): FilterSweep {
  const { aws, region, group } = walk;
  const from = Math.max(0, Math.trunc(walk.from));
  const to = Math.trunc(walk.to);
  let token: string | undefined;
  let tally = createTally(remembered);
  /** Ids of the last pages: what moves between pages is given twice. */
  let given = createSeenIds(2 * remembered);
  let lostTokens = 0;
  let isByName = false;
  const restart = () => {
    token = undefined;
    tally = createTally(remembered);
    given = createSeenIds(2 * remembered);
  };
  return {
    from,
    to,
    async next(signal) {
      let answer: Awaited<ReturnType<typeof aws.call<'logs:FilterLogEvents'>>>;
      try {
        answer = await aws.call(
          'logs:FilterLogEvents',
          {
            ...(isByName ? { logGroupName: group.split(':log-group:')[1] ?? group } : { logGroupIdentifier: group }),
            startTime: from,
            endTime: to,
            ...(token === undefined ? {} : { nextToken: token }),
          },
          { region, signal },
        );
      } catch (error) {
        if (!isByName && token === undefined && error instanceof AwsCallError && error.reason === 'not-found') {
          // Simulators know a group by its name only; AWS says so once more, then it is gone.
          isByName = true;
          return { lines: [], done: false };
        }
        const isToken = error instanceof AwsCallError && error.reason === 'other' && tokenLost.test(error.code);
        if (!isToken || token === undefined || lostTokens >= mostLostTokens) throw error;
        lostTokens += 1;
        restart();
        return { lines: [], done: false };
      }
      const events = (Array.isArray(answer?.events) ? answer.events : []).filter((event) => !!event);
      const lines = await inPieces(events, ({ eventId, logStreamName, timestamp, ingestionTime, message }) => {
        if (eventId && !given.add(eventId)) return undefined;
        const at = timestamp ?? ingestionTime ?? to;
        return tally({
          group,
          stream: logStreamName ?? '',
          at,
          ingestedAt: ingestionTime ?? at,
          message: message ?? '',
        });
      });
      const { nextToken } = answer ?? {};
      const done = !nextToken;
      token = nextToken;
      lostTokens = 0;
      return { lines: lines.filter((line) => line !== undefined), done };
    },
  };
}
