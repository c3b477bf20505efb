import type { OutputOf } from '../aws/operations.ts';
import type { ActionContext, Step } from './action.ts';
import { allPages, attempt } from './attempt.ts';
import { call } from './step.ts';

type Target = NonNullable<OutputOf<'application-autoscaling:DescribeScalableTargets'>['ScalableTargets']>[number];
type Policy = NonNullable<OutputOf<'application-autoscaling:DescribeScalingPolicies'>['ScalingPolicies']>[number];
type Scheduled = NonNullable<OutputOf<'application-autoscaling:DescribeScheduledActions'>['ScheduledActions']>[number];

/** What Application Auto Scaling does to a resource. AWS forgets it when the resource goes; undo has to put it back. */
export interface Scaling {
  readonly target: Target;
  readonly policies: readonly Policy[];
  readonly scheduled: readonly Scheduled[];
}

const ServiceNamespace = 'sagemaker';

/** AWS takes at most 50 resource ids in one question. */
const idsAtOnce = 50;

/**
 * Targets, policies and scheduled actions of the resources (`endpoint/<name>/variant/<variant>`, `inference-component/<name>`).
 * @returns `undefined` where we may not look.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
 */
export async function readScaling(
  resourceIds: readonly string[],
  { aws, signal }: ActionContext,
): Promise<readonly Scaling[] | undefined> {
  const targets: Target[] = [];
  for (let from = 0; from < resourceIds.length; from += idsAtOnce) {
    const found = await attempt(
      allPages(async (NextToken) => {
        const page = await aws.call(
          'application-autoscaling:DescribeScalableTargets',
          {
            ServiceNamespace,
            ResourceIds: resourceIds.slice(from, from + idsAtOnce),
            ...(NextToken ? { NextToken } : {}),
          },
          { signal, priority: 'operator' },
        );
        return { items: page.ScalableTargets, next: page.NextToken };
      }),
    );
    if (found.missing === 'denied') return undefined;
    targets.push(...(found.value ?? []));
  }
  // In one order, whatever order AWS lists them in: the plan's digest must not depend on it.
  const byName = (a: string | undefined, b: string | undefined) => (a ?? '').localeCompare(b ?? '', 'en');
  targets.sort((a, b) => byName(a.ResourceId, b.ResourceId) || byName(a.ScalableDimension, b.ScalableDimension));
  const all: Scaling[] = [];
  for (const target of targets) {
    const of = {
      ServiceNamespace,
      ResourceId: target.ResourceId,
      ScalableDimension: target.ScalableDimension,
    } as const;
    const policies = await attempt(
      allPages(async (NextToken) => {
        const page = await aws.call(
          'application-autoscaling:DescribeScalingPolicies',
          { ...of, ...(NextToken ? { NextToken } : {}) },
          { signal, priority: 'operator' },
        );
        return { items: page.ScalingPolicies, next: page.NextToken };
      }),
    );
    const scheduled = await attempt(
      allPages(async (NextToken) => {
        const page = await aws.call(
          'application-autoscaling:DescribeScheduledActions',
          { ...of, ...(NextToken ? { NextToken } : {}) },
          { signal, priority: 'operator' },
        );
        return { items: page.ScheduledActions, next: page.NextToken };
      }),
    );
    if (policies.missing === 'denied' || scheduled.missing === 'denied') return undefined;
    all.push({
      target,
      policies: (policies.value ?? []).toSorted((a, b) => byName(a.PolicyName, b.PolicyName)),
      scheduled: (scheduled.value ?? []).toSorted((a, b) => byName(a.ScheduledActionName, b.ScheduledActionName)),
    });
  }
  return all;
}

/** Start and end are moments, which a plan (JSON through and through) cannot hold as the SDK wants them; a start in the past is over. */
const canReturn = ({ StartTime, EndTime }: Scheduled, now: number): boolean =>
  EndTime === undefined && (StartTime === undefined || new Date(StartTime).getTime() <= now);

/** Registers the targets again, then their policies and scheduled actions. All of these replace what is there, so repeating is harmless. */
export function restoreScaling(scaling: readonly Scaling[], now: number): readonly Step[] {
  return scaling.flatMap(({ target, policies, scheduled }) => {
    const of = {
      ServiceNamespace,
      ResourceId: target.ResourceId,
      ScalableDimension: target.ScalableDimension,
    } as const;
    return [
      call({
        name: 'application-autoscaling:RegisterScalableTarget',
        input: {
          ...of,
          MinCapacity: target.MinCapacity,
          MaxCapacity: target.MaxCapacity,
          ...(target.SuspendedState ? { SuspendedState: target.SuspendedState } : {}),
          // The service-linked role is what AWS takes by itself; naming it would ask for iam:PassRole.
          ...(target.RoleARN && !target.RoleARN.includes(':role/aws-service-role/') ? { RoleARN: target.RoleARN } : {}),
        },
      }),
      ...policies.map((policy) =>
        call({
          name: 'application-autoscaling:PutScalingPolicy',
          input: {
            ...of,
            PolicyName: policy.PolicyName,
            PolicyType: policy.PolicyType,
            ...(policy.TargetTrackingScalingPolicyConfiguration && {
              TargetTrackingScalingPolicyConfiguration: policy.TargetTrackingScalingPolicyConfiguration,
            }),
            ...(policy.StepScalingPolicyConfiguration && {
              StepScalingPolicyConfiguration: policy.StepScalingPolicyConfiguration,
            }),
            ...(policy.PredictiveScalingPolicyConfiguration && {
              PredictiveScalingPolicyConfiguration: policy.PredictiveScalingPolicyConfiguration,
            }),
          },
        }),
      ),
      ...scheduled
        .filter((one) => canReturn(one, now))
        .map((one) =>
          call({
            name: 'application-autoscaling:PutScheduledAction',
            input: {
              ...of,
              ScheduledActionName: one.ScheduledActionName,
              Schedule: one.Schedule,
              ...(one.Timezone ? { Timezone: one.Timezone } : {}),
              ...(one.ScalableTargetAction ? { ScalableTargetAction: one.ScalableTargetAction } : {}),
            },
          }),
        ),
    ];
  });
}

/** What of it undo cannot put back, a phrase each. */
export const lostScaling = (scaling: readonly Scaling[], now: number): readonly string[] =>
  scaling.flatMap(({ target, policies, scheduled }) => [
    ...scheduled
      .filter((one) => !canReturn(one, now))
      .map(
        ({ ScheduledActionName, Schedule, StartTime, EndTime }) =>
          `scheduled action ${ScheduledActionName} of ${target.ResourceId} (${Schedule}), because it is bounded in time: ${[StartTime && `from ${new Date(StartTime).toISOString()}`, EndTime && `to ${new Date(EndTime).toISOString()}`].filter(Boolean).join(' ')}`,
      ),
    ...policies
      .filter(({ PolicyType, Alarms }) => PolicyType === 'StepScaling' && Alarms && Alarms.length > 0)
      .map(
        ({ PolicyName }) => `the alarms that call step scaling policy ${PolicyName}: it comes back under another ARN`,
      ),
  ]);

/** IAM actions that putting it back needs besides the calls' own: target tracking makes its own alarms. */
export const scalingNeeds = (scaling: readonly Scaling[]): readonly string[] =>
  scaling.some(({ policies }) => policies.some(({ PolicyType }) => PolicyType === 'TargetTrackingScaling'))
    ? ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms']
    : [];

type SuspendedState = Target['SuspendedState'];

const suspended = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
} as const;

/** Whether nothing scales the target any more. */
export const isSuspended = (state: SuspendedState): boolean =>
  (Object.keys(suspended) as (keyof typeof suspended)[]).every((member) => state?.[member] === true);

/**
 * Suspends scaling where it is not; undo gives each target the state it had.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_SuspendedState.html
 */
export const suspendSteps = (scaling: readonly Scaling[]): readonly Step[] =>
  scaling
    .filter(({ target }) => !isSuspended(target.SuspendedState))
    .map(({ target }) => {
      const register = (SuspendedState: SuspendedState) =>
        call({
          name: 'application-autoscaling:RegisterScalableTarget',
          input: {
            ServiceNamespace,
            ResourceId: target.ResourceId,
            ScalableDimension: target.ScalableDimension,
            SuspendedState,
          },
        });
      const before = Object.fromEntries(
        Object.keys(suspended).map((member) => [
          member,
          target.SuspendedState?.[member as keyof typeof suspended] ?? false,
        ]),
      );
      return { ...register(suspended), undo: [register(before)] };
    });
