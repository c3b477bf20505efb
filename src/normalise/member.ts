/** A JSON object from outside: any member may be missing, null, or of another type than the documentation says. */
export type JsonObject = { readonly [member: string]: unknown };

/** The value as an object; `undefined` for anything else, arrays and null included. */
export const objectOf = (value: unknown): JsonObject | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;

/** What CloudTrail writes in place of a value: nothing that is the same in two records. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** The value as text: strings as they are, numbers and booleans spelled out, everything else, and what is hidden, empty. */
export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value === hidden
      ? ''
      : value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

/** A boolean, also one that was written as a string (`lookup-events` does); `undefined` for anything else. */
export const flagOf = (value: unknown): boolean | undefined =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;

/** Epoch ms of an ISO text, or of a number of seconds or milliseconds; `undefined` when it is no time that a clock can show. */
export function timeOf(value: unknown): number | undefined {
  // CloudTrail's times are whole seconds, so neighbours share them.
  if (value === lastTime) return lastAt;
  lastAt = parseTime(value);
  lastTime = value;
  return lastAt;
}

let lastTime: unknown;
let lastAt: number | undefined;

/** `2026-11-23T21:04:05Z`, as CloudTrail writes it: up to the seconds, and all of it. */
const minuteLength = 17;
const secondLength = 20;
let lastMinute = '';
let lastMinuteAt = 0;

/** Within the minute that was read last only the seconds are new: reading no more takes half as long. */
function timeInMinute(text: string): number | undefined {
  if (text.length !== secondLength || lastMinute === '' || !text.startsWith(lastMinute)) return undefined;
  const tens = text.charCodeAt(minuteLength) - 48;
  const ones = text.charCodeAt(minuteLength + 1) - 48;
  const isSecond = tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 && text.endsWith('Z');
  return isSecond ? lastMinuteAt + (10 * tens + ones) * 1_000 : undefined;
}

function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return parseAnyTime(value);
  const near = timeInMinute(value);
  if (near !== undefined) return near;
  const at = parseAnyTime(value);
  // Not 24:00:00, which is a time, while 24:00:01 is none.
  if (at !== undefined && /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\dZ$/.test(value)) {
    lastMinute = value.slice(0, minuteLength);
    lastMinuteAt = at - 1_000 * Number(value.slice(minuteLength, secondLength - 1));
  }
  return at;
}

function parseAnyTime(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^\d{9,16}$/.test(value) ? Number(value) : NaN;
  // Seconds until the year 5138, milliseconds from 1973.
  const at = Number.isNaN(number)
    ? typeof value === 'string'
      ? Date.parse(value)
      : NaN
    : number < 1e11
      ? number * 1000
      : number;
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? Math.trunc(at) : undefined;
}
