import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import { judgeAll, judgeFor } from '../policy/restriction.ts';
import type { Plan } from './action.ts';
import { restrictionsIn } from './restrictions.ts';
import { callsOf, undoSteps } from './step.ts';

/** The responder as records would show them; `undefined` where the ARN tells no more than an account. */
function principalOf(arn: string, issuerArn: string | undefined): Principal | undefined {
  const resource = parseArn(arn)?.resource ?? '';
  const name = resource.slice(resource.indexOf('/') + 1);
  if (resource.startsWith('assumed-role/'))
    return { type: 'AssumedRole', arn, name, ...(issuerArn ? { issuerArn } : {}) };
  if (resource.startsWith('user/')) return { type: 'IAMUser', arn, name: name.slice(name.lastIndexOf('/') + 1) };
  return undefined;
}

/** Our own next calls that a plan would refuse: those of the plan and of its undo, by name. `roleArn`: of the role behind our session, where it is known. */
export function ownRefusedCalls(
  plan: Pick<Plan, 'steps' | 'account' | 'target'>,
  responderArn: string,
  roleArn?: string,
): readonly string[] {
  const judges = restrictionsIn(plan).map(judgeFor);
  const principal = principalOf(responderArn, roleArn);
  if (judges.length === 0 || !principal) return [];
  const names = [...callsOf(plan.steps), ...callsOf(undoSteps(plan))].map(({ name }) => name);
  return [...new Set(names)].filter(
    (action) =>
      judgeAll(judges, { action, principal, sourceIp: '', resources: [{ ...plan.target, relation: 'target' }] })
        .refused === true,
  );
}
