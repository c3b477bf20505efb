import { type Check, judged, notApplicable, weakIf } from '../check.ts';
import { containerKinds, containerNetwork } from '../container-network.ts';
import { commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.container-vpc',
  topic: 'infrastructure security',
  title: 'containers in a VPC of yours',
  about: containerKinds,
  why: 'Outside of your VPC there are no security groups to close and no flow logs that say where the container talked to.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html',
  ],
  remedy: ({ kind, name }) =>
    commands(
      comment(`${name} keeps what it was made with. Make the next one with:`),
      kind === 'sagemaker.processing-job'
        ? `aws sagemaker create-processing-job … --network-config '{"VpcConfig":{"SecurityGroupIds":["SECURITY_GROUP"],"Subnets":["SUBNET_A","SUBNET_B"]}}'`
        : `aws sagemaker create-${kind.slice('sagemaker.'.length)} … --vpc-config SecurityGroupIds=SECURITY_GROUP,Subnets=SUBNET_A,SUBNET_B`,
    ),
  judge: (subject, { ask }) =>
    judged(containerNetwork(subject, ask), (network, field) => {
      if (!network) return [];
      const evidence = [field(`${network.path}VpcConfig.Subnets`, network.subnets?.join(', '))];
      if (network.isolated) return notApplicable('isolated: it reaches no network at all', evidence);
      return weakIf(!network.subnets?.length, evidence);
    }),
};
export default check;
