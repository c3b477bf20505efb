import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** A model that was registered or approved by the wrong hands, and what deploys it by itself. Facts 4 #12: G1, then E4 or E1. */
export default {
  id: 'registry-poisoning',
  title: 'Model registry poisoning',
  appliesTo: ['sagemaker.model-package', 'sagemaker.model-package-group'],
  findings: ['model approved by an unusual principal', 'model with a foreign image', 'T1195.002', 'AML.T0018'],
  answers: ['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRolesWhenOutside,
    step.deactivateKeys,
    step.denyPeople,
    step.revokeRolesTaken,
    {
      purpose: 'parents',
      actions: ['events.rule.disable'],
      target: 'deployRules',
      why: 'it starts a deployment when the registry changes: an approval more, and what is rolled back below is undone',
      none: 'no rule is known that deploys from the registry',
    },
    {
      purpose: 'leak',
      actions: ['sagemaker.model-package.reject'],
      target: 'packages',
      why: 'nobody deploys it any more; endpoints that serve it go on until they are changed',
      none: 'no version of the attack is known',
    },
    step.rollBackEndpoints,
    step.deleteMadeEndpoints,
  ],
} satisfies Playbook;
