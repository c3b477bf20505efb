import { type Account, sagemakerArn } from './account/account.ts';
import { familyOf } from './account/jobs.ts';
import type { StepRun } from './account/pipelines.ts';
import { studioArn } from './account/studio.ts';
import { addThing, makeThing, type Thing, type ThingKind } from './account/things.ts';
import { accountId, executionRole } from './estate-definition.ts';
import type { Members } from './operation.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const data = `s3://ml-prod-data-${accountId}`;
const models = `s3://ml-prod-models-${accountId}`;
const image = (name: string): string => `${accountId}.dkr.ecr.us-east-1.amazonaws.com/${name}`;
/** AWS's own images. */
const framework = (name: string): string => `763104351884.dkr.ecr.us-east-1.amazonaws.com/${name}`;

/** The account's Studio domain. */
export const domain = 'd-7kq2mzx4wv1p';

interface Definition {
  readonly kind: ThingKind;
  readonly name: string;
  /** Where the name alone does not say which it is. */
  readonly id?: string;
  readonly arn?: string;
  readonly status: string;
  /** Before the start, ms. */
  readonly ageMs: number;
  readonly changedMs?: number;
  readonly endedMs?: number;
  readonly members: Members;
  readonly tags?: { readonly [key: string]: string };
}

const trainingJob = (
  name: string,
  prefix: string,
  instance: { readonly type: string; readonly count: number },
  times: Pick<Definition, 'ageMs' | 'endedMs'> & { readonly parent?: string },
  extra: Members = {},
): Definition => ({
  kind: 'training-job',
  name,
  status: times.endedMs === undefined ? 'InProgress' : 'Completed',
  ...times,
  members: {
    AlgorithmSpecification: { TrainingImage: framework('pytorch-training:2.8.0-gpu-py312'), TrainingInputMode: 'File' },
    RoleArn: executionRole,
    InputDataConfig: [
      {
        ChannelName: 'train',
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: `${data}/${prefix}/train/`,
            S3DataDistributionType: 'FullyReplicated',
          },
        },
        CompressionType: 'None',
      },
    ],
    OutputDataConfig: { KmsKeyId: '', S3OutputPath: `${models}/training` },
    ResourceConfig: { InstanceType: instance.type, InstanceCount: instance.count, VolumeSizeInGB: 100 },
    StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    HyperParameters: { epochs: '40', batch_size: '256' },
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ModelArtifacts: { S3ModelArtifacts: `${models}/training/${name}/output/model.tar.gz` },
    SecondaryStatus: times.endedMs === undefined ? 'Training' : 'Completed',
    ...extra,
  },
  tags: { team: 'data-science' },
});

const profile = (name: string, uid: number, extra: Members = {}): Definition => ({
  kind: 'user-profile',
  id: `${domain}/${name}`,
  name,
  status: 'InService',
  ageMs: 150 * dayMs,
  members: { HomeEfsFileSystemUid: String(uid), UserSettings: { ...extra } },
});

const space = (
  name: string,
  owner: string,
  appType: string,
  sharing: 'Private' | 'Shared' = 'Private',
): Definition => ({
  kind: 'space',
  id: `${domain}/${name}`,
  name,
  status: 'InService',
  ageMs: 90 * dayMs,
  members: {
    OwnershipSettings: { OwnerUserProfileName: owner },
    SpaceSharingSettings: { SharingType: sharing },
    SpaceSettings: {
      AppType: appType,
      RemoteAccess: 'DISABLED',
      SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 20 } },
    },
    SpaceDisplayName: name,
  },
});

const app = (
  owner: { readonly space?: string; readonly profile?: string },
  type: string,
  instance: string,
  ageMs: number,
): Definition => ({
  kind: 'app',
  id: `${domain}/${owner.space === undefined ? owner.profile : `space:${owner.space}`}/${type}/default`,
  name: 'default',
  status: 'InService',
  ageMs,
  changedMs: 2 * minuteMs,
  members: {
    AppType: type,
    ...(owner.space === undefined ? { UserProfileName: owner.profile } : { SpaceName: owner.space }),
    ResourceSpec: {
      InstanceType: instance,
      SageMakerImageArn: 'arn:aws:sagemaker:us-east-1:081325390199:image/sagemaker-distribution-cpu',
      ...(type === 'JupyterLab'
        ? { LifecycleConfigArn: `arn:aws:sagemaker:us-east-1:${accountId}:studio-lifecycle-config/studio-idle-stop` }
        : {}),
    },
  },
});

const packaged = (version: number, approval: string, ageMs: number): Definition => ({
  kind: 'model-package',
  name: `fraud-models/${version}`,
  status: 'Completed',
  ageMs,
  members: {
    ModelPackageGroupName: 'fraud-models',
    ModelPackageVersion: version,
    ModelApprovalStatus: approval,
    ModelPackageDescription: `Fraud model ${version}`,
    InferenceSpecification: {
      Containers: [
        { Image: image(`fraud:${version}.2.0`), ModelDataUrl: `${models}/fraud-model-v${version}/model.tar.gz` },
      ],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    },
    CreatedBy: {},
  },
});

const pipelineArn = `arn:aws:sagemaker:us-east-1:${accountId}:pipeline/fraud-retrain-nightly`;
const lastNightMs = 17 * hourMs;
/** Of the execution a night ago and the one before. */
const executions = ['k3v8q1x0n5ab', 'p9c2w7d4m6ef'] as const;

const definition = {
  Version: '2020-12-01',
  Parameters: [],
  Steps: [
    {
      Name: 'PrepareData',
      Type: 'Processing',
      Arguments: {
        ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
        AppSpecification: { ImageUri: framework('sagemaker-scikit-learn:1.4-2-cpu-py310') },
        ProcessingInputs: [
          { InputName: 'raw', S3Input: { S3Uri: `${data}/fraud/train/`, LocalPath: '/opt/ml/processing/input' } },
        ],
        RoleArn: executionRole,
      },
    },
    {
      Name: 'TrainFraud',
      Type: 'Training',
      Arguments: {
        AlgorithmSpecification: { TrainingImage: framework('xgboost:1.7-1'), TrainingInputMode: 'File' },
        OutputDataConfig: { S3OutputPath: `${models}/nightly` },
        ResourceConfig: { InstanceType: 'ml.m5.4xlarge', InstanceCount: 1, VolumeSizeInGB: 50 },
        StoppingCondition: { MaxRuntimeInSeconds: 7200 },
        RoleArn: executionRole,
      },
    },
    { Name: 'RegisterFraud', Type: 'RegisterModel', Arguments: { ModelPackageGroupName: 'fraud-models' } },
  ],
};

const nightly = (execution: string, nights: number): readonly Definition[] => {
  const begun = lastNightMs + (nights - 1) * dayMs;
  const job = `pipelines-${execution}-TrainFraud-${execution.slice(0, 10)}`;
  return [
    {
      kind: 'pipeline-execution',
      id: `${pipelineArn}/execution/${execution}`,
      arn: `${pipelineArn}/execution/${execution}`,
      name: execution,
      status: 'Succeeded',
      ageMs: begun,
      changedMs: begun - 35 * minuteMs,
      endedMs: begun - 35 * minuteMs,
      members: {
        PipelineExecutionDisplayName: `nightly-${execution.slice(0, 4)}`,
        CreatedBy: {},
        previous: 'Succeeded',
        steps: [],
      },
    },
    trainingJob(
      job,
      'fraud',
      { type: 'ml.m5.4xlarge', count: 1 },
      { ageMs: begun - 8 * minuteMs, endedMs: begun - 34 * minuteMs },
    ),
  ];
};

/** EventBridge rules of the account's default bus. */
const rules: readonly Definition[] = [
  {
    kind: 'rule',
    name: 'sagemaker-to-logs',
    arn: `arn:aws:events:us-east-1:${accountId}:rule/sagemaker-to-logs`,
    status: 'ENABLED',
    ageMs: 100 * dayMs,
    members: {
      Description: 'State changes of SageMaker, for whoever watches',
      EventPattern: '{"source":["aws.sagemaker"]}',
      Targets: [{ Id: 'logs', Arn: `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/events/sagemaker` }],
    },
  },
  {
    kind: 'rule',
    name: 'fraud-deploy-on-approval',
    arn: `arn:aws:events:us-east-1:${accountId}:rule/fraud-deploy-on-approval`,
    status: 'ENABLED',
    ageMs: 90 * dayMs,
    members: {
      Description: 'Deploys a fraud model when its package is approved',
      EventPattern:
        '{"source":["aws.sagemaker"],"detail-type":["SageMaker Model Package State Change"],"detail":{"ModelPackageGroupName":["fraud-models"],"ModelApprovalStatus":["Approved"]}}',
      Targets: [{ Id: 'deploy', Arn: `arn:aws:lambda:us-east-1:${accountId}:function:deploy-model` }],
    },
  },
];

/** What begins the pipeline every night. */
const schedules: readonly Definition[] = [
  {
    kind: 'schedule',
    id: 'default/fraud-retrain-nightly',
    name: 'fraud-retrain-nightly',
    arn: `arn:aws:scheduler:us-east-1:${accountId}:schedule/default/fraud-retrain-nightly`,
    status: 'ENABLED',
    ageMs: 110 * dayMs,
    members: {
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      Description: 'Trains the fraud model on what came in since yesterday',
      Target: { Arn: pipelineArn, RoleArn: `arn:aws:iam::${accountId}:role/service-role/nightly-scheduler` },
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'NONE',
    },
  },
];

/** What runs, and what there is to run, when nobody attacks. */
const things: readonly Definition[] = [
  ...rules,
  ...schedules,
  {
    kind: 'domain',
    id: domain,
    name: 'ds-studio',
    status: 'InService',
    ageMs: 200 * dayMs,
    members: {
      AuthMode: 'IAM',
      HomeEfsFileSystemId: 'fs-0a7c41d29e6b3f508',
      AppNetworkAccessType: 'PublicInternetOnly',
      VpcId: 'vpc-0d3a51c7e9b84f216',
      SubnetIds: ['subnet-0c5e8b1f7a2d49631', 'subnet-0f92b6d4c83e1a750'],
      SecurityGroupIdForDomainBoundary: 'sg-0b18f4e6d7c29a350',
      DomainSettings: { ExecutionRoleIdentityConfig: 'DISABLED' },
      DefaultUserSettings: { ExecutionRole: executionRole, StudioWebPortal: 'ENABLED' },
      DefaultSpaceSettings: { ExecutionRole: executionRole },
    },
    tags: { team: 'data-science' },
  },
  profile('alice', 200_005, { ExecutionRole: executionRole }),
  profile('bob', 200_010),
  profile('carol', 200_015, { ExecutionRole: executionRole }),
  space('alice-lab', 'alice', 'JupyterLab'),
  space('bob-code', 'bob', 'CodeEditor'),
  space('team-notebook', 'carol', 'JupyterLab', 'Shared'),
  app({ space: 'alice-lab' }, 'JupyterLab', 'ml.t3.large', 6 * hourMs),
  app({ space: 'bob-code' }, 'CodeEditor', 'ml.t3.medium', 4 * hourMs),
  app({ profile: 'carol' }, 'Canvas', 'system', 3 * hourMs),
  {
    kind: 'studio-lifecycle-config',
    name: 'studio-idle-stop',
    status: 'InService',
    ageMs: 140 * dayMs,
    members: {
      StudioLifecycleConfigAppType: 'JupyterLab',
      StudioLifecycleConfigContent: Buffer.from(
        '#!/bin/bash\nset -eux\n/opt/conda/bin/python /opt/idle/check.py --after 7200 &\n',
      ).toString('base64'),
    },
  },
  trainingJob('churn-train-20261123', 'churn', { type: 'ml.g5.2xlarge', count: 1 }, { ageMs: 130 * minuteMs }),
  trainingJob('fraud-train-20261123', 'fraud', { type: 'ml.g5.xlarge', count: 1 }, { ageMs: 45 * minuteMs }),
  trainingJob(
    'recsys-train-20261122',
    'recsys',
    { type: 'ml.p3.2xlarge', count: 2 },
    { ageMs: 30 * hourMs, endedMs: 26 * hourMs },
  ),
  {
    kind: 'processing-job',
    name: 'recsys-features-20261123',
    status: 'InProgress',
    ageMs: 25 * minuteMs,
    members: {
      ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 60 } },
      AppSpecification: { ImageUri: framework('sagemaker-spark-processing:3.5-cpu-py39-v1') },
      ProcessingInputs: [
        {
          InputName: 'raw',
          AppManaged: false,
          S3Input: {
            S3Uri: `${data}/recsys/interactions/`,
            LocalPath: '/opt/ml/processing/input',
            S3DataType: 'S3Prefix',
            S3InputMode: 'File',
          },
        },
      ],
      ProcessingOutputConfig: {
        Outputs: [
          {
            OutputName: 'features',
            AppManaged: false,
            S3Output: {
              S3Uri: `${data}/recsys/features/`,
              LocalPath: '/opt/ml/processing/output',
              S3UploadMode: 'EndOfJob',
            },
          },
        ],
      },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
      RoleArn: executionRole,
    },
    tags: { team: 'recommendations' },
  },
  {
    kind: 'pipeline',
    name: 'fraud-retrain-nightly',
    status: 'Active',
    ageMs: 110 * dayMs,
    changedMs: 20 * dayMs,
    members: {
      PipelineDisplayName: 'fraud-retrain-nightly',
      PipelineDescription: 'Every night at 03:00; started by a schedule',
      PipelineDefinition: JSON.stringify(definition),
      RoleArn: executionRole,
      CreatedBy: {},
      LastModifiedBy: {},
    },
    tags: { team: 'payments' },
  },
  ...nightly(executions[1], 2),
  ...nightly(executions[0], 1),
  {
    kind: 'monitoring-schedule',
    name: 'recsys-data-quality',
    status: 'Scheduled',
    ageMs: 100 * dayMs,
    changedMs: 40 * minuteMs,
    members: {
      EndpointName: 'recsys-ranker',
      MonitoringScheduleConfig: {
        ScheduleConfig: { ScheduleExpression: 'cron(0 * ? * * *)' },
        MonitoringJobDefinitionName: 'recsys-data-quality-def',
        MonitoringType: 'DataQuality',
      },
    },
  },
  {
    kind: 'mlflow-tracking-server',
    name: 'ds-mlflow',
    status: 'Created',
    ageMs: 120 * dayMs,
    members: {
      ArtifactStoreUri: `${models}/mlflow`,
      TrackingServerSize: 'Small',
      MlflowVersion: '3.0',
      RoleArn: executionRole,
      AutomaticModelRegistration: false,
      WeeklyMaintenanceWindowStart: 'Sun:04:00',
    },
  },
  {
    kind: 'model-package-group',
    name: 'fraud-models',
    status: 'Completed',
    ageMs: 180 * dayMs,
    members: {
      ModelPackageGroupDescription: 'Everything that may decide on payments',
      CreatedBy: {},
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'StagingReads',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::444455556666:root' },
            Action: ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages'],
            Resource: `arn:aws:sagemaker:us-east-1:${accountId}:model-package/fraud-models/*`,
          },
        ],
      }),
    },
  },
  packaged(2, 'Approved', 120 * dayMs),
  packaged(3, 'Approved', 60 * dayMs),
  packaged(4, 'PendingManualApproval', lastNightMs - 36 * minuteMs),
  {
    kind: 'partner-app',
    id: 'app-4QJ7XN2M8KTZ',
    name: 'experiment-tracker',
    status: 'Available',
    ageMs: 75 * dayMs,
    members: { Type: 'comet', ExecutionRoleArn: executionRole, Tier: 'small', AuthType: 'IAM' },
  },
  {
    kind: 'mlflow-app',
    id: 'app-9HW3CF5RV6PD',
    name: 'ds-experiments',
    status: 'Created',
    ageMs: 20 * dayMs,
    members: { ArtifactStoreUri: `${models}/mlflow-app`, MlflowVersion: '3.4', RoleArn: executionRole },
  },
];

function arnOf(account: Account, { arn, id, kind, name }: Definition): string {
  const region = account.region(account.homeRegion);
  if (arn !== undefined) return arn;
  if (kind === 'partner-app' || kind === 'mlflow-app')
    return `arn:aws:sagemaker:${region.name}:${account.id}:${kind}/${id}`;
  return id === undefined ? sagemakerArn(region, kind, name) : studioArn(region, kind, id);
}

/** Puts them into the home Region. */
export function addThings(account: Account, startedAt: number): void {
  const region = account.region(account.homeRegion);
  for (const entry of things) {
    const createdAt = startedAt - entry.ageMs;
    const thing: Thing = makeThing({
      kind: entry.kind,
      id: entry.id ?? entry.name,
      name: entry.name,
      arn: arnOf(account, entry),
      status: entry.status,
      members: { ...entry.members },
      tags: new Map(Object.entries(entry.tags ?? {})),
      createdAt,
      parent: parentOf(entry),
    });
    thing.modifiedAt = startedAt - (entry.changedMs ?? entry.endedMs ?? Math.max(0, entry.ageMs - 3 * minuteMs));
    if (entry.kind.endsWith('-job')) thing.startedAt = createdAt + familyOf(entry.kind).startMs;
    if (entry.endedMs !== undefined) thing.endedAt = startedAt - entry.endedMs;
    if (entry.kind === 'pipeline-execution') thing.members.steps = pastSteps(thing);
    addThing(region, thing);
  }
}

/** What a night's execution did. */
function pastSteps(execution: Thing): readonly StepRun[] {
  const at = (minutes: number) => execution.createdAt + minutes * minuteMs;
  const job = `arn:aws:sagemaker:us-east-1:${accountId}:training-job/pipelines-${execution.name}-trainfraud-${execution.name.slice(0, 10)}`;
  const step = (name: string, type: string, from: number, to: number, made?: StepRun['made']): StepRun => ({
    name,
    type,
    status: 'Succeeded',
    startedAt: at(from),
    endedAt: at(to),
    made,
  });
  return [
    step('PrepareData', 'Processing', 0, 8),
    step('TrainFraud', 'Training', 8, 34, { member: 'TrainingJob', arn: job }),
    step('RegisterFraud', 'RegisterModel', 34, 35),
  ];
}

function parentOf({ kind, name }: Definition): string | undefined {
  if (kind === 'pipeline-execution') return pipelineArn;
  if (kind === 'model-package') return `arn:aws:sagemaker:us-east-1:${accountId}:model-package-group/fraud-models`;
  const execution = executions.find((entry) => name.startsWith(`pipelines-${entry}-`));
  return execution && `${pipelineArn}/execution/${execution}`;
}
