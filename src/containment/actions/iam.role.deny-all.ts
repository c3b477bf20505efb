import type { ContainmentAction } from '../action.ts';
import { type FullDeny, fullDeny } from '../deny-everything.ts';
import { roleUsers } from '../role-users.ts';

const kind: FullDeny = {
  purpose: 'DenyAll',
  done: 'denied everything',
  verb: (name) => `Deny ${name} everything`,
  impact: (name) => [
    `Every session of ${name}, old and new, is refused every call within seconds to minutes; whatever runs with it fails at its next call.`,
    'Endpoints that are still being deleted need the role to clean up: delete endpoints first, restrict the role afterwards; iam.role.quarantine leaves AWS what it needs.',
  ],
};

/**
 * An inline policy that denies a role everything; where quotas leave no room, AWS's AWSDenyAll attached or as the boundary. Facts R2, 5.10.
 * Assumed, not measured on AWS: the quotas' numbers.
 */
const action: ContainmentAction = {
  id: 'iam.role.deny-all',
  title: 'Deny role everything: one inline policy, all others stay',
  ...fullDeny(kind),
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html',
  ],
  affected: roleUsers,
};
export default action;
