/** The parts of an Amazon Resource Name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  /** Empty where the service leaves it out (S3 buckets). */
  readonly account: string;
  /** Everything after the fifth colon: `endpoint/fraud-scorer`, `role/path/name`. */
  readonly resource: string;
}

/** Splits an ARN; `undefined` when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (!match) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}
