import { type JsonObject, objectOf, textOf } from '../normalise/member.ts';
import type { Alert } from './alert.ts';
import { alertFormats } from './alerts/catalogue.ts';
import { textsIn } from './pick.ts';
import { textFacts } from './text-indicators.ts';

/** What a text held: alerts of known formats, and what else was named in it. */
export interface ReadAlerts {
  readonly alerts: readonly Alert[];
  /** Accounts that were only mentioned. */
  readonly mentioned: readonly string[];
  /** Regions that were only mentioned. */
  readonly regions: readonly string[];
}

/** Alerts that are read of one text; the rest is counted. */
const ALERTS_LIMIT = 500;
const DEPTH_LIMIT = 8;

/** Members that hold alerts, one or many. `Message` and `body` hold them as text (SNS, SQS), `CloudTrailEvent` too (LookupEvents). */
const carriers = [
  'Findings',
  'findings',
  'Records',
  'Events',
  'events',
  'detail',
  'Message',
  'body',
  'Sns',
  'CloudTrailEvent',
] as const;

/**
 * Reads alerts of any known format: one object, an array, JSON a line, with whatever carried them around. What is of no known format is
 * read as text.
 *
 * @param now Epoch ms.
 * @param textLimit Characters of what is no alert that are read.
 */
export function readAlerts(text: string, now: number, textLimit?: number): ReadAlerts {
  const alerts: Alert[] = [];
  const strange: string[] = [];
  let left = 0;
  const take = (value: unknown, envelopes: readonly JsonObject[]): void => {
    if (Array.isArray(value)) {
      for (const member of value) take(member, envelopes);
      return;
    }
    const object = objectOf(value);
    if (!object || envelopes.length > DEPTH_LIMIT) {
      strange.push(...textsIn(value));
      return;
    }
    if (alerts.length >= ALERTS_LIMIT) {
      left += 1;
      return;
    }
    for (const format of alertFormats) {
      const alert = format.read(object, envelopes);
      if (alert) {
        alerts.push(alert);
        return;
      }
    }
    const carried = carriers.filter((name) => Object.hasOwn(object, name) && object[name] !== null);
    for (const name of carried) {
      const inner = object[name];
      take(typeof inner === 'string' ? (jsonOf(inner) ?? inner) : inner, [...envelopes, object]);
    }
    if (carried.length === 0) strange.push(...textsIn(object));
  };
  const values = valuesOf(text);
  if (values) for (const value of values) take(value, []);
  else strange.push(text);
  const rest = strange.join('\n');
  const facts = textFacts(rest, now, textLimit);
  const read = alerts.length > 0 && facts.indicators.length === 0 ? [] : rest.trim() === '' ? [] : [textAlert(facts)];
  const unused = left > 0 ? [`${left} more alerts: only the first ${ALERTS_LIMIT} are read`] : [];
  const all = [...alerts, ...read];
  return {
    alerts: unused.length > 0 && all[0] ? [{ ...all[0], unused: [...all[0].unused, ...unused] }, ...all.slice(1)] : all,
    mentioned: facts.accounts,
    regions: facts.regions,
  };
}

const textAlert = (facts: ReturnType<typeof textFacts>): Alert => ({
  what: 'text',
  title: '',
  account: '',
  region: '',
  firstSeen: facts.firstSeen,
  lastSeen: undefined,
  indicators: facts.indicators,
  unused: facts.unused,
});

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // No JSON: it is read as text.
  }
};

/** The JSON values of a text; `undefined` when it is something else. Lines that are no JSON stay among them as text. */
function valuesOf(text: string): readonly unknown[] | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return undefined;
  const whole = jsonOf(trimmed);
  if (whole !== undefined) return [whole];
  const several = concatenated(trimmed);
  if (several) return several;
  const lines = trimmed.split(/\r?\n/).filter((line) => line.trim() !== '');
  const values = lines.map((line) => jsonOf(line) ?? textOf(line));
  return values.some((value) => typeof value === 'object') ? values : undefined;
}

/** Objects and arrays one after the other, as `cat` and `jq` write them; `undefined` where anything else stands between. */
function concatenated(text: string): readonly unknown[] | undefined {
  const values: unknown[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') {
      if (depth === 0 && text.slice(from, index).trim() !== '') return undefined;
      if (depth === 0) from = index;
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth > 0) continue;
      const value = jsonOf(text.slice(from, index + 1));
      if (value === undefined) return undefined;
      values.push(value);
      from = index + 1;
    }
  }
  return depth === 0 && text.slice(from).trim() === '' ? values : undefined;
}
