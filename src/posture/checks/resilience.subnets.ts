import { type Check, type Judgement, judged, notApplicable, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { hcl, terraform } from '../remedy.ts';

const check: Check = {
  id: 'resilience.subnets',
  topic: 'resilience',
  title: 'subnets in more than one zone',
  about: ['sagemaker.domain', 'sagemaker.model'],
  why: 'All of it lies in one zone: when that is lost, and when its network is closed to contain something, everything is.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html'],
  remedy: ({ name }) =>
    terraform(`# For ${hcl(name)}: two subnets in two zones`, 'subnets = ["SUBNET_IN_ZONE_A", "SUBNET_IN_ZONE_B"]'),
  judge(subject, { ask }): readonly Judgement[] {
    const zones = 'in which zones they lie is not read (ec2:DescribeSubnets is not called)';
    if (subject.kind === 'sagemaker.domain')
      return judged(describe.domain(subject, ask), ({ SubnetIds = [] }, field) =>
        weakIf(SubnetIds.length < 2, [field('SubnetIds', SubnetIds.join(', '))], SubnetIds.length < 2 ? '' : zones),
      );
    return judged(describe.model(subject, ask), ({ VpcConfig }, field) => {
      const subnets = VpcConfig?.Subnets;
      const evidence = [field('VpcConfig.Subnets', subnets?.join(', '))];
      if (!subnets) return notApplicable('it is in no VPC: AWS chooses the zones', evidence);
      return weakIf(subnets.length < 2, evidence, subnets.length < 2 ? '' : zones);
    });
  },
};
export default check;
