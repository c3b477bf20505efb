import { shellWord } from '../../shared/shell-word.ts';
import type { Check } from '../check.ts';
import { judgeStatements, resourcesText, speaksOf } from '../policies.ts';
import { commands, comment } from '../remedy.ts';

const action = 'iam:PassRole';
/** A pattern for more than one role. */
const isBroad = (pattern: string): boolean => /[*?]/.test(pattern.split(':').slice(5).join(':') || pattern);

const check: Check = {
  id: 'identity.pass-role',
  topic: 'identity and access',
  title: 'which roles it may pass',
  about: ['iam.role', 'iam.user'],
  why: 'Whoever may pass a role to a notebook or job may act as that role: a pattern of roles is a way up to the strongest of them.',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html',
  ],
  remedy: ({ kind, name }) =>
    commands(
      comment('Take iam:PassRole out of the policy named in the evidence, and allow the one role that is passed:'),
      `aws iam put-${kind === 'iam.user' ? 'user' : 'role'}-policy --${kind === 'iam.user' ? 'user' : 'role'}-name ${shellWord(name)} --policy-name pass-one-role --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"ROLE_ARN","Condition":{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}}]}'`,
    ),
  judge: (subject, { ask }) =>
    judgeStatements(
      subject,
      ask,
      (statement) => {
        const { resources, notResources, conditions } = statement;
        if (!speaksOf(statement, action) || !(notResources || (resources ?? []).some(isBroad))) return undefined;
        const to = conditions
          .filter(({ key }) => key.toLowerCase() === 'iam:passedtoservice')
          .flatMap(({ values }) => values);
        return `Allow ${action} on ${resourcesText(statement)}${to.length > 0 ? `, to ${to.join(', ')} only` : ''}`;
      },
      'no pattern of roles may be passed',
    ),
};
export default check;
