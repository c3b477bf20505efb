/** How far something is that takes long: what loads, sweeps, searches and waits tell of themselves. */
export interface Work {
  readonly done: number;
  /** 0 while nobody knows: what is piped in, a search for something rare. */
  readonly total: number;
  /** For how long it has been going on, ms. */
  readonly sinceMs: number;
}

/** Before so much of the time has passed, and so much of the work is done, what is left would only be a guess. */
const soonestMs = 1_000;
const leastShare = 0.02;

/** How much of it is done each second; `undefined` while that is not known. */
export const rateOf = ({ done, sinceMs }: Work): number | undefined =>
  sinceMs < soonestMs || done <= 0 ? undefined : done / (sinceMs / 1_000);

/** How long it will still take, ms, at the pace of so far; `undefined` while nobody can say. */
export function leftOf({ done, total, sinceMs }: Work): number | undefined {
  if (total <= 0 || done >= total || sinceMs < soonestMs || done / total < leastShare) return undefined;
  return (sinceMs * (total - done)) / done;
}

/** `5s`, `2m`, `3h`: as exact as a guess is. */
export function roughly(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1_000);
  if (seconds < 90) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes}m` : `${Math.round(minutes / 60)}h`;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0);

/** `62 MB/s`; `undefined` while nobody can say. */
export function bytesRateText(work: Work): string | undefined {
  const rate = rateOf(work);
  return rate === undefined ? undefined : `${megabytes(rate)} MB/s`;
}

/** `124,000 of 1,000,000 events, 210,000/s, 4s left`: work that is counted. `of` what, in the plural. */
export function countText(work: Work, of: string): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const rate = rateOf(work);
  const left = leftOf(work);
  return [
    `${number(work.done)}${work.total > 0 ? ` of ${number(work.total)}` : ''} ${of}`,
    ...(rate === undefined ? [] : [`${number(rate)}/s`]),
    ...(left === undefined ? [] : [`${roughly(left)} left`]),
  ].join(', ');
}

/** `41 of 333 MB, 62 MB/s, 5s left`: work that is measured in bytes. */
export function bytesText(work: Work): string {
  const rate = bytesRateText(work);
  const left = leftOf(work);
  return [
    work.total > 0 ? `${megabytes(work.done)} of ${megabytes(work.total)} MB` : `${megabytes(work.done)} MB`,
    ...(rate === undefined ? [] : [rate]),
    ...(left === undefined ? [] : [`${roughly(left)} left`]),
  ].join(', ');
}

/** `61 %, 2m left`: work of which only the share is known, from 0 to 1. Never 100 % before its end. */
export function shareText(share: number, sinceMs: number): string {
  const left = leftOf({ done: share, total: 1, sinceMs });
  return `${Math.min(99, Math.floor(share * 100))} %${left === undefined ? '' : `, ${roughly(left)} left`}`;
}
