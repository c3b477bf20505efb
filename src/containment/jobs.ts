import type { ReadCall, WriteCall } from '../aws/aws.ts';
import type { ActionClass } from '../model/action-class.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, StateCheck, Step } from './action.ts';
import { call, wait } from './step.ts';

/** Something that runs until it is stopped, and how AWS stops it. One row a kind: they differ in names only. */
export interface StoppableKind {
  /** `sagemaker.training-job`. */
  readonly kind: string;
  readonly noun: string;
  readonly class: ActionClass;
  readonly read: (target: ResourceRef) => ReadCall;
  readonly stop: (target: ResourceRef, context: Pick<ActionContext, 'incident'>) => WriteCall;
  /** What starts it again, where AWS can; then undo does. */
  readonly start?: (target: ResourceRef) => WriteCall;
  /** Where the ARN does not begin with the kind: `pipeline/`. AWS wants the whole ARN then. */
  readonly arnPrefix?: string;
  /** Members of the answer that hold its own name and ARN. */
  readonly nameMember: string;
  readonly arnMember: string;
  /** Member of the answer that holds its state. */
  readonly member: string;
  /** States in which AWS takes the stop. */
  readonly running: readonly string[];
  readonly stopping: readonly string[];
  /** States in which nothing runs any more. */
  readonly ended: readonly string[];
  /** State after a start. */
  readonly started?: readonly string[];
  readonly roleMember?: string;
  /** Members with the ARN of what started it, and starts the next one: that is to be stopped first. */
  readonly parents?: readonly string[];
  /** What stopping does besides, in sentences. */
  readonly impact: string;
  readonly evidenceLost?: readonly string[];
  readonly notRestored: readonly string[];
  readonly references: readonly string[];
}

const page = (operation: string): string =>
  `https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_${operation}.html`;

/** AWS wants a token of 32 to 128 characters; the same plan must hold the same one. */
const tokenOf = (arn: string, incident: string): string =>
  Buffer.from(`firebreak ${incident} ${arn}`).toString('base64url').replaceAll('_', '-').padEnd(32, '0').slice(0, 128);

const jobEnds = ['Completed', 'Failed', 'Stopped'] as const;
const jobLoses = ['memory and local disks of its containers'] as const;
const jobNotRestored = ['the run itself: it can only be started anew'] as const;

/** Every kind that can be stopped by one call. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Service.html */
export const stoppableKinds: readonly StoppableKind[] = [
  {
    kind: 'sagemaker.training-job',
    noun: 'training job',
    class: 'not-reversible',
    read: ({ name }) => ({ name: 'sagemaker:DescribeTrainingJob', input: { TrainingJobName: name } }),
    stop: ({ name }) => ({ name: 'sagemaker:StopTrainingJob', input: { TrainingJobName: name } }),
    nameMember: 'TrainingJobName',
    arnMember: 'TrainingJobArn',
    member: 'TrainingJobStatus',
    running: ['InProgress'],
    stopping: ['Stopping'],
    ended: jobEnds,
    roleMember: 'RoleArn',
    parents: ['TuningJobArn', 'AutoMLJobArn', 'LabelingJobArn'],
    impact:
      'AWS sends SIGTERM and gives its code up to 120 s more: until it is Stopped, the code runs on and may upload what it has.',
    evidenceLost: jobLoses,
    notRestored: jobNotRestored,
    references: [page('StopTrainingJob')],
  },
  {
    kind: 'sagemaker.processing-job',
    noun: 'processing job',
    class: 'not-reversible',
    read: ({ name }) => ({ name: 'sagemaker:DescribeProcessingJob', input: { ProcessingJobName: name } }),
    stop: ({ name }) => ({ name: 'sagemaker:StopProcessingJob', input: { ProcessingJobName: name } }),
    nameMember: 'ProcessingJobName',
    arnMember: 'ProcessingJobArn',
    member: 'ProcessingJobStatus',
    running: ['InProgress'],
    stopping: ['Stopping'],
    ended: jobEnds,
    roleMember: 'RoleArn',
    parents: ['MonitoringScheduleArn', 'AutoMLJobArn', 'TrainingJobArn'],
    impact:
      'Its code may run on for a while after the stop (how long is assumed to be about two minutes, not measured on AWS).',
    evidenceLost: jobLoses,
    notRestored: jobNotRestored,
    references: [page('StopProcessingJob')],
  },
  {
    kind: 'sagemaker.transform-job',
    noun: 'transform job',
    class: 'not-reversible',
    read: ({ name }) => ({ name: 'sagemaker:DescribeTransformJob', input: { TransformJobName: name } }),
    stop: ({ name }) => ({ name: 'sagemaker:StopTransformJob', input: { TransformJobName: name } }),
    nameMember: 'TransformJobName',
    arnMember: 'TransformJobArn',
    member: 'TransformJobStatus',
    running: ['InProgress'],
    stopping: ['Stopping'],
    ended: jobEnds,
    parents: ['LabelingJobArn', 'AutoMLJobArn'],
    impact: 'AWS does not store the output of a stopped transform job.',
    evidenceLost: [...jobLoses, 'its output, which AWS does not store'],
    notRestored: [...jobNotRestored, 'its output'],
    references: [page('StopTransformJob')],
  },
  {
    kind: 'sagemaker.hyper-parameter-tuning-job',
    noun: 'tuning job',
    class: 'not-reversible',
    read: ({ name }) => ({
      name: 'sagemaker:DescribeHyperParameterTuningJob',
      input: { HyperParameterTuningJobName: name },
    }),
    stop: ({ name }) => ({
      name: 'sagemaker:StopHyperParameterTuningJob',
      input: { HyperParameterTuningJobName: name },
    }),
    nameMember: 'HyperParameterTuningJobName',
    arnMember: 'HyperParameterTuningJobArn',
    member: 'HyperParameterTuningJobStatus',
    running: ['InProgress'],
    stopping: ['Stopping'],
    ended: jobEnds,
    roleMember: 'TrainingJobDefinition.RoleArn',
    impact: 'All training jobs that it started are stopped with it, and it starts no more; their artefacts stay.',
    evidenceLost: jobLoses,
    notRestored: jobNotRestored,
    references: [page('StopHyperParameterTuningJob')],
  },
  {
    kind: 'sagemaker.automl-job',
    noun: 'AutoML job',
    class: 'not-reversible',
    read: ({ name }) => ({ name: 'sagemaker:DescribeAutoMLJobV2', input: { AutoMLJobName: name } }),
    stop: ({ name }) => ({ name: 'sagemaker:StopAutoMLJob', input: { AutoMLJobName: name } }),
    nameMember: 'AutoMLJobName',
    arnMember: 'AutoMLJobArn',
    member: 'AutoMLJobStatus',
    running: ['InProgress'],
    stopping: ['Stopping'],
    ended: jobEnds,
    roleMember: 'RoleArn',
    impact: 'That the jobs it started stop with it is assumed, not measured on AWS: look at them afterwards.',
    evidenceLost: jobLoses,
    notRestored: jobNotRestored,
    references: [page('StopAutoMLJob')],
  },
  {
    kind: 'sagemaker.pipeline-execution',
    noun: 'pipeline execution',
    class: 'not-reversible',
    read: ({ arn }) => ({ name: 'sagemaker:DescribePipelineExecution', input: { PipelineExecutionArn: arn } }),
    stop: ({ arn }, { incident }) => ({
      name: 'sagemaker:StopPipelineExecution',
      input: { PipelineExecutionArn: arn, ClientRequestToken: tokenOf(arn, incident) },
    }),
    arnPrefix: 'pipeline/',
    nameMember: 'PipelineExecutionArn',
    arnMember: 'PipelineExecutionArn',
    member: 'PipelineExecutionStatus',
    running: ['Executing'],
    stopping: ['Stopping'],
    ended: ['Stopped', 'Failed', 'Succeeded'],
    impact:
      'AWS waits for callback and Lambda steps before it is Stopped, which may hang until they answer; jobs of its steps may run on and want a stop of their own. Whatever starts the pipeline (a rule, a schedule) starts it again.',
    notRestored: jobNotRestored,
    references: [page('StopPipelineExecution')],
  },
  {
    kind: 'sagemaker.monitoring-schedule',
    noun: 'monitoring schedule',
    class: 'interrupts',
    read: ({ name }) => ({ name: 'sagemaker:DescribeMonitoringSchedule', input: { MonitoringScheduleName: name } }),
    stop: ({ name }) => ({ name: 'sagemaker:StopMonitoringSchedule', input: { MonitoringScheduleName: name } }),
    start: ({ name }) => ({ name: 'sagemaker:StartMonitoringSchedule', input: { MonitoringScheduleName: name } }),
    nameMember: 'MonitoringScheduleName',
    arnMember: 'MonitoringScheduleArn',
    member: 'MonitoringScheduleStatus',
    running: ['Scheduled'],
    stopping: [],
    ended: ['Stopped', 'Failed'],
    started: ['Scheduled'],
    roleMember: 'MonitoringScheduleConfig.MonitoringJobDefinition.RoleArn',
    impact: 'No more executions are started. One that runs is a processing job of its own and runs on: stop it, too.',
    notRestored: ['executions that were missed meanwhile'],
    references: [page('StopMonitoringSchedule'), page('StartMonitoringSchedule')],
  },
  {
    kind: 'sagemaker.mlflow-tracking-server',
    noun: 'MLflow tracking server',
    class: 'interrupts',
    read: ({ name }) => ({ name: 'sagemaker:DescribeMlflowTrackingServer', input: { TrackingServerName: name } }),
    stop: ({ name }) => ({ name: 'sagemaker:StopMlflowTrackingServer', input: { TrackingServerName: name } }),
    start: ({ name }) => ({ name: 'sagemaker:StartMlflowTrackingServer', input: { TrackingServerName: name } }),
    nameMember: 'TrackingServerName',
    arnMember: 'TrackingServerArn',
    member: 'TrackingServerStatus',
    // In which of the failed ones AWS takes a stop is not documented: where it may run, the stop is tried, and AWS's answer told.
    running: [
      'Created',
      'Started',
      'Updated',
      'MaintenanceComplete',
      'StopFailed',
      'UpdateFailed',
      'MaintenanceFailed',
      'DeleteFailed',
    ],
    stopping: ['Stopping'],
    ended: ['Stopped', 'CreateFailed', 'StartFailed'],
    started: ['Started'],
    roleMember: 'RoleArn',
    impact:
      'Its user interface and API answer no more, so open sessions end (assumed, not measured on AWS); runs and artefacts stay. Starting it again takes up to half an hour.',
    notRestored: ['what training jobs could not log meanwhile'],
    references: [page('StopMlflowTrackingServer'), page('StartMlflowTrackingServer')],
  },
];

/** Until nothing of it runs any more. */
export const stoppedCheck = (family: StoppableKind, target: ResourceRef): StateCheck => ({
  read: family.read(target),
  member: family.member,
  until: family.ended,
  underWay: family.stopping,
});

/** The stop with its wait; undo starts it again where AWS can. */
export const stopJobSteps = (family: StoppableKind, target: ResourceRef, context: ActionContext): readonly Step[] => {
  const { start, started, running, member } = family;
  return [
    call(
      family.stop(target, context),
      start
        ? {
            undo: [
              wait(`${target.name} must have ended before it can start`, stoppedCheck(family, target)),
              call(start(target)),
              wait(`${target.name} must run again`, {
                read: family.read(target),
                member,
                until: started ?? running,
                underWay: ['Starting', 'Pending'],
              }),
            ],
          }
        : {},
    ),
    wait(`${target.name} must have ended`, stoppedCheck(family, target)),
  ];
};
