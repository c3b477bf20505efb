import type { Check } from '../check.ts';
import { notApplicable, unanswered, usersEvidence } from '../check.ts';
import * as describe from '../describe.ts';
import { isServiceLinked } from '../policies.ts';
import { cli, commands, comment } from '../remedy.ts';
import { trustsService } from '../trust.ts';

const check: Check = {
  id: 'identity.shared-role',
  topic: 'identity and access',
  title: 'execution role shared by several resources',
  about: ['iam.role'],
  why: 'Records of the role do not say which of them acted, and taking the role away from one takes it from all.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html'],
  remedy: ({ name }) =>
    commands(
      comment(`A role for each of what runs as ${name}, beginning with what people log in to:`),
      cli('iam', 'create-role', { 'role-name': 'ONE_ROLE', 'assume-role-policy-document': 'file://trust.json' }),
      cli('sagemaker', 'update-notebook-instance', {
        'notebook-instance-name': 'NOTEBOOK',
        'role-arn': 'ONE_ROLE_ARN',
      }),
    ),
  judge(subject, facts) {
    if (isServiceLinked(subject)) return [];
    const reading = describe.role(subject, facts.ask);
    if (reading.state !== 'read') return [unanswered([reading])!];
    if (!trustsService(reading.value.Role?.AssumeRolePolicyDocument, 'sagemaker')) return [];
    const { users, unseen } = facts.usersOf(subject);
    const evidence = [usersEvidence('runs as it', users)];
    if (users.length > 1)
      return [
        {
          verdict: 'weak',
          evidence,
          note: `${users.length} run as it${unseen.length > 0 ? ', and there may be more' : ''}`,
        },
      ];
    if (unseen.length > 0) return [{ verdict: 'unknown', evidence, note: `not looked at: ${unseen.join('; ')}` }];
    return [users.length === 1 ? { verdict: 'sound', evidence } : notApplicable('nothing runs as it now', evidence)];
  },
};
export default check;
