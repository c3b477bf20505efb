import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/**
 * Somebody switches logs off, or takes away what they hold. Who did it first, all credentials and sessions of it, then what ran meanwhile; the
 * logs last: whoever may stop them would stop them again, and the event history records the calls until then. Facts 4 #21: K1, R2; 5.0, 2.
 */
export default {
  id: 'log-tampering',
  title: 'Log tampering',
  appliesTo: ['cloudtrail.trail', 'logs.log-group'],
  findings: ['trail stopped or changed', 'log lines, retention or job records taken away', 'T1562.008', 'T1070'],
  answers: [
    'cloudtrail:StopLogging',
    'cloudtrail:DeleteTrail',
    'cloudtrail:UpdateTrail',
    'cloudtrail:PutEventSelectors',
    'logs:DeleteLogGroup',
    'logs:DeleteLogStream',
    'logs:PutRetentionPolicy',
    'sagemaker:DeleteTrainingJob',
    'sagemaker:DeleteProcessingJob',
  ],
  references: [
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-turning-off-logging.html',
    'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html',
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html',
  ],
  steps: [
    step.denyPeople,
    step.deactivateKeys,
    step.revokeRolesTaken,
    step.quarantineRolesWhenOutside,
    step.stopParents,
    step.stopWorkloads,
    {
      ...step.keepTheRecord,
      purpose: 'restore',
      why: 'the attack switched the trail off; what happened meanwhile it never gets, the event history has its management events',
    },
    {
      purpose: 'restore',
      actions: ['logs.log-group.keep'],
      target: 'shortenedGroups',
      why: 'its lines were made to expire early: AWS deletes those that are older, within days',
      none: 'the retention of no log group was changed',
    },
  ],
} satisfies Playbook;
