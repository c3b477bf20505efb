/** What became of one digest file or one log file that a digest names. */
export interface DigestFinding {
  /** The file, as it was given or as the digest names it. Untrusted. */
  readonly file: string;
  readonly problem: string;
}

/**
 * What CloudTrail's digest files say about the log files that were opened with them. A digest lists the log files that were delivered in an
 * hour with their hashes, holds the hash and the signature of the one before, and is signed by CloudTrail.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export interface DigestValidation {
  /** Digest files read. */
  readonly digests: number;
  /** Whose signature was checked, with a key that was given. */
  readonly signed: number;
  /** Whose signature could not be checked: no key was given, or no file says the signature. */
  readonly unsigned: number;
  /** Log files that digests name and that hold, byte for byte. */
  readonly logFiles: number;
  /** Log files that digests name and that were not given. */
  readonly missing: number;
  /** Log files that were given and that no digest names. */
  readonly unlisted: number;
  /** Stretches of time without a break in the chain in which every log file holds, oldest first. Epoch ms. */
  readonly proved: readonly {
    readonly account: string;
    readonly region: string;
    readonly from: number;
    readonly to: number;
    readonly signed: boolean;
  }[];
  /** What does not hold, the first 100. */
  readonly problems: readonly DigestFinding[];
  readonly problemsTotal: number;
}
