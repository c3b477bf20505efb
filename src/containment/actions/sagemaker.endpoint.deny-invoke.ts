import { parseArn } from '../../model/arn.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ContainmentAction, Step } from '../action.ts';
import { allPages, attempt } from '../attempt.ts';
import { inlineOnly, replaces, simulatedDeny } from '../inline-deny.ts';
import { endpointWithCallers } from '../invocations.ts';
import { sameDocument } from '../policy-document.ts';
import { readHolder, readInline, readPolicies } from '../policy-holder.ts';
import { policyNameOf } from '../policy-name.ts';
import { roleNameOf } from '../protected-roles.ts';
import { nothingToSend } from '../step.ts';
import { lines, some } from '../words.ts';

/** Today: InvokeEndpoint, …Async, …WithResponseStream, …WithBidirectionalStream. */
const invoke = 'sagemaker:InvokeEndpoint*';
/** Roles that the choices ask the simulator about, at most. */
const mostRoles = 60;

/** The endpoint and what runs on it, as policies name them. */
async function resourcesOf(target: ResourceRef, context: ActionContext): Promise<readonly string[]> {
  const { aws, signal } = context;
  const components = await attempt(
    allPages(async (NextToken) => {
      const page = await aws.call(
        'sagemaker:ListInferenceComponents',
        { EndpointNameEquals: target.name, ...(NextToken ? { NextToken } : {}) },
        { signal, priority: 'operator' },
      );
      return { items: page.InferenceComponents, next: page.NextToken };
    }),
  );
  const arns = (components.value ?? []).flatMap(({ InferenceComponentArn: arn }) => (arn ? [arn] : []));
  return [target.arn, ...arns.sort()];
}

const documentOf = (Resource: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'FirebreakDenyInvoke', Effect: 'Deny', Action: invoke, Resource }],
  });

/** Roles and users of this account that the operator named, as targets. @throws UsageError, RefusedError `OtherAccount` */
function principalsIn({ params, partition, account }: ActionContext): readonly ResourceRef[] {
  const names = (params.principals ?? '').split(/[\s,]+/).filter(Boolean);
  if (names.length === 0)
    throw new UsageError('whom to deny is missing', {
      nextSteps: ['Give --set principals=ROLE_OR_USER_ARN[,…]: endpoints have no policy of their own'],
    });
  return [...new Set(names)].sort().map((text) => {
    const arn = parseArn(text);
    if (arn && (arn.partition !== partition || arn.account !== account))
      throw new RefusedError(
        'OtherAccount',
        `${text} is not of ${account}: who is elsewhere cannot be denied this way`,
        ['Use sagemaker.endpoint.delete, or have it denied in its own account'],
      );
    const role = roleNameOf(text) ?? (arn ? undefined : text.slice(text.lastIndexOf('/') + 1));
    if (role !== undefined) return { kind: 'iam.role', arn: arn?.service === 'iam' ? text : '', name: role };
    if (arn?.service !== 'iam' || !arn.resource.startsWith('user/'))
      throw new UsageError(`${text} is no role or user`, {
        nextSteps: ['Give ARNs of roles or users, or names of roles'],
      });
    return { kind: 'iam.user', arn: text, name: arn.resource.slice(arn.resource.lastIndexOf('/') + 1) };
  });
}

const kindOf = ({ kind }: ResourceRef) => (kind === 'iam.role' ? 'iam.role' : 'iam.user');

/**
 * Refuses invocations of an endpoint to chosen roles and users, by an inline policy on each: endpoints have no policy of their own. Facts E2,
 * 5.10. Assumed, not measured on AWS: that an open stream survives the deny.
 */
const action: ContainmentAction = {
  id: 'sagemaker.endpoint.deny-invoke',
  title: 'Deny invocations of an endpoint to chosen roles and users',
  class: 'seconds',
  appliesTo: ['sagemaker.endpoint'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html',
    'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'principals',
      title: 'roles and users to deny, ARNs with commas between (possible callers, by the simulator)',
      async choices(target, context) {
        const { aws, signal } = context;
        const roles = await allPages(async (Marker) => {
          const page = await aws.call('iam:ListRoles', Marker ? { Marker } : {}, { signal });
          return { items: page.Roles, next: page.IsTruncated ? page.Marker : undefined };
        });
        const own = roleNameOf(context.responderArn)?.toLowerCase();
        const candidates = roles.filter(
          ({ Path = '/', RoleName = '' }) =>
            !/^\/aws-(service-role|reserved)\//.test(Path) && RoleName.toLowerCase() !== own,
        );
        const possible: string[] = [];
        for (const { Arn = '' } of candidates.slice(0, mostRoles)) {
          const answer = await attempt(
            aws.call(
              'iam:SimulatePrincipalPolicy',
              { PolicySourceArn: Arn, ActionNames: ['sagemaker:InvokeEndpoint'], ResourceArns: [target.arn] },
              { signal },
            ),
          );
          // Whom we may not ask about may be one: offered too.
          if (!answer.value || answer.value.EvaluationResults?.some(({ EvalDecision }) => EvalDecision === 'allowed'))
            possible.push(Arn);
        }
        return possible.sort();
      },
    },
  ],

  async plan(target, context) {
    const principals = principalsIn(context);
    const policy = policyNameOf(context.incident, 'DenyInvoke', target.name);
    const document = documentOf(await resourcesOf(target, context));
    const steps: Step[] = [];
    const warnings: string[] = [];
    const names: string[] = [];
    for (const principal of principals) {
      const holder = await readHolder(principal, context);
      names.push(holder.name);
      const before = await readInline(holder, policy, context);
      if (before !== undefined && sameDocument(before, document)) continue;
      const held = await readPolicies(holder, context);
      steps.push(...inlineOnly(holder, { policy, document }, before, held));
      warnings.push(...replaces(policy, before));
    }
    const stillOpen = [
      {
        what: `whoever else may invoke ${target.name}: other roles, other accounts; and streams that are open already (assumed, not measured on AWS)`,
        until: null,
        closeWith: `sagemaker.endpoint.delete ${target.arn}`,
      },
    ];
    if (steps.length === 0)
      return { ...nothingToSend(`${some(names)} may not invoke ${target.name} already, by ${policy}`), stillOpen };
    return {
      summary: `Deny ${some(names)} invocations of ${target.name} with inline policy ${policy}`,
      impact: lines(
        `Applications that act as ${some(names)} get errors from ${target.name} within seconds to minutes; everybody else goes on.`,
        ...warnings,
      ),
      evidenceLost: [],
      notRestored: [`invocations that were refused meanwhile`],
      steps,
      preconditions: [],
      stillOpen,
      comesBack: names.map((name) => `invocations of ${target.name} by ${name}`),
    };
  },

  async verify(target, context) {
    const policy = policyNameOf(context.incident, 'DenyInvoke', target.name);
    const document = documentOf(await resourcesOf(target, context));
    const checks = await Promise.all(
      principalsIn(context).map(async (principal) => {
        const found = await readInline({ kind: kindOf(principal), name: principal.name }, policy, context);
        return [
          {
            what: `inline policy ${policy} of ${principal.name} denies invocations of ${target.name}`,
            holds: found !== undefined && sameDocument(found, document),
            why: found ?? 'the policy is not there',
          },
          ...(principal.arn
            ? await simulatedDeny(
                principal,
                { actions: ['sagemaker:InvokeEndpoint'], resources: [target.arn] },
                context,
              )
            : []),
        ];
      }),
    );
    return checks.flat();
  },

  async *affected(target, context) {
    yield* endpointWithCallers(target, context);
    for (const principal of principalsIn(context))
      yield {
        kind: principal.kind,
        arn: principal.arn,
        why: `${principal.name} may not invoke it any more; what else it does goes on`,
      };
  },
};
export default action;
