import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/**
 * Jobs that somebody else pays for, started with a role that was passed on. The role is often everybody's: it is taken only where its
 * credentials are out. Facts 4 #6, #18.
 */
export default {
  id: 'passrole-miner',
  title: 'PassRole miner',
  appliesTo: [
    'sagemaker.training-job',
    'sagemaker.processing-job',
    'sagemaker.transform-job',
    'sagemaker.hyper-parameter-tuning-job',
    'sagemaker.automl-job',
    'sagemaker.pipeline-execution',
    'iam.user',
    'iam.access-key',
    'iam.role',
  ],
  findings: ['accelerated job with a foreign image', 'cost anomaly', 'T1496', 'T1648', 'T1098'],
  answers: [
    'sagemaker:CreateTrainingJob',
    'sagemaker:CreateProcessingJob',
    'sagemaker:CreateHyperParameterTuningJob',
    'sagemaker:CreateTransformJob',
    'sagemaker:StartPipelineExecution',
    'sagemaker:CreateAutoMLJob*',
  ],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRolesWhenOutside,
    step.deactivateKeys,
    step.denyPeople,
    step.revokeRolesTaken,
    step.stopParents,
    step.stopWorkloads,
  ],
} satisfies Playbook;
