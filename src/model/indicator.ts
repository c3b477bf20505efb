/** What kinds of things are looked for elsewhere: in other logs, by other people, in other accounts. */
export const indicatorKinds = [
  'address',
  'network',
  'access-key',
  'user-agent',
  'arn',
  'bucket',
  'image',
  'digest',
  'script',
] as const;

export type IndicatorKind = (typeof indicatorKinds)[number];

/**
 * A thing by which the attack may be recognised. `script` is the SHA-256 of a decoded lifecycle script, `digest` that of a container image.
 * Values are attacker-controlled: pass `display` before a screen.
 */
export interface IndicatorRef {
  readonly kind: IndicatorKind;
  readonly value: string;
}

/** An indicator as the events of findings and marks have it. */
export interface SeenIndicator extends IndicatorRef {
  /** Events of findings and marks that hold it. */
  readonly events: number;
  /** Epoch ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Ids of the first of them; at most `mostIndicatorEvents`. */
  readonly eventIds: readonly string[];
  /** Rules that fired on them. */
  readonly rules: readonly string[];
}

export const mostIndicatorEvents = 20;

/** Whose an indicator is, after all. */
export type IndicatorVerdict = 'own' | 'benign';

export interface IndicatorJudgement extends IndicatorRef {
  readonly verdict: IndicatorVerdict;
  readonly reason: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

/** An indicator that somebody brought. */
export interface ImportedIndicator extends IndicatorRef {
  readonly note: string;
  /** The file it stood in. */
  readonly file: string;
  readonly by: string;
  readonly at: number;
}

/** What people said about indicators, as the journal tells it. */
export interface IndicatorNotes {
  readonly judged: readonly IndicatorJudgement[];
  readonly imported: readonly ImportedIndicator[];
}

export const noIndicatorNotes: IndicatorNotes = { judged: [], imported: [] };

/** What tells indicators apart. Only access keys, user agents and ARNs mind upper case. */
export const indicatorKey = ({ kind, value }: IndicatorRef): string =>
  `${kind} ${kind === 'access-key' || kind === 'user-agent' || kind === 'arn' ? value : value.toLowerCase()}`;

/** The indicator in words: `address 198.51.100.7`. */
export const indicatorWords = ({ kind, value }: IndicatorRef): string =>
  `${kind === 'script' ? 'script with SHA-256' : kind.replace('-', ' ')} ${value}`;
