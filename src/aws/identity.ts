import { parseArn } from '../model/arn.ts';
import { AwsCallError, FailedError, UsageError } from '../model/errors.ts';
import type { Aws, Identity } from './aws.ts';
import type { CredentialSource } from './credentials.ts';

/** Where each partition keeps IAM and the global STS endpoint, and so their CloudTrail events. */
const globalRegions: { readonly [partition: string]: string } = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/** An ornament must not hold up the account number: where IAM cannot be reached, its call would try for 15 s. */
const aliasMs = 3_000;

/**
 * Asks AWS who we are. Needs no permission; the alias needs `iam:ListAccountAliases` and is left out without it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @throws UsageError there are no credentials. @throws AwsCallError AWS does not accept them or cannot be reached.
 */
export async function readIdentity(options: {
  readonly aws: Aws;
  readonly credentials: CredentialSource;
  readonly region: string;
  readonly endpoint: () => Identity['endpoint'];
  readonly signal: AbortSignal | undefined;
}): Promise<Identity> {
  const { aws, credentials, region, signal } = options;
  const urgent = { priority: 'operator', ...(signal ? { signal } : {}) } as const;
  const caller = await aws.call('sts:GetCallerIdentity', {}, urgent).catch((error: unknown) => {
    if (error instanceof AwsCallError && error.code === 'CredentialsNotFound') {
      throw new UsageError(error.message, { cause: error, nextSteps: error.nextSteps });
    }
    throw error;
  });
  const bound = AbortSignal.timeout(aliasMs);
  const alias = await aws
    .call('iam:ListAccountAliases', {}, { ...urgent, signal: signal ? AbortSignal.any([signal, bound]) : bound })
    .then((answer) => answer.AccountAliases?.[0])
    .catch(() => undefined); // Denied, unreachable or slow: the account number says it all.
  const arn = parseArn(caller.Arn ?? '');
  if (!caller.Account || !arn) {
    throw new FailedError('BrokenAnswer', 'sts:GetCallerIdentity gave neither account nor ARN', ['Check the endpoint']);
  }
  const keys = await credentials.provider();
  const from = credentials.from();
  return {
    account: caller.Account,
    alias,
    arn: caller.Arn as string,
    partition: arn.partition,
    region,
    globalRegion: globalRegions[arn.partition] ?? region,
    credentialsExpireAt: keys.expiration?.getTime(),
    ...(from === undefined ? {} : { credentialsFrom: from }),
    endpoint: options.endpoint(),
  };
}
