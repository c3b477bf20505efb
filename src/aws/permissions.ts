import type { OperationName } from './operations.ts';

/** Operations that IAM cannot refuse, so that no permission is missing when they fail. */
const free: ReadonlySet<string> = new Set<OperationName>(['sts:GetCallerIdentity']);

/**
 * What an operation needs besides the permission of its own name. Deleting an endpoint makes AWS remove its scalable targets with the
 * caller's rights: https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
 */
const more: { readonly [Name in OperationName]?: readonly string[] } = {
  'sagemaker:DeleteEndpoint': ['application-autoscaling:DeregisterScalableTarget'],
};

/**
 * Operations whose permission has another name than the call. S3's are the known family.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
const renamed: { readonly [operation: string]: string } = { 's3:ListBuckets': 's3:ListAllMyBuckets' };

/** The IAM actions that a call needs, its own first; empty for the few that everyone may call. */
export function permissionsOf(operation: string): readonly string[] {
  if (free.has(operation)) return [];
  return [renamed[operation] ?? operation, ...(more[operation as OperationName] ?? [])];
}

/**
 * The action that a refusal names (`… is not authorized to perform: iam:PassRole on resource: …`): AWS knows better than any table, since
 * a call may fail for a permission that it needs on the way.
 */
export function permissionNamedIn(message: string): string | undefined {
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9*]+)/.exec(message)?.[1];
}
