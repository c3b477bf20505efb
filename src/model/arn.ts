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

const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];

/** The partition that a Region is in, by the beginning of its name; `aws` for any other. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export const partitionOf = (region: string): string =>
  partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';

/** Nothing that an ARN is written between can be part of one; names may hold nearly anything else. */
const inText = /arn:[a-z][a-z-]*:[a-z][\w.-]*:[\w-]*:[\w*-]*:[^\s"'`\\,;<>|(){}[\]]+/g;

/** The ARNs inside a longer text (a policy as JSON, an error message), in its order; a policy variable (`${aws:username}`) is a wildcard. */
export const arnsIn = (text: string): readonly string[] =>
  (text.match(inText) ?? []).map((arn) => arn.replace(/\$$/, '*').replace(/[.:!?]+$/, ''));
