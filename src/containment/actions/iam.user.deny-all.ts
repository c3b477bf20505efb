import type { ContainmentAction } from '../action.ts';
import { type FullDeny, fullDeny } from '../deny-everything.ts';
import { userDoors } from '../user-doors.ts';

const kind: FullDeny = {
  purpose: 'DenyAll',
  done: 'denied everything',
  verb: (name) => `Deny user ${name} everything`,
  impact: (name) => [
    `Every key, session token and console session of ${name} is refused every call within seconds to minutes.`,
  ],
};

/**
 * An inline policy that denies a user everything, its open console sessions and session tokens included; where quotas leave no room, AWS's
 * AWSDenyAll attached or as the boundary. Facts K1, 5.10. Assumed, not measured on AWS: the quotas' numbers.
 */
const action: ContainmentAction = {
  id: 'iam.user.deny-all',
  title: 'Deny user everything: one inline policy, all others stay',
  ...fullDeny(kind),
  appliesTo: ['iam.user'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html',
  ],
  affected: userDoors,
};
export default action;
