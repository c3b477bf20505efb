/** The process that has an incident open and is its only writer. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601; empty where it does not say. */
  readonly since: string;
  /** ARN of the identity that it acts as; empty until AWS has told it, and for saved logs. */
  readonly by: string;
}

/** `OnCall/carol` of a session's ARN. */
const nameOf = (arn: string): string =>
  arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^(?:assumed-role|user)\//, '');

/** Who it is, in words: `pid 4711 on host, since 20:31:02Z, as OnCall/carol`. Of a file that anybody on this machine could have written: pass `display` before a screen. */
export const holderText = ({ pid, host, since, by }: Holder): string =>
  [`pid ${pid} on ${host}`, since ? `since ${since.slice(11, 19)}Z` : '', nameOf(by) ? `as ${nameOf(by)}` : '']
    .filter(Boolean)
    .join(', ');
