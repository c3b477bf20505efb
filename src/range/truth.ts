import { closeSync, openSync, writeSync } from 'node:fs';
import { FailedError } from '../model/errors.ts';

/** One published record, as `--truth` writes it. */
export interface TrueRecord {
  readonly kind: 'cloudtrail' | 'cloudwatch-logs' | 'eventbridge';
  /** CloudTrail `eventID`, EventBridge `id`, or the digest of a log line (see `logLineId`). */
  readonly id: string;
  /** Epoch ms. */
  readonly time: number;
  readonly publishedAt: number;
  /** Where it could first be read: `event-history`, or the name of a log group. */
  readonly route: string;
}

/** The file that says what a watcher must have seen: one line a record, written when it can first be read by any route. */
export class Truth {
  #file: number | undefined;

  /** @throws FailedError `TruthNotWritable`. */
  constructor(path: string | undefined) {
    if (path === undefined) return;
    try {
      this.#file = openSync(path, 'w', 0o600);
    } catch (cause) {
      throw new FailedError('TruthNotWritable', `cannot write ${path}: ${(cause as NodeJS.ErrnoException).code}`, [
        'Choose another file with --truth',
      ]);
    }
  }

  write(record: TrueRecord): void {
    if (this.#file === undefined) return;
    const { kind, id, time, publishedAt, route } = record;
    const line = {
      kind,
      id,
      time: new Date(time).toISOString(),
      publishedAt: new Date(publishedAt).toISOString(),
      route,
    };
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
