import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { hcl, terraform } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.notebook-direct-internet',
  topic: 'infrastructure security',
  title: 'direct internet access of the notebook',
  about: ['sagemaker.notebook-instance'],
  why: 'What runs there talks to any address by a way that no security group, proxy or flow log of yours sees.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html'],
  remedy: ({ name }) =>
    terraform(
      '# Set when it is made: make a new notebook and move its files',
      'resource "aws_sagemaker_notebook_instance" "replacement" {',
      `  name                   = ${hcl(`${name}-2`)}`,
      '  direct_internet_access = "Disabled"',
      '  subnet_id              = "SUBNET"',
      '  security_groups        = ["SECURITY_GROUP"]',
      '}',
    ),
  judge: (subject, { ask }) =>
    judged(describe.notebook(subject, ask), ({ DirectInternetAccess: access, NetworkInterfaceId }, field) =>
      access === undefined
        ? { verdict: 'unknown', evidence: [field('DirectInternetAccess', access)], note: 'AWS does not say' }
        : weakIf(access !== 'Disabled', [
            field('DirectInternetAccess', access),
            field('NetworkInterfaceId', NetworkInterfaceId),
          ]),
    ),
};
export default check;
