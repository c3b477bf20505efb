import type { Identity } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import type { ActionContext, Affected, ContainmentAction, Plan } from './action.ts';
import type { Assessment } from './containment.ts';
import { checkPermissions } from './permissions.ts';

/** Before anything is known. */
export const emptyAssessment: Assessment = {
  affected: [],
  affectedComplete: false,
  permissions: { checked: 'pending', missing: [], notSeen: [] },
};

/**
 * Finds out what a plan hits and whether the responder may send it, and publishes each bit as it comes. Reads only; never blocks a plan.
 * @returns The last that was published. @throws The signal's reason.
 */
export async function assessPlan(
  action: ContainmentAction,
  plan: Plan,
  identity: Pick<Identity, 'arn' | 'partition'>,
  context: ActionContext,
  publish: (assessment: Assessment) => void,
): Promise<Assessment> {
  let assessment = emptyAssessment;
  const change = (part: Partial<Assessment>) => {
    context.signal.throwIfAborted();
    assessment = { ...assessment, ...part };
    publish(assessment);
  };
  const list = async () => {
    const affected: Affected[] = [];
    try {
      for await (const one of action.affected?.(plan.target, context) ?? []) {
        affected.push(one);
        change({ affected: [...affected] });
      }
      change({ affectedComplete: true });
    } catch (error) {
      if (!(error instanceof AwsCallError) || context.signal.aborted) throw error;
      change({ affectedProblem: error.message });
    }
  };
  await Promise.all([list(), checkPermissions(plan, identity, context).then((permissions) => change({ permissions }))]);
  return assessment;
}
