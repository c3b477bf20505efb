import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, ActionPlan, ContainmentAction, Step } from '../action.ts';
import { type Endpoint, type EndpointReading, isBase, readEndpoint, readTree } from '../endpoint-reading.ts';
import {
  componentGone,
  endpointGone,
  endpointPreconditions,
  restoreComponent,
  restoreEndpoint,
} from '../endpoint-restore.ts';
import { endpointWithCallers } from '../invocations.ts';
import { lostScaling, scalingNeeds } from '../scaling.ts';
import { call, nothingToSend, wait } from '../step.ts';
import { lines, some } from '../words.ts';

/** In these AWS takes a deletion; in all others it answers ValidationException (which ones exactly: UNVERIFIED). */
const deletable: readonly string[] = ['InService', 'OutOfService', 'Failed', 'UpdateRollbackFailed'];

/** Components first (AWS refuses the endpoint while it has any), adapters before what they stand on, each round waited for. */
function deletionSteps(reading: EndpointReading, name: string, now: number): readonly Step[] {
  const rounds = [
    reading.components.filter(({ component }) => !isBase(component)),
    reading.components.filter(({ component }) => isBase(component)),
  ];
  const restorable = reading.config.missing !== 'not-found';
  return [
    ...rounds.flatMap((round) => [
      ...round.flatMap((one) =>
        // One that is going already is only waited for.
        one.component.InferenceComponentStatus === 'Deleting'
          ? []
          : [
              call(
                {
                  name: 'sagemaker:DeleteInferenceComponent',
                  input: { InferenceComponentName: one.component.InferenceComponentName },
                },
                { undo: restoreComponent(one, reading, now) },
              ),
            ],
      ),
      ...round.map(({ component }) =>
        wait(
          `inference component ${component.InferenceComponentName} must be gone: AWS refuses to delete an endpoint that has any`,
          componentGone(component.InferenceComponentName ?? ''),
        ),
      ),
    ]),
    call(
      { name: 'sagemaker:DeleteEndpoint', input: { EndpointName: name } },
      restorable ? { undo: restoreEndpoint(reading, now) } : {},
    ),
    wait(`${name} must be gone`, endpointGone(name)),
  ];
}

function describePlan(reading: EndpointReading, { aws }: ActionContext): ActionPlan {
  const { endpoint, config, components, scaling, monitoringSchedules, tags } = reading;
  const now = aws.now();
  const name = endpoint.EndpointName ?? '';
  const unread = [
    ...(tags.missing === 'denied' ? ['tags of the endpoint (sagemaker:ListTags was denied)'] : []),
    ...(components.some((one) => one.tags.missing === 'denied')
      ? ['tags of its components (sagemaker:ListTags was denied)']
      : []),
    ...(scaling === undefined ? ['auto scaling of its variants and components (reading it was denied)'] : []),
  ];
  const awsTags = (tags.value ?? []).filter(({ Key }) => /^aws:/i.test(Key));
  const changed = (endpoint.ProductionVariants ?? []).filter(({ CurrentServerlessConfig, VariantName }) => {
    const initial = config.value?.ProductionVariants?.find(
      (variant) => variant.VariantName === VariantName,
    )?.ServerlessConfig;
    return (
      CurrentServerlessConfig !== undefined &&
      initial !== undefined &&
      (CurrentServerlessConfig.MaxConcurrency !== initial.MaxConcurrency ||
        CurrentServerlessConfig.ProvisionedConcurrency !== initial.ProvisionedConcurrency)
    );
  });
  return {
    summary: lines(
      `Delete endpoint ${name}`,
      components.length > 0 &&
        `with ${components.length} inference component${components.length === 1 ? '' : 's'} (${some(components.map(({ component }) => component.InferenceComponentName ?? '?'))})`,
      `and keep its config ${endpoint.EndpointConfigName ?? '(none)'} and its models`,
    ),
    impact: lines(
      `Every caller of ${name} gets errors at once, until it is made again, which takes AWS five to ten minutes or more.`,
      endpoint.AsyncInferenceConfig && 'Requests in its asynchronous queue are lost (UNVERIFIED).',
      monitoringSchedules.length > 0 && `Monitoring schedules on it fail meanwhile: ${some(monitoringSchedules)}.`,
      scaling && scaling.length > 0 && 'AWS removes its auto scaling with it; undo registers it again.',
      'Undo makes it from what the image tags and the model artefacts hold by then; a changed image digest is shown, a changed artefact in S3 is not seen.',
    ),
    evidenceLost: [
      'memory and local disks of the containers',
      'requests in flight, and those queued for asynchronous inference',
    ],
    notRestored: [
      ...(config.missing === 'not-found'
        ? [
            `the endpoint itself: its config ${endpoint.EndpointConfigName ?? ''} no longer exists, so nothing can make it again`,
          ]
        : []),
      'requests in flight and queued',
      ...(endpoint.EndpointStatus === 'InService'
        ? []
        : [`its state ${endpoint.EndpointStatus}: undo makes it anew from its config, which ends InService or Failed`]),
      'memory and local disks of the containers',
      ...unread,
      ...awsTags.map(({ Key }) => `tag ${Key}, which only AWS can set`),
      ...changed.map(({ VariantName }) => `the changed serverless concurrency of variant ${VariantName}`),
      ...lostScaling(scaling ?? [], now),
    ],
    steps: deletionSteps(reading, name, now),
    preconditions: endpointPreconditions(reading),
    alsoNeeds: [
      ...(scaling === undefined || scaling.length > 0 ? ['application-autoscaling:DeregisterScalableTarget'] : []),
      ...scalingNeeds(scaling ?? []),
      ...((tags.value ?? []).length > awsTags.length ? ['sagemaker:AddTags'] : []),
    ],
    stillOpen: stillOpen(name, reading),
    comesBack: [
      `endpoint ${name} under the same ARN, open to everyone who may invoke it`,
      ...components.map(({ component }) => `inference component ${component.InferenceComponentName}`),
    ],
  };
}

function stillOpen(name: string, reading: EndpointReading | undefined) {
  const roles = new Set(
    (reading?.models ?? []).flatMap(({ ExecutionRoleArn }) => (ExecutionRoleArn ? [ExecutionRoleArn] : [])),
  );
  return [
    {
      what: `whoever may call sagemaker:CreateEndpoint can make ${name} again from its config`,
      until: null,
      closeWith: null,
    },
    ...[...roles].map((role) => ({
      what: `credentials of ${role} that were copied out of the containers`,
      until: null,
      closeWith: `iam.role.quarantine ${role}`,
    })),
  ];
}

/** Takes an endpoint down. There is no StopEndpoint; its config and models stay, so undo can make it again. Facts E1 and 5.10. */
const action: ContainmentAction = {
  id: 'sagemaker.endpoint.delete',
  title: 'Stop endpoint: delete it, keep its config',
  class: 'destroys',
  appliesTo: ['sagemaker.endpoint'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteInferenceComponent.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-delete.html',
  ],
  reversible: true,

  async plan(target, context) {
    const endpoint: Endpoint | undefined = await readEndpoint(target.name, context);
    if (!endpoint) return nothingToSend(`Endpoint ${target.name} does not exist in ${context.region}: nothing serves`);
    const name = endpoint.EndpointName ?? target.name;
    const status = endpoint.EndpointStatus ?? '';
    if (status === 'Deleting')
      return {
        ...nothingToSend(`Endpoint ${name} is being deleted already: wait until it has gone`),
        notRestored: [`endpoint ${name}: somebody else is deleting it`],
        steps: [wait(`${name} must be gone`, endpointGone(name))],
        stillOpen: stillOpen(name, undefined),
      };
    if (!deletable.includes(status))
      throw new RefusedError(
        'EndpointBusy',
        `endpoint ${name} is ${status}: AWS refuses to delete it until that has ended`,
        ['Plan again when it is InService or Failed, usually within minutes'],
      );
    const reading = await readTree(endpoint, context);
    const busy = reading.components.filter(({ component }) =>
      ['Creating', 'Updating'].includes(component.InferenceComponentStatus ?? ''),
    );
    if (busy.length > 0)
      throw new RefusedError(
        'EndpointBusy',
        `${busy.map(({ component }) => `inference component ${component.InferenceComponentName} is ${component.InferenceComponentStatus}`).join(', ')}: AWS refuses to delete it until that has ended`,
        ['Plan again when it is InService or Failed, usually within minutes'],
      );
    return describePlan(reading, context);
  },

  async verify(target, context) {
    const endpoint = await readEndpoint(target.name, context);
    return [
      {
        what: `endpoint ${target.name} does not exist`,
        holds: !endpoint,
        why: endpoint ? `EndpointStatus = ${endpoint.EndpointStatus}` : 'sagemaker:DescribeEndpoint finds nothing',
      },
    ];
  },

  async *affected(target, context) {
    const endpoint = yield* endpointWithCallers(target, context);
    if (!endpoint) return;
    const { config, models, components, scaling, monitoringSchedules } = await readTree(endpoint, context);
    const arn = (type: string, name: string) =>
      `arn:${context.partition}:sagemaker:${context.region}:${context.account}:${type}/${name.toLowerCase()}`;
    if (config.value)
      yield {
        kind: 'sagemaker.endpoint-config',
        arn: config.value.EndpointConfigArn ?? '',
        why: 'kept: undo makes the endpoint from it',
      };
    for (const model of models)
      yield { kind: 'sagemaker.model', arn: model.ModelArn ?? '', why: `kept: ${model.ModelName} is served by it` };
    for (const role of new Set(models.map(({ ExecutionRoleArn }) => ExecutionRoleArn)))
      if (role) yield { kind: 'iam.role', arn: role, why: 'its containers act as this role' };
    for (const { component } of components)
      yield {
        kind: 'sagemaker.inference-component',
        arn: component.InferenceComponentArn ?? '',
        why: `deleted first: ${component.InferenceComponentName} runs on it`,
      };
    for (const { target: scaled } of scaling ?? [])
      yield {
        kind: 'application-autoscaling.scalable-target',
        arn: scaled.ScalableTargetARN ?? '',
        why: `AWS removes it with ${scaled.ResourceId}; undo registers it again`,
      };
    for (const schedule of monitoringSchedules)
      yield {
        kind: 'sagemaker.monitoring-schedule',
        arn: arn('monitoring-schedule', schedule),
        why: `${schedule} fails while the endpoint is away`,
      };
  },
};
export default action;
