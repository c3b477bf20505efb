import { sagemakerArn, tagMap } from '../../account/account.ts';
import { callerArn, callerId } from '../../account/identities.ts';
import { optionalRoleArn, roleArnRule } from '../../account/jobs.ts';
import { describedExecution, executionsOf, reportExecution, stepRuns, stepsOf } from '../../account/pipelines.ts';
import { addThing, makeThing, moveThing, removeThing, type Thing, thingOf } from '../../account/things.ts';
import { Fault, validationFault } from '../../fault.ts';
import { listPage, listRules } from '../../listing.ts';
import type { CallContext, MemberRule, Members, Operation } from '../../operation.ts';
import { optionalText, structures, text } from '../../operation.ts';
import { describing, listing, passes, requireAssumable, requireThing, without } from '../../thing-operations.ts';

/** A name, or the pipeline's ARN where AWS takes both. */
const pipelineName: MemberRule = { type: 'string', required: true, min: 1, max: 2048 };
const token: MemberRule = { type: 'string', required: true, min: 32, max: 128 };
const executionArn: MemberRule = {
  type: 'string',
  required: true,
  pattern: /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:pipeline\/.+\/execution\/[a-zA-Z0-9]{12}$/,
  max: 2048,
};

const nameOf = (input: Members): string => text(input, 'PipelineName').replace(/^arn:.*:pipeline\//, '');
const missing = (id: string) => ['ResourceNotFound', `Pipeline '${id}' does not exist.`] as const;
const noExecution = (id: string) =>
  ['ResourceNotFound', `Pipeline execution with ARN '${id}' does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [sagemakerArn(region, 'pipeline', nameOf(input))];
const executionOf = (input: Members, context: CallContext): Thing =>
  requireThing(context, 'pipeline-execution', text(input, 'PipelineExecutionArn'), noExecution);

/** Who made it, as answers tell. */
const userContext = ({ caller }: CallContext): Members => ({
  IamIdentity: { Arn: callerArn(caller), PrincipalId: callerId(caller) },
});

/** @throws Fault when the definition is none. */
function checkDefinition(definition: string): void {
  try {
    stepsOf(definition);
  } catch {
    // Whatever is wrong with it: AWS names the place, which nobody here needs.
    throw validationFault('Unable to parse pipeline definition. The pipeline definition is not valid JSON.');
  }
}

const describedPipeline = (pipeline: Thing): Members => ({
  PipelineArn: pipeline.arn,
  PipelineName: pipeline.name,
  ...pipeline.members,
  PipelineStatus: pipeline.status,
  CreationTime: new Date(pipeline.createdAt),
  LastModifiedTime: new Date(pipeline.modifiedAt),
});

const lastRun = (pipeline: Thing, context: CallContext): Date | undefined => {
  const last = executionsOf(context, pipeline).at(-1);
  return last && new Date(last.createdAt);
};

const create: Operation = {
  service: 'sagemaker',
  name: 'CreatePipeline',
  readOnly: false,
  input: {
    PipelineName: { type: 'string', required: true, pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$/, max: 256 },
    PipelineDefinition: { type: 'string', min: 1, max: 1_048_576 },
    ClientRequestToken: token,
    RoleArn: roleArnRule,
    Tags: { type: 'list', max: 50 },
  },
  resources: arnOf,
  alsoNeeds: (input) => passes([text(input, 'RoleArn')]),
  run(input, context) {
    const { now, region } = context;
    const name = nameOf(input);
    if (thingOf(region, 'pipeline', name))
      throw new Fault(
        'ValidationException',
        `Pipeline names must be unique within an AWS account and region. Pipeline with name (${name}) already exists.`,
      );
    checkDefinition(text(input, 'PipelineDefinition') || '{}');
    requireAssumable([text(input, 'RoleArn')], context);
    const arn = sagemakerArn(region, 'pipeline', name);
    addThing(
      region,
      makeThing({
        kind: 'pipeline',
        id: name,
        name,
        arn,
        status: 'Active',
        members: {
          ...without(input, 'PipelineName', 'ClientRequestToken'),
          PipelineDisplayName: optionalText(input, 'PipelineDisplayName') ?? name,
          CreatedBy: userContext(context),
          LastModifiedBy: userContext(context),
        },
        tags: tagMap(structures(input.Tags)),
        createdAt: now,
      }),
    );
    return { PipelineArn: arn };
  },
};

const update: Operation = {
  service: 'sagemaker',
  name: 'UpdatePipeline',
  readOnly: false,
  input: {
    PipelineName: pipelineName,
    PipelineDefinition: { type: 'string', min: 1 },
    RoleArn: optionalRoleArn,
  },
  resources: arnOf,
  alsoNeeds: (input) => passes(typeof input.RoleArn === 'string' ? [input.RoleArn] : []),
  run(input, context) {
    const pipeline = requireThing(context, 'pipeline', nameOf(input), missing);
    if (typeof input.PipelineDefinition === 'string') checkDefinition(input.PipelineDefinition);
    if (typeof input.RoleArn === 'string') requireAssumable([input.RoleArn], context);
    Object.assign(pipeline.members, without(input, 'PipelineName'), { LastModifiedBy: userContext(context) });
    pipeline.modifiedAt = context.now;
    return { PipelineArn: pipeline.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeletePipeline',
  readOnly: false,
  input: { PipelineName: pipelineName, ClientRequestToken: token },
  resources: arnOf,
  run(input, context) {
    const pipeline = requireThing(context, 'pipeline', nameOf(input), missing);
    if (executionsOf(context, pipeline).some(({ status }) => status === 'Executing' || status === 'Stopping'))
      throw new Fault('ConflictException', `Pipeline '${pipeline.name}' has running executions and cannot be deleted.`);
    removeThing(context.region, pipeline);
    return { PipelineArn: pipeline.arn };
  },
};

const start: Operation = {
  service: 'sagemaker',
  name: 'StartPipelineExecution',
  readOnly: false,
  input: { PipelineName: pipelineName, ClientRequestToken: token },
  resources: arnOf,
  run(input, context) {
    const { now, random, region } = context;
    const pipeline = requireThing(context, 'pipeline', nameOf(input), missing);
    const arn = `${pipeline.arn}/execution/${random.letters(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}`;
    const execution = makeThing({
      kind: 'pipeline-execution',
      id: arn,
      name: arn.slice(arn.lastIndexOf('/') + 1),
      arn,
      status: 'Executing',
      parent: pipeline.arn,
      members: {
        ...without(input, 'PipelineName', 'ClientRequestToken'),
        PipelineExecutionDisplayName: optionalText(input, 'PipelineExecutionDisplayName') ?? `execution-${now}`,
        CreatedBy: userContext(context),
        steps: [],
      },
      createdAt: now,
    });
    addThing(region, execution);
    moveThing(execution, context, 'Executing', reportExecution);
    return { PipelineExecutionArn: arn };
  },
};

/** The step that runs is stopped with its job; until then the execution is `Stopping`. */
const stop: Operation = {
  service: 'sagemaker',
  name: 'StopPipelineExecution',
  readOnly: false,
  input: { PipelineExecutionArn: executionArn, ClientRequestToken: token },
  resources: (input) => [text(input, 'PipelineExecutionArn')],
  run(input, context) {
    const execution = executionOf(input, context);
    if (execution.status !== 'Stopping') {
      if (execution.status !== 'Executing')
        throw new Fault(
          'ConflictException',
          `Pipeline execution with ARN ${execution.arn} status '${execution.status}'. Only pipelines with 'Executing' status can be stopped.`,
        );
      moveThing(execution, context, 'Stopping', reportExecution);
    }
    return { PipelineExecutionArn: execution.arn };
  },
};

const iso = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html and its sisters. */
export default [
  create,
  update,
  remove,
  describing('DescribePipeline', 'pipeline', { PipelineName: pipelineName }, nameOf, missing, (pipeline, context) => ({
    ...describedPipeline(pipeline),
    LastRunTime: lastRun(pipeline, context),
  })),
  listing(
    'ListPipelines',
    'pipeline',
    'PipelineSummaries',
    (pipeline, context) => ({
      PipelineArn: pipeline.arn,
      PipelineName: pipeline.name,
      PipelineDisplayName: pipeline.members.PipelineDisplayName,
      PipelineDescription: pipeline.members.PipelineDescription,
      RoleArn: pipeline.members.RoleArn,
      CreationTime: new Date(pipeline.createdAt),
      LastModifiedTime: new Date(pipeline.modifiedAt),
      LastExecutionTime: lastRun(pipeline, context),
    }),
    { wanted: (pipeline, input) => pipeline.name.startsWith(text(input, 'PipelineNamePrefix')) },
  ),
  start,
  stop,
  {
    service: 'sagemaker',
    name: 'DescribePipelineExecution',
    readOnly: true,
    input: { PipelineExecutionArn: executionArn },
    resources: (input) => [text(input, 'PipelineExecutionArn')],
    run: (input, context) => describedExecution(executionOf(input, context)),
  },
  {
    service: 'sagemaker',
    name: 'ListPipelineExecutions',
    readOnly: true,
    input: { ...listRules, PipelineName: pipelineName },
    resources: arnOf,
    run(input, context) {
      const pipeline = requireThing(context, 'pipeline', nameOf(input), missing);
      return listPage(executionsOf(context, pipeline), input, 'PipelineExecutionSummaries', (execution) => ({
        PipelineExecutionArn: execution.arn,
        StartTime: new Date(execution.createdAt),
        PipelineExecutionStatus: execution.status,
        PipelineExecutionDescription: execution.members.PipelineExecutionDescription,
        PipelineExecutionDisplayName: execution.members.PipelineExecutionDisplayName,
        PipelineExecutionFailureReason: execution.members.FailureReason,
      }));
    },
  },
  {
    service: 'sagemaker',
    name: 'ListPipelineExecutionSteps',
    readOnly: true,
    input: { ...listRules, PipelineExecutionArn: executionArn },
    resources: (input) => [text(input, 'PipelineExecutionArn')],
    run(input, context) {
      const steps = stepRuns(executionOf(input, context)).map((step) => ({ ...step, createdAt: step.startedAt }));
      return listPage(steps, input, 'PipelineExecutionSteps', (step) => ({
        StepName: step.name,
        StartTime: new Date(step.startedAt),
        EndTime: iso(step.endedAt),
        StepStatus: step.status,
        AttemptCount: 1,
        Metadata: step.made ? { [step.made.member]: { Arn: step.made.arn } } : {},
      }));
    },
  },
] satisfies readonly Operation[];
