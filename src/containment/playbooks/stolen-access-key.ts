import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** A user's key in the wrong hands: the key, what it issued, and what it left behind. Facts K1, 5.10. */
export default {
  id: 'stolen-access-key',
  title: 'Stolen access key',
  appliesTo: ['iam.access-key', 'iam.user'],
  findings: ['key of a user from a foreign address', 'exposed credentials', 'T1078.004', 'T1098.001'],
  answers: ['sts:GetCallerIdentity', 'iam:CreateAccessKey', 'sts:GetFederationToken', 'sts:GetSessionToken'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRolesWhenOutside,
    {
      purpose: 'entry',
      actions: [],
      handOff: 'root',
      target: 'root',
      why: 'no policy of this account holds its root user',
      none: 'the root user does not act in it',
    },
    step.deactivateKeys,
    step.denyPeople,
    {
      purpose: 'entry',
      actions: ['iam.user.deny-all'],
      target: 'madeUsers',
      why: 'the attack made it to come back',
      none: 'no user was made',
    },
    step.revokeRolesTaken,
    ...step.takeDown,
  ],
} satisfies Playbook;
