import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.domain-vpc-only',
  topic: 'infrastructure security',
  title: 'Studio through the VPC only',
  about: ['sagemaker.domain'],
  why: 'Apps of everybody in the domain talk to any address by a way that your network does not see.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html'],
  remedy: (subject) =>
    commands(
      comment('Only while no app runs; the VPC needs endpoints for what Studio uses:'),
      cli('sagemaker', 'update-domain', {
        'domain-id': describe.domainIdOf(subject),
        'app-network-access-type': 'VpcOnly',
      }),
    ),
  judge: (subject, { ask }) =>
    judged(describe.domain(subject, ask), ({ AppNetworkAccessType: type }, field) =>
      type === undefined
        ? { verdict: 'unknown', evidence: [field('AppNetworkAccessType', type)], note: 'AWS does not say' }
        : weakIf(type !== 'VpcOnly', [field('AppNetworkAccessType', type)]),
    ),
};
export default check;
