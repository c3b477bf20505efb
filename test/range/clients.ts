import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { STSClient } from '@aws-sdk/client-sts';
import type { Range } from '../../src/range/range.ts';

/** The unmodified AWS clients on a range; one attempt, so that refusals are seen as they come. */
export function clientsOf(range: Range, credentials: object = range.credentials) {
  const settings = {
    endpoint: range.endpoint,
    region: range.region,
    credentials: credentials as Range['credentials'],
    maxAttempts: 1,
  };
  return {
    sagemaker: new SageMakerClient(settings),
    cloudtrail: new CloudTrailClient(settings),
    logs: new CloudWatchLogsClient({ ...settings, disableHostPrefix: true }),
    iam: new IAMClient(settings),
    sts: new STSClient(settings),
    scaling: new ApplicationAutoScalingClient(settings),
  };
}

/** What a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
  throw new Error('the call was not refused');
}

/** A CloudTrail record as far as the tests look into it. */
export interface TrailRecord {
  readonly userIdentity: { readonly userName?: string; readonly arn?: string; readonly invokedBy?: string };
  readonly eventName: string;
  readonly sourceIPAddress: string;
  readonly errorCode?: string;
  readonly responseElements: object | null;
}
