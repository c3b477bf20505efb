import { callerNamesOf, writtenPolicies } from '../../account/identities.ts';
import { noSuchEntity } from '../../fault.ts';
import { rule } from '../../iam/evaluate.ts';
import { parsePolicy, type Statement } from '../../iam/policy.ts';
import { checkDocument, iamPage, pageRules } from '../../iam-rules.ts';
import { type Operation, optionalText, structures, text } from '../../operation.ts';

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Keys that a statement asks about. */
const keysOf = (statements: readonly Statement[]): readonly string[] =>
  statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));

/**
 * Of what is written, not of what is enforced yet. Takes users and roles, no sessions; the boundary caps, as for calls.
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
    PermissionsBoundaryPolicyInputList: { type: 'list' },
    ContextEntries: { type: 'list' },
    ...pageRules,
  },
  resources: (input) => [text(input, 'PolicySourceArn')],
  run(input, { account }) {
    const arn = text(input, 'PolicySourceArn');
    const source = [...account.roles.values(), ...account.users.values()].find((identity) => identity.arn === arn);
    if (!source) throw noSuchEntity(`The policy source ${arn} cannot be found.`);
    const documents = texts(input.PolicyInputList);
    const boundaries = texts(input.PermissionsBoundaryPolicyInputList);
    for (const document of [...documents, ...boundaries]) checkDocument(document, 'identity', account);
    const resourcePolicy = optionalText(input, 'ResourcePolicy');
    const written = writtenPolicies(source, account.managedPolicies);
    const policies = {
      identity: [...written.policies, ...documents.flatMap(parsePolicy)],
      boundary: boundaries.length > 0 ? boundaries.flatMap(parsePolicy) : written.boundary,
      resource:
        resourcePolicy === undefined ? undefined : { statements: parsePolicy(resourcePolicy), sameAccount: true },
    };
    const context = new Map<string, string | readonly string[]>([
      ['aws:principalarn', arn],
      ['aws:principalaccount', account.id],
    ]);
    for (const [key, value] of source.tags) context.set(`aws:principaltag/${key.toLowerCase()}`, value);
    for (const entry of structures(input.ContextEntries)) {
      const values = texts(entry.ContextKeyValues);
      const list = text(entry, 'ContextKeyType').endsWith('List');
      context.set(text(entry, 'ContextKeyName').toLowerCase(), list ? values : (values[0] ?? ''));
    }
    const missing = [
      ...new Set(
        keysOf([...policies.identity, ...(policies.boundary ?? [])]).filter((key) => !context.has(key.toLowerCase())),
      ),
    ];
    const resources = texts(input.ResourceArns);
    const results = texts(input.ActionNames).flatMap((action) =>
      (resources.length > 0 ? resources : ['*']).map((resource) => {
        const { decision, by } = rule(policies, callerNamesOf(source), action, resource, context);
        return {
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decision,
          MatchedStatements: [],
          MissingContextValues: missing,
          ...(policies.boundary
            ? {
                PermissionsBoundaryDecisionDetail: {
                  AllowedByPermissionsBoundary: decision === 'allowed' || by !== 'permissions boundary',
                },
              }
            : {}),
        };
      }),
    );
    return iamPage(results, input, 'EvaluationResults');
  },
} satisfies Operation;
