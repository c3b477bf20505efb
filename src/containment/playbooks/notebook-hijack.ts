import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** Somebody opened a notebook who should not have: the URL cannot be revoked, so its minter and what it opens are cut. Facts 4 #1, #2; P1. */
export default {
  id: 'notebook-hijack',
  title: 'Notebook hijack',
  appliesTo: ['sagemaker.notebook-instance'],
  findings: ['presigned notebook URL from a new address', 'T1550', 'T1078.004'],
  answers: ['sagemaker:CreatePresignedNotebookInstanceUrl', 'sagemaker:StartNotebookInstance'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopNotebookInstance.html',
  ],
  steps: [step.keepTheRecord, step.quarantineRoles, step.deactivateKeys, step.denyEntry, ...step.takeDown],
} satisfies Playbook;
