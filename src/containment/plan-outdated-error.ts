import { RefusedError } from '../model/errors.ts';
import type { Plan } from './action.ts';
import { planDifference } from './plan-text.ts';

/** What would be sent is not what was shown: the target changed since. Nothing was sent; `plan` is the one to show now. */
export class PlanOutdatedError extends RefusedError {
  readonly plan: Plan;
  /** `- ` lines that went and `+ ` lines that came; safe to show. */
  readonly difference: readonly string[];

  constructor(shown: Plan, plan: Plan) {
    super('PlanOutdated', `${plan.target.name} changed since the plan was shown; nothing was sent`, [
      'Look at the new plan and confirm it',
    ]);
    this.plan = plan;
    this.difference = planDifference(shown, plan);
  }
}
