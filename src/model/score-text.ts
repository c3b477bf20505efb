import type { Score } from './drill.ts';

/** A part of a scorecard in words. Lines hold names from the account: escape them for where they go. */
export interface ScoreSection {
  readonly title: string;
  readonly lines: readonly { readonly text: string; readonly tone: 'good' | 'bad' | 'plain' }[];
}

/** `7m 12s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return `${hours}h ${minutes}m`;
  return minutes > 0 ? `${minutes}m ${String(seconds % 60).padStart(2, '0')}s` : `${seconds}s`;
}

const outcomes = {
  contained: 'Contained',
  'goal-reached': 'The attacker reached his goal',
  left: 'Left while the attack ran',
} as const satisfies { readonly [outcome in Score['outcome']]: string };

/** The outcome as a heading. */
export const outcomeText = ({ outcome }: Score): string => outcomes[outcome];

type Line = ScoreSection['lines'][number];
const line = (text: string, tone: Line['tone'] = 'plain'): Line => ({ text, tone });
const time = (what: string, ms: number | null): Line =>
  line(`${what}: ${ms === null ? 'never' : duration(ms)}`, ms === null ? 'bad' : 'plain');
const orNone = (lines: readonly Line[], none: string, tone: Line['tone'] = 'good'): readonly Line[] =>
  lines.length > 0 ? lines : [line(none, tone)];

/** The scorecard in words, part by part. */
export function scoreSections(score: Score): readonly ScoreSection[] {
  const { achieved, collateral, containedMs, ending, evidence, firstActionMs, firstMarkMs, firstRightMarkMs } = score;
  const gains = (after: boolean) =>
    achieved
      .filter(({ afterFirstAction }) => afterFirstAction === after)
      .map(({ afterMs, lastMs, phase, times, what }) =>
        line(
          `${duration(afterMs)}${times > 1 ? ` to ${duration(lastMs)}, ${times} times` : ''}  ${what}${phase ? ` (${phase})` : ''}`,
          after ? 'bad' : 'plain',
        ),
      );
  return [
    {
      title: outcomeText(score),
      lines: [
        ...(ending ? [line(ending, score.outcome === 'contained' ? 'good' : 'bad')] : []),
        line(
          score.speed === 1
            ? `It lasted ${duration(score.lastedMs)}.`
            : `It lasted ${duration(score.lastedMs)}; at speed ${score.speed} that is ${duration(score.lastedMs * score.speed)} of the account's time.`,
        ),
      ],
    },
    {
      title: 'Times',
      lines: [
        time('first mark', firstMarkMs),
        time('first mark on something that he did', firstRightMarkMs),
        time('first call that changed something', firstActionMs),
        ...(score.outcome === 'contained' ? [time('his last call that worked', containedMs)] : []),
      ],
    },
    { title: 'What worked for him before you acted', lines: orNone(gains(false), 'nothing that changed anything') },
    {
      title: 'What still worked after your first action',
      lines: [
        ...orNone(gains(true), 'nothing'),
        line(`${score.refused} of his calls were refused`, score.refused > 0 ? 'good' : 'plain'),
      ],
    },
    {
      title: 'Collateral damage',
      lines: orNone(
        collateral.map(({ times, what, who }) => line(`${who}: ${what}${times > 1 ? `, ${times} times` : ''}`, 'bad')),
        'nobody else was interrupted',
      ),
    },
    { title: 'Evidence', lines: evidence.map(({ kept, what }) => line(what, kept ? 'good' : 'bad')) },
    {
      title: 'Mistakes, in order',
      lines: orNone(
        score.mistakes.flatMap(({ afterMs, consequence, what, why }) => [
          line(`${duration(afterMs)}  ${what}${consequence ? `; ${consequence}` : ''}`, 'bad'),
          line(`  ${why}`),
        ]),
        'none that we know of',
      ),
    },
    { title: 'Hints', lines: [line(score.hints === 0 ? 'none asked for' : `${score.hints} asked for`)] },
  ];
}
