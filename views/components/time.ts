const two = (value: number): string => String(value).padStart(2, '0');
const valid = (at: number): boolean => Number.isFinite(at) && Math.abs(at) <= 8.64e15;

/** `20:43:15`, in UTC or the machine's own time zone. */
export function clock(at: number, utc: boolean): string {
  if (!valid(at)) return '--:--:--';
  const date = new Date(at);
  return utc
    ? date.toISOString().slice(-13, -5)
    : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `2026-11-23`. */
export function day(at: number, utc: boolean): string {
  if (!valid(at)) return '----------';
  const date = new Date(at);
  return utc
    ? date.toISOString().slice(0, -14)
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `2026-11-23 20:43:15Z`; local times carry no letter. */
export const instant = (at: number, utc: boolean): string => `${day(at, utc)} ${clock(at, utc)}${utc ? 'Z' : ''}`;

/** A text of ours in which times stand as evidence has them, with those as the console says them. */
export const withOwnTimes = (text: string, utc: boolean): string =>
  text.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, (iso) => {
    const at = Date.parse(iso);
    return Number.isNaN(at) ? iso : instant(at, utc);
  });

/** `20:43:15` where that was today, `11-21 20:43` this year, else `2013-02-03 20:43`: a time of day alone says today. */
export function moment(at: number, now: number, utc: boolean): string {
  const [then, today] = [day(at, utc), day(now, utc)];
  if (then === today) return clock(at, utc);
  return `${then.slice(0, -6) === today.slice(0, -6) ? then.slice(-5) : then} ${clock(at, utc).slice(0, 5)}`;
}

/** Cells that every `moment` fits in, of those since `from`: those of today take fewer. */
export const momentWidth = (from: number, now: number, utc: boolean): number =>
  day(from, utc) === day(now, utc) ? 8 : day(from, utc).slice(0, -6) === day(now, utc).slice(0, -6) ? 11 : 16;

/** `2026-11-23 20:43:15Z to 20:44:01`; the second day only where it is another. */
export const stretch = (from: number, to: number, utc: boolean): string =>
  `${instant(from, utc)} to ${day(from, utc) === day(to, utc) ? clock(to, utc) : instant(to, utc)}`;

/** `00:12:41`, and `49:00:02` after two days. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `14:32`. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** The two largest units at most: `45s`, `2m13s`, `3h20m`, `2d4h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes}m${seconds % 60}s` : `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours}h${minutes % 60}m` : `${hours}h`;
  return hours % 24 ? `${Math.floor(hours / 24)}d${hours % 24}h` : `${Math.floor(hours / 24)}d`;
}
