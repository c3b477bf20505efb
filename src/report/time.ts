/** A point in time as reports write it: ISO 8601, UTC, with its date; without milliseconds where there are none. */
export const utc = (epochMs: number): string => new Date(epochMs).toISOString().replace('.000Z', 'Z');

/** The same, or a dash when it is not known. */
export const utcOr = (epochMs: number | undefined, otherwise = '–'): string =>
  epochMs === undefined ? otherwise : utc(epochMs);

/** A whole number with separators, the same on every machine. */
export const count = (number: number): string => number.toLocaleString('en');

/** `1 event`, `2 events`. */
export const counted = (number: number, noun: string, plural = `${noun}s`): string =>
  `${count(number)} ${number === 1 ? noun : plural}`;
