import { sagemakerArn } from '../../account/account.ts';
import { describedJob, familyOf } from '../../account/jobs.ts';
import { thingsOf } from '../../account/things.ts';
import { listPage, listRules } from '../../listing.ts';
import { type Operation, text } from '../../operation.ts';
import { pick, requireThing } from '../../thing-operations.ts';
import { resourceName } from '../../validate.ts';

const kind = 'hyper-parameter-tuning-job';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobsForHyperParameterTuningJob.html */
export default {
  service: 'sagemaker',
  name: 'ListTrainingJobsForHyperParameterTuningJob',
  readOnly: true,
  input: { ...listRules, HyperParameterTuningJobName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, kind, text(input, 'HyperParameterTuningJobName'))],
  run(input, context) {
    const parent = requireThing(context, kind, text(input, 'HyperParameterTuningJobName'), familyOf(kind).missing);
    const children = thingsOf(context.region, 'training-job').filter((job) => job.parent === parent.arn);
    return listPage(children, input, 'TrainingJobSummaries', (job) => ({
      ...pick(describedJob(job), [
        'TrainingJobName',
        'TrainingJobArn',
        'CreationTime',
        'TrainingStartTime',
        'TrainingEndTime',
        'TrainingJobStatus',
        'FailureReason',
      ]),
      TuningJobName: parent.name,
      TunedHyperParameters: {},
    }));
  },
} satisfies Operation;
