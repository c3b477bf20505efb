import { currentDocument } from './account/identities.ts';
import { Fault } from './fault.ts';
import { parsePolicy, type Statement } from './iam/policy.ts';
import { checkDocument } from './iam-rules.ts';
import { type CallContext, type MemberRule, type Members, optionalText, structures, text } from './operation.ts';

/** Members by which a session is told what it may do at most. */
export const sessionRules: { readonly [member: string]: MemberRule } = {
  Policy: { type: 'string', min: 1, max: 2048 },
  PolicyArns: { type: 'list', max: 10 },
  Tags: { type: 'list', max: 50 },
};

/**
 * The session policy of a call; `undefined` when it passes none.
 * @throws Fault `MalformedPolicyDocument`, `InvalidParameterValue`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function sessionPolicyOf(input: Members, { account }: CallContext): readonly Statement[] | undefined {
  const document = optionalText(input, 'Policy');
  if (document !== undefined) checkDocument(document, 'identity', account);
  const managed = structures(input.PolicyArns).map((entry) => {
    const policy = account.managedPolicies.get(text(entry, 'arn'));
    if (!policy) throw new Fault('InvalidParameterValue', `The policy ${text(entry, 'arn')} does not exist`);
    return currentDocument(policy);
  });
  const all = [...(document === undefined ? [] : [document]), ...managed];
  return all.length === 0 ? undefined : all.flatMap(parsePolicy);
}

/** CloudTrail keeps everything of issued credentials but the secret key. */
export function recordedCredentials(output: Members): Members {
  const { SecretAccessKey: _secret, ...credentials } = output.Credentials as { SecretAccessKey: string };
  return { ...output, Credentials: credentials };
}
