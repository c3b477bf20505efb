import type { Check } from '../check.ts';
import { actionsText, isEverything, judgeStatements, resourcesText } from '../policies.ts';
import { cli, commands, comment } from '../remedy.ts';

/** A whole service, or everything. */
const isWide = (action: string): boolean => /^\*+$|^[^:*?]+:\*+$|^\*:\*$/.test(action);

const check: Check = {
  id: 'identity.wildcards',
  topic: 'identity and access',
  title: 'wildcards in what it may do',
  about: ['iam.role', 'iam.user'],
  why: 'Whoever has its credentials has all of the service, not what the work needs: this is what decides how far one stolen session reaches.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege'],
  remedy: ({ kind, name, arn }) =>
    commands(
      comment('What it really used, to write a policy of just that:'),
      cli('iam', 'generate-service-last-accessed-details', { arn: arn || name, granularity: 'ACTION_LEVEL' }),
      comment('Then replace the policy named in the evidence:'),
      kind === 'iam.user'
        ? cli('iam', 'put-user-policy', {
            'user-name': name,
            'policy-name': 'POLICY',
            'policy-document': 'file://narrow.json',
          })
        : cli('iam', 'put-role-policy', {
            'role-name': name,
            'policy-name': 'POLICY',
            'policy-document': 'file://narrow.json',
          }),
    ),
  judge: (subject, { ask }) =>
    judgeStatements(
      subject,
      ask,
      (statement) => {
        const { actions, notActions, resources, notResources, conditions } = statement;
        if (conditions.length > 0) return undefined;
        const everywhere = notResources !== undefined || (resources ?? []).some(isEverything);
        if (!everywhere || !(notActions || actions?.some(isWide))) return undefined;
        return `Allow ${actionsText(statement, isWide)} on ${resourcesText(statement)}`;
      },
      'no whole service on everything',
    ),
};
export default check;
