const DAY_MS = 86_400_000;
const unitsMs: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS };

/** A point in time that somebody wrote. `clock`: it was only a time of day, so its day is our guess. */
export interface WrittenTime {
  /** Epoch ms. */
  readonly at: number;
  readonly clock: boolean;
}

/**
 * Reads a time in UTC: `20:30` or `20:30:05` (the last time the clock showed it), `2026-11-23`, an ISO time (without offset: UTC),
 * `2h`, `1h30m`, `90s`, `3d`, `1w` ago, `now`, seconds or milliseconds since 1970 as alerts have them.
 *
 * @param end Whether it ends a stretch of time: a date then means the end of that day.
 * @returns `undefined` when the text is no time.
 */
export function readTime(text: string, now: number, end: boolean): WrittenTime | undefined {
  if (/^now$/i.test(text)) return written(now);
  if (/^(?:\d{1,7}\s?[smhdw]\s?)+(?:\sago)?$/i.test(text)) {
    const parts = [...text.matchAll(/(\d+)\s?([smhdw])/gi)];
    return written(
      parts.reduce((at, [, amount, unit = '']) => at - Number(amount) * (unitsMs[unit.toLowerCase()] ?? 0), now),
    );
  }
  if (/^\d{10}$/.test(text)) return written(Number(text) * 1_000);
  if (/^\d{13}$/.test(text)) return written(Number(text));
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:Z| ?UTC)?$/i.exec(text);
  if (clock) {
    const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
    if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
    const today = Math.floor(now / DAY_MS) * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
    return { at: today > now ? today - DAY_MS : today, clock: true };
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const at = exactly(`${text}T00:00:00Z`, text);
    return at === undefined ? undefined : written(end ? at + DAY_MS - 1 : at);
  }
  const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (!iso) return undefined;
  const [, date = '', time = '', offset = 'Z'] = iso;
  // A day that the month does not have would silently become the next month's.
  if (exactly(`${date}T00:00:00Z`, date) === undefined) return undefined;
  const at = Date.parse(`${date}T${time}${/^utc$/i.test(offset) ? 'Z' : offset.toUpperCase()}`);
  return Number.isNaN(at) ? undefined : written(at);
}

const written = (at: number): WrittenTime | undefined =>
  Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? { at, clock: false } : undefined;

function exactly(iso: string, date: string): number | undefined {
  const at = Date.parse(iso);
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(date) ? undefined : at;
}
