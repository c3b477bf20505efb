/** A point in time as reports write it: ISO 8601, UTC, with its date; without milliseconds where there are none. */
export function utc(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return epochMs % 1_000 === 0 ? `${iso.slice(0, -5)}Z` : iso;
}

/** The same, or a dash when it is not known. */
export const utcOr = (epochMs: number | undefined, otherwise = '–'): string =>
  epochMs === undefined ? otherwise : utc(epochMs);

/** A whole number with separators, the same on every machine. */
export const count = (number: number): string => number.toLocaleString('en');

/** `1 event`, `2 events`. */
export const counted = (number: number, noun: string, plural = `${noun}s`): string =>
  `${count(number)} ${number === 1 ? noun : plural}`;

/** Writes times in a zone, with its offset: `2026-11-23 21:31:02 +01:00`. The same for the same zone on every machine. */
export function localTime(zone: string): (epochMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const offset = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  return (epochMs) => {
    const name = offset.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    return `${format.format(epochMs)} ${name === 'GMT' ? '+00:00' : name.slice(3)}`;
  };
}
