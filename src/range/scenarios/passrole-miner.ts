import { agents } from '../actors/agents.ts';
import type { AttackStep } from '../actors/attack.ts';
import { asks, routine } from '../actors/benign.ts';
import { type MinedJob, making, mining } from '../actors/mining.ts';
import { accountId, executionRole } from '../estate-definition.ts';
import type { Members } from '../operation.ts';
import { secondRegion } from '../workloads/second-region.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.61';
const minute = 60_000;
const hour = 60 * minute;
const keys = ['ci-key', 'second-key'] as const;
const image = '999988887777.dkr.ecr.us-east-1.amazonaws.com/dist-train:latest';
const agent = agents.oldBoto;

/** AWS's longest runtime, s: 28 days. */
const forever = { MaxRuntimeInSeconds: 2_419_200 };

const training = (InstanceType: string, InstanceCount: number): Members => ({
  RoleArn: executionRole,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: `s3://ml-prod-models-${accountId}/tmp` },
  ResourceConfig: { InstanceType, InstanceCount, VolumeSizeInGB: 30 },
  StoppingCondition: forever,
  HyperParameters: { w: 'RDx7Yv2qLk9sJtQ4mB1nWc8eHf5pZa3u', t: '0' },
});

const processing = (InstanceType: string, InstanceCount: number): Members => ({
  RoleArn: executionRole,
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
  hints: [
    'The event history has 90 days. Who began the jobs that nobody knows, and from where?',
    ':inv lists what runs in every Region, event or no event; the image of a job tells its maker better than its name.',
    'A job that is stopped is begun again by whoever still may. How many keys does ci-batch have?',
    'Deactivate both keys of ci-batch (or deny the user everything), then stop every job with the foreign image in both Regions. The role ds-exec need not be touched: their training runs as it.',
  ],
  playbook: 'passrole-miner',
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
    routine('ci-batch', {
      calls: [
        asks('sagemaker:DescribeTrainingJob', { TrainingJobName: 'churn-train-20261123' }),
        asks('sagemaker:DescribeTrainingJob', { TrainingJobName: 'fraud-train-20261123' }),
        asks('sagemaker:DescribeProcessingJob', { ProcessingJobName: 'recsys-features-20261123' }),
        asks('sagemaker:ListTrainingJobs', { StatusEquals: 'InProgress' }),
      ],
    }),
    routine('alice', {
      everyMs: 80_000,
      calls: [
        asks('sagemaker:DescribeNotebookInstance', { NotebookInstanceName: 'fraud-lab' }),
        asks('sagemaker:DescribeTrainingJob', { TrainingJobName: 'fraud-train-20261123' }),
      ],
    }),
    routine('bob', {
      everyMs: 60_000,
      calls: [
        asks('sagemaker:ListEndpoints'),
        asks('sagemaker:ListPipelines'),
        asks('sagemaker:ListModelPackages', { ModelPackageGroupName: 'fraud-models' }),
        asks('sagemaker:DescribeEndpoint', { EndpointName: 'recsys-ranker' }),
      ],
    }),
    routine('ci'),
  ],
  historyCalls: 60,
} satisfies Scenario;
