import { type Check, type Judgement, judged, notApplicable, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import type { Reading } from '../facts.ts';
import { hasLocalStorage } from '../local-storage.ts';
import { commands, comment } from '../remedy.ts';

interface Volume {
  readonly InstanceType?: string | undefined;
  readonly VolumeKmsKeyId?: string | undefined;
}

function judgeVolume<Value>(
  reading: Reading<Value>,
  path: string,
  volumeOf: (value: Value) => Volume | undefined,
): readonly Judgement[] {
  return judged(reading, (value, field) => {
    const volume = volumeOf(value);
    const evidence = [field(`${path}.VolumeKmsKeyId`, volume?.VolumeKmsKeyId)];
    if (volume?.VolumeKmsKeyId) return weakIf(false, evidence);
    if (!volume?.InstanceType) return notApplicable('it names no instances of its own', evidence);
    if (hasLocalStorage(volume.InstanceType))
      return notApplicable(`AWS takes no key for ${volume.InstanceType}: its disks encrypt themselves`, evidence);
    return weakIf(true, evidence);
  });
}

const check: Check = {
  id: 'data-protection.job-volume-key',
  topic: 'data protection',
  title: 'KMS key of the job volumes',
  about: ['sagemaker.training-job', 'sagemaker.processing-job', 'sagemaker.transform-job'],
  why: 'Training data lies on these volumes while the job runs: without a key of yours no key policy decides who may have it.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingClusterConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformResources.html',
  ],
  remedy: () =>
    commands(
      comment(
        'A job keeps what it was made with. So that the next one has a key, refuse those without, on whoever makes them:',
      ),
      `aws iam put-role-policy --role-name ROLE --policy-name jobs-need-a-key --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["sagemaker:CreateTrainingJob","sagemaker:CreateProcessingJob","sagemaker:CreateTransformJob"],"Resource":"*","Condition":{"Null":{"sagemaker:VolumeKmsKey":"true"}}}]}'`,
    ),
  judge(subject, { ask }) {
    if (subject.kind === 'sagemaker.training-job')
      return judgeVolume(describe.trainingJob(subject, ask), 'ResourceConfig', ({ ResourceConfig }) => ResourceConfig);
    if (subject.kind === 'sagemaker.processing-job')
      return judgeVolume(
        describe.processingJob(subject, ask),
        'ProcessingResources.ClusterConfig',
        ({ ProcessingResources }) => ProcessingResources?.ClusterConfig,
      );
    return judgeVolume(
      describe.transformJob(subject, ask),
      'TransformResources',
      ({ TransformResources }) => TransformResources,
    );
  },
};
export default check;
