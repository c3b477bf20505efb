import { type Check, evidenceOf, type Judgement, unanswered } from '../check.ts';
import { containerKinds, containerNetwork } from '../container-network.ts';
import * as describe from '../describe.ts';
import type { Reading } from '../facts.ts';

const note =
  'what the groups let through is not read: Firebreak has no client of EC2; look with aws ec2 describe-security-groups';

const check: Check = {
  id: 'infrastructure.security-groups',
  topic: 'infrastructure security',
  title: 'what its security groups let through',
  about: ['sagemaker.notebook-instance', 'sagemaker.domain', ...containerKinds],
  why: 'A group that lets everything out is no obstacle to carrying data off.',
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html'],
  judge(subject, { ask }): readonly Judgement[] {
    const said = (
      reading: Reading<unknown>,
      field: string,
      groups: readonly string[] | undefined,
    ): readonly Judgement[] =>
      groups && groups.length > 0
        ? [
            {
              verdict: 'unknown',
              evidence: [evidenceOf(reading, field, groups.join(', '))],
              missing: ['ec2:DescribeSecurityGroups'],
              note,
            },
          ]
        : [];
    if (subject.kind === 'sagemaker.notebook-instance') {
      const reading = describe.notebook(subject, ask);
      return reading.state === 'read'
        ? said(reading, 'SecurityGroups', reading.value.SecurityGroups)
        : [unanswered([reading])!];
    }
    if (subject.kind === 'sagemaker.domain') {
      const reading = describe.domain(subject, ask);
      return reading.state === 'read'
        ? said(reading, 'DefaultUserSettings.SecurityGroups', reading.value.DefaultUserSettings?.SecurityGroups)
        : [unanswered([reading])!];
    }
    const reading = containerNetwork(subject, ask);
    return reading.state === 'read'
      ? said(reading, `${reading.value?.path ?? ''}VpcConfig.SecurityGroupIds`, reading.value?.securityGroups)
      : [unanswered([reading])!];
  },
};
export default check;
