/** The SDK packages, as types only: nothing is loaded until the first call of that service. The keys are IAM's service prefixes. */
export interface Services {
  readonly 'application-autoscaling': typeof import('@aws-sdk/client-application-auto-scaling');
  readonly cloudtrail: typeof import('@aws-sdk/client-cloudtrail');
  readonly cloudwatch: typeof import('@aws-sdk/client-cloudwatch');
  readonly events: typeof import('@aws-sdk/client-eventbridge');
  readonly iam: typeof import('@aws-sdk/client-iam');
  readonly logs: typeof import('@aws-sdk/client-cloudwatch-logs');
  readonly s3: typeof import('@aws-sdk/client-s3');
  readonly sagemaker: typeof import('@aws-sdk/client-sagemaker');
  readonly scheduler: typeof import('@aws-sdk/client-scheduler');
  readonly sts: typeof import('@aws-sdk/client-sts');
}
/** IAM's prefix of a service that we call. */
export type ServiceName = keyof Services;
/** Every `service:Operation` the installed SDK clients know. */
type Known = {
  [S in ServiceName]: {
    [K in keyof Services[S]]: K extends `${infer Op}Command` ? `${S}:${Op}` : never;
  }[keyof Services[S]];
}[ServiceName];

/** Every AWS operation this program may send, and whether it changes anything. Nothing else can be called. */
export const operations = {
  'application-autoscaling:DescribeScalableTargets': 'read',
  'application-autoscaling:DescribeScalingPolicies': 'read',
  'application-autoscaling:DescribeScheduledActions': 'read',
  'application-autoscaling:PutScalingPolicy': 'write',
  'application-autoscaling:PutScheduledAction': 'write',
  'application-autoscaling:RegisterScalableTarget': 'write',
  'cloudtrail:DescribeTrails': 'read',
  'cloudtrail:GetEventSelectors': 'read',
  'cloudtrail:GetTrailStatus': 'read',
  'cloudtrail:LookupEvents': 'read',
  'cloudtrail:StartLogging': 'write',
  'cloudtrail:StopLogging': 'write',
  'cloudwatch:GetMetricData': 'read',
  'events:DescribeRule': 'read',
  'events:DisableRule': 'write',
  'events:EnableRule': 'write',
  'events:ListRules': 'read',
  'events:ListTargetsByRule': 'read',
  'iam:AttachRolePolicy': 'write',
  'iam:AttachUserPolicy': 'write',
  'iam:DeleteLoginProfile': 'write',
  'iam:DeleteRolePermissionsBoundary': 'write',
  'iam:DeleteRolePolicy': 'write',
  'iam:DeleteUserPermissionsBoundary': 'write',
  'iam:DeleteUserPolicy': 'write',
  'iam:DetachRolePolicy': 'write',
  'iam:DetachUserPolicy': 'write',
  'iam:GetAccessKeyLastUsed': 'read',
  'iam:GetGroupPolicy': 'read',
  'iam:GetLoginProfile': 'read',
  'iam:GetPolicy': 'read',
  'iam:GetPolicyVersion': 'read',
  'iam:GetRole': 'read',
  'iam:GetRolePolicy': 'read',
  'iam:GetUser': 'read',
  'iam:GetUserPolicy': 'read',
  'iam:ListAccessKeys': 'read',
  'iam:ListAccountAliases': 'read',
  'iam:ListAttachedGroupPolicies': 'read',
  'iam:ListAttachedRolePolicies': 'read',
  'iam:ListAttachedUserPolicies': 'read',
  'iam:ListGroupPolicies': 'read',
  'iam:ListGroupsForUser': 'read',
  'iam:ListPolicies': 'read',
  'iam:ListRolePolicies': 'read',
  'iam:ListRoles': 'read',
  'iam:ListUserPolicies': 'read',
  'iam:PutRolePermissionsBoundary': 'write',
  'iam:PutRolePolicy': 'write',
  'iam:PutUserPermissionsBoundary': 'write',
  'iam:PutUserPolicy': 'write',
  'iam:SimulatePrincipalPolicy': 'read',
  'iam:UpdateAccessKey': 'write',
  'iam:UpdateAssumeRolePolicy': 'write',
  'logs:DeleteRetentionPolicy': 'write',
  'logs:DescribeLogGroups': 'read',
  'logs:DescribeLogStreams': 'read',
  'logs:FilterLogEvents': 'read',
  'logs:PutRetentionPolicy': 'write',
  'logs:StartLiveTail': 'stream',
  's3:DeleteBucketPolicy': 'write',
  's3:GetBucketLocation': 'read',
  's3:GetBucketPolicy': 'read',
  's3:ListBuckets': 'read',
  's3:PutBucketPolicy': 'write',
  'sagemaker:CreateApp': 'write',
  'sagemaker:CreateEndpoint': 'write',
  'sagemaker:CreateInferenceComponent': 'write',
  'sagemaker:DeleteApp': 'write',
  'sagemaker:DeleteEndpoint': 'write',
  'sagemaker:DeleteInferenceComponent': 'write',
  'sagemaker:DeleteModelPackageGroupPolicy': 'write',
  'sagemaker:DescribeApp': 'read',
  'sagemaker:DescribeAutoMLJobV2': 'read',
  'sagemaker:DescribeCluster': 'read',
  'sagemaker:DescribeCompilationJob': 'read',
  'sagemaker:DescribeDomain': 'read',
  'sagemaker:DescribeEndpoint': 'read',
  'sagemaker:DescribeEndpointConfig': 'read',
  'sagemaker:DescribeHyperParameterTuningJob': 'read',
  'sagemaker:DescribeInferenceComponent': 'read',
  'sagemaker:DescribeLabelingJob': 'read',
  'sagemaker:DescribeMlflowApp': 'read',
  'sagemaker:DescribeMlflowTrackingServer': 'read',
  'sagemaker:DescribeModel': 'read',
  'sagemaker:DescribeModelPackage': 'read',
  'sagemaker:DescribeModelPackageGroup': 'read',
  'sagemaker:DescribeMonitoringSchedule': 'read',
  'sagemaker:DescribeNotebookInstance': 'read',
  'sagemaker:DescribeNotebookInstanceLifecycleConfig': 'read',
  'sagemaker:DescribeOptimizationJob': 'read',
  'sagemaker:DescribePartnerApp': 'read',
  'sagemaker:DescribePipeline': 'read',
  'sagemaker:DescribePipelineExecution': 'read',
  'sagemaker:DescribeProcessingJob': 'read',
  'sagemaker:DescribeSpace': 'read',
  'sagemaker:DescribeStudioLifecycleConfig': 'read',
  'sagemaker:DescribeTrainingJob': 'read',
  'sagemaker:DescribeTransformJob': 'read',
  'sagemaker:DescribeUserProfile': 'read',
  'sagemaker:GetModelPackageGroupPolicy': 'read',
  'sagemaker:ListApps': 'read',
  'sagemaker:ListAutoMLJobs': 'read',
  'sagemaker:ListClusters': 'read',
  'sagemaker:ListCompilationJobs': 'read',
  'sagemaker:ListDomains': 'read',
  'sagemaker:ListEndpointConfigs': 'read',
  'sagemaker:ListEndpoints': 'read',
  'sagemaker:ListHyperParameterTuningJobs': 'read',
  'sagemaker:ListInferenceComponents': 'read',
  'sagemaker:ListLabelingJobs': 'read',
  'sagemaker:ListMlflowApps': 'read',
  'sagemaker:ListMlflowTrackingServers': 'read',
  'sagemaker:ListModels': 'read',
  'sagemaker:ListMonitoringSchedules': 'read',
  'sagemaker:ListNotebookInstanceLifecycleConfigs': 'read',
  'sagemaker:ListNotebookInstances': 'read',
  'sagemaker:ListOptimizationJobs': 'read',
  'sagemaker:ListPartnerApps': 'read',
  'sagemaker:ListPipelineExecutionSteps': 'read',
  'sagemaker:ListPipelineExecutions': 'read',
  'sagemaker:ListPipelines': 'read',
  'sagemaker:ListProcessingJobs': 'read',
  'sagemaker:ListSpaces': 'read',
  'sagemaker:ListStudioLifecycleConfigs': 'read',
  'sagemaker:ListTags': 'read',
  'sagemaker:ListTrainingJobs': 'read',
  'sagemaker:ListTransformJobs': 'read',
  'sagemaker:ListUserProfiles': 'read',
  'sagemaker:PutModelPackageGroupPolicy': 'write',
  'sagemaker:StartMlflowTrackingServer': 'write',
  'sagemaker:StartMonitoringSchedule': 'write',
  'sagemaker:StartNotebookInstance': 'write',
  'sagemaker:StopAutoMLJob': 'write',
  'sagemaker:StopHyperParameterTuningJob': 'write',
  'sagemaker:StopMlflowTrackingServer': 'write',
  'sagemaker:StopMonitoringSchedule': 'write',
  'sagemaker:StopNotebookInstance': 'write',
  'sagemaker:StopPipelineExecution': 'write',
  'sagemaker:StopProcessingJob': 'write',
  'sagemaker:StopTrainingJob': 'write',
  'sagemaker:StopTransformJob': 'write',
  'sagemaker:UpdateDomain': 'write',
  'sagemaker:UpdateEndpoint': 'write',
  'sagemaker:UpdateEndpointWeightsAndCapacities': 'write',
  'sagemaker:UpdateInferenceComponentRuntimeConfig': 'write',
  'sagemaker:UpdateModelPackage': 'write',
  'sagemaker:UpdateNotebookInstance': 'write',
  'sagemaker:UpdateNotebookInstanceLifecycleConfig': 'write',
  'sagemaker:UpdateSpace': 'write',
  'sagemaker:UpdateUserProfile': 'write',
  'scheduler:GetSchedule': 'read',
  'scheduler:ListSchedules': 'read',
  'scheduler:UpdateSchedule': 'write',
  'sts:GetAccessKeyInfo': 'read',
  'sts:GetCallerIdentity': 'read',
} as const satisfies { readonly [Name in Known]?: 'read' | 'write' | 'stream' };

/** `service:Operation`, one of the list. */
export type OperationName = keyof typeof operations;
type Of<Access> = { [N in OperationName]: (typeof operations)[N] extends Access ? N : never }[OperationName];
/** Operations that cannot change anything. */
export type ReadName = Of<'read'>;
/** Operations whose answer is a stream; they cannot change anything. */
export type StreamName = Of<'stream'>;
/** Operations that change the account: a permit is needed. */
export type WriteName = Of<'write'>;

type Command<Name extends OperationName> = Name extends `${infer S extends ServiceName}:${infer Op}`
  ? `${Op}Command` extends keyof Services[S]
    ? Services[S][`${Op}Command`]
    : never
  : never;
type Instance<Name extends OperationName> =
  Command<Name> extends abstract new (...args: never[]) => infer I ? I : never;
/** The operation's input as the SDK types it. */
export type InputOf<Name extends OperationName> =
  Instance<Name> extends { readonly input: infer Input } ? Input : never;
/** The operation's answer as the SDK types it. */
export type OutputOf<Name extends OperationName> =
  Instance<Name> extends {
    resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }>;
  }
    ? Output
    : never;
/** One item of the operation's stream. */
export type ItemOf<Name extends StreamName> = Name extends 'logs:StartLiveTail'
  ? import('@aws-sdk/client-cloudwatch-logs').StartLiveTailResponseStream
  : never;
