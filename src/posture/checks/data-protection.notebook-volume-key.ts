import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { hcl, terraform } from '../remedy.ts';

const check: Check = {
  id: 'data-protection.notebook-volume-key',
  topic: 'data protection',
  title: 'KMS key of the notebook volume',
  about: ['sagemaker.notebook-instance'],
  why: 'Without a key of yours nothing records who had the volume decrypted, and no key policy can take it away from whoever runs the notebook.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-nbi.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html',
  ],
  remedy: ({ name }) =>
    terraform(
      '# Set when it is made: make a new notebook and move its files',
      `resource "aws_sagemaker_notebook_instance" "replacement" {`,
      `  name       = ${hcl(`${name}-2`)}`,
      '  kms_key_id = "KEY_ARN"',
      '  # the rest as it was',
      '}',
    ),
  judge: (subject, { ask }) =>
    judged(describe.notebook(subject, ask), ({ KmsKeyId }, field) => weakIf(!KmsKeyId, [field('KmsKeyId', KmsKeyId)])),
};
export default check;
