import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import type { Component } from '../endpoint-reading.ts';
import { componentInService, componentRead } from '../endpoint-restore.ts';
import { isSuspended, readScaling, suspendSteps } from '../scaling.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend, wait } from '../step.ts';
import { lines } from '../words.ts';

async function describe(name: string, { aws, signal }: ActionContext): Promise<Component | undefined> {
  try {
    return await aws.call(
      'sagemaker:DescribeInferenceComponent',
      { InferenceComponentName: name },
      { signal, priority: 'operator' },
    );
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Takes one model of a shared endpoint out of service, the others stay. Its scaling is suspended first: it would raise the count again. Facts E5. */
const action: ContainmentAction = {
  id: 'sagemaker.inference-component.scale-to-zero',
  title: 'Scale inference component to zero: its model serves no more, the endpoint stays',
  class: 'seconds',
  appliesTo: ['sagemaker.inference-component'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateInferenceComponentRuntimeConfig.html',
    'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html',
  ],
  reversible: true,

  async plan(target, context) {
    const now = await describe(target.name, context);
    const name = now?.InferenceComponentName ?? target.name;
    if (!now) return nothingToSend(`Inference component ${name} does not exist in ${context.region}: nothing serves`);
    const status = now.InferenceComponentStatus;
    const copies = now.RuntimeConfig?.DesiredCopyCount ?? now.RuntimeConfig?.CurrentCopyCount ?? 0;
    const scaling = await readScaling([`inference-component/${name}`], context);
    const suspend = suspendSteps(scaling ?? []);
    if (copies === 0 && now.RuntimeConfig?.CurrentCopyCount === 0 && suspend.length === 0)
      return nothingToSend(`Inference component ${name} has no copies already`);
    if (status !== 'InService' && copies > 0)
      throw new RefusedError(
        'ComponentBusy',
        `inference component ${name} is ${status}: AWS changes its copies only while it is InService`,
        ['Plan again when it is InService, usually within minutes'],
      );
    const copy = (CopyCount: number) => ({
      name: 'sagemaker:UpdateInferenceComponentRuntimeConfig' as const,
      input: { InferenceComponentName: name, DesiredRuntimeConfig: { CopyCount } },
    });
    return {
      summary: lines(
        suspend.length > 0 && `Suspend the scaling of inference component ${name}, then set it`,
        suspend.length === 0 && `Set inference component ${name}`,
        `from ${copies} to 0 copies`,
      ),
      impact: lines(
        `Every caller of ${name} gets errors; other components of ${now.EndpointName} go on.`,
        scaling === undefined && 'Whether it scales automatically could not be read: then its copies may come back.',
      ),
      evidenceLost: ['memory and local disks of its containers'],
      notRestored: ['memory and local disks of its containers, requests in flight'],
      steps: [
        ...suspend,
        ...(copies > 0
          ? [
              call(copy(0), {
                undo: [
                  wait(`${name} must be InService before AWS takes a change`, componentInService(name)),
                  { ...call(copy(copies)), volatile: ['DesiredRuntimeConfig'] },
                  wait(`${name} must be InService`, componentInService(name)),
                ],
              }),
            ]
          : []),
        wait(`${name} must have settled`, componentInService(name)),
      ],
      preconditions:
        copies > 0 ? [{ read: componentRead(name), member: 'InferenceComponentStatus', equals: 'InService' }] : [],
      stillOpen: [
        {
          what: `whoever may call sagemaker:UpdateInferenceComponentRuntimeConfig can give ${name} copies again`,
          until: null,
          closeWith: null,
        },
      ],
      comesBack: [`${copies} copies of inference component ${name}`],
    };
  },

  async verify(target, context) {
    const now = await describe(target.name, context);
    const scaling = await readScaling([`inference-component/${now?.InferenceComponentName ?? target.name}`], context);
    return [
      {
        what: `inference component ${target.name} has no copies`,
        holds: !now || now.RuntimeConfig?.CurrentCopyCount === 0,
        why: now
          ? `CurrentCopyCount = ${now.RuntimeConfig?.CurrentCopyCount}, ${now.InferenceComponentStatus}`
          : 'sagemaker:DescribeInferenceComponent finds nothing',
      },
      ...(scaling ?? []).map(({ target: scaled }) => ({
        what: `scaling of ${scaled.ResourceId} is suspended`,
        holds: isSuspended(scaled.SuspendedState),
        why: `SuspendedState = ${JSON.stringify(scaled.SuspendedState ?? {})}`,
      })),
    ];
  },

  async *affected(target, context) {
    const now = await describe(target.name, context);
    if (now?.EndpointName)
      yield {
        kind: 'sagemaker.endpoint',
        arn: now.EndpointArn ?? '',
        why: `${now.EndpointName} serves it; its other components go on`,
      };
  },
};
export default action;
