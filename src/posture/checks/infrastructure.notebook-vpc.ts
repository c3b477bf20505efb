import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { hcl, terraform } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.notebook-vpc',
  topic: 'infrastructure security',
  title: 'notebook in a VPC of yours',
  about: ['sagemaker.notebook-instance'],
  why: 'Outside of your VPC there are no security groups to close and no flow logs that say where it talked to.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-connect-to-resources.html'],
  remedy: ({ name }) =>
    terraform(
      '# Set when it is made: make a new notebook and move its files',
      'resource "aws_sagemaker_notebook_instance" "replacement" {',
      `  name            = ${hcl(`${name}-2`)}`,
      '  subnet_id       = "SUBNET"',
      '  security_groups = ["SECURITY_GROUP"]',
      '}',
    ),
  judge: (subject, { ask }) =>
    judged(describe.notebook(subject, ask), ({ SubnetId }, field) => weakIf(!SubnetId, [field('SubnetId', SubnetId)])),
};
export default check;
