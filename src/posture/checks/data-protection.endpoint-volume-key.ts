import { type Check, judged, notApplicable, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { hasLocalStorage } from '../local-storage.ts';
import { commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'data-protection.endpoint-volume-key',
  topic: 'data protection',
  title: 'KMS key of the endpoint volumes',
  about: ['sagemaker.endpoint-config'],
  why: 'Models and what is asked of them lie on these volumes: without a key of yours no key policy decides who may have them.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html'],
  remedy: ({ name }) =>
    commands(
      comment(
        `A config cannot be changed: write ${name} to a file, add "KmsKeyId", make a new one, move the endpoint to it`,
      ),
      'aws sagemaker create-endpoint-config --cli-input-json file://config-with-key.json',
      'aws sagemaker update-endpoint --endpoint-name ENDPOINT --endpoint-config-name NEW_CONFIG',
    ),
  judge: (subject, { ask }) =>
    judged(describe.endpointConfig(subject, ask), ({ KmsKeyId, ProductionVariants }, field) => {
      const types = (ProductionVariants ?? []).flatMap(({ InstanceType }) => InstanceType ?? []);
      const evidence = [field('KmsKeyId', KmsKeyId)];
      if (KmsKeyId) return weakIf(false, evidence);
      if (types.length === 0)
        return notApplicable('it names no instances: serverless variants have no volumes of yours', evidence);
      if (types.every(hasLocalStorage))
        return notApplicable(
          `AWS takes no key for ${[...new Set(types)].join(', ')}: their disks encrypt themselves`,
          evidence,
        );
      return weakIf(true, evidence);
    }),
};
export default check;
