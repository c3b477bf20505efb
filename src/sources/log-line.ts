import { hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { RawRecord } from '../model/event.ts';
import { IdTable, keyOfId, newIdKey } from './id-table.ts';
import type { LogLine } from './tail-hub.ts';

/** A line and the id under which it is stored. */
export interface NumberedLine extends LogLine {
  readonly id: string;
}

/**
 * Numbers the lines of one reading: one update of a Live Tail session, or a walk through FilterLogEvents from its first to its last page.
 * Live Tail gives no id, so a line is known by what it is: SHA-256 over `group ARN, stream, timestamp, ingestion time, message`, NUL between
 * them, 32 hexadecimal digits; equal lines of one reading get `-2`, `-3` … Two readings of the same lines give the same ids, so that their
 * union holds each line as often as the reading that saw it most often.
 *
 * @param limit Equal lines have equal times and come close together: tallies of more lines than twice this are forgotten, oldest first.
 */
export function createTally(limit: number): (line: LogLine) => NumberedLine {
  const key = newIdKey();
  /** How often a line was met. */
  let young = new IdTable();
  let old = new IdTable();
  return (line) => {
    const text = [line.group, line.stream, line.at, line.ingestedAt, line.message].join('\0');
    // A piece of the whole digest's text would keep the whole.
    const id = hash('sha256', text, 'buffer').toString('hex', 0, 16);
    keyOfId(id, key);
    const count = (young.get(key) ?? old.get(key) ?? 0) + 1;
    if (young.size >= limit) {
      [young, old] = [old, young];
      young.clear();
    }
    young.set(key, count);
    return { ...line, id: count === 1 ? id : `${id}-${count}` };
  };
}

/** So many lines are numbered in a millisecond. */
const piece = 100;

/**
 * Does something with each of many lines a piece at a time, so that a key never waits for all of them: an update of Live Tail brings 500, a page of FilterLogEvents up to
 * 10,000, and all that is done to a line takes 30 µs. What came as a piece is done at once.
 */
export async function inPieces<From, To>(lines: readonly From[], each: (line: From) => To): Promise<readonly To[]> {
  if (lines.length <= piece) return lines.map(each);
  const done: To[] = [];
  for (let at = 0; at < lines.length; at += piece) {
    // Also before the first: reading the answer has taken its time.
    await turn();
    for (const line of lines.slice(at, at + piece)) done.push(each(line));
  }
  return done;
}

/** The name of a group, from its ARN. */
export const groupName = (arn: string): string => /:log-group:(.+?)(?::\*)?$/s.exec(arn)?.[1] ?? arn;

/** The ARN as Live Tail takes it: DescribeTrails and DescribeLogGroups write `:*` behind it. */
export const bareArn = (arn: string): string => arn.replace(/:\*$/, '');

/**
 * Which of the groups that were asked for is meant: AWS writes its ARN, `account:name`, or the name alone. `undefined` when none, or when
 * several could be.
 */
export function groupMeant(identifier: string, asked: readonly string[]): string | undefined {
  const arn = bareArn(identifier);
  if (asked.includes(arn)) return arn;
  const matching = asked.filter((one) => {
    const name = groupName(one);
    return identifier === name || identifier === `${one.split(':')[4]}:${name}`;
  });
  if (matching.length === 1) return matching[0];
  return asked.length === 1 ? asked[0] : undefined;
}

/** The line as raw material; what it holds (a CloudTrail record, an EventBridge event, prose) is found out by `normalise`. */
export const logLineRecord = (line: NumberedLine, region: string, late: boolean): RawRecord => ({
  format: 'cloudwatch-logs',
  id: line.id,
  text: line.message,
  region,
  group: groupName(line.group),
  stream: line.stream,
  at: line.at,
  ...(late ? { late } : {}),
});
