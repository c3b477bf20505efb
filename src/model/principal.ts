/** Who made a call, as CloudTrail's `userIdentity` tells it. */
export interface Principal {
  /** `userIdentity.type`: `AssumedRole`, `IAMUser`, `Root`, `AWSService`, … passed through as it comes. */
  readonly type: string;
  /** The session's or user's ARN; empty when the record has none. */
  readonly arn: string;
  /** What to call them: `ds-exec/alice` for a role session, the user name, `root`, the service's host name. */
  readonly name: string;
  /** ARN of the role behind a session, path included. */
  readonly issuerArn?: string;
  readonly accessKeyId?: string;
}
