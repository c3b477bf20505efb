import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { applies } from '../../../src/policy/applies.ts';
import type { RequestKeys } from '../../../src/policy/request.ts';
import { statementsIn } from '../../../src/policy/statement.ts';
import { some } from '../../../src/policy/truth.ts';
import { type Decision, evaluate, rule } from '../../../src/range/iam/evaluate.ts';
import { parsePolicy } from '../../../src/range/iam/policy.ts';
import type { IamCase, Policy } from './cases.ts';

const parsed = (policy: Policy | undefined) => policy && parsePolicy(JSON.stringify(policy));

const keysIn = (context: IamCase['context']) =>
  new Map(Object.entries(context).map(([name, value]) => [name.toLowerCase(), value]));

/** What the range says of a case. */
export function ours({ action, caller, context, resource, ...policies }: IamCase) {
  const sameAccount = caller.account === policies.resourceAccount;
  const statements = parsed(policies.resourcePolicy);
  return rule(
    {
      identity: policies.identity.flatMap((policy) => parsed(policy) ?? []),
      boundary: parsed(policies.boundary),
      session: parsed(policies.session),
      // As `authorize.ts` has it: without a policy that lets them in, nothing is another account's.
      resource:
        statements || !sameAccount
          ? { statements: statements ?? [], sameAccount, mustAllow: action.startsWith('sts:') }
          : undefined,
    },
    caller,
    action,
    resource,
    keysIn(context),
  );
}

/** Whether the product says that the identity's policies refuse a case by a deny; `undefined`: that cannot be said. */
export function refusedByPolicies({ action, caller, context, identity, resource }: IamCase) {
  const known = keysIn(context);
  const keys: RequestKeys = (name) => {
    const value = known.get(name);
    if (value === undefined) return 'absent';
    // The product does not know which keys are lists where one has a single value.
    return typeof value === 'string' ? [value] : value.length === 1 ? 'unknown' : value;
  };
  const statements = identity.flatMap((policy) => statementsIn(JSON.stringify(policy)) ?? []);
  const principal = { arns: [caller.identity], account: caller.account, service: '' };
  const request = { action, resources: resource === '*' ? [] : [{ arn: resource }] };
  return some(statements, (one) => one.effect === 'Deny' && applies(one, request, principal, keys));
}

/** The same question to the range. */
export const refusedByRange = ({ action, context, identity, resource }: IamCase): boolean =>
  evaluate(
    identity.flatMap((policy) => parsed(policy) ?? []),
    action,
    resource,
    keysIn(context),
  ) === 'explicitDeny';

const words = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' } as const;

/** What `@cloud-copilot/iam-simulate` says of a case. @throws Error when it does not take it. */
export async function theirs(one: IamCase): Promise<{ readonly decision: Decision; readonly identityDenies: boolean }> {
  const named = (policy: Policy | undefined, name: string) => (policy ? [{ name, policy }] : []);
  const simulation: Simulation = {
    request: {
      principal: one.caller.session ?? one.caller.identity,
      action: one.action,
      resource: { resource: one.resource, accountId: one.resourceAccount },
      contextVariables: one.context as Record<string, string | string[]>,
    },
    identityPolicies: one.identity.map((policy, index) => ({ name: `policy-${index}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(one.resourcePolicy ? { resourcePolicy: one.resourcePolicy } : {}),
    ...(one.boundary ? { permissionBoundaryPolicies: named(one.boundary, 'boundary') } : {}),
    ...(one.session ? { sessionPolicy: one.session } : {}),
  };
  const found = await runSimulation(simulation, {});
  if (found.resultType !== 'single') throw new Error(JSON.stringify(found));
  return {
    decision: words[found.overallResult],
    identityDenies: found.result.analysis.identityAnalysis?.result === 'ExplicitlyDenied',
  };
}
