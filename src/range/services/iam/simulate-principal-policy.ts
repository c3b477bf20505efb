import { writtenPolicies } from '../../account/identities.ts';
import { noSuchEntity } from '../../fault.ts';
import { evaluate } from '../../iam/evaluate.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { checkDocument } from '../../iam-rules.ts';
import { type Operation, structures, text } from '../../operation.ts';

/**
 * Of what is written, not of what is enforced yet. Takes users and roles, no sessions.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export default {
  service: 'iam',
  name: 'SimulatePrincipalPolicy',
  readOnly: true,
  input: {
    PolicySourceArn: { type: 'string', required: true, min: 20, max: 2048 },
    ActionNames: { type: 'list', required: true, min: 1 },
    ResourceArns: { type: 'list' },
    PolicyInputList: { type: 'list' },
    ContextEntries: { type: 'list' },
  },
  resources: (input) => [text(input, 'PolicySourceArn')],
  run(input, { account }) {
    const arn = text(input, 'PolicySourceArn');
    const source = [...account.roles.values(), ...account.users.values()].find((identity) => identity.arn === arn);
    if (!source) throw noSuchEntity(`The policy source ${arn} cannot be found.`);
    const documents = ((input.PolicyInputList ?? []) as readonly unknown[]).map(String);
    documents.forEach(checkDocument);
    const extra = documents.flatMap(parsePolicy);
    const statements = [...writtenPolicies(source, account.managedPolicies), ...extra];
    const context = new Map([
      ['aws:principalarn', arn],
      ['aws:principalaccount', account.id],
      ...structures(input.ContextEntries).map((entry): [string, string] => [
        text(entry, 'ContextKeyName').toLowerCase(),
        String((entry.ContextKeyValues as readonly unknown[] | undefined)?.[0] ?? ''),
      ]),
    ]);
    const actions = input.ActionNames as readonly unknown[];
    const resources = (input.ResourceArns as readonly unknown[] | undefined) ?? ['*'];
    return {
      IsTruncated: false,
      EvaluationResults: actions.flatMap((action) =>
        resources.map((resource) => ({
          EvalActionName: String(action),
          EvalResourceName: String(resource),
          EvalDecision: evaluate(statements, String(action), String(resource), context),
          MatchedStatements: [],
          MissingContextValues: [],
        })),
      ),
    };
  },
} satisfies Operation;
