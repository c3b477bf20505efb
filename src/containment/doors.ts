import type { Aws, AwsWriter, WriteCall } from '../aws/aws.ts';
import type { Clock } from '../shared/clock.ts';
import type { JournalLine } from '../store/journal.ts';
import type { ContainmentEntry } from './entries.ts';

/** What running a plan's steps needs of the world. */
export interface Doors {
  readonly aws: Aws;
  readonly writer: AwsWriter;
  readonly clock: Clock;
  /** Returns when the entry is on the disk. */
  append(entry: ContainmentEntry): Promise<JournalLine>;
  /** A duration of AWS's world as one of ours: shorter on a range that runs faster. */
  pace(ms: number): number;
}

/**
 * Calls that set something to a value: AWS documents them as "creates or replaces", so sending one again changes nothing more.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export const isRepeatable = ({ name }: WriteCall): boolean => /:(Put|Register|Update)/.test(name);

/** Calls after which "not found" is what was wanted. */
export const isDeletion = ({ name }: WriteCall): boolean => /:Delete/.test(name);
