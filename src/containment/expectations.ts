/** What is known of an action before it is planned. */
export interface Expectation {
  /** How long it takes, in words. */
  readonly takes: string;
  /** Claims about AWS that rest on reasoning or on somebody's report; each is said as "assumed, not measured on AWS". Facts, part 9. */
  readonly assumed?: readonly string[];
  /**
   * Calls on the target that fail while it holds, besides what its policies refuse: such a failure proves it, and with `orNot` a success later
   * than *holding* shows that it is not effective. Action patterns.
   */
  readonly attempts?: readonly string[];
  readonly orNot?: true;
}

const iam = 'AWS reads it back at once and enforces it seconds to a few minutes later';
const enforced = 'how long IAM takes to enforce a policy (4 s in one report, "a few minutes" by AWS)';
const notebookTime = 'a stop takes 1 to 4 minutes, 30 at most';
const notebookAssumed = ['the minutes that a stop takes'] as const;
const mintNotebook = ['sagemaker:CreatePresignedNotebookInstanceUrl'] as const;
const appTime = 'an app is gone after 1 to 3 minutes';
const appAssumed = ['the minutes that deleting an app takes'] as const;
const compute = 'running compute is given fresh credentials by SageMaker across the cut-off (law 4)';

const job = (takes: string, ...assumed: readonly string[]): Expectation => ({
  takes,
  ...(assumed.length > 0 ? { assumed } : {}),
});

/** By action id; a test holds that each action of the catalogue stands here. */
export const expectations: { readonly [actionId: string]: Expectation } = {
  'application-autoscaling.scalable-target.suspend': job('seconds'),
  'cloudtrail.trail.start-logging': job('seconds; the first records arrive minutes later'),
  'events.rule.disable': job('seconds; what it started already runs on'),
  'iam.access-key.deactivate': {
    takes: iam,
    assumed: [enforced, 'whether CloudTrail records a call that was signed with an inactive key'],
  },
  'iam.role.deny-all': { takes: iam, assumed: [enforced, 'the numbers of the quotas of policies'] },
  'iam.role.deny-sagemaker-entry': {
    takes: iam,
    assumed: [enforced, 'the deny also ends user interfaces that are open, and how fast'],
  },
  'iam.role.detach-policies': { takes: iam, assumed: [enforced] },
  'iam.role.freeze-trust': {
    takes: `${iam}; sessions end when they expire`,
    assumed: [enforced, 'running compute fails once its token ends'],
  },
  'iam.role.quarantine': {
    takes: iam,
    assumed: [
      enforced,
      'the calls that are left suffice for log delivery and clean-up',
      'the numbers of the quotas of policies',
    ],
  },
  'iam.role.revoke-sessions': { takes: iam, assumed: [enforced, compute] },
  'iam.role.set-boundary': {
    takes: iam,
    assumed: [enforced, 'a boundary without a deny leaves what policies of resources grant a session by name'],
  },
  'iam.user.deny-all': { takes: iam, assumed: [enforced, 'the numbers of the quotas of policies'] },
  'iam.user.deny-sagemaker-entry': {
    takes: iam,
    assumed: [enforced, 'the deny also ends user interfaces that are open, and how fast'],
  },
  'iam.user.disable-console-login': {
    takes: 'seconds; web sessions that are open go on',
    attempts: ['signin:ConsoleLogin'],
    orNot: true,
  },
  'logs.log-group.keep': job('seconds'),
  's3.bucket.deny-principal': { takes: 'seconds to minutes', assumed: [enforced] },
  'sagemaker.app.delete': { takes: appTime, assumed: appAssumed },
  'sagemaker.automl-job.stop': job('minutes', 'the jobs that it started stop with it'),
  'sagemaker.endpoint.delete': {
    takes: '1 to 5 minutes, 30 at most; callers get errors at once',
    assumed: ['the minutes that it takes', 'requests waiting in an asynchronous endpoint’s queue are lost'],
    attempts: ['sagemaker:InvokeEndpoint*'],
    orNot: true,
  },
  'sagemaker.endpoint.deny-invoke': { takes: iam, assumed: [enforced, 'a stream that is open survives the deny'] },
  'sagemaker.endpoint.roll-back-config': job('5 to 20 minutes: the present fleet serves until the new one does'),
  'sagemaker.endpoint.shift-traffic': job('a few minutes'),
  'sagemaker.hyper-parameter-tuning-job.stop': job('its training jobs end within minutes'),
  'sagemaker.inference-component.scale-to-zero': {
    takes: 'a few minutes',
    assumed: ['that AWS takes a count of 0 for every endpoint'],
  },
  'sagemaker.mlflow-tracking-server.stop': {
    takes: 'minutes; starting it again up to 25',
    assumed: ['open sessions of its user interface end with it', 'the minutes that it takes'],
    attempts: ['sagemaker:CreatePresignedMlflowTrackingServerUrl'],
  },
  'sagemaker.model-package-group.remove-outside-access': job('seconds'),
  'sagemaker.model-package.reject': job('seconds; deployed endpoints go on'),
  'sagemaker.monitoring-schedule.stop': job('seconds; an execution that runs is a processing job of its own'),
  'sagemaker.notebook-instance-lifecycle-config.neutralise': job('seconds; what ran already is not taken back'),
  'sagemaker.notebook-instance.detach-lifecycle-config': {
    takes: `${notebookTime}; the change one more`,
    assumed: notebookAssumed,
    attempts: mintNotebook,
  },
  'sagemaker.notebook-instance.disable-root-access': {
    takes: `${notebookTime}; the change one more`,
    assumed: notebookAssumed,
    attempts: mintNotebook,
  },
  'sagemaker.notebook-instance.stop': { takes: notebookTime, assumed: notebookAssumed, attempts: mintNotebook },
  'sagemaker.notebook-instance.swap-role': {
    takes: `${notebookTime}; the change one more`,
    assumed: notebookAssumed,
    attempts: mintNotebook,
  },
  'sagemaker.pipeline-execution.stop': job('minutes; it waits for callback and Lambda steps and may hang'),
  'sagemaker.presigned-entry.close': {
    takes: 'the deny seconds, the stop minutes',
    assumed: [enforced, 'the deny also ends sessions that are open; the stop does'],
    attempts: [...mintNotebook, 'sagemaker:CreatePresignedMlflowTrackingServerUrl'],
  },
  'sagemaker.processing-job.stop': job('minutes', 'how long its code may go on after the stop'),
  'sagemaker.space.disable-remote-access': {
    takes: appTime,
    assumed: [...appAssumed, 'an open remote session ends with its app'],
    attempts: ['sagemaker:StartSession'],
    orNot: true,
  },
  'sagemaker.studio.detach-lifecycle-config': job('minutes: apps are deleted first'),
  'sagemaker.training-job.stop': job('its code may go on for 120 s, and upload'),
  'sagemaker.transform-job.stop': job('minutes; its output is not stored'),
  'sagemaker.user-profile.close-apps': { takes: appTime, assumed: [...appAssumed, enforced] },
  'sagemaker.user-profile.swap-role': {
    takes: appTime,
    assumed: [...appAssumed, 'the other settings of the profile stay as they are'],
  },
  'scheduler.schedule.disable': job('seconds; what it started already runs on'),
};
