import { type Members, structure, structures } from '../operation.ts';
import { moveThing, type Thing, type Turn, thingsOf } from './things.ts';

/** One step of a definition, as far as the range runs it. */
export interface PipelineStep {
  readonly name: string;
  /** `Training`, `Processing`, `Transform`, `RegisterModel`, …: AWS's words. */
  readonly type: string;
  readonly arguments: Members;
}

/** One step of an execution. */
export interface StepRun {
  readonly name: string;
  readonly type: string;
  status: 'Executing' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed';
  readonly startedAt: number;
  endedAt: number | undefined;
  /** What the step made: `TrainingJob` and its ARN. */
  readonly made: { readonly member: string; readonly arn: string } | undefined;
}

/** Steps of a definition. Conditions, loops and parameters are not evaluated. @throws SyntaxError when it is no JSON. */
export function stepsOf(definition: string): readonly PipelineStep[] {
  const parsed = structure(JSON.parse(definition));
  return structures(parsed.Steps).map((step) => ({
    name: String(step.Name),
    type: String(step.Type),
    arguments: structure(step.Arguments),
  }));
}

/** The steps of an execution that were begun; the list grows while it runs. */
export const stepRuns = (execution: Thing): StepRun[] => execution.members.steps as StepRun[];

export const executionsOf = (turn: Pick<Turn, 'region'>, pipeline: Thing): readonly Thing[] =>
  thingsOf(turn.region, 'pipeline-execution').filter(({ parent }) => parent === pipeline.arn);

/** An execution as DescribePipelineExecution answers. */
export const describedExecution = (execution: Thing): Members => ({
  PipelineArn: execution.parent,
  PipelineExecutionArn: execution.arn,
  PipelineExecutionDisplayName: execution.members.PipelineExecutionDisplayName,
  PipelineExecutionDescription: execution.members.PipelineExecutionDescription,
  PipelineExecutionStatus: execution.status,
  FailureReason: execution.members.FailureReason,
  CreationTime: new Date(execution.createdAt),
  LastModifiedTime: new Date(execution.modifiedAt),
  CreatedBy: execution.members.CreatedBy,
  LastModifiedBy: execution.members.CreatedBy,
});

/** Tells EventBridge; unlike everything else in lower camel case, and with two resources of which the first names the execution. */
export function reportExecution(execution: Thing, turn: Turn): void {
  turn.changed({
    detailType: 'SageMaker Model Building Pipeline Execution Status Change',
    arn: execution.arn,
    region: turn.region.name,
    at: turn.now,
    detail: {
      pipelineExecutionDescription: execution.members.PipelineExecutionDescription ?? '',
      pipelineExecutionDisplayName: execution.members.PipelineExecutionDisplayName,
      currentPipelineExecutionStatus: execution.status,
      previousPipelineExecutionStatus: execution.members.previous,
      executionStartTime: new Date(execution.createdAt),
      executionEndTime: execution.endedAt === undefined ? undefined : new Date(execution.endedAt),
      pipelineArn: execution.parent,
      pipelineExecutionArn: execution.arn,
    },
  });
  execution.members.previous = execution.status;
}

/** Tells EventBridge of one step. */
export function reportStep(execution: Thing, step: StepRun, turn: Turn): void {
  turn.changed({
    detailType: 'SageMaker Model Building Pipeline Execution Step Status Change',
    arn: execution.arn,
    region: turn.region.name,
    at: turn.now,
    detail: {
      metadata: step.made
        ? { [step.made.member.slice(0, 1).toLowerCase() + step.made.member.slice(1)]: { arn: step.made.arn } }
        : {},
      stepStartTime: new Date(step.startedAt),
      stepEndTime: step.endedAt === undefined ? undefined : new Date(step.endedAt),
      stepName: step.name,
      stepType: step.type,
      currentStepStatus: step.status,
      pipelineArn: execution.parent,
      pipelineExecutionArn: execution.arn,
    },
  });
}

/** Ends an execution. */
export function endExecution(
  execution: Thing,
  turn: Turn,
  status: 'Succeeded' | 'Failed' | 'Stopped',
  why?: string,
): void {
  execution.endedAt = turn.now;
  if (why !== undefined) execution.members.FailureReason = why;
  moveThing(execution, turn, status, reportExecution);
}
