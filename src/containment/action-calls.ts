import type { ContainmentAction } from './action.ts';

const inline = (noun: 'Role' | 'User') => [`iam:Put${noun}Policy`, `iam:Delete${noun}Policy`];
/** An inline policy, and the two ways around a full quota. */
const fullDeny = (noun: 'Role' | 'User') => [
  ...inline(noun),
  `iam:Attach${noun}Policy`,
  `iam:Detach${noun}Policy`,
  `iam:Put${noun}PermissionsBoundary`,
  `iam:Delete${noun}PermissionsBoundary`,
];
const notebook = [
  'sagemaker:StartNotebookInstance',
  'sagemaker:StopNotebookInstance',
  'sagemaker:UpdateNotebookInstance',
];

const apps = ['sagemaker:CreateApp', 'sagemaker:DeleteApp', 'sagemaker:AddTags'];
const stops = (name: string): readonly string[] => [`sagemaker:Stop${name}`];

/**
 * The IAM actions that the plans of an action can need to be sent and undone, whatever their target. The range contract holds every plan
 * against it. https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
const calls: { readonly [action: string]: readonly string[] } = {
  'application-autoscaling.scalable-target.suspend': ['application-autoscaling:RegisterScalableTarget'],
  'cloudtrail.trail.start-logging': ['cloudtrail:StartLogging', 'cloudtrail:StopLogging'],
  'iam.access-key.deactivate': ['iam:UpdateAccessKey'],
  'iam.role.deny-all': fullDeny('Role'),
  'iam.role.deny-sagemaker-entry': inline('Role'),
  'iam.role.detach-policies': ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
  'iam.role.freeze-trust': ['iam:UpdateAssumeRolePolicy'],
  'iam.role.quarantine': fullDeny('Role'),
  'iam.role.revoke-sessions': inline('Role'),
  'iam.role.set-boundary': ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
  'iam.user.deny-all': fullDeny('User'),
  'iam.user.deny-sagemaker-entry': inline('User'),
  'iam.user.disable-console-login': [...fullDeny('User'), 'iam:DeleteLoginProfile'],
  'logs.log-group.keep': ['logs:DeleteRetentionPolicy', 'logs:PutRetentionPolicy'],
  's3.bucket.deny-principal': ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy'],
  'events.rule.disable': ['events:DisableRule', 'events:EnableRule'],
  'sagemaker.app.delete': apps,
  'sagemaker.automl-job.stop': stops('AutoMLJob'),
  'sagemaker.hyper-parameter-tuning-job.stop': stops('HyperParameterTuningJob'),
  'sagemaker.mlflow-tracking-server.stop': [
    'sagemaker:StartMlflowTrackingServer',
    'sagemaker:StopMlflowTrackingServer',
  ],
  'sagemaker.model-package-group.remove-outside-access': [
    'sagemaker:DeleteModelPackageGroupPolicy',
    'sagemaker:PutModelPackageGroupPolicy',
  ],
  'sagemaker.model-package.reject': ['sagemaker:UpdateModelPackage'],
  'sagemaker.monitoring-schedule.stop': ['sagemaker:StartMonitoringSchedule', 'sagemaker:StopMonitoringSchedule'],
  'sagemaker.pipeline-execution.stop': stops('PipelineExecution'),
  'sagemaker.presigned-entry.close': [
    ...inline('Role'),
    ...inline('User'),
    ...notebook,
    ...apps,
    'sagemaker:StartMlflowTrackingServer',
    'sagemaker:StopMlflowTrackingServer',
    'sagemaker:UpdateSpace',
  ],
  'sagemaker.processing-job.stop': stops('ProcessingJob'),
  'sagemaker.space.disable-remote-access': [...apps, 'sagemaker:UpdateSpace'],
  'sagemaker.studio.detach-lifecycle-config': [
    ...apps,
    'sagemaker:UpdateDomain',
    'sagemaker:UpdateSpace',
    'sagemaker:UpdateUserProfile',
  ],
  'sagemaker.training-job.stop': stops('TrainingJob'),
  'sagemaker.transform-job.stop': stops('TransformJob'),
  'sagemaker.user-profile.close-apps': [...apps, ...inline('Role')],
  'sagemaker.user-profile.swap-role': [...apps, 'iam:PassRole', 'sagemaker:UpdateUserProfile'],
  'scheduler.schedule.disable': ['iam:PassRole', 'scheduler:UpdateSchedule'],
  'sagemaker.endpoint.delete': [
    'application-autoscaling:DeregisterScalableTarget',
    'application-autoscaling:PutScalingPolicy',
    'application-autoscaling:PutScheduledAction',
    'application-autoscaling:RegisterScalableTarget',
    'cloudwatch:DeleteAlarms',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:PutMetricAlarm',
    'iam:CreateServiceLinkedRole',
    'iam:PassRole',
    'sagemaker:AddTags',
    'sagemaker:CreateEndpoint',
    'sagemaker:CreateInferenceComponent',
    'sagemaker:DeleteEndpoint',
    'sagemaker:DeleteInferenceComponent',
    'sagemaker:UpdateEndpointWeightsAndCapacities',
  ],
  'sagemaker.endpoint.deny-invoke': [...inline('Role'), ...inline('User')],
  'sagemaker.endpoint.roll-back-config': ['sagemaker:UpdateEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'],
  'sagemaker.endpoint.shift-traffic': ['sagemaker:UpdateEndpointWeightsAndCapacities'],
  'sagemaker.inference-component.scale-to-zero': [
    'application-autoscaling:RegisterScalableTarget',
    'sagemaker:UpdateInferenceComponentRuntimeConfig',
  ],
  'sagemaker.notebook-instance-lifecycle-config.neutralise': ['sagemaker:UpdateNotebookInstanceLifecycleConfig'],
  'sagemaker.notebook-instance.detach-lifecycle-config': notebook,
  'sagemaker.notebook-instance.disable-root-access': notebook,
  'sagemaker.notebook-instance.stop': ['sagemaker:StartNotebookInstance', 'sagemaker:StopNotebookInstance'],
  'sagemaker.notebook-instance.swap-role': [...notebook, 'iam:PassRole'],
};

/** What an action can need, sorted; `undefined` when that is not written down: then only the policy of the whole catalogue is sure to do. */
export const permissionsFor = ({ id }: Pick<ContainmentAction, 'id'>): readonly string[] | undefined =>
  calls[id]?.toSorted();
