import { display } from '../shared/display.ts';
import type { HandOff } from './hand-off.ts';
import type { PlannedPlaybook, PlannedStep, RunStep } from './playbook.ts';

/** What a step is done to: `sagemaker.notebook-instance fraud-lab`. */
export const targetText = ({ target }: Pick<PlannedStep, 'target'>): string =>
  display(`${target.kind} ${target.name || target.arn}`);

/** A step as lines: what is done to what, how that was found, why, and why now. Safe to show. */
export const stepLines = (step: PlannedStep): readonly string[] => [
  display(`${step.id}. ${step.actionId || step.title}  ${step.target.kind} ${step.target.name || step.target.arn}`),
  display(`   Found: ${step.because}`),
  ...(step.why === '' ? [] : [display(`   Why:   ${step.why}`)]),
  display(`   Turn:  ${step.place}`),
  ...(step.note === '' ? [] : [display(`   Hits:  ${step.note}`)]),
];

/** What a playbook would do, as plain lines. Safe to show. */
export const playbookText = (plan: PlannedPlaybook): readonly string[] => [
  display(`${plan.title} on ${plan.subject.kind} ${plan.subject.name || plan.subject.arn}`),
  display(
    `Order:   ${plan.order.why}${plan.order.eventIds.length > 0 ? ` (event ${plan.order.eventIds.join(', ')})` : ''}`,
  ),
  ...plan.leftOut.map((text) => display(`Left out: ${text}`)),
  ...plan.unseen.map((text) => display(`Not seen: ${text}`)),
];

/** What others must do, as lines that their shell can take. Safe to show. */
export const handOffText = ({
  whom,
  what,
  why,
  commands,
  meanwhile,
  soughtCalls,
  blindSpot,
}: HandOff): readonly string[] => [
  display(`   For others to do: ${why}`),
  display(`   Ask ${whom}: ${what}`),
  ...commands.flatMap(({ does, command }) => [display(`   # ${does}`), display(`   ${command}`)]),
  ...(soughtCalls.length > 0
    ? [display(`   Watched for in the trail: ${soughtCalls.map(({ action }) => action).join(', ')}; ${blindSpot}`)]
    : []),
  display(`   ${meanwhile}`),
];

/** A step as `contain PLAYBOOK TARGET --json` prints it. */
export const stepJson = (
  step: PlannedStep & Partial<Pick<RunStep, 'state' | 'reason' | 'containment' | 'request'>>,
): object => ({
  id: step.id,
  action: step.actionId || null,
  target: step.target.arn || step.target.name,
  purpose: step.purpose,
  found: step.because,
  why: step.why,
  turn: step.place,
  hits: step.note || null,
  state: step.state ?? 'open',
  reason: step.reason || null,
  entry: step.containment?.id ?? step.request ?? null,
  handOff: step.handOff ?? null,
});

/** A playbook as `--json` prints it: a stable public shape. */
export const playbookJson = (
  plan: Omit<PlannedPlaybook, 'steps'> & {
    readonly steps: readonly Parameters<typeof stepJson>[0][];
    readonly id?: string;
  },
): object => ({
  playbook: plan.playbook,
  title: plan.title,
  subject: plan.subject.arn || plan.subject.name,
  run: plan.id ?? null,
  order: plan.order,
  steps: plan.steps.map(stepJson),
  leftOut: plan.leftOut,
  notSeen: plan.unseen,
});
