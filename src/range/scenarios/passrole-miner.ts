import type { AttackStep } from '../actors/attack.ts';
import { type MinedJob, making, mining } from '../actors/mining.ts';
import { accountId } from '../estate-definition.ts';
import type { Members } from '../operation.ts';
import { secondRegion } from '../workloads/second-region.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.61';
const minute = 60_000;
const hour = 60 * minute;
const keys = ['ci-key', 'second-key'] as const;
const image = '999988887777.dkr.ecr.us-east-1.amazonaws.com/dist-train:latest';
const role = `arn:aws:iam::${accountId}:role/service-role/ds-exec`;
const agent =
  'Boto3/1.40.2 md/Botocore#1.40.2 ua/2.1 os/linux#5.15.0-139-generic lang/python#3.10.12 md/pyimpl#CPython';

/** AWS's longest runtime, s: 28 days. */
const forever = { MaxRuntimeInSeconds: 2_419_200 };

const training = (InstanceType: string, InstanceCount: number): Members => ({
  RoleArn: role,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: `s3://ml-prod-models-${accountId}/tmp` },
  ResourceConfig: { InstanceType, InstanceCount, VolumeSizeInGB: 30 },
  StoppingCondition: forever,
  HyperParameters: { w: 'RDx7Yv2qLk9sJtQ4mB1nWc8eHf5pZa3u', t: '0' },
});

const processing = (InstanceType: string, InstanceCount: number): Members => ({
  RoleArn: role,
  AppSpecification: { ImageUri: image },
  ProcessingResources: { ClusterConfig: { InstanceType, InstanceCount, VolumeSizeInGB: 30 } },
  StoppingCondition: forever,
});

/** Two run since the night, four come while the responder looks. */
const jobs: readonly MinedJob[] = [
  { kind: 'training-job', region: 'us-east-1', prefix: 'dist-train-a', input: training('ml.p3.8xlarge', 1) },
  { kind: 'training-job', region: secondRegion, prefix: 'dist-train-b', input: training('ml.g5.12xlarge', 1) },
  { kind: 'training-job', region: 'us-east-1', prefix: 'dist-train-c', input: training('ml.p3.16xlarge', 1) },
  { kind: 'processing-job', region: 'us-east-1', prefix: 'data-prep-d', input: processing('ml.g5.12xlarge', 1) },
  { kind: 'training-job', region: secondRegion, prefix: 'dist-train-e', input: training('ml.g5.12xlarge', 2) },
  { kind: 'processing-job', region: secondRegion, prefix: 'data-prep-f', input: processing('ml.g5.12xlarge', 1) },
];
const [first, second, ...later] = jobs as readonly [MinedJob, MinedJob, ...MinedJob[]];

const earlier = (job: MinedJob, agoMs: number) => {
  const { call, input } = making(job, 1, keys, 0);
  return { who: 'ci-batch', sourceIp: attackerIp, userAgent: agent, agoMs, operation: call, input, region: job.region };
};

const look = (call: string, afterMs: number, region?: string): AttackStep => ({
  phase: 'recon',
  afterMs,
  call,
  input: call.startsWith('sts:') ? {} : { MaxResults: 100 },
  by: keys,
  ...(region === undefined ? {} : { region }),
});

/** A leaked key that may pass a role to jobs pays for somebody else's coins. ATT&CK T1078.004, T1098, T1496. */
export default {
  id: 'passrole-miner',
  title: 'PassRole miner',
  summary: 'The bill of SageMaker climbs by the minute, and nobody on the team started anything.',
  briefing: [
    `PagerDuty · SEV-2 · AWS Cost Anomaly Detection: SageMaker spend of ${accountId} (ml-prod) is eleven times the usual.`,
    'It began some three hours ago. The data science team has three jobs running and knows of no others.',
    'Their training must go on: churn-train and fraud-train are due this afternoon. Everything runs under role ds-exec.',
    'You are OnCall with administrator rights. Find what runs, stop it, close the way in, and leave a timeline.',
  ],
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'ci-key': { stolenFrom: 'ci-batch', userAgent: agent },
      'second-key': { stolenFrom: 'ci-batch#2', userAgent: agent },
    },
    steps: [
      look('sts:GetCallerIdentity', 2_000),
      look('sagemaker:ListTrainingJobs', 6_000),
      look('sagemaker:ListTrainingJobs', 5_000, secondRegion),
      ...later.map((job, index) => making(job, 1, keys, [50_000, 80_000, 120_000, 90_000][index] ?? minute)),
    ],
    goal: () =>
      mining({
        image,
        jobs,
        by: keys,
        gpuHours: 8,
        endings: {
          reached: "The miners have run for eight GPU-hours since the page, at the account's expense, and still run.",
          stopped: 'Nothing of the miners runs any more in any Region, and whoever started them can start no more.',
        },
      }),
    deadlineMs: 26 * minute,
  },
  earlier: [earlier(first, 3 * hour), earlier(second, 3 * hour - 4 * minute)],
  routines: [
    {
      who: 'ci-batch',
      sourceIp: '192.0.2.61',
      userAgent: 'Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/linux#6.8.0-1030-aws lang/python#3.12.11 md/pyimpl#CPython',
      everyMs: 55_000,
      calls: [
        { operation: 'sagemaker:DescribeTrainingJob', input: { TrainingJobName: 'churn-train-20261123' } },
        { operation: 'sagemaker:DescribeTrainingJob', input: { TrainingJobName: 'fraud-train-20261123' } },
        { operation: 'sagemaker:DescribeProcessingJob', input: { ProcessingJobName: 'recsys-features-20261123' } },
        { operation: 'sagemaker:ListTrainingJobs', input: { StatusEquals: 'InProgress' } },
      ],
    },
    {
      who: 'alice',
      sourceIp: '203.0.113.10',
      userAgent: 'Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/macos#25.1.0 lang/python#3.12.11 md/pyimpl#CPython',
      everyMs: 80_000,
      calls: [
        { operation: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } },
        { operation: 'sagemaker:DescribeTrainingJob', input: { TrainingJobName: 'fraud-train-20261123' } },
        {
          operation: 'sagemaker:CreatePresignedNotebookInstanceUrl',
          input: { NotebookInstanceName: 'fraud-lab' },
          onlyInHistory: true,
        },
      ],
    },
    {
      who: 'bob',
      sourceIp: '203.0.113.24',
      userAgent:
        'aws-cli/2.30.1 md/awscrt#0.27.6 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.6 md/pyimpl#CPython',
      everyMs: 60_000,
      calls: [
        { operation: 'sagemaker:ListEndpoints', input: {} },
        { operation: 'sagemaker:ListPipelines', input: {} },
        { operation: 'sagemaker:ListModelPackages', input: { ModelPackageGroupName: 'fraud-models' } },
        { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'recsys-ranker' } },
      ],
    },
    {
      who: 'ci',
      sourceIp: '192.0.2.50',
      userAgent:
        'aws-sdk-js/3.1100.0 ua/2.1 os/linux#6.8.0-1030-azure lang/js md/nodejs#24.11.0 api/sagemaker#3.1100.0',
      everyMs: 45_000,
      calls: [
        { operation: 'sts:GetCallerIdentity', input: {} },
        { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'fraud-scorer' } },
        { operation: 'sagemaker:DescribeEndpointConfig', input: { EndpointConfigName: 'recsys-ranker-v12' } },
      ],
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
