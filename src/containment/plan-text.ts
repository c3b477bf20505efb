import { classWords } from '../model/action-class.ts';
import { display } from '../shared/display.ts';
import { canonicalJson } from '../shared/json.ts';
import type { Plan, Step } from './action.ts';
import type { Assessment } from './containment.ts';
import { untilText } from './state-check.ts';
import { undoSteps } from './step.ts';

/** A duration as a person says it: `30 min`, `90 s`. */
const duration = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 1_000)} s`);

/** One step in one line: the exact call with its input, or what is waited for. Safe to show. */
export const stepText = (step: Step): string =>
  display(
    step.kind === 'call'
      ? `${step.call.name} ${JSON.stringify(step.call.input)}`
      : `wait until ${untilText(step.check)} (at most ${duration(step.atMostMs)}): ${step.why}`,
  );

const numberedSteps = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) => `  ${step.id}. ${stepText(step)}`);

const section = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  - ${display(item)}`)];

/**
 * A plan as plain lines, for the command line and the dialog: all that will be sent, what it breaks, and what comes back. Names are
 * attacker-controlled: every line has passed `display`.
 */
export function planText(plan: Plan, assessment?: Assessment | null): readonly string[] {
  const undo = undoSteps(plan);
  return [
    display(plan.summary),
    display(`Action:  ${plan.action} (${classWords[plan.class]})`),
    display(`Target:  ${plan.target.name}  ${plan.target.arn}`),
    display(`Account: ${plan.account}  Region: ${plan.region}`),
    display(`Plan:    ${plan.digest}, to be confirmed before ${plan.expiresAt}`),
    ...Object.entries(plan.params).map(([name, value]) => display(`  ${name} = ${value}`)),
    display(`Breaks:  ${plan.impact}`),
    ...section('Evidence lost', plan.evidenceLost),
    ...section('Undo will not bring back', plan.notRestored),
    ...(plan.steps.length === 0
      ? ['Nothing to send: it is in the wanted state already.']
      : ['Will be sent, in this order:', ...numberedSteps(plan.steps)]),
    ...(undo.length === 0 ? [] : ['Undo would send:', ...numberedSteps(undo)]),
    ...section(
      'Still open afterwards',
      (plan.stillOpen ?? []).map(({ what, until, closeWith }) =>
        [what, until && `until ${until}`, closeWith && `close with ${closeWith}`].filter(Boolean).join('; '),
      ),
    ),
    ...(assessment ? assessmentText(assessment) : []),
  ];
}

/** Who else is hit, and whether this identity may do it. Safe to show. */
export function assessmentText({
  affected,
  affectedComplete,
  affectedProblem,
  permissions,
  radius,
  invocations = [],
  warnings = [],
  takes,
  assumed = [],
}: Assessment): readonly string[] {
  const { checked, missing, notSeen } = permissions;
  return [
    ...section('ATTENTION', warnings),
    ...(radius
      ? section('Refuses', radius.state === 'counting' ? ['counting the recorded calls'] : radius.sentences)
      : []),
    ...section('In use now', invocations),
    ...section(
      affectedComplete
        ? 'Also touched'
        : affectedProblem
          ? `Also touched (not complete: ${display(affectedProblem)})`
          : 'Also touched (still looking)',
      affected.length === 0 && affectedComplete
        ? ['nothing found']
        : affected.map(({ kind, arn, why }) => `${kind} ${arn}: ${why}`),
    ),
    display(
      checked === 'pending'
        ? 'Permissions: asking the IAM simulator'
        : checked === 'not-allowed'
          ? 'Permissions: not checked, this identity may not ask the IAM simulator'
          : `Permissions: ${missing.length === 0 ? 'all allowed' : `missing ${missing.join(', ')}`} (${checked}; not seen: ${notSeen.join(', ') || 'nothing'})`,
    ),
    ...(takes === undefined ? [] : [display(`Takes: ${takes}`)]),
    ...section('Assumed, not measured on AWS', assumed),
  ];
}

/** What a newer plan does differently: `- ` lines that went, `+ ` lines that came. Safe to show; empty when equal in what is shown. */
export function planDifference(before: Plan, after: Plan): readonly string[] {
  const shown = (plan: Plan) => [
    ...plan.steps.map((step) => stepText(step)),
    ...undoSteps(plan)
      .filter((step) => step.volatile !== 'step')
      .map((step) => `undo: ${stepText(steady(step))}`),
    ...plan.preconditions.map(({ read, member, equals }) =>
      display(`needs ${read.name} ${member} = ${canonicalJson(equals)}`),
    ),
  ];
  const [old, now] = [shown(before), shown(after)];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** A step without what moves by itself: that is no difference. */
function steady(step: Step): Step {
  if (step.kind !== 'call' || !Array.isArray(step.volatile)) return step;
  const members = step.volatile as readonly string[];
  const input = Object.fromEntries(Object.entries(step.call.input).filter(([member]) => !members.includes(member)));
  return { ...step, call: { ...step.call, input } as typeof step.call };
}
