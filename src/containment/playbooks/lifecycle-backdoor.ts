import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** A script that runs at every start of a notebook, as root, or of a Studio app. Facts 4 #4: N1, then N2, then N5; #5: A4, then A1. */
export default {
  id: 'lifecycle-backdoor',
  title: 'Lifecycle script backdoor',
  appliesTo: [
    'sagemaker.notebook-instance-lifecycle-config',
    'sagemaker.studio-lifecycle-config',
    'sagemaker.notebook-instance',
  ],
  findings: [
    'lifecycle script that reaches out',
    'stop, update and start of a notebook within minutes',
    'T1546',
    'T1059.004',
  ],
  answers: [
    'sagemaker:CreateNotebookInstanceLifecycleConfig',
    'sagemaker:UpdateNotebookInstanceLifecycleConfig',
    'sagemaker:UpdateNotebookInstance',
    'sagemaker:CreateStudioLifecycleConfig',
  ],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRoles,
    step.deactivateKeys,
    step.denyEntry,
    step.stopNotebooks,
    step.detachScripts,
    step.neutraliseScripts,
    step.detachStudioScripts,
    step.closeApps,
    step.stopWorkloads,
  ],
} satisfies Playbook;
