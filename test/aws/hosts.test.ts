import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { isAwsUrl, refusesPrefix } from '../../src/aws/hosts.ts';

test.each([
  'https://sts.us-east-1.amazonaws.com',
  'https://sts.amazonaws.com',
  'https://iam.amazonaws.com',
  'https://iam.us-gov.amazonaws.com',
  'https://iam.cn-north-1.amazonaws.com.cn',
  'https://iam.global.api.aws',
  'https://api.sagemaker.eu-west-1.amazonaws.com',
  'https://api-fips.sagemaker.us-east-1.amazonaws.com',
  'https://sagemaker.eu-west-1.api.aws',
  'https://cloudtrail-fips.us-gov-west-1.amazonaws.com',
  'https://stream-logs.us-east-1.amazonaws.com',
  'https://logs.eusc-de-east-1.amazonaws.eu',
  'https://autoscaling.us-east-1.amazonaws.com',
  'https://application-autoscaling.us-east-1.api.aws',
  'https://vpce-0a1b-2c3d.sts.us-east-1.vpce.amazonaws.com',
  'https://s3.eu-west-1.amazonaws.com',
  'https://s3-fips.dualstack.us-east-1.amazonaws.com',
])('%s is AWS', (url) => {
  expect(isAwsUrl(new URL(url))).toBe(true);
});

test.each([
  'http://sts.us-east-1.amazonaws.com',
  'https://ec2-203-0-113-5.compute-1.amazonaws.com',
  'https://sts.us-east-1.amazonaws.com.evil.example',
  'https://evilamazonaws.com',
  'https://sts-1234.us-east-1.elb.amazonaws.com',
  'https://abc.execute-api.us-east-1.amazonaws.com',
  'https://vpce-0a1b.vpce-svc-0123.us-east-1.vpce.amazonaws.com',
  'https://bucket.s3.us-east-1.amazonaws.com',
  'http://127.0.0.1:4566',
  'https://localhost',
])('%s is not', (url) => {
  expect(isAwsUrl(new URL(url))).toBe(false);
});

test('prefixes are kept from hosts that cannot have them', () => {
  for (const url of [
    'http://127.0.0.1:1',
    'http://[::1]:1',
    'http://localhost',
    'http://range.localhost',
    'http://minio',
  ]) {
    expect(refusesPrefix(new URL(url)), url).toBe(true);
  }
  expect(refusesPrefix(new URL('https://logs.example.org'))).toBe(false);
});

test("every host that the SDK's own rules can give counts as AWS", () => {
  const regions = [
    'us-east-1',
    'eu-west-1',
    'ap-southeast-7',
    'aws-global',
    'us-gov-west-1',
    'us-gov-east-1',
    'cn-north-1',
  ]
    .concat([
      'cn-northwest-1',
      'eusc-de-east-1',
      'us-iso-east-1',
      'us-isob-east-1',
      'eu-isoe-west-1',
      'us-isof-south-1',
    ])
    .concat(['mx-central-1', 'il-central-1']);
  const constructors = [
    ApplicationAutoScalingClient,
    CloudTrailClient,
    CloudWatchClient,
    CloudWatchLogsClient,
    EventBridgeClient,
    IAMClient,
    SageMakerClient,
    SchedulerClient,
  ];
  const missed = new Set<string>();
  let checked = 0;
  for (const Client of [...constructors, STSClient]) {
    const { endpointProvider } = new Client({ region: 'us-east-1' }).config as unknown as {
      endpointProvider(parameters: object): { readonly url: URL };
    };
    for (const Region of regions) {
      for (const UseFIPS of [false, true]) {
        for (const UseDualStack of [false, true]) {
          try {
            const { url } = endpointProvider({ Region, UseFIPS, UseDualStack, UseGlobalEndpoint: false });
            checked += 1;
            if (!isAwsUrl(url)) missed.add(url.href);
          } catch {
            // Not every partition has every variant; the SDK refuses those before anything is sent.
          }
        }
      }
    }
  }
  expect([...missed]).toEqual([]);
  expect(checked).toBeGreaterThan(250);
});
