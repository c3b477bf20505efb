import type { CallerRadius, PassingCalls, RecordedRadius } from '../policy/radius.ts';
import type { Restriction } from '../policy/restriction.ts';
import { endsSessionsOnly } from './restrictions.ts';

/** Lines for callers, and what passes, at most. */
const mostLines = 14;
const mostPassing = 6;

const count = (value: number): string => value.toLocaleString('en-US');
const calls = (value: number): string => `${count(value)} ${value === 1 ? 'call' : 'calls'}`;

/** `24 h`, `3 h 2 min`, `40 s`. */
function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return `${Math.max(1, Math.round(ms / 1_000))} s`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter(Boolean).join(' ');
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** Whom, as it is said: what somebody is where the name alone does not tell. */
function whom({ is, name, keys }: CallerRadius): string {
  const many = keys > 1 ? ` (${keys} sets of credentials)` : '';
  switch (is) {
    case 'suspect':
      return `suspect ${name}${many}`;
    case 'compute':
      return `code on compute ${name}${many}`;
    case 'service':
      return `AWS itself (${name})`;
    case 'you':
      return `you (${name})`;
    case 'person':
      return `${name}${many}`;
  }
}

/** `refuses 212 of 212 calls of suspect alice`. */
function callerWords(caller: CallerRadius): string {
  const { calls: all, refused, renewed, unsaid, failed } = caller;
  const how = [
    renewed > 0 &&
      (renewed === refused
        ? 'only until AWS gives it fresh credentials: it goes on'
        : `${count(renewed)} only until AWS gives it fresh credentials`),
    unsaid > 0 && `of ${count(unsaid)} it cannot be said`,
    failed > 0 && refused > 0 && `${count(failed)} of its calls had failed anyway`,
  ].filter(Boolean);
  const what = refused === 0 ? `none of ${calls(all)}` : `${count(refused)} of ${calls(all)}`;
  return `refuses ${what} of ${whom(caller)}${how.length > 0 ? `: ${how.join('; ')}` : ''}`;
}

/** What of a suspect passes, by action. */
function passingWords(passing: readonly PassingCalls[]): readonly string[] {
  const [surely, renewed] = [passing.filter((one) => !one.isRenewed), passing.filter((one) => one.isRenewed)];
  const list = (some: readonly PassingCalls[]) =>
    `${some
      .slice(0, mostPassing)
      .map(({ calls: times, action, name, eventId }) => `${count(times)} × ${action} of ${name} (last ${eventId})`)
      .join(', ')}${some.length > mostPassing ? ` and ${some.length - mostPassing} more` : ''}`;
  return [
    ...(surely.length > 0 ? [`of the suspect's calls so far these would still pass: ${list(surely)}`] : []),
    ...(renewed.length > 0 ? [`and these again as soon as its credentials are renewed: ${list(renewed)}`] : []),
  ];
}

/** Which calls were looked at: "calls of the last 24 h; only the last 3 h are loaded, since …". */
function windowWords({ from, to, loadedFrom }: Pick<RecordedRadius, 'from' | 'to' | 'loadedFrom'>): string {
  const all = `recorded calls of the last ${span(to - from)}`;
  return loadedFrom === undefined
    ? `held against the ${all}`
    : `held against the ${all}, of which ${span(to - loadedFrom)} are loaded (since ${utc(loadedFrom)})`;
}

/**
 * Blast radius and predicted effect in sentences; the same in the dialog, on the command line, in JSON and in the report. Names in it are
 * untrusted: pass `display` before a screen.
 */
export function radiusWords(radius: RecordedRadius, restrictions: readonly Restriction[]): readonly string[] {
  const { callers, more, passing, hasSuspects, unsaidWhy } = radius;
  const shown = callers.slice(0, mostLines);
  const rest = callers.slice(mostLines);
  const hidden = {
    callers: rest.length + more.callers,
    calls: rest.reduce((sum, { calls: all }) => sum + all, more.calls),
    refused: rest.reduce((sum, { refused }) => sum + refused, more.refused),
  };
  return [
    windowWords(radius),
    ...(callers.length === 0 ? ['none of them is a call that it concerns'] : shown.map(callerWords)),
    ...(hidden.callers > 0
      ? [`refuses ${count(hidden.refused)} of ${calls(hidden.calls)} of ${count(hidden.callers)} other callers`]
      : []),
    ...passingWords(passing),
    ...(unsaidWhy.length > 0 ? [`where it cannot be said: ${unsaidWhy.map(reasonWords).join('; ')}`] : []),
    ...(hasSuspects
      ? []
      : ["nobody is suspect yet: mark an event of the attacker's, and what this refuses of them is counted apart"]),
    ...effectWords(restrictions),
  ];
}

const reasonWords = (why: string): string =>
  why === 'resources'
    ? 'the records do not name what was acted on'
    : /^[a-z0-9-]+:\S+$/i.test(why)
      ? `records do not hold ${why}`
      : why;

/** What a kind of restriction leaves, whoever called (facts, 5.0 law 4 and 5.10). */
export function effectWords(restrictions: readonly Restriction[]): readonly string[] {
  const has = (type: Restriction['type']) => restrictions.some((one) => one.type === type);
  return [
    ...(restrictions.some(endsSessionsOnly)
      ? [
          'credentials that are issued after the cut-off pass: running notebooks, apps, jobs and endpoints are given fresh ones by AWS (assumed, not measured on AWS), and whoever may assume the role assumes it again. Stop the compute too, or quarantine the role',
        ]
      : []),
    ...(has('key') ? ['sessions that the key issued have keys of their own: they are not refused by this'] : []),
    ...(has('trust') ? ['sessions that exist go on until they expire; only new ones are refused'] : []),
    ...(has('detach') ? ['inline policies and policies of resources may still allow what these policies did'] : []),
  ];
}
