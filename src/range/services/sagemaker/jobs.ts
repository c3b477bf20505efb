import { sagemakerArn, tagMap } from '../../account/account.ts';
import { describedJob, isRunning, type JobFamily, jobFamilies, startJob, stopJob } from '../../account/jobs.ts';
import { addThing, makeThing, removeThing, resourceInUse, thingOf } from '../../account/things.ts';
import { Fault, validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { structures, text } from '../../operation.ts';
import { describing, listing, passes, pick, requireAssumable, requireThing, without } from '../../thing-operations.ts';

const nameRule = (longest: number): MemberRule => ({
  type: 'string',
  required: true,
  pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/,
  max: longest,
});

function creating(family: JobFamily, suffix: string, required: JobFamily['required']): Operation {
  const { arnMember, kind, longestName, nameMember, roles } = family;
  return {
    service: 'sagemaker',
    name: `Create${family.noun}${suffix}`,
    readOnly: false,
    input: { [nameMember]: nameRule(longestName), ...required, Tags: { type: 'list', max: 50 } },
    resources: (input, { region }) => [sagemakerArn(region, kind, text(input, nameMember))],
    alsoNeeds: (input) => passes(roles(input)),
    run(input, context) {
      const { now, region } = context;
      const name = text(input, nameMember);
      const arn = sagemakerArn(region, kind, name);
      if (thingOf(region, kind, name))
        throw resourceInUse(
          `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
        );
      if (kind === 'transform-job' && !region.models.has(text(input, 'ModelName').toLowerCase()))
        throw validationFault(`Could not find model "${sagemakerArn(region, 'model', text(input, 'ModelName'))}".`);
      requireAssumable(roles(input), context);
      const job = makeThing({
        kind,
        id: name,
        name,
        arn,
        status: 'InProgress',
        members: { ...without(input, nameMember), ...begun(family) },
        tags: tagMap(structures(input.Tags)),
        createdAt: now,
      });
      addThing(region, job);
      startJob(job, context);
      return { [arnMember]: arn };
    },
  };
}

/** What Describe answers of every such job from the first moment on. */
function begun({ kind }: JobFamily): Members {
  if (kind === 'training-job') return { ModelArtifacts: { S3ModelArtifacts: '' } };
  if (kind === 'labeling-job')
    return {
      LabelCounters: { TotalLabeled: 0, HumanLabeled: 0, MachineLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0 },
    };
  if (kind !== 'hyper-parameter-tuning-job') return {};
  return {
    TrainingJobStatusCounters: { Completed: 0, InProgress: 0, RetryableError: 0, NonRetryableError: 0, Stopped: 0 },
    ObjectiveStatusCounters: { Succeeded: 0, Pending: 0, Failed: 0 },
  };
}

function operationsOf(family: JobFamily): readonly Operation[] {
  const { kind, missing, nameMember, noun, plural, spelling, versions = [] } = family;
  const named = { [nameMember]: nameRule(family.longestName) };
  const idOf = (input: Members) => text(input, nameMember);
  const arnOf: Operation['resources'] = (input, { region }) => [sagemakerArn(region, kind, idOf(input))];
  const describe = (name: string) => describing(name, kind, named, idOf, missing, describedJob);
  const human = noun.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return [
    creating(family, '', family.required),
    ...versions.map(({ required, suffix }) => creating(family, suffix, required)),
    describe(`Describe${noun}`),
    ...versions.map(({ suffix }) => describe(`Describe${noun}${suffix}`)),
    listing(
      `List${plural}`,
      kind,
      family.summaries,
      (job) =>
        pick(describedJob(job), [
          nameMember,
          family.arnMember,
          family.statusMember,
          'CreationTime',
          'LastModifiedTime',
          ...(family.startMember ? [family.startMember] : []),
          family.endMember,
          ...family.row,
        ]),
      spelling ? { spelling } : {},
    ),
    {
      service: 'sagemaker',
      name: `Stop${noun}`,
      readOnly: false,
      input: named,
      resources: arnOf,
      run(input, context) {
        const job = requireThing(context, kind, idOf(input), missing);
        if (job.status === 'Stopping') return undefined;
        if (!isRunning(job))
          throw validationFault(
            `The request was rejected because the ${human} is in status ${spelling ? spelling(job.status) : job.status}.`,
          );
        stopJob(job, context);
        return undefined;
      },
    },
    ...(deletable.has(noun)
      ? [
          {
            service: 'sagemaker',
            name: `Delete${noun}`,
            readOnly: false,
            input: named,
            resources: arnOf,
            run(input, context) {
              const job = requireThing(context, kind, idOf(input), missing);
              if (isRunning(job) || job.status === 'Stopping')
                throw new Fault(
                  'ResourceInUse',
                  `The ${human} ${job.name} is in status ${job.status} and cannot be deleted.`,
                );
              removeThing(context.region, job);
              return undefined;
            },
          } satisfies Operation,
        ]
      : []),
  ];
}

/** Families whose metadata can be deleted: the name is free then, and the evidence gone. */
const deletable: ReadonlySet<string> = new Set([
  'CompilationJob',
  'HyperParameterTuningJob',
  'ProcessingJob',
  'TrainingJob',
]);

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html and its sisters. */
export default jobFamilies.flatMap(operationsOf) satisfies readonly Operation[];
