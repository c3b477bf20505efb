import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.notebook-imds',
  topic: 'infrastructure security',
  title: 'instance metadata of version 2 only',
  about: ['sagemaker.notebook-instance'],
  why: 'By version 1 one request that a notebook is talked into hands out the credentials of its role.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html'],
  remedy: ({ name }) =>
    commands(
      comment('While it is stopped:'),
      cli('sagemaker', 'update-notebook-instance', {
        'notebook-instance-name': name,
        'instance-metadata-service-configuration': 'MinimumInstanceMetadataServiceVersion=2',
      }),
    ),
  judge: (subject, { ask }) =>
    judged(describe.notebook(subject, ask), ({ InstanceMetadataServiceConfiguration: config }, field) => {
      const lowest = config?.MinimumInstanceMetadataServiceVersion;
      const evidence = [field('InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion', lowest)];
      if (lowest === undefined)
        return { verdict: 'unknown', evidence, note: 'AWS does not say which is the lowest version' };
      return weakIf(lowest !== '2', evidence);
    }),
};
export default check;
