import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { hcl, terraform } from '../remedy.ts';

const check: Check = {
  id: 'data-protection.domain-file-system-key',
  topic: 'data protection',
  title: 'KMS key of the Studio home file system',
  about: ['sagemaker.domain'],
  why: 'The home folders of everybody in Studio lie there, and what an attacker leaves in one is started with the next app.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-studio.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html',
  ],
  remedy: ({ name }) =>
    terraform(
      `# Set when a domain is made; ${hcl(name)} keeps what it has: a new domain, and its files moved`,
      'resource "aws_sagemaker_domain" "replacement" {',
      '  kms_key_id = "KEY_ARN"',
      '  # the rest as it was',
      '}',
    ),
  judge: (subject, { ask }) =>
    judged(describe.domain(subject, ask), ({ KmsKeyId, HomeEfsFileSystemKmsKeyId, HomeEfsFileSystemId }, field) =>
      weakIf(!KmsKeyId && !HomeEfsFileSystemKmsKeyId, [
        field('KmsKeyId', KmsKeyId ?? HomeEfsFileSystemKmsKeyId),
        field('HomeEfsFileSystemId', HomeEfsFileSystemId),
      ]),
    ),
};
export default check;
