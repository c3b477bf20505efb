/**
 * Calls whose permission has another name than the event. Everything else needs the permission of its own name.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const permissionOfCall: { readonly [action: string]: string } = {
  'ecs:RunTask': 'ecs:RunTask',
  'kms:ReEncrypt': 'kms:ReEncryptFrom',
  'lambda:Invoke': 'lambda:InvokeFunction',
  'lambda:InvokeAsync': 'lambda:InvokeAsync',
  'lambda:InvokeWithResponseStream': 'lambda:InvokeFunction',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CopyObject': 's3:PutObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:DeleteBucketCors': 's3:PutBucketCORS',
  's3:DeleteBucketEncryption': 's3:PutEncryptionConfiguration',
  's3:DeleteBucketLifecycle': 's3:PutLifecycleConfiguration',
  's3:DeleteBucketReplication': 's3:PutReplicationConfiguration',
  's3:DeleteBucketTagging': 's3:PutBucketTagging',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:DeletePublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:GetBucketAccelerateConfiguration': 's3:GetAccelerateConfiguration',
  's3:GetBucketCors': 's3:GetBucketCORS',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycle': 's3:GetLifecycleConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetBucketNotificationConfiguration': 's3:GetBucketNotification',
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:ListObjects': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:ListParts': 's3:ListMultipartUploadParts',
  's3:PutBucketAccelerateConfiguration': 's3:PutAccelerateConfiguration',
  's3:PutBucketCors': 's3:PutBucketCORS',
  's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
  's3:PutBucketLifecycle': 's3:PutLifecycleConfiguration',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
  's3:PutBucketNotificationConfiguration': 's3:PutBucketNotification',
  's3:PutBucketReplication': 's3:PutReplicationConfiguration',
  's3:PutObjectLockConfiguration': 's3:PutBucketObjectLockConfiguration',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:SelectObjectContent': 's3:GetObject',
  's3:UploadPart': 's3:PutObject',
  's3:UploadPartCopy': 's3:PutObject',
};

/** A permission that a call needs besides its own, on resources of a kind that it uses. */
export interface SecondNeed {
  /** Calls by name, as a pattern. */
  readonly calls: string;
  readonly action: string;
  readonly kind: string;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const secondNeeds: readonly SecondNeed[] = [
  { calls: 'sagemaker:Create*', action: 'iam:PassRole', kind: 'iam.role' },
  { calls: 'sagemaker:Update*', action: 'iam:PassRole', kind: 'iam.role' },
  { calls: 's3:CopyObject', action: 's3:GetObject', kind: 's3.object' },
  { calls: 's3:UploadPartCopy', action: 's3:GetObject', kind: 's3.object' },
];

/** Permissions on objects; all others of S3 are on buckets. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export const isObjectPermission = (action: string): boolean =>
  /^s3:(?:(?:Get|Put|Delete|Restore|Replicate)Object|AbortMultipartUpload|ListMultipartUploadParts)/.test(action);

/** Whether a call of S3, as events name it, is on objects. */
export const isObjectCall = (action: string): boolean => isObjectPermission(permissionOfCall[action] ?? action);

/**
 * What no policy of a caller refuses, and why. AWS: "No permissions are required to perform" GetCallerIdentity, "even if an administrator …
 * explicitly denies access"; signing in is checked by password, not by policy.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const neverRefused: { readonly [action: string]: string } = {
  'sts:GetCallerIdentity': 'no policy can refuse it; it gives nothing but the name',
  'signin:ConsoleLogin': 'signing in is not decided by policies',
  'signin:CheckMfa': 'signing in is not decided by policies',
};

/** Calls of which AWS's pages do not say whether a deny reaches them. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html */
export const notDecidedByPolicies: { readonly [action: string]: string } = {
  'sts:GetSessionToken': 'AWS says that policies do not control it',
};
