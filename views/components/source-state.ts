import type { Snapshot, SourceStatus } from '../../src/session/snapshot.ts';
import type { Glyph, Meaning } from '../theme/theme.ts';
import { safe } from './text.ts';

/** How a state is shown. */
export interface StateLook {
  readonly glyph: Glyph;
  readonly meaning: Meaning;
  /** What it means, in a few words. */
  readonly words: string;
  /** 0 is best; trouble begins at `TROUBLE`. */
  readonly rank: number;
}

/** Rank from which a state needs the operator's eye. */
export const TROUBLE = 5;

/** The look of each state; the words say what follows from it. */
export const stateLooks: { readonly [State in SourceStatus['state']]: StateLook } = {
  live: { glyph: 'live', meaning: 'good', words: 'live', rank: 0 },
  polling: { glyph: 'polled', meaning: 'good', words: 'polling: asks again and again', rank: 1 },
  idle: { glyph: 'read', meaning: 'dim', words: 'idle: reads nothing just now', rank: 2 },
  connecting: { glyph: 'pending', meaning: 'plain', words: 'connecting: nothing heard yet', rank: 3 },
  ended: { glyph: 'pending', meaning: 'dim', words: 'ended: reads no more', rank: 4 },
  throttled: { glyph: 'finding', meaning: 'finding', words: 'throttled: slower, goes on by itself', rank: 5 },
  unreachable: { glyph: 'failed', meaning: 'problem', words: 'unreachable: nothing new arrives', rank: 6 },
  denied: { glyph: 'failed', meaning: 'problem', words: 'denied: this identity may not read it', rank: 7 },
  expired: { glyph: 'failed', meaning: 'problem', words: 'credentials expired: nothing new arrives', rank: 8 },
};

/** The source in the worst state, the first of several; `undefined` when there is none. */
export function worstSource(sources: readonly SourceStatus[]): SourceStatus | undefined {
  return sources.reduce<SourceStatus | undefined>(
    (worst, source) =>
      worst === undefined || stateLooks[source.state].rank > stateLooks[worst.state].rank ? source : worst,
    undefined,
  );
}

const stopped = (state: SourceStatus['state']) => state === 'expired' || state === 'unreachable' || state === 'denied';

/** That CloudTrail's records are read nowhere: what is on screen is old, however it looks. */
export interface NotLive {
  /** Epoch ms at which the last place stopped being read; `undefined` when none ever was. */
  readonly since: number | undefined;
  /** The source that says why. */
  readonly source: SourceStatus;
}

/**
 * Whether CloudTrail's event history has stopped in every Region and account; `undefined` while any of it is read, or a trail's log group is, which
 * brings the same records.
 */
export function notLive(sources: readonly SourceStatus[]): NotLive | undefined {
  const history = sources.filter(({ id }) => id === 'cloudtrail-lookup');
  const source = worstSource(history);
  if (!source || !history.every(({ state }) => stopped(state))) return undefined;
  if (sources.some(({ id, state }) => id === 'trail-log-group' && (state === 'live' || state === 'polling')))
    return undefined;
  const ends = history.flatMap(({ stoppedAt }) => (stoppedAt === undefined ? [] : [stoppedAt]));
  return { since: ends.length > 0 ? Math.max(...ends) : undefined, source };
}

/** Whether a source reads log groups, which is where Live Tail works: all but the event history and the metrics. */
export const readsLogs = ({ id }: SourceStatus): boolean => id !== 'cloudtrail-lookup' && !id.includes('metric');

/** An account in few cells: its alias, else its last four digits. Safe text; empty for an empty account. */
export function shortAccount(account: string, accounts: Snapshot['accounts']): string {
  const alias = accounts.find((one) => one.account === account)?.alias;
  return safe(alias || account.slice(-4), 64);
}
