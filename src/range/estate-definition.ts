import type { Members } from './operation.ts';

/** The simulated account's number; AWS reserves it for documentation. */
export const accountId = '111122223333';
export const accountAlias = 'ml-prod';
export const homeRegion = 'us-east-1';

const arn = (rest: string): string => `arn:aws:${rest.replace('{}', accountId)}`;
const bucket = `s3://ml-prod-models-${accountId}`;

/** A trail that delivers to CloudWatch Logs. */
export interface TrailDefinition {
  readonly name: string;
  readonly bucket: string;
  /** Its name; it lies in the trail's home Region. */
  readonly logGroup: string;
  /** One for the records of all Regions: the suffix is the trail's Region. */
  readonly logStream: string;
  /** How long it has been logging at the start, ms. */
  readonly ageMs: number;
  /** `AdvancedEventSelectors` of GetEventSelectors. */
  readonly selectors: readonly Members[];
}

const selector = (Name: string, ...fields: readonly (readonly [field: string, equals: string])[]): Members => ({
  Name,
  FieldSelectors: fields.map(([Field, equals]) => ({ Field, Equals: [equals] })),
});

/** The account's multi-Region trail. */
export const trail: TrailDefinition = {
  name: 'main-trail',
  bucket: `ml-prod-trail-${accountId}`,
  logGroup: `aws-cloudtrail-logs-${accountId}-main`,
  logStream: `${accountId}_CloudTrail_${homeRegion}`,
  ageMs: 120 * 86_400_000,
  selectors: [
    selector('Management events', ['eventCategory', 'Management']),
    selector('Invocations', ['eventCategory', 'Data'], ['resources.type', 'AWS::SageMaker::Endpoint']),
    selector('S3 objects', ['eventCategory', 'Data'], ['resources.type', 'AWS::S3::Object']),
  ],
};

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Principal?: Members;
  readonly Resource?: string | readonly string[];
  readonly Condition?: Members;
}
const policy = (...Statement: readonly Statement[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const trust = (Principal: Members): string => policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });

const accountRoot = { AWS: arn('iam::{}:root') };
/** What notebooks, models and jobs of the data scientists run as. */
export const executionRole = arn('iam::{}:role/service-role/ds-exec');

/** Managed policies; AWS's own are abridged to what the range serves. */
export const managedPolicies: readonly { readonly arn: string; readonly document: string }[] = [
  {
    arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    document: policy({ Effect: 'Allow', Action: '*', Resource: '*' }),
  },
  { arn: 'arn:aws:iam::aws:policy/AWSDenyAll', document: policy({ Effect: 'Deny', Action: '*', Resource: '*' }) },
  {
    arn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess',
    document: policy(
      { Effect: 'Allow', Action: ['sagemaker:*', 'application-autoscaling:*', 'logs:*', 'ecr:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: arn('iam::{}:role/*'),
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      },
    ),
  },
  {
    arn: arn('iam::{}:policy/data-scientist'),
    document: policy(
      { Effect: 'Allow', Action: ['sagemaker:List*', 'sagemaker:Describe*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'sagemaker:CreatePresignedNotebookInstanceUrl',
          'sagemaker:StartNotebookInstance',
          'sagemaker:StopNotebookInstance',
        ],
        Resource: arn('sagemaker:us-east-1:{}:notebook-instance/*'),
      },
    ),
  },
  {
    arn: arn('iam::{}:policy/batch-jobs'),
    document: policy(
      {
        Effect: 'Allow',
        Action: [
          'sagemaker:List*',
          'sagemaker:Describe*',
          'sagemaker:CreateTrainingJob',
          'sagemaker:CreateProcessingJob',
          'sagemaker:StopTrainingJob',
          'sagemaker:StopProcessingJob',
          'sagemaker:AddTags',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: executionRole,
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      },
    ),
  },
  {
    arn: arn('iam::{}:policy/deploy'),
    document: policy(
      {
        Effect: 'Allow',
        Action: [
          'sagemaker:List*',
          'sagemaker:Describe*',
          'sagemaker:CreateModel',
          'sagemaker:CreateEndpointConfig',
          'sagemaker:UpdateEndpoint',
          'sagemaker:AddTags',
          'application-autoscaling:Describe*',
        ],
        Resource: '*',
      },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: executionRole },
    ),
  },
];

export interface IdentityDefinition {
  readonly name: string;
  readonly path?: string;
  readonly description?: string;
  readonly trust?: string;
  readonly attached?: readonly string[];
  readonly inline?: { readonly [name: string]: string };
  /** ARN of a managed policy. */
  readonly boundary?: string;
  /** An hour by default. */
  readonly maxSessionSeconds?: number;
  readonly tags?: { readonly [key: string]: string };
  /** Its id comes from a chance of its own, so that it changes nobody else's. */
  readonly ownChance?: true;
}

export const roles: readonly IdentityDefinition[] = [
  {
    name: 'OnCall',
    description: 'Incident responders',
    trust: trust(accountRoot),
    attached: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  },
  {
    name: 'ds-exec',
    path: '/service-role/',
    description: 'Execution role of the data science notebooks, models and jobs',
    trust: trust({ Service: 'sagemaker.amazonaws.com' }),
    attached: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'],
    inline: {
      'ds-exec-data': policy({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::*' }),
      // The bits that notebooks' set-up guides ask for "to make it work", and that attackers love.
      'ds-exec-iam': policy({
        Effect: 'Allow',
        Action: ['iam:Get*', 'iam:List*', 'iam:PassRole', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
        Resource: executionRole,
      }),
    },
    tags: { team: 'data-science' },
  },
  {
    name: 'ds-restricted',
    path: '/service-role/',
    description: 'What a notebook acts as while it is looked into: logs and nothing else',
    trust: trust({ Service: 'sagemaker.amazonaws.com' }),
    inline: {
      logs: policy({
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: arn('logs:*:{}:log-group:/aws/sagemaker/*'),
      }),
    },
  },
  {
    name: 'ci-deployer',
    description: 'Deploys models from the pipeline',
    trust: trust(accountRoot),
    attached: [arn('iam::{}:policy/deploy')],
  },
  {
    name: 'ds-team',
    description: 'People of the data science team',
    trust: trust(accountRoot),
    attached: [arn('iam::{}:policy/data-scientist')],
  },
  {
    name: 'CloudTrail-CloudWatchLogs',
    path: '/service-role/',
    description: 'Lets main-trail deliver to its log group',
    trust: trust({ Service: 'cloudtrail.amazonaws.com' }),
    inline: {
      deliver: policy({
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: arn('logs:us-east-1:{}:log-group:aws-cloudtrail-logs-*'),
      }),
    },
  },
  {
    name: 'app-runtime',
    description: 'The applications that ask the endpoints',
    trust: trust({ Service: 'ecs-tasks.amazonaws.com' }),
    inline: {
      invoke: policy({
        Effect: 'Allow',
        Action: 'sagemaker:InvokeEndpoint',
        Resource: arn('sagemaker:*:{}:endpoint/*'),
      }),
    },
  },
  {
    name: 'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    path: '/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/',
    trust: trust({ Service: 'sagemaker.application-autoscaling.amazonaws.com' }),
    inline: {
      AmazonSageMakerEndpointAutoScaling: policy({
        Effect: 'Allow',
        Action: ['sagemaker:DescribeEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'],
        Resource: '*',
      }),
    },
  },
  {
    name: 'nightly-scheduler',
    path: '/service-role/',
    description: 'Starts the nightly pipeline',
    trust: trust({ Service: 'scheduler.amazonaws.com' }),
    inline: {
      start: policy({
        Effect: 'Allow',
        Action: 'sagemaker:StartPipelineExecution',
        Resource: arn('sagemaker:us-east-1:{}:pipeline/fraud-retrain-nightly'),
      }),
    },
    ownChance: true,
  },
];

/** Users with a long-lived access key each, or with two: the second is called `<name>#2`. */
export const users: readonly (IdentityDefinition & { readonly keys?: 2 })[] = [
  { name: 'alice', attached: [arn('iam::{}:policy/data-scientist')], tags: { team: 'data-science' } },
  {
    name: 'ci-batch',
    path: '/ci/',
    attached: [arn('iam::{}:policy/batch-jobs')],
    tags: { team: 'ml-platform' },
    // The one that should have been deleted when the other was made.
    keys: 2,
  },
];

/** Role sessions of those who work here: scenarios call them by `name`. */
export const sessions: readonly { readonly name: string; readonly role: string; readonly session: string }[] = [
  { name: 'bob', role: 'ds-team', session: 'bob' },
  { name: 'ci', role: 'ci-deployer', session: 'github-actions' },
  { name: 'app', role: 'app-runtime', session: 'checkout-7d4f9' },
];

export const responder = { role: 'OnCall', session: 'on-call' } as const;

interface Defined {
  readonly name: string;
  readonly definition: Members;
  readonly tags?: { readonly [key: string]: string };
}

const model = (name: string, image: string): Defined => ({
  name,
  definition: {
    ModelName: name,
    PrimaryContainer: {
      Image: `${accountId}.dkr.ecr.us-east-1.amazonaws.com/${image}`,
      Mode: 'SingleModel',
      ModelDataUrl: `${bucket}/${name}/model.tar.gz`,
      Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
    },
    ExecutionRoleArn: executionRole,
    EnableNetworkIsolation: false,
  },
});

export const models: readonly Defined[] = [
  model('fraud-model-v3', 'fraud:3.2.0'),
  model('recsys-model-v12', 'recsys:12.0.1'),
  model('churn-model-a', 'churn:a'),
  model('churn-model-b', 'churn:b'),
  model('llm-chat-7b', 'llm:0.9.4'),
  model('llm-embed-large', 'llm:0.9.4'),
];

const variant = (VariantName: string, ModelName: string, InitialInstanceCount: number, weight = 1): Members => ({
  VariantName,
  ModelName,
  InitialInstanceCount,
  InstanceType: 'ml.m5.xlarge',
  InitialVariantWeight: weight,
});

const config = (name: string, ...ProductionVariants: readonly Members[]): Defined => ({
  name,
  definition: { EndpointConfigName: name, ProductionVariants },
});

export const endpointConfigs: readonly Defined[] = [
  {
    name: 'fraud-scorer-v3',
    definition: {
      EndpointConfigName: 'fraud-scorer-v3',
      ProductionVariants: [variant('AllTraffic', 'fraud-model-v3', 2)],
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 10,
        DestinationS3Uri: `${bucket}/capture/fraud-scorer`,
        CaptureOptions: [{ CaptureMode: 'Input' }],
      },
    },
  },
  {
    name: 'llm-gateway-v1',
    definition: {
      EndpointConfigName: 'llm-gateway-v1',
      // Models come as inference components; the variant is only the fleet.
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          InstanceType: 'ml.g5.12xlarge',
          InitialInstanceCount: 1,
          RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
        },
      ],
      ExecutionRoleArn: executionRole,
    },
  },
  config('recsys-ranker-v12', variant('AllTraffic', 'recsys-model-v12', 2)),
  config('churn-canary-v1', variant('stable', 'churn-model-a', 2, 0.9), variant('canary', 'churn-model-b', 1, 0.1)),
];

export interface EndpointDefinition {
  readonly name: string;
  readonly config: string;
  readonly tags: { readonly [key: string]: string };
  readonly components?: readonly { readonly name: string; readonly model: string; readonly copies: number }[];
  readonly scaling?: {
    readonly variant: string;
    readonly min: number;
    readonly max: number;
    readonly policy: string;
    readonly configuration: Members;
  };
  /** A benign controller keeps changing weights, instance counts and a tag. */
  readonly volatile?: true;
}

export const endpoints: readonly EndpointDefinition[] = [
  { name: 'fraud-scorer', config: 'fraud-scorer-v3', tags: { team: 'payments', tier: 'critical' } },
  {
    name: 'llm-gateway',
    config: 'llm-gateway-v1',
    tags: { team: 'assistants' },
    components: [
      { name: 'llm-chat', model: 'llm-chat-7b', copies: 2 },
      { name: 'llm-embed', model: 'llm-embed-large', copies: 1 },
    ],
  },
  {
    name: 'recsys-ranker',
    config: 'recsys-ranker-v12',
    tags: { team: 'recommendations' },
    scaling: {
      variant: 'AllTraffic',
      min: 2,
      max: 8,
      policy: 'recsys-invocations',
      configuration: {
        TargetValue: 70,
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        ScaleInCooldown: 300,
        ScaleOutCooldown: 60,
      },
    },
  },
  {
    name: 'churn-canary',
    config: 'churn-canary-v1',
    tags: { team: 'retention', 'canary-controller:revision': '0' },
    volatile: true,
  },
];

export interface BucketDefinition {
  readonly name: string;
  readonly tags?: { readonly [key: string]: string };
  /** Keys with their sizes in bytes and their age in days. */
  readonly objects: readonly (readonly [key: string, size: number, ageDays: number])[];
}

export const buckets: readonly BucketDefinition[] = [
  {
    name: `ml-prod-models-${accountId}`,
    tags: { team: 'ml-platform' },
    objects: models.map(({ name }, index) => [`${name}/model.tar.gz`, 1_310_720 + index * 196_608, 190 - index * 3]),
  },
  {
    name: `ml-prod-data-${accountId}`,
    tags: { team: 'data-science', classification: 'confidential' },
    objects: [
      ['churn/train/2026-10.csv', 412_160, 24],
      ['fraud/README.md', 1_536, 160],
      ['fraud/labels/chargebacks.csv', 96_256, 3],
      ['fraud/train/2026-09.csv', 702_464, 54],
      ['fraud/train/2026-10.csv', 731_136, 23],
      ['fraud/train/2026-11.csv', 558_080, 1],
      ['fraud/validation/holdout.csv', 204_800, 23],
      ['recsys/interactions/2026-11.jsonl', 983_040, 1],
    ],
  },
  { name: trail.bucket, tags: { team: 'security' }, objects: [] },
];

const base64 = (...lines: readonly string[]): string => Buffer.from(`${lines.join('\n')}\n`).toString('base64');

export const lifecycleConfigs: readonly { readonly name: string; readonly onStart: string }[] = [
  {
    name: 'bootstrap',
    onStart: base64('#!/bin/bash', 'set -e', 'pip install --quiet -r /home/ec2-user/SageMaker/requirements.txt'),
  },
];

export const notebooks: readonly {
  readonly name: string;
  readonly status: 'InService' | 'Stopped';
  readonly instanceType: string;
  readonly role: string;
  readonly lifecycleConfig?: string;
}[] = [
  {
    name: 'fraud-lab',
    status: 'InService',
    instanceType: 'ml.t3.medium',
    role: executionRole,
    lifecycleConfig: 'bootstrap',
  },
  { name: 'feature-sandbox', status: 'Stopped', instanceType: 'ml.t3.large', role: executionRole },
];
