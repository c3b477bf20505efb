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
