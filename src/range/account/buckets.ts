import type { Statement } from '../iam/policy.ts';

/** A bucket. Its name is unique in the whole of S3, so the account also knows some that are not its own. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  /** The account it belongs to. */
  readonly owner: string;
  readonly region: string;
  readonly createdAt: number;
  /** Bucket policy as it was put. */
  policy: string | undefined;
  /** What is enforced: lags behind what was put. */
  enforced: readonly Statement[];
  /** By key. */
  readonly objects: Map<string, StoredObject>;
}

export interface StoredObject {
  readonly body: string;
  readonly modifiedAt: number;
}

/** The name of the bucket that an ARN of a bucket or an object speaks of; `undefined` for everything else. */
export const bucketOf = (arn: string): string | undefined => /^arn:aws:s3:::([^/*?]+)/.exec(arn)?.[1];
