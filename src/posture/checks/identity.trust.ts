import type { PostureEvidence } from '../../model/posture.ts';
import { decodeDocument } from '../../shared/policy-document.ts';
import { type Check, evidenceOf, judged, notApplicable } from '../check.ts';
import * as describe from '../describe.ts';
import { isServiceLinked } from '../policies.ts';
import { cli, commands, comment } from '../remedy.ts';
import { accountIn, admittedBy } from '../trust.ts';

const check: Check = {
  id: 'identity.trust',
  topic: 'identity and access',
  title: 'who may take the role on',
  about: ['iam.role'],
  why: 'A trust in an account without a condition is a trust in everybody there whose own policies allow it, attackers with a key included.',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
  ],
  remedy: ({ name }) =>
    commands(
      comment(
        'Name who may, instead of the account; or add a condition (sts:ExternalId, aws:PrincipalOrgID, aws:PrincipalArn):',
      ),
      cli('iam', 'update-assume-role-policy', { 'role-name': name, 'policy-document': 'file://trust.json' }),
    ),
  judge: (subject, { ask, account }) =>
    isServiceLinked(subject)
      ? [notApplicable('AWS made this role, and nobody here can change it')]
      : judged(describe.role(subject, ask), ({ Role }) => {
          const from = { from: 'iam:GetRole' } as const;
          const document = Role?.AssumeRolePolicyDocument;
          const admitted = admittedBy(document);
          if (!admitted)
            return {
              verdict: 'unknown',
              evidence: [evidenceOf(from, 'AssumeRolePolicyDocument', document && decodeDocument(document))],
              note: 'the trust policy cannot be read',
            };
          const wide = admitted.flatMap(({ who, statement }): PostureEvidence[] => {
            if (statement.conditions.length > 0) return [];
            const whole = /^\d{12}$/.test(who) || /:root$/.test(who);
            const outside = accountIn(who) !== '' && accountIn(who) !== account;
            if (who !== '*' && !whole && !outside) return [];
            const words =
              who === '*'
                ? 'everybody'
                : outside
                  ? 'of another account'
                  : 'everybody of this account whose policies allow it';
            return [evidenceOf(from, 'AssumeRolePolicyDocument.Principal', `${who} (${words}), without a condition`)];
          });
          if (wide.length > 0) return { verdict: 'weak', evidence: wide };
          return {
            verdict: 'sound',
            evidence: [
              evidenceOf(
                from,
                'AssumeRolePolicyDocument.Principal',
                [...new Set(admitted.map(({ who }) => who))].join(', ') || 'nobody',
              ),
            ],
          };
        }),
};
export default check;
