import { type Check, judged, notApplicable, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'data-protection.inter-container-encryption',
  topic: 'data protection',
  title: 'encryption between the instances of a job',
  about: ['sagemaker.training-job', 'sagemaker.processing-job'],
  why: 'What instances of one job tell each other, weights and data, can be read by whoever is in their network.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html'],
  remedy: () =>
    commands(
      comment('A job keeps what it was made with. Make the next one with:'),
      'aws sagemaker create-training-job … --enable-inter-container-traffic-encryption',
      `aws sagemaker create-processing-job … --network-config '{"EnableInterContainerTrafficEncryption":true}'`,
    ),
  judge(subject, { ask }) {
    const alone = 'one instance has nobody to talk to';
    if (subject.kind === 'sagemaker.training-job')
      return judged(
        describe.trainingJob(subject, ask),
        ({ EnableInterContainerTrafficEncryption: isOn, ResourceConfig }, field) => {
          const groups = ResourceConfig?.InstanceGroups ?? [];
          const count =
            ResourceConfig?.InstanceCount ?? groups.reduce((sum, { InstanceCount = 0 }) => sum + InstanceCount, 0);
          const evidence = [
            field('EnableInterContainerTrafficEncryption', isOn),
            field('ResourceConfig.InstanceCount', count),
          ];
          return count < 2 ? notApplicable(alone, evidence) : weakIf(!isOn, evidence);
        },
      );
    return judged(describe.processingJob(subject, ask), ({ NetworkConfig, ProcessingResources }, field) => {
      const isOn = NetworkConfig?.EnableInterContainerTrafficEncryption;
      const count = ProcessingResources?.ClusterConfig?.InstanceCount ?? 1;
      const evidence = [
        field('NetworkConfig.EnableInterContainerTrafficEncryption', isOn),
        field('ProcessingResources.ClusterConfig.InstanceCount', count),
      ];
      return count < 2 ? notApplicable(alone, evidence) : weakIf(!isOn, evidence);
    });
  },
};
export default check;
