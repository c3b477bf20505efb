import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** Somebody works in another's Studio: by a presigned domain URL, an app that they started, or a remote session. Facts 4 #3, #7, #8, #20; P2, P5. */
export default {
  id: 'studio-hijack',
  title: 'Studio hijack',
  appliesTo: ['sagemaker.user-profile', 'sagemaker.space', 'sagemaker.app'],
  findings: [
    'presigned domain URL for another profile',
    'execution role of a profile changed',
    'T1550.001',
    'T1021.007',
  ],
  answers: [
    'sagemaker:CreatePresignedDomainUrl',
    'sagemaker:StartSession',
    'sagemaker:CreateApp',
    'sagemaker:UpdateUserProfile',
    'sagemaker:UpdateSpace',
  ],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteApp.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRoles,
    step.deactivateKeys,
    step.denyEntry,
    step.stopParents,
    {
      purpose: 'compute',
      actions: ['sagemaker.space.disable-remote-access'],
      target: 'spaces',
      why: 'a remote session reaches the space past the browser: its app goes, and no new one is let in',
      none: 'no space was opened from remote',
    },
    step.detachStudioScripts,
    step.closeApps,
    step.stopWorkloads,
    step.rollBackEndpoints,
    step.deleteMadeEndpoints,
  ],
} satisfies Playbook;
