import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** A model group that was opened to another account, which keeps its way in when every key here is gone. Facts 4 #13: G2, S1. */
export default {
  id: 'cross-account-share',
  title: 'Cross-account share',
  appliesTo: ['sagemaker.model-package-group'],
  findings: ['policy of a model group names another account', 'T1098', 'T1199', 'T1537'],
  answers: ['sagemaker:PutModelPackageGroupPolicy'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-ram.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRolesWhenOutside,
    step.deactivateKeys,
    step.denyPeople,
    step.revokeRolesTaken,
    {
      purpose: 'leak',
      actions: ['sagemaker.model-package-group.remove-outside-access'],
      target: 'sharedGroups',
      why: 'the other account loses its way to the models; images and buckets have policies of their own',
      none: 'no group is known that was shared',
    },
    {
      purpose: 'leak',
      actions: ['s3.bucket.deny-principal'],
      target: 'openedBuckets',
      why: 'the bucket lets it in by a policy of its own; an explicit deny wins whatever else that policy says',
      none: 'no bucket was opened to a role or user of another account',
    },
    {
      purpose: 'leak',
      actions: [],
      handOff: 'aws-support',
      target: 'outsiders',
      why: 'what was copied over there is beyond this account: only AWS can act on it',
      none: 'no call of the attack names another account',
    },
  ],
} satisfies Playbook;
