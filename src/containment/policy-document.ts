import { canonicalJson } from '../shared/json.ts';

/** Denies everything, for everyone who acts as the role. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export const denyAllDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'FirebreakDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/**
 * What a quarantined role may still do: deliver logs and metrics, and let AWS clean up after it. Assumed, not measured on AWS: which calls
 * SageMaker makes with the execution role while it cleans up is not documented.
 */
export const quarantineAllows: readonly string[] = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'logs:Describe*',
  'cloudwatch:PutMetricData',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
  'ec2:Describe*',
  'kms:RetireGrant',
];

/** Denies everything but `quarantineAllows`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html */
export const quarantineDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'FirebreakQuarantine', Effect: 'Deny', NotAction: quarantineAllows, Resource: '*' }],
});

/**
 * Every way into SageMaker's user interfaces and sessions: presigned URLs, remote IDEs, bearer tokens, the runtime of customisation jobs.
 * `…WithPrincipalTag` stands in AWS's guide for Canvas and in no list of actions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export const sagemakerEntryActions: readonly string[] = [
  'sagemaker:CreatePresignedDomainUrl',
  'sagemaker:CreatePresignedDomainUrlWithPrincipalTag',
  'sagemaker:CreatePresignedNotebookInstanceUrl',
  'sagemaker:CreatePresignedMlflowTrackingServerUrl',
  'sagemaker:CreatePresignedMlflowAppUrl',
  'sagemaker:CreatePartnerAppPresignedUrl',
  'sagemaker:CreateHubContentPresignedUrls',
  'sagemaker:StartSession',
  'sagemaker:CallWithBearerToken',
  'sagemaker:Sample',
  'sagemaker:SampleWithResponseStream',
];

/** Denies `sagemakerEntryActions`. */
export const denySagemakerEntryDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'IrDenySageMakerEntry', Effect: 'Deny', Action: sagemakerEntryActions, Resource: '*' }],
});

/** The policy of AWS that denies everything. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html */
export const awsDenyAll = (partition: string): string => `arn:${partition}:iam::aws:policy/AWSDenyAll`;

/** Characters that count against IAM's quotas: all but white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const countedCharacters = (document: string): number => document.replaceAll(/\s/g, '').length;

/** A document's statements; `undefined` when it is no JSON, or no policy. */
export function statementsOf(document: string): readonly PolicyStatement[] | undefined {
  try {
    const policy = JSON.parse(document) as { readonly Statement?: unknown } | null;
    const list = Array.isArray(policy?.Statement) ? policy.Statement : [policy?.Statement];
    return list.every((one) => one !== null && typeof one === 'object') ? (list as PolicyStatement[]) : undefined;
  } catch {
    return undefined;
  }
}

/** A statement, as far as we look into one. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/** Whether two documents say the same, whatever their white space and the order of their members. */
export function sameDocument(one: string, other: string): boolean {
  try {
    return canonicalJson(JSON.parse(one)) === canonicalJson(JSON.parse(other));
  } catch {
    return one === other;
  }
}

/** IAM takes these characters in policy names, 128 at most. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const policyNamePattern = /^[\w+=,.@-]{1,128}$/;
