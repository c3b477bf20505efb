import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** Somebody has a role's credentials in hand: nothing that is stopped ends those. Facts 5.7 R2b, R3; 5.10 "order". */
export default {
  id: 'stolen-role-credentials',
  title: 'Stolen role credentials',
  appliesTo: ['iam.role'],
  findings: ['session of a role from a foreign address', 'T1552.005', 'T1078.004'],
  answers: ['sts:GetCallerIdentity', 'sts:AssumeRole*'],
  premise: 'credentials-outside',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html',
  ],
  steps: [step.keepTheRecord, step.quarantineRoles, step.revokeRolesTaken, step.deactivateKeys, ...step.takeDown],
} satisfies Playbook;
