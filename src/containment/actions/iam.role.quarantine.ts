import type { ContainmentAction } from '../action.ts';
import { type FullDeny, fullDeny } from '../deny-everything.ts';
import { quarantineAllows } from '../policy-document.ts';
import { roleUsers } from '../role-users.ts';

const kind: FullDeny = {
  purpose: 'Quarantine',
  done: 'quarantined',
  verb: (name) => `Quarantine ${name}`,
  impact: (name) => [
    `Every session of ${name}, old and new, is refused nearly every call within seconds to minutes; whatever runs with it fails at its next call.`,
    `Logs, metrics and AWS's own clean-up go on: ${quarantineAllows.join(', ')} stay as they are. That these suffice is assumed, not measured on AWS.`,
  ],
};

/**
 * The first choice for a role: an inline policy that denies everything but log delivery and AWS's clean-up, so that evidence flows on and
 * endpoints can be deleted. Facts R2b, 5.10. Assumed, not measured on AWS: the list of what is left, and the quotas' numbers.
 */
const action: ContainmentAction = {
  id: 'iam.role.quarantine',
  title: 'Quarantine role: deny all but log delivery and clean-up',
  ...fullDeny(kind),
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  ],
  affected: roleUsers,
};
export default action;
