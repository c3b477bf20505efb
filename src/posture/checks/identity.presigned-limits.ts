import type { Statement } from '../../policy/statement.ts';
import { shellWord } from '../../shared/shell-word.ts';
import { type Check, type Judgement, notApplicable } from '../check.ts';
import { judgeStatements, speaksOf } from '../policies.ts';
import { commands, comment } from '../remedy.ts';

/** Calls that hand out a way in without credentials. */
const mints = [
  'sagemaker:CreatePresignedDomainUrl',
  'sagemaker:CreatePresignedNotebookInstanceUrl',
  'sagemaker:CreatePresignedMlflowTrackingServerUrl',
  'sagemaker:CreatePresignedMlflowAppUrl',
  'sagemaker:CreatePartnerAppPresignedUrl',
  'sagemaker:StartSession',
] as const;

const places = new Set(['aws:sourceip', 'aws:vpcsourceip', 'aws:sourcevpc', 'aws:sourcevpce']);
const isBound = ({ conditions }: Statement): boolean => conditions.some(({ key }) => places.has(key.toLowerCase()));

const check: Check = {
  id: 'identity.presigned-limits',
  topic: 'identity and access',
  title: 'presigned URLs limited by address or VPC endpoint',
  about: ['iam.role', 'iam.user'],
  why: 'A URL that it makes opens from anywhere for 12 hours: AWS asks the policy of the one who made it for every request, and it names no place.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-ip-filter.html',
  ],
  remedy: ({ kind, name }) => {
    const noun = kind === 'iam.user' ? 'user' : 'role';
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: mints,
          Resource: '*',
          Condition: { NotIpAddress: { 'aws:SourceIp': ['OFFICE_CIDR'] } },
        },
      ],
    });
    return commands(
      comment('For access through a VPC endpoint: StringNotEquals of aws:SourceVpce instead'),
      `aws iam put-${noun}-policy --${noun}-name ${shellWord(name)} --policy-name urls-from-the-office --policy-document ${shellWord(document)}`,
    );
  },
  judge(subject, { ask }): readonly Judgement[] {
    const free = (all: readonly Statement[]): readonly string[] =>
      mints.filter((mint) => !all.some((one) => one.effect === 'Deny' && isBound(one) && speaksOf(one, mint)));
    let may = false;
    const said = judgeStatements(
      subject,
      ask,
      (statement, all) => {
        const allowed = mints.filter((mint) => speaksOf(statement, mint));
        if (allowed.length > 0) may = true;
        if (isBound(statement)) return undefined;
        const open = free(all).filter((mint) => allowed.includes(mint as (typeof mints)[number]));
        return open.length > 0
          ? `Allow ${open.slice(0, 3).join(', ')}${open.length > 3 ? ` and ${open.length - 3} more` : ''}, from any address`
          : undefined;
      },
      'URLs are bound to addresses or VPC endpoints',
    );
    if (may || said.some(({ verdict }) => verdict !== 'sound')) return said;
    return [notApplicable('it may not make such URLs')];
  },
};
export default check;
