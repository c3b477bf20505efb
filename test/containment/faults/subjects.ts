import { actions } from '../../../src/containment/catalogue.ts';
import { cases, type StateCase } from '../states/cases.ts';

/** The state in which a kind of target is tried: the one in which an action has something to do. */
const states: { readonly [kind: string]: string } = {
  'application-autoscaling.scalable-target': 'scaling',
  'cloudtrail.trail': 'stopped',
  'events.rule': 'ENABLED',
  'iam.access-key': 'Active',
  'iam.role': 'plain',
  'iam.user': 'plain, with a password',
  'logs.log-group': 'kept 1 days',
  's3.bucket': 'a policy',
  'sagemaker.mlflow-tracking-server': 'Started',
  'sagemaker.model-package': 'Approved',
  'sagemaker.model-package-group': 'an outside account beside ours',
  'sagemaker.monitoring-schedule': 'Scheduled',
  'sagemaker.notebook-instance-lifecycle-config': 'attached',
  'sagemaker.pipeline-execution': 'Executing',
  'scheduler.schedule': 'ENABLED',
};
const running = ['InService', 'InProgress'];
/** Where another state has more calls to fail. */
const richer: { readonly [action: string]: string } = {
  'application-autoscaling.scalable-target.suspend': 'scaling',
  'sagemaker.endpoint.delete': 'InService, with inference components',
};
/** Where an action applies to several kinds, the one that it is tried on. */
const kinds: { readonly [action: string]: string } = {
  'application-autoscaling.scalable-target.suspend': 'application-autoscaling.scalable-target',
};

/** An action with a target on which it sends calls. */
export interface Subject {
  readonly action: (typeof actions)[number];
  readonly on: StateCase;
}

/** Each action once. */
export const subjects: readonly Subject[] = actions.map((action) => {
  const kind = kinds[action.id] ?? action.appliesTo[0] ?? '';
  const ofKind = cases.filter((one) => one.kind === kind);
  const wanted = richer[action.id] ?? states[kind];
  const on = ofKind.find(({ state }) => (wanted === undefined ? running.includes(state) : state === wanted));
  if (!on) throw new Error(`${action.id}: no state of ${kind} to try it in`);
  return { action, on };
});
